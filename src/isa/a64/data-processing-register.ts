/** "Data processing -- register", Arm ARM C4.1. */
import { encodings } from '../table.js';
import type { FieldValues } from '../encoding.js';

export const twoSource = encodings('Data-processing (2 source)', {
  UDIV: { bits: 'sf 0 0 11010110 Rm:5 000010 Rn:5 Rd:5', text: 'udiv <Rd>, <Rn>, <Rm>' },
  SDIV: { bits: 'sf 0 0 11010110 Rm:5 000011 Rn:5 Rd:5', text: 'sdiv <Rd>, <Rn>, <Rm>' },
  LSLV: {
    bits: 'sf 0 0 11010110 Rm:5 001000 Rn:5 Rd:5',
    text: ['lsl <Rd>, <Rn>, <Rm>', 'lslv <Rd>, <Rn>, <Rm>'],
  },
  LSRV: {
    bits: 'sf 0 0 11010110 Rm:5 001001 Rn:5 Rd:5',
    text: ['lsr <Rd>, <Rn>, <Rm>', 'lsrv <Rd>, <Rn>, <Rm>'],
  },
  ASRV: {
    bits: 'sf 0 0 11010110 Rm:5 001010 Rn:5 Rd:5',
    text: ['asr <Rd>, <Rn>, <Rm>', 'asrv <Rd>, <Rn>, <Rm>'],
  },
  RORV: {
    bits: 'sf 0 0 11010110 Rm:5 001011 Rn:5 Rd:5',
    text: ['ror <Rd>, <Rn>, <Rm>', 'rorv <Rd>, <Rn>, <Rm>'],
  },
  CRC32: {
    bits: 'sf 0 0 11010110 Rm:5 010 0 sz:2 Rn:5 Rd:5',
    where: ({ sf, sz }) => (sf === 1) === (sz === 3),
    text: [
      'crc32b <Wd>, <Wn>, <Wm> ; sf=0 sz=0',
      'crc32h <Wd>, <Wn>, <Wm> ; sf=0 sz=1',
      'crc32w <Wd>, <Wn>, <Wm> ; sf=0 sz=2',
      'crc32x <Wd>, <Wn>, <Xm> ; sf=1 sz=3',
    ],
  },
  CRC32C: {
    bits: 'sf 0 0 11010110 Rm:5 010 1 sz:2 Rn:5 Rd:5',
    where: ({ sf, sz }) => (sf === 1) === (sz === 3),
    text: [
      'crc32cb <Wd>, <Wn>, <Wm> ; sf=0 sz=0',
      'crc32ch <Wd>, <Wn>, <Wm> ; sf=0 sz=1',
      'crc32cw <Wd>, <Wn>, <Wm> ; sf=0 sz=2',
      'crc32cx <Wd>, <Wn>, <Xm> ; sf=1 sz=3',
    ],
  },
});

export const oneSource = encodings('Data-processing (1 source)', {
  RBIT: { bits: 'sf 1 0 11010110 00000 000000 Rn:5 Rd:5', text: 'rbit <Rd>, <Rn>' },
  REV16: { bits: 'sf 1 0 11010110 00000 000001 Rn:5 Rd:5', text: 'rev16 <Rd>, <Rn>' },
  // `opc` is the low bit of the manual's `opc`, which follows `sf`; 64-bit with `opc` 0 is REV32.
  REV: {
    bits: 'sf 1 0 11010110 00000 00001 opc Rn:5 Rd:5',
    where: ({ sf, opc }) => opc === sf,
    text: 'rev <Rd>, <Rn> ; opc=sf',
  },
  REV32: { bits: '1 1 0 11010110 00000 000010 Rn:5 Rd:5', text: 'rev32 <Xd>, <Xn>' },
  CLZ: { bits: 'sf 1 0 11010110 00000 000100 Rn:5 Rd:5', text: 'clz <Rd>, <Rn>' },
  CLS: { bits: 'sf 1 0 11010110 00000 000101 Rn:5 Rd:5', text: 'cls <Rd>, <Rn>' },
});

const shiftInRange = ({ sf, imm6 }: FieldValues) => sf === 1 || imm6 < 32;
const rotatable = '(, <shift> #<imm6>)';

