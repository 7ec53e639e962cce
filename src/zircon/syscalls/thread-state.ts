/**
 * Registers of threads that are suspended or in an exception: docs/syscalls/thread_read_state.md,
 * thread_write_state.md, <zircon/syscalls/debug.h>.
 */
import { BREAKPOINTS, WATCHPOINTS } from '../../engine/index.js';
import { Right, Status, ThreadAspect } from '../abi/constants.js';
import { structs } from '../abi/structs.js';
import { ExceptionWait } from '../exceptions/exception-ports.js';
import { Thread } from '../objects/thread.js';
import { SPSR_SS } from '../sched/context.js';
import { BREAKPOINT_CONTROL, DebugState, WATCHPOINT_CONTROL } from '../sched/debug-state.js';
import { USER_BASE, USER_SIZE } from '../vm/layout.js';
import type { Handlers } from './entry/handlers.js';

/** PSTATE.{N,Z,C,V}. */
const FLAGS = 0xf000_0000;
/** Bytes of a pair of value and control in zx_thread_state_debug_regs_t. */
const PAIR = 16;
const CONTROL = 8;
const USER_END = BigInt(USER_BASE + USER_SIZE);

/** One aspect of a thread's state. */
interface Aspect {
  readonly size: number;
  readonly read: (thread: Thread, view: DataView) => void;
  /** OK or INVALID_ARGS, with nothing changed. */
  readonly write: (thread: Thread, view: DataView) => number;
}

const general = structs.zx_thread_state_general_regs;
const vector = structs.zx_thread_state_vector_regs;
const debug = structs.zx_thread_state_debug_regs;

const generalRegisters: Aspect = {
  size: general.size,
  read: ({ context }, view) => {
    context.general.forEach((value, i) => view.setBigUint64(8 * i, value, true));
    view.setBigUint64(general.offsets.sp, context.sp, true);
    view.setBigUint64(general.offsets.pc, context.pc, true);
    view.setBigUint64(general.offsets.cpsr, BigInt((context.pstate & FLAGS) >>> 0), true);
  },
  write: ({ context }, view) => {
    for (let i = 0; i < context.general.length; i++) context.general[i] = view.getBigUint64(8 * i, true);
    context.sp = view.getBigUint64(general.offsets.sp, true);
    context.pc = view.getBigUint64(general.offsets.pc, true);
    context.pstate = (context.pstate & ~FLAGS) | (view.getUint32(general.offsets.cpsr, true) & FLAGS);
    return Status.OK;
  },
};

/** Floating-point registers are vector registers. */
const floatingPointRegisters: Aspect = {
  size: structs.zx_thread_state_fp_regs.size,
  read: () => {},
  write: () => Status.OK,
};

const vectorRegisters: Aspect = {
  size: vector.size,
  read: ({ context }, view) => {
    view.setUint32(vector.offsets.fpcr, context.fpcr, true);
    view.setUint32(vector.offsets.fpsr, context.fpsr, true);
    context.vectors.forEach((half, i) => view.setBigUint64(vector.offsets.v + 8 * i, half, true));
  },
  write: ({ context }, view) => {
    context.fpcr = view.getInt32(vector.offsets.fpcr, true) & FPCR_MASK;
    context.fpsr = view.getInt32(vector.offsets.fpsr, true) & FPSR_MASK;
    for (let i = 0; i < context.vectors.length; i++) {
      context.vectors[i] = view.getBigUint64(vector.offsets.v + 8 * i, true);
    }
    return Status.OK;
  },
};
/** Bits that FPCR and FPSR have on a Cortex-A53: AHP, DN, FZ, RMode; flags, QC and the cumulative bits. */
const FPCR_MASK = 0x07c0_0000;
const FPSR_MASK = 0xf800_009f | 0;

