/** Fifos: docs/syscalls/fifo_*.md. */
import { Right, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { Fifo, FIFO_BYTES_MAX } from '../objects/fifo.js';
import { CallError, type Call, type Handler, type Result } from './call.js';

function isPowerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}

function fifoCreate(call: Call): Result {
  const count = call.size(0);
  const size = call.size(1);
  if (size === 0 || count * size > FIFO_BYTES_MAX || !isPowerOfTwo(count)) return Status.OUT_OF_RANGE;
  if (call.u32(2) !== 0) return Status.INVALID_ARGS;
  call.kernel.policy.require(call.thread, Policy.NEW_FIFO);
  const pair = Fifo.createPair(call.kernel, count, size);
  if (pair === undefined) return Status.NO_MEMORY;
  call.giveOut({ pointer: call.pointer(3), object: pair[0] }, { pointer: call.pointer(4), object: pair[1] });
  return Status.OK;
}

/** The fifo of a read or write. Throws OUT_OF_RANGE for another element size or no elements. */
function fifoOf(call: Call, rights: number): Fifo {
  const fifo = call.object(call.u32(0), Fifo, rights);
  if (call.size(1) !== fifo.elementSize || call.size(3) === 0) throw new CallError(Status.OUT_OF_RANGE);
  return fifo;
}

function fifoWrite(call: Call): Result {
  const fifo = fifoOf(call, Right.WRITE);
  const count = fifo.accepts(call.size(3));
  if (count < 0) return count;
  const bytes = call.readBytes(call.pointer(2), count * fifo.elementSize);
  if (call.pointer(4) !== 0) call.writeU64(call.pointer(4), count);
  fifo.write(bytes);
  return Status.OK;
}

function fifoRead(call: Call): Result {
  const fifo = fifoOf(call, Right.READ);
  if (fifo.readStatus !== Status.OK) return fifo.readStatus;
  const bytes = fifo.peek(call.size(3));
  call.writeBytes(call.pointer(2), bytes);
  if (call.pointer(4) !== 0) call.writeU64(call.pointer(4), bytes.length / fifo.elementSize);
  fifo.consume(bytes.length);
  return Status.OK;
}

export const fifoCalls: Readonly<Record<string, Handler>> = {
  fifo_create: fifoCreate,
  fifo_write: fifoWrite,
  fifo_read: fifoRead,
};
