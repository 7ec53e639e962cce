/** Advanced SIMD moves of whole elements. Arm ARM C4.1, "copy", "permute", "extract", "table lookup". */
import type { FieldValues } from '../../encoding.js';
import { encodings } from '../../table.js';
import { not1D, rows, type Form } from './simd-forms.js';

/** The lowest set bit of `imm5` gives the element size: 8, 16, 32 or 64 bits. */
const anyElement = (f: FieldValues): boolean => (f.imm5 & 15) !== 0;

/** A vector of doublewords has two of them. */
const notOneDoubleword = (f: FieldValues): boolean => anyElement(f) && ((f.imm5 & 7) !== 0 || f.Q === 1);

export const scalarCopy = encodings('Advanced SIMD scalar copy', {
  'DUP (element), scalar': {
    bits: '01 0 11110000 imm5:5 0 0000 1 Rn:5 Rd:5',
    where: anyElement,
    text: ['mov <Vd imm5>, <Vn.element imm5>', 'dup <Vd imm5>, <Vn.element imm5>'],
  },
});

export const vectorCopy = encodings('Advanced SIMD copy', {
  'DUP (element), vector': {
    bits: '0 Q 0 01110000 imm5:5 0 0000 1 Rn:5 Rd:5',
    where: notOneDoubleword,
    text: 'dup <Vd.T imm5>, <Vn.element imm5>',
  },
  'DUP (general)': {
    bits: '0 Q 0 01110000 imm5:5 0 0001 1 Rn:5 Rd:5',
    where: notOneDoubleword,
    text: 'dup <Vd.T imm5-alone>, <general-Rn imm5>',
  },
  SMOV: {
    bits: '0 Q 0 01110000 imm5:5 0 0101 1 Rn:5 Rd:5',
    where: (f) => (f.imm5 & (f.Q === 1 ? 7 : 3)) !== 0,
    text: 'smov <general-Rd Q>, <Vn.element imm5>',
  },
  UMOV: {
    bits: '0 Q 0 01110000 imm5:5 0 0111 1 Rn:5 Rd:5',
    where: (f) => (f.Q === 1 ? (f.imm5 & 15) === 8 : (f.imm5 & 7) !== 0),
    text: [
      'mov <Wd>, <Vn.element imm5 s> ; Q=0',
      'mov <Xd>, <Vn.element imm5 d> ; Q=1',
      'umov <general-Rd Q>, <Vn.element imm5>',
    ],
  },
  'INS (general)': {
    bits: '0 1 0 01110000 imm5:5 0 0011 1 Rn:5 Rd:5',
    where: anyElement,
    text: ['mov <Vd.element imm5>, <general-Rn imm5>', 'ins <Vd.element imm5>, <general-Rn imm5>'],
  },
  'INS (element)': {
    bits: '0 1 1 01110000 imm5:5 0 imm4:4 1 Rn:5 Rd:5',
    where: anyElement,
    text: ['mov <Vd.element imm5>, <Vn.element imm4>', 'ins <Vd.element imm5>, <Vn.element imm4>'],
  },
});

const permutation: Form = { where: not1D, text: 'op <Vd.T>, <Vn.T>, <Vm.T>' };

export const permute = encodings('Advanced SIMD permute', {
  ...rows(permutation, {
    UZP1: '0 Q 001110 size:2 0 Rm:5 0 001 10 Rn:5 Rd:5',
    TRN1: '0 Q 001110 size:2 0 Rm:5 0 010 10 Rn:5 Rd:5',
    ZIP1: '0 Q 001110 size:2 0 Rm:5 0 011 10 Rn:5 Rd:5',
    UZP2: '0 Q 001110 size:2 0 Rm:5 0 101 10 Rn:5 Rd:5',
    TRN2: '0 Q 001110 size:2 0 Rm:5 0 110 10 Rn:5 Rd:5',
    ZIP2: '0 Q 001110 size:2 0 Rm:5 0 111 10 Rn:5 Rd:5',
  }),
});

export const extract = encodings('Advanced SIMD extract', {
  EXT: {
    bits: '0 Q 101110 00 0 Rm:5 0 imm4:4 0 Rn:5 Rd:5',
    where: (f) => f.Q === 1 || f.imm4 < 8,
    text: 'ext <Vd.8b/16b>, <Vn.8b/16b>, <Vm.8b/16b>, #<imm4>',
  },
});

export const tableLookup = encodings('Advanced SIMD table lookup', {
  TBL: { bits: '0 Q 001110 00 0 Rm:5 0 len:2 0 00 Rn:5 Rd:5', text: 'tbl <Vd.8b/16b>, <table>, <Vm.8b/16b>' },
  TBX: { bits: '0 Q 001110 00 0 Rm:5 0 len:2 1 00 Rn:5 Rd:5', text: 'tbx <Vd.8b/16b>, <table>, <Vm.8b/16b>' },
});
