/** The A64 instruction set of ARMv8.0-A with CRC32, AES, PMULL, SHA1 and SHA256, in the manual's order. */
import type { Encoding } from '../encoding.js';
import { encodings } from '../table.js';
import { branchesExceptionsSystem } from './branches-exceptions-system.js';
import { dataProcessingImmediate } from './data-processing-immediate.js';
import { dataProcessingRegister } from './data-processing-register.js';
import { floatingPointAndSimd } from './fp-simd.js';
import { loadsStoresImmediate9 } from './loads-stores-immediate9.js';
import { loadsStoresOffset } from './loads-stores-offset.js';
import { loadsStoresPairs } from './loads-stores-pairs.js';
import { loadsStoresStructures } from './loads-stores-structures.js';

/** "Reserved": the words that are undefined for good. */
const reserved = encodings('Reserved', {
  UDF: { bits: '0000000000000000 imm16:16', text: 'udf #<imm16>' },
});

export const a64: readonly Encoding[] = [
  ...reserved,
  ...dataProcessingImmediate,
  ...branchesExceptionsSystem,
  ...loadsStoresStructures,
  ...loadsStoresPairs,
  ...loadsStoresImmediate9,
  ...loadsStoresOffset,
  ...dataProcessingRegister,
  ...floatingPointAndSimd,
];
