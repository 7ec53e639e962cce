/** Exception syndromes: the values of ESR_ELx. Arm ARM D13.2.37. */

/** Exception classes, ESR_ELx.EC. Those of exceptions with `Lower` count one more from the same level. */
export const ExceptionClass = {
  Unknown: 0x00,
  TrappedWfx: 0x01,
  TrappedFp: 0x07,
  IllegalState: 0x0e,
  Svc: 0x15,
  Hvc: 0x16,
  Smc: 0x17,
  TrappedSystem: 0x18,
  InstructionAbortLower: 0x20,
  PcAlignment: 0x22,
  DataAbortLower: 0x24,
  SpAlignment: 0x26,
  SError: 0x2f,
  BreakpointLower: 0x30,
  SoftwareStepLower: 0x32,
  WatchpointLower: 0x34,
  Brk: 0x3c,
} as const;

/** ESR_ELx.IL: the instruction has 32 bits, or the exception is not about one. */
const IL = 1 << 25;

/** A syndrome as a signed 32-bit number. */
export function syndrome(exceptionClass: number, specific = 0): number {
  return (exceptionClass << 26) | IL | specific;
}

/** CV = 1, COND = 0b1110: what AArch64 reports in the syndromes that have a condition. */
const ALWAYS = (1 << 24) | (0xe << 20);

export const trappedFp = syndrome(ExceptionClass.TrappedFp, ALWAYS);

export function trappedWfx(isWfe: boolean): number {
  return syndrome(ExceptionClass.TrappedWfx, ALWAYS | (isWfe ? 1 : 0));
}

/** Syndrome of a trapped MRS, MSR, SYS or SYSL. */
export function trappedSystem(word: number): number {
  const op0 = (word >>> 19) & 3;
  const op1 = (word >>> 16) & 7;
  const CRn = (word >>> 12) & 15;
  const CRm = (word >>> 8) & 15;
  const op2 = (word >>> 5) & 7;
  const isRead = (word >>> 21) & 1;
  return syndrome(
    ExceptionClass.TrappedSystem,
    (op0 << 20) | (op2 << 17) | (op1 << 14) | (CRn << 10) | ((word & 31) << 5) | (CRm << 1) | isRead,
  );
}

// Parts of the ISS of a data abort.
export const ISS_WRITE = 1 << 6;
export const ISS_STAGE_1_WALK = 1 << 7;
export const ISS_CACHE_MAINTENANCE = 1 << 8;
const ISV = 1 << 24;
const SSE = 1 << 21;
const SF = 1 << 15;
const AR = 1 << 14;

/**
 * The part of a stage 2 data abort's ISS that describes the instruction (ISV, SAS, SSE, SRT, SF, AR): given for
 * loads and stores of one general register without writeback, and load-acquire and store-release among them;
 * 0 for all others.
 */
export function accessSyndrome(word: number): number {
  const transfer = word & 31;
  // Load/store register: unscaled, unprivileged, register offset, unsigned offset. Not SIMD, not writeback.
  if ((word & 0x3e00_0000) === 0x3800_0000 && (word & 0x0400_0000) === 0) {
    const unsignedOffset = (word & 0x0100_0000) !== 0;
    const form = (word >>> 10) & 3;
    const isRegister = (word & 0x0020_0000) !== 0;
    if (!unsignedOffset && !(isRegister ? form === 2 : form === 0 || form === 2)) return 0;
    return singleRegister(word >>> 30, (word >>> 22) & 3, transfer);
  }
  // LDR (literal), LDRSW (literal); PRFM does not abort.
  if ((word & 0x3f00_0000) === 0x1800_0000) {
    const opc = word >>> 30;
    if (opc === 3) return 0;
    return singleRegister(opc === 1 ? 3 : 2, opc === 2 ? 2 : 1, transfer);
  }
  // LDAR, STLR and their narrow forms: o2 = 1, o1 = 0, o0 = 1.
  if ((word & 0x3fa0_8000) === 0x0880_8000) {
    return singleRegister(word >>> 30, 1, transfer) | AR;
  }
  return 0;
}

/** `opc` as in the load/store encodings: bit 1 says sign-extending, then bit 0 says to 32 bits. */
function singleRegister(size: number, opc: number, transfer: number): number {
  const signed = opc >= 2;
  const wide = signed ? opc === 2 : size === 3;
  return ISV | (size << 22) | (signed ? SSE : 0) | (transfer << 16) | (wide ? SF : 0);
}
