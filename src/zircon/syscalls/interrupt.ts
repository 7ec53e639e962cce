/** Interrupts: docs/syscalls/interrupt_*.md. */
import { Right, Status } from '../abi/constants.js';
import { Interrupt, InterruptWait } from '../objects/interrupt.js';
import { Port } from '../objects/port.js';
import { ResourceKind } from '../objects/resource.js';
import { BLOCKED, type Call, type Handler, type Result } from './call.js';
import { requireResource } from './resource.js';
import { wrongType } from './unsupported.js';

/** ZX_INTERRUPT_VIRTUAL, ZX_INTERRUPT_REMAP_IRQ, ZX_INTERRUPT_MODE_*. */
const VIRTUAL = 0x10;
const REMAP = 1;
const MODE_MASK = 0xe;
const MODE_EDGE_BOTH = 5 << 1;
/** zx_time_t. */
const TIME_BYTES = 8;

/** Only virtual ones: the board's interrupts are all the kernel's, so that no resource allows to take one. */
function interruptCreate(call: Call): Result {
  const options = call.u32(2);
  if ((options & VIRTUAL) !== 0) {
    if (options !== VIRTUAL) return Status.INVALID_ARGS;
    call.giveOut({ pointer: call.pointer(3), object: new Interrupt(call.kernel) });
    return Status.OK;
  }
  requireResource(call, call.u32(0), ResourceKind.IRQ);
  const isKnown = (options & ~(REMAP | MODE_MASK)) === 0 && (options & MODE_MASK) <= MODE_EDGE_BOTH;
  return isKnown ? Status.ACCESS_DENIED : Status.INVALID_ARGS;
}

function interruptBind(call: Call): Result {
  if (call.u32(3) !== 0) return Status.INVALID_ARGS;
  const interrupt = call.object(call.u32(0), Interrupt, Right.READ);
  const port = call.object(call.u32(1), Port, Right.WRITE);
  if (!port.bindsInterrupts) return Status.WRONG_TYPE;
  return interrupt.bind(port, call.u64(2));
}

function interruptWait(call: Call): Result {
  const interrupt = call.object(call.u32(0), Interrupt, Right.WAIT);
  if (interrupt.waitStatus !== Status.OK) return interrupt.waitStatus;
  const timestamp = call.pointer(1);
  if (timestamp !== 0) call.requireWritable(timestamp, TIME_BYTES);
  const wait = new InterruptWait(interrupt, call.handle(call.u32(0)), timestamp);
  call.block(wait, Infinity);
  interrupt.addWaiter(wait);
  return BLOCKED;
}

function interruptTrigger(call: Call): Result {
  if (call.u32(1) !== 0) return Status.INVALID_ARGS;
  return call.object(call.u32(0), Interrupt, Right.SIGNAL).trigger(call.i64(2));
}

/** There are no VCPUs. */
function interruptBindVcpu(call: Call): Result {
  if (call.u32(2) !== 0) return Status.INVALID_ARGS;
  call.object(call.u32(0), Interrupt, Right.READ);
  return wrongType(call, call.u32(1));
}

export const interruptCalls: Readonly<Record<string, Handler>> = {
  interrupt_create: interruptCreate,
  interrupt_bind: interruptBind,
  interrupt_wait: interruptWait,
  interrupt_destroy: (call) => call.object(call.u32(0), Interrupt, Right.WRITE).destroy(),
  interrupt_ack: (call) => call.object(call.u32(0), Interrupt, Right.WRITE).acknowledge(),
  interrupt_trigger: interruptTrigger,
  interrupt_bind_vcpu: interruptBindVcpu,
};
