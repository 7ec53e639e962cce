/** Events and event pairs: docs/syscalls/event_create.md, eventpair_create.md. */
import { Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { Event } from '../objects/event.js';
import { EventPair } from '../objects/eventpair.js';
import type { Call, Handler, Result } from './call.js';

function eventCreate(call: Call): Result {
  if (call.u32(0) !== 0) return Status.INVALID_ARGS;
  call.kernel.policy.require(call.thread, Policy.NEW_EVENT);
  call.giveOut({ pointer: call.pointer(1), object: new Event(call.kernel) });
  return Status.OK;
}

function eventPairCreate(call: Call): Result {
  if (call.u32(0) !== 0) return Status.NOT_SUPPORTED;
  call.kernel.policy.require(call.thread, Policy.NEW_EVENTPAIR);
  const [one, other] = EventPair.createPair(call.kernel);
  call.giveOut({ pointer: call.pointer(1), object: one }, { pointer: call.pointer(2), object: other });
  return Status.OK;
}

export const eventCalls: Readonly<Record<string, Handler>> = {
  event_create: eventCreate,
  eventpair_create: eventPairCreate,
};
