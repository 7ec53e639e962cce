/** Futexes: docs/syscalls/futex_*.md. */
import { Status } from '../abi/constants.js';
import { Thread } from '../objects/thread.js';
import type { OwnerAfterWake } from '../ipc/futex.js';
import { CallError, type Call, type Handler, type Result } from './call.js';

/** Bytes of a zx_futex_t, and its alignment. */
const FUTEX_BYTES = 4;

/** The address in an argument. Throws INVALID_ARGS if it is not aligned. */
function address(call: Call, index: number): number {
  // The lower half tells: a number as large as the highest addresses has lost its last bits.
  if (call.u32(index) % FUTEX_BYTES !== 0) throw new CallError(Status.INVALID_ARGS);
  return call.pointer(index);
}

/** Looks at the futex's value. Throws INVALID_ARGS for a bad pointer, BAD_STATE for another value. */
function requireValue(call: Call, pointer: number, value: number): void {
  if ((call.readU32(pointer) | 0) !== value) throw new CallError(Status.BAD_STATE);
}

/**
 * The thread that is to own a futex; 0 is nobody. Throws BAD_HANDLE, WRONG_TYPE, INVALID_ARGS if it is to own what it
 * waits for.
 */
function owner(call: Call, value: number, addresses: readonly number[]): Thread | undefined {
  if (value === 0) return undefined;
  const thread = call.object(value, Thread);
  if (thread.process === call.process && call.kernel.futexes.isWaiting(thread, addresses))
    throw new CallError(Status.INVALID_ARGS);
  return thread;
}

function wait(call: Call, ownerValue: number, deadline: number): Result {
  const pointer = address(call, 0);
  requireValue(call, pointer, call.i32(1));
  const thread = owner(call, ownerValue, [pointer]);
  if (thread === call.thread) return Status.INVALID_ARGS;
  return call.block(call.kernel.futexes.wait(call.thread, pointer, thread), deadline);
}

function wake(call: Call, count: number, after: OwnerAfterWake): Result {
  call.kernel.futexes.wake(call.process, address(call, 0), count, after);
  return Status.OK;
}

/** Where the arguments of the variants lie. */
interface RequeueArguments {
  readonly wake: number;
  readonly value: number;
  /** Index of the other futex's address. */
  readonly to: number;
  readonly move: number;
  readonly owner: number;
  readonly after: OwnerAfterWake;
}

function requeue(
  call: Call,
  { wake, value, to: toIndex, move, owner: value2, after }: RequeueArguments,
): Result {
  const from = address(call, 0);
  const to = address(call, toIndex);
  if (from === to) return Status.INVALID_ARGS;
  call.readU32(to);
  requireValue(call, from, value);
  const thread = owner(call, value2, [from, to]);
  call.kernel.futexes.requeue(call.process, { from, wake, ownerAfterWake: after, to, move, owner: thread });
  return Status.OK;
}

function getOwner(call: Call): Result {
  const pointer = address(call, 0);
  call.readU32(pointer);
  call.writeU64(call.pointer(1), call.kernel.futexes.ownerOf(call.process, pointer));
  return Status.OK;
}

export const futexCalls: Readonly<Record<string, Handler>> = {
  futex_wait: (call) => wait(call, call.u32(2), call.time(3)),
  futex_wait_deprecated: (call) => wait(call, 0, call.time(2)),
  futex_wake: (call) => wake(call, call.u32(1), 'nobody'),
  futex_wake_single_owner: (call) => wake(call, 1, 'woken thread'),
  futex_requeue: (call) =>
    requeue(call, {
      wake: call.u32(1),
      value: call.i32(2),
      to: 3,
      move: call.u32(4),
      owner: call.u32(5),
      after: 'nobody',
    }),
  futex_requeue_single_owner: (call) =>
    requeue(call, {
      wake: 1,
      value: call.i32(1),
      to: 2,
      move: call.u32(3),
      owner: call.u32(4),
      after: 'woken thread',
    }),
  futex_requeue_deprecated: (call) =>
    requeue(call, {
      wake: call.u32(1),
      value: call.i32(2),
      to: 3,
      move: call.u32(4),
      owner: 0,
      after: 'nobody',
    }),
  futex_get_owner: getOwner,
};
