/** Interrupts: docs/syscalls/interrupt_*.md. */
import { InterruptOption, ResourceKind, Right, Status } from '../abi/constants.js';
import { Interrupt, InterruptWait } from '../objects/interrupt.js';
import { Port } from '../objects/port.js';
import { BLOCKED } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { requireResource } from './resource.js';
import { wrongType } from './unsupported.js';

/** zx_time_t. */
const TIME_BYTES = 8;

export const interruptCalls = {
  /** Only virtual ones: the board's interrupts are all the kernel's, whatever resource the caller has. */
  interrupt_create(call, handle, vector, options, out) {
    if ((options & InterruptOption.VIRTUAL) !== 0) {
      if (options !== InterruptOption.VIRTUAL) return Status.INVALID_ARGS;
      call.giveOut({ pointer: out, object: new Interrupt(call.kernel) });
      return Status.OK;
    }
    const resource = requireResource(call, handle, ResourceKind.IRQ);
    const isKnown =
      (options & ~(InterruptOption.REMAP_IRQ | InterruptOption.MODE_MASK)) === 0 &&
      (options & InterruptOption.MODE_MASK) <= InterruptOption.MODE_EDGE_BOTH;
    if (!isKnown) return Status.INVALID_ARGS;
    const [low, high] = [BigInt(vector), BigInt(vector) + 1n];
    return resource.covers(low, high) ? Status.NOT_SUPPORTED : Status.ACCESS_DENIED;
  },
  interrupt_bind(call, handle, portHandle, key, options) {
    if (options !== 0) return Status.INVALID_ARGS;
    const interrupt = call.object(handle, Interrupt, Right.READ);
    const port = call.object(portHandle, Port, Right.WRITE);
    if (!port.bindsInterrupts) return Status.WRONG_TYPE;
    return interrupt.bind(port, key);
  },
  interrupt_wait(call, handle, timestamp) {
    const interrupt = call.object(handle, Interrupt, Right.WAIT);
    if (interrupt.waitStatus !== Status.OK) return interrupt.waitStatus;
    if (timestamp !== 0) call.requireWritable(timestamp, TIME_BYTES);
    const wait = new InterruptWait(interrupt, call.handle(handle), timestamp);
    call.block(wait, Infinity);
    interrupt.addWaiter(wait);
    return BLOCKED;
  },
  interrupt_destroy: (call, handle) => call.object(handle, Interrupt, Right.WRITE).destroy(),
  interrupt_ack: (call, handle) => call.object(handle, Interrupt, Right.WRITE).acknowledge(),
  interrupt_trigger(call, handle, options, timestamp) {
    if (options !== 0) return Status.INVALID_ARGS;
    return call.object(handle, Interrupt, Right.SIGNAL).trigger(timestamp);
  },
  /** There are no VCPUs. */
  interrupt_bind_vcpu(call, handle, vcpu, options) {
    if (options !== 0) return Status.INVALID_ARGS;
    call.object(handle, Interrupt, Right.READ);
    return wrongType(call, vcpu);
  },
} satisfies Partial<Handlers>;
