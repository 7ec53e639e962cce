/** Files named on the command line. */
export { openDiskFile, type DiskFile, type DiskFileOptions } from './disk-files.js';
export { FileError, named, reasonOf } from './error.js';
export { fileSize, inputName, readInput, type Input } from './inputs.js';
export { checkOutputs, openOutput, writeOutput, type GrowingOutput, type NamedFile } from './outputs.js';
export { filesBelow, isFile, isMissingOrEmpty, makeDirectory, replaceDirectory } from './directories.js';
