/**
 * Where everything that generated code touches lives in the one `WebAssembly.Memory`.
 *
 * The state of the core that is running lies at fixed addresses, so that generated code reaches it without a
 * base register; a machine with several cores swaps the state (`STATE_BEGIN` to `STATE_END`) when it switches.
 * Addresses are byte offsets into the memory.
 */

/** A named place in a core's state. */
export interface Cell {
  readonly name: string;
  readonly address: number;
  readonly type: 'i32' | 'i64';
}

/** First byte of a core's state. Below it nothing is used, so that address 0 means "none". */
export const STATE_BEGIN = 0x100;

/** X registers, 8 bytes each. Slots 0 to 30 are X0 to X30. */
export const X_BASE = 0x100;
/** Slot that always reads zero: register number 31 as a source. */
export const X_ZERO_SLOT = 31;
/** Slot that is written and never read: register number 31 as a destination. */
export const X_SINK_SLOT = 32;
/** The current stack pointer (that of PSTATE.SP and PSTATE.EL). */
export const X_SP_SLOT = 33;

/** V registers, 16 bytes each. */
export const V_BASE = 0x400;

const CELLS_BASE = 0x600;
let nextCell = CELLS_BASE;
function cell(name: string, type: 'i32' | 'i64'): Cell {
  const result = { name, address: nextCell, type };
  nextCell += 8;
  return result;
}

/**
 * PSTATE.N, Z and V are kept unevaluated, as the value that they are read off: N and V are the sign bits of
 * their cells, Z says that its cell is zero. C is 0 or 1.
 */
export const NF = cell('NF', 'i64');
export const ZF = cell('ZF', 'i64');
export const CF = cell('CF', 'i32');
export const VF = cell('VF', 'i64');

/** Address of the next instruction whenever generated code is not running; while it calls the host, of the calling one. */
export const PC = cell('PC', 'i64');
/** Instructions that may still run before generated code must return; while it calls the host, its own included. */
export const BUDGET = cell('BUDGET', 'i32');
/** Not zero: generated code returns at the next block end or redirect. Set by the host. */
export const STOP = cell('STOP', 'i32');
/** While the interpreter runs: decoded entry at which the budget is used up, were it straight-line code. */
export const LIMIT = cell('LIMIT', 'i32');
/** While the interpreter runs: PC = PC_BASE + entry / 4. */
export const PC_BASE = cell('PC_BASE', 'i64');

/** Current exception level, 0 to 3. */
export const EL = cell('EL', 'i32');
/** Byte address of the data TLB of the current exception level. */
export const TLB = cell('TLB', 'i32');
/** Byte address of the data TLB that unprivileged loads and stores use (LDTR, STTR). */
export const TLB_UNPRIVILEGED = cell('TLB_UNPRIVILEGED', 'i32');
/** Byte address of the execution TLB of the current exception level. */
export const EXEC_TLB = cell('EXEC_TLB', 'i32');
/** Not zero: FP and SIMD instructions trap (CPACR_EL1.FPEN, CPTR_EL2, CPTR_EL3). */
export const FP_TRAP = cell('FP_TRAP', 'i32');
/** 15 where SP alignment is checked at the current level (SCTLR_ELx.SA, SA0), else 0. */
export const SP_MASK = cell('SP_MASK', 'i32');
/** Not zero: every access to a system register goes through the host (traps to EL2 or EL3 are configured). */
export const SYSREG_TRAPS = cell('SYSREG_TRAPS', 'i32');

/** FPCR and FPSR as the manual lays them out. */
export const FPCR = cell('FPCR', 'i32');
export const FPSR = cell('FPSR', 'i32');
/** The bits that they have. FPCR: AHP, DN, FZ, RMode, and the AArch32 vector fields that are only kept. FPSR: flags and QC. */
export const FPCR_MASK = 0x07f7_0000;
export const FPSR_MASK = 0xf800_009f | 0;

/** The local exclusive monitor: address (all ones if open), size in bytes, and the value that was loaded. */
export const EXCLUSIVE_ADDRESS = cell('EXCLUSIVE_ADDRESS', 'i64');
export const EXCLUSIVE_SIZE = cell('EXCLUSIVE_SIZE', 'i32');
export const EXCLUSIVE_LOW = cell('EXCLUSIVE_LOW', 'i64');
export const EXCLUSIVE_HIGH = cell('EXCLUSIVE_HIGH', 'i64');