export const logicalShifted = encodings('Logical (shifted register)', {
  'AND (shifted register)': {
    bits: 'sf 00 01010 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    where: shiftInRange,
    text: `and <Rd>, <Rn>, <Rm>${rotatable}`,
  },
  'BIC (shifted register)': {
    bits: 'sf 00 01010 shift:2 1 Rm:5 imm6:6 Rn:5 Rd:5',
    where: shiftInRange,
    text: `bic <Rd>, <Rn>, <Rm>${rotatable}`,
  },
  'ORR (shifted register)': {
    bits: 'sf 01 01010 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    where: shiftInRange,
    text: ['mov <Rd>, <Rm> ; Rn=31 shift=0 imm6=0', `orr <Rd>, <Rn>, <Rm>${rotatable}`],
  },
  'ORN (shifted register)': {
    bits: 'sf 01 01010 shift:2 1 Rm:5 imm6:6 Rn:5 Rd:5',
    where: shiftInRange,
    text: [`mvn <Rd>, <Rm>${rotatable} ; Rn=31`, `orn <Rd>, <Rn>, <Rm>${rotatable}`],
  },
  'EOR (shifted register)': {
    bits: 'sf 10 01010 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    where: shiftInRange,
    text: `eor <Rd>, <Rn>, <Rm>${rotatable}`,
  },
  'EON (shifted register)': {
    bits: 'sf 10 01010 shift:2 1 Rm:5 imm6:6 Rn:5 Rd:5',
    where: shiftInRange,
    text: `eon <Rd>, <Rn>, <Rm>${rotatable}`,
  },
  'ANDS (shifted register)': {
    bits: 'sf 11 01010 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    where: shiftInRange,
    text: [`tst <Rn>, <Rm>${rotatable} ; Rd=31`, `ands <Rd>, <Rn>, <Rm>${rotatable}`],
  },
  'BICS (shifted register)': {
    bits: 'sf 11 01010 shift:2 1 Rm:5 imm6:6 Rn:5 Rd:5',
    where: shiftInRange,
    text: `bics <Rd>, <Rn>, <Rm>${rotatable}`,
  },
});

const arithmeticShift = (f: FieldValues) => f.shift !== 3 && shiftInRange(f);
const shifted = '(, <arith-shift> #<imm6>)';

export const addSubtractShifted = encodings('Add/subtract (shifted register)', {
  'ADD (shifted register)': {
    bits: 'sf 0 0 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    where: arithmeticShift,
    text: `add <Rd>, <Rn>, <Rm>${shifted}`,
  },
  'ADDS (shifted register)': {
    bits: 'sf 0 1 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    where: arithmeticShift,
    text: [`cmn <Rn>, <Rm>${shifted} ; Rd=31`, `adds <Rd>, <Rn>, <Rm>${shifted}`],
  },
  'SUB (shifted register)': {
    bits: 'sf 1 0 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    where: arithmeticShift,
    text: [`neg <Rd>, <Rm>${shifted} ; Rn=31`, `sub <Rd>, <Rn>, <Rm>${shifted}`],
  },
  'SUBS (shifted register)': {
    bits: 'sf 1 1 01011 shift:2 0 Rm:5 imm6:6 Rn:5 Rd:5',
    where: arithmeticShift,
    text: [
      `cmp <Rn>, <Rm>${shifted} ; Rd=31`,
      `negs <Rd>, <Rm>${shifted} ; Rn=31`,
      `subs <Rd>, <Rn>, <Rm>${shifted}`,
    ],
  },
});

const extendInRange = ({ imm3 }: FieldValues) => imm3 <= 4;

export const addSubtractExtended = encodings('Add/subtract (extended register)', {
  'ADD (extended register)': {
    bits: 'sf 0 0 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 Rd:5',
    where: extendInRange,
    text: 'add <Rd|SP>, <Rn|SP>, <extended-Rm Rd>',
  },
  'ADDS (extended register)': {
    bits: 'sf 0 1 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 Rd:5',
    where: extendInRange,
    text: ['cmn <Rn|SP>, <extended-Rm> ; Rd=31', 'adds <Rd>, <Rn|SP>, <extended-Rm>'],
  },
  'SUB (extended register)': {
    bits: 'sf 1 0 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 Rd:5',
    where: extendInRange,
    text: 'sub <Rd|SP>, <Rn|SP>, <extended-Rm Rd>',
  },
  'SUBS (extended register)': {
    bits: 'sf 1 1 01011 00 1 Rm:5 option:3 imm3:3 Rn:5 Rd:5',
    where: extendInRange,
    text: ['cmp <Rn|SP>, <extended-Rm> ; Rd=31', 'subs <Rd>, <Rn|SP>, <extended-Rm>'],
  },
});

export const addSubtractCarry = encodings('Add/subtract (with carry)', {
  ADC: { bits: 'sf 0 0 11010000 Rm:5 000000 Rn:5 Rd:5', text: 'adc <Rd>, <Rn>, <Rm>' },
  ADCS: { bits: 'sf 0 1 11010000 Rm:5 000000 Rn:5 Rd:5', text: 'adcs <Rd>, <Rn>, <Rm>' },
  SBC: {
    bits: 'sf 1 0 11010000 Rm:5 000000 Rn:5 Rd:5',
    text: ['ngc <Rd>, <Rm> ; Rn=31', 'sbc <Rd>, <Rn>, <Rm>'],
  },
  SBCS: {
    bits: 'sf 1 1 11010000 Rm:5 000000 Rn:5 Rd:5',
    text: ['ngcs <Rd>, <Rm> ; Rn=31', 'sbcs <Rd>, <Rn>, <Rm>'],
  },
});

