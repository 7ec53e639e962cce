/** "Data processing -- immediate", Arm ARM C4.1. */
import { encodings } from '../table.js';
import { isLogicalImmediate } from '../bitmask.js';
import type { FieldValues } from '../encoding.js';

export const pcRelative = encodings('PC-rel. addressing', {
  ADR: { bits: '0 immlo:2 10000 immhi:19 Rd:5', text: 'adr <Xd>, <label immhi:immlo>' },
  ADRP: { bits: '1 immlo:2 10000 immhi:19 Rd:5', text: 'adrp <Xd>, <page immhi:immlo>' },
});

/**
 * The ways to write the immediate after `head`. The assembler also takes a multiple of 4096 without its shift,
 * and a negative number for the opposite instruction.
 */
function immediateForms(head: string, opposite: string, condition = ''): string[] {
  return [
    `${head}, #<imm12>(, lsl #<sh *12>) ; ${condition}`,
    `${head}, #<imm12 *4096> ; sh=1 ${condition}`,
    `${opposite}, #<imm12 *-1> ; sh=0 imm12!=0 ${condition}`,
  ];
}

export const addSubtractImmediate = encodings('Add/subtract (immediate)', {
  'ADD (immediate)': {
    bits: 'sf 0 0 100010 sh imm12:12 Rn:5 Rd:5',
    text: [
      'mov <Rd|SP>, <Rn|SP> ; imm12=0 sh=0 Rd=31',
      'mov <Rd|SP>, <Rn|SP> ; imm12=0 sh=0 Rn=31',
      ...immediateForms('add <Rd|SP>, <Rn|SP>', 'sub <Rd|SP>, <Rn|SP>'),
    ],
  },
  'ADDS (immediate)': {
    bits: 'sf 0 1 100010 sh imm12:12 Rn:5 Rd:5',
    text: [
      ...immediateForms('cmn <Rn|SP>', 'cmp <Rn|SP>', 'Rd=31'),
      ...immediateForms('adds <Rd>, <Rn|SP>', 'subs <Rd>, <Rn|SP>'),
    ],
  },
  'SUB (immediate)': {
    bits: 'sf 1 0 100010 sh imm12:12 Rn:5 Rd:5',
    text: immediateForms('sub <Rd|SP>, <Rn|SP>', 'add <Rd|SP>, <Rn|SP>'),
  },
  'SUBS (immediate)': {
    bits: 'sf 1 1 100010 sh imm12:12 Rn:5 Rd:5',
    text: [
      ...immediateForms('cmp <Rn|SP>', 'cmn <Rn|SP>', 'Rd=31'),
      ...immediateForms('subs <Rd>, <Rn|SP>', 'adds <Rd>, <Rn|SP>'),
    ],
  },
});

const isBitmask = ({ sf, N, imms }: FieldValues) => isLogicalImmediate(N, imms, sf);

export const logicalImmediate = encodings('Logical (immediate)', {
  'AND (immediate)': {
    bits: 'sf 00 100100 N immr:6 imms:6 Rn:5 Rd:5',
    where: isBitmask,
    text: 'and <Rd|SP>, <Rn>, #<bitmask>',
  },
  'ORR (immediate)': {
    bits: 'sf 01 100100 N immr:6 imms:6 Rn:5 Rd:5',
    where: isBitmask,
    text: ['mov <Rd|SP>, #<mov-bitmask> ; Rn=31', 'orr <Rd|SP>, <Rn>, #<bitmask>'],
  },
  'EOR (immediate)': {
    bits: 'sf 10 100100 N immr:6 imms:6 Rn:5 Rd:5',
    where: isBitmask,
    text: 'eor <Rd|SP>, <Rn>, #<bitmask>',
  },
  'ANDS (immediate)': {
    bits: 'sf 11 100100 N immr:6 imms:6 Rn:5 Rd:5',
    where: isBitmask,
    text: ['tst <Rn>, #<bitmask> ; Rd=31', 'ands <Rd>, <Rn>, #<bitmask>'],
  },
});

const isHalfword = ({ sf, hw }: FieldValues) => sf === 1 || hw < 2;
const shiftedImm16 = '#<imm16>(, lsl #<hw *16>)';

