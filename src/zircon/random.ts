/** The kernel's random numbers: SplitMix64 from the recorded seed, mixed with entropy that user code adds. */
import type { Inspector } from './state/inspector.js';
export class Random {
  private state: bigint;

  constructor(seed: bigint) {
    this.state = BigInt.asUintN(64, seed);
  }

  u64(): bigint {
    this.state = BigInt.asUintN(64, this.state + 0x9e37_79b9_7f4a_7c15n);
    let z = this.state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn);
    return z ^ (z >> 31n);
  }
  u32(): number {
    return Number(this.u64() & 0xffff_ffffn);
  }
  /** A whole number from 0 to below `bound`, at most 2^53. */
  below(bound: number): number {
    return Number(this.u64() % BigInt(bound));
  }
  fill(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += 8) {
      const value = this.u64();
      for (let j = 0; j < 8 && i + j < bytes.length; j++)
        bytes[i + j] = Number((value >> BigInt(8 * j)) & 0xffn);
    }
  }
  /** Mixes bytes into the state. */
  add(bytes: Uint8Array): void {
    for (const byte of bytes) {
      this.state = BigInt.asUintN(64, (this.state ^ BigInt(byte)) * 0x100_0000_01b3n);
    }
  }

  audit(inspector: Inspector): void {
    inspector.ensure(this.state >= 0n && this.state < 2n ** 64n, 'the state has 64 bits');
  }
}
