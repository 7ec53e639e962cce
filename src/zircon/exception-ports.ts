/** Exceptions of user code and who handles them: docs/exceptions.md. */
import { Status } from './abi/constants.js';
import { ExceptionType } from './abi/exceptions.js';
import type { Kernel } from './kernel.js';
import type { Dispatcher } from './objects/dispatcher.js';
import { Job } from './objects/job.js';
import type { Port } from './objects/port.js';
import { Process } from './objects/process.js';
import { Thread } from './objects/thread.js';
import { Wait } from './objects/wait.js';

/** ZX_THREAD_STATE_BLOCKED_EXCEPTION. */
const BLOCKED_EXCEPTION = 0x103;

/** A port bound to the exception port of a task. */
export interface Binding {
  readonly port: Port;
  readonly key: bigint;
  /** ZX_EXCEPTION_PORT_TYPE_*. */
  readonly kind: PortKind;
}

/** ZX_EXCEPTION_PORT_TYPE_*, for ZX_INFO_THREAD. */
export const PortKind = { NONE: 0, DEBUGGER: 1, THREAD: 2, PROCESS: 3, JOB: 4, JOB_DEBUGGER: 5 } as const;
export type PortKind = (typeof PortKind)[keyof typeof PortKind];

interface Bindings {
  general?: Binding;
  debugger?: Binding;
}

/** An exception in the making: its thread is stopped until a handler answers. */
export class ExceptionWait extends Wait {
  readonly state = BLOCKED_EXCEPTION;
  override readonly keepsRegisters = true;
  /** Where its report is now. */
  binding: Binding | undefined;

  constructor(
    readonly type: ExceptionType,
    /** ESR_EL1 and FAR_EL1. */
    readonly syndrome: number,
    readonly address: number | bigint,
    /** Handlers still to try, in order. */
    readonly handlers: Binding[],
  ) {
    super();
  }

  detach(): void {
    this.binding = undefined;
    this.thread.kernel.exceptions.ended(this);
  }
}

const isDebuggerOnly = (type: ExceptionType): boolean =>
  type === ExceptionType.THREAD_STARTING ||
  type === ExceptionType.THREAD_EXITING ||
  type === ExceptionType.PROCESS_STARTING;

export class ExceptionPorts {
  private readonly bindings = new Map<number, Bindings>();
  /** Threads that wait for a handler. */
  private readonly waiting = new Set<ExceptionWait>();

  constructor(private readonly kernel: Kernel) {}

  // Binding.

  bind(task: Job | Process | Thread, port: Port, key: bigint, isDebugger: boolean): number {
    if (isGone(task)) return Status.BAD_STATE;
    const here = this.bindings.get(task.koid) ?? {};
    const slot = isDebugger ? 'debugger' : 'general';
    if (here[slot] !== undefined) return Status.ALREADY_BOUND;
    here[slot] = { port, key, kind: kindOf(task, isDebugger) };
    this.bindings.set(task.koid, here);
    return Status.OK;
  }

  unbind(task: Dispatcher, isDebugger: boolean): number {
    const here = this.bindings.get(task.koid);
    const slot = isDebugger ? 'debugger' : 'general';
    const binding = here?.[slot];
    if (here === undefined || binding === undefined) return Status.BAD_STATE;
    delete here[slot];
    this.passOn((wait) => wait.binding === binding);
    return Status.OK;
  }

  /** The last handle to a port was closed: it is unbound everywhere. */
  portClosed(port: Port): void {
    for (const here of this.bindings.values()) {
      if (here.general?.port === port) delete here.general;
      if (here.debugger?.port === port) delete here.debugger;
    }
    this.passOn((wait) => wait.binding?.port === port);
  }

  private passOn(concerns: (wait: ExceptionWait) => boolean): void {
    for (const wait of [...this.waiting]) if (concerns(wait)) this.next(wait);
  }

  // Raising.

