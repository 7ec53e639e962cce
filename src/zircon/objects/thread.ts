/** Threads. Zircon's docs/objects/thread.md. */
import { ObjectType, Rights, Signal, Status } from '../abi/constants.js';
import { syscalls } from '../abi/numbers.js';
import type { Kernel } from '../kernel.js';
import { Context } from '../sched/context.js';
import { BOOST_MAX, PRIORITIES } from '../sched/scheduler.js';
import type { TimerEntry, TimerTarget } from '../sched/timer-queue.js';
import { Cost } from '../work.js';
import type { Process } from './process.js';
import type { Queued } from '../sched/queue.js';
import { Task } from './task.js';
import type { Wait } from './wait.js';
import type { Signed } from '../state/field-types.js';
import type { Inspector } from '../state/inspector.js';

/** Where a thread is in its life. */
export type Life =
  /** Created, not started. */
  | 'new'
  /** Running, runnable, blocked or suspended. */
  | 'alive'
  | 'dead';

/** Priorities, 0 to 31: docs/kernel_scheduling.md. */
const PRIORITY_DEFAULT = 16;

/** Numbers of calls are below this. */
const CALLS = syscalls.length;

export class Thread extends Task implements TimerTarget, Queued {
  readonly type = ObjectType.THREAD;
  readonly defaultRights = Rights.THREAD;
  life: Life = 'new';
  readonly context = new Context();
  /** The blocking call the thread is in. */
  wait: Wait | undefined;
  /** The blocking call that it left when it was suspended, and comes back to. */
  interrupted: Wait | undefined;
  private waitTimer: { readonly entry: TimerEntry; readonly core: number } | undefined;
  /** Suspend tokens held on it or its process. */
  suspensions = 0;
  /** In the run queue of its priority. */
  queuePlace: Signed = -1;
  /** In a run queue, or on a core. */
  scheduled = false;
  /** Core it is on or was last on. */
  core = 0;
  ownPriority = PRIORITY_DEFAULT;
  /** Highest priority of the threads that wait for a futex it owns, or 0: docs/objects/futex.md. */
  lentPriority = 0;
  /** What it has risen by through waiting, or, below 0, sunk by through computing. */
  boost: Signed = 0;
  /** What counts: docs/kernel_scheduling.md, "Priority Management". */
  priority = PRIORITY_DEFAULT;
  /** ns left of its time slice; 0 when it is to get a whole one. */
  slice = 0;
  /** The system call it is in, or was last in. */
  callNumber = 0;
  /** It must exit instead of returning to user code. */
  killed = false;
  /** It called thread_exit, rather than being killed. */
  leaving = false;
  /** A debugger has been told of its end. */
  private exitReported = false;
  /** ns on a core, not counting the present run. */
  runtime = 0;
  /** Virtual ns at which the present run began. */
  runStart = 0;

  constructor(
    kernel: Kernel,
    readonly process: Process,
    name: string,
  ) {
    super(kernel);
    this.name = name;
    kernel.work.add(Cost.thread);
  }

  override get relatedKoid(): number {
    return this.process.koid;
  }

  /**
   * Starts user code at EL0: X0 and X1 are the arguments, every other register is 0. `isFirst`: its process starts
   * with it. OK, or BAD_STATE for one that was started or is dead.
   */
  start(pc: bigint, sp: bigint, arg1: bigint, arg2: bigint, isFirst = false): number {
    if (this.life !== 'new') return Status.BAD_STATE;
    const { context } = this;
    context.pc = pc;
    context.sp = sp;
    context.general[0] = arg1;
    context.general[1] = arg2;
    this.life = 'alive';
    this.process.threadStarted(this);
    for (const each of this.kernel.listeners.all) each.threadStarted?.(this, isFirst);
    this.updateSignals(0, Signal.THREAD_RUNNING);
    this.kernel.exceptions.threadStarting(this, isFirst);
    this.stopped();
    if (this.isRunnable) this.kernel.scheduler.ready(this);
    return Status.OK;
  }

  /** ns on a core, up to now. */
  get totalRuntime(): number {
    const { kernel } = this;
    return this.runtime + (kernel.scheduler.isOnCore(this) ? Math.max(0, kernel.now - this.runStart) : 0);
  }

  /** Dead, or killed and on its way there. */
  get isEnding(): boolean {
    return this.life === 'dead' || this.killed;
  }
  get isRunnable(): boolean {
    return this.life === 'alive' && this.wait === undefined && (this.suspensions === 0 || this.killed);
  }

  /** Blocks the thread, which is in a system call, until `unblock` or the deadline (virtual ns). */
  block(wait: Wait, deadline: number): void {
    wait.thread = this;
    this.wait = wait;
    if (deadline === Infinity) return;
    const { scheduler } = this.kernel;
    this.waitTimer = { entry: scheduler.addTimer(this.core, deadline, this), core: this.core };
  }

  /** The deadline of the wait has passed. */
  onTimer(): void {
    this.waitTimer = undefined;
    if (this.wait !== undefined) this.unblock(Status.TIMED_OUT);
  }

  /** Ends the wait: the call returns what the wait makes of the status. */
  unblock(status: number): void {
    const { wait } = this;
    if (wait === undefined) return;
    this.endWait();
    const result = wait.finish(status);
    if (!wait.keepsRegisters) this.endCall(result);
    if (this.isRunnable) this.kernel.scheduler.wake(this);
  }
  /** The system call under way returns. */
  private endCall(result: number): void {
    this.setResult(BigInt(result));
    for (const each of this.kernel.listeners.all) each.callReturned(this, this.callNumber, BigInt(result));
  }

