/**
 * How much may be under way to the guest, and what of it is lost: congestion control after RFC 5681 and 6928, recovery by
 * SACK after RFC 6675, without it after RFC 6582.
 */
import { count, flag, integer, listOf, record, tuple, type Shaped } from '../../engine/index.js';
import type { Range } from './segment.js';
import { distance, isAtMost, isBefore, plus } from './sequence.js';

/** Acknowledgments of the same, or segments that have arrived behind a gap, after which the gap is a loss. */
const THRESHOLD = 3;
/** RFC 6928. */
const FIRST_SEGMENTS = 10;
const LARGEST_WINDOW = 2 ** 22;
/** Ranges that are kept; beyond that a guest gains nothing by telling of more. */
const MOST_RANGES = 64;

const sequence = integer(0, 0xffff_ffff);
export const recoveryShape = record({
  window: count,
  threshold: count,
  duplicates: count,
  isRecovering: flag,
  /** Where recovery ends, and before which none begins again. */
  point: sequence,
  /** Up to where lost content has been sent again. */
  resent: sequence,
  sacked: listOf(tuple<Range>(sequence, sequence), MOST_RANGES),
});
export type RecoveryState = Shaped<typeof recoveryShape>;

export class Recovery {
  private s: RecoveryState = {
    window: 0,
    threshold: LARGEST_WINDOW,
    duplicates: 0,
    isRecovering: false,
    point: 0,
    resent: 0,
    sacked: [],
  };

  /** The connection begins, with segments of so many bytes. */
  begin(segment: number, first: number): void {
    this.s.window = FIRST_SEGMENTS * segment;
    this.s.point = first;
  }

  get isRecovering(): boolean {
    return this.s.isRecovering;
  }

  /** Bytes that may be sent beyond those that are under way between these sequence numbers. */
  room(unacknowledged: number, next: number): number {
    return Math.max(0, this.s.window - this.underWay(unacknowledged, next));
  }

  /** Takes what an acknowledgment says of content that has arrived; whether that was news. */
  sacked(ranges: readonly Range[], unacknowledged: number, end: number): boolean {
    let isNews = false;
    for (const [from, to] of ranges) {
      const isValid = isBefore(from, to) && isAtMost(unacknowledged, from) && isAtMost(to, end);
      if (isValid && this.add([from, to])) isNews = true;
    }
    return isNews;
  }

  /** The guest has acknowledged the same once more. Whether what follows it is to be sent again now. */
  duplicated(unacknowledged: number, end: number, segment: number, bySack: boolean): boolean {
    const { s } = this;
    s.duplicates += 1;
    if (s.isRecovering) {
      if (!bySack) s.window = Math.min(LARGEST_WINDOW, s.window + segment);
      return false;
    }
    const isLost = s.duplicates >= THRESHOLD || this.lostEdge(unacknowledged, segment) !== unacknowledged;
    if (!isLost || isBefore(unacknowledged, s.point)) return false;
    s.isRecovering = true;
    s.point = end;
    s.resent = unacknowledged;
    s.threshold = Math.max(2 * segment, Math.floor(distance(unacknowledged, end) / 2));
    s.window = s.threshold + (bySack ? 0 : THRESHOLD * segment);
    return true;
  }

  /** The guest has acknowledged more. Whether what follows it is lost as well. */
  progressed(unacknowledged: number, acknowledged: number, segment: number, bySack: boolean): boolean {
    const { s } = this;
    s.duplicates = 0;
    s.sacked = s.sacked.filter(([, to]) => isBefore(unacknowledged, to));
    if (isBefore(s.resent, unacknowledged)) s.resent = unacknowledged;
    if (!s.isRecovering) {
      const more =
        s.window < s.threshold
          ? Math.min(acknowledged, 2 * segment)
          : Math.ceil((segment * segment) / s.window);
      s.window = Math.min(LARGEST_WINDOW, s.window + more);
      return false;
    }
    if (isAtMost(s.point, unacknowledged)) {
      s.isRecovering = false;
      s.window = s.threshold;
      return false;
    }
    if (!bySack) s.window = Math.max(segment, s.window - acknowledged + segment);
    return !bySack;
  }

