/** What ZX_INFO_* tells of jobs, processes and threads. <zircon/syscalls/object.h>. */
import { PortKind, Status, ThreadState } from '../../abi/constants.js';
import { StatusError } from '../../abi/status-error.js';
import { ExceptionWait } from '../../exceptions/exception-ports.js';
import type { Dispatcher } from '../../objects/dispatcher.js';
import type { Job } from '../../objects/job.js';
import type { Process } from '../../objects/process.js';
import type { Thread } from '../../objects/thread.js';
import { memoryUse } from '../../vm/usage.js';
import { StructWriter } from './struct-writer.js';

function koids(objects: Iterable<Dispatcher>): Uint8Array[] {
  return [...objects].map(({ koid }) => new Uint8Array(BigUint64Array.of(BigInt(koid)).buffer));
}

export const jobChildren = (job: Job): Uint8Array[] => koids(job.jobs);
export const jobProcesses = (job: Job): Uint8Array[] => koids(job.processes);

/** The threads that run, or could. */
export const processThreads = (process: Process): Uint8Array[] =>
  koids([...process.threads].filter(({ life }) => life === 'alive'));

export function processInfo(process: Process): Uint8Array {
  const { state } = process;
  return new StructWriter('zx_info_process')
    .u64('return_code', process.returnCode)
    .u8('started', state !== 'initial')
    .u8('exited', process.isEnding)
    .u8('debugger_attached', process.kernel.exceptions.hasDebugger(process)).bytes;
}

/** Numbers of handles by type of object. */
export function processHandleStatistics(process: Process): Uint8Array {
  const counts = new Uint32Array(new StructWriter('zx_info_process_handle_stats').bytes.length / 4);
  for (const { object } of process.handles.list()) counts[object.type] += 1;
  return new Uint8Array(counts.buffer);
}

/** Throws BAD_STATE for a process that has ended. */
export function requireLiving(process: Process): void {
  if (process.state === 'dead') throw new StatusError(Status.BAD_STATE);
}

export function taskStatistics(process: Process): Uint8Array {
  requireLiving(process);
  const use = memoryUse(process.aspace);
  return new StructWriter('zx_info_task_stats')
    .u64('mem_mapped_bytes', use.mapped)
    .u64('mem_private_bytes', use.private)
    .u64('mem_shared_bytes', use.shared)
    .u64('mem_scaled_shared_bytes', use.scaledShared).bytes;
}

function threadState(thread: Thread): number {
  const { life, wait } = thread;
  if (life === 'new') return ThreadState.NEW;
  if (life === 'dead') return ThreadState.DEAD;
  if (thread.killed) return ThreadState.DYING;
  if (wait instanceof ExceptionWait) return wait.state;
  if (thread.suspensions > 0) return ThreadState.SUSPENDED;
  return wait?.state ?? ThreadState.RUNNING;
}

export function threadInfo(thread: Thread): Uint8Array {
  const { wait } = thread;
  const kind = wait instanceof ExceptionWait ? wait.binding?.kind : undefined;
  return new StructWriter('zx_info_thread')
    .u32('state', threadState(thread))
    .u32('wait_exception_port_type', kind ?? PortKind.NONE).bytes;
}

/** The size of the whole report, and, for exceptions of the processor, its syndrome registers. */
export function exceptionReport({ wait }: Thread): Uint8Array {
  if (!(wait instanceof ExceptionWait)) throw new StatusError(Status.BAD_STATE);
  const { type, syndrome, address } = wait.happening;
  const header = new StructWriter('zx_exception_header').u32('type', type);
  const context = new StructWriter('zx_arm64_exc_data').u32('esr', syndrome).u64('far', address);
  const report = new StructWriter('zx_exception_report');
  header.u32('size', report.bytes.length);
  return report.nested('header', header.bytes).nested('context', context.bytes).bytes;
}

export function threadStatistics(thread: Thread): Uint8Array {
  return new StructWriter('zx_info_thread_stats').u64('total_runtime', Math.floor(thread.totalRuntime)).bytes;
}
