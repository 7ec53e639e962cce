/** Exceptions of user code and who handles them: docs/exceptions.md. */
import { BlockedState, ExceptionType, PortKind, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { Job } from '../objects/job.js';
import type { Port } from '../objects/port.js';
import { Process } from '../objects/process.js';
import type { Task } from '../objects/task.js';
import { Thread } from '../objects/thread.js';
import { Wait } from '../objects/wait.js';
import type { Inspector } from '../state/inspector.js';

/** A port bound to the exception port of a task. */
export interface Binding {
  readonly port: Port;
  readonly key: bigint;
  readonly kind: PortKind;
}

interface Bindings {
  general: Binding | undefined;
  debugger: Binding | undefined;
}

/** Where a port may be bound that hears of an exception. */
interface Place {
  readonly task: Job | Process | Thread;
  readonly slot: keyof Bindings;
}

/** What is to be told of an exception. */
export interface Happening {
  readonly type: ExceptionType;
  /** ESR_EL1 and FAR_EL1, of exceptions of the processor. */
  readonly syndrome: number;
  readonly address: number | bigint;
}

const synthetic = (type: ExceptionType): Happening => ({ type, syndrome: 0, address: 0 });

/** An exception in the making: its thread is stopped until a handler answers. */
export class ExceptionWait extends Wait {
  readonly state = BlockedState.EXCEPTION;
  override readonly keepsRegisters = true;
  /** Where its report is now. */
  binding: Binding | undefined;

  constructor(
    readonly happening: Happening,
    /** Where to look for a handler still, in order: what is bound there counts when its turn comes. */
    readonly places: Place[],
    /** What the same thread has to tell behind it, before it goes on. */
    readonly following: Happening[],
  ) {
    super();
  }

  /** Whether the thread is in user code: before it starts and when it has left it has no registers to look at. */
  get hasRegisters(): boolean {
    return !isDebuggerOnly(this.happening.type);
  }

  detach(): void {
    this.binding = undefined;
    this.thread.kernel.exceptions.ended(this);
  }
  protected override get isFound(): boolean {
    return this.thread.kernel.exceptions.has(this);
  }
}

const isDebuggerOnly = (type: ExceptionType): boolean =>
  type === ExceptionType.THREAD_STARTING ||
  type === ExceptionType.THREAD_EXITING ||
  type === ExceptionType.PROCESS_STARTING;

/** A thread's process's job, and on up to the root job. */
function jobsOf({ process }: Thread): Job[] {
  const jobs: Job[] = [];
  for (let job: Job | undefined = process.job; job !== undefined; job = job.parent) jobs.push(job);
  return jobs;
}

/** Who may hear of an exception, in order: docs/exceptions.md, "Exception delivery". */
function placesFor(thread: Thread, type: ExceptionType): Place[] {
  const { process } = thread;
  const jobs = (slot: keyof Bindings): Place[] => jobsOf(thread).map((task) => ({ task, slot }));
  if (type === ExceptionType.PROCESS_STARTING) return jobs('debugger');
  const debuggerOfProcess: Place = { task: process, slot: 'debugger' };
  if (isDebuggerOnly(type)) return [debuggerOfProcess];
  return [
    debuggerOfProcess,
    { task: thread, slot: 'general' },
    { task: process, slot: 'general' },
    ...jobs('general'),
  ];
}

export class ExceptionPorts {
  private readonly bindings = new Map<number, Bindings>();
  /** Threads that wait for a handler. */
  private readonly waiting = new Set<ExceptionWait>();

  constructor(private readonly kernel: Kernel) {}

  // Binding.

  bind(task: Job | Process | Thread, port: Port, key: bigint, isDebugger: boolean): number {
    if (isGone(task)) return Status.BAD_STATE;
    const here = this.bindings.get(task.koid) ?? { general: undefined, debugger: undefined };
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
    here[slot] = undefined;
    this.passOn((wait) => wait.binding === binding);
    return Status.OK;
  }

  /** The last handle to a port was closed: it is unbound everywhere. */
  portClosed(port: Port): void {
    for (const here of this.bindings.values()) {
      if (here.general?.port === port) here.general = undefined;
      if (here.debugger?.port === port) here.debugger = undefined;
    }
    this.passOn((wait) => wait.binding?.port === port);
  }

  private passOn(concerns: (wait: ExceptionWait) => boolean): void {
    for (const wait of [...this.waiting]) if (concerns(wait)) this.next(wait);
  }

  // Raising.

  /**
   * Stops a thread with a general exception, until a handler resumes it; without one its process dies. A system call
   * may raise several: they are told one after the other.
   */
  raise(thread: Thread, type: ExceptionType, syndrome: number, address: number | bigint): void {
    const happening: Happening = { type, syndrome, address };
    if (thread.wait instanceof ExceptionWait) thread.wait.following.push(happening);
    else this.tell(thread, [happening]);
  }
  /** A thread is about to run, the first of its process or another one: a debugger may stop it before. */
  threadStarting(thread: Thread, isFirst: boolean): void {
    const happenings = [synthetic(ExceptionType.THREAD_STARTING)];
    if (isFirst) happenings.unshift(synthetic(ExceptionType.PROCESS_STARTING));
    this.tell(thread, happenings);
  }
  /** Whether the thread's end has to wait for a debugger. */
  threadExiting(thread: Thread): boolean {
    return this.tell(thread, [synthetic(ExceptionType.THREAD_EXITING)]);
  }
  /** Tells a debugger of the end of a thread that is beyond waiting for an answer. */
  threadKilled(thread: Thread): void {
    const { process } = thread;
    const binding = this.bindings.get(process.koid)?.debugger;
    binding?.port.queueException(binding.key, ExceptionType.THREAD_EXITING, process.koid, thread.koid);
  }
  /** A task's koid names nothing any more. */
  taskGone(task: Task): void {
    this.bindings.delete(task.koid);
  }
  hasDebugger(process: Process): boolean {
    return this.bindings.get(process.koid)?.debugger !== undefined;
  }

  private bindingAt({ task, slot }: Place): Binding | undefined {
    return this.bindings.get(task.koid)?.[slot];
  }

  /** Stops a thread with the first of these that is to be told to anybody; whether it waits for an answer now. */
  private tell(thread: Thread, happenings: readonly Happening[]): boolean {
    for (const [i, happening] of happenings.entries()) {
      const places = placesFor(thread, happening.type);
      const isAwaited = places.some((place) => this.bindingAt(place) !== undefined);
      if (isDebuggerOnly(happening.type) && !isAwaited) continue;
      this.deliver(thread, new ExceptionWait(happening, places, happenings.slice(i + 1)));
      return thread.wait !== undefined;
    }
    return false;
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
    const { type } = wait.happening;
    // A debugger's own exceptions are told to one only.
    if (isDebuggerOnly(type) && wait.binding !== undefined) return this.goOn(wait);
    for (let place = wait.places.shift(); place !== undefined; place = wait.places.shift()) {
      const binding = this.bindingAt(place);
      if (binding === undefined) continue;
      wait.binding = binding;
      const { port, key } = binding;
      if (port.queueException(key, type, thread.process.koid, thread.koid) === Status.OK) return;
      // It cannot be told: nobody would ever answer it, and who comes behind this handler is not asked either.
      break;
    }
    if (isDebuggerOnly(type)) return this.goOn(wait);
    thread.unblock(Status.OK);
    this.kernel.log.fatalException(thread, wait.happening);
    thread.process.kill();
  }

  /** The exception is over: the thread goes on to the next one, or to user code. */
  private goOn(wait: ExceptionWait): void {
    const { thread, following } = wait;
    this.waiting.delete(wait);
    if (!this.tell(thread, following)) thread.unblock(Status.OK);
  }

  has(wait: ExceptionWait): boolean {
    return this.waiting.has(wait);
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
    else this.goOn(wait);
    return Status.OK;
  }

  audit(inspector: Inspector): void {
    for (const [koid, { general, debugger: own }] of this.bindings) {
      const task = inspector.kernel.objects.get(koid);
      const isTask = task instanceof Job || task instanceof Process || task instanceof Thread;
      inspector.ensure(isTask, 'exception ports are bound to tasks');
      for (const binding of [general, own]) {
        inspector.ensure(
          binding === undefined || inspector.isThere(binding.port),
          'ports that are bound are there',
        );
      }
    }
    for (const wait of this.waiting)
      inspector.ensure(wait.thread.wait === wait, 'who is in an exception waits for it');
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
