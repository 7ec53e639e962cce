/** Sockets: docs/syscalls/socket_*.md. */
import { Policy, Right, SocketOption, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { Socket } from '../objects/socket.js';
import type { Handlers } from './entry/handlers.js';

/** The options of a read or write: whether it is about the control plane. Throws INVALID_ARGS. */
function isControl(options: number): boolean {
  if (options !== 0 && options !== SocketOption.CONTROL) throw new StatusError(Status.INVALID_ARGS);
  return options === SocketOption.CONTROL;
}

export const socketCalls = {
  socket_create(call, options, out0, out1) {
    if ((options & ~SocketOption.CREATE_MASK) !== 0) return Status.INVALID_ARGS;
    call.kernel.policy.require(call.thread, Policy.NEW_SOCKET);
    const [one, other] = Socket.createPair(call.kernel, options);
    call.giveOut({ pointer: out0, object: one }, { pointer: out1, object: other });
    return Status.OK;
  },
  socket_write(call, handle, options, buffer, size, actual) {
    if (buffer === 0 && size > 0) return Status.INVALID_ARGS;
    const socket = call.object(handle, Socket, Right.WRITE);
    const control = isControl(options);
    const accepted = control ? socket.acceptsControl(size) : socket.accepts(size);
    if (accepted < 0) return accepted;
    const count = control ? size : accepted;
    const bytes = call.readBytes(buffer, count);
    call.reportU64(actual, count);
    return control ? socket.writeControl(bytes) : socket.write(bytes);
  },
  socket_read(call, handle, options, buffer, size, actual) {
    if (buffer === 0) return Status.INVALID_ARGS;
    const socket = call.object(handle, Socket, Right.READ);
    const control = isControl(options);
    const status = control ? socket.controlReadStatus : socket.readStatus;
    if (status !== Status.OK) return status;
    const bytes = control ? socket.peekControl(size) : socket.peek(size);
    call.writeBytes(buffer, bytes);
    call.reportU64(actual, bytes.length);
    if (control) socket.consumeControl();
    else socket.consume(bytes.length);
    return Status.OK;
  },
  /** The shared socket is gone from the caller in any case. */
  socket_share(call, through, value) {
    const { handles } = call.process;
    try {
      const socket = call.object(through, Socket, Right.WRITE);
      const shared = call.object(value, Socket, Right.TRANSFER);
      const status = socket.shareStatus(shared);
      const handle = status === Status.OK ? handles.remove(value) : undefined;
      if (handle !== undefined) socket.share(handle);
      return status;
    } finally {
      call.closeValue(value);
    }
  },
  socket_accept(call, through, out) {
    const socket = call.object(through, Socket, Right.READ);
    if (socket.acceptStatus !== Status.OK) return socket.acceptStatus;
    const handle = socket.acceptable;
    if (handle === undefined) return Status.SHOULD_WAIT;
    call.writeU32(out, call.process.handles.valueOf(handle));
    socket.accepted();
    call.process.handles.add(handle);
    return Status.OK;
  },
  socket_shutdown(call, handle, how) {
    const socket = call.object(handle, Socket, Right.WRITE);
    if ((how & ~SocketOption.SHUTDOWN_MASK) !== 0) return Status.INVALID_ARGS;
    socket.shutdown(how);
    return Status.OK;
  },
} satisfies Partial<Handlers>;