  /** Stops a thread with a general exception, until a handler resumes it; without one its process dies. */
  raise(thread: Thread, type: ExceptionType, syndrome: number, address: number | bigint): void {
    this.deliver(thread, new ExceptionWait(type, syndrome, address, this.generalHandlers(thread)));
  }
  threadStarting(thread: Thread): void {
    this.toDebugger(thread, ExceptionType.THREAD_STARTING, this.bindings.get(thread.process.koid)?.debugger);
  }
  /** Whether the thread's end has to wait for a debugger. */
  threadExiting(thread: Thread): boolean {
    return this.toDebugger(
      thread,
      ExceptionType.THREAD_EXITING,
      this.bindings.get(thread.process.koid)?.debugger,
    );
  }
  /** Tells a debugger of the end of a thread that is beyond waiting for an answer. */
  threadKilled(thread: Thread): void {
    const { process } = thread;
    const binding = this.bindings.get(process.koid)?.debugger;
    binding?.port.queueException(binding.key, ExceptionType.THREAD_EXITING, process.koid, thread.koid);
  }
  processStarting(thread: Thread): void {
    for (let job: Job | undefined = thread.process.job; job !== undefined; job = job.parent) {
      const binding = this.bindings.get(job.koid)?.debugger;
      if (binding === undefined) continue;
      this.toDebugger(thread, ExceptionType.PROCESS_STARTING, binding);
      return;
    }
  }
  /** A task is gone: nobody will hear of it again. */
  taskGone(task: Job | Process | Thread): void {
    this.bindings.delete(task.koid);
  }
  hasDebugger(process: Process): boolean {
    return this.bindings.get(process.koid)?.debugger !== undefined;
  }

  private toDebugger(thread: Thread, type: ExceptionType, binding: Binding | undefined): boolean {
    if (binding === undefined) return false;
    this.deliver(thread, new ExceptionWait(type, 0, 0, [binding]));
    return true;
  }

  /** Process debugger, thread, process, then the jobs up to the root. */
  private generalHandlers(thread: Thread): Binding[] {
    const { process } = thread;
    const ofProcess = this.bindings.get(process.koid);
    const found = [ofProcess?.debugger, this.bindings.get(thread.koid)?.general, ofProcess?.general];
    for (let job: Job | undefined = process.job; job !== undefined; job = job.parent) {
      found.push(this.bindings.get(job.koid)?.general);
    }
    return found.filter((binding) => binding !== undefined);
  }

  private deliver(thread: Thread, wait: ExceptionWait): void {
    wait.thread = thread;
    thread.wait = wait;
    this.waiting.add(wait);
    this.next(wait);
  }

  /** Reports to the next handler, or does what happens without one. */
  private next(wait: ExceptionWait): void {
    const { thread } = wait;
    for (let binding = wait.handlers.shift(); binding !== undefined; binding = wait.handlers.shift()) {
      wait.binding = binding;
      if (binding.port.queueException(binding.key, wait.type, thread.process.koid, thread.koid)) return;
    }
    thread.unblock(Status.OK);
    if (isDebuggerOnly(wait.type)) return;
    this.kernel.log.fatalException(thread, wait);
    thread.process.kill();
  }

  /** The thread goes on, or was killed while it waited. */
  ended(wait: ExceptionWait): void {
    this.waiting.delete(wait);
  }

  // Resuming.

  /** A handler's answer: the thread goes on, or the next handler gets the report. */
  resume(thread: Thread, port: Port, tryNext: boolean): number {
    const { wait } = thread;
    if (!(wait instanceof ExceptionWait)) return Status.BAD_STATE;
    if (wait.binding?.port !== port) return Status.ACCESS_DENIED;
    if (tryNext) this.next(wait);
    else thread.unblock(Status.OK);
    return Status.OK;
  }
}

function isGone(task: Job | Process | Thread): boolean {
  if (task instanceof Thread) return task.life === 'dead';
  return task instanceof Process ? task.state === 'dead' : task.dead;
}

function kindOf(task: Job | Process | Thread, isDebugger: boolean): PortKind {
  if (task instanceof Thread) return PortKind.THREAD;
  if (task instanceof Process) return isDebugger ? PortKind.DEBUGGER : PortKind.PROCESS;
  return isDebugger ? PortKind.JOB_DEBUGGER : PortKind.JOB;
}
