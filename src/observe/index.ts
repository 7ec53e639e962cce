/** Looking at a machine without disturbing it. */
export { EventLog } from './event-log.js';
export { eventText } from './event-text.js';
export * from './events.js';
export { exceptionName, faultName } from './exception-names.js';
export { loadSnapshot, saveSnapshot, SnapshotError, SNAPSHOT_VERSION, stateHash } from './snapshot.js';
