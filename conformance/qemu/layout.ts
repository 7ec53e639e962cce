/**
 * Where everything of the execution harness lies in the memory of QEMU's board `virt`, and the record of a result.
 * `guest/conformance/harness.S` is assembled with these numbers (see `harness-image.ts`) and with those of
 * `tests/cases/layout.ts`, so they are written down once.
 */
import {
  CASE_BYTES,
  CODE_BYTES,
  DATA_BYTES,
  PAD_WORD,
  caseField,
  physical as casePhysical,
} from '../../tests/cases/layout.js';

/** Physical addresses, beside those of the cases. QEMU keeps its devicetree in the first MiB of RAM. */
export const physical = {
  ...casePhysical,
  harness: 0x4100_0000,
  vectorsEl2: 0x4100_4000,
  vectorsEl1: casePhysical.vectors,
  header: 0x4110_0000,
  pristine: 0x4142_0000,
  cases: 0x4200_0000,
  results: 0x4400_0000,
  end: 0x4600_0000,
} as const;

/** Bytes of RAM that hold all of it. */
export const HARNESS_RAM_BYTES = 128 * 2 ** 20;
/** Added to a physical address to get the harness's own virtual address at EL2, far from every test address. */
export const HARNESS_VA_OFFSET = 0x50_0000_0000n;

export const RESULT_BYTES = 1024;
export const MAX_CASES = (physical.results - physical.cases) / CASE_BYTES;
/** Changed 16-byte chunks of the data pages that a result holds in full; the others go into its hash only. */
export const MAX_CHUNKS = 4;
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
