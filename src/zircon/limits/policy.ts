/** Job policies in action: docs/syscalls/job_set_policy.md. */
import { ExceptionType, Policy, PolicyAction, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import type { Kernel } from '../kernel.js';
import type { Thread } from '../objects/thread.js';

/** The bit of ZX_POL_ACTION_KILL that ZX_POL_ACTION_DENY has not. */
const KILL = PolicyAction.KILL & ~PolicyAction.DENY;

/** Conditions that ZX_POL_NEW_ANY stands for. */
const newConditions: readonly number[] = [
  Policy.NEW_VMO,
  Policy.NEW_CHANNEL,
  Policy.NEW_EVENT,
  Policy.NEW_EVENTPAIR,
  Policy.NEW_PORT,
  Policy.NEW_SOCKET,
  Policy.NEW_FIFO,
  Policy.NEW_TIMER,
  Policy.NEW_PROCESS,
];

export class JobPolicy {
  constructor(private readonly kernel: Kernel) {}

  /** What is to be done about a condition in a process. */
  private action(thread: Thread, condition: number): number {
    return thread.process.job.policy.get(condition) ?? PolicyAction.ALLOW;
  }

  /** Acts on a condition that arose; whether the call may go on. */
  private apply(thread: Thread, condition: number): boolean {
    const action = this.action(thread, condition);
    if ((action & KILL) !== 0) thread.process.kill();
    if ((action & PolicyAction.EXCEPTION) !== 0) {
      this.kernel.exceptions.raise(thread, ExceptionType.POLICY_ERROR, 0, 0);
    }
    return (action & PolicyAction.DENY) === 0;
  }

  /** A call that needs a condition allowed. Throws ACCESS_DENIED. */
  require(thread: Thread, condition: number): void {
    if (!this.apply(thread, condition)) throw new StatusError(Status.ACCESS_DENIED);
  }
  /** An invalid handle value was used: the call fails anyway. */
  badHandle(thread: Thread): void {
    this.apply(thread, Policy.BAD_HANDLE);
  }
  /** A handle of the wrong type was used: the call fails anyway. */
  wrongType(thread: Thread): void {
    this.apply(thread, Policy.WRONG_OBJECT);
  }
  /** A system call from outside the vDSO's call sites, or with a number that is none. */
  badSyscall(thread: Thread): void {
    this.kernel.exceptions.raise(thread, ExceptionType.POLICY_ERROR, 0, 0);
  }

  /**
   * Adds policies to those of a job. `absolute`: a conflict with what the parent set fails with ALREADY_EXISTS;
   * else the parent's stays.
   */
  combine(
    existing: ReadonlyMap<number, number>,
    wanted: readonly (readonly [number, number])[],
    absolute: boolean,
  ): Map<number, number> | undefined {
    const result = new Map(existing);
    for (const [condition, action] of wanted) {
      for (const one of condition === Policy.NEW_ANY ? newConditions : [condition]) {
        const before = existing.get(one);
        if (before !== undefined && before !== action) {
          if (absolute) return undefined;
          continue;
        }
        result.set(one, action);
      }
    }
    return result;
  }
}
