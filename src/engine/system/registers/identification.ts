/**
 * Identification registers: a Cortex-A53 r0p4, as QEMU 7.2 presents it, less what is not implemented here:
 * AArch32 (ID_AA64PFR0_EL1: every level is AArch64 only), EL3, and big-endian data (ID_AA64MMFR0_EL1.BigEnd).
 */
import { registerNamed, systemRegisters } from '../../../isa/index.js';
import { R } from '../stored-registers.js';
import type { System } from '../system.js';
import { traps } from './traps.js';
import { computed, constant, type Behaviour, type Behaviours } from './behaviour.js';

const MIDR = 0x410f_d034;
const EL2_IS_AARCH64_ONLY = 1 << 8;

/** The feature registers, which HCR_EL2.TID3 traps. Those that are not listed read zero. */
const features: Readonly<Record<string, bigint>> = {
  ID_PFR0_EL1: 0x131n,
  ID_DFR0_EL1: 0x301_0006n,
  ID_MMFR0_EL1: 0x1010_1105n,
  ID_MMFR1_EL1: 0x4000_0000n,
  ID_MMFR2_EL1: 0x126_0000n,
  ID_MMFR3_EL1: 0x210_2211n,
  ID_ISAR0_EL1: 0x210_1110n,
  ID_ISAR1_EL1: 0x1311_2111n,
  ID_ISAR2_EL1: 0x2123_2042n,
  ID_ISAR3_EL1: 0x111_2131n,
  ID_ISAR4_EL1: 0x1_1142n,
  ID_ISAR5_EL1: 0x1_1121n,
  MVFR0_EL1: 0x1011_0222n,
  MVFR1_EL1: 0x1211_1111n,
  MVFR2_EL1: 0x43n,
  ID_AA64DFR0_EL1: 0x1030_5106n,
  ID_AA64ISAR0_EL1: 0x1_1120n,
  ID_AA64MMFR0_EL1: 0x1022n,
};

/** CCSIDR_EL1 by CSSELR_EL1: L1 data 32 KiB, L1 instruction 32 KiB, L2 unified 1 MiB. */
const caches = [0x700f_e01a, 0x201f_e00a, 0x707f_e07a];

/** MPIDR_EL1 of a core: eight cores to a cluster, as on QEMU's boards with a GICv2. */
export function affinity(index: number): number {
  return 0x8000_0000 + ((index >>> 3) << 8) + (index & 7);
}

/** Every register of the feature space: op0 3, op1 0, CRn 0, CRm 1 to 7. */
function featureSpace(): Behaviours {
  const space = systemRegisters.filter((r) => r.op0 === 3 && r.op1 === 0 && r.CRn === 0 && r.CRm > 0);
  return Object.fromEntries(
    space.map(({ name }) => [name, constant(features[name] ?? 0n, traps.identification3)]),
  );
}

/** EL0 and EL1 see what a hypervisor has put into VPIDR_EL2 and VMPIDR_EL2. */
function virtualised(register: typeof R.VPIDR_EL2, own: (system: System) => number): Behaviour {
  return {
    read: (system) => {
      if (system.options.el2 && system.pstate.el < 2) system.giveCell(register);
      else system.give(own(system), 0);
    },
  };
}

for (const name of Object.keys(features)) {
  if (registerNamed(name) === undefined) throw new Error(`no identification register ${name}`);
}

export const identification: Behaviours = {
  ...featureSpace(),
  ID_PFR1_EL1: computed(({ options }) => 0x1_0001 | (options.el2 ? 1 << 12 : 0), traps.identification3),
  ID_AA64PFR0_EL1: computed(
    ({ options }) => 0x11 | (options.el2 ? EL2_IS_AARCH64_ONLY : 0),
    traps.identification3,
  ),
  MIDR_EL1: virtualised(R.VPIDR_EL2, () => MIDR),
  MPIDR_EL1: virtualised(R.VMPIDR_EL2, ({ options }) => affinity(options.index) | 0),
  REVIDR_EL1: constant(0, traps.identification1),
  AIDR_EL1: constant(0, traps.identification1),
  CCSIDR_EL1: computed(({ state }) => caches[state.low(R.CSSELR_EL1)] ?? 0, traps.identification2),
  CLIDR_EL1: constant(0x0a20_0023, traps.identification2),
  CSSELR_EL1: { trap: traps.identification2 },
  CTR_EL0: constant(0x8444_8004, traps.cacheType),
  // 64-byte blocks; DZP says that DC ZVA is prohibited at the current level.
  DCZID_EL0: computed((system) => 4 | (traps.zero(system, true) !== 0 ? 1 << 4 : 0)),
};
