/**
 * "Loads and stores", Arm ARM C4.1: one register, address with a scaled 12-bit or a register offset.
 *
 * `sf` is the low bit of the manual's `size`: 1 for a 64-bit register. A one-bit `opc` is what the pattern
 * leaves open of the manual's two bits: the low one for a sign-extending load (0 to 64, 1 to 32 bits), the
 * high one for SIMD&FP.
 */
import { encodings } from '../table.js';
import type { FieldValues } from '../encoding.js';

// SIMD&FP registers of 8 to 64 bits have `opc` 0 and their `size`; 128 bits are `opc` 1 with `size` 0.
const isSimdSize = ({ size, opc }: FieldValues) => opc === 0 || size === 0;

// UXTW, LSL, SXTW, SXTX.
const isExtend = ({ option }: FieldValues) => (option & 2) !== 0;
const isExtendedSimd = (f: FieldValues) => isExtend(f) && isSimdSize(f);

export const registerOffset = encodings('Load/store register (register offset)', {
  'STRB (register)': {
    bits: '00 111 0 00 00 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: 'strb <Wt>, [<Xn|SP>, <index *1>]',
  },
  'LDRB (register)': {
    bits: '00 111 0 00 01 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: 'ldrb <Wt>, [<Xn|SP>, <index *1>]',
  },
  'LDRSB (register)': {
    bits: '00 111 0 00 1 opc 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: ['ldrsb <Xt>, [<Xn|SP>, <index *1>] ; opc=0', 'ldrsb <Wt>, [<Xn|SP>, <index *1>] ; opc=1'],
  },
  'STRH (register)': {
    bits: '01 111 0 00 00 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: 'strh <Wt>, [<Xn|SP>, <index *2>]',
  },
  'LDRH (register)': {
    bits: '01 111 0 00 01 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: 'ldrh <Wt>, [<Xn|SP>, <index *2>]',
  },
  'LDRSH (register)': {
    bits: '01 111 0 00 1 opc 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: ['ldrsh <Xt>, [<Xn|SP>, <index *2>] ; opc=0', 'ldrsh <Wt>, [<Xn|SP>, <index *2>] ; opc=1'],
  },
  'STR (register)': {
    bits: '1 sf 111 0 00 00 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: ['str <Wt>, [<Xn|SP>, <index *4>] ; sf=0', 'str <Xt>, [<Xn|SP>, <index *8>] ; sf=1'],
  },
  'LDR (register)': {
    bits: '1 sf 111 0 00 01 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: ['ldr <Wt>, [<Xn|SP>, <index *4>] ; sf=0', 'ldr <Xt>, [<Xn|SP>, <index *8>] ; sf=1'],
  },
  'LDRSW (register)': {
    bits: '10 111 0 00 10 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: 'ldrsw <Xt>, [<Xn|SP>, <index *4>]',
  },
  'PRFM (register)': {
    bits: '11 111 0 00 10 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtend,
    text: 'prfm <prfop>, [<Xn|SP>, <index *8>]',
  },
  'STR (register, SIMD&FP)': {
    bits: 'size:2 111 1 00 opc 0 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtendedSimd,
    text: [
      'str <Bt>, [<Xn|SP>, <index *1>] ; size=0 opc=0',
      'str <Ht>, [<Xn|SP>, <index *2>] ; size=1 opc=0',
      'str <St>, [<Xn|SP>, <index *4>] ; size=2 opc=0',
      'str <Dt>, [<Xn|SP>, <index *8>] ; size=3 opc=0',
      'str <Qt>, [<Xn|SP>, <index *16>] ; size=0 opc=1',
    ],
  },
  'LDR (register, SIMD&FP)': {
    bits: 'size:2 111 1 00 opc 1 1 Rm:5 option:3 S 10 Rn:5 Rt:5',
    where: isExtendedSimd,
    text: [
      'ldr <Bt>, [<Xn|SP>, <index *1>] ; size=0 opc=0',
      'ldr <Ht>, [<Xn|SP>, <index *2>] ; size=1 opc=0',
      'ldr <St>, [<Xn|SP>, <index *4>] ; size=2 opc=0',
      'ldr <Dt>, [<Xn|SP>, <index *8>] ; size=3 opc=0',
      'ldr <Qt>, [<Xn|SP>, <index *16>] ; size=0 opc=1',
    ],
  },
});

