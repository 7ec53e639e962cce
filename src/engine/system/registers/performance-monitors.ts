/** Registers of the Performance Monitors. */
import { COMMON_EVENTS, counters, EVENTS_TOLD_BY_QEMU, types } from '../counters/performance-monitors.js';
import { EVENT_COUNTERS, R, type StoredRegister } from '../stored-registers.js';
import type { System } from '../system.js';
import { traps, type Trap } from './traps.js';
import { computed, constant, type Behaviour, type Behaviours } from './behaviour.js';

/** PMSELR_EL0.SEL that selects PMCCFILTR_EL0. */
const CYCLE_COUNTER = 31;
const COUNTER_BITS = 0x8000_003f | 0;
const PMXEVTYPER_BITS = 0xfe00_ffff | 0;
const PMCCFILTR_BITS = 0xfc00_0000 | 0;

/** Writes a register that counting depends on. */
function change(system: System, register: StoredRegister, low: number, high = 0): void {
  system.monitors.sync();
  system.state.set64(register, low, high);
  system.monitors.rearm();
  system.redirect();
}

/** SET and CLR registers: two views of one bit set. */
function bitSet(register: StoredRegister, trap: Trap): { set: Behaviour; clear: Behaviour } {
  const read = (system: System) => {
    system.monitors.sync();
    system.give(system.state.low(register), 0);
  };
  return {
    set: {
      trap,
      read,
      write: (system, low) => {
        change(system, register, system.state.low(register) | (low & COUNTER_BITS));
      },
    },
    clear: {
      trap,
      read,
      write: (system, low) => {
        system.monitors.sync();
        change(system, register, system.state.low(register) & ~low);
      },
    },
  };
}

function counter(register: StoredRegister, trap: Trap, isLong: boolean): Behaviour {
  return {
    trap,
    read: (system) => {
      system.monitors.sync();
      system.giveCell(register);
    },
    write: (system, low, high) => change(system, register, low, isLong ? high : 0),
  };
}

function filter(register: StoredRegister, mask: number): Behaviour {
  return { trap: traps.monitors, write: (system, low) => change(system, register, low & mask) };
}

/** The event counter that PMSELR_EL0 selects; undefined for the cycle counter and beyond the last. */
function selected(system: System, family: readonly StoredRegister[]): StoredRegister | undefined {
  return family[system.state.low(R.PMSELR_EL0) & 31];
}

const enable = bitSet(R.PMCNTENSET_EL0, traps.monitors);
const overflow = bitSet(R.PMOVSSET_EL0, traps.monitors);
const interrupt = bitSet(R.PMINTENSET_EL1, traps.userEnable);

/** PMCR_EL0.N: below EL2, the counters that MDCR_EL2.HPMN leaves to EL1 and EL0. */
const N_SHIFT = 11;
const N_MASK = 31 << N_SHIFT;

const control: Behaviour = {
  trap: traps.monitorsControl,
  read: (system) => {
    const { state, pstate } = system;
    const value = state.low(R.PMCR_EL0);
    const reserves = pstate.el2Enabled && pstate.el < 2;
    const left = (state.low(R.MDCR_EL2) & 31) << N_SHIFT;
    system.give(reserves ? (value & ~N_MASK) | left : value, 0);
  },
  write: (system, low) => {
    system.monitors.sync();
    system.monitors.reset(low);
    const { state } = system;
    const mask = Number(R.PMCR_EL0.mask);
    change(system, R.PMCR_EL0, (state.low(R.PMCR_EL0) & ~mask) | (low & mask));
  },
};

const selectedType: Behaviour = {
  trap: traps.monitors,
  read: (system) => {
    const isCycles = (system.state.low(R.PMSELR_EL0) & 31) === CYCLE_COUNTER;
    const register = isCycles ? R.PMCCFILTR_EL0 : selected(system, types);
    system.give(register === undefined ? 0 : system.state.low(register), 0);
  },
  write: (system, low) => {
    if ((system.state.low(R.PMSELR_EL0) & 31) === CYCLE_COUNTER) {
      change(system, R.PMCCFILTR_EL0, low & PMCCFILTR_BITS);
      return;
    }
    const register = selected(system, types);
    if (register !== undefined) change(system, register, low & PMXEVTYPER_BITS);
  },
};

const selectedCounter: Behaviour = {
  trap: traps.eventCounter,
  read: (system) => {
    system.monitors.sync();
    const register = selected(system, counters);
    system.give(register === undefined ? 0 : system.state.low(register), 0);
  },
  write: (system, low) => {
    const register = selected(system, counters);
    if (register !== undefined) change(system, register, low);
  },
};

function events(): Behaviours {
  const rows: [string, Behaviour][] = [];
  for (let n = 0; n < EVENT_COUNTERS; n++) {
    rows.push([`PMEVCNTR${n}_EL0`, counter(counters[n], traps.eventCounter, false)]);
    rows.push([`PMEVTYPER${n}_EL0`, filter(types[n], PMXEVTYPER_BITS)]);
  }
  return Object.fromEntries(rows);
}

export const performanceMonitorBehaviours: Behaviours = {
  PMCR_EL0: control,
  PMCNTENSET_EL0: enable.set,
  PMCNTENCLR_EL0: enable.clear,
  PMOVSSET_EL0: overflow.set,
  PMOVSCLR_EL0: overflow.clear,
  PMINTENSET_EL1: interrupt.set,
  PMINTENCLR_EL1: interrupt.clear,
  PMSWINC_EL0: { trap: traps.softwareIncrement, write: (system, low) => system.monitors.increment(low) },
  PMSELR_EL0: { trap: traps.monitorsSelect },
  PMCEID0_EL0: computed(({ options }) => (options.el3 ? EVENTS_TOLD_BY_QEMU : COMMON_EVENTS), traps.monitors),
  PMCEID1_EL0: constant(0, traps.monitors),
  PMCCNTR_EL0: counter(R.PMCCNTR_EL0, traps.cycleCounter, true),
  PMCCFILTR_EL0: filter(R.PMCCFILTR_EL0, PMCCFILTR_BITS),
  PMXEVTYPER_EL0: selectedType,
  PMXEVCNTR_EL0: selectedCounter,
  PMUSERENR_EL0: { trap: traps.userEnable },
  ...events(),
};
