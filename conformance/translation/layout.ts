/** Where the translation test's program, tables, records and results lie in memory of QEMU's board `virt`. */

export const RAM = 0x4000_0000;
export const RAM_BYTES = 128 * 2 ** 20;
export const PROGRAM = 0x4100_0000;
export const COUNT = 0x4110_0000;
export const DONE = 0x4110_0008;
/** Translation tables: a pool of 4 KiB tables, a multiple of 64 KiB. */
export const POOL = 0x4120_0000;
export const POOL_BYTES = 0x8_0000;
export const RECORDS = 0x4200_0000;
export const RESULTS = 0x4500_0000;
export const RECORD_BYTES = 128;
export const RESULT_BYTES = 32;

/** Byte offsets of a record; each is 8 bytes. */
export const record = {
  SCTLR_EL1: 0,
  TCR_EL1: 8,
  TTBR0_EL1: 16,
  TTBR1_EL1: 24,
  MAIR_EL1: 32,
  HCR_EL2: 40,
  VTCR_EL2: 48,
  VTTBR_EL2: 56,
  TCR_EL2: 64,
  TTBR0_EL2: 72,
  MAIR_EL2: 80,
  SCTLR_EL2: 88,
  ADDRESS: 96,
  OPERATION: 104,
  SCR_EL3: 112,
} as const;

/** The level at which the program runs: where it is EL3, that has what records say of EL2's own regime. */
export type ProgramLevel = 2 | 3;
/** The registers of that regime in the records. */
export const ownRegisters = ['TCR_EL2', 'TTBR0_EL2', 'MAIR_EL2', 'SCTLR_EL2'] as const;

const lowerOperations = ['S1E1R', 'S1E1W', 'S1E0R', 'S1E0W', 'S12E1R', 'S12E1W', 'S12E0R', 'S12E0W'] as const;
/** What a record's operation number says, in the order of the program's table. */
export const operationsOf = {
  2: [...lowerOperations, 'S1E2R', 'S1E2W'],
  3: [...lowerOperations, 'S1E3R', 'S1E3W'],
} as const satisfies Readonly<Record<ProgramLevel, readonly string[]>>;

/** The same as definitions for the assembler. */
export function layoutDefinitions(): string {
  const all = { COUNT, DONE, RECORDS, RESULTS, RECORD_BYTES, RESULT_BYTES, ...record };
  return Object.entries(all)
    .map(([name, value]) => `#define ${name} 0x${value.toString(16)}\n`)
    .join('');
}
