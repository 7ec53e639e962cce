/**
 * Which thread runs on which core. Priorities 0 to 31, round robin among equals with a time slice; a core takes
 * the first thread of the highest priority. Every decision is made on the way out of an exception, as in a kernel
 * of machine code. Zircon's docs/kernel_scheduling.md.
 */
import type { Kernel } from '../kernel.js';
import type { Thread } from '../objects/thread.js';
import { CoreStatistics } from './core-statistics.js';
import { TimerQueue, type TimerEntry, type TimerTarget } from './timer-queue.js';

/** ns a thread may run before an equal one has its turn. */
const TIME_SLICE = 10_000_000;
const PRIORITIES = 32;

/** What the scheduler knows of one core. */
export class PerCore {
  current: Thread | undefined;
  /** The present thread must be looked at again before user code goes on. */
  reschedule = false;
  sliceEnd = Infinity;
  readonly timers = new TimerQueue();
}

export class Scheduler {
  private readonly cores: PerCore[];
  /** By core. */
  readonly statistics: readonly CoreStatistics[];
  private readonly queues: Thread[][] = Array.from({ length: PRIORITIES }, () => []);

  constructor(
    private readonly kernel: Kernel,
    cores: number,
  ) {
    this.cores = Array.from({ length: cores }, () => new PerCore());
    this.statistics = Array.from({ length: cores }, () => new CoreStatistics());
  }

  current(core: number): Thread | undefined {
    return this.cores[core].current;
  }
  /** Whether the thread's registers are those of the core that is in the kernel. */
  isCurrent(thread: Thread): boolean {
    return this.cores[this.kernel.activeCore].current === thread;
  }
  isOnCore(thread: Thread): boolean {
    return this.cores.some((core) => core.current === thread);
  }

  /** A thread can run: queues it, and wakes or interrupts a core for it. */
  ready(thread: Thread): void {
    if (thread.scheduled) return;
    thread.scheduled = true;
    if (this.isOnCore(thread)) return;
    this.queues[thread.priority].push(thread);
    this.findCore(thread);
  }

  private findCore(thread: Thread): void {
    const last = this.cores[thread.core];
    const idle =
      last.current === undefined ? thread.core : this.cores.findIndex((core) => core.current === undefined);
    if (idle >= 0) {
      this.requestReschedule(idle);
      return;
    }
    const lowest = this.cores.reduce((low, core, i) => {
      return (core.current?.priority ?? 0) < (this.cores[low].current?.priority ?? 0) ? i : low;
    }, 0);
    if ((this.cores[lowest].current?.priority ?? 0) < thread.priority) this.requestReschedule(lowest);
    else this.startSlices();
  }

  /** Somebody waits for a core: threads that had one for themselves get a time slice. */
  private startSlices(): void {
    for (const [i, core] of this.cores.entries()) {
      if (core.current === undefined || core.sliceEnd !== Infinity) continue;
      core.sliceEnd = this.kernel.now + TIME_SLICE;
      this.kernel.armTimer(i);
    }
  }

  /** Takes a thread out of its queue. */
  remove(thread: Thread): void {
    if (this.isOnCore(thread)) return;
    thread.scheduled = false;
    const queue = this.queues[thread.priority];
    const at = queue.indexOf(thread);
    if (at >= 0) queue.splice(at, 1);
  }

  /** Sets a thread's own priority. */
  setPriority(thread: Thread, priority: number): void {
    thread.ownPriority = priority;
    if (this.updatePriority(thread)) this.kernel.futexes.priorityChanged(thread);
  }
  /** Sets the priority that waiting threads lend to a thread, 0 for none; whether its priority changes. */
  lendPriority(thread: Thread, priority: number): boolean {
    thread.lentPriority = priority;
    return this.updatePriority(thread);
  }
  private updatePriority(thread: Thread): boolean {
    const priority = Math.max(thread.ownPriority, thread.lentPriority);
    if (priority === thread.priority) return false;
    if (thread.scheduled && !this.isOnCore(thread)) {
      this.remove(thread);
      thread.priority = priority;
      this.ready(thread);
    } else {
      thread.priority = priority;
      if (this.isOnCore(thread)) this.requestReschedule(thread.core);
    }
    return true;
  }

