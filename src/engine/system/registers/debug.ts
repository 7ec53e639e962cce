/** Debug registers. Without an external debugger, the data channel stays empty. */
import { BREAKPOINTS, familyOf, R, WATCHPOINTS } from '../stored-registers.js';
import type { System } from '../system.js';
import { traps } from './traps.js';
import { computed, constant, type Behaviour, type Behaviours } from './behaviour.js';

const OSLK = 1 << 1;
const CLAIM_TAGS = 0xff;

/** Breakpoints, and what decides whether debug exceptions are generated: looked at before the next instruction. */
const arming = (system: System) => system.contextChanged();

/** Watched pages are kept out of the TLB, so translations are dropped when watchpoints change. */
const watching = (system: System) => {
  system.environment.flushTlb('all', false);
  system.contextChanged();
};

function numbered(name: string, count: number, written: (system: System) => void): Behaviours {
  const behaviour: Behaviour = { trap: traps.debug, written };
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}${n}_EL1`, behaviour]));
}

/** DBGBCR.BAS[3] and BAS[1] are copies of BAS[2] and BAS[0]: breakpoints match halfwords. */
function breakpointControls(): Behaviours {
  const rows = familyOf('DBGBCR', '_EL1', BREAKPOINTS).map((register): [string, Behaviour] => {
    const write = (system: System, low: number, high: number) => {
      const copies = ((low & (1 << 5)) << 1) | ((low & (1 << 7)) << 1);
      system.state.set64(register, (low & ~((1 << 6) | (1 << 8))) | copies, high);
      system.contextChanged();
    };
    return [register.name, { trap: traps.debug, write }];
  });
  return Object.fromEntries(rows);
}

export const debugBehaviours: Behaviours = {
  MDSCR_EL1: { trap: traps.debug, written: watching },
  MDCCINT_EL1: { trap: traps.debug },
  MDCCSR_EL0: constant(0, traps.dataChannel),
  DBGDTR_EL0: constant(0, traps.dataChannel),
  DBGDTRRX_EL0: constant(0, traps.dataChannel),
  DBGDTRTX_EL0: constant(0, traps.dataChannel),
  OSDTRRX_EL1: { trap: traps.debug },
  OSDTRTX_EL1: { trap: traps.debug },
  OSECCR_EL1: constant(0, traps.debug),
  MDRAR_EL1: constant(0, traps.debugRom),
  OSLAR_EL1: {
    trap: traps.debugPower,
    write: (system, low) => {
      const { state } = system;
      const others = state.low(R.OSLSR_EL1) & ~OSLK;
      state.set64(R.OSLSR_EL1, others | ((low & 1) !== 0 ? OSLK : 0), 0);
      arming(system);
    },
  },
  OSLSR_EL1: { trap: traps.debugPower },
  OSDLR_EL1: { trap: traps.debugPower, written: arming },
  DBGPRCR_EL1: { trap: traps.debugPower },
  DBGCLAIMSET_EL1: {
    trap: traps.debug,
    read: (system) => system.give(CLAIM_TAGS, 0),
    write: ({ state }, low) => {
      state.set64(R.DBGCLAIMSET_EL1, state.low(R.DBGCLAIMSET_EL1) | (low & CLAIM_TAGS), 0);
    },
  },
  DBGCLAIMCLR_EL1: {
    trap: traps.debug,
    read: (system) => system.giveCell(R.DBGCLAIMSET_EL1),
    write: ({ state }, low) => {
      state.set64(R.DBGCLAIMSET_EL1, state.low(R.DBGCLAIMSET_EL1) & ~low, 0);
    },
  },
  // Invasive and non-invasive debug, Non-secure and, with EL3, Secure: implemented, enabled.
  DBGAUTHSTATUS_EL1: computed(({ options }) => (options.el3 ? 0xff : 0xf), traps.debug),
  ...numbered('DBGBVR', BREAKPOINTS, arming),
  ...breakpointControls(),
  ...numbered('DBGWVR', WATCHPOINTS, watching),
  ...numbered('DBGWCR', WATCHPOINTS, watching),
};
