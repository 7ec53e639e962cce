/** Jobs, processes and threads: docs/syscalls/{job,process,thread,task}_*.md. */
import { Right, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { Job, JOB_DEPTH_MAX } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { SuspendToken } from '../objects/suspend-token.js';
import { Thread } from '../objects/thread.js';
import { VmarDispatcher } from '../objects/vmar.js';
import { CachePolicy } from '../vm/flags.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { BLOCKED, CallError, type Call, type Handler, type Result } from './call.js';

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
  if (options !== 0) throw new CallError(Status.INVALID_ARGS);
}

/**
 * No more jobs, processes and threads are made while so many objects exist: they live without handles too, in memory of
 * the host, which no guest may use up.
 */
const OBJECTS_MAX = 1 << 16;

function requireRoom({ kernel }: Call): void {
  if (kernel.objects.size >= OBJECTS_MAX) throw new CallError(Status.NO_MEMORY);
}

function jobCreate(call: Call): Result {
  requireZero(call.u32(1));
  const parent = call.objectWithAny(call.u32(0), Job, MAKE_JOBS);
  if (parent.depth + 1 >= JOB_DEPTH_MAX) return Status.OUT_OF_RANGE;
  if (parent.acceptsChildren !== Status.OK) return parent.acceptsChildren;
  requireRoom(call);
  const job = new Job(call.kernel, parent);
  call.giveOut({ pointer: call.pointer(2), object: job });
  return Status.OK;
}

function processCreate(call: Call): Result {
  requireZero(call.u32(3));
  const job = call.objectWithAny(call.u32(0), Job, MAKE_PROCESSES);
  call.kernel.policy.require(call.thread, Policy.NEW_PROCESS);
  const name = call.readName(call.pointer(1), call.size(2));
  if (job.acceptsChildren !== Status.OK) return job.acceptsChildren;
  requireRoom(call);
  const process = new Process(call.kernel, job, name);
  if (process.aspace.tables === undefined) {
    process.kill();
    return Status.NO_MEMORY;
  }
  const vmar = new VmarDispatcher(call.kernel, process.aspace.rootVmar);
  call.giveOut({ pointer: call.pointer(4), object: process }, { pointer: call.pointer(5), object: vmar });
  return Status.OK;
}

/** The first argument is moved to the new process, or closed if the start fails. */
function processStart(call: Call): Result {
  const { handles } = call.process;
  const argument = call.u32(4);
  const fail = (status: number): number => {
    call.closeValue(argument);
    return status;
  };
  try {
    const process = call.object(call.u32(0), Process, Right.WRITE);
    const thread = call.object(call.u32(1), Thread, Right.WRITE);
    if (thread.process !== process) return fail(Status.ACCESS_DENIED);
    const given = argument === 0 ? undefined : call.handle(argument);
    if (given !== undefined && (given.rights & Right.TRANSFER) === 0) return fail(Status.ACCESS_DENIED);
    if (process.state !== 'initial' || thread.life !== 'new') return fail(Status.BAD_STATE);
    // Only now: the argument may be the very handle of the process or the thread.
    if (given !== undefined) handles.remove(argument);
    const value = given === undefined ? 0 : process.handles.add(given);
    return thread.start(call.u64(2), call.u64(3), BigInt(value), call.u64(5), true);
  } catch (error) {
    if (error instanceof CallError) return fail(error.status);
    throw error;
  }
}

function threadCreate(call: Call): Result {
  requireZero(call.u32(3));
  const process = call.objectWithAny(call.u32(0), Process, MAKE_THREADS);
  const name = call.readName(call.pointer(1), call.size(2));
  if (process.acceptsThreads !== Status.OK) return process.acceptsThreads;
  requireRoom(call);
  const thread = new Thread(call.kernel, process, name);
  process.addThread(thread);
  call.giveOut({ pointer: call.pointer(4), object: thread });
  return Status.OK;
}

