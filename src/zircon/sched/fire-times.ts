/** When pending timers will fire, so that one with slack can join another: docs/syscalls/timer_set.md. */
import type { Inspector } from '../state/inspector.js';

/** Times in one piece of the list: a piece of twice as many is divided. */
const PIECE = 512;

export class FireTimes {
  /** Virtual ns, ascending, in pieces none of which is empty. */
  private readonly pieces: number[][] = [];

  add(time: number): void {
    if (this.pieces.length === 0) this.pieces.push([]);
    // At the end of the last piece if it is the latest.
    const index = Math.min(this.pieceOf(time), this.pieces.length - 1);
    const piece = this.pieces[index];
    piece.splice(firstAtLeast(piece, time), 0, time);
    if (piece.length >= 2 * PIECE) this.pieces.splice(index + 1, 0, piece.splice(PIECE));
  }
  remove(time: number): void {
    const index = this.pieceOf(time);
    const piece = this.pieces.at(index);
    if (piece === undefined) return;
    const at = firstAtLeast(piece, time);
    if (piece[at] === time) piece.splice(at, 1);
    if (piece.length === 0) this.pieces.splice(index, 1);
  }

  /** The time nearest to `wanted` from `earliest` to `latest` at which a timer fires anyway, or `wanted`. */
  nearest(wanted: number, earliest: number, latest: number): number {
    const index = this.pieceOf(wanted);
    const piece = index < this.pieces.length ? this.pieces[index] : [];
    const at = firstAtLeast(piece, wanted);
    const before =
      (at > 0 ? piece[at - 1] : index > 0 ? this.pieces[index - 1].at(-1) : undefined) ?? -Infinity;
    const after = piece.at(at) ?? Infinity;
    const canBefore = before >= earliest && before !== -Infinity;
    const canAfter = after <= latest && after !== Infinity;
    if (canBefore && canAfter) return wanted - before <= after - wanted ? before : after;
    if (canBefore) return before;
    return canAfter ? after : wanted;
  }

  /** Index of the first piece that reaches a time; their number if none does. */
  private pieceOf(time: number): number {
    let low = 0;
    let high = this.pieces.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.pieces[middle].at(-1) ?? Infinity) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  audit(inspector: Inspector): void {
    let last = 0;
    for (const piece of this.pieces) {
      inspector.ensure(piece.length > 0, 'no piece is empty');
      for (const time of piece) {
        inspector.ensure(time >= last, 'times ascend');
        inspector.note('timers that fire', time, -1);
        last = time;
      }
    }
  }
}

/** Index of the first time in an ascending list that is at least `time`. */
function firstAtLeast(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] < time) low = middle + 1;
    else high = middle;
  }
  return low;
}
