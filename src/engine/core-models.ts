/**
 * The models of core that there are: how one identifies itself to software. What identification registers tell is
 * QEMU 7.2's, less what is not implemented here (AArch32, big-endian data) and what follows from the levels that a core
 * has, which `identification.ts` of the registers adds.
 */

export interface CoreModel {
  /** In devicetrees: bindings/arm/cpus.yaml. */
  readonly compatible: string;
  /** MIDR_EL1: who makes it, which one it is, its revision. */
  readonly midr: number;
  /** The feature registers by name, those that HCR_EL2.TID3 traps. One that is not listed reads zero. */
  readonly features: Readonly<Record<string, bigint>>;
  /** CTR_EL0 and CLIDR_EL1. */
  readonly cacheType: number;
  readonly cacheLevels: number;
  /** CCSIDR_EL1 by CSSELR_EL1. */
  readonly caches: readonly number[];
}

/** r0p4; Arm DDI 0500. */
const cortexA53: CoreModel = {
  compatible: 'arm,cortex-a53',
  midr: 0x410f_d034,
  features: {
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
  },
  cacheType: 0x8444_8004,
  cacheLevels: 0x0a20_0023,
  // L1 data 32 KiB, L1 instruction 32 KiB, L2 unified 1 MiB.
  caches: [0x700f_e01a, 0x201f_e00a, 0x707f_e07a],
};

/** By QEMU's names for them. */
export const coreModels = { 'cortex-a53': cortexA53 } as const satisfies Readonly<Record<string, CoreModel>>;

export type CoreModelName = keyof typeof coreModels;
