/** Timers: docs/syscalls/timer_*.md. */
import { Clock, Policy, Right, Status, TimerSlack } from '../abi/constants.js';
import { Timer } from '../objects/timer.js';
import type { Handlers } from './entry/handlers.js';

export const timerCalls = {
  timer_create(call, mode, clock, out) {
    if (mode > TimerSlack.LATE || clock !== Clock.MONOTONIC) return Status.INVALID_ARGS;
    call.kernel.policy.require(call.thread, Policy.NEW_TIMER);
    call.giveOut({ pointer: out, object: new Timer(call.kernel, mode as TimerSlack) });
    return Status.OK;
  },
  timer_set(call, handle, deadline, slack) {
    const timer = call.object(handle, Timer, Right.WRITE);
    if (slack < 0) return Status.OUT_OF_RANGE;
    timer.set(deadline, slack);
    return Status.OK;
  },
  timer_cancel(call, handle) {
    call.object(handle, Timer, Right.WRITE).cancel();
    return Status.OK;
  },
} satisfies Partial<Handlers>;
