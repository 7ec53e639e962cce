/** Properties of objects: docs/syscalls/object_get_property.md, object_set_property.md. */
import { Right, Status } from '../abi/constants.js';
import { NAME_BYTES, Property } from '../abi/object-info.js';
import { vdso } from '../images/vdso.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { Job } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { Socket } from '../objects/socket.js';
import { CallError, type Call, type Result, type Type } from './call.js';
import { nameBytes } from './object-info/struct-writer.js';

const BREAK_ON_SET = 1n;
/** Bytes of uintptr_t and size_t. */
const WORD = 8;

/** A property of 64 bits of objects of a type, and what can be done with it. */
interface WordProperty {
  readonly get?: (call: Call) => bigint;
  readonly set?: (call: Call, value: bigint) => number;
}

function ofType<T extends Dispatcher>(
  type: Type<T>,
  get: ((object: T) => bigint) | undefined,
  set?: (object: T, value: bigint) => number,
): WordProperty {
  const object = (call: Call): T => call.object(call.u32(0), type);
  return {
    ...(get === undefined ? {} : { get: (call: Call) => get(object(call)) }),
    ...(set === undefined ? {} : { set: (call: Call, value: bigint) => set(object(call), value) }),
  };
}

/** The dynamic linker says once where its data for debuggers is; a debugger may ask before for a stop there. */
function setDebugAddress(process: Process, address: bigint): number {
  if (address === 0n) return Status.INVALID_ARGS;
  if (process.debugAddress !== 0n && process.debugAddress !== BREAK_ON_SET) return Status.ACCESS_DENIED;
  process.debugAddress = address;
  return Status.OK;
}

function vdsoBase({ aspace }: Process): bigint {
  return aspace.codeBase === 0 ? 0n : BigInt(aspace.codeBase - vdso.codeStart);
}

function setKillOnOutOfMemory(job: Job, value: bigint): number {
  if (value > 1n) return Status.INVALID_ARGS;
  job.killOnOutOfMemory = value === 1n;
  return Status.OK;
}

const words = new Map<number, WordProperty>([
  [Property.PROCESS_DEBUG_ADDR, ofType(Process, (process) => process.debugAddress, setDebugAddress)],
  [Property.PROCESS_VDSO_BASE_ADDRESS, ofType(Process, vdsoBase)],
  [
    Property.SOCKET_RX_THRESHOLD,
    ofType(
      Socket,
      (socket) => BigInt(socket.readThreshold),
      (socket, level) => socket.setReadThreshold(Number(level)),
    ),
  ],
  [
    Property.SOCKET_TX_THRESHOLD,
    ofType(
      Socket,
      (socket) => BigInt(socket.writeThreshold),
      (socket, level) => socket.setWriteThreshold(Number(level)),
    ),
  ],
  [Property.JOB_KILL_ON_OOM, ofType(Job, undefined, setKillOnOutOfMemory)],
]);

function requireSize(call: Call, size: number): void {
  if (call.size(3) < size) throw new CallError(Status.BUFFER_TOO_SMALL);
}

export function objectGetProperty(call: Call): Result {
  const { object } = call.handleWith(call.u32(0), Right.GET_PROPERTY);
  const property = call.u32(1);
  if (property === Property.NAME) {
    requireSize(call, NAME_BYTES);
    if (object.name === undefined) throw call.wrongType();
    call.writeBytes(call.pointer(2), nameBytes(object.name));
    return Status.OK;
  }
  const word = words.get(property);
  if (word === undefined) return Status.NOT_SUPPORTED;
  if (word.get === undefined) return Status.INVALID_ARGS;
  requireSize(call, WORD);
  call.writeU64(call.pointer(2), word.get(call));
  return Status.OK;
}

export function objectSetProperty(call: Call): Result {
  const { object } = call.handleWith(call.u32(0), Right.SET_PROPERTY);
  const property = call.u32(1);
  if (property === Property.NAME) {
    if (object.name === undefined) throw call.wrongType();
    object.name = call.readName(call.pointer(2), call.size(3));
    return Status.OK;
  }
  const word = words.get(property);
  if (word === undefined) return Status.NOT_SUPPORTED;
  if (word.set === undefined) return Status.INVALID_ARGS;
  requireSize(call, WORD);
  return word.set(call, call.readU64(call.pointer(2)));
}