  private endWait(): void {
    const { wait } = this;
    this.wait = undefined;
    this.cancelDeadline();
    wait?.detach();
  }
  private cancelDeadline(): void {
    const { waitTimer } = this;
    if (waitTimer !== undefined) this.kernel.scheduler.removeTimer(waitTimer.core, waitTimer.entry);
    this.waitTimer = undefined;
  }

  /** Sets what the system call under way returns. */
  setResult(value: bigint): void {
    if (this.kernel.scheduler.isCurrent(this)) this.kernel.setCurrentX0(value);
    else this.context.general[0] = BigInt.asUintN(64, value);
  }

  /** Makes the thread exit as soon as it can. */
  kill(): void {
    if (this.life === 'dead' || (this.killed && this.wait === undefined)) return;
    this.killed = true;
    this.leaving = false;
    if (this.life === 'new') {
      this.exit();
      return;
    }
    const { scheduler } = this.kernel;
    if (this.wait !== undefined) this.endWait();
    if (scheduler.isOnCore(this)) scheduler.requestReschedule(this.core);
    else this.exit();
  }

  suspend(): void {
    this.suspensions += 1;
    if (this.life !== 'alive') return;
    const { scheduler } = this.kernel;
    if (scheduler.isOnCore(this)) scheduler.requestReschedule(this.core);
    else {
      scheduler.remove(this);
      this.stopped();
    }
  }

  /** It leaves its core, or was on none: a suspension takes effect, and its registers can be looked at. */
  stopped(): void {
    if (this.suspensions === 0) return;
    this.leaveCall();
    this.updateSignals(Signal.THREAD_RUNNING, Signal.THREAD_SUSPENDED);
  }
  private leaveCall(): void {
    const { wait } = this;
    if (wait?.isInterruptible !== true) return;
    this.wait = undefined;
    this.interrupted = wait;
    this.cancelDeadline();
    this.endCall(Status.INTERNAL_INTR_RETRY);
  }
  /** Whether the registers are those with which it will go on: in an exception, or suspended. */
  get isHalted(): boolean {
    if (this.life !== 'alive' || this.kernel.scheduler.isOnCore(this)) return false;
    return this.suspensions > 0 || this.wait?.keepsRegisters === true;
  }

  resume(): void {
    this.suspensions -= 1;
    if (this.suspensions > 0 || this.life !== 'alive') return;
    this.updateSignals(Signal.THREAD_SUSPENDED, Signal.THREAD_RUNNING);
    if (this.isRunnable) this.kernel.scheduler.ready(this);
  }

  /** The end: the thread is on no core and in no queue any more, or is leaving one. */
  exit(): void {
    if (this.life === 'dead') return;
    if (this.life === 'alive' && !this.exitReported) {
      this.exitReported = true;
      const { exceptions } = this.kernel;
      // A debugger may look at the thread once more, or, if it was killed, hears of it.
      if (!this.leaving) exceptions.threadKilled(this);
      else if (exceptions.threadExiting(this)) return;
    }
    if (this.wait !== undefined) this.endWait();
    this.interrupted?.abandon();
    this.interrupted = undefined;
    this.kernel.scheduler.remove(this);
    const wasAlive = this.life === 'alive';
    this.life = 'dead';
    for (const each of this.kernel.listeners.all) each.threadEnded?.(this);
    this.kernel.futexes.threadDied(this);
    // Who watches both hears of the thread before its process, which may end with it.
    this.updateSignals(Signal.THREAD_RUNNING | Signal.THREAD_SUSPENDED, Signal.THREAD_TERMINATED);
    this.process.threadExited(this, wasAlive);
    if (this.handleCount === 0) this.destroyed();
  }

  /** A thread that nobody holds and that was never started goes; one that runs lives on. */
  override onZeroHandles(): void {
    if (this.life === 'new') this.exit();
    else if (this.life === 'dead') this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { process, life, wait, waitTimer } = this;
    const isLiving = life !== 'dead';
    inspector.ensure(
      isLiving === process.threads.has(this),
      'a thread is in its process as long as it lives',
    );
    inspector.ensure(!isLiving || inspector.isThere(this), 'a thread that lives is there');
    inspector.index(this.core, inspector.kernel.cores, 'the core');
    inspector.index(this.callNumber, CALLS, 'the number of the call');
    this.auditPriorities(inspector);
    if (isLiving) inspector.note('suspensions', this, -this.suspensions);
    inspector.ensure(wait === undefined || (wait.thread === this && life === 'alive'), 'who waits is alive');
    const { interrupted } = this;
    inspector.ensure(
      interrupted === undefined || (interrupted.isInterruptible && interrupted.thread === this && isLiving),
      'a call that a thread comes back to is its own',
    );
    for (const each of [wait, interrupted]) if (each !== undefined) inspector.note('waits', each, 1);
    inspector.ensure(waitTimer === undefined || wait !== undefined, 'only who waits has a deadline');
    if (waitTimer !== undefined) inspector.timer(waitTimer, this);
    if (this.scheduled) inspector.note('threads to run', this, 1);
    inspector.ensure(!this.scheduled || life === 'alive', 'who is to run is alive');
    const moments = [this.slice, this.runtime, this.runStart];
    inspector.ensure(
      moments.every((moment) => Number.isSafeInteger(moment)),
      'times are counted in ns',
    );
  }
  private auditPriorities(inspector: Inspector): void {
    const { ownPriority, lentPriority, priority, boost } = this;
    for (const each of [ownPriority, lentPriority, priority]) inspector.index(each, PRIORITIES, 'priorities');
    inspector.index(boost + BOOST_MAX, 2 * BOOST_MAX + 1, 'the boost');
  }
}