export const conditionalCompare = encodings('Conditional compare', {
  'CCMN (register)': {
    bits: 'sf 0 1 11010010 Rm:5 cond:4 0 0 Rn:5 0 nzcv:4',
    text: 'ccmn <Rn>, <Rm>, #<nzcv>, <cond>',
  },
  'CCMP (register)': {
    bits: 'sf 1 1 11010010 Rm:5 cond:4 0 0 Rn:5 0 nzcv:4',
    text: 'ccmp <Rn>, <Rm>, #<nzcv>, <cond>',
  },
  'CCMN (immediate)': {
    bits: 'sf 0 1 11010010 imm5:5 cond:4 1 0 Rn:5 0 nzcv:4',
    text: 'ccmn <Rn>, #<imm5>, #<nzcv>, <cond>',
  },
  'CCMP (immediate)': {
    bits: 'sf 1 1 11010010 imm5:5 cond:4 1 0 Rn:5 0 nzcv:4',
    text: 'ccmp <Rn>, #<imm5>, #<nzcv>, <cond>',
  },
});

export const conditionalSelect = encodings('Conditional select', {
  CSEL: { bits: 'sf 0 0 11010100 Rm:5 cond:4 0 0 Rn:5 Rd:5', text: 'csel <Rd>, <Rn>, <Rm>, <cond>' },
  CSINC: {
    bits: 'sf 0 0 11010100 Rm:5 cond:4 0 1 Rn:5 Rd:5',
    text: [
      'cset <Rd>, <inverted-cond> ; Rn=31 Rm=31',
      'cinc <Rd>, <Rn>, <inverted-cond> ; Rm=Rn',
      'csinc <Rd>, <Rn>, <Rm>, <cond>',
    ],
  },
  CSINV: {
    bits: 'sf 1 0 11010100 Rm:5 cond:4 0 0 Rn:5 Rd:5',
    text: [
      'csetm <Rd>, <inverted-cond> ; Rn=31 Rm=31',
      'cinv <Rd>, <Rn>, <inverted-cond> ; Rm=Rn',
      'csinv <Rd>, <Rn>, <Rm>, <cond>',
    ],
  },
  CSNEG: {
    bits: 'sf 1 0 11010100 Rm:5 cond:4 0 1 Rn:5 Rd:5',
    text: ['cneg <Rd>, <Rn>, <inverted-cond> ; Rm=Rn', 'csneg <Rd>, <Rn>, <Rm>, <cond>'],
  },
});

export const threeSource = encodings('Data-processing (3 source)', {
  MADD: {
    bits: 'sf 00 11011 000 Rm:5 0 Ra:5 Rn:5 Rd:5',
    text: ['mul <Rd>, <Rn>, <Rm> ; Ra=31', 'madd <Rd>, <Rn>, <Rm>, <Ra>'],
  },
  MSUB: {
    bits: 'sf 00 11011 000 Rm:5 1 Ra:5 Rn:5 Rd:5',
    text: ['mneg <Rd>, <Rn>, <Rm> ; Ra=31', 'msub <Rd>, <Rn>, <Rm>, <Ra>'],
  },
  SMADDL: {
    bits: '1 00 11011 001 Rm:5 0 Ra:5 Rn:5 Rd:5',
    text: ['smull <Xd>, <Wn>, <Wm> ; Ra=31', 'smaddl <Xd>, <Wn>, <Wm>, <Xa>'],
  },
  SMSUBL: {
    bits: '1 00 11011 001 Rm:5 1 Ra:5 Rn:5 Rd:5',
    text: ['smnegl <Xd>, <Wn>, <Wm> ; Ra=31', 'smsubl <Xd>, <Wn>, <Wm>, <Xa>'],
  },
  // The manual gives Ra of the two high multiplies as (1)(1)(1)(1)(1): any value executes.
  SMULH: { bits: '1 00 11011 010 Rm:5 0 Ra:5 Rn:5 Rd:5', text: 'smulh <Xd>, <Xn>, <Xm> ; Ra~31' },
  UMADDL: {
    bits: '1 00 11011 101 Rm:5 0 Ra:5 Rn:5 Rd:5',
    text: ['umull <Xd>, <Wn>, <Wm> ; Ra=31', 'umaddl <Xd>, <Wn>, <Wm>, <Xa>'],
  },
  UMSUBL: {
    bits: '1 00 11011 101 Rm:5 1 Ra:5 Rn:5 Rd:5',
    text: ['umnegl <Xd>, <Wn>, <Wm> ; Ra=31', 'umsubl <Xd>, <Wn>, <Wm>, <Xa>'],
  },
  UMULH: { bits: '1 00 11011 110 Rm:5 0 Ra:5 Rn:5 Rd:5', text: 'umulh <Xd>, <Xn>, <Xm> ; Ra~31' },
});

export const dataProcessingRegister = [
  ...twoSource,
  ...oneSource,
  ...logicalShifted,
  ...addSubtractShifted,
  ...addSubtractExtended,
  ...addSubtractCarry,
  ...conditionalCompare,
  ...conditionalSelect,
  ...threeSource,
];
