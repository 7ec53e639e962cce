/**
 * The outcome of one address translation. One object is reused for all translations of a core, so that a TLB
 * miss allocates nothing: read it before the next call.
 */

/** What the memory access behind a translation does. */
export type Access = 'read' | 'write' | 'execute';

/** Fault status codes (DFSC, IFSC) without the level in the lowest two bits; Arm ARM, ISS of a Data Abort. */
export const FaultStatus = {
  AddressSize: 0x00,
  Translation: 0x04,
  AccessFlag: 0x08,
  Permission: 0x0c,
  External: 0x10,
  ExternalOnWalk: 0x14,
  Alignment: 0x21,
  Debug: 0x22,
} as const;

export class Translation {
  /** Whether the access faults; then only the fault's fields count. */
  fault = false;
  /** Physical address of the byte, below 2^48; of what only Secure accesses reach, in the space of that. */
  physical = 0;
  /** Whether the output address is one of the Secure physical address space. */
  secure = false;
  /** Bytes of the page or block that translates alike: at least 4096. */
  pageSize = 4096;
  /** What else is allowed at the same level of privilege in this page. */
  read = false;
  write = false;
  execute = false;
  /** Device memory: unaligned accesses fault; not a place to execute from. */
  device = false;
  /** Memory attributes as PAR_EL1.ATTR, and shareability as PAR_EL1.SH. */
  attributes = 0;
  shareability = 0;
  /** Not global: belongs to the current ASID. */
  notGlobal = false;

  /** Fault status code with level. */
  status = 0;
  /** The fault is one of stage 2 (taken to EL2). */
  stage2 = false;
  /** A stage 2 fault on the walk of stage 1. */
  onWalk = false;
  /** Intermediate physical address of a stage 2 fault. */
  intermediate = 0;
}
