/**
 * LZ4 blocks. Document: LZ4 Block Format Description (lz4_Block_format.md).
 *
 * A block is a list of sequences: a token (literal length, match length − 4), literals, a 16-bit distance
 * and the match that is copied from that far back. The last sequence has literals only.
 */

const minimumMatch = 4;
const maximumDistance = 0xffff;
/** The last match starts at least this far before the end, and the last 5 bytes are literals. */
const lastMatchMargin = 12;
const lastLiterals = 5;
const hashBits = 14;
const chainLength = 128;

/** Thrown by `decodeBlock`; the frame reader adds the file's name. */
export class BlockError extends Error {
  override readonly name = 'BlockError';

  /** @param offset byte offset into the source. @param expected what the format demands there */
  constructor(
    readonly offset: number,
    readonly expected: string,
  ) {
    super(expected);
  }
}

/**
 * Decodes the block `source[at .. end)` into `target` from `start` on, and returns where it ended. Matches
 * may reach back to `window`, the first byte that the block may refer to.
 * @param end at most the source's length
 * @param limit offset in `target` that the block may not write beyond, at most its length
 * @throws BlockError for a block that breaks the format's rules
 */
export function decodeBlock(
  source: Uint8Array,
  at: number,
  end: number,
  target: Uint8Array,
  start: number,
  window: number,
  limit: number,
): number {
  const view = new DataView(source.buffer, source.byteOffset, end);
  let out = start;
  while (at < end) {
    const token = view.getUint8(at++);
    let literals = token >> 4;
    if (literals === 15) {
      let byte = 255;
      while (byte === 255) {
        if (at >= end) throw new BlockError(at, 'expected the rest of a literal length');
        byte = view.getUint8(at++);
        literals += byte;
      }
    }
    if (literals > end - at) throw new BlockError(at, `expected ${literals} literals within the block`);
    if (literals > limit - out) throw new BlockError(at, 'expected literals that fit the block');
    if (literals > 32) target.set(source.subarray(at, at + literals), out);
    else for (let i = 0; i < literals; i++) target[out + i] = view.getUint8(at + i);
    at += literals;
    out += literals;
    if (at === end) return out;

    if (end - at < 2) throw new BlockError(at, 'expected the distance of a match (2 bytes)');
    const distance = view.getUint16(at, true);
    if (distance === 0 || distance > out - window) {
      throw new BlockError(at, `expected a match 1 to ${out - window} bytes back, found ${distance}`);
    }
    at += 2;
    let length = (token & 15) + minimumMatch;
    if ((token & 15) === 15) {
      let byte = 255;
      while (byte === 255) {
        if (at >= end) throw new BlockError(at, 'expected the rest of a match length');
        byte = view.getUint8(at++);
        length += byte;
      }
    }
    if (length > limit - out) throw new BlockError(at, 'expected a match that fits the block');
    if (at === end) throw new BlockError(at, 'expected literals after the last match');
    if (distance >= length && length > 32) target.copyWithin(out, out - distance, out - distance + length);
    // The match begins behind `window` and before `out`, so that every byte of it has been written.
    else for (let from = out - distance, i = 0; i < length; i++) target[out + i] = target[from + i] ?? 0;
    out += length;
  }
  throw new BlockError(at, 'expected at least one sequence');
}

/**
 * Encodes `source[at .. end)` as one block into `target` from 0 on, and returns the block's size; `target`
 * must hold `encodedBound` bytes. Matches reach back to `window`. Of the places where the next 4 bytes stood before, the latest
 * `chainLength` of each hash are tried for the longest match, and a match waits for as long as the byte
 * behind its start begins a longer one.
 */
export function encodeBlock(
  source: Uint8Array,
  at: number,
  end: number,
  target: Uint8Array,
  window = at,
): number {
  const matches = new MatchFinder(source, window, end);
  const lastMatchStart = end - lastMatchMargin;
  let out = 0;
  let anchor = at;
  let misses = 0;
  while (at <= lastMatchStart) {
    let distance = matches.find(at);
    if (distance === 0) {
      // Data without matches is skipped faster and faster.
      at += 1 + (misses++ >> 6);
      continue;
    }
    misses = 0;
    let length = matches.length;
    while (at < lastMatchStart) {
      const next = matches.find(at + 1);
      if (next === 0 || matches.length <= length) break;
      at++;
      length = matches.length;
      distance = next;
    }
    while (at > anchor && at - distance > window && source[at - 1] === source[at - distance - 1]) {
      at--;
      length++;
    }
    out = putSequence(target, out, source, anchor, at, length);
    target[out++] = distance & 0xff;
    target[out++] = distance >> 8;
    out = putLength(target, out, length - minimumMatch);
    at += length;
    anchor = at;
  }
  return putSequence(target, out, source, anchor, end, minimumMatch);
}

/** Finds the longest match of a place among the latest places of the same hash. */
class MatchFinder {
  /** The length of the match that `find` found. */
  length = 0;
  readonly #view: DataView;
  readonly #matchEnd: number;
  /** The latest place of each hash, and of each place the one before it with the same hash. */
  readonly #latest = new Int32Array(1 << hashBits).fill(-1);
  readonly #before = new Int32Array(maximumDistance + 1);
  #entered: number;

  constructor(
    readonly source: Uint8Array,
    start: number,
    end: number,
  ) {
    this.#view = new DataView(source.buffer, source.byteOffset, source.byteLength);
    this.#matchEnd = end - lastLiterals;
    this.#entered = start;
  }

  /** How far before `at` the longest match stands, or 0 without one. Places are asked for in ascending order. */
  find(at: number): number {
    const { source } = this;
    const matchEnd = this.#matchEnd;
    while (this.#entered < at) this.#enter(this.#entered++);
    const word = this.#view.getInt32(at, true);
    let candidate = this.#latest[hashOf(word)] ?? -1;
    let distance = 0;
    let longest = minimumMatch - 1;
    for (let left = chainLength; left > 0 && candidate >= 0 && at - candidate <= maximumDistance; left--) {
      if (
        source[candidate + longest] === source[at + longest] &&
        this.#view.getInt32(candidate, true) === word
      ) {
        let length = minimumMatch;
        while (at + length < matchEnd && source[at + length] === source[candidate + length]) length++;
        if (length > longest) {
          longest = length;
          distance = at - candidate;
          if (at + length >= matchEnd) break;
        }
      }
      candidate = this.#before[candidate & maximumDistance] ?? -1;
    }
    this.length = longest;
    return distance;
  }

  #enter(at: number): void {
    const hash = hashOf(this.#view.getInt32(at, true));
    this.#before[at & maximumDistance] = this.#latest[hash] ?? -1;
    this.#latest[hash] = at;
  }
}

const hashOf = (word: number) => Math.imul(word, 0x9e3779b1) >>> (32 - hashBits);

/** The size that a block of `size` incompressible bytes has. */
export const encodedBound = (size: number) => size + Math.ceil(size / 255) + 16;

/** A token, the rest of the literal length, and the literals `source[from .. to)`. */
function putSequence(
  target: Uint8Array,
  out: number,
  source: Uint8Array,
  from: number,
  to: number,
  matchLength: number,
): number {
  const literals = to - from;
  target[out++] = (Math.min(literals, 15) << 4) | Math.min(matchLength - minimumMatch, 15);
  out = putLength(target, out, literals);
  target.set(source.subarray(from, to), out);
  return out + literals;
}

/** The bytes that a length has beyond the 15 that its part of the token can say. */
function putLength(target: Uint8Array, out: number, length: number): number {
  if (length < 15) return out;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) target[out++] = 255;
  target[out++] = rest;
  return out;
}
