/** Fifos: docs/syscalls/fifo_*.md. */
import { Policy, Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { Fifo, FIFO_BYTES_MAX } from '../objects/fifo.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import type { HandleValue } from './entry/user-pointer.js';

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}

/** The fifo of a read or write. Throws OUT_OF_RANGE for another element size or no elements. */
function fifoOf(call: Call, handle: HandleValue, rights: number, elementSize: number, count: number): Fifo {
  const fifo = call.object(handle, Fifo, rights);
  if (elementSize !== fifo.elementSize || count === 0) throw new StatusError(Status.OUT_OF_RANGE);
  return fifo;
}

export const fifoCalls = {
  fifo_create(call, count, size, options, out0, out1) {
    if (size === 0 || count * size > FIFO_BYTES_MAX || !isPowerOfTwo(count)) return Status.OUT_OF_RANGE;
    if (options !== 0) return Status.INVALID_ARGS;
    call.kernel.policy.require(call.thread, Policy.NEW_FIFO);
    const pair = Fifo.createPair(call.kernel, count, size);
    if (pair === undefined) return Status.NO_MEMORY;
    call.giveOut({ pointer: out0, object: pair[0] }, { pointer: out1, object: pair[1] });
    return Status.OK;
  },
  fifo_write(call, handle, size, data, wanted, actual) {
    const fifo = fifoOf(call, handle, Right.WRITE, size, wanted);
    const count = fifo.accepts(wanted);
    if (count < 0) return count;
    const bytes = call.readBytes(data, count * fifo.elementSize);
    call.reportU64(actual, count);
    fifo.write(bytes);
    return Status.OK;
  },
  fifo_read(call, handle, size, data, wanted, actual) {
    const fifo = fifoOf(call, handle, Right.READ, size, wanted);
    if (fifo.readStatus !== Status.OK) return fifo.readStatus;
    const bytes = fifo.peek(wanted);
    call.writeBytes(data, bytes);
    call.reportU64(actual, bytes.length / fifo.elementSize);
    fifo.consume(bytes.length);
    return Status.OK;
  },
} satisfies Partial<Handlers>;
