/**
 * The registers that are kept in the core's memory cells: where, their value after a cold reset, and which of
 * their bits a write changes. Values are those of QEMU 7.2's `cortex-a53`; bits that the manual calls RES0 are
 * stored where QEMU stores them, which the manual allows. Registers that are computed are not here.
 */
import type { Cell } from '../layout.js';
import { SYSTEM_REGISTERS_BASE, SYSTEM_REGISTERS_MAX } from '../layout.js';

/** A system register in a cell. */
export interface StoredRegister extends Cell {
  readonly type: 'i64';
  readonly reset: bigint;
  /** Bits that MSR can change. */
  readonly mask: bigint;
}

/** Breakpoints and watchpoints of a Cortex-A53, ID_AA64DFR0_EL1. */
export const BREAKPOINTS = 6;
export const WATCHPOINTS = 4;
/** Event counters of its PMU, PMCR_EL0.N. */
export const EVENT_COUNTERS = 6;

const ALL = 0xffff_ffff_ffff_ffffn;
const WORD = 0xffff_ffffn;
/** SCR_EL3 but for FW and AW, which are 1, and NET, of AArch32: NS to EA, SMD to TWE. */
const SCR_BITS = 0x3f8fn;
/** PMU counters as a bit set: the cycle counter is bit 31. */
const COUNTERS = 0x8000_003fn;

/** [value after reset, bits that can be written] of each register that differs from [0, all]. */
const rows = {
  // Big-endian data is not implemented: SCTLR_ELx.EE and E0E stay 0. ID_AA64MMFR0_EL1 says so.
  SCTLR_EL1: [0xc5_0838n, ALL & ~0x300_0000n & ~0xfe0_0000_0000n],
  SCTLR_EL2: [0n, ALL & ~0x200_0000n & ~0xfe0_0000_0000n],
  CPACR_EL1: [],
  TTBR0_EL1: [],
  TTBR1_EL1: [],
  TCR_EL1: [],
  MAIR_EL1: [],
  VBAR_EL1: [0n, ~0x7ffn & ALL],
  ESR_EL1: [],
  FAR_EL1: [],
  ELR_EL1: [],
  SPSR_EL1: [],
  PAR_EL1: [],
  CONTEXTIDR_EL1: [],
  TPIDR_EL0: [],
  TPIDRRO_EL0: [],
  TPIDR_EL1: [],
  CSSELR_EL1: [0n, 0xfn],

  // A hypervisor's. HCR_EL2.RW is RAO/WI: EL1 has no AArch32.
  HCR_EL2: [0x8000_0000n, 0x3_7fff_ffffn],
  MDCR_EL2: [BigInt(EVENT_COUNTERS), ALL],
  CPTR_EL2: [],
  HSTR_EL2: [],
  TTBR0_EL2: [],
  TCR_EL2: [],
  VTTBR_EL2: [],
  VTCR_EL2: [],
  MAIR_EL2: [],
  VBAR_EL2: [0n, ~0x7ffn & ALL],
  ESR_EL2: [],
  FAR_EL2: [],
  HPFAR_EL2: [],
  ELR_EL2: [],
  SPSR_EL2: [],
  TPIDR_EL2: [],
  VPIDR_EL2: [],
  VMPIDR_EL2: [],
  // Kept for a hypervisor that switches them, though AArch32 is not implemented.
  DACR32_EL2: [],
  IFSR32_EL2: [],
  FPEXC32_EL2: [],
  SPSR_irq: [],
  SPSR_abt: [],
  SPSR_und: [],
  SPSR_fiq: [],
  DBGVCR32_EL2: [],

  // A secure monitor's.
  SCR_EL3: [0x30n, SCR_BITS],
  SCTLR_EL3: [0xc5_0838n, ALL & ~0x200_0000n & ~0xfe0_0000_0000n],
  SDER32_EL3: [],
  CPTR_EL3: [],
  MDCR_EL3: [],
  TTBR0_EL3: [],
  TCR_EL3: [],
  MAIR_EL3: [],
  VBAR_EL3: [0n, ~0x7ffn & ALL],
  ESR_EL3: [],
  FAR_EL3: [],
  ELR_EL3: [],
  SPSR_EL3: [],
  TPIDR_EL3: [],

  // Stack pointers; the current one lives in its X slot.
  SP_EL0: [],
  SP_EL1: [],
  SP_EL2: [],
  SP_EL3: [],

  // Generic timers.
  CNTFRQ_EL0: [],
  CNTKCTL_EL1: [],
  CNTHCTL_EL2: [3n, ALL],
  CNTVOFF_EL2: [],
  CNTP_CTL_EL0: [0n, 3n],
  CNTP_CVAL_EL0: [],
  CNTV_CTL_EL0: [0n, 3n],
  CNTV_CVAL_EL0: [],
  CNTHP_CTL_EL2: [0n, 3n],
  CNTHP_CVAL_EL2: [],
  CNTPS_CTL_EL1: [0n, 3n],
  CNTPS_CVAL_EL1: [],

  // Performance Monitors.
  PMCR_EL0: [0x4103_3000n, 0xf9n],
  PMCNTENSET_EL0: [0n, COUNTERS],
  PMINTENSET_EL1: [0n, COUNTERS],
  PMOVSSET_EL0: [0n, COUNTERS],
  PMSELR_EL0: [0n, 0x1fn],
  PMUSERENR_EL0: [0n, 0xfn],
  PMCCNTR_EL0: [],
  PMCCFILTR_EL0: [0n, 0xfc00_0000n],

  // Debug.
  MDSCR_EL1: [],
  MDCCINT_EL1: [],
  OSECCR_EL1: [],
  OSDLR_EL1: [0n, 1n],
  OSLSR_EL1: [0xan, 0n],
  DBGPRCR_EL1: [0n, 1n],
  DBGCLAIMSET_EL1: [0n, 0xffn],
  OSDTRRX_EL1: [0n, WORD],
  OSDTRTX_EL1: [0n, WORD],

  // Not registers: PSTATE.IL and PSTATE.SS.
  ILLEGAL_STATE: [0n, 0n],
  SOFTWARE_STEP: [0n, 0n],
} as const satisfies Record<string, readonly [] | readonly [reset: bigint, mask: bigint]>;

