/** Sockets: docs/syscalls/socket_*.md. */
import { Right, Signal, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { Socket } from '../objects/socket.js';
import { CallError, type Call, type Handler, type Result } from './call.js';

const { SOCKET_CREATE_MASK, SOCKET_SHUTDOWN_MASK, SOCKET_CONTROL } = Signal;

function socketCreate(call: Call): Result {
  const options = call.u32(0);
  if ((options & ~SOCKET_CREATE_MASK) !== 0) return Status.INVALID_ARGS;
  call.kernel.policy.require(call.thread, Policy.NEW_SOCKET);
  const [one, other] = Socket.createPair(call.kernel, options);
  call.giveOut({ pointer: call.pointer(1), object: one }, { pointer: call.pointer(2), object: other });
  return Status.OK;
}

/** The options of a read or write: whether it is about the control plane. Throws INVALID_ARGS. */
function isControl(options: number): boolean {
  if (options !== 0 && options !== SOCKET_CONTROL) throw new CallError(Status.INVALID_ARGS);
  return options === SOCKET_CONTROL;
}

function socketWrite(call: Call): Result {
  const buffer = call.pointer(2);
  const size = call.size(3);
  const actual = call.pointer(4);
  if (buffer === 0 && size > 0) return Status.INVALID_ARGS;
  const socket = call.object(call.u32(0), Socket, Right.WRITE);
  const control = isControl(call.u32(1));
  const accepted = control ? socket.acceptsControl(size) : socket.accepts(size);
  if (accepted < 0) return accepted;
  const count = control ? size : accepted;
  const bytes = call.readBytes(buffer, count);
  if (actual !== 0) call.writeU64(actual, count);
  return control ? socket.writeControl(bytes) : socket.write(bytes);
}

function socketRead(call: Call): Result {
  const buffer = call.pointer(2);
  const size = call.size(3);
  const actual = call.pointer(4);
  if (buffer === 0) return Status.INVALID_ARGS;
  const socket = call.object(call.u32(0), Socket, Right.READ);
  const control = isControl(call.u32(1));
  const status = control ? socket.controlReadStatus : socket.readStatus;
  if (status !== Status.OK) return status;
  const bytes = control ? socket.peekControl(size) : socket.peek(size);
  call.writeBytes(buffer, bytes);
  if (actual !== 0) call.writeU64(actual, bytes.length);
  if (control) socket.consumeControl();
  else socket.consume(bytes.length);
  return Status.OK;
}

/** The shared socket is gone from the caller in any case. */
function socketShare(call: Call): Result {
  const value = call.u32(1);
  const { handles } = call.process;
  try {
    const socket = call.object(call.u32(0), Socket, Right.WRITE);
    const shared = call.object(value, Socket, Right.TRANSFER);
    const status = socket.shareStatus(shared);
    const handle = status === Status.OK ? handles.remove(value) : undefined;
    if (handle !== undefined) socket.share(handle);
    return status;
  } finally {
    call.closeValue(value);
  }
}

function socketAccept(call: Call): Result {
  const socket = call.object(call.u32(0), Socket, Right.READ);
  if (socket.acceptStatus !== Status.OK) return socket.acceptStatus;
  const handle = socket.acceptable;
  if (handle === undefined) return Status.SHOULD_WAIT;
  call.writeU32(call.pointer(1), call.process.handles.valueOf(handle));
  socket.accepted();
  call.process.handles.add(handle);
  return Status.OK;
}

function socketShutdown(call: Call): Result {
  const socket = call.object(call.u32(0), Socket, Right.WRITE);
  const how = call.u32(1);
  if ((how & ~SOCKET_SHUTDOWN_MASK) !== 0) return Status.INVALID_ARGS;
  socket.shutdown(how);
  return Status.OK;
}

export const socketCalls: Readonly<Record<string, Handler>> = {
  socket_create: socketCreate,
  socket_write: socketWrite,
  socket_read: socketRead,
  socket_share: socketShare,
  socket_accept: socketAccept,
  socket_shutdown: socketShutdown,
};
