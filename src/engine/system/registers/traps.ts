/**
 * When an access to a system register, or an operation, traps though the exception level is high enough for it:
 * by SCTLR_EL1, CNTKCTL_EL1, PMUSERENR_EL0 and MDSCR_EL1 from EL0 to EL1, by HCR_EL2, CPTR_EL2, MDCR_EL2 and
 * CNTHCTL_EL2 to EL2, by SCR_EL3, CPTR_EL3 and MDCR_EL3 to EL3. Arm ARM D1.14, D1.15. A trap to a lower level goes first.
 */
import type { Level } from '../processor-state.js';
import { R, type StoredRegister } from '../stored-registers.js';
import type { System } from '../system.js';

/** The level that takes the trap, 0 for none. `write` says MSR rather than MRS. */
export type Trap = (system: System, write: boolean) => 0 | Level;

/** HCR_EL2 bits. */
const hcr = {
  TID1: 1 << 16,
  TID2: 1 << 17,
  TID3: 1 << 18,
  TIDCP: 1 << 20,
  TACR: 1 << 21,
  TSW: 1 << 22,
  TPC: 1 << 23,
  TPU: 1 << 24,
  TTLB: 1 << 25,
  TVM: 1 << 26,
  TDZ: 1 << 28,
  TRVM: 1 << 30,
} as const;

/** MDCR_EL2 bits, of which MDCR_EL3 has TPM, TDA and TDOSA. TDE has the effect of the three TD* bits. */
const mdcr = { TPMCR: 1 << 5, TPM: 1 << 6, TDE: 1 << 8, TDA: 1 << 9, TDOSA: 1 << 10, TDRA: 1 << 11 } as const;
const MDSCR_TDCC = 1 << 12;

/** Whether a bit of an EL2 register, which acts on EL0 and EL1 only, is set. */
function configured(system: System, register: StoredRegister, bit: number): boolean {
  return system.pstate.el2Enabled && system.pstate.el < 2 && (system.state.low(register) & bit) !== 0;
}

function byHypervisor(bit: number): Trap {
  return (system) => (configured(system, R.HCR_EL2, bit) ? 2 : 0);
}

/** By MDCR_EL2, then by MDCR_EL3. */
function byDebugControl(bit: number, monitorBit: number): Trap {
  return (system) => (configured(system, R.MDCR_EL2, bit) ? 2 : byMonitor(system, R.MDCR_EL3, monitorBit));
}
/** A bit of an EL3 register acts on everybody below. */
function byMonitor(system: System, register: StoredRegister, bit: number): 0 | 3 {
  const { options, pstate, state } = system;
  return options.el3 && pstate.el < 3 && (state.low(register) & bit) !== 0 ? 3 : 0;
}

/** Traps from EL0 to EL1 while a bit of an EL1 register is clear, then as `next` says. */
function unlessEnabled(register: StoredRegister, bits: number, next?: Trap): Trap {
  return (system, write) => {
    if (system.pstate.el === 0 && (system.state.low(register) & bits) === 0) return 1;
    return next === undefined ? 0 : next(system, write);
  };
}

const virtualMemory: Trap = (system, write) =>
  configured(system, R.HCR_EL2, write ? hcr.TVM : hcr.TRVM) ? 2 : 0;

/** CNTHCTL_EL2 lets EL0 and EL1 at the physical counter and timer while its bits are set. */
function unlessHypervisorAllows(bit: number): Trap {
  return (system) => {
    const { pstate, state } = system;
    return pstate.el2Enabled && pstate.el < 2 && (state.low(R.CNTHCTL_EL2) & bit) === 0 ? 2 : 0;
  };
}

/** PMUSERENR_EL0 bits that open a register to EL0: for reads, for writes. */
function monitors(readers: number, writers: number, hypervisor = mdcr.TPM): Trap {
  return (system, write) => {
    const { pstate, state } = system;
    if (pstate.el === 0 && (state.low(R.PMUSERENR_EL0) & (write ? writers : readers)) === 0) return 1;
    if (configured(system, R.MDCR_EL2, hypervisor)) return 2;
    return byMonitor(system, R.MDCR_EL3, mdcr.TPM);
  };
}

const dataChannel: Trap = (system) => {
  if (system.pstate.el === 0 && (system.state.low(R.MDSCR_EL1) & MDSCR_TDCC) !== 0) return 1;
  if (configured(system, R.MDCR_EL2, mdcr.TDA | mdcr.TDE)) return 2;
  return byMonitor(system, R.MDCR_EL3, mdcr.TDA);
};

