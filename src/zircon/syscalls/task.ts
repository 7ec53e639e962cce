/** Jobs, processes and threads: docs/syscalls/{job,process,thread,task}_*.md. */
import { CachePolicy, Policy, Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { Job, JOB_DEPTH_MAX } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { SuspendToken } from '../objects/suspend-token.js';
import { Thread } from '../objects/thread.js';
import { VmarDispatcher } from '../objects/vmar.js';
import type { AddressSpace } from '../vm/address-space.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { BLOCKED, type Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { pointerAt, type HandleValue, type UserOut } from './entry/user-pointer.js';

/** zx_process_read_memory moves at most this many bytes. */
const MEMORY_MAX = 64 * 2 ** 20;

/**
 * Handles that can make children: by the right for them or, for now, by ZX_RIGHT_WRITE, as <zircon/syscalls.abigen>
 * says of job_create, process_create, thread_create and thread_start.
 */
const MAKE_JOBS = Right.MANAGE_JOB | Right.WRITE;
const MAKE_PROCESSES = Right.MANAGE_PROCESS | Right.WRITE;
const MAKE_THREADS = Right.MANAGE_THREAD | Right.WRITE;

function requireZero(options: number): void {
  if (options !== 0) throw new StatusError(Status.INVALID_ARGS);
}

/**
 * No more jobs, processes and threads are made while so many objects exist: they live without handles too, in memory of
 * the host, which no guest may use up.
 */
const OBJECTS_MAX = 1 << 17;

function requireRoom({ kernel }: Call): void {
  if (kernel.objects.size >= OBJECTS_MAX) throw new StatusError(Status.NO_MEMORY);
}

/** A token that suspends a thread or a process as long as somebody holds it. */
function suspend(call: Call, handle: HandleValue, out: UserOut<'zx_handle_t'>): number {
  const { object } = call.handle(handle);
  const target =
    object instanceof Process
      ? call.object(handle, Process, Right.WRITE)
      : call.object(handle, Thread, Right.WRITE);
  // Nobody could close the token.
  if (target === call.thread || target === call.process) return Status.NOT_SUPPORTED;
  if (target.isEnding) return Status.BAD_STATE;
  call.requireOut(out);
  const token = new SuspendToken(call.kernel, target);
  call.giveOut({ pointer: out, object: token });
  return Status.OK;
}

/** One side of a copy between the caller and another process. */
interface MemoryRequest {
  readonly handle: HandleValue;
  readonly rights: number;
  readonly address: bigint;
  readonly buffer: number;
  readonly length: number;
  readonly actual: UserOut<'size_t'>;
}

/**
 * Copies as many bytes as the mapping at the address has, and the VMO behind it, piece by piece: `copy` is given an
 * address there, one here, and how many. docs/syscalls/process_read_memory.md, process_write_memory.md.
 */
function copyMemory(
  call: Call,
  { handle, rights, address: at, buffer, length, actual }: MemoryRequest,
  copy: (aspace: AddressSpace, there: number, here: number, count: number) => boolean,
): number {
  const process = call.object(handle, Process, rights);
  const address = Number(at);
  if (buffer === 0 || length === 0 || length > MEMORY_MAX) return Status.INVALID_ARGS;
  if (process.state === 'dying' || process.state === 'dead') return Status.BAD_STATE;
  const mapping = process.aspace.mappingAt(address);
  if (mapping !== undefined && mapping.vmo.cachePolicy !== CachePolicy.CACHED) return Status.BAD_STATE;
  const end = Math.min(address + length, mapping?.end ?? 0);
  let done = 0;
  while (address + done < end) {
    const piece = Math.min(end - address - done, PAGE_SIZE - ((address + done) % PAGE_SIZE));
    if (!copy(process.aspace, address + done, buffer + done, piece)) break;
    done += piece;
  }
  if (done === 0) return Status.NO_MEMORY;
  call.writeU64(actual, done);
  return Status.OK;
}

export const taskCalls = {
  job_create(call, handle, options, out) {
    requireZero(options);
    const parent = call.objectWithAny(handle, Job, MAKE_JOBS);
    if (parent.depth + 1 >= JOB_DEPTH_MAX) return Status.OUT_OF_RANGE;
    if (parent.acceptsChildren !== Status.OK) return parent.acceptsChildren;
    requireRoom(call);
    call.requireOut(out);
    call.giveOut({ pointer: out, object: new Job(call.kernel, parent) });
    return Status.OK;
  },

  process_create(call, handle, namePointer, nameSize, options, out, vmarOut) {
    requireZero(options);
    const job = call.objectWithAny(handle, Job, MAKE_PROCESSES);
    call.kernel.policy.require(call.thread, Policy.NEW_PROCESS);
    const name = call.readName(namePointer, nameSize);
    if (job.acceptsChildren !== Status.OK) return job.acceptsChildren;
    requireRoom(call);
    call.requireOut(out, vmarOut);
    const process = new Process(call.kernel, job, name);
    if (process.aspace.tables === undefined) {
      process.kill();
      return Status.NO_MEMORY;
    }
    const vmar = new VmarDispatcher(call.kernel, process.aspace.rootVmar);
    call.giveOut({ pointer: out, object: process }, { pointer: vmarOut, object: vmar });
    return Status.OK;
  },
  /** The first argument of the new process is moved to it, or closed if the start fails. */
  process_start(call, processHandle, threadHandle, entry, stack, argument, argument2) {
    const fail = (status: number): number => {
      call.closeValue(argument);
      return status;
    };
    try {
      const process = call.object(processHandle, Process, Right.WRITE);
      const thread = call.object(threadHandle, Thread, Right.WRITE);
      if (thread.process !== process) return fail(Status.ACCESS_DENIED);
      const given = argument === 0 ? undefined : call.handle(argument);
      if (given !== undefined && (given.rights & Right.TRANSFER) === 0) return fail(Status.ACCESS_DENIED);
      if (process.state !== 'initial' || thread.life !== 'new') return fail(Status.BAD_STATE);
      // Only now: the argument may be the very handle of the process or the thread.
      if (given !== undefined) call.process.handles.remove(argument);
      const value = given === undefined ? 0 : process.handles.add(given);
      return thread.start(entry, stack, BigInt(value), argument2, true);
    } catch (error) {
      if (error instanceof StatusError) return fail(error.status);
      throw error;
    }
  },
  process_exit(call, code) {
    call.process.exitCode(code);
    return BLOCKED;
  },
  process_read_memory: (call, handle, address, buffer, length, actual) =>
    copyMemory(
      call,
      { handle, rights: Right.READ | Right.WRITE, address, buffer, length, actual },
      (aspace, there, here, count) => {
        const bytes = new Uint8Array(count);
        if (!aspace.peek(there, bytes)) return false;
        call.writeBytes(pointerAt(here), bytes);
        return true;
      },
    ),
  process_write_memory: (call, handle, address, buffer, length, actual) =>
    copyMemory(
      call,
      { handle, rights: Right.WRITE, address, buffer, length, actual },
      (aspace, there, here, count) => aspace.poke(there, call.readBytes(pointerAt(here), count)),
    ),

  thread_create(call, handle, namePointer, nameSize, options, out) {
    requireZero(options);
    const process = call.objectWithAny(handle, Process, MAKE_THREADS);
    const name = call.readName(namePointer, nameSize);
    if (process.acceptsThreads !== Status.OK) return process.acceptsThreads;
    requireRoom(call);
    const thread = new Thread(call.kernel, process, name);
    process.addThread(thread);
    call.giveOut({ pointer: out, object: thread });
    return Status.OK;
  },
  thread_start(call, handle, entry, stack, argument, argument2) {
    const thread = call.objectWithAny(handle, Thread, MAKE_THREADS);
    if (thread.process.state !== 'running') return Status.BAD_STATE;
    return thread.start(entry, stack, argument, argument2);
  },
  /** The caller is on its core; the way out of the kernel sees that it is dead and goes on with another. */
  thread_exit(call) {
    const { thread } = call;
    thread.leaving = !thread.killed;
    thread.killed = true;
    call.kernel.scheduler.requestReschedule(thread.core);
    return BLOCKED;
  },
  /** Of the calling thread: this call of 2018 is for tests and takes 0 to 31. docs/kernel_cmdline.md. */
  thread_set_priority(call, priority) {
    if (priority < 0 || priority > 31) return Status.INVALID_ARGS;
    if (call.kernel.hasOption('thread.set.priority.disable')) return Status.OK;
    call.kernel.scheduler.setPriority(call.thread, priority);
    return Status.OK;
  },

  task_kill(call, value) {
    const handle = call.handle(value);
    const { object } = handle;
    if (!(object instanceof Job || object instanceof Process || object instanceof Thread))
      throw call.wrongType();
    if ((handle.rights & Right.DESTROY) === 0) return Status.ACCESS_DENIED;
    object.kill();
    return call.thread.killed ? BLOCKED : Status.OK;
  },
  task_suspend: suspend,
  task_suspend_token: suspend,
} satisfies Partial<Handlers>;