  /** Nothing has come for too long: all that is under way counts as lost. */
  timedOut(unacknowledged: number, end: number, segment: number): void {
    const { s } = this;
    s.threshold = Math.max(2 * segment, Math.floor(distance(unacknowledged, end) / 2));
    s.window = segment;
    s.duplicates = 0;
    s.isRecovering = false;
    s.point = end;
    s.sacked = [];
  }

  /** The next content that is lost and has not been sent again, of at most so many bytes. */
  hole(unacknowledged: number, segment: number): Range | undefined {
    const { s } = this;
    if (!s.isRecovering || s.sacked.length === 0) return undefined;
    const edge = this.lostEdge(unacknowledged, segment);
    let from = isBefore(unacknowledged, s.resent) ? s.resent : unacknowledged;
    for (const [start, end] of s.sacked) {
      if (isBefore(from, start)) {
        const to = isBefore(start, edge) ? start : edge;
        return isBefore(from, to)
          ? [from, distance(from, to) > segment ? plus(from, segment) : to]
          : undefined;
      }
      if (isBefore(from, end)) from = end;
    }
    return undefined;
  }

  /** Content up to a sequence number has been sent again. */
  resentTo(end: number): void {
    if (isBefore(this.s.resent, end)) this.s.resent = end;
  }

  /** Content that has not arrived before this is lost: enough has arrived behind it. RFC 6675, 4, IsLost. */
  private lostEdge(unacknowledged: number, segment: number): number {
    const { s } = this;
    let behind = 0;
    for (let i = s.sacked.length - 1; i >= 0; i--) {
      const [from, to] = s.sacked[i];
      behind += distance(from, to);
      if (behind > (THRESHOLD - 1) * segment || s.sacked.length - i >= THRESHOLD) return from;
    }
    const first = s.sacked[0];
    return s.isRecovering && first !== undefined ? first[0] : unacknowledged;
  }

  /** RFC 6675, 4, SetPipe. */
  private underWay(unacknowledged: number, next: number): number {
    const { s } = this;
    if (s.sacked.length === 0) return distance(unacknowledged, next);
    const edge = s.isRecovering ? this.lostEdge(unacknowledged, 1) : unacknowledged;
    let bytes = 0;
    const gap = (from: number, to: number): void => {
      const certain = isBefore(from, edge) ? edge : from;
      if (isBefore(certain, to)) bytes += distance(certain, to);
      if (!s.isRecovering) return;
      const again = isBefore(s.resent, to) ? s.resent : to;
      if (isBefore(from, again)) bytes += distance(from, again);
    };
    let from = unacknowledged;
    for (const [start, end] of s.sacked) {
      if (isBefore(from, start)) gap(from, start);
      from = end;
    }
    if (isBefore(from, next)) gap(from, next);
    return bytes;
  }

  /** Joins a range with those that it touches; false if it says nothing new, or there are too many. */
  private add([from, to]: Range): boolean {
    const { s } = this;
    if (s.sacked.some(([start, end]) => isAtMost(start, from) && isAtMost(to, end))) return false;
    const apart = s.sacked.filter(([start, end]) => isBefore(end, from) || isBefore(to, start));
    for (const [start, end] of s.sacked) {
      if (isBefore(end, from) || isBefore(to, start)) continue;
      if (isBefore(start, from)) from = start;
      if (isBefore(to, end)) to = end;
    }
    if (apart.length === MOST_RANGES) return false;
    s.sacked = [...apart, [from, to] satisfies Range].sort((a, b) => distance(b[0], a[0]));
    return true;
  }

  save(): RecoveryState {
    return { ...this.s, sacked: this.s.sacked.map(([from, to]) => [from, to]) };
  }
  load(state: RecoveryState): void {
    this.s = { ...state, sacked: state.sacked.map(([from, to]) => [from, to]) };
  }
}
