/** Translator and interpreter in lockstep. */
export { LockstepError } from './error.js';
export { locate } from './locate.js';
export { Lockstep, type Stretch } from './lockstep.js';
