/** Futexes: docs/syscalls/futex_*.md. */
import { Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { Thread } from '../objects/thread.js';
import type { OwnerAfterWake } from '../ipc/futex.js';
import type { Blocked, Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { NO_HANDLE, type HandleValue, type UserIn } from './entry/user-pointer.js';

/** Bytes of a zx_futex_t, and its alignment. */
const FUTEX_BYTES = 4;

type FutexPointer = UserIn<'zx_futex_t'>;

/** Throws INVALID_ARGS for an address that is not aligned. */
function requireAligned(pointer: FutexPointer): void {
  if (pointer % FUTEX_BYTES !== 0) throw new StatusError(Status.INVALID_ARGS);
}

/** Looks at the futex's value. Throws INVALID_ARGS for a bad pointer, BAD_STATE for another value. */
function requireValue(call: Call, pointer: FutexPointer, value: number): void {
  if ((call.readU32(pointer) | 0) !== value) throw new StatusError(Status.BAD_STATE);
}

/**
 * The thread that is to own a futex; 0 is nobody. Throws BAD_HANDLE, WRONG_TYPE, INVALID_ARGS if it is to own what it
 * waits for.
 */
function ownerOf(call: Call, value: HandleValue, addresses: readonly number[]): Thread | undefined {
  if (value === 0) return undefined;
  const thread = call.object(value, Thread);
  if (thread.process === call.process && call.kernel.futexes.isWaiting(thread, addresses))
    throw new StatusError(Status.INVALID_ARGS);
  return thread;
}

function wait(
  call: Call,
  pointer: FutexPointer,
  value: number,
  owner: HandleValue,
  deadline: number,
): number | Blocked {
  requireAligned(pointer);
  requireValue(call, pointer, value);
  const thread = ownerOf(call, owner, [pointer]);
  if (thread === call.thread) return Status.INVALID_ARGS;
  return call.block(call.kernel.futexes.wait(call.thread, pointer, thread), deadline);
}

function wake(call: Call, pointer: FutexPointer, count: number, after: OwnerAfterWake): number {
  requireAligned(pointer);
  call.kernel.futexes.wake(call.process, pointer, count, after);
  return Status.OK;
}

/** What the variants of zx_futex_requeue are asked for. */
interface Requeue {
  readonly from: FutexPointer;
  readonly wake: number;
  readonly value: number;
  readonly to: FutexPointer;
  readonly move: number;
  readonly owner: HandleValue;
  readonly ownerAfterWake: OwnerAfterWake;
}

function requeue(call: Call, { from, wake, value, to, move, owner, ownerAfterWake }: Requeue): number {
  requireAligned(from);
  requireAligned(to);
  if (from === to) return Status.INVALID_ARGS;
  call.readU32(to);
  requireValue(call, from, value);
  const thread = ownerOf(call, owner, [from, to]);
  call.kernel.futexes.requeue(call.process, { from, wake, ownerAfterWake, to, move, owner: thread });
  return Status.OK;
}

export const futexCalls = {
  futex_wait: wait,
  futex_wait_deprecated: (call, pointer, value, deadline) => wait(call, pointer, value, NO_HANDLE, deadline),
  futex_wake: (call, pointer, count) => wake(call, pointer, count, 'nobody'),
  futex_wake_single_owner: (call, pointer) => wake(call, pointer, 1, 'woken thread'),
  futex_requeue: (call, from, wake, value, to, move, owner) =>
    requeue(call, { from, wake, value, to, move, owner, ownerAfterWake: 'nobody' }),
  futex_requeue_single_owner: (call, from, value, to, move, owner) =>
    requeue(call, { from, wake: 1, value, to, move, owner, ownerAfterWake: 'woken thread' }),
  futex_requeue_deprecated: (call, from, wake, value, to, move) =>
    requeue(call, { from, wake, value, to, move, owner: NO_HANDLE, ownerAfterWake: 'nobody' }),
  futex_get_owner(call, pointer, koid) {
    requireAligned(pointer);
    call.readU32(pointer);
    call.writeU64(koid, call.kernel.futexes.ownerOf(call.process, pointer));
    return Status.OK;
  },
} satisfies Partial<Handlers>;
