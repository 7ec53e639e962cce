/** Registers of the generic timers. */
import { R } from '../stored-registers.js';
import type { System } from '../system.js';
import type { Timer } from '../counters/timers.js';
import { traps, type Trap } from './traps.js';
import type { Behaviour, Behaviours } from './behaviour.js';

function count(isVirtual: boolean, trap: Trap): Behaviour {
  return {
    trap,
    read: (system) => {
      system.timers.readCount(isVirtual);
      system.give(system.timers.low, system.timers.high);
    },
  };
}

const rearm = (system: System) => {
  system.timers.rearm();
  system.redirect();
};

/** CTL, CVAL and TVAL of one timer. */
function timer(
  names: { control: string; compare: string; value: string },
  of: (system: System) => Timer,
  trap?: Trap,
): Behaviours {
  const guarded = trap === undefined ? {} : { trap };
  return {
    [names.control]: { ...guarded, read: (system) => system.give(of(system).status, 0), written: rearm },
    [names.compare]: { ...guarded, written: rearm },
    [names.value]: {
      ...guarded,
      read: (system) => system.give(of(system).remaining, 0),
      write: (system, low) => {
        of(system).remaining = low;
        system.redirect();
      },
    },
  };
}

export const timerBehaviours: Behaviours = {
  CNTFRQ_EL0: { trap: traps.counterFrequency },
  CNTPCT_EL0: count(false, traps.physicalCounter),
  CNTVCT_EL0: count(true, traps.virtualCounter),
  [R.CNTVOFF_EL2.name]: { written: rearm },
  ...timer(
    { control: 'CNTP_CTL_EL0', compare: 'CNTP_CVAL_EL0', value: 'CNTP_TVAL_EL0' },
    (system) => system.timers.physical,
    traps.physicalTimer,
  ),
  ...timer(
    { control: 'CNTV_CTL_EL0', compare: 'CNTV_CVAL_EL0', value: 'CNTV_TVAL_EL0' },
    (system) => system.timers.virtual,
    traps.virtualTimer,
  ),
  ...timer(
    { control: 'CNTHP_CTL_EL2', compare: 'CNTHP_CVAL_EL2', value: 'CNTHP_TVAL_EL2' },
    (system) => system.timers.hypervisor,
  ),
  ...timer(
    { control: 'CNTPS_CTL_EL1', compare: 'CNTPS_CVAL_EL1', value: 'CNTPS_TVAL_EL1' },
    (system) => system.timers.secure,
    traps.secureTimer,
  ),
};