function threadStart(call: Call): Result {
  const thread = call.objectWithAny(call.u32(0), Thread, MAKE_THREADS);
  const { process } = thread;
  if (process.state !== 'running') return Status.BAD_STATE;
  return thread.start(call.u64(1), call.u64(2), call.u64(3), call.u64(4));
}

/** The caller is on its core; the way out of the kernel sees that it is dead and goes on with another. */
function threadExit(call: Call): Result {
  const { thread } = call;
  thread.leaving = !thread.killed;
  thread.killed = true;
  call.kernel.scheduler.requestReschedule(thread.core);
  return BLOCKED;
}

function processExit(call: Call): Result {
  call.process.exitCode(call.i64(0));
  return BLOCKED;
}

function taskKill(call: Call): Result {
  const handle = call.handle(call.u32(0));
  const { object } = handle;
  if (!(object instanceof Job || object instanceof Process || object instanceof Thread))
    throw call.wrongType();
  if ((handle.rights & Right.DESTROY) === 0) return Status.ACCESS_DENIED;
  object.kill();
  return call.thread.killed ? BLOCKED : Status.OK;
}

function taskSuspend(call: Call): Result {
  const { object } = call.handle(call.u32(0));
  const target =
    object instanceof Process
      ? call.object(call.u32(0), Process, Right.WRITE)
      : call.object(call.u32(0), Thread, Right.WRITE);
  // Nobody could close the token.
  if (target === call.thread || target === call.process) return Status.NOT_SUPPORTED;
  if (target.isEnding) return Status.BAD_STATE;
  const token = new SuspendToken(call.kernel, target);
  call.giveOut({ pointer: call.pointer(1), object: token });
  return Status.OK;
}

/**
 * Copies as many bytes as the mapping at the address has, and the VMO behind it. docs/syscalls/process_read_memory.md,
 * process_write_memory.md.
 */
function memory(call: Call, write: boolean): Result {
  const process = call.object(call.u32(0), Process, write ? Right.WRITE : Right.READ | Right.WRITE);
  const address = call.pointer(1);
  const length = call.size(3);
  if (call.pointer(2) === 0 || length === 0 || length > MEMORY_MAX) return Status.INVALID_ARGS;
  if (process.state === 'dying' || process.state === 'dead') return Status.BAD_STATE;
  const mapping = process.aspace.mappingAt(address);
  if (mapping !== undefined && mapping.vmo.cachePolicy !== CachePolicy.CACHED) return Status.BAD_STATE;
  const end = Math.min(address + length, mapping?.end ?? 0);
  let done = 0;
  while (address + done < end) {
    const piece = Math.min(end - address - done, PAGE_SIZE - ((address + done) % PAGE_SIZE));
    const bytes = write ? call.readBytes(call.pointer(2) + done, piece) : new Uint8Array(piece);
    const copied = write
      ? process.aspace.poke(address + done, bytes)
      : process.aspace.peek(address + done, bytes);
    if (!copied) break;
    if (!write) call.writeBytes(call.pointer(2) + done, bytes);
    done += piece;
  }
  if (done === 0) return Status.NO_MEMORY;
  call.writeU64(call.pointer(4), done);
  return Status.OK;
}

/** Priority of the calling thread: this call of 2018 is for tests and takes 0 to 31. docs/kernel_cmdline.md. */
function threadSetPriority(call: Call): Result {
  const priority = call.i32(0);
  if (priority < 0 || priority > 31) return Status.INVALID_ARGS;
  if (call.kernel.hasOption('thread.set.priority.disable')) return Status.OK;
  call.kernel.scheduler.setPriority(call.thread, priority);
  return Status.OK;
}

export const taskCalls: Readonly<Record<string, Handler>> = {
  job_create: jobCreate,
  process_create: processCreate,
  process_start: processStart,
  process_exit: processExit,
  process_read_memory: (call) => memory(call, false),
  process_write_memory: (call) => memory(call, true),
  thread_create: threadCreate,
  thread_start: threadStart,
  thread_exit: threadExit,
  thread_set_priority: threadSetPriority,
  task_kill: taskKill,
  task_suspend: taskSuspend,
  task_suspend_token: taskSuspend,
};
