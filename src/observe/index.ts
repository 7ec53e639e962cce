/** Looking at a machine without disturbing it. */
export {
  diagnose,
  diagnosisLine,
  diagnosisReport,
  hostedThreads,
  messageText,
  Watch,
  type Diagnosis,
  type KernelMessage,
} from './diagnosis/index.js';
export { EventLog } from './event-log.js';
export { eventText } from './event-text.js';
export * from './events.js';
export { joinEvents } from './join-events.js';
export * from './kernel/events.js';
export * from './lockstep/index.js';
export * from './recording/index.js';
export * from './symbols/index.js';
export * from './translation/index.js';
export * from './walk/index.js';
export { loadSnapshot, saveSnapshot, stateHash } from './snapshot.js';
export { SNAPSHOT_VERSION, SnapshotError, snapshotKind } from './snapshot-file.js';
