/** Processes. Zircon's docs/objects/process.md. */
import { ObjectType, Rights, Signal, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { Cost } from '../work.js';
import { AddressSpace } from '../vm/address-space.js';
import { type Dispatcher } from './dispatcher.js';
import { HandleTable, HANDLES_MAX, PROCESS_HANDLES_MAX, type Handle } from './handle.js';
import type { Job } from './job.js';
import { Task } from './task.js';
import type { Thread } from './thread.js';
import type { Inspector } from '../state/inspector.js';

export type ProcessState = 'initial' | 'running' | 'dying' | 'dead';

/** zx_process_t's return code after task_kill. */
const KILLED_RETURN_CODE = -1n;

export class Process extends Task {
  readonly type = ObjectType.PROCESS;
  readonly defaultRights = Rights.PROCESS;
  state: ProcessState = 'initial';
  readonly handles: HandleTable;
  readonly aspace: AddressSpace;
  readonly threads = new Set<Thread>();
  returnCode = 0n;
  /** Suspend tokens held on it. */
  private suspensions = 0;
  /** ZX_PROP_PROCESS_DEBUG_ADDR. */
  debugAddress = 0n;

  constructor(
    kernel: Kernel,
    readonly job: Job,
    name: string,
  ) {
    super(kernel);
    this.name = name;
    this.handles = new HandleTable(kernel.random.u32());
    this.aspace = kernel.vm.createAddressSpace();
    job.addProcess(this);
    kernel.processCreated();
    kernel.work.add(Cost.process);
  }

  override get relatedKoid(): number {
    return this.job.koid;
  }

  /** Whether the table, and the system, can have so many more handles. */
  hasRoomFor(count: number): boolean {
    const { handles, kernel } = this;
    return handles.count + count <= PROCESS_HANDLES_MAX && kernel.handles.count + count <= HANDLES_MAX;
  }
  /** Puts a new handle to an object into the table; its value, or 0 if there are too many. */
  give(object: Dispatcher, rights = object.defaultRights): number {
    if (this.handles.count >= PROCESS_HANDLES_MAX) return 0;
    const handle = this.kernel.handles.make(object, rights);
    return handle === undefined ? 0 : this.handles.add(handle);
  }

  addThread(thread: Thread): void {
    this.threads.add(thread);
    for (let i = 0; i < this.suspensions; i++) thread.suspend();
  }

  /** Suspends the threads that there are and those to come, until `resume`. */
  suspend(): void {
    this.suspensions += 1;
    for (const thread of this.threads) thread.suspend();
  }
  resume(): void {
    this.suspensions -= 1;
    for (const thread of [...this.threads]) thread.resume();
  }
  threadStarted(_thread: Thread): void {
    if (this.state === 'initial') this.state = 'running';
  }
  threadExited(thread: Thread, wasAlive: boolean): void {
    this.threads.delete(thread);
    if (wasAlive && this.state === 'running' && !this.hasLivingThread) this.exitCode(this.returnCode);
    if (this.state === 'dying' && this.threads.size === 0) this.finish();
  }

  private get hasLivingThread(): boolean {
    for (const thread of this.threads) if (thread.life === 'alive') return true;
    return false;
  }

  /** process_exit, or the last thread's end: all threads go. */
  exitCode(code: bigint): void {
    if (this.isEnding) return;
    this.returnCode = code;
    this.state = 'dying';
    for (const thread of [...this.threads]) thread.kill();
    if (this.threads.size === 0) this.finish();
  }

  kill(): void {
    if (this.state === 'initial') {
      this.returnCode = KILLED_RETURN_CODE;
      this.state = 'dying';
      for (const thread of [...this.threads]) thread.kill();
      if (this.state === 'dying') this.finish();
      return;
    }
    this.exitCode(KILLED_RETURN_CODE);
  }

  private finish(): void {
    if (this.state === 'dead') return;
    this.state = 'dead';
    const held: Handle[] = this.handles.clear();
    for (const handle of held) this.kernel.handles.close(handle);
    this.kernel.handlesReleased();
    this.aspace.destroy();
    this.kernel.futexes.processDied(this);
    this.updateSignals(0, Signal.PROCESS_TERMINATED);
    this.job.removeProcess(this);
    this.kernel.processEnded(this);
    for (const each of this.kernel.listeners.all) each.processEnded?.(this);
    if (this.handleCount === 0) this.destroyed();
  }

  /**
   * A process that was never started goes with its last handle; a running one lives on. One that is just closing its
   * last handle to itself has its memory to give back first.
   */
  override onZeroHandles(): void {
    if (this.state === 'initial') this.kill();
    else if (this.state === 'dead' && !this.aspace.rootVmar.isAlive) this.destroyed();
  }

  /** Dead, or on its way there. */
  get isEnding(): boolean {
    return this.state === 'dying' || this.state === 'dead';
  }
  /** Whether a new thread may be added. */
  get acceptsThreads(): number {
    return this.isEnding ? Status.BAD_STATE : Status.OK;
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const isLiving = this.state !== 'dead';
    inspector.ensure(
      isLiving === this.job.processes.has(this),
      'a process is in its job as long as it lives',
    );
    inspector.ensure(!isLiving || inspector.isThere(this), 'a process that lives is there');
    inspector.ensure(
      isLiving || (this.handles.count === 0 && this.threads.size === 0),
      'the dead have nothing',
    );
    for (const handle of this.handles.list()) inspector.holds(handle);
    for (const thread of this.threads) {
      inspector.ensure(thread.process === this && thread.life !== 'dead', 'threads live in their process');
      inspector.note('suspensions', thread, this.suspensions);
    }
    inspector.note('suspensions', this, -this.suspensions);
    inspector.note('processes', 'all', isLiving ? 1 : 0);
    inspector.once('address space', this.aspace);
    inspector.ensure(isLiving === this.aspace.rootVmar.isAlive, 'an address space goes with its process');
  }
}
