/** Semihosting: `semihosting.ts` says what it is. */
export { answered, failed, type FileAnswer, type FileRequest, type SemihostingFiles } from './files.js';
export { Errno, MOST_ERRNO } from './operations.js';
export {
  Semihosting,
  semihostingShape,
  type SemihostingConfiguration,
  type SemihostingState,
} from './semihosting.js';
