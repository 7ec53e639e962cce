/** The system part of a core, for the run loop. */
export type {
  Conduit,
  CoreOptions,
  Halves,
  Regime,
  Supervisor,
  SystemEnvironment,
  TimerName,
  TlbScope,
} from './environment.js';
export { SystemCounter } from './counters/system-counter.js';
export { inspectRegister } from './inspect.js';
export type { CoreListener, LineName } from './listener.js';
export { plainRegister, type PlainRegister } from './registers/index.js';
export type { Level } from './processor-state.js';
export {
  BREAKPOINTS,
  familyOf,
  R,
  storedRegisters,
  type StoredName,
  type StoredRegister,
  WATCHPOINTS,
} from './stored-registers.js';
export { System, type SystemSnapshot } from './system.js';
export { Translation, type Access } from './translation.js';
export { Line } from './exceptions/interrupts.js';
export { firstLevel, granulesOfTg0, granulesOfTg1 } from './mmu/table-walk.js';
