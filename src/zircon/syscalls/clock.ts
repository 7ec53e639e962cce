/** Clocks and sleep: docs/syscalls/clock_*.md, nanosleep.md. */
import { Status } from '../abi/constants.js';
import { BlockedState } from '../abi/thread-state.js';
import { Wait } from '../objects/wait.js';
import { BLOCKED, type Call, type Handler, type Result } from './call.js';
import { requireRoot } from './resource.js';

/** zx_clock_t. */
export const Clock = { MONOTONIC: 0, UTC: 1, THREAD: 2 } as const;

/** A clock's time in ns, or undefined if there is no such clock. */
function timeOf(call: Call, clock: number): bigint | undefined {
  const { kernel, thread } = call;
  switch (clock) {
    case Clock.MONOTONIC:
      return BigInt(kernel.now);
    case Clock.UTC:
      return BigInt(kernel.now) + kernel.utcOffset;
    case Clock.THREAD:
      return BigInt(thread.runtime + kernel.now - thread.runStart);
    default:
      return undefined;
  }
}

function clockGetNew(call: Call): Result {
  const time = timeOf(call, call.u32(0));
  if (time === undefined) return Status.INVALID_ARGS;
  call.writeU64(call.pointer(1), time);
  return Status.OK;
}

/** Only UTC can be set, as an offset from the monotonic clock, and only with the root resource. */
function clockAdjust(call: Call): Result {
  requireRoot(call, call.u32(0));
  const clock = call.u32(1);
  if (clock === Clock.MONOTONIC) return Status.ACCESS_DENIED;
  if (clock !== Clock.UTC) return Status.INVALID_ARGS;
  call.kernel.utcOffset = call.i64(2);
  return Status.OK;
}

/** A thread in zx_nanosleep. */
export class Sleep extends Wait {
  readonly state = BlockedState.SLEEPING;

  detach(): void {}
  override finish(): number {
    return Status.OK;
  }
}

/** A deadline of 0 or less gives other threads a turn. */
function nanosleep(call: Call): Result {
  const deadline = call.time(0);
  if (deadline <= 0) call.kernel.scheduler.yieldCore();
  if (deadline <= call.kernel.now) return Status.OK;
  call.thread.block(new Sleep(), deadline);
  return BLOCKED;
}

export const clockCalls: Readonly<Record<string, Handler>> = {
  clock_get: (call) => timeOf(call, call.u32(0)) ?? 0n,
  clock_get_new: clockGetNew,
  clock_get_monotonic: (call) => BigInt(call.kernel.now),
  clock_adjust: clockAdjust,
  nanosleep,
};