const numberedRows: [string, bigint][] = [
  ...numbered('DBGBVR', '_EL1', BREAKPOINTS, ALL),
  ...numbered('DBGBCR', '_EL1', BREAKPOINTS, ALL),
  ...numbered('DBGWVR', '_EL1', WATCHPOINTS, ALL & ~3n),
  ...numbered('DBGWCR', '_EL1', WATCHPOINTS, ALL),
  ...numbered('PMEVCNTR', '_EL0', EVENT_COUNTERS, WORD),
  ...numbered('PMEVTYPER', '_EL0', EVENT_COUNTERS, 0xfe00_ffffn),
];

function numbered(name: string, level: string, count: number, mask: bigint): [string, bigint][] {
  return Array.from({ length: count }, (_, n) => [`${name}${n}${level}`, mask]);
}

export type StoredName = keyof typeof rows;

function layOut(): Map<string, StoredRegister> {
  const result = new Map<string, StoredRegister>();
  const add = (name: string, reset: bigint, mask: bigint) => {
    const address = SYSTEM_REGISTERS_BASE + result.size * 8;
    result.set(name, { name, address, type: 'i64', reset, mask });
  };
  for (const [name, row] of Object.entries(rows)) add(name, row[0] ?? 0n, row[1] ?? ALL);
  for (const [name, mask] of numberedRows) add(name, 0n, mask);
  if (result.size > SYSTEM_REGISTERS_MAX) throw new Error(`${result.size} system registers do not fit`);
  return result;
}

/** Every stored register, by name. */
export const storedRegisters: ReadonlyMap<string, StoredRegister> = layOut();

/** The stored registers that are not numbered, as properties. */
export const R = Object.fromEntries(storedRegisters) as Readonly<Record<StoredName, StoredRegister>>;

/** The registers of a numbered family in order: `family('DBGBVR', '_EL1', BREAKPOINTS)`. */
export function familyOf(name: string, level: string, count: number): readonly StoredRegister[] {
  return numbered(name, level, count, 0n).map(([each]) => {
    const register = storedRegisters.get(each);
    if (register === undefined) throw new Error(`no register ${each}`);
    return register;
  });
}