export const moveWide = encodings('Move wide (immediate)', {
  MOVN: {
    bits: 'sf 00 100101 hw:2 imm16:16 Rd:5',
    where: isHalfword,
    text: ['mov <Rd>, #<mov-inverted>', `movn <Rd>, ${shiftedImm16}`],
  },
  MOVZ: {
    bits: 'sf 10 100101 hw:2 imm16:16 Rd:5',
    where: isHalfword,
    text: ['mov <Rd>, #<mov-wide>', `movz <Rd>, ${shiftedImm16}`],
  },
  MOVK: {
    bits: 'sf 11 100101 hw:2 imm16:16 Rd:5',
    where: isHalfword,
    text: `movk <Rd>, ${shiftedImm16}`,
  },
});

const isBitfield = ({ sf, N, immr, imms }: FieldValues) => N === sf && (sf === 1 || (immr < 32 && imms < 32));

export const bitfield = encodings('Bitfield', {
  SBFM: {
    bits: 'sf 00 100110 N immr:6 imms:6 Rn:5 Rd:5',
    where: isBitfield,
    text: [
      'asr <Rd>, <Rn>, #<immr> ; sf=0 N=0 imms=31',
      'asr <Rd>, <Rn>, #<immr> ; sf=1 N=1 imms=63',
      'sxtb <Rd>, <Wn> ; N=sf immr=0 imms=7',
      'sxth <Rd>, <Wn> ; N=sf immr=0 imms=15',
      'sxtw <Xd>, <Wn> ; sf=1 N=1 immr=0 imms=31',
      'sbfiz <Rd>, <Rn>, #<bf-lsb>, #<imms +1> ; N=sf imms<immr',
      'sbfx <Rd>, <Rn>, #<immr>, #<bf-width> ; N=sf',
      'sbfm <Rd>, <Rn>, #<immr>, #<imms> ; N=sf',
    ],
  },
  BFM: {
    bits: 'sf 01 100110 N immr:6 imms:6 Rn:5 Rd:5',
    where: isBitfield,
    text: [
      'bfi <Rd>, <Rn>, #<bf-lsb>, #<imms +1> ; N=sf imms<immr',
      'bfxil <Rd>, <Rn>, #<immr>, #<bf-width> ; N=sf',
      'bfm <Rd>, <Rn>, #<immr>, #<imms> ; N=sf',
    ],
  },
  UBFM: {
    bits: 'sf 10 100110 N immr:6 imms:6 Rn:5 Rd:5',
    where: isBitfield,
    text: [
      'lsr <Rd>, <Rn>, #<immr> ; sf=0 N=0 imms=31',
      'lsr <Rd>, <Rn>, #<immr> ; sf=1 N=1 imms=63',
      'lsl <Rd>, <Rn>, #<lsl-amount> ; N=sf',
      'uxtb <Wd>, <Wn> ; sf=0 N=0 immr=0 imms=7',
      'uxth <Wd>, <Wn> ; sf=0 N=0 immr=0 imms=15',
      'ubfiz <Rd>, <Rn>, #<bf-lsb>, #<imms +1> ; N=sf imms<immr',
      'ubfx <Rd>, <Rn>, #<immr>, #<bf-width> ; N=sf',
      'ubfm <Rd>, <Rn>, #<immr>, #<imms> ; N=sf',
      'lsl <Wd>, <Wn>, #0 ; sf=0 N=0 immr=0 imms=31',
      'lsl <Xd>, <Xn>, #0 ; sf=1 N=1 immr=0 imms=63',
    ],
  },
});

export const extract = encodings('Extract', {
  EXTR: {
    bits: 'sf 00 100111 N 0 Rm:5 imms:6 Rn:5 Rd:5',
    where: ({ sf, N, imms }) => N === sf && (sf === 1 || imms < 32),
    text: ['ror <Rd>, <Rn>, #<imms> ; N=sf Rm=Rn', 'extr <Rd>, <Rn>, <Rm>, #<imms> ; N=sf'],
  },
});

export const dataProcessingImmediate = [
  ...pcRelative,
  ...addSubtractImmediate,
  ...logicalImmediate,
  ...moveWide,
  ...bitfield,
  ...extract,
];
