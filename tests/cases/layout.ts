/**
 * Where the parts of a test case lie: physical memory, the virtual addresses that its instructions see, and the record
 * that holds one.
 */

/** Physical addresses: RAM as on board `virt`, the vectors of EL1, page tables, a case's code and data. */
export const physical = {
  ram: 0x4000_0000,
  vectors: 0x4100_5000,
  tables: 0x4120_0000,
  code: 0x4140_0000,
  data: 0x4141_0000,
} as const;

export const PAGE = 0x1000;
export const CODE_BYTES = 2 * PAGE;
export const DATA_BYTES = 2 * PAGE;
export const MAX_WORDS = 24;
export const CASE_BYTES = 1024;
/** Fills the code pages around the test: `brk #0x7ff`. Every case ends with it or with another exception. */
export const PAD_WORD = 0xd420_ffe0;

/** The window that the tests see, at EL1&0 through TTBR0 and TTBR1, at EL2 through TTBR0_EL2. */
export const WINDOW = 0x12_3400_0000n;
/** The same window through TTBR1_EL1. */
export const HIGH_WINDOW = 0xffff_ff92_3400_0000n;
/** Offset of the EL1 vectors in the window. */
export const VECTORS_OFFSET = 0x10_0000;

/** Byte offsets of a test case. Every register takes 8 bytes, a vector 16. */
export const caseField = {
  x: 0x000,
  spEl0: 0x0f8,
  v: 0x100,
  spEl1: 0x300,
  spEl2: 0x308,
  pc: 0x310,
  spsr: 0x318,
  fpcr: 0x320,
  fpsr: 0x328,
  sctlrEl1: 0x330,
  cpacrEl1: 0x338,
  hcrEl2: 0x340,
  cptrEl2: 0x348,
  sctlrEl2: 0x350,
  mdscrEl1: 0x358,
  mdcrEl2: 0x360,
  elrEl1: 0x368,
  spsrEl1: 0x370,
  /** Number of words, 32 bits wide. */
  count: 0x378,
  /** Bit 0: compare the data pages after the test. 32 bits wide. */
  flags: 0x37c,
  words: 0x380,
  dbgbvr0: 0x3e0,
  dbgbcr0: 0x3e8,
  dbgwvr0: 0x3f0,
  dbgwcr0: 0x3f8,
} as const;
