/** One thing that a core does to the machine around it, and what came of it. */

export const READS = ['read8', 'read16', 'read32', 'read64'] as const;
export const WRITES = ['write8', 'write16', 'write32', 'write64'] as const;
/** What a core does to an address. */
export const ACCESSES = [...READS, ...WRITES] as const;

export const KINDS = [
  ...ACCESSES,
  'interrupts', // reads ISR_EL1
  'virtualTimer', // CNTV_CTL_EL0 := value, with CVAL 0: 1 raises the interrupt, 0 lowers it
  'physicalTimer', // CNTP_CTL_EL0
  'hypervisorTimer', // CNTHP_CTL_EL2
  'firmware', // HVC, or SMC at EL2, with X0 := value, X1 := address, X2 and X3 := 0
  'secureTimer', // CNTPS_CTL_EL1
] as const;

export type Kind = (typeof KINDS)[number];

export interface Operation {
  kind: Kind;
  core: number;
  address: number;
  value: bigint;
}

export interface Outcome {
  value: bigint;
  /** It ended in an exception. */
  aborted: boolean;
}

export const BOARDS = ['virt', 'raspi3b'] as const;

export type SetupBoard = (typeof BOARDS)[number];

/** A machine that operations can be carried out on. */
export interface Setup {
  board: SetupBoard;
  cores: number;
  /** Cores with EL2, and a GIC with virtualization. */
  hypervisor: boolean;
  /** Cores at EL3, and a GIC with the Security Extensions. */
  secure?: boolean;
}

/** Cores at EL3 make Non-secure accesses by adding this to an address. */
export const NON_SECURE = 2 ** 38;

export const accessBytes: { [kind in Kind]?: 1 | 2 | 4 | 8 } = {
  read8: 1,
  read16: 2,
  read32: 4,
  read64: 8,
  write8: 1,
  write16: 2,
  write32: 4,
  write64: 8,
};

/**
 * QEMU 7.2 takes unaligned accesses to Device memory apart where the architecture demands an alignment fault
 * (Arm ARM, B2.8.2); the cores here never let one through.
 */
export const isAligned = ({ kind, address }: Operation): boolean => address % (accessBytes[kind] ?? 1) === 0;

export const describe = ({ kind, core, address, value }: Operation): string =>
  `core ${core} ${kind} 0x${address.toString(16)} 0x${value.toString(16)}`;
