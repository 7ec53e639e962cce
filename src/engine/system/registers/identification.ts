/**
 * Identification registers: what the core's model says, and what follows from its place among the others and from
 * the levels that it has. ID_AA64PFR0_EL1 says that every level is AArch64 only.
 *
 * A core with EL3 tells all that QEMU's does instead, AArch32 and big-endian data included, which do not exist here:
 * firmware for EL3 expects the whole of the model that it was written for.
 */
import { registerNamed, systemRegisters } from '../../../isa/index.js';
import { coreModels } from '../../core-models.js';
import type { CoreOptions } from '../environment.js';
import { R } from '../stored-registers.js';
import type { System } from '../system.js';
import { traps } from './traps.js';
import { computed, constant, type Behaviour, type Behaviours } from './behaviour.js';

/** ID_AA64PFR0_EL1: the levels by their widths. */
function levels({ el2, el3 }: CoreOptions): number {
  if (el3) return el2 ? 0x2222 : 0x2022;
  return el2 ? 0x111 : 0x11;
}
/** What those with EL3 tell beside the model's features. */
const beside: Readonly<Record<string, bigint>> = {
  ID_DFR0_EL1: 0x60n, // CopSDbg
  ID_AA64MMFR0_EL1: 0x100n, // BigEnd
};

/** MPIDR_EL1 of a core: eight cores to a cluster, as on QEMU's boards with a GICv2. */
export function affinity(index: number): number {
  return 0x8000_0000 + ((index >>> 3) << 8) + (index & 7);
}

/** Every register of the feature space: op0 3, op1 0, CRn 0, CRm 1 to 7. */
function featureSpace(): Behaviours {
  const space = systemRegisters.filter((r) => r.op0 === 3 && r.op1 === 0 && r.CRn === 0 && r.CRm > 0);
  return Object.fromEntries(space.map(({ name }) => [name, feature(name)]));
}

function feature(name: string): Behaviour {
  return {
    trap: traps.identification3,
    read: (system) => {
      const { model, el3 } = system.options;
      const value = (model.features[name] ?? 0n) | (el3 ? (beside[name] ?? 0n) : 0n);
      system.give(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)));
    },
    write: () => undefined,
  };
}

/** EL0 and EL1 see what a hypervisor has put into VPIDR_EL2 and VMPIDR_EL2. */
function virtualised(register: typeof R.VPIDR_EL2, own: (system: System) => number): Behaviour {
  return {
    read: (system) => {
      if (system.pstate.el2Enabled && system.pstate.el < 2) system.giveCell(register);
      else system.give(own(system), 0);
    },
  };
}

for (const [model, { features }] of Object.entries(coreModels)) {
  for (const name of Object.keys(features)) {
    if (registerNamed(name) === undefined) throw new Error(`${model}: no identification register ${name}`);
  }
}

export const identification: Behaviours = {
  ...featureSpace(),
  ID_PFR1_EL1: computed(
    ({ options: { el2, el3 } }) => 0x1_0001 | (el2 ? 1 << 12 : 0) | (el3 ? 1 << 4 : 0),
    traps.identification3,
  ),
  ID_AA64PFR0_EL1: computed(({ options }) => levels(options), traps.identification3),
  MIDR_EL1: virtualised(R.VPIDR_EL2, ({ options }) => options.model.midr),
  MPIDR_EL1: virtualised(R.VMPIDR_EL2, ({ options }) => affinity(options.index) | 0),
  REVIDR_EL1: constant(0, traps.identification1),
  AIDR_EL1: constant(0, traps.identification1),
  CCSIDR_EL1: computed(
    ({ options, state }) => options.model.caches[state.low(R.CSSELR_EL1)] ?? 0,
    traps.identification2,
  ),
  CLIDR_EL1: computed(({ options }) => options.model.cacheLevels, traps.identification2),
  CSSELR_EL1: { trap: traps.identification2 },
  CTR_EL0: computed(({ options }) => options.model.cacheType, traps.cacheType),
  // 64-byte blocks; DZP says that DC ZVA is prohibited at the current level.
  DCZID_EL0: computed((system) => 4 | (traps.zero(system, true) !== 0 ? 1 << 4 : 0)),
};
