/** One system call under way: its arguments, the caller, the caller's memory and handles. */
import { R, type CoreState } from '../../engine/index.js';
import { Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import type { Handle } from '../objects/handle.js';
import type { Process } from '../objects/process.js';
import type { Thread } from '../objects/thread.js';
import type { Wait } from '../objects/wait.js';

/** What a handler returns when the thread does not go on: it blocked or ended. */
export const BLOCKED: unique symbol = Symbol('blocked');

/** A status, or another value for X0, or nothing yet. */
export type Result = number | bigint | typeof BLOCKED;
export type Handler = (call: Call) => Result;

/** The end of a call with a status, from anywhere inside it. */
export class CallError extends Error {
  constructor(readonly status: number) {
    super(`status ${status}`);
  }
}

export type Type<T extends Dispatcher> = abstract new (...args: never[]) => T;

export class Call {
  thread!: Thread;
  process!: Process;
  /** A word on its way from or to the caller's memory. */
  private readonly whole = new Uint8Array(8);
  private readonly half = this.whole.subarray(0, 4);
  private readonly word = new DataView(this.whole.buffer);

  constructor(
    readonly kernel: Kernel,
    private readonly state: CoreState,
  ) {}

  // Arguments, X0 to X7.

  /** uint32_t. */
  u32(index: number): number {
    return this.state.xLow(index) >>> 0;
  }
  /** int32_t. */
  i32(index: number): number {
    return this.state.xLow(index);
  }
  /** uint64_t or size_t as a number: exact below 2^53, beyond that still larger than anything real. */
  size(index: number): number {
    return (this.state.xHigh(index) >>> 0) * 0x1_0000_0000 + (this.state.xLow(index) >>> 0);
  }
  /** A user address, likewise. */
  pointer(index: number): number {
    return this.size(index);
  }
  u64(index: number): bigint {
    return this.state.x(index);
  }
  i64(index: number): bigint {
    return BigInt.asIntN(64, this.state.x(index));
  }
  /** zx_time_t or zx_duration_t in ns: the far ends of its range become infinite. */
  time(index: number): number {
    const high = this.state.xHigh(index);
    const value = high * 0x1_0000_0000 + (this.state.xLow(index) >>> 0);
    if (value >= 2 ** 53) return Infinity;
    return value <= -(2 ** 53) ? -Infinity : value;
  }

  // Handles.

  /** The handle of a value. Throws BAD_HANDLE after the job's policy for bad handles has acted. */
  handle(value: number): Handle {
    const handle = this.process.handles.get(value);
    if (handle === undefined) {
      this.kernel.policy.badHandle(this.thread);
      throw new CallError(Status.BAD_HANDLE);
    }
    return handle;
  }

  /** The object of a handle, which must be of a type and have rights. Throws BAD_HANDLE, WRONG_TYPE, ACCESS_DENIED. */
  object<T extends Dispatcher>(value: number, type: Type<T>, rights = 0): T {
    const handle = this.handle(value);
    const { object } = handle;
    if (!(object instanceof type)) throw this.wrongType();
    if ((handle.rights & rights) !== rights) throw new CallError(Status.ACCESS_DENIED);
    return object;
  }
  /** The same where one of several rights will do. */
  objectWithAny<T extends Dispatcher>(value: number, type: Type<T>, rights: number): T {
    const object = this.object(value, type);
    if ((this.handle(value).rights & rights) === 0) throw new CallError(Status.ACCESS_DENIED);
    return object;
  }
  /** The handle of a value, to an object of any type, which must have a right. Throws BAD_HANDLE, ACCESS_DENIED. */
  handleWith(value: number, right: number): Handle {
    const handle = this.handle(value);
    if ((handle.rights & right) === 0) throw new CallError(Status.ACCESS_DENIED);
    return handle;
  }
  /** What to throw for a handle to an object of the wrong type, after the job's policy for such has acted. */
  wrongType(): CallError {
    this.kernel.policy.wrongType(this.thread);
    return new CallError(Status.WRONG_TYPE);
  }

  /** A new handle in the caller's table. Throws NO_MEMORY when there are too many. */
  give(object: Dispatcher, rights = object.defaultRights): number {
    const value = this.process.give(object, rights);
    if (value === 0) throw new CallError(Status.NO_MEMORY);
    return value;
  }

  /**
   * Gives several objects to the caller, their values written to memory: nothing is given unless all is written.
   * Throws INVALID_ARGS for a bad pointer, NO_MEMORY when there are too many handles. Objects that nobody else holds
   * are gone then.
   */
  giveOut(
    ...outs: readonly { readonly pointer: number; readonly object: Dispatcher; readonly rights?: number }[]
  ): void {
    const values = outs.map(({ object, rights }) => this.process.give(object, rights));
    const isComplete = !values.includes(0);
    if (isComplete && outs.every(({ pointer }, i) => this.tryWriteU32(pointer, values[i]))) return;
    for (const value of values) this.closeValue(value);
    // An object that never had a handle goes as if its last one were closed.
    for (const { object } of outs) {
      if (object.handleCount === 0 && this.kernel.objects.has(object.koid)) object.onZeroHandles();
    }
    throw new CallError(isComplete ? Status.INVALID_ARGS : Status.NO_MEMORY);
  }
  /** Closes the handle of a value, if it is one. */
  closeValue(value: number): void {
    const handle = this.process.handles.remove(value);
    if (handle !== undefined) this.kernel.handles.close(handle);
  }

  // The caller's memory. Bad pointers end the call with INVALID_ARGS.

  readBytes(pointer: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (!this.process.aspace.copyIn(pointer, bytes)) throw new CallError(Status.INVALID_ARGS);
    return bytes;
  }
  writeBytes(pointer: number, bytes: Uint8Array): void {
    if (!this.process.aspace.copyOut(pointer, bytes)) throw new CallError(Status.INVALID_ARGS);
  }
  /** Throws INVALID_ARGS unless a word of `length` bytes can be written there, before a call waits to do so. */
  requireWritable(pointer: number, length: number): void {
    const { aspace } = this.process;
    const isWritable = [pointer, pointer + length - 1].every((at) => aspace.resolve(at, true) >= 0);
    if (!isWritable) throw new CallError(Status.INVALID_ARGS);
  }
  readU32(pointer: number): number {
    if (!this.process.aspace.copyIn(pointer, this.half)) throw new CallError(Status.INVALID_ARGS);
    return this.word.getUint32(0, true);
  }
  readU64(pointer: number): bigint {
    if (!this.process.aspace.copyIn(pointer, this.whole)) throw new CallError(Status.INVALID_ARGS);
    return this.word.getBigUint64(0, true);
  }
  writeU32(pointer: number, value: number): void {
    if (!this.tryWriteU32(pointer, value)) throw new CallError(Status.INVALID_ARGS);
  }
  tryWriteU32(pointer: number, value: number): boolean {
    this.word.setUint32(0, value >>> 0, true);
    return this.process.aspace.copyOut(pointer, this.half);
  }
  writeU64(pointer: number, value: bigint | number): void {
    this.word.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
    this.writeBytes(pointer, this.whole);
  }
  /** A name: at most `length` bytes up to a NUL; at most 31 of them are kept. */
  readName(pointer: number, length: number): string {
    const bytes = this.readBytes(pointer, Math.min(length, 32));
    const end = bytes.indexOf(0);
    const kept = bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 31));
    return String.fromCharCode(...kept);
  }

  // Blocking.

  /** Blocks the caller; the wait's end gives the result. A deadline that has passed ends it at once. */
  block(wait: Wait, deadline: number): Result {
    if (deadline <= this.kernel.now) {
      wait.thread = this.thread;
      wait.detach();
      return wait.finish(Status.TIMED_OUT);
    }
    this.thread.block(wait, deadline);
    return BLOCKED;
  }

  /** Where the caller called from: its PC behind the svc. */
  get returnAddress(): number {
    return (this.state.high(R.ELR_EL1) >>> 0) * 0x1_0000_0000 + (this.state.low(R.ELR_EL1) >>> 0);
  }
}