export const unsignedOffset = encodings('Load/store register (unsigned immediate)', {
  'STRB (immediate, unsigned offset)': {
    bits: '00 111 0 01 00 imm12:12 Rn:5 Rt:5',
    text: 'strb <Wt>, [<Xn|SP>(, #<imm12>)]',
  },
  'LDRB (immediate, unsigned offset)': {
    bits: '00 111 0 01 01 imm12:12 Rn:5 Rt:5',
    text: 'ldrb <Wt>, [<Xn|SP>(, #<imm12>)]',
  },
  'LDRSB (immediate, unsigned offset)': {
    bits: '00 111 0 01 1 opc imm12:12 Rn:5 Rt:5',
    text: ['ldrsb <Xt>, [<Xn|SP>(, #<imm12>)] ; opc=0', 'ldrsb <Wt>, [<Xn|SP>(, #<imm12>)] ; opc=1'],
  },
  'STRH (immediate, unsigned offset)': {
    bits: '01 111 0 01 00 imm12:12 Rn:5 Rt:5',
    text: 'strh <Wt>, [<Xn|SP>(, #<imm12 *2>)]',
  },
  'LDRH (immediate, unsigned offset)': {
    bits: '01 111 0 01 01 imm12:12 Rn:5 Rt:5',
    text: 'ldrh <Wt>, [<Xn|SP>(, #<imm12 *2>)]',
  },
  'LDRSH (immediate, unsigned offset)': {
    bits: '01 111 0 01 1 opc imm12:12 Rn:5 Rt:5',
    text: ['ldrsh <Xt>, [<Xn|SP>(, #<imm12 *2>)] ; opc=0', 'ldrsh <Wt>, [<Xn|SP>(, #<imm12 *2>)] ; opc=1'],
  },
  'STR (immediate, unsigned offset)': {
    bits: '1 sf 111 0 01 00 imm12:12 Rn:5 Rt:5',
    text: ['str <Wt>, [<Xn|SP>(, #<imm12 *4>)] ; sf=0', 'str <Xt>, [<Xn|SP>(, #<imm12 *8>)] ; sf=1'],
  },
  'LDR (immediate, unsigned offset)': {
    bits: '1 sf 111 0 01 01 imm12:12 Rn:5 Rt:5',
    text: ['ldr <Wt>, [<Xn|SP>(, #<imm12 *4>)] ; sf=0', 'ldr <Xt>, [<Xn|SP>(, #<imm12 *8>)] ; sf=1'],
  },
  'LDRSW (immediate, unsigned offset)': {
    bits: '10 111 0 01 10 imm12:12 Rn:5 Rt:5',
    text: 'ldrsw <Xt>, [<Xn|SP>(, #<imm12 *4>)]',
  },
  'PRFM (immediate)': {
    bits: '11 111 0 01 10 imm12:12 Rn:5 Rt:5',
    text: 'prfm <prfop>, [<Xn|SP>(, #<imm12 *8>)]',
  },
  'STR (immediate, SIMD&FP, unsigned offset)': {
    bits: 'size:2 111 1 01 opc 0 imm12:12 Rn:5 Rt:5',
    where: isSimdSize,
    text: [
      'str <Bt>, [<Xn|SP>(, #<imm12>)] ; size=0 opc=0',
      'str <Ht>, [<Xn|SP>(, #<imm12 *2>)] ; size=1 opc=0',
      'str <St>, [<Xn|SP>(, #<imm12 *4>)] ; size=2 opc=0',
      'str <Dt>, [<Xn|SP>(, #<imm12 *8>)] ; size=3 opc=0',
      'str <Qt>, [<Xn|SP>(, #<imm12 *16>)] ; size=0 opc=1',
    ],
  },
  'LDR (immediate, SIMD&FP, unsigned offset)': {
    bits: 'size:2 111 1 01 opc 1 imm12:12 Rn:5 Rt:5',
    where: isSimdSize,
    text: [
      'ldr <Bt>, [<Xn|SP>(, #<imm12>)] ; size=0 opc=0',
      'ldr <Ht>, [<Xn|SP>(, #<imm12 *2>)] ; size=1 opc=0',
      'ldr <St>, [<Xn|SP>(, #<imm12 *4>)] ; size=2 opc=0',
      'ldr <Dt>, [<Xn|SP>(, #<imm12 *8>)] ; size=3 opc=0',
      'ldr <Qt>, [<Xn|SP>(, #<imm12 *16>)] ; size=0 opc=1',
    ],
  },
});

export const loadsStoresOffset = [...registerOffset, ...unsignedOffset];
