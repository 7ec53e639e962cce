/** Content that has arrived before what is in front of it: RFC 9293, 3.10.7.4; told to the guest by SACK, RFC 2018. */
import { integer, listOf, tuple, type Shaped } from '../../engine/index.js';
import { bytesUpTo } from '../reassembly.js';
import type { Range } from './segment.js';
import { distance, isAtMost, isBefore, plus } from './sequence.js';

/** Pieces that are kept, so that many small ones cost no more than a few large ones. */
const MOST_PIECES = 256;
/** Blocks that an acknowledgment tells of: as many as fit. */
const MOST_BLOCKS = 4;

const pieceShape = tuple<[number, Uint8Array]>(integer(0, 0xffff_ffff), bytesUpTo(0xffff));
export const earlyShape = listOf(pieceShape, MOST_PIECES);
export type EarlyState = Shaped<typeof earlyShape>;

export class EarlyContent {
  /** In order, and none over another. */
  private pieces: EarlyState = [];
  /** Where the latest one is, of which SACK tells first. */
  private latest = 0;

  get isEmpty(): boolean {
    return this.pieces.length === 0;
  }

  /** Keeps content from a sequence number on, as far as it is new. */
  keep(sequence: number, content: Uint8Array): void {
    const end = plus(sequence, content.length);
    this.latest = sequence;
    let at = 0;
    while (at < this.pieces.length && isAtMost(endOf(this.pieces[at]), sequence)) at += 1;
    let from = sequence;
    while (isBefore(from, end)) {
      const next = this.pieces[at];
      const to = next !== undefined && isBefore(next[0], end) ? next[0] : end;
      if (isBefore(from, to)) {
        if (this.pieces.length === MOST_PIECES) return;
        this.pieces.splice(at, 0, [from, content.slice(distance(sequence, from), distance(sequence, to))]);
        at += 1;
      }
      if (next === undefined) return;
      from = endOf(next);
      at += 1;
    }
  }

  /** Takes out the piece that goes on at a sequence number: what of it is new. */
  take(sequence: number): Uint8Array | undefined {
    for (;;) {
      const first = this.pieces[0];
      if (first === undefined || isBefore(sequence, first[0])) return undefined;
      this.pieces.shift();
      const known = distance(first[0], sequence);
      if (known < first[1].length) return first[1].subarray(known);
    }
  }

  /** For an acknowledgment: the block with the latest piece first. RFC 2018, 4. */
  blocks(): Range[] {
    const blocks: Range[] = [];
    for (const piece of this.pieces) {
      const last = blocks[blocks.length - 1];
      if (last !== undefined && last[1] === piece[0]) last[1] = endOf(piece);
      else blocks.push([piece[0], endOf(piece)]);
    }
    const first = blocks.findIndex(([from, to]) => isAtMost(from, this.latest) && isBefore(this.latest, to));
    const ordered =
      first > 0 ? [blocks[first], ...blocks.slice(0, first), ...blocks.slice(first + 1)] : blocks;
    return ordered.slice(0, MOST_BLOCKS);
  }

  save(): [latest: number, pieces: EarlyState] {
    return [this.latest, this.pieces.map(([sequence, content]) => [sequence, content])];
  }
  load([latest, pieces]: [number, EarlyState]): void {
    this.latest = latest;
    this.pieces = pieces.map(([sequence, content]) => [sequence, content]);
  }
}

const endOf = ([sequence, content]: EarlyState[number]): number => plus(sequence, content.length);
