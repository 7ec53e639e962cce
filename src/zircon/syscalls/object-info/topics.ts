/** The topics of zx_object_get_info: what they need and what they tell. docs/syscalls/object_get_info.md. */
import { InfoTopic, Right, Status } from '../../abi/constants.js';
import { StatusError } from '../../abi/status-error.js';
import type { Kernel } from '../../kernel.js';
import type { Dispatcher } from '../../objects/dispatcher.js';
import { BusTransactionInitiator } from '../../objects/bti.js';
import { Job } from '../../objects/job.js';
import { Process } from '../../objects/process.js';
import { Resource } from '../../objects/resource.js';
import { Socket } from '../../objects/socket.js';
import { Thread } from '../../objects/thread.js';
import { VmarDispatcher } from '../../objects/vmar.js';
import { VmoDispatcher } from '../../objects/vmo.js';
import type { Call, Type } from '../call.js';
import type { HandleValue } from '../entry/user-pointer.js';
import { requireRoot } from '../resource.js';
import { memoryStatistics, processMaps, processVmos, vmarInfo, vmoInfo } from './memory-info.js';
import {
  btiInfo,
  cpuStatistics,
  handleBasic,
  handleCount,
  handleTable,
  resourceInfo,
  socketInfo,
} from './object-records.js';
import * as tasks from './task-info.js';

export interface Topic {
  /** One record, which must fit into the buffer; else several, of which as many are given as fit. */
  readonly single: boolean;
  /** Looks the handle up, with its rights, and makes the records. */
  readonly records: (call: Call, handle: HandleValue) => readonly Uint8Array[];
}

/** A single record about an object of a type. */
function one<T extends Dispatcher>(type: Type<T>, tell: (object: T) => Uint8Array): Topic {
  return { single: true, records: (call, handle) => [tell(call.object(handle, type, Right.INSPECT))] };
}
function many<T extends Dispatcher>(type: Type<T>, rights: number, tell: (object: T) => Uint8Array[]): Topic {
  return { single: false, records: (call, handle) => tell(call.object(handle, type, rights)) };
}
/** About another process: the buffer must not be in the address space that is looked at. */
function ofOther(tell: (process: Process) => Uint8Array[]): Topic {
  const records = (call: Call, handle: HandleValue): readonly Uint8Array[] => {
    const process = call.object(handle, Process, Right.INSPECT);
    if (process === call.process) throw new StatusError(Status.ACCESS_DENIED);
    return tell(process);
  };
  return { single: false, records };
}

export const topics = new Map<number, Topic>([
  [InfoTopic.HANDLE_BASIC, { single: true, records: (call, handle) => [handleBasic(call.handle(handle))] }],
  [InfoTopic.HANDLE_COUNT, { single: true, records: handleCountRecord }],
  [InfoTopic.PROCESS, one(Process, tasks.processInfo)],
  [InfoTopic.PROCESS_THREADS, many(Process, Right.ENUMERATE, tasks.processThreads)],
  [InfoTopic.PROCESS_HANDLE_STATS, one(Process, tasks.processHandleStatistics)],
  [InfoTopic.HANDLE_TABLE, many(Process, Right.INSPECT | Right.MANAGE_PROCESS, handleTable)],
  [InfoTopic.TASK_STATS, one(Process, tasks.taskStatistics)],
  [InfoTopic.PROCESS_MAPS, ofOther(processMaps)],
  [InfoTopic.PROCESS_VMOS, ofOther(processVmos)],
  [InfoTopic.JOB_CHILDREN, many(Job, Right.ENUMERATE, tasks.jobChildren)],
  [InfoTopic.JOB_PROCESSES, many(Job, Right.ENUMERATE, tasks.jobProcesses)],
  [InfoTopic.THREAD, one(Thread, tasks.threadInfo)],
  [InfoTopic.THREAD_EXCEPTION_REPORT, one(Thread, tasks.exceptionReport)],
  [InfoTopic.THREAD_STATS, one(Thread, tasks.threadStatistics)],
  [InfoTopic.VMAR, one(VmarDispatcher, vmarInfo)],
  [InfoTopic.VMO, { single: true, records: vmoRecord }],
  [InfoTopic.SOCKET, one(Socket, socketInfo)],
  [InfoTopic.RESOURCE, one(Resource, resourceInfo)],
  [InfoTopic.CPU_STATS, { single: false, records: ofRoot(cpuStatistics) }],
  [InfoTopic.KMEM_STATS, { single: true, records: ofRoot((kernel) => [memoryStatistics(kernel)]) }],
  [InfoTopic.BTI, one(BusTransactionInitiator, btiInfo)],
]);

function ofRoot(tell: (kernel: Kernel) => readonly Uint8Array[]): Topic['records'] {
  return (call, handle) => {
    requireRoot(call, handle);
    return tell(call.kernel);
  };
}
function handleCountRecord(call: Call, value: HandleValue): Uint8Array[] {
  return [handleCount(call.handleWith(value, Right.INSPECT))];
}
function vmoRecord(call: Call, handle: HandleValue): Uint8Array[] {
  return [vmoInfo(call.object(handle, VmoDispatcher), call.handle(handle).rights)];
}
