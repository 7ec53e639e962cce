import { describe, expect, it } from 'vitest';
import { CF, NF, VF, ZF } from '../../layout.js';
import { RegisterFile } from '../../reference/register-file.js';

const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const s64 = (value: bigint): bigint => BigInt.asIntN(64, value);
const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);

const MIN = 1n << 63n;
const edges = [
  0n,
  1n,
  2n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  MIN - 1n,
  MIN,
  MIN + 1n,
  u64(-2n),
  u64(-1n),
];
const pairs = edges.flatMap((a) => edges.map((b) => [a, b] as const));

/** Runs an instruction with X1 and X2 given and answers X0. */
function result(text: string, x1: bigint, x2 = 0n): bigint {
  const registers = new RegisterFile();
  [registers.x[1], registers.x[2]] = [x1, x2];
  return registers.run(text).x[0];
}

/** PSTATE.NZCV as four digits. */
function flags(registers: RegisterFile): string {
  const n = s64(registers.getCell(NF)) < 0n;
  const v = s64(registers.getCell(VF)) < 0n;
  const z = registers.getCell(ZF) === 0n;
  return [n, z, registers.getCell(CF) !== 0n, v].map(Number).join('');
}

describe('multiplication and division', () => {
  it('UMULH and SMULH give the upper half of the 128-bit product', () => {
    for (const [a, b] of pairs) {
      expect(result('umulh x0, x1, x2', a, b)).toBe((a * b) >> 64n);
      expect(result('smulh x0, x1, x2', a, b)).toBe(u64((s64(a) * s64(b)) >> 64n));
    }
  });
  it('UDIV and SDIV round towards zero; a divisor of zero gives zero, the minimum by -1 the minimum', () => {
    for (const [a, b] of pairs) {
      expect(result('udiv x0, x1, x2', a, b)).toBe(b === 0n ? 0n : a / b);
      expect(result('sdiv x0, x1, x2', a, b)).toBe(b === 0n ? 0n : u64(s64(a) / s64(b)));
    }
    expect(result('sdiv w0, w1, w2', 0x8000_0000n, 0xffff_ffffn)).toBe(0x8000_0000n);
  });
});

describe('flags', () => {
  /** AddWithCarry() of the manual, whose overflow and carry compare with the unbounded sums. */
  function addWithCarry(a: bigint, b: bigint, carry: bigint): { sum: bigint; nzcv: string } {
    const sum = u64(a + b + carry);
    const c = sum !== a + b + carry;
    const v = s64(sum) !== s64(a) + s64(b) + carry;
    return { sum, nzcv: [s64(sum) < 0n, sum === 0n, c, v].map(Number).join('') };
  }
  it.each([
    ['adds x0, x1, x2', 0n, false, 0n],
    ['subs x0, x1, x2', 1n, true, 0n],
    ['adcs x0, x1, x2', 0n, false, 0n],
    ['adcs x0, x1, x2', 1n, false, 1n],
    ['sbcs x0, x1, x2', 0n, true, 0n],
    ['sbcs x0, x1, x2', 1n, true, 1n],
  ])('%s with carry %s', (text, carry, inverts, carryIn) => {
    for (const [a, b] of pairs) {
      const registers = new RegisterFile();
      [registers.x[1], registers.x[2]] = [a, b];
      registers.setCell(CF, carryIn);
      registers.run(text);
      const { sum, nzcv } = addWithCarry(a, inverts ? u64(~b) : b, carry);
      expect([registers.x[0], flags(registers)]).toEqual([sum, nzcv]);
    }
  });
  it('CCMP compares if the condition holds and sets its immediate otherwise', () => {
    const registers = new RegisterFile();
    [registers.x[1], registers.x[2]] = [5n, 5n];
    expect(flags(registers.run('cmp x1, x2', 'ccmp x1, #6, #0, eq'))).toBe('1000');
    expect(flags(registers.run('cmp x1, x2', 'ccmp x1, #6, #5, ne'))).toBe('0101');
  });
});

describe('bits', () => {
  const pattern = 0x0123_4567_89ab_cdefn;
  it('moves bit fields', () => {
    expect(result('ubfx x0, x1, #4, #12', pattern)).toBe(0xcden);
    expect(result('sbfx x0, x1, #4, #12', pattern)).toBe(u64(-0x322n));
    expect(result('ubfiz x0, x1, #60, #4', pattern)).toBe(0xf000_0000_0000_0000n);
    expect(result('sbfiz w0, w1, #8, #8', pattern)).toBe(0xffff_ef00n);
    expect(result('lsl x0, x1, #8', pattern)).toBe(u64(pattern << 8n));
    expect(result('asr w0, w1, #31', pattern)).toBe(0xffff_ffffn);
    const registers = new RegisterFile();
    [registers.x[0], registers.x[1]] = [u64(-1n), pattern];
    expect(registers.run('bfi x0, x1, #8, #16').x[0]).toBe(0xffff_ffff_ffcd_efffn);
    expect(registers.run('bfxil x0, x1, #56, #8').x[0]).toBe(0xffff_ffff_ffcd_ef01n);
  });
  it('EXTR takes a register out of two, ROR out of one', () => {
    for (const lsb of [0n, 1n, 31n, 63n]) {
      const expected = u64(((pattern << 64n) | MIN) >> lsb);
      expect(result(`extr x0, x1, x2, #${lsb}`, pattern, MIN)).toBe(expected);
      expect(result(`ror x0, x1, #${lsb}`, pattern)).toBe(u64(((pattern << 64n) | pattern) >> lsb));
    }
  });
  it('reverses and counts', () => {
    const bits = (value: bigint): string => value.toString(2).padStart(64, '0');
    for (const a of [...edges, pattern]) {
      const text = bits(a);
      const bytes = text.match(/.{8}/g) ?? [];
      expect(result('rbit x0, x1', a)).toBe(BigInt(`0b${[...text].reverse().join('')}`));
      expect(result('rev x0, x1', a)).toBe(BigInt(`0b${[...bytes].reverse().join('')}`));
      expect(result('clz x0, x1', a)).toBe(BigInt(text.length - text.replace(/^0+/, '').length));
      const sign = /^(0+|1+)/.exec(text)?.[0].length ?? 0;
      expect(result('cls x0, x1', a)).toBe(BigInt(sign - 1));
    }
    expect(result('rev16 x0, x1', pattern)).toBe(0x2301_6745_ab89_efcdn);
    expect(result('rev32 x0, x1', pattern)).toBe(0x6745_2301_efcd_ab89n);
    expect(result('rbit w0, w1', 1n)).toBe(0x8000_0000n);
  });
  it('takes variable shift counts modulo the width', () => {
    expect(result('lsl x0, x1, x2', 1n, 65n)).toBe(2n);
    expect(result('lsr w0, w1, w2', 0x8000_0000n, 33n)).toBe(0x4000_0000n);
    expect(result('asr x0, x1, x2', MIN, 127n)).toBe(u64(-1n));
    expect(result('ror w0, w1, w2', 1n, 1n)).toBe(0x8000_0000n);
  });
  it('extends and shifts second operands', () => {
    expect(result('add x0, x1, w2, sxtb #4', 1n, 0x80n)).toBe(u64(1n - 0x800n));
    expect(result('sub w0, w1, w2, uxth', 0n, 0x1_ffffn)).toBe(u32(-0xffffn));
    expect(result('orn x0, x1, x2, lsr #60', 0n, MIN)).toBe(u64(~8n));
    expect(result('eor w0, w1, w2, ror #4', 0n, 0xfn)).toBe(0xf000_0000n);
  });
});
