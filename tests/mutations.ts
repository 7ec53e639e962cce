/** Files as an enemy, or a bad disk, would have them: the same ones in every run. */

/** Marsaglia's xorshift32: the same mutations in every run. */
export function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Values that fields are most likely to be mishandled at. */
const adversarial = [0, 1, 2, 3, 4, 7, 8, 9, 0x3f, 0x40, 0x7f, 0x80, 0xff];
const adversarialWords = [0, 1, 0xff, 0x100, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff];

/** A copy with a few bytes or words replaced, moved, cut off or repeated. */
export function mutate(original: Uint8Array, random: (below: number) => number): Uint8Array {
  let bytes = original.slice();
  for (let count = 1 + random(4); count > 0; count--) {
    if (bytes.length < 4) return bytes;
    const at = random(random(2) === 0 ? Math.min(256, bytes.length) : bytes.length);
    const view = new DataView(bytes.buffer);
    const word = Math.min(at & ~3, bytes.length - 4);
    const value = adversarialWords[random(adversarialWords.length)];
    const act = [
      () => (bytes[at] = random(256)),
      () => (bytes[at] = adversarial[random(adversarial.length)]),
      () => view.setUint32(word & ~3, value, true),
      () => view.setUint32(word & ~3, value, false),
      () => view.setUint32(word & ~3, random(2 * bytes.length), random(2) === 0),
      () => (bytes = bytes.slice(0, at)),
      () => bytes.copyWithin(at, random(bytes.length), random(bytes.length)),
    ];
    act[random(act.length)]();
  }
  return bytes;
}
