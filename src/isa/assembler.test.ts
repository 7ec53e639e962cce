import { describe, expect, it } from 'vitest';
import { assemble, AssemblyError } from './assembler.js';

/** What GNU as 2.40 makes of these for `-march=armv8-a+crc+crypto`. */
const BY_GNU_AS: Readonly<Record<string, number>> = {
  'ADD X0, X1, #0x10': 0x9100_4020,
  'add x0,x1,x2': 0x8b02_0020,
  'add sp , sp , 16': 0x9100_43ff,
  'add x0, x1, x2, lsl 3': 0x8b02_0c20,
  'add x0, sp, x2': 0x8b22_63e0,
  'add x0, x1, w2, sxtw #2': 0x8b22_c820,
  'sub x0, x1, #4096': 0xd140_0420,
  'cmp x1, #5': 0xf100_143f,
  'cmp sp, x2': 0xeb22_63ff,
  'cmn w3, w4, lsr #7': 0x2b44_1c7f,
  'neg x1, x2, asr #3': 0xcb82_0fe1,
  'mov x0, #0': 0xd280_0000,
  'mov x0, #-1': 0x9280_0000,
  'mov w0, #0xffff0000': 0x52bf_ffe0,
  'mov x0, #0xff00ff00ff00ff00': 0xb208_9fe0,
  'mov x0, #0x12340000': 0xd2a2_4680,
  'mov x0, sp': 0x9100_03e0,
  'mov x29, x30': 0xaa1e_03fd,
  'movk x1, #0xbeef, lsl #48': 0xf2f7_dde1,
  'movz x1, #0, lsl #16': 0xd2a0_0001,
  'and x0, x1, #-16': 0x927c_ec20,
  'tst w0, #0x80000000': 0x7201_001f,
  'lsl x0, x1, #0': 0xd340_fc20,
  'lsl x0, x1, #63': 0xd341_0020,
  'lsr w0, w1, #31': 0x531f_7c20,
  'ror x0, x1, #5': 0x93c1_1420,
  'bfi x0, x1, #4, #8': 0xb37c_1c20,
  'bfxil x0, x1, #4, #8': 0xb344_2c20,
  'sbfiz w0, w1, #3, #5': 0x131d_1020,
  'ubfx x0, x1, #63, #1': 0xd37f_fc20,
  'sxtw x0, w1': 0x9340_7c20,
  'uxtb w0, w1': 0x5300_1c20,
  'cset x0, cs': 0x9a9f_37e0,
  'csetm w0, ne': 0x5a9f_03e0,
  'cinc x0, x1, lo': 0x9a81_2420,
  'cneg w0, w1, mi': 0x5a81_5420,
  'csel x0, x1, x2, al': 0x9a82_e020,
  'ccmp x0, #31, #15, ge': 0xfa5f_a80f,
  'mul x0, x1, x2': 0x9b02_7c20,
  'umulh x0, x1, x2': 0x9bc2_7c20,
  'smnegl x0, w1, w2': 0x9b22_fc20,
  'ldr x0, [x1]': 0xf940_0020,
  'ldr x0, [x1, #8]': 0xf940_0420,
  'ldr x0, [x1, x2]': 0xf862_6820,
  'ldr x0, [x1, x2, lsl #3]': 0xf862_7820,
  'ldr w0, [x1, w2, uxtw #2]': 0xb862_5820,
  'ldrb w0, [x1, x2, lsl #0]': 0x3862_7820,
  'ldrb w0, [x1, w2, sxtw]': 0x3862_c820,
  'ldr x0, [sp], #16': 0xf841_07e0,
  'ldr x0, [sp, #-16]!': 0xf85f_0fe0,
  'ldrsh x0, [x1, #2]': 0x7980_0420,
  'ldrsw x0, [x1, #-4]!': 0xb89f_cc20,
  'ldur x0, [x1, #-8]': 0xf85f_8020,
  'stp x29, x30, [sp, #-16]!': 0xa9bf_7bfd,
  'ldp x29, x30, [sp], #16': 0xa8c1_7bfd,
  'stp q0, q1, [x0, #32]': 0xad01_0400,
  'ldp s0, s1, [x0]': 0x2d40_0400,
  'ldr q0, [x1, #16]': 0x3dc0_0420,
  'str b0, [x1, x2]': 0x3c22_6820,
  'prfm pldl1keep, [x0, #8]': 0xf980_0400,
  'prfm #6, [x0]': 0xf980_0006,
  'ldxr x0, [x1]': 0xc85f_7c20,
  'stlxr w2, x0, [x1]': 0xc802_fc20,
  'ldaxp x0, x1, [sp]': 0xc87f_87e0,
  'ld1 {v0.16b}, [x0]': 0x4c40_7000,
  'ld1 { v0.8b - v3.8b }, [x0], #32': 0x0cdf_2000,
  'ld4 {v30.4s, v31.4s, v0.4s, v1.4s}, [sp], x5': 0x4cc5_0bfe,
  'st1 {v7.d}[1], [x3], #8': 0x4d9f_8467,
  'ld3r {v0.2d, v1.2d, v2.2d}, [x0], #24': 0x4ddf_ec00,
  'cbz w0, #8': 0x3400_0040,
  'tbnz x0, #33, #-4': 0xb70f_ffe0,
  'b.eq #16': 0x5400_0080,
  'bcs #8': 0x5400_0042,
  ret: 0xd65f_03c0,
  'ret x1': 0xd65f_0020,
  'svc #0': 0xd400_0001,
  'brk #0x800': 0xd421_0000,
  'dmb ish': 0xd503_3bbf,
  'dsb sy': 0xd503_3f9f,
  isb: 0xd503_3fdf,
  clrex: 0xd503_3f5f,
  'hint #3': 0xd503_207f,
  wfi: 0xd503_207f,
  'mrs x0, currentel': 0xd538_4240,
  'mrs x0, s3_1_c15_c2_1': 0xd539_f220,
  'msr daifset, #2': 0xd503_42df,
  'msr spsel, #1': 0xd500_41bf,
  'msr sctlr_el1, x0': 0xd518_1000,
  'dc zva, x0': 0xd50b_7420,
  'dc civac, x5': 0xd50b_7e25,
  'ic iallu': 0xd508_751f,
  'tlbi vmalle1is': 0xd508_831f,
  'tlbi vae1, x3': 0xd508_8723,
  'at s1e1r, x0': 0xd508_7800,
  'sys #3, c7, c4, #1, x0': 0xd50b_7420,
  'fmov d0, #1.0': 0x1e6e_1000,
  'fmov s0, #-0.5': 0x1e3c_1000,
  'fmov x0, d1': 0x9e66_0020,
  'fmov v1.d[1], x2': 0x9eaf_0041,
  'fadd v0.4s, v1.4s, v2.4s': 0x4e22_d420,
  'fcmp d0, #0.0': 0x1e60_2008,
  'fcvtzs w0, s1, #4': 0x1e18_f020,
  'fmla v0.2d, v1.2d, v2.d[1]': 0x4fc2_1820,
  'movi v0.4s, #1, lsl #8': 0x4f00_2420,
  'movi d0, #0xff00ff00ff00ff00': 0x2f05_e540,
  'mvni v0.4s, #3, msl #16': 0x6f00_d460,
  'mov v0.16b, v1.16b': 0x4ea1_1c20,
  'mov w0, v1.s[2]': 0x0e14_3c20,
  'mov v0.h[3], w5': 0x4e0e_1ca0,
  'dup v0.2d, x1': 0x4e08_0c20,
  'tbl v0.16b, {v1.16b, v2.16b}, v3.16b': 0x4e03_2020,
  'sshll2 v0.8h, v1.16b, #3': 0x4f0b_a420,
  'ushr d0, d1, #64': 0x7f40_0420,
  'sqrdmulh h0, h1, v2.h[7]': 0x5f72_d820,
  'pmull2 v0.1q, v1.2d, v2.2d': 0x4ee2_e020,
  'aese v0.16b, v1.16b': 0x4e28_4820,
  'sha256h q0, q1, v2.4s': 0x5e02_4020,
  'crc32cx w0, w1, x2': 0x9ac2_5c20,
  'add x0, x1, #-8': 0xd100_2020,
  'sub w0, w1, #-1': 0x1100_0420,
  'cmp x1, #-5': 0xb100_143f,
  'cmn wsp, #-4095': 0x713f_ffff,
  'adds x3, x4, #0x5000': 0xb140_1483,
  'subs x0, x1, #0': 0xf100_0020,
};