/** CPTR_EL2 and CPTR_EL3. */
const CPTR_TCPAC = 0x8000_0000 | 0;
/** SCR_EL3: Secure EL1 has the secure timer. */
const SCR_ST = 1 << 11;

/** UNDEFINED but in Secure EL1 and EL3. */
const secureTimer: Trap = (system) => {
  const { pstate, state } = system;
  if (pstate.el === 3) return 0;
  if (pstate.el === 1 && pstate.secureBelow) return (state.low(R.SCR_EL3) & SCR_ST) === 0 ? 3 : 0;
  system.refuse();
  return 0;
};

// PMUSERENR_EL0.
const EN = 1 << 0;
const SW = 1 << 1;
const CR = 1 << 2;
const ER = 1 << 3;
// CNTKCTL_EL1.
const EL0PCTEN = 1 << 0;
const EL0VCTEN = 1 << 1;
const EL0VTEN = 1 << 8;
const EL0PTEN = 1 << 9;
// SCTLR_EL1.
const UMA = 1 << 9;
const DZE = 1 << 14;
const UCT = 1 << 15;
const UCI = 1 << 26;

export const traps = {
  virtualMemory,
  auxiliaryControl: byHypervisor(hcr.TACR),
  implementationDefined: byHypervisor(hcr.TIDCP),
  identification1: byHypervisor(hcr.TID1),
  identification2: byHypervisor(hcr.TID2),
  identification3: byHypervisor(hcr.TID3),
  cacheType: unlessEnabled(R.SCTLR_EL1, UCT, byHypervisor(hcr.TID2)),
  architecturalFeatures: (system) => {
    if (system.pstate.el === 1 && configured(system, R.CPTR_EL2, CPTR_TCPAC)) return 2;
    return byMonitor(system, R.CPTR_EL3, CPTR_TCPAC);
  },
  hypervisorFeatures: (system) => byMonitor(system, R.CPTR_EL3, CPTR_TCPAC),
  hypervisorDebug: (system) => byMonitor(system, R.MDCR_EL3, mdcr.TDA),
  interruptMasks: unlessEnabled(R.SCTLR_EL1, UMA),

  counterFrequency: unlessEnabled(R.CNTKCTL_EL1, EL0PCTEN | EL0VCTEN),
  physicalCounter: unlessEnabled(R.CNTKCTL_EL1, EL0PCTEN, unlessHypervisorAllows(1 << 0)),
  virtualCounter: unlessEnabled(R.CNTKCTL_EL1, EL0VCTEN),
  physicalTimer: unlessEnabled(R.CNTKCTL_EL1, EL0PTEN, unlessHypervisorAllows(1 << 1)),
  virtualTimer: unlessEnabled(R.CNTKCTL_EL1, EL0VTEN),

  monitors: monitors(EN, EN),
  monitorsControl: monitors(EN, EN, mdcr.TPM | mdcr.TPMCR),
  monitorsSelect: monitors(EN | ER, EN | ER),
  eventCounter: monitors(EN | ER, EN),
  cycleCounter: monitors(EN | CR, EN),
  softwareIncrement: monitors(EN | SW, EN | SW),
  secureTimer,
  userEnable: byDebugControl(mdcr.TPM, mdcr.TPM),

  debug: byDebugControl(mdcr.TDA | mdcr.TDE, mdcr.TDA),
  debugPower: byDebugControl(mdcr.TDOSA | mdcr.TDE, mdcr.TDOSA),
  debugRom: byDebugControl(mdcr.TDRA | mdcr.TDE, mdcr.TDA),
  dataChannel,

  /** IC IVAU and DC CVAU; the other instruction cache operations are EL1's. */
  toUnification: unlessEnabled(R.SCTLR_EL1, UCI, byHypervisor(hcr.TPU)),
  /** DC IVAC, CVAC, CIVAC. */
  toCoherency: unlessEnabled(R.SCTLR_EL1, UCI, byHypervisor(hcr.TPC)),
  bySetWay: byHypervisor(hcr.TSW),
  zero: unlessEnabled(R.SCTLR_EL1, DZE, byHypervisor(hcr.TDZ)),
  tlb: byHypervisor(hcr.TTLB),
} as const satisfies Record<string, Trap>;

/** Traps that SYSREG_TRAPS stands for at EL1 and above: without it, these registers never trap there. */
export const coveredTraps: ReadonlySet<Trap> = new Set([
  traps.virtualMemory,
  traps.architecturalFeatures,
  traps.hypervisorFeatures,
  traps.hypervisorDebug,
]);
