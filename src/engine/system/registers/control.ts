/** System control, translation, exception handling, special-purpose and IMPLEMENTATION DEFINED registers. */
import { FPCR, FPCR_MASK, FPSR, FPSR_MASK, SPSEL } from '../../layout.js';
import { R } from '../stored-registers.js';
import type { System } from '../system.js';
import { traps, type Trap } from './traps.js';
import { computed, constant, type Behaviour, type Behaviours } from './behaviour.js';

const HCR_RW = 0x8000_0000 | 0;
/**
 * SCTLR_ELx bits that cached translations depend on: M, WXN; I, C for the memory type while M is 0; A, since accesses
 * by them are not looked at for their alignment.
 */
const SCTLR_TRANSLATION = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 12) | (1 << 19);
/** HCR_EL2: VM, PTW, DC, TGE. */
const HCR_TRANSLATION = (1 << 0) | (1 << 2) | (1 << 12) | (1 << 27);

function control(regime: 'el1' | 'el2', trap?: Trap): Behaviour {
  return {
    ...(trap === undefined ? {} : { trap }),
    written: (system, changed) => {
      if ((changed & SCTLR_TRANSLATION) !== 0) system.environment.flushTlb(regime, false);
      system.contextChanged();
    },
  };
}

/** A register that translations depend on: they are dropped when it changes. */
function translation(regime: 'el1' | 'el2', trap?: Trap): Behaviour {
  return {
    ...(trap === undefined ? {} : { trap }),
    written: (system, changedLow, changedHigh) => {
      if ((changedLow | changedHigh) !== 0) system.environment.flushTlb(regime, false);
    },
  };
}

const tableBase: Behaviour = {
  trap: traps.virtualMemory,
  written: (system, changedLow, changedHigh) => {
    if ((changedLow | changedHigh) !== 0) system.environment.addressSpaceChanged();
  },
};

const derive = (system: System) => system.pstate.derive();
const virtualMemory: Behaviour = { trap: traps.virtualMemory };
const ignored = constant(0);
const ignoredVirtualMemory = constant(0, traps.virtualMemory);
const implementationDefined = constant(0, traps.implementationDefined);

/** FPCR and FPSR trap as FP instructions do. */
function floatingPoint(cell: typeof FPCR, mask: number): Behaviour {
  return {
    read: (system) => {
      if (system.trapsFloatingPoint()) return;
      system.give(system.state.low(cell), 0);
    },
    write: (system, low) => {
      if (system.trapsFloatingPoint()) return;
      system.state.setLow(cell, low & mask);
    },
  };
}

const systemControl: Behaviours = {
  SCTLR_EL1: control('el1', traps.virtualMemory),
  SCTLR_EL2: control('el2'),
  ACTLR_EL1: constant(0, traps.auxiliaryControl),
  ACTLR_EL2: ignored,
  HACR_EL2: ignored,
  CPACR_EL1: { trap: traps.architecturalFeatures, written: derive },
  CPTR_EL2: { written: derive },
  MDCR_EL2: {
    written: (system) => {
      system.monitors.refresh();
      derive(system);
      system.contextChanged();
    },
  },
  HCR_EL2: {
    write: (system, low, high) => {
      const { state } = system;
      const changed = state.low(R.HCR_EL2) ^ low;
      state.set64(R.HCR_EL2, low | HCR_RW, high & 3);
      if ((changed & HCR_TRANSLATION) !== 0) system.environment.flushTlb('el1', false);
      system.contextChanged();
    },
  },
};

const translationControl: Behaviours = {
  TTBR0_EL1: tableBase,
  TTBR1_EL1: tableBase,
  TCR_EL1: translation('el1', traps.virtualMemory),
  MAIR_EL1: translation('el1', traps.virtualMemory),
  AMAIR_EL1: ignoredVirtualMemory,
  CONTEXTIDR_EL1: virtualMemory,
  TTBR0_EL2: translation('el2'),
  TCR_EL2: translation('el2'),
  MAIR_EL2: translation('el2'),
  AMAIR_EL2: ignored,
  VTTBR_EL2: translation('el1'),
  VTCR_EL2: translation('el1'),
};

const exceptionHandling: Behaviours = {
  FPEXC32_EL2: {
    trap: (system) => {
      system.trapsFloatingPoint();
      return 0;
    },
  },
  ESR_EL1: virtualMemory,
  FAR_EL1: virtualMemory,
  AFSR0_EL1: ignoredVirtualMemory,
  AFSR1_EL1: ignoredVirtualMemory,
  AFSR0_EL2: ignored,
  AFSR1_EL2: ignored,
  ISR_EL1: computed((system) => system.interrupts.status()),
  RVBAR_EL1: { read: (system) => system.giveResetVector() },
  RVBAR_EL2: { read: (system) => system.giveResetVector() },
};

const specialPurpose: Behaviours = {
  SP_EL0: {
    // UNDEFINED while it is the current stack pointer.
    trap: (system) => {
      if (!system.pstate.ownStack) system.refuse();
      return 0;
    },
  },
  SPSel: {
    read: (system) => system.give(system.state.low(SPSEL), 0),
    write: (system, low) => system.pstate.select(system.pstate.el, (low & 1) !== 0),
  },
  CurrentEL: computed(({ pstate }) => pstate.el << 2),
  NZCV: {
    read: (system) => system.give(system.state.nzcv, 0),
    write: ({ state }, low) => {
      state.nzcv = low;
    },
  },
  DAIF: {
    trap: traps.interruptMasks,
    read: (system) => system.give(system.pstate.daif, 0),
    write: (system, low) => system.setMasks(low),
  },
  FPCR: floatingPoint(FPCR, FPCR_MASK),
  FPSR: floatingPoint(FPSR, FPSR_MASK),
};

/** Of a Cortex-A53; what they control does not show. */
const cortexA53: Behaviours = {
  L2CTLR_EL1: {
    ...implementationDefined,
    read: (system) => system.give((system.options.cores - 1) << 24, 0),
  },
  L2ECTLR_EL1: implementationDefined,
  L2ACTLR_EL1: implementationDefined,
  CPUACTLR_EL1: implementationDefined,
  CPUECTLR_EL1: implementationDefined,
  CPUMERRSR_EL1: implementationDefined,
  L2MERRSR_EL1: implementationDefined,
  CBAR_EL1: computed(({ options }) => options.peripheralBase, traps.implementationDefined),
};

export const controlBehaviours: Behaviours = {
  ...systemControl,
  ...translationControl,
  ...exceptionHandling,
  ...specialPurpose,
  ...cortexA53,
};