  /** Has a core choose anew, now if it is the one in the kernel, else by an interrupt. */
  requestReschedule(core: number): void {
    if (this.cores[core].reschedule) return;
    this.cores[core].reschedule = true;
    if (core !== this.kernel.activeCore) this.kernel.interruptCore(core);
  }

  /** On the way out of the kernel: whether the core may go on with what it was doing. */
  keepsRunning(core: number): boolean {
    const { current, reschedule } = this.cores[core];
    return !reschedule && current !== undefined && current.isRunnable && !current.killed;
  }

  /** Chooses what a core does next: a thread, or nothing. */
  choose(core: number): Thread | undefined {
    const here = this.cores[core];
    const { current } = here;
    here.reschedule = false;
    here.current = undefined;
    if (current !== undefined) this.putBack(current, here);
    const next = this.takeFirst();
    here.current = next;
    here.sliceEnd = Infinity;
    this.count(this.statistics[core], current, next);
    if (next !== current) this.kernel.listener?.switched(core, current, next);
    if (next !== undefined) {
      next.core = core;
      next.runStart = this.kernel.now;
      if (this.queues.some((queue) => queue.length > 0)) here.sliceEnd = this.kernel.now + TIME_SLICE;
    }
    return next;
  }

  private count(statistics: CoreStatistics, before: Thread | undefined, next: Thread | undefined): void {
    const { now } = this.kernel;
    statistics.reschedules += 1;
    if (next !== before) {
      statistics.contextSwitches += 1;
      if (before?.scheduled === true) statistics.preemptions += 1;
    }
    if (statistics.idleSince >= 0) statistics.idle += now - statistics.idleSince;
    statistics.idleSince = next === undefined ? now : -1;
  }
  /** Virtual ns that a core has had no thread. */
  idleTime(core: number): number {
    const { idle, idleSince } = this.statistics[core];
    return idle + (idleSince < 0 ? 0 : Math.max(0, this.kernel.now - idleSince));
  }

  private putBack(thread: Thread, here: PerCore): void {
    thread.runtime += this.kernel.now - thread.runStart;
    thread.scheduled = false;
    if (!thread.isRunnable) return;
    thread.scheduled = true;
    const queue = this.queues[thread.priority];
    if (here.sliceEnd <= this.kernel.now) queue.push(thread);
    else queue.unshift(thread);
  }

  private takeFirst(): Thread | undefined {
    for (let priority = PRIORITIES - 1; priority >= 0; priority--) {
      const thread = this.queues[priority].shift();
      if (thread !== undefined) return thread;
    }
    return undefined;
  }

  // Timers of a core.

  addTimer(core: number, deadline: number, target: TimerTarget): TimerEntry {
    const { timers } = this.cores[core];
    const before = timers.deadline;
    const entry = timers.add(deadline, target);
    if (deadline < before) this.kernel.armTimer(core);
    return entry;
  }
  removeTimer(core: number, entry: TimerEntry): void {
    this.cores[core].timers.remove(entry);
  }
  /** When the core's timer must fire next, in virtual ns, or Infinity. */
  timerDeadline(core: number): number {
    const { timers, sliceEnd, reschedule } = this.cores[core];
    // A slice that is over must not keep the interrupt up: the core chooses anew on its way out, and arms again.
    return reschedule ? timers.deadline : Math.min(timers.deadline, sliceEnd);
  }
  private fire(core: number, due: TimerEntry): void {
    this.statistics[core].timers += 1;
    due.target.onTimer(due);
  }
  /** The core's timer has fired. */
  timerFired(core: number): void {
    const here = this.cores[core];
    const { now } = this.kernel;
    for (let due = here.timers.pop(now); due !== undefined; due = here.timers.pop(now)) this.fire(core, due);
    if (here.sliceEnd <= now) here.reschedule = true;
    this.kernel.armTimer(core);
  }
}
