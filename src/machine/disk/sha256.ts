/**
 * SHA-256 (FIPS 180-4) of more bytes than there need be in memory at once, which a browser's own cannot do. Bytes are
 * added piece by piece.
 */
import type { DiskStore } from './disk.js';

/** Bytes of a block (5.2.1), and where in the last one the length stands. */
const BLOCK = 64;
const LENGTH_AT = 56;
/** Bytes of a store that are read at a time. */
const PIECE = 0x1_0000;

/** The first 32 bits of the fractional part of a number. */
const fraction = (root: number): number => (root * 2 ** 32) | 0;

const primes: number[] = [];
for (let n = 2; primes.length < 64; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n);
/** 4.2.2 and 5.3.3: cube roots of the first 64 primes, square roots of the first 8. */
const K = Int32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
const H0 = Int32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

export class Sha256 {
  private readonly h = H0.slice();
  private readonly w = new Int32Array(64);
  private readonly block = new Uint8Array(BLOCK);
  private readonly view = new DataView(this.block.buffer);
  private length = 0;

  /** Of all that a store holds, in hexadecimal. */
  static of(store: DiskStore): string {
    const hash = new Sha256();
    const piece = new Uint8Array(PIECE);
    for (let at = 0; at < store.size; at += PIECE) {
      const part = piece.subarray(0, Math.min(PIECE, store.size - at));
      store.read(at, part);
      hash.add(part);
    }
    return hash.digest();
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length;) {
      const start = this.length % BLOCK;
      const part = bytes.subarray(at, at + BLOCK - start);
      this.block.set(part, start);
      this.length += part.length;
      at += part.length;
      if (this.length % BLOCK === 0) this.compress();
    }
  }

  /** In hexadecimal. Nothing is added after that. */
  digest(): string {
    const { length, view } = this;
    // 5.1.1: a bit, zeros, and the length in bits.
    this.add(Uint8Array.of(0x80));
    this.add(new Uint8Array((BLOCK + LENGTH_AT - (this.length % BLOCK)) % BLOCK));
    view.setUint32(LENGTH_AT, Math.floor(length / 2 ** 29));
    view.setUint32(LENGTH_AT + 4, length * 8);
    this.compress();
    return Array.from(this.h, (word) => (word >>> 0).toString(16).padStart(8, '0')).join('');
  }

  /** 6.2.2 */
  private compress(): void {
    const { h: state, w } = this;
    for (let t = 0; t < 16; t++) w[t] = this.view.getInt32(4 * t);
    for (let t = 16; t < 64; t++) {
      const x = w[t - 15];
      const y = w[t - 2];
      const sigma0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const sigma1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[t] = (sigma1 + w[t - 7] + sigma0 + w[t - 16]) | 0;
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let t = 0; t < 64; t++) {
      const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const choose = (e & f) ^ (~e & g);
      const t1 = (h + sum1 + choose + K[t] + w[t]) | 0;
      const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const majority = (a & b) ^ (a & c) ^ (b & c);
      h = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + sum0 + majority) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}

const rotate = (word: number, by: number): number => (word >>> by) | (word << (32 - by));
