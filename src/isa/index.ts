/** The A64 instruction set as data: encodings, decoder, disassembler, assembler, system registers. */
export * from './encoding.js';
export { encodings, type Row } from './table.js';
