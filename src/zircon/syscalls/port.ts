/** Ports: docs/syscalls/port_*.md, object_wait_async.md. */
import { Right, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { PORT_BIND_TO_INTERRUPT, WaitAsync } from '../abi/port.js';
import { PACKET_BYTES, UserPacket } from '../objects/packet.js';
import { Port, PortWait } from '../objects/port.js';
import { PortObserver } from '../objects/port-observer.js';
import type { Call, Handler, Result } from './call.js';
import { requireWaitable } from './wait.js';

function portCreate(call: Call): Result {
  const options = call.u32(0);
  if ((options & ~PORT_BIND_TO_INTERRUPT) !== 0) return Status.INVALID_ARGS;
  call.kernel.policy.require(call.thread, Policy.NEW_PORT);
  const port = new Port(call.kernel, options === PORT_BIND_TO_INTERRUPT);
  call.giveOut({ pointer: call.pointer(1), object: port });
  return Status.OK;
}

function portQueue(call: Call): Result {
  const port = call.object(call.u32(0), Port, Right.WRITE);
  return port.queueUser(UserPacket.parse(call.readBytes(call.pointer(1), PACKET_BYTES)));
}

function portWait(call: Call): Result {
  const port = call.object(call.u32(0), Port, Right.READ);
  const { first } = port;
  if (first === undefined) {
    const wait = new PortWait(port, call.pointer(2));
    port.waiters.add(wait);
    return call.block(wait, call.time(1));
  }
  call.writeBytes(call.pointer(2), first.bytes);
  port.takeFirst();
  return Status.OK;
}

function portCancel(call: Call): Result {
  const port = call.object(call.u32(0), Port, Right.WRITE);
  const source = call.handle(call.u32(1));
  requireWaitable(source);
  return port.cancel(source, call.u64(2)) ? Status.OK : Status.NOT_FOUND;
}

function objectWaitAsync(call: Call): Result {
  const options = call.u32(4);
  if (options !== WaitAsync.ONCE && options !== WaitAsync.REPEATING) return Status.INVALID_ARGS;
  const handle = call.handle(call.u32(0));
  const port = call.object(call.u32(1), Port, Right.WRITE);
  requireWaitable(handle);
  const repeating = options === WaitAsync.REPEATING;
  const observer = new PortObserver(port, handle.object, handle, call.u64(2), call.u32(3), repeating);
  return observer.start() ? Status.OK : Status.NO_MEMORY;
}

export const portCalls: Readonly<Record<string, Handler>> = {
  port_create: portCreate,
  port_queue: portQueue,
  port_wait: portWait,
  port_cancel: portCancel,
  object_wait_async: objectWaitAsync,
};