describe('assemble', () => {
  it.each(Object.entries(BY_GNU_AS))('%s', (text, word) => {
    expect(assemble(text).toString(16)).toBe(word.toString(16));
  });

  it('reads labels as absolute addresses where the instruction has one', () => {
    expect(assemble('b 0xffffffc007fffffc', 0xffff_ffc0_0800_0000n)).toBe(0x17ff_ffff);
    expect(assemble('b #-4', 0xffff_ffc0_0800_0000n)).toBe(0x17ff_ffff);
    expect(assemble('b 0x0', 0xffff_ffff_ffff_fffcn)).toBe(0x1400_0001);
    expect(assemble('adrp x23, 0x200000', 0x119_0008n)).toBe(0x90ff_8397);
  });

  it.each([
    'add x0, x1, #4096, lsl #13',
    'add x0, w1, x2',
    'mov x0, #0x123456789',
    'ldr x0, [x1, #7, lsl #1]',
    'ldp x0, x1, [sp, #4]',
    'b #2',
    'b #0x8000000',
    'and w0, w1, #0',
    'fadd h0, h1, h2',
    'ldadd x0, x1, [x2]',
    'msr midr_el1x, x0',
    'x31',
    '',
  ])('refuses %j', (text) => {
    expect(() => assemble(text)).toThrow(AssemblyError);
  });
});

describe('assemble, given damaged text', () => {
  const damage = [
    '',
    ',',
    ' ',
    '#',
    '[',
    ']',
    '{',
    '}',
    '!',
    '-',
    '0x',
    '99999999999999999999',
    'x31',
    'v',
    '.',
    '\n',
  ];

  it('gives a word or throws AssemblyError', () => {
    for (const text of Object.keys(BY_GNU_AS)) {
      for (let at = 0; at < text.length; at += 3) {
        for (const piece of damage) {
          const damaged = text.slice(0, at) + piece + text.slice(at + 1);
          try {
            const word = assemble(damaged);
            expect(word >>> 0).toBe(word);
          } catch (error) {
            expect(error, damaged).toBeInstanceOf(AssemblyError);
          }
        }
      }
    }
  });
});
