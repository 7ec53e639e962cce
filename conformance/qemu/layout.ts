/**
 * Where everything of the execution harness lies: physical memory of QEMU's board `virt`, the virtual address
 * space that tests see, and the records of one test case and its result. `guest/conformance/harness.S` is
 * assembled with these numbers (see `harness-image.ts`), so they are written down once.
 */

/** Physical addresses. RAM of board `virt` begins at `ram`; QEMU keeps its devicetree in the first MiB. */
export const physical = {
  ram: 0x4000_0000,
  harness: 0x4100_0000,
  vectorsEl2: 0x4100_4000,
  vectorsEl1: 0x4100_5000,
  header: 0x4110_0000,
  tables: 0x4120_0000,
  code: 0x4140_0000,
  data: 0x4141_0000,
  pristine: 0x4142_0000,
  cases: 0x4200_0000,
  results: 0x4400_0000,
  end: 0x4600_0000,
} as const;

/** Added to a physical address to get the harness's own virtual address at EL2, far from every test address. */
export const HARNESS_VA_OFFSET = 0x50_0000_0000n;

export const PAGE = 0x1000;
export const CODE_BYTES = 2 * PAGE;
export const DATA_BYTES = 2 * PAGE;
export const MAX_WORDS = 24;
export const CASE_BYTES = 1024;
export const RESULT_BYTES = 1024;
export const MAX_CASES = (physical.results - physical.cases) / CASE_BYTES;
/** Changed 16-byte chunks of the data pages that a result holds in full; the others go into its hash only. */
export const MAX_CHUNKS = 4;
/** Fills the code pages around the test: `brk #0x7ff`. Every case ends with it or with another exception. */
export const PAD_WORD = 0xd420_ffe0;

/** The window that the tests see, at EL1&0 through TTBR0 and TTBR1, at EL2 through TTBR0_EL2. */
export const WINDOW = 0x12_3400_0000n;
/** The same window through TTBR1_EL1. */
export const HIGH_WINDOW = 0xffff_ff92_3400_0000n;
/** Offset of the EL1 vectors in the window. */
export const VECTORS_OFFSET = 0x10_0000;

/** Byte offsets of the batch header. */
export const header = {
  count: 0x00,
  progress: 0x08,
  done: 0x10,
  ttbr0El2: 0x18,
  tcrEl2: 0x20,
  mairEl2: 0x28,
  sctlrEl2: 0x30,
  ttbrEl1: 0x38,
  tcrEl1: 0x40,
  mairEl1: 0x48,
  vbarEl1: 0x50,
  vttbrEl2: 0x58,
  vtcrEl2: 0x60,
} as const;

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

/** Byte offsets of a result. */
export const resultField = {
  x: 0x000,
  spEl0: 0x0f8,
  v: 0x100,
  spEl1: 0x300,
  spEl2: 0x308,
  /** Which of the sixteen EL2 vectors ended the case. */
  vector: 0x310,
  esrEl2: 0x318,
  elrEl2: 0x320,
  spsrEl2: 0x328,
  farEl2: 0x330,
  esrEl1: 0x338,
  elrEl1: 0x340,
  spsrEl1: 0x348,
  farEl1: 0x350,
  fpcr: 0x358,
  fpsr: 0x360,
  tpidrEl0: 0x368,
  tpidrEl1: 0x370,
  parEl1: 0x378,
  /** Number of changed chunks, then the first of them: offset in the data pages, low half, high half. */
  chunkCount: 0x380,
  chunks: 0x388,
  /** Hash over the offsets and the contents of all changed chunks. */
  chunkHash: 0x3e8,
  hpfarEl2: 0x3f0,
} as const;

/** The layout as preprocessor definitions for the harness. */
export function layoutDefinitions(): string {
  const lines: string[] = [];
  const define = (prefix: string, values: Readonly<Record<string, number>>): void => {
    for (const [name, value] of Object.entries(values)) {
      lines.push(`#define ${prefix}_${name} 0x${value.toString(16)}`);
    }
  };
  define('PA', physical);
  define('HEADER', header);
  define('CASE', caseField);
  define('RESULT', resultField);
  define('SIZE', { code: CODE_BYTES, data: DATA_BYTES, case: CASE_BYTES, result: RESULT_BYTES });
  lines.push(`#define MAX_CHUNKS ${MAX_CHUNKS}`, `#define PAD_WORD 0x${PAD_WORD.toString(16)}`);
  lines.push(`#define HARNESS_VA_OFFSET 0x${HARNESS_VA_OFFSET.toString(16)}`);
  return lines.join('\n') + '\n';
}
