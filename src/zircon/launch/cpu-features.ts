/**
 * What the vDSO tells of the cores, by their identification registers: zx_system_get_features and the sizes of cache
 * lines. Zircon's system/public/zircon/features.h; Arm ARM D13.2.
 */
import type { Machine } from '../../machine/index.js';
import { CpuFeature } from '../abi/constants.js';

/** By feature, the register's field of four bits, signed, that tells of it from a value on. */
const features: readonly [feature: number, register: string, shift: bigint, from: bigint][] = [
  [CpuFeature.ISA_FP, 'ID_AA64PFR0_EL1', 16n, 0n],
  [CpuFeature.ISA_ASIMD, 'ID_AA64PFR0_EL1', 20n, 0n],
  [CpuFeature.ISA_AES, 'ID_AA64ISAR0_EL1', 4n, 1n],
  [CpuFeature.ISA_PMULL, 'ID_AA64ISAR0_EL1', 4n, 2n],
  [CpuFeature.ISA_SHA1, 'ID_AA64ISAR0_EL1', 8n, 1n],
  [CpuFeature.ISA_SHA2, 'ID_AA64ISAR0_EL1', 12n, 1n],
  [CpuFeature.ISA_CRC32, 'ID_AA64ISAR0_EL1', 16n, 1n],
  [CpuFeature.ISA_ATOMICS, 'ID_AA64ISAR0_EL1', 20n, 2n],
  [CpuFeature.ISA_RDM, 'ID_AA64ISAR0_EL1', 28n, 1n],
  [CpuFeature.ISA_SHA3, 'ID_AA64ISAR0_EL1', 32n, 1n],
  [CpuFeature.ISA_SM3, 'ID_AA64ISAR0_EL1', 36n, 1n],
  [CpuFeature.ISA_SM4, 'ID_AA64ISAR0_EL1', 40n, 1n],
  [CpuFeature.ISA_DP, 'ID_AA64ISAR0_EL1', 44n, 1n],
  [CpuFeature.ISA_DPB, 'ID_AA64ISAR1_EL1', 0n, 1n],
];

const register = (machine: Machine, name: string): bigint => machine.systemRegister(0, name) ?? 0n;

/** ZX_FEATURE_KIND_CPU. */
export function cpuFeatures(machine: Machine): number {
  let bits: number = CpuFeature.HAS_CPU_FEATURES;
  for (const [feature, name, shift, from] of features) {
    if (BigInt.asIntN(4, register(machine, name) >> shift) >= from) bits |= feature;
  }
  return bits;
}

/** Bytes of a line of each cache: CTR_EL0.IminLine and DminLine, which are logarithms of words. */
export function cacheLines(machine: Machine): { instruction: number; data: number } {
  const type = Number(register(machine, 'CTR_EL0'));
  return { instruction: 4 << (type & 15), data: 4 << ((type >>> 16) & 15) };
}
