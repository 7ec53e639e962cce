/**
 * "Loads and stores", Arm ARM C4.1: one register, address with a 9-bit immediate.
 *
 * `sf` is the low bit of the manual's `size`: 1 for a 64-bit register. A one-bit `opc` is what the pattern
 * leaves open of the manual's two bits: the low one for a sign-extending load (0 to 64, 1 to 32 bits), the
 * high one for SIMD&FP.
 */
import { encodings } from '../table.js';
import type { FieldValues } from '../encoding.js';

// SIMD&FP registers of 8 to 64 bits have `opc` 0 and their `size`; 128 bits are `opc` 1 with `size` 0.
const isSimdSize = ({ size, opc }: FieldValues) => opc === 0 || size === 0;

export const unscaled = encodings('Load/store register (unscaled immediate)', {
  STURB: { bits: '00 111 0 00 00 0 imm9:9 00 Rn:5 Rt:5', text: 'sturb <Wt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDURB: { bits: '00 111 0 00 01 0 imm9:9 00 Rn:5 Rt:5', text: 'ldurb <Wt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDURSB: {
    bits: '00 111 0 00 1 opc 0 imm9:9 00 Rn:5 Rt:5',
    text: [
      'ldursb <Xt>, [<Xn|SP>(, #<imm9 signed>)] ; opc=0',
      'ldursb <Wt>, [<Xn|SP>(, #<imm9 signed>)] ; opc=1',
    ],
  },
  STURH: { bits: '01 111 0 00 00 0 imm9:9 00 Rn:5 Rt:5', text: 'sturh <Wt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDURH: { bits: '01 111 0 00 01 0 imm9:9 00 Rn:5 Rt:5', text: 'ldurh <Wt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDURSH: {
    bits: '01 111 0 00 1 opc 0 imm9:9 00 Rn:5 Rt:5',
    text: [
      'ldursh <Xt>, [<Xn|SP>(, #<imm9 signed>)] ; opc=0',
      'ldursh <Wt>, [<Xn|SP>(, #<imm9 signed>)] ; opc=1',
    ],
  },
  STUR: { bits: '1 sf 111 0 00 00 0 imm9:9 00 Rn:5 Rt:5', text: 'stur <Rt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDUR: { bits: '1 sf 111 0 00 01 0 imm9:9 00 Rn:5 Rt:5', text: 'ldur <Rt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDURSW: { bits: '10 111 0 00 10 0 imm9:9 00 Rn:5 Rt:5', text: 'ldursw <Xt>, [<Xn|SP>(, #<imm9 signed>)]' },
  PRFUM: { bits: '11 111 0 00 10 0 imm9:9 00 Rn:5 Rt:5', text: 'prfum <prfop>, [<Xn|SP>(, #<imm9 signed>)]' },
  'STUR (SIMD&FP)': {
    bits: 'size:2 111 1 00 opc 0 0 imm9:9 00 Rn:5 Rt:5',
    where: isSimdSize,
    text: [
      'stur <Bt>, [<Xn|SP>(, #<imm9 signed>)] ; size=0 opc=0',
      'stur <Ht>, [<Xn|SP>(, #<imm9 signed>)] ; size=1 opc=0',
      'stur <St>, [<Xn|SP>(, #<imm9 signed>)] ; size=2 opc=0',
      'stur <Dt>, [<Xn|SP>(, #<imm9 signed>)] ; size=3 opc=0',
      'stur <Qt>, [<Xn|SP>(, #<imm9 signed>)] ; size=0 opc=1',
    ],
  },
  'LDUR (SIMD&FP)': {
    bits: 'size:2 111 1 00 opc 1 0 imm9:9 00 Rn:5 Rt:5',
    where: isSimdSize,
    text: [
      'ldur <Bt>, [<Xn|SP>(, #<imm9 signed>)] ; size=0 opc=0',
      'ldur <Ht>, [<Xn|SP>(, #<imm9 signed>)] ; size=1 opc=0',
      'ldur <St>, [<Xn|SP>(, #<imm9 signed>)] ; size=2 opc=0',
      'ldur <Dt>, [<Xn|SP>(, #<imm9 signed>)] ; size=3 opc=0',
      'ldur <Qt>, [<Xn|SP>(, #<imm9 signed>)] ; size=0 opc=1',
    ],
  },
});

export const postIndexed = encodings('Load/store register (immediate post-indexed)', {
  'STRB (immediate, post-indexed)': {
    bits: '00 111 0 00 00 0 imm9:9 01 Rn:5 Rt:5',
    text: 'strb <Wt>, [<Xn|SP>], #<imm9 signed>',
  },
  'LDRB (immediate, post-indexed)': {
    bits: '00 111 0 00 01 0 imm9:9 01 Rn:5 Rt:5',
    text: 'ldrb <Wt>, [<Xn|SP>], #<imm9 signed>',
  },
  'LDRSB (immediate, post-indexed)': {
    bits: '00 111 0 00 1 opc 0 imm9:9 01 Rn:5 Rt:5',
    text: ['ldrsb <Xt>, [<Xn|SP>], #<imm9 signed> ; opc=0', 'ldrsb <Wt>, [<Xn|SP>], #<imm9 signed> ; opc=1'],
  },
  'STRH (immediate, post-indexed)': {
    bits: '01 111 0 00 00 0 imm9:9 01 Rn:5 Rt:5',
    text: 'strh <Wt>, [<Xn|SP>], #<imm9 signed>',
  },
  'LDRH (immediate, post-indexed)': {
    bits: '01 111 0 00 01 0 imm9:9 01 Rn:5 Rt:5',
    text: 'ldrh <Wt>, [<Xn|SP>], #<imm9 signed>',
  },
  'LDRSH (immediate, post-indexed)': {
    bits: '01 111 0 00 1 opc 0 imm9:9 01 Rn:5 Rt:5',
    text: ['ldrsh <Xt>, [<Xn|SP>], #<imm9 signed> ; opc=0', 'ldrsh <Wt>, [<Xn|SP>], #<imm9 signed> ; opc=1'],
  },
  'STR (immediate, post-indexed)': {
    bits: '1 sf 111 0 00 00 0 imm9:9 01 Rn:5 Rt:5',
    text: 'str <Rt>, [<Xn|SP>], #<imm9 signed>',
  },
  'LDR (immediate, post-indexed)': {
    bits: '1 sf 111 0 00 01 0 imm9:9 01 Rn:5 Rt:5',
    text: 'ldr <Rt>, [<Xn|SP>], #<imm9 signed>',
  },
  'LDRSW (immediate, post-indexed)': {
    bits: '10 111 0 00 10 0 imm9:9 01 Rn:5 Rt:5',
    text: 'ldrsw <Xt>, [<Xn|SP>], #<imm9 signed>',
  },
  'STR (immediate, SIMD&FP, post-indexed)': {
    bits: 'size:2 111 1 00 opc 0 0 imm9:9 01 Rn:5 Rt:5',
    where: isSimdSize,
    text: [
      'str <Bt>, [<Xn|SP>], #<imm9 signed> ; size=0 opc=0',
      'str <Ht>, [<Xn|SP>], #<imm9 signed> ; size=1 opc=0',
      'str <St>, [<Xn|SP>], #<imm9 signed> ; size=2 opc=0',
      'str <Dt>, [<Xn|SP>], #<imm9 signed> ; size=3 opc=0',
      'str <Qt>, [<Xn|SP>], #<imm9 signed> ; size=0 opc=1',
    ],
  },
  'LDR (immediate, SIMD&FP, post-indexed)': {
    bits: 'size:2 111 1 00 opc 1 0 imm9:9 01 Rn:5 Rt:5',
    where: isSimdSize,
    text: [
      'ldr <Bt>, [<Xn|SP>], #<imm9 signed> ; size=0 opc=0',
      'ldr <Ht>, [<Xn|SP>], #<imm9 signed> ; size=1 opc=0',
      'ldr <St>, [<Xn|SP>], #<imm9 signed> ; size=2 opc=0',
      'ldr <Dt>, [<Xn|SP>], #<imm9 signed> ; size=3 opc=0',
      'ldr <Qt>, [<Xn|SP>], #<imm9 signed> ; size=0 opc=1',
    ],
  },
});

export const unprivileged = encodings('Load/store register (unprivileged)', {
  STTRB: { bits: '00 111 0 00 00 0 imm9:9 10 Rn:5 Rt:5', text: 'sttrb <Wt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDTRB: { bits: '00 111 0 00 01 0 imm9:9 10 Rn:5 Rt:5', text: 'ldtrb <Wt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDTRSB: {
    bits: '00 111 0 00 1 opc 0 imm9:9 10 Rn:5 Rt:5',
    text: [
      'ldtrsb <Xt>, [<Xn|SP>(, #<imm9 signed>)] ; opc=0',
      'ldtrsb <Wt>, [<Xn|SP>(, #<imm9 signed>)] ; opc=1',
    ],
  },
  STTRH: { bits: '01 111 0 00 00 0 imm9:9 10 Rn:5 Rt:5', text: 'sttrh <Wt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDTRH: { bits: '01 111 0 00 01 0 imm9:9 10 Rn:5 Rt:5', text: 'ldtrh <Wt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDTRSH: {
    bits: '01 111 0 00 1 opc 0 imm9:9 10 Rn:5 Rt:5',
    text: [
      'ldtrsh <Xt>, [<Xn|SP>(, #<imm9 signed>)] ; opc=0',
      'ldtrsh <Wt>, [<Xn|SP>(, #<imm9 signed>)] ; opc=1',
    ],
  },
  STTR: { bits: '1 sf 111 0 00 00 0 imm9:9 10 Rn:5 Rt:5', text: 'sttr <Rt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDTR: { bits: '1 sf 111 0 00 01 0 imm9:9 10 Rn:5 Rt:5', text: 'ldtr <Rt>, [<Xn|SP>(, #<imm9 signed>)]' },
  LDTRSW: { bits: '10 111 0 00 10 0 imm9:9 10 Rn:5 Rt:5', text: 'ldtrsw <Xt>, [<Xn|SP>(, #<imm9 signed>)]' },
});

export const preIndexed = encodings('Load/store register (immediate pre-indexed)', {
  'STRB (immediate, pre-indexed)': {
    bits: '00 111 0 00 00 0 imm9:9 11 Rn:5 Rt:5',
    text: 'strb <Wt>, [<Xn|SP>, #<imm9 signed>]!',
  },
  'LDRB (immediate, pre-indexed)': {
    bits: '00 111 0 00 01 0 imm9:9 11 Rn:5 Rt:5',
    text: 'ldrb <Wt>, [<Xn|SP>, #<imm9 signed>]!',
  },
  'LDRSB (immediate, pre-indexed)': {
    bits: '00 111 0 00 1 opc 0 imm9:9 11 Rn:5 Rt:5',
    text: [
      'ldrsb <Xt>, [<Xn|SP>, #<imm9 signed>]! ; opc=0',
      'ldrsb <Wt>, [<Xn|SP>, #<imm9 signed>]! ; opc=1',
    ],
  },
  'STRH (immediate, pre-indexed)': {
    bits: '01 111 0 00 00 0 imm9:9 11 Rn:5 Rt:5',
    text: 'strh <Wt>, [<Xn|SP>, #<imm9 signed>]!',
  },
  'LDRH (immediate, pre-indexed)': {
    bits: '01 111 0 00 01 0 imm9:9 11 Rn:5 Rt:5',
    text: 'ldrh <Wt>, [<Xn|SP>, #<imm9 signed>]!',
  },
  'LDRSH (immediate, pre-indexed)': {
    bits: '01 111 0 00 1 opc 0 imm9:9 11 Rn:5 Rt:5',
    text: [
      'ldrsh <Xt>, [<Xn|SP>, #<imm9 signed>]! ; opc=0',
      'ldrsh <Wt>, [<Xn|SP>, #<imm9 signed>]! ; opc=1',
    ],
  },
  'STR (immediate, pre-indexed)': {
    bits: '1 sf 111 0 00 00 0 imm9:9 11 Rn:5 Rt:5',
    text: 'str <Rt>, [<Xn|SP>, #<imm9 signed>]!',
  },
  'LDR (immediate, pre-indexed)': {
    bits: '1 sf 111 0 00 01 0 imm9:9 11 Rn:5 Rt:5',
    text: 'ldr <Rt>, [<Xn|SP>, #<imm9 signed>]!',
  },
  'LDRSW (immediate, pre-indexed)': {
    bits: '10 111 0 00 10 0 imm9:9 11 Rn:5 Rt:5',
    text: 'ldrsw <Xt>, [<Xn|SP>, #<imm9 signed>]!',
  },
  'STR (immediate, SIMD&FP, pre-indexed)': {
    bits: 'size:2 111 1 00 opc 0 0 imm9:9 11 Rn:5 Rt:5',
    where: isSimdSize,
    text: [
      'str <Bt>, [<Xn|SP>, #<imm9 signed>]! ; size=0 opc=0',
      'str <Ht>, [<Xn|SP>, #<imm9 signed>]! ; size=1 opc=0',
      'str <St>, [<Xn|SP>, #<imm9 signed>]! ; size=2 opc=0',
      'str <Dt>, [<Xn|SP>, #<imm9 signed>]! ; size=3 opc=0',
      'str <Qt>, [<Xn|SP>, #<imm9 signed>]! ; size=0 opc=1',
    ],
  },
  'LDR (immediate, SIMD&FP, pre-indexed)': {
    bits: 'size:2 111 1 00 opc 1 0 imm9:9 11 Rn:5 Rt:5',
    where: isSimdSize,
    text: [
      'ldr <Bt>, [<Xn|SP>, #<imm9 signed>]! ; size=0 opc=0',
      'ldr <Ht>, [<Xn|SP>, #<imm9 signed>]! ; size=1 opc=0',
      'ldr <St>, [<Xn|SP>, #<imm9 signed>]! ; size=2 opc=0',
      'ldr <Dt>, [<Xn|SP>, #<imm9 signed>]! ; size=3 opc=0',
      'ldr <Qt>, [<Xn|SP>, #<imm9 signed>]! ; size=0 opc=1',
    ],
  },
});

export const loadsStoresImmediate9 = [...unscaled, ...postIndexed, ...unprivileged, ...preIndexed];
