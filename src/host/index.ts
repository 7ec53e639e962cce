/** What differs between Node and the browser, and running a machine for somebody. */
export { attendedTo, lineOf, momentOf, type Cue } from './cues.js';
export { Silence, type SilenceOptions } from './silence.js';
export { Session, type Ending, type NetworkFeed, type SessionOptions } from './session.js';
