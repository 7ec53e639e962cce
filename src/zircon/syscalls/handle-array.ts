/** Arrays of handles in the caller's memory that a call consumes, whatever becomes of it: docs/syscalls/channel_write.md. */
import { Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { HANDLES_MAX, type Handle } from '../objects/handle.js';
import type { Call } from './call.js';
import { pointerAt, type UserIn } from './entry/user-pointer.js';

/** Handles are looked at in pieces of this many. */
const PIECE = 1024;
const HANDLE_BYTES = 4;
/** An array that is longer names handles that nobody can have: what is behind is not looked at. */
const LENGTH_MAX = HANDLES_MAX;

/** Handle values from memory. Throws INVALID_ARGS. */
function readHandleValues(call: Call, pointer: UserIn<'zx_handle_t'>, count: number): Uint32Array {
  return new Uint32Array(call.readBytes(pointer, count * HANDLE_BYTES).buffer);
}

/**
 * Takes out of the caller's table what a message is to carry. All of it goes, also when one cannot: then what was
 * taken is closed, and the first reason ends the call. Throws INVALID_ARGS for a bad pointer, BAD_HANDLE (also for
 * one that occurs twice), ACCESS_DENIED without the right to transfer, NOT_SUPPORTED for `through` itself.
 */
export function takeForTransfer(
  call: Call,
  pointer: UserIn<'zx_handle_t'>,
  count: number,
  through: Dispatcher,
): readonly Handle[] {
  if (count === 0) return [];
  const taken: Handle[] = [];
  let problem: number = Status.OK;
  for (const value of readHandleValues(call, pointer, count)) {
    const handle = call.process.handles.remove(value);
    if (handle !== undefined) taken.push(handle);
    if (problem === Status.OK) problem = transferStatus(handle, through);
  }
  if (problem === Status.OK) return taken;
  call.kernel.ipc.discard(taken);
  if (problem === Status.BAD_HANDLE) call.kernel.policy.badHandle(call.thread);
  throw new StatusError(problem);
}

function transferStatus(handle: Handle | undefined, through: Dispatcher): number {
  if (handle === undefined) return Status.BAD_HANDLE;
  if (handle.object === through) return Status.NOT_SUPPORTED;
  return (handle.rights & Right.TRANSFER) === 0 ? Status.ACCESS_DENIED : Status.OK;
}

/**
 * Closes the handles of an array, as far as it can be read. OK, or BAD_HANDLE if one was none; 0 counts as one.
 * Throws INVALID_ARGS for a bad pointer, or if there are more than the system can have.
 */
export function closeHandles(call: Call, pointer: UserIn<'zx_handle_t'>, count: number): number {
  let status: number = Status.OK;
  const length = Math.min(count, LENGTH_MAX);
  for (let done = 0; done < length; done += PIECE) {
    const at = pointerAt<typeof pointer>(pointer + done * HANDLE_BYTES);
    const values = readHandleValues(call, at, Math.min(PIECE, length - done));
    for (const value of values) {
      if (value === 0) continue;
      const handle = call.process.handles.remove(value);
      if (handle === undefined) status = Status.BAD_HANDLE;
      else call.kernel.ipc.discard([handle]);
    }
  }
  if (length < count) throw new StatusError(Status.INVALID_ARGS);
  return status;
}

/** A call ends with an error before it has taken the array's handles: closes them if that is a StatusError. */
export function closeUntaken(
  call: Call,
  pointer: UserIn<'zx_handle_t'>,
  count: number,
  reason: unknown,
): void {
  if (!(reason instanceof StatusError)) return;
  try {
    closeHandles(call, pointer, count);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}
