/**
 * The Zircon kernel: all of its state hangs here. It runs as the machine's hosted supervisor: every exception to
 * EL1 on any core comes in at `exception`, and leaves again by an exception return to a thread or to the idle
 * loop. It never runs by itself.
 */
import { Listeners } from '../engine/index.js';
import type { Firmware, Machine } from '../machine/index.js';
import { hasOption, hexadecimalOption, memoryLimit, numericOption } from './command-line.js';
import { ExceptionPorts } from './exceptions/exception-ports.js';
import { FutexTable } from './ipc/futex.js';
import { Ipc } from './ipc/ipc.js';
import { closeLostChannels } from './ipc/lost-channels.js';
import { KernelConsole } from './hardware/console.js';
import { Cpus } from './hardware/cpus.js';
import { driversFor } from './hardware/drivers.js';
import { DebugLog } from './debug-log.js';
import { JobPolicy } from './limits/policy.js';
import { Job } from './objects/job.js';
import { HandleArena } from './objects/handle.js';
import type { Dispatcher } from './objects/dispatcher.js';
import type { Process } from './objects/process.js';
import type { KernelListener } from './listener.js';
import { OutOfMemory } from './limits/out-of-memory.js';
import { Random } from './random.js';
import { FireTimes } from './sched/fire-times.js';
import { Scheduler } from './sched/scheduler.js';
import type { Transient } from './state/field-types.js';
import { SystemCalls } from './syscalls/entry/dispatch.js';
import { KernelTrace } from './tracing/kernel-trace.js';
import { userFault } from './exceptions/user-fault.js';
import { VirtualMemory } from './vm/virtual-memory.js';
import { Cost, type Work } from './work.js';
import type { Inspector } from './state/inspector.js';

export interface KernelOptions {
  /** The kernel command line. */
  readonly commandLine: string;
  /** Where all randomness comes from. */
  readonly seed: bigint;
}

/** Koids below this are reserved. */
const FIRST_KOID = 1024;

/** Exception vectors, as offsets from VBAR_EL1. */
const VECTOR_IRQ_EL1 = 0x280;
const VECTOR_SYNCHRONOUS_EL0 = 0x400;
const VECTOR_IRQ_EL0 = 0x480;
/** ESR_EL1.EC of SVC in AArch64. */
const EC_SVC64 = 0x15;

const kernels = new WeakMap<Machine, Kernel>();
/** The kernel that a machine hosts, if it hosts one. */
export function kernelOf(machine: Machine): Kernel | undefined {
  return kernels.get(machine);
}

export class Kernel {
  private koids = FIRST_KOID;
  /** Every object there is, by koid. */
  readonly objects = new Map<number, Dispatcher>();
  readonly handles = new HandleArena();
  readonly random: Random;
  readonly commandLine: string;
  readonly cpus: Cpus;
  /** Those of the machine that the kernel uses: the first ones. */
  readonly cores: number;
  readonly vm: VirtualMemory;
  readonly scheduler: Scheduler;
  readonly console: KernelConsole;
  readonly log: DebugLog;
  readonly futexes: FutexTable;
  /** Memory of queued data. */
  readonly ipc: Ipc;
  /** When timers fire. */
  readonly fireTimes = new FireTimes();
  readonly exceptions: ExceptionPorts;
  readonly outOfMemory: OutOfMemory;
  readonly policy: JobPolicy;
  readonly rootJob: Job;
  readonly trace: KernelTrace;
  private calls!: Transient<SystemCalls>;
  /** Core whose exception is being handled; outside of one, core 0. */
  activeCore = 0;
  /** ns that zx_clock_get(ZX_CLOCK_UTC) is ahead of the monotonic clock: at first what the clock of the day is. */
  utcOffset: bigint;
  private watching: Transient<Listeners<KernelListener> | undefined>;
  /** The first process. */
  userboot: Process | undefined;
  /** Processes that have not ended. */
  private processes = 0;
  /** Why the kernel stopped, if it did. */
  panicked: string | undefined;

