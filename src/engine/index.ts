/** How instructions run: meanings, executors, MMU, exceptions, the cores and their turns. */
export { EXTERNAL_ABORT, SECURE_SPACE, type Board, type DeviceBus, type SemihostingCalls } from './bus.js';
export { Cluster, LATEST, type ClusterOptions, type ClusterState, type RunResult } from './cluster.js';
export { Core } from './core.js';
export { FASTEST_RATE, rateShape, SLOWEST_RATE, USUAL_RATE } from './instruction-rate.js';
export { coreModels, type CoreModel, type CoreModelName } from './core-models.js';
export type { Activity } from './core-snapshot.js';
export { coreValues } from './core-values.js';
export { Listeners } from './listeners.js';
export type { EngineName, EngineOptions } from './engines.js';
export type { TranslatorOptions } from './translator/translator.js';
export { addressIn, regionText, type MadeRegion } from './translator/region-text.js';
export type { HostCompiler, KeptCode } from './host-code.js';
export type { KeptRegions } from './translator/kept-regions.js';
export type { TranslatorStatistics } from './translator/statistics.js';
export { Workshop, type DistantWorkshop, type Order, type Product } from './translator/workshop.js';
export { Evaluator } from './reference/evaluator.js';
export { registersWritten, StateCopy, type InstructionAccess } from './reference/effects.js';
export { GuestRam, type MemoryRange } from './ram.js';
export * from './shape.js';
export { CoreRegisters } from './core-registers.js';
export { CoreState } from './state.js';
export type { Breakpoint, Space, Step, Stop, Stops, Watchpoint } from './stops/index.js';
export type { Tier, TierHost } from './tier.js';
export type { TlbEntry } from './tlb/tlb.js';
export type { Supervisor, TimerName } from './system/environment.js';
export type { Level } from './system/index.js';
export {
  firstLevel,
  granulesOfTg0,
  granulesOfTg1,
  inspectRegister,
  type Access,
  type CoreListener,
  type LineName,
  type Translation,
} from './system/index.js';
export { FPCR, FPSR } from './layout.js';
export { BREAKPOINTS, familyOf, R, WATCHPOINTS, type StoredRegister } from './system/index.js';
