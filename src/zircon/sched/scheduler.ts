/**
 * Which thread runs on which core. Priorities 0 to 31, round robin among equals with a time slice; a core takes
 * the first thread of the highest priority. Threads that wait rise, threads that only compute sink. Every decision is
 * made on the way out of an exception, as in a kernel of machine code. Zircon's docs/kernel_scheduling.md.
 */
import type { Kernel } from '../kernel.js';
import type { Thread } from '../objects/thread.js';
import { Queue } from './queue.js';
import type { Moment } from '../state/field-types.js';
import { Cost } from '../work.js';
import { CoreStatistics } from './core-statistics.js';
import { TimerQueue, type TimerEntry, type TimerTarget } from './timer-queue.js';
import type { Inspector } from '../state/inspector.js';

/** ns a thread may run before an equal one has its turn. */
const TIME_SLICE = 10_000_000;
export const PRIORITIES = 32;
/** How far a thread rises above or sinks below its own priority. */
export const BOOST_MAX = 4;

/** What the scheduler knows of one core. */
export class PerCore {
  current: Thread | undefined;
  /** The present thread must be looked at again before user code goes on. */
  reschedule = false;
  /** Virtual ns; Infinity while nobody else wants a core. */
  sliceEnd: Moment = Infinity;
  /** The present thread gives its turn away. */
  yields = false;
  readonly timers = new TimerQueue();
}

export class RunQueue extends Queue<Thread> {}

/** What a thread's priority comes to: what it asked for and how it behaves, or what is lent to it. */
function effectivePriority({ ownPriority, boost, lentPriority }: Thread): number {
  return Math.max(0, Math.min(ownPriority + boost, PRIORITIES - 1), lentPriority);
}
/** ns that a thread may run now: what is left of its last time slice, or a whole one. */
function sliceOf({ slice }: Thread): number {
  return slice > 0 ? slice : TIME_SLICE;
}

