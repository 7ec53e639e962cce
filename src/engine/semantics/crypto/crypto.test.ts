import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { RegisterFile } from '../../reference/register-file.js';

/** 16 bytes as a vector register holds them. */
const vector = (bytes: Uint8Array): bigint =>
  bytes.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
const words = (...values: readonly number[]): bigint =>
  values.reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
const word = (value: bigint, index: number): number => Number((value >> BigInt(32 * index)) & 0xffff_ffffn);

/** One padded block of a SHA message of less than 56 bytes, as four vectors of big-endian words. */
function messageBlock(message: Buffer): bigint[] {
  const block = Buffer.alloc(64);
  message.copy(block);
  block[message.length] = 0x80;
  block.writeUInt32BE(message.length * 8, 60);
  return [0, 16, 32, 48].map((at) => words(...[0, 4, 8, 12].map((i) => block.readUInt32BE(at + i))));
}
const digest = (...state: readonly number[]): string =>
  state.map((value) => (value >>> 0).toString(16).padStart(8, '0')).join('');

/** The first 32 bits of the fractional parts of the cube roots of the primes (FIPS 180-4, 4.2.2). */
function roundConstants(): number[] {
  const primes: number[] = [];
  for (let n = 2; primes.length < 64; n++) if (primes.every((p) => n % p !== 0)) primes.push(n);
  return primes.map((p) => {
    // The integer cube root of p * 2^96, bit by bit.
    let root = 0n;
    for (let bit = 36n; bit >= 0n; bit--) {
      const candidate = root | (1n << bit);
      if (candidate ** 3n <= BigInt(p) << 96n) root = candidate;
    }
    return Number(root & 0xffff_ffffn);
  });
}

describe('AES', () => {
  // FIPS 197, appendix B: the state and the round key at the start of round 1, the state after MixColumns.
  it('performs a round of the example of FIPS 197', () => {
    const registers = new RegisterFile();
    registers.v[0] = vector(Buffer.from('3243f6a8885a308d313198a2e0370734', 'hex'));
    registers.v[1] = vector(Buffer.from('2b7e151628aed2a6abf7158809cf4f3c', 'hex'));
    registers.run('aese v0.16b, v1.16b');
    expect(registers.v[0]).toBe(vector(Buffer.from('d4bf5d30e0b452aeb84111f11e2798e5', 'hex')));
    registers.run('aesmc v0.16b, v0.16b');
    expect(registers.v[0]).toBe(vector(Buffer.from('046681e5e0cb199a48f8d37a2806264c', 'hex')));
    registers.run('aesimc v0.16b, v0.16b');
    registers.v[2] = 0n;
    registers.run('aesd v0.16b, v2.16b');
    const before = vector(Buffer.from('3243f6a8885a308d313198a2e0370734', 'hex'));
    expect(registers.v[0] ^ registers.v[1]).toBe(before);
  });
});