const debugRegisters: Aspect = {
  size: debug.size,
  read: ({ context }, view) => {
    const state = context.debug ?? new DebugState();
    const put = (at: number, value: bigint, control: number): void => {
      view.setBigUint64(at, value, true);
      view.setUint32(at + CONTROL, control, true);
    };
    for (let i = 0; i < BREAKPOINTS; i++) {
      put(debug.offsets.hw_bps + PAIR * i, state.breakpointValues[i], state.breakpointControls[i]);
    }
    for (let i = 0; i < WATCHPOINTS; i++) {
      put(debug.offsets.hw_wps + PAIR * i, state.watchpointValues[i], state.watchpointControls[i]);
    }
    view.setUint8(debug.offsets.hw_bps_count, BREAKPOINTS);
    view.setUint8(debug.offsets.hw_wps_count, WATCHPOINTS);
  },
  write: ({ context }, view) => {
    const state = new DebugState();
    state.stepping = context.debug?.stepping ?? false;
    for (let i = 0; i < BREAKPOINTS; i++) {
      const at = debug.offsets.hw_bps + PAIR * i;
      state.breakpointValues[i] = view.getBigUint64(at, true);
      state.breakpointControls[i] = view.getUint32(at + CONTROL, true) & BREAKPOINT_CONTROL;
    }
    for (let i = 0; i < WATCHPOINTS; i++) {
      const at = debug.offsets.hw_wps + PAIR * i;
      state.watchpointValues[i] = view.getBigUint64(at, true);
      state.watchpointControls[i] = view.getUint32(at + CONTROL, true) & WATCHPOINT_CONTROL;
    }
    const isUserWord = (value: bigint): boolean => value % 4n === 0n && value < USER_END;
    if (!state.breakpointValues.every(isUserWord) || !state.watchpointValues.every(isUserWord)) {
      return Status.INVALID_ARGS;
    }
    context.debug = state.isClear ? undefined : state;
    return Status.OK;
  },
};

/** zx_thread_state_single_step_t. */
const singleStep: Aspect = {
  size: 4,
  read: ({ context }, view) => view.setUint32(0, context.debug?.stepping === true ? 1 : 0, true),
  write: ({ context }, view) => {
    const value = view.getUint32(0, true);
    if (value > 1) return Status.INVALID_ARGS;
    const state = context.debug ?? new DebugState();
    state.stepping = value === 1;
    context.pstate = value === 1 ? context.pstate | SPSR_SS : context.pstate & ~SPSR_SS;
    context.debug = state.isClear ? undefined : state;
    return Status.OK;
  },
};

const aspects = new Map<number, Aspect>([
  [ThreadAspect.GENERAL_REGS, generalRegisters],
  [ThreadAspect.FP_REGS, floatingPointRegisters],
  [ThreadAspect.VECTOR_REGS, vectorRegisters],
  [ThreadAspect.DEBUG_REGS, debugRegisters],
  [ThreadAspect.SINGLE_STEP, singleStep],
]);
const foreign: readonly number[] = [ThreadAspect.X86_REGISTER_FS, ThreadAspect.X86_REGISTER_GS];

/** The status for a kind that there is not. */
const absent = (kind: number): number =>
  foreign.includes(kind) ? Status.NOT_SUPPORTED : Status.INVALID_ARGS;

/** Whether a thread's state can be looked at: OK; NOT_SUPPORTED where it starts or exits; BAD_STATE unless it is halted. */
function stateStatus({ wait, isHalted }: Thread): number {
  if (wait instanceof ExceptionWait && !wait.hasRegisters) return Status.NOT_SUPPORTED;
  return isHalted ? Status.OK : Status.BAD_STATE;
}

export const threadStateCalls = {
  thread_read_state(call, handle, kind, buffer, size) {
    const thread = call.object(handle, Thread, Right.READ);
    const aspect = aspects.get(kind);
    if (aspect === undefined) return absent(kind);
    const status = stateStatus(thread);
    if (status !== Status.OK) return status;
    if (size < aspect.size) return Status.BUFFER_TOO_SMALL;
    const view = new DataView(new ArrayBuffer(aspect.size));
    aspect.read(thread, view);
    call.writeBytes(buffer, new Uint8Array(view.buffer));
    return Status.OK;
  },
  thread_write_state(call, handle, kind, buffer, size) {
    const thread = call.object(handle, Thread, Right.WRITE);
    const aspect = aspects.get(kind);
    if (aspect === undefined) return absent(kind);
    const status = stateStatus(thread);
    if (status !== Status.OK) return status;
    if (size !== aspect.size) return Status.INVALID_ARGS;
    return aspect.write(thread, new DataView(call.readBytes(buffer, aspect.size).buffer));
  },
} satisfies Partial<Handlers>;