export class Scheduler {
  private readonly cores: PerCore[];
  /** By core. */
  readonly statistics: readonly CoreStatistics[];
  private readonly queues = Array.from({ length: PRIORITIES }, () => new RunQueue());

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
    return this.cores[thread.core].current === thread;
  }

  /** A thread has waited for what it needs: it rises, and can run. */
  wake(thread: Thread): void {
    if (!thread.scheduled) this.setBoost(thread, thread.boost + 1);
    this.ready(thread);
  }

  /** A thread can run: queues it, and wakes or interrupts a core for it. */
  ready(thread: Thread): void {
    if (thread.scheduled) return;
    thread.scheduled = true;
    if (this.isOnCore(thread)) return;
    this.enqueue(thread);
    this.findCore(thread);
  }

  /** First of its priority, with a time slice that was cut short; else last. */
  private enqueue(thread: Thread): void {
    const queue = this.queues[thread.priority];
    if (thread.slice > 0) queue.pushFirst(thread);
    else queue.push(thread);
  }

  private isIdle(core: number): boolean {
    return this.cores[core].current === undefined;
  }

  /** The core that has woken a thread is the first choice, then the one that it was last on, then any that is idle. */
  private findCore(thread: Thread): void {
    const { activeCore } = this.kernel;
    if (this.isIdle(activeCore)) return this.requestReschedule(activeCore);
    if (this.isIdle(thread.core)) return this.requestReschedule(thread.core);
    const lowest = this.lowestCore();
    if (this.isIdle(lowest) || this.priorityOn(lowest) < thread.priority) this.requestReschedule(lowest);
    else this.startSlices();
  }
  /** The first core that is idle, or else the first one whose thread has the lowest priority. */
  private lowestCore(): number {
    let lowest = 0;
    for (let core = 1; core < this.cores.length; core++) {
      if (this.priorityOn(core) < this.priorityOn(lowest)) lowest = core;
    }
    return lowest;
  }
  private priorityOn(core: number): number {
    return this.cores[core].current?.priority ?? -1;
  }

  /** Somebody waits for a core: threads that had one for themselves get a time slice. */
  private startSlices(): void {
    for (const [i, core] of this.cores.entries()) {
      if (core.current === undefined || core.sliceEnd !== Infinity) continue;
      core.sliceEnd = this.kernel.now + sliceOf(core.current);
      this.kernel.armTimer(i);
    }
  }

  /** Takes a thread out of its queue. */
  remove(thread: Thread): void {
    if (this.isOnCore(thread)) return;
    thread.scheduled = false;
    this.queues[thread.priority].remove(thread);
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
  private setBoost(thread: Thread, boost: number): void {
    thread.boost = Math.max(-BOOST_MAX, Math.min(boost, BOOST_MAX));
    this.updatePriority(thread);
  }
  private updatePriority(thread: Thread): boolean {
    const priority = effectivePriority(thread);
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

  /** The thread on the active core gives its turn away. */
  yieldCore(): void {
    const { activeCore } = this.kernel;
    this.cores[activeCore].yields = true;
    this.requestReschedule(activeCore);
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
    here.yields = false;
    this.count(this.statistics[core], current, next);
    if (next !== current) {
      this.kernel.work.add(Cost.contextSwitch);
      for (const each of this.kernel.listeners.all) each.switched(core, current, next);
    }
    if (next !== undefined) {
      next.core = core;
      next.runStart = this.kernel.now;
      next.priority = effectivePriority(next);
      if (this.isSomebodyQueued()) here.sliceEnd = this.kernel.now + sliceOf(next);
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
    const { now } = this.kernel;
    thread.runtime += now - thread.runStart;
    thread.scheduled = false;
    if (here.sliceEnd !== Infinity) thread.slice = Math.max(0, here.sliceEnd - now);
    if (!thread.isRunnable) return;
    if (here.yields) return this.putLast(thread);
    if (here.sliceEnd <= now) this.setBoost(thread, thread.boost - 1);
    thread.scheduled = true;
    if (here.sliceEnd === Infinity) this.queues[thread.priority].pushFirst(thread);
    else this.enqueue(thread);
  }

  /**
   * Behind the threads of its own priority, those too that have sunk: a thread that yields until another one has done
   * something must not keep it from it. It loses what it has risen by.
   */
  private putLast(thread: Thread): void {
    thread.slice = 0;
    thread.boost = Math.min(thread.boost, Math.max(0, thread.boost - 1));
    thread.priority = Math.max(0, thread.ownPriority - BOOST_MAX, thread.lentPriority);
    thread.scheduled = true;
    this.queues[thread.priority].push(thread);
  }

  private takeFirst(): Thread | undefined {
    for (let priority = PRIORITIES - 1; priority >= 0; priority--) {
      if (this.queues[priority].size > 0) return this.queues[priority].shift();
    }
    return undefined;
  }
  private isSomebodyQueued(): boolean {
    for (const { size } of this.queues) if (size > 0) return true;
    return false;
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

  audit(inspector: Inspector): void {
    const { cores, statistics, queues } = this;
    const { cores: count } = inspector.kernel;
    inspector.ensure(cores.length === count && statistics.length === count, 'each core is known');
    inspector.ensure(queues.length === PRIORITIES, 'each priority has a queue');
    for (const [core, { current, timers }] of cores.entries()) {
      inspector.once('timers', timers);
      if (current === undefined) continue;
      inspector.ensure(
        current.core === core && current.life === 'alive',
        'who is on a core is alive, and there',
      );
      this.auditThread(current, inspector);
    }
    for (const [priority, queue] of queues.entries()) {
      for (const thread of queue) {
        inspector.ensure(
          thread.priority === priority && thread.isRunnable,
          'who can run is in the queue of its priority',
        );
        this.auditThread(thread, inspector);
      }
    }
  }
  private auditThread(thread: Thread, inspector: Inspector): void {
    inspector.once('thread', thread);
    if (thread.scheduled) inspector.note('threads to run', thread, -1);
  }
  hasTimer(core: number, entry: TimerEntry): boolean {
    return this.cores[core]?.timers.has(entry) === true;
  }
}