  constructor(
    readonly machine: Machine,
    options: KernelOptions,
  ) {
    this.commandLine = options.commandLine;
    this.random = new Random(options.seed);
    this.random.add(hexadecimalOption(this.commandLine, 'kernel.entropy-mixin'));
    this.vm = new VirtualMemory(machine, this.random, {
      isRandomized: !this.hasOption('aslr.disable'),
      limit: memoryLimit(this.commandLine),
    });
    const drivers = driversFor(machine);
    this.cpus = new Cpus(machine, drivers, this.vm.pages);
    this.cores = Math.min(
      machine.cores,
      numericOption(this.commandLine, 'kernel.smp.maxcpus', 1) ?? Infinity,
    );
    this.scheduler = new Scheduler(this, this.cores);
    this.console = new KernelConsole(this, drivers.uart);
    const seconds = Math.floor(machine.now / 1e9);
    this.utcOffset = BigInt((drivers.rtc?.read() ?? seconds) - seconds) * 1_000_000_000n;
    this.log = new DebugLog(this);
    this.futexes = new FutexTable();
    this.ipc = new Ipc(this.handles);
    this.exceptions = new ExceptionPorts(this);
    this.outOfMemory = new OutOfMemory(this);
    this.policy = new JobPolicy(this);
    this.rootJob = new Job(this, undefined);
    this.rootJob.name = 'root';
    this.trace = new KernelTrace(this);
    this.attach();
    const groups = numericOption(this.commandLine, 'ktrace.grpmask');
    if (groups !== undefined && groups !== 0) this.trace.start(groups);
  }

  /** Becomes the machine's supervisor; again after the state was loaded from a snapshot. */
  attach(): void {
    this.calls = new SystemCalls(this, this.machine.cluster.state);
    kernels.set(this.machine, this);
    for (const core of this.machine.cluster.cores) {
      core.system.supervisor = { exception: (vector) => this.exception(core.index, vector) };
    }
    this.trace.attach();
  }

  /** Gives the machine to another kernel, which a reset starts. */
  giveWayTo(firmware: Firmware): void {
    this.trace.detach();
    kernels.delete(this.machine);
    for (const core of this.machine.cluster.cores) core.system.supervisor = undefined;
    this.machine.resetInto(firmware);
  }

  /** What holds between two exceptions. */
  audit(inspector: Inspector): void {
    inspector.index(this.cores - 1, this.machine.cores, 'the number of cores');
    inspector.index(this.activeCore, this.cores, 'the active core');
    inspector.index(this.koids, 2 ** 53, 'the next koid');
    for (const [koid, object] of this.objects) {
      inspector.ensure(object.koid === koid && koid < this.koids, 'an object is found by its koid');
    }
    inspector.ensure(
      inspector.isThere(this.rootJob) && this.rootJob.parent === undefined,
      'the root job is there',
    );
    inspector.note('processes', 'all', -this.processes);
  }
  /** What the cores do is what the kernel has them do. */
  auditWhole(inspector: Inspector): void {
    for (const { index } of this.machine.cluster.cores) {
      const current = index < this.cores ? this.scheduler.current(index) : undefined;
      const table = current?.process.aspace.translationTable ?? { root: this.vm.emptyRoot, asid: 0 };
      const isRight = this.machine.cluster.whileActive(index, () => {
        return index < this.cores
          ? this.cpus.isAt(index, current === undefined ? 1 : 0, table)
          : this.cpus.isOff(index);
      });
      inspector.ensure(isRight, `core ${index} does what the scheduler says`);
    }
  }

  /** Starts every core in the idle loop; the scheduler has them choose threads at the first interrupt. */
  start(): void {
    for (let core = 0; core < this.cores; core++) {
      this.machine.cluster.whileActive(core, () => {
        this.activeCore = core;
        this.cpus.start(core);
        this.leave(core);
      });
    }
    this.activeCore = 0;
  }

  /** Whether the command line has an option, and not as `=false`. */
  hasOption(name: string): boolean {
    return hasOption(this.commandLine, name);
  }

  nextKoid(): number {
    this.koids += 1;
    return this.koids - 1;
  }

  /** Virtual ns since the machine started: ZX_CLOCK_MONOTONIC. It moves by ticks of the counter that user code reads. */
  get now(): number {
    const { cores, counter } = this.machine.cluster;
    return counter.elapsed(counter.countAt(cores[this.activeCore].visibleNow()));
  }

  /** What the kernel has done in the present exception. */
  get work(): Work {
    return this.vm.work;
  }

  /** A process has closed all of its handles. */
  handlesReleased(): void {
    closeLostChannels(this);
  }
  processCreated(): void {
    this.processes += 1;
  }
  /**
   * Without its first process there is no system, which is told by what that process said, and by how the machine
   * ends. Without any process, nothing will ever happen.
   */
  processEnded(process: Process): void {
    this.processes -= 1;
    if (this.userboot === undefined) return;
    if (process === this.userboot && process.returnCode !== 0n) this.machine.halt();
    else if (this.processes === 0) {
      this.console.write('kernel: the last process has ended\n');
      this.machine.halt();
    }
  }

  /** Stops the machine for good, with a line that says why. */
  panic(reason: string): void {
    if (this.panicked !== undefined) return;
    this.panicked = reason;
    this.console.write(`kernel: panic: ${reason}\n`);
    this.machine.halt();
  }

