/** System control, translation, exception handling, special-purpose and IMPLEMENTATION DEFINED registers. */
import { FPCR, FPCR_MASK, FPSR, FPSR_MASK, SPSEL } from '../../layout.js';
import type { Regime } from '../environment.js';
import { R } from '../stored-registers.js';
import type { System } from '../system.js';
import { traps, type Trap } from './traps.js';
import { computed, constant, type Behaviour, type Behaviours } from './behaviour.js';

const HCR_RW = 0x8000_0000 | 0;
const HCR_HCD = 1 << 29;
/** SCR_EL3.NS; SIF, by which Secure state does not execute from Non-secure memory. */
const SCR_NS = 1 << 0;
const SCR_SIF = 1 << 9;
const SCR_HCE = 1 << 8;
/**
 * SCTLR_ELx bits that cached translations depend on: M, WXN; I, C for the memory type while M is 0; A, since accesses
 * by them are not looked at for their alignment.
 */
const SCTLR_TRANSLATION = (1 << 0) | (1 << 1) | (1 << 2) | (1 << 12) | (1 << 19);
/** HCR_EL2: VM, PTW, DC, TGE. */
const HCR_TRANSLATION = (1 << 0) | (1 << 2) | (1 << 12) | (1 << 27);

function control(regime: Regime, trap?: Trap): Behaviour {
  return {
    ...(trap === undefined ? {} : { trap }),
    written: (system, changed) => {
      if ((changed & SCTLR_TRANSLATION) !== 0) system.environment.flushTlb(regime, false);
      system.contextChanged();
    },
  };
}

/** A register that translations depend on: they are dropped when it changes. */
function translation(regime: Regime, trap?: Trap): Behaviour {
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
    if ((changedLow | changedHigh) === 0) return;
    system.environment.addressSpaceChanged();
    system.redirect();
  },
};

const derive = (system: System) => system.pstate.derive();
const virtualMemory: Behaviour = { trap: traps.virtualMemory };
const ignored = constant(0);
const ignoredVirtualMemory = constant(0, traps.virtualMemory);
/** RVBARADDR: no board wires another address to its cores, and where a kernel is started says nothing of it. */
const resetVector = ignored;
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

function debugControlWritten(system: System): void {
  system.monitors.refresh();
  derive(system);
  system.contextChanged();
}

/** With SCR_EL3.NS, what is below EL3 changes to the other state, whose translations are others. */
function writeSecurity(system: System, low: number): void {
  const { environment, options, pstate, state } = system;
  const mask = Number(R.SCR_EL3.mask) & (options.el2 ? -1 : ~SCR_HCE);
  const before = state.low(R.SCR_EL3);
  const after = (before & ~mask) | (low & mask);
  const changed = before ^ after;
  system.monitors.sync();
  state.set64(R.SCR_EL3, after, 0);
  pstate.deriveSecurity();
  if ((changed & SCR_SIF) !== 0) environment.flushTlb('all', false);
  else if ((changed & SCR_NS) !== 0) environment.flushTlb('belowEl3', false);
  system.contextChanged();
}

const systemControl: Behaviours = {
  SCTLR_EL1: control('el1', traps.virtualMemory),
  SCTLR_EL2: control('el2'),
  SCTLR_EL3: control('el3'),
  ACTLR_EL1: constant(0, traps.auxiliaryControl),
  ACTLR_EL2: ignored,
  HACR_EL2: ignored,
  CPACR_EL1: { trap: traps.architecturalFeatures, written: derive },
  CPTR_EL2: { trap: traps.hypervisorFeatures, written: derive },
  CPTR_EL3: { written: derive },
  ACTLR_EL3: ignored,
  MDCR_EL2: { trap: traps.hypervisorDebug, written: debugControlWritten },
  MDCR_EL3: { written: debugControlWritten },
  SCR_EL3: { write: writeSecurity },
  HCR_EL2: {
    write: (system, low, high) => {
      const { state } = system;
      // With EL3, SCR_EL3.HCE stands in for HCD, and EL1 can be left to AArch32.
      const value = system.options.el3 ? low & ~HCR_HCD : low | HCR_RW;
      const changed = state.low(R.HCR_EL2) ^ value;
      state.set64(R.HCR_EL2, value, high & 3);
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
  TTBR0_EL3: translation('el3'),
  TCR_EL3: translation('el3'),
  MAIR_EL3: translation('el3'),
  AMAIR_EL3: ignored,
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
  AFSR0_EL3: ignored,
  AFSR1_EL3: ignored,
  ISR_EL1: computed((system) => system.interrupts.status()),
  RVBAR_EL1: resetVector,
  RVBAR_EL2: resetVector,
  RVBAR_EL3: resetVector,
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
