/** One system call under way: the caller, the caller's memory and handles. */
import { R, type CoreState } from '../../engine/index.js';
import { decodeText } from '../../images/index.js';
import { Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { structs, type StructName } from '../abi/structs.js';
import type { Kernel } from '../kernel.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import type { Handle } from '../objects/handle.js';
import type { Process } from '../objects/process.js';
import type { Thread } from '../objects/thread.js';
import type { Wait } from '../objects/wait.js';
import type { Word32, Word64 } from './entry/handlers.js';
import type { HandleValue, OptionalOut, UserIn, UserOut } from './entry/user-pointer.js';

/** What a handler returns when the thread does not go on: it blocked or ended. */
export const BLOCKED: unique symbol = Symbol('blocked');
export type Blocked = typeof BLOCKED;

/** A status, or another value for X0, or nothing yet. */
export type Result = number | bigint | Blocked;

export type Type<T extends Dispatcher> = abstract new (...args: never[]) => T;

/** zx_handle_t. */
const HANDLE_BYTES = 4;

/** A result that a call gives back as a handle. */
export interface GivenOut {
  readonly pointer: UserOut<'zx_handle_t'>;
  readonly object: Dispatcher;
  readonly rights?: number;
}

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

  // Handles.

  /** The handle of a value. Throws BAD_HANDLE after the job's policy for bad handles has acted. */
  handle(value: HandleValue): Handle {
    const handle = this.process.handles.get(value);
    if (handle === undefined) {
      this.kernel.policy.badHandle(this.thread);
      throw new StatusError(Status.BAD_HANDLE);
    }
    return handle;
  }

  /** The object of a handle, which must be of a type and have rights. Throws BAD_HANDLE, WRONG_TYPE, ACCESS_DENIED. */
  object<T extends Dispatcher>(value: HandleValue, type: Type<T>, rights = 0): T {
    const handle = this.handle(value);
    const { object } = handle;
    if (!(object instanceof type)) throw this.wrongType();
    if ((handle.rights & rights) !== rights) throw new StatusError(Status.ACCESS_DENIED);
    return object;
  }
  /** The same where one of several rights will do. */
  objectWithAny<T extends Dispatcher>(value: HandleValue, type: Type<T>, rights: number): T {
    const object = this.object(value, type);
    if ((this.handle(value).rights & rights) === 0) throw new StatusError(Status.ACCESS_DENIED);
    return object;
  }
  /** The handle of a value, to an object of any type, which must have a right. Throws BAD_HANDLE, ACCESS_DENIED. */
  handleWith(value: HandleValue, right: number): Handle {
    const handle = this.handle(value);
    if ((handle.rights & right) === 0) throw new StatusError(Status.ACCESS_DENIED);
    return handle;
  }
  /** What to throw for a handle to an object of the wrong type, after the job's policy for such has acted. */
  wrongType(): StatusError {
    this.kernel.policy.wrongType(this.thread);
    return new StatusError(Status.WRONG_TYPE);
  }

  /** A new handle in the caller's table. Throws NO_MEMORY when there are too many. */
  give(object: Dispatcher, rights = object.defaultRights): number {
    const value = this.process.give(object, rights);
    if (value === 0) throw new StatusError(Status.NO_MEMORY);
    return value;
  }

  /**
   * Gives several objects to the caller, their values written to memory: nothing is given unless all is written.
   * Throws INVALID_ARGS for a bad pointer, NO_MEMORY when there are too many handles. Objects that nobody else holds
   * are gone then.
   */
  giveOut(...outs: readonly GivenOut[]): void {
    const values: number[] = [];
    for (const { object, rights } of outs) values.push(this.process.give(object, rights));
    const isComplete = !values.includes(0);
    if (isComplete && this.putValues(outs, values)) return;
    for (const value of values) this.closeValue(value);
    // An object that never had a handle goes as if its last one were closed.
    for (const { object } of outs) {
      if (object.handleCount === 0 && this.kernel.objects.has(object.koid)) object.onZeroHandles();
    }
    throw new StatusError(isComplete ? Status.INVALID_ARGS : Status.NO_MEMORY);
  }
  /**
   * Finds what would fail `giveOut`, and throws the same, before objects are made whose end others would hear of: then
   * nothing has happened.
   */
  requireOut(...pointers: readonly UserOut<'zx_handle_t'>[]): void {
    if (!this.process.hasRoomFor(pointers.length)) throw new StatusError(Status.NO_MEMORY);
    for (const pointer of pointers) this.requireWritable(pointer, HANDLE_BYTES);
  }
  private putValues(outs: readonly GivenOut[], values: readonly number[]): boolean {
    for (let i = 0; i < outs.length; i++) if (!this.putU32(outs[i].pointer, values[i])) return false;
    return true;
  }
  /** Closes the handle of a value, if it is one. */
  closeValue(value: number): void {
    const handle = this.process.handles.remove(value);
    if (handle !== undefined) this.kernel.handles.close(handle);
  }

  // The caller's memory. Bad pointers end the call with INVALID_ARGS.

  readBytes(from: UserIn<string>, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (!this.process.aspace.copyIn(from, bytes)) throw new StatusError(Status.INVALID_ARGS);
    return bytes;
  }
  writeBytes(to: UserOut<string>, bytes: Uint8Array): void {
    if (!this.process.aspace.copyOut(to, bytes)) throw new StatusError(Status.INVALID_ARGS);
  }
  /** Structures that lie one behind the other; where their fields are, `structs` says. */
  readStructs<Name extends StructName>(from: UserIn<`${Name}_t`>, name: Name, count = 1): DataView {
    return new DataView(this.readBytes(from, count * structs[name].size).buffer);
  }
  /** Throws INVALID_ARGS unless a word of `length` bytes can be written there, before a call waits to do so. */
  requireWritable(to: UserOut<string> | OptionalOut<string>, length: number): void {
    const { aspace } = this.process;
    const isWritable = aspace.resolve(to, true) >= 0 && aspace.resolve(to + length - 1, true) >= 0;
    if (!isWritable) throw new StatusError(Status.INVALID_ARGS);
  }
  readU32(from: UserIn<Word32>): number {
    if (!this.process.aspace.copyIn(from, this.half)) throw new StatusError(Status.INVALID_ARGS);
    return this.word.getUint32(0, true);
  }
  readU64(from: UserIn<Word64>): bigint {
    if (!this.process.aspace.copyIn(from, this.whole)) throw new StatusError(Status.INVALID_ARGS);
    return this.word.getBigUint64(0, true);
  }
  writeU32(to: UserOut<Word32>, value: number): void {
    if (!this.putU32(to, value)) throw new StatusError(Status.INVALID_ARGS);
  }
  writeU64(to: UserOut<Word64>, value: bigint | number): void {
    this.putU64(to, value);
  }
  /** Writes a result unless the caller can do without it. */
  reportU32(to: OptionalOut<Word32>, value: number): void {
    if (to !== 0 && !this.putU32(to, value)) throw new StatusError(Status.INVALID_ARGS);
  }
  reportU64(to: OptionalOut<Word64>, value: bigint | number): void {
    if (to !== 0) this.putU64(to, value);
  }
  private putU32(to: number, value: number): boolean {
    return this.process.aspace.putU32(to, value);
  }
  private putU64(to: number, value: bigint | number): void {
    this.word.setBigUint64(0, BigInt.asUintN(64, BigInt(value)), true);
    if (!this.process.aspace.copyOut(to, this.whole)) throw new StatusError(Status.INVALID_ARGS);
  }
  /** A name: at most `length` bytes up to a NUL; at most 31 of them are kept. */
  readName(from: UserIn<'char' | 'void'>, length: number): string {
    const bytes = this.readBytes(from, Math.min(length, 32));
    const end = bytes.indexOf(0);
    const kept = bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 31));
    return decodeText(kept);
  }

  // Blocking.

  /** Blocks the caller; the wait's end gives the result. A deadline that has passed ends it at once. */
  block(wait: Wait, deadline: number): number | Blocked {
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
