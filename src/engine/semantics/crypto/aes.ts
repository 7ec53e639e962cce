/** AESE, AESD, AESMC, AESIMC. Arm ARM C4.1, "Cryptographic AES"; FIPS 197. */
import type { Builder, V128 } from '../../ir/builder.js';
import { subroutine } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { Lanes } from '../simd/lanes.js';

/** Product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1. */
function multiply(a: number, b: number): number {
  let product = 0;
  for (let bit = 0, shifted = a; bit < 8; bit++) {
    if ((b >> bit) & 1) product ^= shifted;
    shifted = ((shifted << 1) ^ (shifted & 0x80 ? 0x11b : 0)) & 0xff;
  }
  return product;
}

/** The S-box: the inverse in GF(2^8), then an affine map of its bits (FIPS 197, 5.1.1). */
function substitutionBox(): number[] {
  return Array.from({ length: 256 }, (_, x) => {
    let inverse = 0;
    while (x !== 0 && multiply(x, inverse) !== 1) inverse += 1;
    const rotated = (n: number): number => ((inverse << n) | (inverse >> (8 - n))) & 0xff;
    return inverse ^ rotated(1) ^ rotated(2) ^ rotated(3) ^ rotated(4) ^ 0x63;
  });
}

function inverseSubstitutionBox(): number[] {
  return substitutionBox().reduce<number[]>((inverse, y, x) => {
    inverse[y] = x;
    return inverse;
  }, []);
}

const pack = (bytes: readonly number[]): bigint =>
  bytes.reduce((sum, byte, i) => sum | (BigInt(byte) << BigInt(8 * i)), 0n);

/** Each byte looked up in a table of 256, sixteen entries at a time: an index out of a row's range finds 0. */
function substitute(c: Builder, table: readonly number[], value: V128): V128 {
  const bytes = new Lanes(c, 8);
  const rows = Array.from({ length: 16 }, (_, row) => {
    const index = bytes.xor(value, bytes.constant(16 * row));
    return c.op('i8x16.swizzle', c.v128(pack(table.slice(16 * row, 16 * row + 16))), index);
  });
  return rows.reduce((a, b) => bytes.or(a, b));
}

/** ShiftRows or its inverse: row r of the state, kept by columns, moves by r columns. */
function shiftRows(c: Builder, value: V128, direction: 1 | -1): V128 {
  return c.shuffle(
    value,
    value,
    Array.from({ length: 16 }, (_, i) => (i + 4 * direction * (i & 3) + 16) % 16),
  );
}

for (const [name, table, direction] of [
  ['AESE', substitutionBox, 1],
  ['AESD', inverseSubstitutionBox, -1],
] as const) {
  const round = subroutine(name, ['v128'], 'v128', (c, state) =>
    shiftRows(c, substitute(c, table(), state), direction),
  );
  semantics(name, (c, { Rd, Rn }) => {
    c.requireFP();
    const state = c.op('v128.xor', c.readV(Rd, 16), c.readV(Rn, 16));
    c.writeV(Rd, 16, c.call<'v128'>(round, state));
  });
}

/** Each column rotated by `n` bytes. */
function rotateColumns(c: Builder, value: V128, n: number): V128 {
  return c.shuffle(
    value,
    value,
    Array.from({ length: 16 }, (_, i) => (i & ~3) | ((i + n) & 3)),
  );
}

/** Each byte times x. */
function timesX(bytes: Lanes, value: V128): V128 {
  const carried = bytes.ltS(value, bytes.constant(0));
  return bytes.xor(bytes.add(value, value), bytes.and(carried, bytes.constant(0x1b)));
}

/** 2 times a byte, 3 times the next, the two after that once (FIPS 197, 5.1.3). */
function mixColumns(bytes: Lanes, value: V128): V128 {
  const { c } = bytes;
  const [next, third, fourth] = [1, 2, 3].map((n) => rotateColumns(c, value, n));
  const doubled = timesX(bytes, bytes.xor(value, next));
  return bytes.xor(bytes.xor(doubled, next), bytes.xor(third, fourth));
}

semantics('AESMC', (c, { Rd, Rn }) => {
  c.requireFP();
  c.writeV(Rd, 16, mixColumns(new Lanes(c, 8), c.readV(Rn, 16)));
});
semantics('AESIMC', (c, { Rd, Rn }) => {
  c.requireFP();
  const bytes = new Lanes(c, 8);
  const value = c.readV(Rn, 16);
  // The inverse matrix is the matrix times {4}x^2 + {5}.
  const quadrupled = timesX(bytes, timesX(bytes, bytes.xor(value, rotateColumns(c, value, 2))));
  c.writeV(Rd, 16, mixColumns(bytes, bytes.xor(value, quadrupled)));
});