describe('SHA', () => {
  it('SHA256H and relatives hash "abc"', () => {
    const k = roundConstants();
    const registers = new RegisterFile();
    const block = messageBlock(Buffer.from('abc'));
    const initial = [
      words(0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a),
      words(0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19),
    ];
    [registers.v[0], registers.v[1]] = initial;
    block.forEach((value, i) => (registers.v[16 + i] = value));
    for (let round = 0; round < 16; round++) {
      const at = (n: number): number => 16 + ((round + n) % 4);
      registers.v[3] = words(...k.slice(4 * round, 4 * round + 4));
      registers.run(
        `add v4.4s, v${at(0)}.4s, v3.4s`,
        'mov v2.16b, v0.16b',
        'sha256h q0, q1, v4.4s',
        'sha256h2 q1, q2, v4.4s',
      );
      if (round < 12) {
        registers.run(
          `sha256su0 v${at(0)}.4s, v${at(1)}.4s`,
          `sha256su1 v${at(0)}.4s, v${at(2)}.4s, v${at(3)}.4s`,
        );
      }
    }
    registers.v[2] = initial[0];
    registers.v[3] = initial[1];
    registers.run('add v0.4s, v0.4s, v2.4s', 'add v1.4s, v1.4s, v3.4s');
    const state = [0, 1].flatMap((r) => [0, 1, 2, 3].map((i) => word(registers.v[r], i)));
    expect(digest(...state)).toBe(createHash('sha256').update('abc').digest('hex'));
  });

  it('SHA1C, SHA1P, SHA1M and relatives hash "abc"', () => {
    const registers = new RegisterFile();
    const abcd = words(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
    registers.v[0] = abcd;
    registers.v[1] = 0xc3d2e1f0n;
    messageBlock(Buffer.from('abc')).forEach((value, i) => (registers.v[16 + i] = value));
    const constants = [0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6];
    for (let round = 0; round < 20; round++) {
      const at = (n: number): number => 16 + ((round + n) % 4);
      const phase = Math.floor(round / 5);
      const constant = constants[phase];
      registers.v[3] = words(constant, constant, constant, constant);
      registers.run(
        `add v4.4s, v${at(0)}.4s, v3.4s`,
        'sha1h s2, s0',
        `sha1${'cpmp'[phase]} q0, s1, v4.4s`,
        'mov v1.16b, v2.16b',
        `sha1su0 v${at(0)}.4s, v${at(1)}.4s, v${at(2)}.4s`,
        `sha1su1 v${at(0)}.4s, v${at(3)}.4s`,
      );
    }
    registers.v[2] = abcd;
    registers.run('add v0.4s, v0.4s, v2.4s');
    const state = [0, 1, 2, 3].map((i) => word(registers.v[0], i));
    const last = (word(registers.v[1], 0) + 0xc3d2e1f0) | 0;
    expect(digest(...state, last)).toBe(createHash('sha1').update('abc').digest('hex'));
  });
});

describe('PMULL', () => {
  // GCM's hash of one block is its product with H in the field of GCM; the oracle is the tag of an empty message.
  it('gives the 128-bit products that the authentication tag of AES-GCM is made of', () => {
    const key = randomBytes(16);
    const ecb = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
    const iv = randomBytes(12);
    const hash = ecb.update(Buffer.alloc(16));
    const mask = ecb.update(Buffer.concat([iv, Buffer.from([0, 0, 0, 1])]));
    const data = randomBytes(16);
    const gcm = createCipheriv('aes-128-gcm', key, iv);
    gcm.setAAD(data);
    gcm.final();
    const lengths = Buffer.alloc(16);
    lengths.writeUInt32BE(128, 4);
    const tag = (product: (a: bigint, b: bigint) => bigint): bigint =>
      product(product(bigEndian(data), bigEndian(hash)) ^ bigEndian(lengths), bigEndian(hash)) ^
      bigEndian(mask);
    expect(tag(gcmProduct)).toBe(bigEndian(gcm.getAuthTag()));
  });
});

const bigEndian = (bytes: Uint8Array): bigint => vector(Uint8Array.from(bytes).reverse());
const reverse128 = (value: bigint): bigint =>
  BigInt(`0b${[...value.toString(2).padStart(128, '0')].reverse().join('')}`);

/** Product in GCM's field, whose numbers have x^0 at the top: four PMULL, then the reduction bit by bit. */
function gcmProduct(a: bigint, b: bigint): bigint {
  const registers = new RegisterFile();
  registers.v[0] = reverse128(a);
  registers.v[1] = reverse128(b);
  registers.v[2] = ((registers.v[1] << 64n) | (registers.v[1] >> 64n)) & ((1n << 128n) - 1n);
  registers.run(
    'pmull v3.1q, v0.1d, v1.1d',
    'pmull2 v4.1q, v0.2d, v1.2d',
    'pmull v5.1q, v0.1d, v2.1d',
    'pmull2 v6.1q, v0.2d, v2.2d',
  );
  let product = registers.v[3] ^ (registers.v[4] << 128n) ^ ((registers.v[5] ^ registers.v[6]) << 64n);
  for (let bit = 255n; bit >= 128n; bit--) {
    if ((product >> bit) & 1n) product ^= ((1n << 128n) | 0x87n) << (bit - 128n);
  }
  return reverse128(product);
}
