/** The randomness that a boot loader hands to the kernel, from one recorded seed: the same seed, the same boot. */
import { SplitMix64 } from '../machine/index.js';

/** What goes into /chosen: bytes for the random number generator, a number for the kernel's place in memory. */
export function bootRandomness(seed: bigint, bytes = 32): { rngSeed: Uint8Array; kaslrSeed: bigint } {
  const numbers = new SplitMix64(seed);
  const kaslrSeed = numbers.next();
  const words = new DataView(new ArrayBuffer(8 * Math.ceil(bytes / 8)));
  for (let at = 0; at < words.byteLength; at += 8) words.setBigUint64(at, numbers.next());
  return { rngSeed: new Uint8Array(words.buffer).slice(0, bytes), kaslrSeed };
}
