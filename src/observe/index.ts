/** Looking at a machine without disturbing it. */
export { loadSnapshot, saveSnapshot, SnapshotError, SNAPSHOT_VERSION, stateHash } from './snapshot.js';
