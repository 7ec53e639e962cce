import { describe, expect, it } from 'vitest';
import { assemble, AssemblyError } from '../assembler.js';

/** Words that LLVM 14's assembler makes: aliases that the disassembler never prints, and extremes of operands. */
const assembledByLlvm: readonly (readonly [string, number])[] = [
  ['sxtl v0.8h, v1.8b', 0x0f08_a420],
  ['uxtl2 v30.2d, v31.4s', 0x6f20_a7fe],
  ['sshll v0.4s, v1.4h, #15', 0x0f1f_a420],
  ['not v0.8b, v1.8b', 0x2e20_5820],
  ['mov v1.16b, v2.16b', 0x4ea2_1c41],
  ['mov s7, v13.s[2]', 0x5e14_05a7],
  ['dup d7, v13.d[1]', 0x5e18_05a7],
  ['ins v0.d[1], x30', 0x4e18_1fc0],
  ['ins v3.h[7], v4.h[5]', 0x6e1e_5483],
  ['mov v0.b[15], wzr', 0x4e1f_1fe0],
  ['umov w3, v0.s[3]', 0x0e1c_3c03],
  ['umov w3, v0.b[3]', 0x0e07_3c03],
  ['umov x3, v0.d[1]', 0x4e18_3c03],
  ['smov x3, v0.b[15]', 0x4e1f_2c03],
  ['tbl v0.8b, {v30.16b-v1.16b}, v2.8b', 0x0e02_63c0],
  ['tbx v0.16b, {v31.16b, v0.16b}, v2.16b', 0x4e02_33e0],
  ['movi d0, #0', 0x2f00_e400],
  ['movi v31.2d, #0xff00ff00ff00ff00', 0x6f05_e55f],
  ['movi v0.4s, #255, msl #16', 0x4f07_d7e0],
  ['mvni v0.4h, #1, lsl #8', 0x2f00_a420],
  ['orr v0.2s, #7, lsl #24', 0x0f00_74e0],
  ['bic v0.8h, #1', 0x6f00_9420],
  ['fmov d0, #0.0', 0x9e67_03e0],
  ['fmov s0, #-31.0', 0x1e37_f000],
  ['fmov d1, #0.125', 0x1e68_1001],
  ['fmov v0.4s, #1.9375', 0x4f03_f7e0],
  ['fmov x0, v1.d[1]', 0x9eae_0020],
  ['fmov v1.d[1], xzr', 0x9eaf_03e1],
  ['fmov w9, s8', 0x1e26_0109],
  ['fcmp d3, #0.0', 0x1e60_2068],
  ['fccmpe s1, s2, #15, lo', 0x1e22_343f],
  ['fcvt h1, d2', 0x1e63_c041],
  ['fcvtzs w1, d2, #32', 0x1e58_8041],
  ['scvtf d1, x2, #64', 0x9e42_0041],
  ['sshr d1, d2, #64', 0x5f40_0441],
  ['shl v1.2d, v2.2d, #63', 0x4f7f_5441],
  ['sqshrun2 v1.16b, v2.8h, #8', 0x6f08_8441],
  ['fcvtzu v1.4s, v2.4s, #1', 0x6f3f_fc41],
  ['sqdmull2 v1.4s, v2.8h, v15.h[7]', 0x4f7f_b841],
  ['fmla v1.2d, v2.2d, v31.d[1]', 0x4fdf_1841],
  ['sqrdmulh h1, h2, v3.h[4]', 0x5f43_d841],
  ['pmull2 v1.1q, v2.2d, v3.2d', 0x4ee3_e041],
  ['fcvtxn2 v1.4s, v2.2d', 0x6e61_6841],
  ['fcvtl v1.4s, v2.4h', 0x0e21_7841],
  ['saddlp v1.1d, v2.2s', 0x0ea0_2841],
  ['uaddlv d1, v2.4s', 0x6eb0_3841],
  ['faddp d1, v2.2d', 0x7e70_d841],
  ['sha1c q1, s2, v3.4s', 0x5e03_0041],
  ['aese v1.16b, v2.16b', 0x4e28_4841],
];

/** What LLVM 14's assembler refuses too. */
const refused = [
  'mov s7, v13.s[4]',
  'mov v0.d[1], w30',
  'umov w3, v0.d[1]',
  'smov w3, v0.s[1]',
  'add v0.1d, v1.1d, v2.1d',
  'add v0.8b, v1.16b, v2.8b',
  'add v32.8b, v1.8b, v2.8b',
  'add v0.4294967304b, v1.8b, v2.8b',
  'saddl v0.8h, v1.16b, v2.16b',
  'fadd v0.4h, v1.4h, v2.4h',
  'fadd h0, h1, h2',
  'fmov d0, #0.1',
  'fmov x0, s1',
  'fcvtzs w1, d2, #33',
  'sshr d1, d2, #65',
  'shl v1.8b, v2.8b, #8',
  'mul v1.4h, v2.4h, v16.h[0]',
  'mul v1.16b, v2.16b, v3.b[0]',
  'movi v0.2d, #0x1234',
  'movi v0.4s, #256',
  'tbl v0.8b, { v1.16b, v3.16b }, v2.8b',
  'tbl v0.8b, { v1.8b }, v2.8b',
  'sqrdmlah v0.4s, v1.4s, v2.4s',
];

describe('the assembler on floating-point and Advanced SIMD text', () => {
  it.each(assembledByLlvm)('%s', (text, word) => {
    expect(assemble(text)).toBe(word);
  });

  it.each(refused)('refuses %s', (text) => {
    expect(() => assemble(text)).toThrow(AssemblyError);
  });
});
