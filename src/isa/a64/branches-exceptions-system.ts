/** "Branches, exception generating and system instructions", Arm ARM C4.1. */
import { encodings } from '../table.js';

export const branches = encodings('Branches', {
  'B.cond': {
    bits: '0101010 0 imm19:19 0 cond:4',
    text: ['b.<cond> <label imm19 *4>', 'b<cond> <label imm19 *4>'],
  },
  B: { bits: '000101 imm26:26', text: 'b <label imm26 *4>' },
  BL: { bits: '100101 imm26:26', text: 'bl <label imm26 *4>' },
  CBZ: { bits: 'sf 011010 0 imm19:19 Rt:5', text: 'cbz <Rt>, <label imm19 *4>' },
  CBNZ: { bits: 'sf 011010 1 imm19:19 Rt:5', text: 'cbnz <Rt>, <label imm19 *4>' },
  // `immb40` is the manual's `b40`, the tested bit's number without its top bit `b5`.
  TBZ: {
    bits: 'b5 011011 0 immb40:5 imm14:14 Rt:5',
    text: ['tbz <Wt>, #<immb40>, <label imm14 *4> ; b5=0', 'tbz <Xt>, #<b5:immb40>, <label imm14 *4>'],
  },
  TBNZ: {
    bits: 'b5 011011 1 immb40:5 imm14:14 Rt:5',
    text: ['tbnz <Wt>, #<immb40>, <label imm14 *4> ; b5=0', 'tbnz <Xt>, #<b5:immb40>, <label imm14 *4>'],
  },
  BR: { bits: '1101011 0000 11111 000000 Rn:5 00000', text: 'br <Xn>' },
  BLR: { bits: '1101011 0001 11111 000000 Rn:5 00000', text: 'blr <Xn>' },
  RET: { bits: '1101011 0010 11111 000000 Rn:5 00000', text: ['ret ; Rn=30', 'ret <Xn>'] },
  ERET: { bits: '1101011 0100 11111 000000 11111 00000', text: 'eret' },
  DRPS: { bits: '1101011 0101 11111 000000 11111 00000', text: 'drps' },
});

export const exceptionGeneration = encodings('Exception generation', {
  SVC: { bits: '11010100 000 imm16:16 00001', text: 'svc #<imm16 hex>' },
  HVC: { bits: '11010100 000 imm16:16 00010', text: 'hvc #<imm16 hex>' },
  SMC: { bits: '11010100 000 imm16:16 00011', text: 'smc #<imm16 hex>' },
  BRK: { bits: '11010100 001 imm16:16 00000', text: 'brk #<imm16 hex>' },
  HLT: { bits: '11010100 010 imm16:16 00000', text: 'hlt #<imm16 hex>' },
  DCPS1: { bits: '11010100 101 imm16:16 00001', text: 'dcps1( #<imm16 hex>)' },
  DCPS2: { bits: '11010100 101 imm16:16 00010', text: 'dcps2( #<imm16 hex>)' },
  DCPS3: { bits: '11010100 101 imm16:16 00011', text: 'dcps3( #<imm16 hex>)' },
});

export const hints = encodings('Hints', {
  HINT: {
    bits: '11010101000000110010 CRm:4 op2:3 11111',
    text: ['dgh ; CRm=0 op2=6', 'csdb ; CRm=2 op2=4', 'hint #<CRm:op2>'],
  },
  NOP: { bits: '11010101000000110010 0000 000 11111', text: 'nop' },
  YIELD: { bits: '11010101000000110010 0000 001 11111', text: 'yield' },
  WFE: { bits: '11010101000000110010 0000 010 11111', text: 'wfe' },
  WFI: { bits: '11010101000000110010 0000 011 11111', text: 'wfi' },
  SEV: { bits: '11010101000000110010 0000 100 11111', text: 'sev' },
  SEVL: { bits: '11010101000000110010 0000 101 11111', text: 'sevl' },
});

export const barriers = encodings('Barriers', {
  CLREX: { bits: '11010101000000110011 CRm:4 010 11111', text: ['clrex ; CRm=15', 'clrex #<CRm>'] },
  DSB: {
    bits: '11010101000000110011 CRm:4 100 11111',
    text: ['ssbb ; CRm=0', 'pssbb ; CRm=4', 'dsb <barrier>'],
  },
  DMB: { bits: '11010101000000110011 CRm:4 101 11111', text: 'dmb <barrier>' },
  ISB: { bits: '11010101000000110011 CRm:4 110 11111', text: ['isb ; CRm=15', 'isb #<CRm>'] },
});

export const system = encodings('System instructions and register moves', {
  // PSTATE fields of ARMv8.0: SPSel, DAIFSet, DAIFClr.
  'MSR (immediate)': {
    bits: '1101010100000 op1:3 0100 CRm:4 op2:3 11111',
    where: ({ op1, op2 }) => (op1 === 0 && op2 === 5) || (op1 === 3 && op2 >= 6),
    text: 'msr <pstate-field>, #<CRm>',
  },
  SYS: {
    bits: '1101010100 0 01 op1:3 CRn:4 CRm:4 op2:3 Rt:5',
    text: [
      '<system-op>, <Xt>',
      '<system-op-without-register> ; Rt~31',
      'sys #<op1>, <Cn>, <Cm>, #<op2> ; Rt=31',
      'sys #<op1>, <Cn>, <Cm>, #<op2>, <Xt>',
    ],
  },
  SYSL: {
    bits: '1101010100 1 01 op1:3 CRn:4 CRm:4 op2:3 Rt:5',
    text: 'sysl <Xt>, #<op1>, <Cn>, <Cm>, #<op2>',
  },
  // op0 of the register is 2 + `o0`.
  'MSR (register)': {
    bits: '1101010100 0 1 o0 op1:3 CRn:4 CRm:4 op2:3 Rt:5',
    text: 'msr <written-system-register>, <Xt>',
  },
  MRS: {
    bits: '1101010100 1 1 o0 op1:3 CRn:4 CRm:4 op2:3 Rt:5',
    text: 'mrs <Xt>, <read-system-register>',
  },
});

export const branchesExceptionsSystem = [
  ...branches,
  ...exceptionGeneration,
  ...hints,
  ...barriers,
  ...system,
];