  /** The kernel has thrown, which it must not: it stops, and says in the midst of what. */
  broken(during: string, error: unknown): void {
    this.machine.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
    this.panic(`${during}: ${error instanceof Error ? error.message : String(error)}`);
  }

  /** Those who watch. A snapshot has none, so the list is made when somebody asks for it. */
  get listeners(): Listeners<KernelListener> {
    return (this.watching ??= new Listeners());
  }
  /** Has those who watch the kernel before this one on its machine watch this one. */
  inheritListeners(before: Kernel): void {
    before.trace.detach();
    this.trace.detach();
    this.watching = before.listeners;
    this.trace.attach();
    this.vm.inheritListeners(before.vm);
  }

  // Exceptions.

  /** Its work is the core's: nothing of it shows before the exception's end, when all of it counts. */
  private exception(core: number, vector: number): void {
    this.activeCore = core;
    this.work.take();
    try {
      this.handle(core, vector);
      this.outOfMemory.check();
      this.leave(core);
    } catch (error) {
      this.broken(`an exception at vector 0x${vector.toString(16)}`, error);
      this.cpus.resume(core);
    }
    this.cpus.charge(core, this.work.take());
  }

  private handle(core: number, vector: number): void {
    if (vector === VECTOR_SYNCHRONOUS_EL0) this.synchronous(core);
    else if (vector === VECTOR_IRQ_EL0 || vector === VECTOR_IRQ_EL1) this.interrupts(core);
    else
      this.panic(
        `exception at vector 0x${vector.toString(16)} on core ${core}, ESR 0x${this.cpus.syndrome.toString(16)}`,
      );
  }

  private synchronous(core: number): void {
    const thread = this.scheduler.current(core);
    if (thread === undefined) {
      this.panic(`an exception from EL0 on core ${core}, which runs no thread`);
      return;
    }
    const { syndrome } = this.cpus;
    if (syndrome >>> 26 === EC_SVC64) this.calls.enter(thread);
    else {
      this.work.add(Cost.fault);
      userFault(this, thread, syndrome, this.cpus.faultAddress);
    }
  }

  private interrupts(core: number): void {
    for (let id = this.cpus.acknowledge(core); id !== undefined; id = this.cpus.acknowledge(core)) {
      this.work.add(Cost.interrupt);
      const statistics = this.scheduler.statistics[core];
      for (const each of this.listeners.all) each.interruptTaken?.(id);
      if (id === this.cpus.timerInterrupt) {
        statistics.timerInterrupts += 1;
        this.scheduler.timerFired(core);
      } else if (id === this.cpus.consoleInterrupt) {
        statistics.interrupts += 1;
        this.console.interrupt();
      } else statistics.rescheduleInterrupts += 1;
      this.cpus.endOfInterrupt(core, id);
      for (const each of this.listeners.all) each.interruptEnded?.(id);
    }
  }

  /** The way out: goes on with the thread, or with another one, or idles. */
  private leave(core: number): void {
    const { scheduler, cpus } = this;
    if (this.panicked === undefined && !scheduler.keepsRunning(core)) this.switch(core);
    cpus.resume(core);
  }

  private switch(core: number): void {
    const { scheduler, cpus } = this;
    for (;;) {
      const before = scheduler.current(core);
      if (before?.killed === true) before.exit();
      if (before?.life === 'alive') {
        before.stopped();
        before.context.save(cpus.state);
      }
      const next = scheduler.choose(core);
      if (next === undefined) {
        cpus.idle(core, this.vm.emptyRoot);
        return this.armTimer(core);
      }
      if (next.killed) continue;
      cpus.enterAddressSpace(core, next.process.aspace.translationTable);
      next.context.load(cpus.state);
      cpus.loadDebugState(core, next.context.debug);
      return this.armTimer(core);
    }
  }

  /** Sets a core's timer for the scheduler's next deadline. */
  armTimer(core: number): void {
    const deadline = this.scheduler.timerDeadline(core);
    if (core === this.activeCore) this.cpus.setTimer(core, deadline);
    else this.setTimerOf(core, deadline);
  }
  // On its own: a function with a closure pays for it at each call, also where it does not come to it.
  private setTimerOf(core: number, deadline: number): void {
    this.machine.cluster.whileActive(core, () => this.cpus.setTimer(core, deadline));
  }
  /** Interrupts another core, so that it looks at the scheduler. */
  interruptCore(core: number): void {
    this.cpus.interrupt(this.activeCore, core);
  }
  /** X0 of the thread whose registers are on the active core. */
  setCurrentX0(value: bigint): void {
    this.cpus.state.setX(0, value);
  }
}
