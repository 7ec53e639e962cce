/** Timers. Zircon's docs/syscalls/timer_create.md, timer_set.md. */
import { ObjectType, Rights, Signal, TimerSlack } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import type { TimerEntry, TimerTarget } from '../sched/timer-queue.js';
import { Dispatcher } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

export class Timer extends Dispatcher implements TimerTarget {
  readonly type = ObjectType.TIMER;
  readonly defaultRights = Rights.TIMER;
  private pending: { readonly entry: TimerEntry; readonly core: number } | undefined;

  constructor(
    kernel: Kernel,
    /** In which direction it may move to fire together with another. */
    private readonly slackMode: TimerSlack,
  ) {
    super(kernel);
  }

  override get userSignals(): number {
    return Signal.USER_SIGNAL_ALL;
  }

  /** Fires at `deadline`, or up to `slack` off it; both in ns. Forgets what was set before. */
  set(deadline: number, slack: number): void {
    this.cancel();
    const { kernel } = this;
    if (deadline <= kernel.now) {
      this.updateSignals(0, Signal.TIMER_SIGNALED);
      return;
    }
    if (deadline === Infinity) return;
    const early = this.slackMode === TimerSlack.LATE ? 0 : slack;
    const late = this.slackMode === TimerSlack.EARLY ? 0 : slack;
    const time = kernel.fireTimes.nearest(deadline, deadline - early, deadline + late);
    kernel.fireTimes.add(time);
    const core = kernel.activeCore;
    this.pending = { entry: kernel.scheduler.addTimer(core, time, this), core };
  }

  /** Sets nothing, and takes back the signal. */
  cancel(): void {
    this.stop();
    this.updateSignals(Signal.TIMER_SIGNALED, 0);
  }
  private stop(): void {
    const { kernel, pending } = this;
    if (pending === undefined) return;
    kernel.scheduler.removeTimer(pending.core, pending.entry);
    kernel.fireTimes.remove(pending.entry.deadline);
    this.pending = undefined;
  }

  onTimer(entry: TimerEntry): void {
    this.kernel.fireTimes.remove(entry.deadline);
    this.pending = undefined;
    this.updateSignals(0, Signal.TIMER_SIGNALED);
  }

  override onZeroHandles(): void {
    this.stop();
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { pending } = this;
    if (pending === undefined) return;
    inspector.timer(pending, this);
    inspector.note('timers that fire', pending.entry.deadline, 1);
  }
}
