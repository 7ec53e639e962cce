/**
 * "Loads and stores", Arm ARM C4.1: exclusive and ordered accesses, literals, register pairs.
 *
 * `sf` is the low bit of the manual's `size` or the high bit of its `opc`: 1 for a 64-bit register.
 */
import { encodings } from '../table.js';
import type { FieldValues } from '../encoding.js';

// Fields that the manual gives as (1)(1)(1)(1)(1) are ignored when decoding and 31 when assembling.
export const exclusive = encodings('Load/store exclusive and ordered', {
  STXRB: { bits: '00 001000 0 0 0 Rs:5 0 Rt2:5 Rn:5 Rt:5', text: 'stxrb <Ws>, <Wt>, [<Xn|SP>] ; Rt2~31' },
  STLXRB: { bits: '00 001000 0 0 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'stlxrb <Ws>, <Wt>, [<Xn|SP>] ; Rt2~31' },
  LDXRB: { bits: '00 001000 0 1 0 Rs:5 0 Rt2:5 Rn:5 Rt:5', text: 'ldxrb <Wt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  LDAXRB: { bits: '00 001000 0 1 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'ldaxrb <Wt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  STLRB: { bits: '00 001000 1 0 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'stlrb <Wt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  LDARB: { bits: '00 001000 1 1 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'ldarb <Wt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  STXRH: { bits: '01 001000 0 0 0 Rs:5 0 Rt2:5 Rn:5 Rt:5', text: 'stxrh <Ws>, <Wt>, [<Xn|SP>] ; Rt2~31' },
  STLXRH: { bits: '01 001000 0 0 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'stlxrh <Ws>, <Wt>, [<Xn|SP>] ; Rt2~31' },
  LDXRH: { bits: '01 001000 0 1 0 Rs:5 0 Rt2:5 Rn:5 Rt:5', text: 'ldxrh <Wt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  LDAXRH: { bits: '01 001000 0 1 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'ldaxrh <Wt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  STLRH: { bits: '01 001000 1 0 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'stlrh <Wt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  LDARH: { bits: '01 001000 1 1 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'ldarh <Wt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  STXR: { bits: '1 sf 001000 0 0 0 Rs:5 0 Rt2:5 Rn:5 Rt:5', text: 'stxr <Ws>, <Rt>, [<Xn|SP>] ; Rt2~31' },
  STLXR: { bits: '1 sf 001000 0 0 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'stlxr <Ws>, <Rt>, [<Xn|SP>] ; Rt2~31' },
  STXP: { bits: '1 sf 001000 0 0 1 Rs:5 0 Rt2:5 Rn:5 Rt:5', text: 'stxp <Ws>, <Rt>, <Rt2>, [<Xn|SP>]' },
  STLXP: { bits: '1 sf 001000 0 0 1 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'stlxp <Ws>, <Rt>, <Rt2>, [<Xn|SP>]' },
  LDXR: { bits: '1 sf 001000 0 1 0 Rs:5 0 Rt2:5 Rn:5 Rt:5', text: 'ldxr <Rt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  LDAXR: { bits: '1 sf 001000 0 1 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'ldaxr <Rt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  LDXP: { bits: '1 sf 001000 0 1 1 Rs:5 0 Rt2:5 Rn:5 Rt:5', text: 'ldxp <Rt>, <Rt2>, [<Xn|SP>] ; Rs~31' },
  LDAXP: { bits: '1 sf 001000 0 1 1 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'ldaxp <Rt>, <Rt2>, [<Xn|SP>] ; Rs~31' },
  STLR: { bits: '1 sf 001000 1 0 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'stlr <Rt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
  LDAR: { bits: '1 sf 001000 1 1 0 Rs:5 1 Rt2:5 Rn:5 Rt:5', text: 'ldar <Rt>, [<Xn|SP>] ; Rs~31 Rt2~31' },
});

export const loadLiteral = encodings('Load register (literal)', {
  'LDR (literal)': { bits: '0 sf 011 0 00 imm19:19 Rt:5', text: 'ldr <Rt>, <label imm19 *4>' },
  'LDRSW (literal)': { bits: '10 011 0 00 imm19:19 Rt:5', text: 'ldrsw <Xt>, <label imm19 *4>' },
  'PRFM (literal)': { bits: '11 011 0 00 imm19:19 Rt:5', text: 'prfm <prfop>, <label imm19 *4>' },
  'LDR (literal, SIMD&FP)': {
    bits: 'opc:2 011 1 00 imm19:19 Rt:5',
    where: ({ opc }) => opc < 3,
    text: [
      'ldr <St>, <label imm19 *4> ; opc=0',
      'ldr <Dt>, <label imm19 *4> ; opc=1',
      'ldr <Qt>, <label imm19 *4> ; opc=2',
    ],
  },
});

const isPairSize = ({ opc }: FieldValues) => opc < 3;

export const pairs = encodings('Load/store register pair', {
  STNP: {
    bits: 'sf 0 101 0 000 0 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: [
      'stnp <Wt>, <Wt2>, [<Xn|SP>(, #<imm7 signed *4>)] ; sf=0',
      'stnp <Xt>, <Xt2>, [<Xn|SP>(, #<imm7 signed *8>)] ; sf=1',
    ],
  },
  LDNP: {
    bits: 'sf 0 101 0 000 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: [
      'ldnp <Wt>, <Wt2>, [<Xn|SP>(, #<imm7 signed *4>)] ; sf=0',
      'ldnp <Xt>, <Xt2>, [<Xn|SP>(, #<imm7 signed *8>)] ; sf=1',
    ],
  },
  'STP (post-indexed)': {
    bits: 'sf 0 101 0 001 0 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: [
      'stp <Wt>, <Wt2>, [<Xn|SP>], #<imm7 signed *4> ; sf=0',
      'stp <Xt>, <Xt2>, [<Xn|SP>], #<imm7 signed *8> ; sf=1',
    ],
  },
  'LDP (post-indexed)': {
    bits: 'sf 0 101 0 001 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: [
      'ldp <Wt>, <Wt2>, [<Xn|SP>], #<imm7 signed *4> ; sf=0',
      'ldp <Xt>, <Xt2>, [<Xn|SP>], #<imm7 signed *8> ; sf=1',
    ],
  },
  'LDPSW (post-indexed)': {
    bits: '01 101 0 001 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: 'ldpsw <Xt>, <Xt2>, [<Xn|SP>], #<imm7 signed *4>',
  },
  'STP (signed offset)': {
    bits: 'sf 0 101 0 010 0 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: [
      'stp <Wt>, <Wt2>, [<Xn|SP>(, #<imm7 signed *4>)] ; sf=0',
      'stp <Xt>, <Xt2>, [<Xn|SP>(, #<imm7 signed *8>)] ; sf=1',
    ],
  },
  'LDP (signed offset)': {
    bits: 'sf 0 101 0 010 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: [
      'ldp <Wt>, <Wt2>, [<Xn|SP>(, #<imm7 signed *4>)] ; sf=0',
      'ldp <Xt>, <Xt2>, [<Xn|SP>(, #<imm7 signed *8>)] ; sf=1',
    ],
  },
  'LDPSW (signed offset)': {
    bits: '01 101 0 010 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: 'ldpsw <Xt>, <Xt2>, [<Xn|SP>(, #<imm7 signed *4>)]',
  },
  'STP (pre-indexed)': {
    bits: 'sf 0 101 0 011 0 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: [
      'stp <Wt>, <Wt2>, [<Xn|SP>, #<imm7 signed *4>]! ; sf=0',
      'stp <Xt>, <Xt2>, [<Xn|SP>, #<imm7 signed *8>]! ; sf=1',
    ],
  },
  'LDP (pre-indexed)': {
    bits: 'sf 0 101 0 011 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: [
      'ldp <Wt>, <Wt2>, [<Xn|SP>, #<imm7 signed *4>]! ; sf=0',
      'ldp <Xt>, <Xt2>, [<Xn|SP>, #<imm7 signed *8>]! ; sf=1',
    ],
  },
  'LDPSW (pre-indexed)': {
    bits: '01 101 0 011 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    text: 'ldpsw <Xt>, <Xt2>, [<Xn|SP>, #<imm7 signed *4>]!',
  },
  'STNP (SIMD&FP)': {
    bits: 'opc:2 101 1 000 0 imm7:7 Rt2:5 Rn:5 Rt:5',
    where: isPairSize,
    text: [
      'stnp <St>, <St2>, [<Xn|SP>(, #<imm7 signed *4>)] ; opc=0',
      'stnp <Dt>, <Dt2>, [<Xn|SP>(, #<imm7 signed *8>)] ; opc=1',
      'stnp <Qt>, <Qt2>, [<Xn|SP>(, #<imm7 signed *16>)] ; opc=2',
    ],
  },
  'LDNP (SIMD&FP)': {
    bits: 'opc:2 101 1 000 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    where: isPairSize,
    text: [
      'ldnp <St>, <St2>, [<Xn|SP>(, #<imm7 signed *4>)] ; opc=0',
      'ldnp <Dt>, <Dt2>, [<Xn|SP>(, #<imm7 signed *8>)] ; opc=1',
      'ldnp <Qt>, <Qt2>, [<Xn|SP>(, #<imm7 signed *16>)] ; opc=2',
    ],
  },
  'STP (SIMD&FP, post-indexed)': {
    bits: 'opc:2 101 1 001 0 imm7:7 Rt2:5 Rn:5 Rt:5',
    where: isPairSize,
    text: [
      'stp <St>, <St2>, [<Xn|SP>], #<imm7 signed *4> ; opc=0',
      'stp <Dt>, <Dt2>, [<Xn|SP>], #<imm7 signed *8> ; opc=1',
      'stp <Qt>, <Qt2>, [<Xn|SP>], #<imm7 signed *16> ; opc=2',
    ],
  },
  'LDP (SIMD&FP, post-indexed)': {
    bits: 'opc:2 101 1 001 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    where: isPairSize,
    text: [
      'ldp <St>, <St2>, [<Xn|SP>], #<imm7 signed *4> ; opc=0',
      'ldp <Dt>, <Dt2>, [<Xn|SP>], #<imm7 signed *8> ; opc=1',
      'ldp <Qt>, <Qt2>, [<Xn|SP>], #<imm7 signed *16> ; opc=2',
    ],
  },
  'STP (SIMD&FP, signed offset)': {
    bits: 'opc:2 101 1 010 0 imm7:7 Rt2:5 Rn:5 Rt:5',
    where: isPairSize,
    text: [
      'stp <St>, <St2>, [<Xn|SP>(, #<imm7 signed *4>)] ; opc=0',
      'stp <Dt>, <Dt2>, [<Xn|SP>(, #<imm7 signed *8>)] ; opc=1',
      'stp <Qt>, <Qt2>, [<Xn|SP>(, #<imm7 signed *16>)] ; opc=2',
    ],
  },
  'LDP (SIMD&FP, signed offset)': {
    bits: 'opc:2 101 1 010 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    where: isPairSize,
    text: [
      'ldp <St>, <St2>, [<Xn|SP>(, #<imm7 signed *4>)] ; opc=0',
      'ldp <Dt>, <Dt2>, [<Xn|SP>(, #<imm7 signed *8>)] ; opc=1',
      'ldp <Qt>, <Qt2>, [<Xn|SP>(, #<imm7 signed *16>)] ; opc=2',
    ],
  },
  'STP (SIMD&FP, pre-indexed)': {
    bits: 'opc:2 101 1 011 0 imm7:7 Rt2:5 Rn:5 Rt:5',
    where: isPairSize,
    text: [
      'stp <St>, <St2>, [<Xn|SP>, #<imm7 signed *4>]! ; opc=0',
      'stp <Dt>, <Dt2>, [<Xn|SP>, #<imm7 signed *8>]! ; opc=1',
      'stp <Qt>, <Qt2>, [<Xn|SP>, #<imm7 signed *16>]! ; opc=2',
    ],
  },
  'LDP (SIMD&FP, pre-indexed)': {
    bits: 'opc:2 101 1 011 1 imm7:7 Rt2:5 Rn:5 Rt:5',
    where: isPairSize,
    text: [
      'ldp <St>, <St2>, [<Xn|SP>, #<imm7 signed *4>]! ; opc=0',
      'ldp <Dt>, <Dt2>, [<Xn|SP>, #<imm7 signed *8>]! ; opc=1',
      'ldp <Qt>, <Qt2>, [<Xn|SP>, #<imm7 signed *16>]! ; opc=2',
    ],
  },
});

export const loadsStoresPairs = [...exclusive, ...loadLiteral, ...pairs];
