/** Runs recorded in a file, and replayed from it. */
export { recordingKind, RECORDING_VERSION } from './chunks.js';
export { DivergenceError, RecordingError } from './error.js';
export type { DiskOpener, FileReader, Header, RecordedDisk, RecordedFile } from './header.js';
export { makeMachine, type Origin, type OriginFile, type Role, type System, type Watcher } from './origin.js';
export { Player, type PlayResult } from './player.js';
export { Recorder, type RecorderOptions } from './recorder.js';
export { readRecording, type Recording } from './recording.js';
