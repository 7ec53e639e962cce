/** Events and event pairs: docs/syscalls/event_create.md, eventpair_create.md. */
import { Policy, Status } from '../abi/constants.js';
import { Event } from '../objects/event.js';
import { EventPair } from '../objects/eventpair.js';
import type { Handlers } from './entry/handlers.js';

export const eventCalls = {
  event_create(call, options, out) {
    if (options !== 0) return Status.INVALID_ARGS;
    call.kernel.policy.require(call.thread, Policy.NEW_EVENT);
    call.giveOut({ pointer: out, object: new Event(call.kernel) });
    return Status.OK;
  },
  eventpair_create(call, options, out0, out1) {
    if (options !== 0) return Status.NOT_SUPPORTED;
    call.kernel.policy.require(call.thread, Policy.NEW_EVENTPAIR);
    const [one, other] = EventPair.createPair(call.kernel);
    call.giveOut({ pointer: out0, object: one }, { pointer: out1, object: other });
    return Status.OK;
  },
} satisfies Partial<Handlers>;
