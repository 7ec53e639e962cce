/** Ports: docs/syscalls/port_*.md, object_wait_async.md. */
import { Policy, PortOption, Right, Status, WaitAsync } from '../abi/constants.js';
import { PACKET_BYTES, UserPacket } from '../objects/packet.js';
import { Port, PortWait } from '../objects/port.js';
import { PortObserver } from '../objects/port-observer.js';
import type { Handlers } from './entry/handlers.js';
import { requireWaitable } from './wait.js';

export const portCalls = {
  port_create(call, options, out) {
    if ((options & ~PortOption.BIND_TO_INTERRUPT) !== 0) return Status.INVALID_ARGS;
    call.kernel.policy.require(call.thread, Policy.NEW_PORT);
    const port = new Port(call.kernel, options === PortOption.BIND_TO_INTERRUPT);
    call.giveOut({ pointer: out, object: port });
    return Status.OK;
  },
  port_queue(call, handle, packet) {
    const port = call.object(handle, Port, Right.WRITE);
    return port.queueUser(UserPacket.parse(call.readBytes(packet, PACKET_BYTES)));
  },
  port_wait(call, handle, deadline, packet) {
    const port = call.object(handle, Port, Right.READ);
    const { first } = port;
    if (first === undefined) {
      const wait = new PortWait(port, packet);
      port.waiters.push(wait);
      return call.block(wait, deadline);
    }
    call.writeBytes(packet, first.bytes);
    port.takeFirst();
    return Status.OK;
  },
  port_cancel(call, handle, sourceHandle, key) {
    const port = call.object(handle, Port, Right.WRITE);
    const source = call.handle(sourceHandle);
    requireWaitable(source);
    return port.cancel(source, key) ? Status.OK : Status.NOT_FOUND;
  },
  object_wait_async(call, value, portHandle, key, signals, options) {
    if (options !== WaitAsync.ONCE && options !== WaitAsync.REPEATING) return Status.INVALID_ARGS;
    const handle = call.handle(value);
    const port = call.object(portHandle, Port, Right.WRITE);
    requireWaitable(handle);
    const repeating = options === WaitAsync.REPEATING;
    const observer = new PortObserver(port, handle.object, handle, key, signals, repeating);
    return observer.start() ? Status.OK : Status.NO_MEMORY;
  },
} satisfies Partial<Handlers>;
