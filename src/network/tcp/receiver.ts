/** One direction of a connection: content that comes from the guest, on its way to the host. */
import { count, flag, integer, record, tuple, type Shaped } from '../../engine/index.js';
import { EarlyContent, earlyShape, type EarlyState } from './early.js';
import type { Range } from './segment.js';
import { distance, isAtMost, isBefore, plus } from './sequence.js';

/** Bytes that may be on their way to the host. */
export const RECEIVE_BUFFER = 2 ** 18;
/** By which windows are shifted, so that 16 bits hold the buffer. */
export const RECEIVE_SCALE = 3;
/** How long an acknowledgment may wait for another, in ns: RFC 9293, 3.8.6.3, wants less than 500 ms; Linux has 40. */
const ACK_DELAY = 40e6;

const sequence = integer(0, 0xffff_ffff);
const shape = record({
  /** What comes next, and up to where the guest may send. */
  next: sequence,
  edge: sequence,
  /** By how many bits windows are shifted. */
  scale: integer(0, 14),
  /** Bytes that the host has been given and has not passed on yet. */
  passing: integer(0, 2 ** 31),
  /** Bytes that are to be acknowledged, whether that is to be now, and otherwise until when, in ns. */
  owed: integer(0, 2 ** 31),
  isUrgent: flag,
  ackAt: count,
  /** Whether the guest's end has been seen, where it is, and whether all before it has come. */
  hasEnd: flag,
  end: sequence,
  isFinished: flag,
  early: tuple<[number, EarlyState]>(sequence, earlyShape),
});
export type ReceiverState = Shaped<typeof shape>;
export const receiverShape = shape.where('a window of its buffer', ({ next, edge }) => {
  const window = distance(next, edge);
  return window >= 0 && window <= RECEIVE_BUFFER;
});

export class Receiver {
  private readonly early = new EarlyContent();
  private s: Omit<ReceiverState, 'early'> = {
    ...{ next: 0, edge: 0, scale: 0, passing: 0, owed: 0, isUrgent: false, ackAt: 0 },
    ...{ hasEnd: false, end: 0, isFinished: false },
  };

  /** @param deliver gives the host content */
  constructor(private readonly deliver: (content: Uint8Array) => void) {}

  /** The guest has sent its SYN with that sequence number; windows are shifted if both ends agree to that. */
  begin(first: number, isScaled: boolean): void {
    this.s.next = plus(first, 1);
    this.s.edge = this.s.next;
    this.s.scale = isScaled ? RECEIVE_SCALE : 0;
  }

  get next(): number {
    return this.s.next;
  }
  /** Whether all that the guest will ever send is here. */
  get isFinished(): boolean {
    return this.s.isFinished;
  }
  get acknowledgesNow(): boolean {
    return this.s.isUrgent;
  }
  /** Until when an acknowledgment may wait, in ns; 0 if none is owed. */
  get ackAt(): number {
    return this.s.ackAt;
  }
  get sack(): readonly Range[] {
    return this.early.isEmpty ? [] : this.early.blocks();
  }

  /** An acknowledgment is to be sent at once. */
  hurry(): void {
    this.s.isUrgent = true;
  }

  /** Bytes that the guest may send now; what it has been told stays true. */
  get room(): number {
    const { next, edge, passing, scale } = this.s;
    const most = scale === 0 ? 0xffff : RECEIVE_BUFFER;
    return Math.max(Math.min(most, RECEIVE_BUFFER - passing), distance(next, edge), 0);
  }

  /** For the next segment, as it stands there; that acknowledges what is owed. `isSyn`: it is never shifted there. */
  advertise(isSyn: boolean): number {
    const { s } = this;
    const shift = isSyn ? 0 : s.scale;
    const window = Math.min(0xffff, Math.floor(this.room / 2 ** shift));
    const edge = plus(s.next, window * 2 ** shift);
    if (isBefore(s.edge, edge)) s.edge = edge;
    s.owed = 0;
    s.isUrgent = false;
    s.ackAt = 0;
    return window;
  }

  /** Whether content between two sequence numbers, or an empty segment, is one that can be taken. RFC 9293, 3.10.7.4. */
  isAcceptable(sequence: number, length: number): boolean {
    const window = this.room;
    const offset = distance(this.s.next, sequence);
    if (length === 0) return window === 0 ? offset === 0 : offset >= 0 && offset < window;
    return window > 0 && offset < window && offset + length > 0;
  }

  /** Takes an acceptable segment's content and end. `isPushed`: the guest has nothing more to send for now. */
  take(
    sequence: number,
    content: Uint8Array,
    hasEnd: boolean,
    isPushed: boolean,
    now: number,
    segment: number,
  ): void {
    const { s } = this;
    if (s.isFinished) return this.hurry();
    const end = plus(sequence, content.length);
    const old = Math.max(0, distance(sequence, s.next));
    const excess = Math.max(0, distance(plus(s.next, this.room), end));
    const fresh = content.subarray(Math.min(old, content.length), Math.max(old, content.length - excess));
    if (hasEnd && excess === 0 && !s.hasEnd) {
      s.hasEnd = true;
      s.end = end;
    }
    if (content.length > 0 && (fresh.length < content.length || fresh.length === 0)) this.hurry();
    const from = plus(sequence, old);
    if (fresh.length > 0) {
      if (from === s.next) this.pass(fresh);
      else this.early.keep(from, fresh);
      if (from !== s.next && !this.early.isEmpty) this.takeEarly();
      if (isPushed || s.owed >= 2 * segment) this.hurry();
      else if (s.ackAt === 0) s.ackAt = now + ACK_DELAY;
    }
    if (s.hasEnd && isAtMost(s.end, s.next)) {
      if (s.next === s.end) s.next = plus(s.end, 1);
      s.isFinished = true;
      this.hurry();
    }
  }

  /** What a gap has kept waiting, if it is closed now; RFC 5681, 4.2: either way the guest is told at once. */
  private takeEarly(): void {
    for (;;) {
      const content = this.early.take(this.s.next);
      if (content === undefined) break;
      this.pass(content);
    }
    this.hurry();
  }

  private pass(content: Uint8Array): void {
    const { s } = this;
    s.next = plus(s.next, content.length);
    s.passing += content.length;
    s.owed += content.length;
    this.deliver(content);
  }

  /** The host has passed on so many bytes. The guest is told where that is worth it: RFC 9293, 3.8.6.2.2. */
  passed(bytes: number, segment: number): void {
    const { s } = this;
    s.passing = Math.max(0, s.passing - bytes);
    if (s.isFinished) return;
    const gain = this.room - Math.max(0, distance(s.next, s.edge));
    if (gain >= Math.min(RECEIVE_BUFFER / 4, 16 * segment)) this.hurry();
  }

  save(): ReceiverState {
    return { ...this.s, early: this.early.save() };
  }
  load({ early, ...state }: ReceiverState): void {
    this.s = state;
    this.early.load(early);
  }
}
