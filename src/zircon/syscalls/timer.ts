/** Timers: docs/syscalls/timer_*.md. */
import { Right, Signal, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { Timer, type Slack } from '../objects/timer.js';
import type { Call, Handler, Result } from './call.js';
import { Clock } from './clock.js';

const { TIMER_SLACK_LATE } = Signal;

function timerCreate(call: Call): Result {
  const mode = call.u32(0);
  if (mode > TIMER_SLACK_LATE || call.u32(1) !== Clock.MONOTONIC) return Status.INVALID_ARGS;
  call.kernel.policy.require(call.thread, Policy.NEW_TIMER);
  call.giveOut({ pointer: call.pointer(2), object: new Timer(call.kernel, mode as Slack) });
  return Status.OK;
}

function timerSet(call: Call): Result {
  const timer = call.object(call.u32(0), Timer, Right.WRITE);
  const slack = call.time(2);
  if (slack < 0) return Status.OUT_OF_RANGE;
  timer.set(call.time(1), slack);
  return Status.OK;
}

function timerCancel(call: Call): Result {
  call.object(call.u32(0), Timer, Right.WRITE).cancel();
  return Status.OK;
}

export const timerCalls: Readonly<Record<string, Handler>> = {
  timer_create: timerCreate,
  timer_set: timerSet,
  timer_cancel: timerCancel,
};