/** PSTATE.{D,A,I,F} at bits 9 to 6, as in SPSR. */
export const DAIF = cell('DAIF', 'i32');
/** PSTATE.SP: 0 uses SP_EL0, 1 uses SP_ELx. */
export const SPSEL = cell('SPSEL', 'i32');
/** CTR_EL0: code that changes code reads it for each piece. */
export const CACHE_TYPE = cell('CACHE_TYPE', 'i32');

/** System registers, 8 bytes each, numbered by `system/registers.ts`. */
export const SYSTEM_REGISTERS_BASE = 0x1000;
export const SYSTEM_REGISTERS_MAX = 448;

/** First byte behind a core's state. */
export const STATE_END = SYSTEM_REGISTERS_BASE + SYSTEM_REGISTERS_MAX * 8;

/**
 * Data TLBs: direct-mapped, indexed by bits of the virtual page number.
 * An entry: i64 tag for reads, i64 tag for writes (virtual page address, or all ones), i32 addend (memory
 * offset minus low half of the virtual address), i32 log2 of the translation's size, i32 1 if it belongs
 * to one address space only, padding.
 */
export const TLB_ENTRIES = 4096;
export const TLB_ENTRY_SIZE = 32;
export const TLB_SIZE = TLB_ENTRIES * TLB_ENTRY_SIZE;
export const TLB_TAG_READ = 0;
export const TLB_TAG_WRITE = 8;
export const TLB_ADDEND = 16;
export const TLB_SIZE_LOG2 = 20;
export const TLB_NOT_GLOBAL = 24;
/** Execution TLBs, likewise: i64 tag, i32 decoded page, i32 1 if it belongs to one address space only. */
export const EXEC_TLB_ENTRIES = 2048;
export const EXEC_TLB_ENTRY_SIZE = 16;
export const EXEC_TLB_SIZE = EXEC_TLB_ENTRIES * EXEC_TLB_ENTRY_SIZE;
export const EXEC_TLB_PAGE = 8;
export const EXEC_TLB_NOT_GLOBAL = 12;

/**
 * Every core has banks of TLBs, in each a data TLB and behind it an execution TLB: one for EL2, one for EL3, and two, for
 * EL0 and EL1, for each address space that it keeps translations of. The cells TLB, TLB_UNPRIVILEGED and EXEC_TLB say
 * which are in use.
 */
export const CORES_MAX = 8;
export const ADDRESS_SPACES = 16;
const TLBS_BASE = 0x1_0000;
export const TLB_BANK_SIZE = TLB_SIZE + EXEC_TLB_SIZE;
const TLB_BANKS = 2 + 2 * ADDRESS_SPACES;
/** Byte address of a bank of a core. */
export const tlbBankAddress = (core: number, bank: number): number =>
  TLBS_BASE + (core * TLB_BANKS + bank) * TLB_BANK_SIZE;

// What passes between generated code and the host lies below the state and is never swapped.

/** Values of accesses that the host does. */
export const SCRATCH = 0x80;
/** While generated code calls the host: physical address / 4096 of the calling instruction. */
export const CODE_PAGE: Cell = { name: 'CODE_PAGE', address: 0x90, type: 'i32' };

/** Byte addresses of 64-bit numbers that translated regions count, if they are to: see `TranslatorStatistics`. */
export const TALLY = { executed: 0xa0, original: 0xa8, near: 0xb0, far: 0xb8 } as const;

/**
 * Decoded pages: 1024 entries of 16 bytes, one that leads on to the next page, and the i32 number (physical address /
 * 4096) of the page; rounded to 64 bytes.
 */
export const DECODED_ENTRY_SIZE = 16;
export const DECODED_PAGE_NUMBER = 1025 * DECODED_ENTRY_SIZE;
export const DECODED_PAGE_SIZE = 1024 * DECODED_ENTRY_SIZE + 64;
export const DECODED_BASE = tlbBankAddress(CORES_MAX, 0);
/** How many decoded pages are kept. */
export const DECODED_PAGES = 3072;
/**
 * Beside each decoded entry, 4 bytes: u16 how often a branch has come to it, and, while its handler is a translated
 * region, u16 the number of the handler that it had before.
 */
export const HEAT_BASE = DECODED_BASE + DECODED_PAGES * DECODED_PAGE_SIZE;
/** Byte address of what is kept beside the decoded entry at one. */
export const heatAddress = (entry: number): number => HEAT_BASE + ((entry - DECODED_BASE) >> 2);
export const HEAT_HANDLER = 2;
/** Guest RAM starts here, page-aligned. */
export const RAM_OFFSET = (HEAT_BASE + (DECODED_PAGES * DECODED_PAGE_SIZE) / 4 + 0xffff) & ~0xffff;
