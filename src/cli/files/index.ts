/** Files named on the command line. */
export { FileError, reasonOf } from './error.js';
export { fileSize, readInput } from './inputs.js';
export { checkOutput, writeOutput } from './outputs.js';
export { filesBelow, isMissingOrEmpty, makeDirectory, replaceDirectory } from './directories.js';
