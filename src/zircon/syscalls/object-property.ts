/** Properties of objects: docs/syscalls/object_get_property.md, object_set_property.md. */
import { DebugAddress, Limit, Property, Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { vdso } from '../images/vdso.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { Job } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { Socket } from '../objects/socket.js';
import type { Call, Type } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { pointerAt, type HandleValue } from './entry/user-pointer.js';
import { nameBytes } from './object-info/struct-writer.js';

const BREAK_ON_SET = BigInt(DebugAddress.BREAK_ON_SET);
/** Bytes of uintptr_t and size_t. */
const WORD = 8;

/** A property of 64 bits of objects of a type, and what can be done with it. */
interface WordProperty {
  readonly get?: (call: Call, handle: HandleValue) => bigint;
  readonly set?: (call: Call, handle: HandleValue, value: bigint) => number;
}

function ofType<T extends Dispatcher>(
  type: Type<T>,
  get: ((object: T) => bigint) | undefined,
  set?: (object: T, value: bigint) => number,
): WordProperty {
  return {
    ...(get && { get: (call, handle) => get(call.object(handle, type)) }),
    ...(set && { set: (call, handle, value) => set(call.object(handle, type), value) }),
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

function requireSize(size: number, needed: number): void {
  if (size < needed) throw new StatusError(Status.BUFFER_TOO_SMALL);
}

export const propertyCalls = {
  object_get_property(call, handle, property, value, size) {
    const { object } = call.handleWith(handle, Right.GET_PROPERTY);
    if (property === Property.NAME) {
      requireSize(size, Limit.MAX_NAME_LEN);
      if (object.name === undefined) throw call.wrongType();
      call.writeBytes(value, nameBytes(object.name));
      return Status.OK;
    }
    const word = words.get(property);
    if (word === undefined) return Status.NOT_SUPPORTED;
    if (word.get === undefined) return Status.INVALID_ARGS;
    requireSize(size, WORD);
    call.writeU64(pointerAt(value), word.get(call, handle));
    return Status.OK;
  },
  object_set_property(call, handle, property, value, size) {
    const { object } = call.handleWith(handle, Right.SET_PROPERTY);
    if (property === Property.NAME) {
      if (object.name === undefined) throw call.wrongType();
      object.name = call.readName(value, size);
      return Status.OK;
    }
    const word = words.get(property);
    if (word === undefined) return Status.NOT_SUPPORTED;
    if (word.set === undefined) return Status.INVALID_ARGS;
    requireSize(size, WORD);
    return word.set(call, handle, call.readU64(pointerAt(value)));
  },
} satisfies Partial<Handlers>;
