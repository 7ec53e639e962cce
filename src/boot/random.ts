/**
 * The randomness that a boot loader hands to the kernel, from one recorded seed: the same seed, the same boot.
 *
 * SplitMix64 (Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", 2014). Not for secrets.
 */

const MASK = 2n ** 64n - 1n;

/** An endless row of 64-bit numbers. */
export function* splitMix64(seed: bigint): Generator<bigint, never> {
  let state = seed & MASK;
  for (;;) {
    state = (state + 0x9e37_79b9_7f4a_7c15n) & MASK;
    let z = state;
    z = ((z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n) & MASK;
    z = ((z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn) & MASK;
    yield z ^ (z >> 31n);
  }
}

/** What goes into /chosen: bytes for the random number generator, a number for the kernel's place in memory. */
export function bootRandomness(seed: bigint, bytes = 32): { rngSeed: Uint8Array; kaslrSeed: bigint } {
  const numbers = splitMix64(seed);
  const kaslrSeed = numbers.next().value;
  const words = new DataView(new ArrayBuffer(8 * Math.ceil(bytes / 8)));
  for (let at = 0; at < words.byteLength; at += 8) words.setBigUint64(at, numbers.next().value);
  return { rngSeed: new Uint8Array(words.buffer).slice(0, bytes), kaslrSeed };
}
