/** Where the program of `guest/conformance/monitor.S` has its cases and results, and what is in them. */

export const RAM = 0x4000_0000;
export const RAM_BYTES = 128 * 2 ** 20;
export const PROGRAM = 0x4100_0000;
export const COUNT = 0x4110_0000;
export const DONE = 0x4110_0008;
/** Where the words of a case run. */
export const CODE = 0x4120_0000;
export const CASES = 0x4200_0000;
export const RESULTS = 0x4500_0000;
export const CASE_BYTES = 512;
export const RESULT_BYTES = 256;
export const MOST_CASES = (RESULTS - CASES) / CASE_BYTES;

/** Words of a case, and how many SMC follow them. */
export const WORDS = 4;
export const PADS = 4;
/** SMC #0x77. */
export const PAD = 0xd400_0ee3;

/** System registers that a case gives, in the order in which they are written; the level and state last. */
export const givenRegisters = [
  ...['SP_EL0', 'SP_EL1', 'SP_EL2', 'ELR_EL1', 'SPSR_EL1', 'ELR_EL2', 'SPSR_EL2'],
  ...['SCTLR_EL1', 'SCTLR_EL2', 'CPACR_EL1', 'TCR_EL1', 'TCR_EL2', 'TCR_EL3'],
  ...['CNTKCTL_EL1', 'PMUSERENR_EL0', 'HCR_EL2', 'CPTR_EL2', 'MDCR_EL2', 'CNTHCTL_EL2'],
  ...['CPTR_EL3', 'MDCR_EL3', 'MDSCR_EL1', 'SCR_EL3', 'SPSR_EL3'],
] as const;
/** Those that are cleared before each case. */
const clearedRegisters = [
  ...['ESR_EL1', 'FAR_EL1', 'ESR_EL2', 'FAR_EL2', 'HPFAR_EL2', 'ESR_EL3', 'FAR_EL3', 'PAR_EL1'],
  ...['TPIDR_EL0', 'TPIDR_EL1', 'TPIDR_EL2', 'TTBR0_EL1', 'TTBR1_EL1', 'VTTBR_EL2', 'VTCR_EL2'],
  ...['OSLAR_EL1', 'OSDLR_EL1', 'DBGBCR0_EL1', 'DBGWCR0_EL1'],
];
/** Those that a result has. */
export const takenRegisters = [
  ...['ESR_EL1', 'ELR_EL1', 'SPSR_EL1', 'FAR_EL1', 'ESR_EL2', 'ELR_EL2', 'SPSR_EL2', 'FAR_EL2', 'HPFAR_EL2'],
  ...['ESR_EL3', 'ELR_EL3', 'SPSR_EL3', 'FAR_EL3', 'PAR_EL1', 'SCR_EL3', 'SP_EL0', 'SP_EL1', 'SP_EL2'],
] as const;

export const CASE_WORDS = 0;
export const CASE_X = 16;
export const REGISTERS = 6;
export const CASE_GIVEN = CASE_X + 8 * REGISTERS;
export const RESULT_X = 0;
export const RESULT_VECTOR = 8 * REGISTERS;
export const RESULT_TAKEN = RESULT_VECTOR + 8;

/** All of it for the assembler. */
export function layoutDefinitions(): string {
  const numbers = {
    ...{ COUNT, DONE, CODE, CASES, RESULTS, CASE_BYTES, RESULT_BYTES, WORDS, PADS, PAD },
    ...{ CASE_WORDS, CASE_X, RESULT_X, RESULT_VECTOR },
  };
  const macro = (name: string, lines: readonly string[]): string =>
    [`    .macro ${name}`, ...lines.map((line) => `    ${line}`), '    .endm', ''].join('\n');
  return [
    ...Object.entries(numbers).map(([name, value]) => `#define ${name} 0x${value.toString(16)}`),
    macro(
      'CLEAR',
      clearedRegisters.map((name) => `msr ${name}, xzr`),
    ),
    macro(
      'LOAD_GIVEN',
      givenRegisters.flatMap((name, i) => [`ldr x0, [x28, #${CASE_GIVEN + 8 * i}]`, `msr ${name}, x0`]),
    ),
    macro(
      'STORE_TAKEN',
      takenRegisters.flatMap((name, i) => [`mrs x2, ${name}`, `str x2, [x0, #${RESULT_TAKEN + 8 * i}]`]),
    ),
    '',
  ].join('\n');
}
