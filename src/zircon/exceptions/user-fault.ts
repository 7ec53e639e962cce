/** Synchronous exceptions from user code other than system calls. Arm ARM, ESR_ELx; Zircon's docs/exceptions.md. */
import { ExceptionType, Status } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { FaultFlag } from '../listener.js';
import { rearmStep } from '../sched/debug-state.js';
import type { Thread } from '../objects/thread.js';

/** ESR_EL1.EC. */
const EC = {
  UNKNOWN: 0x00,
  ILLEGAL_STATE: 0x0e,
  TRAPPED_SYSTEM: 0x18,
  INSTRUCTION_ABORT: 0x20,
  PC_ALIGNMENT: 0x22,
  DATA_ABORT: 0x24,
  SP_ALIGNMENT: 0x26,
  HW_BREAKPOINT: 0x30,
  SOFTWARE_STEP: 0x32,
  WATCHPOINT: 0x34,
  BRK: 0x3c,
} as const;

/** ISS of an abort: fault status, write. */
const FSC_MASK = 0x3f;
const FSC_ALIGNMENT = 0x21;
/** Translation, access flag and permission faults, without their level: those that the tables can answer. */
const FSC_TRANSLATION = 0x04;
const tableFaults: readonly number[] = [FSC_TRANSLATION, 0x08, 0x0c];
const FSC_LEVEL = 3;
const ISS_WNR = 1 << 6;
const ISS_CM = 1 << 8;

const plainTypes = new Map<number, ExceptionType>([
  [EC.UNKNOWN, ExceptionType.UNDEFINED_INSTRUCTION],
  [EC.ILLEGAL_STATE, ExceptionType.UNDEFINED_INSTRUCTION],
  [EC.TRAPPED_SYSTEM, ExceptionType.UNDEFINED_INSTRUCTION],
  [EC.PC_ALIGNMENT, ExceptionType.UNALIGNED_ACCESS],
  [EC.SP_ALIGNMENT, ExceptionType.UNALIGNED_ACCESS],
  [EC.HW_BREAKPOINT, ExceptionType.HW_BREAKPOINT],
  [EC.SOFTWARE_STEP, ExceptionType.HW_BREAKPOINT],
  [EC.WATCHPOINT, ExceptionType.HW_BREAKPOINT],
  [EC.BRK, ExceptionType.SW_BREAKPOINT],
]);

/** Exceptions that set FAR_EL1: with others it holds what somebody else's fault has left there. */
const withAddress: readonly number[] = [EC.INSTRUCTION_ABORT, EC.DATA_ABORT, EC.PC_ALIGNMENT, EC.WATCHPOINT];

/** Handles what the thread did: commits the page, or raises the exception. */
export function userFault(kernel: Kernel, thread: Thread, syndrome: number, address: number): void {
  const type = exceptionOf(kernel, thread, syndrome, address);
  if (type === undefined) return;
  const exact = address < Number.MAX_SAFE_INTEGER ? address : kernel.cpus.exactFaultAddress;
  kernel.exceptions.raise(thread, type, syndrome, withAddress.includes(syndrome >>> 26) ? exact : 0);
}

/** The exception to raise, or undefined if the page is there now. */
function exceptionOf(
  kernel: Kernel,
  thread: Thread,
  syndrome: number,
  address: number,
): ExceptionType | undefined {
  const exceptionClass = syndrome >>> 26;
  const isExecute = exceptionClass === EC.INSTRUCTION_ABORT;
  if (isExecute || exceptionClass === EC.DATA_ABORT) {
    if ((syndrome & FSC_MASK) === FSC_ALIGNMENT) return ExceptionType.UNALIGNED_ACCESS;
    // Otherwise an external abort: nothing answers at the physical address.
    if (!tableFaults.includes(syndrome & FSC_MASK & ~FSC_LEVEL)) return ExceptionType.GENERAL;
    const isWrite = (syndrome & ISS_WNR) !== 0 && (syndrome & ISS_CM) === 0;
    const access = isExecute ? 'execute' : isWrite ? 'write' : 'read';
    const flags = faultFlags(syndrome, access);
    for (const each of kernel.listeners.all) each.faultTaken?.(address, flags);
    const { aspace } = thread.process;
    const status = aspace.fault(address, access);
    if (status === Status.SHOULD_WAIT) aspace.mappingAt(address)?.request(thread, address);
    for (const each of kernel.listeners.all) each.faultEnded?.(address, flags);
    return status === Status.OK || status === Status.SHOULD_WAIT ? undefined : ExceptionType.FATAL_PAGE_FAULT;
  }
  if (exceptionClass === EC.SOFTWARE_STEP) rearmStep(kernel.cpus.state);
  return plainTypes.get(exceptionClass) ?? ExceptionType.GENERAL;
}

function faultFlags(syndrome: number, access: 'read' | 'write' | 'execute'): number {
  const isPresent = (syndrome & FSC_MASK & ~FSC_LEVEL) !== FSC_TRANSLATION;
  return (
    FaultFlag.USER |
    (access === 'write' ? FaultFlag.WRITE : 0) |
    (access === 'execute' ? FaultFlag.INSTRUCTION : 0) |
    (isPresent ? 0 : FaultFlag.NOT_PRESENT)
  );
}
