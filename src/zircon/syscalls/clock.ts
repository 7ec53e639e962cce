/** Clocks and sleep: docs/syscalls/clock_*.md, nanosleep.md. */
import { BlockedState, Clock, Status } from '../abi/constants.js';
import { Wait } from '../objects/wait.js';
import { BLOCKED, type Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { requireRoot } from './resource.js';

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

/** A thread in zx_nanosleep. */
export class Sleep extends Wait {
  readonly state = BlockedState.SLEEPING;

  detach(): void {}
  /** Its thread's timer ends it. */
  protected override get isFound(): boolean {
    return true;
  }
  override finish(): number {
    return Status.OK;
  }
}

export const clockCalls = {
  clock_get: (call, clock) => timeOf(call, clock) ?? 0n,
  clock_get_new(call, clock, out) {
    const time = timeOf(call, clock);
    if (time === undefined) return Status.INVALID_ARGS;
    call.writeU64(out, time);
    return Status.OK;
  },
  clock_get_monotonic: (call) => BigInt(call.kernel.now),
  /** Only UTC can be set, as an offset from the monotonic clock, and only with the root resource. */
  clock_adjust(call, resource, clock, offset) {
    requireRoot(call, resource);
    if (clock === Clock.MONOTONIC) return Status.ACCESS_DENIED;
    if (clock !== Clock.UTC) return Status.INVALID_ARGS;
    call.kernel.utcOffset = offset;
    return Status.OK;
  },
  /** A deadline of 0 or less gives other threads a turn. */
  nanosleep(call, deadline) {
    if (deadline <= 0) call.kernel.scheduler.yieldCore();
    if (deadline <= call.kernel.now) return Status.OK;
    call.thread.block(new Sleep(), deadline);
    return BLOCKED;
  },
} satisfies Partial<Handlers>;
