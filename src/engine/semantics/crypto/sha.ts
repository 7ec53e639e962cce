/**
 * SHA1 and SHA256 rounds and schedules. Arm ARM C4.1, "Cryptographic three-register SHA", "two-register SHA"; shared
 * pseudocode SHA256hash(), SHAchoose() and others; FIPS 180-4.
 */
import type { Builder, I32, V128 } from '../../ir/builder.js';
import { semantics } from '../registry.js';
import { Lanes } from '../simd/lanes.js';

/** The four words of a vector. */
function words(c: Builder, value: V128): I32[] {
  const lanes = new Lanes(c, 32);
  return [0, 1, 2, 3].map((i) => lanes.extract(false, value, i) as I32);
}
function vector(c: Builder, values: readonly I32[]): V128 {
  const lanes = new Lanes(c, 32);
  return values.reduce<V128>((sum, value, i) => lanes.replace(sum, i, value), c.v128(0n));
}

const rotateLeft = (c: Builder, a: I32, n: number): I32 => c.rotr(a, 32 - n);
const sum = (c: Builder, ...values: readonly I32[]): I32 => values.reduce((a, b) => c.add(a, b));

const choose = (c: Builder, x: I32, y: I32, z: I32): I32 => c.xor(c.and(c.xor(y, z), x), z);
const majority = (c: Builder, x: I32, y: I32, z: I32): I32 => c.or(c.and(x, y), c.and(c.or(x, y), z));
const parity = (c: Builder, x: I32, y: I32, z: I32): I32 => c.xor(c.xor(x, y), z);

for (const [name, mix] of [
  ['SHA1C', choose],
  ['SHA1P', parity],
  ['SHA1M', majority],
] as const) {
  semantics(name, (c, { Rd, Rn, Rm }) => {
    c.requireFP();
    let [a, b, d, e] = words(c, c.readV(Rd, 16));
    let last = c.readV(Rn, 4);
    for (const word of words(c, c.readV(Rm, 16))) {
      const first = sum(c, last, rotateLeft(c, a, 5), mix(c, b, d, e), word);
      [a, b, d, e, last] = [first, a, rotateLeft(c, b, 30), d, e];
    }
    c.writeV(Rd, 16, vector(c, [a, b, d, e]));
  });
}

semantics('SHA1H', (c, { Rd, Rn }) => {
  c.requireFP();
  c.writeV(Rd, 4, rotateLeft(c, c.readV(Rn, 4), 30));
});
semantics('SHA1SU0', (c, { Rd, Rn, Rm }) => {
  c.requireFP();
  const lanes = new Lanes(c, 64);
  const d = c.readV(Rd, 16);
  const middle = lanes.choose(d, c.readV(Rn, 16), [1, 2]);
  c.writeV(Rd, 16, lanes.xor(lanes.xor(middle, d), c.readV(Rm, 16)));
});
semantics('SHA1SU1', (c, { Rd, Rn }) => {
  c.requireFP();
  const [, n1, n2, n3] = words(c, c.readV(Rn, 16));
  const [d0, d1, d2, d3] = words(c, c.readV(Rd, 16));
  const first = c.xor(d0, n1);
  c.writeV(
    Rd,
    16,
    vector(c, [
      rotateLeft(c, first, 1),
      rotateLeft(c, c.xor(d1, n2), 1),
      rotateLeft(c, c.xor(d2, n3), 1),
      c.xor(rotateLeft(c, d3, 1), rotateLeft(c, first, 2)),
    ]),
  );
});

/** XOR of three rotations to the right; the last is a shift if `shifts`. */
function sigma(c: Builder, x: I32, a: number, b: number, last: number, shifts: boolean): I32 {
  const third = shifts ? c.shrU(x, last) : c.rotr(x, last);
  return c.xor(c.xor(c.rotr(x, a), c.rotr(x, b)), third);
}

/** SHA256hash(): four rounds. x holds a to d, y holds e to h. */
function sha256Rounds(c: Builder, x: V128, y: V128, schedule: V128): { x: V128; y: V128 } {
  let [a, b, d, e] = words(c, x);
  let [f, g, h, i] = words(c, y);
  for (const word of words(c, schedule)) {
    const t = sum(c, i, sigma(c, f, 6, 11, 25, false), choose(c, f, g, h), word);
    const newFirst = sum(c, t, sigma(c, a, 2, 13, 22, false), majority(c, a, b, d));
    [a, b, d, e, f, g, h, i] = [newFirst, a, b, d, c.add(t, e), f, g, h];
  }
  return { x: vector(c, [a, b, d, e]), y: vector(c, [f, g, h, i]) };
}

semantics('SHA256H', (c, { Rd, Rn, Rm }) => {
  c.requireFP();
  c.writeV(Rd, 16, sha256Rounds(c, c.readV(Rd, 16), c.readV(Rn, 16), c.readV(Rm, 16)).x);
});
semantics('SHA256H2', (c, { Rd, Rn, Rm }) => {
  c.requireFP();
  c.writeV(Rd, 16, sha256Rounds(c, c.readV(Rn, 16), c.readV(Rd, 16), c.readV(Rm, 16)).y);
});
semantics('SHA256SU0', (c, { Rd, Rn }) => {
  c.requireFP();
  const d = words(c, c.readV(Rd, 16));
  const following = [...d.slice(1), c.readV(Rn, 4)];
  c.writeV(
    Rd,
    16,
    vector(
      c,
      d.map((word, i) => c.add(word, sigma(c, following[i], 7, 18, 3, true))),
    ),
  );
});
semantics('SHA256SU1', (c, { Rd, Rn, Rm }) => {
  c.requireFP();
  const d = words(c, c.readV(Rd, 16));
  const [, n1, n2, n3] = words(c, c.readV(Rn, 16));
  const [m0, , m2, m3] = words(c, c.readV(Rm, 16));
  const earlier = [n1, n2, n3, m0];
  const result: I32[] = [];
  for (let i = 0; i < 4; i++) {
    const recent = i === 0 ? m2 : i === 1 ? m3 : result[i - 2];
    result.push(sum(c, sigma(c, recent, 17, 19, 10, true), d[i], earlier[i]));
  }
  c.writeV(Rd, 16, vector(c, result));
});
