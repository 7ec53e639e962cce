/** The A64 instruction set as data: encodings, decoder, disassembler, assembler, system registers. */
export * from './encoding.js';
export { encodings, type Row } from './table.js';
export { a64 } from './a64/index.js';
export * from './bitmask.js';
export { decode } from './decoder.js';
export * from './system/index.js';
export { disassemble, pointedAt } from './disassembler.js';
export { assemble, AssemblyError, encode } from './assembler.js';
