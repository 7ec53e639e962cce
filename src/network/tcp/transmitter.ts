/** One direction of a connection: content that comes from the host, on its way to the guest. */
import { count, flag, integer, record, type Shaped } from '../../engine/index.js';
import { bytesUpTo } from '../reassembly.js';
import { Recovery, recoveryShape } from './recovery.js';
import { RoundTrip, roundTripShape } from './round-trip.js';
import { FLAG, type Segment } from './segment.js';
import { SendBuffer } from './send-buffer.js';
import { distance, isAtMost, isBefore, plus } from './sequence.js';

/** Bytes from the host that are kept for the guest. */
export const SEND_BUFFER = 2 ** 18;
/** Times that the same is sent again before the guest counts as gone: RFC 9293, 3.8.3; and a SYN, 75 s as libslirp. */
const MOST_ATTEMPTS = 12;
const MOST_SYN_ATTEMPTS = 6;
/** Content of a segment where the guest has said nothing, RFC 9293, 3.7.1; and the least and most that is believed. */
const USUAL_SEGMENT = 536;
const LEAST_SEGMENT = 48;
export const LARGEST_SEGMENT = 1460;

const sequence = integer(0, 0xffff_ffff);
const shape = record({
  first: sequence,
  unacknowledged: sequence,
  next: sequence,
  /** Behind the last that was ever sent. */
  highest: sequence,
  /** What the guest has room for, by which segment it said so, and the most that it ever said. */
  window: integer(0, 2 ** 30),
  windowSequence: sequence,
  windowAcknowledgment: sequence,
  largestWindow: integer(0, 2 ** 30),
  scale: integer(0, 14),
  segment: integer(LEAST_SEGMENT, LARGEST_SEGMENT),
  bySack: flag,
  isSynAcknowledged: flag,
  /** The host has no more; and the guest knows it. */
  hasEnd: flag,
  isEndAcknowledged: flag,
  /** When something is sent again, in ns; 0 if nothing is waited for. */
  resendAt: count,
  /** What is being timed: an acknowledgment of that, since then; 0 for nothing. */
  timed: sequence,
  timedSince: count,
  content: bytesUpTo(SEND_BUFFER),
  recovery: recoveryShape,
  roundTrip: roundTripShape,
});
export type TransmitterState = Shaped<typeof shape>;
/** What has been sent is no more than what there is, and the SYN and the end, which have numbers too. */
export const transmitterShape = shape.where('what was sent in its place', (state) => {
  const { unacknowledged, next, highest, content } = state;
  const sent = distance(unacknowledged, next);
  const most = distance(unacknowledged, highest);
  return sent >= 0 && sent <= most && most <= content.length + 2;
});

/** Sends a segment: its flags, and content from there. */
export type Emit = (sequence: number, flags: number, pieces: readonly Uint8Array[]) => void;

export class Transmitter {
  private readonly content = new SendBuffer();
  private readonly recovery = new Recovery();
  private readonly roundTrip = new RoundTrip();
  private s: Omit<TransmitterState, 'content' | 'recovery' | 'roundTrip'>;

  constructor(
    first: number,
    private readonly emit: Emit,
  ) {
    this.s = {
      ...{ first, unacknowledged: first, next: first, highest: first },
      ...{ window: 0, windowSequence: 0, windowAcknowledgment: 0, largestWindow: 0 },
      ...{ scale: 0, segment: USUAL_SEGMENT, bySack: false, isSynAcknowledged: false },
      ...{ hasEnd: false, isEndAcknowledged: false, resendAt: 0, timed: 0, timedSince: 0 },
    };
  }

  /** The guest's SYN says what it can. */
  begin({ options, window, sequence }: Segment, bySack: boolean, isScaled: boolean): void {
    const { s } = this;
    s.segment = Math.min(LARGEST_SEGMENT, Math.max(LEAST_SEGMENT, options.maximumSize ?? USUAL_SEGMENT));
    s.scale = isScaled ? (options.scale ?? 0) : 0;
    s.bySack = bySack;
    s.window = window;
    s.largestWindow = window;
    s.windowSequence = sequence;
    s.windowAcknowledgment = s.unacknowledged;
    this.recovery.begin(s.segment, s.first);
  }

  get next(): number {
    return this.s.next;
  }
  get highest(): number {
    return this.s.highest;
  }
  get unacknowledged(): number {
    return this.s.unacknowledged;
  }
  /** Bytes of content of a full segment. */
  get segment(): number {
    return this.s.segment;
  }
  get resendAt(): number {
    return this.s.resendAt;
  }
  /** Bytes that the host may give now. */
  get room(): number {
    return this.s.hasEnd ? 0 : SEND_BUFFER - this.content.length;
  }
  get isEndAcknowledged(): boolean {
    return this.s.isEndAcknowledged;
  }
  /** Whether the guest has been told that there is no more. */
  get isEndSent(): boolean {
    const { s } = this;
    const isSent = isBefore(plus(s.unacknowledged, this.content.length), s.highest);
    return s.hasEnd && (s.isEndAcknowledged || isSent);
  }

  push(bytes: Uint8Array): void {
    this.content.push(bytes);
  }
  end(): void {
    this.s.hasEnd = true;
  }

  /** Sends the SYN, once more maybe. */
  sendSyn(flags: number, now: number): void {
    const { s } = this;
    s.next = plus(s.first, 1);
    s.highest = s.next;
    this.emit(s.first, flags, []);
    s.resendAt = now + this.roundTrip.timeout;
  }

  /**
   * Takes an acknowledgment and the window of a segment; false if it acknowledges what was never sent.
   */
  acknowledge(segment: Segment, now: number): boolean {
    const { s } = this;
    const { acknowledgment, options } = segment;
    if (isBefore(s.highest, acknowledgment)) return false;
    const isNews = s.bySack && options.sack !== undefined && this.sacked(options.sack);
    if (isBefore(s.unacknowledged, acknowledgment)) this.progress(acknowledgment, now);
    else if (acknowledgment === s.unacknowledged && this.isDuplicate(segment, isNews)) this.duplicate(now);
    this.updateWindow(segment);
    return true;
  }

  private sacked(ranges: Segment['options']['sack'] & object): boolean {
    return this.recovery.sacked(ranges, this.s.unacknowledged, this.s.highest);
  }

  private isDuplicate({ content, flags, window }: Segment, isNews: boolean): boolean {
    const { s } = this;
    if (s.highest === s.unacknowledged || (flags & (FLAG.SYN | FLAG.FIN)) !== 0) return false;
    if (s.bySack) return isNews;
    return content.length === 0 && window * 2 ** s.scale === s.window;
  }

  private progress(acknowledgment: number, now: number): void {
    const { s } = this;
    let bytes = distance(s.unacknowledged, acknowledgment);
    if (!s.isSynAcknowledged) {
      s.isSynAcknowledged = true;
      bytes -= 1;
    }
    if (bytes > this.content.length) {
      // The end has a number of its own.
      s.isEndAcknowledged = true;
      bytes = this.content.length;
    }
    this.content.drop(bytes);
    s.unacknowledged = acknowledgment;
    if (isBefore(s.next, acknowledgment)) s.next = acknowledgment;
    if (s.timedSince !== 0 && isAtMost(s.timed, acknowledgment)) {
      this.roundTrip.measured(now - s.timedSince);
      s.timedSince = 0;
    }
    this.roundTrip.progressed();
    s.resendAt = s.highest === acknowledgment ? 0 : now + this.roundTrip.timeout;
    if (this.recovery.progressed(acknowledgment, bytes, s.segment, s.bySack)) this.sendAgain(now);
  }

  private duplicate(now: number): void {
    const { s } = this;
    if (this.recovery.duplicated(s.unacknowledged, s.highest, s.segment, s.bySack)) this.sendAgain(now);
  }

  /** RFC 9293, 3.10.7.4: only what is newer than what was said last. */
  private updateWindow({ sequence, acknowledgment, window }: Segment): void {
    const { s } = this;
    const isNewer =
      isBefore(s.windowSequence, sequence) ||
      (s.windowSequence === sequence && isAtMost(s.windowAcknowledgment, acknowledgment));
    if (!isNewer) return;
    const before = s.window;
    s.window = window * 2 ** s.scale;
    s.windowSequence = sequence;
    s.windowAcknowledgment = acknowledgment;
    s.largestWindow = Math.max(s.largestWindow, s.window);
    // It is no longer asked whether there is room again.
    if (before === 0 && s.window > 0 && s.resendAt !== 0) {
      this.roundTrip.progressed();
      s.next = s.unacknowledged;
      s.resendAt = 0;
    }
  }

  /** Sends what follows the acknowledged content once more. */
  private sendAgain(now: number): void {
    const { s } = this;
    const length = Math.min(s.segment, this.content.length);
    this.emitContent(s.unacknowledged, length);
    this.recovery.resentTo(plus(s.unacknowledged, length));
    s.timedSince = 0;
    s.resendAt = now + this.roundTrip.timeout;
  }

  /** Sends what may be sent, while `hasRoom`. */
  send(now: number, hasRoom: () => boolean): void {
    const { s } = this;
    if (!s.isSynAcknowledged) return;
    while (hasRoom() && (this.sendHole(now) || this.sendNext(now))) continue;
    const waits = s.highest !== s.unacknowledged || this.isWaiting;
    if (waits && s.resendAt === 0) s.resendAt = now + this.roundTrip.timeout;
  }

  /** Whether there is something that the guest has no room for. */
  private get isWaiting(): boolean {
    return distance(this.s.unacknowledged, this.s.next) < this.content.length;
  }

  private sendHole(now: number): boolean {
    const { s, recovery } = this;
    const hole = recovery.hole(s.unacknowledged, s.segment);
    if (hole === undefined || recovery.room(s.unacknowledged, s.next) < s.segment) return false;
    const [from, to] = hole;
    recovery.resentTo(to);
    const length = Math.min(distance(from, to), this.content.length - distance(s.unacknowledged, from));
    if (length < 0) return false;
    this.emitContent(from, length);
    s.timedSince = 0;
    s.resendAt = now + this.roundTrip.timeout;
    return true;
  }

  /** `isForced`: be it ever so little. */
  private sendNext(now: number, isForced = false): boolean {
    const { s } = this;
    const sent = distance(s.unacknowledged, s.next);
    const left = this.content.length - sent;
    // The end has gone, or nothing is left.
    if (left < 0 || (left === 0 && !s.hasEnd) || s.isEndAcknowledged) return false;
    const room = Math.min(s.window - sent, this.recovery.room(s.unacknowledged, s.next));
    const length = Math.min(left, s.segment, Math.max(0, room));
    const isWhole = length === left;
    if (left > 0) {
      if (length === 0) return false;
      // RFC 9293, 3.8.6.2.1: no small segments while more is to come.
      const isSmall = !isWhole && length < s.segment && length < s.largestWindow / 2;
      if (isSmall && !isForced) return false;
    }
    this.emitContent(s.next, length, isWhole && s.hasEnd);
    const end = plus(s.next, length + (isWhole && s.hasEnd ? 1 : 0));
    const isNew = isBefore(s.highest, end);
    if (isNew && s.timedSince === 0 && !isBefore(s.next, s.highest)) {
      s.timed = end;
      s.timedSince = Math.max(1, now);
    }
    s.next = end;
    if (isNew) s.highest = end;
    if (s.resendAt === 0) s.resendAt = now + this.roundTrip.timeout;
    return true;
  }

  /** Content from a sequence number on, with the end if that is behind it and has been sent before, or is now. */
  private emitContent(from: number, length: number, endsNow = false): void {
    const { s } = this;
    const offset = distance(s.unacknowledged, from);
    const isLast = offset + length === this.content.length;
    const end = isLast && (endsNow || (this.isEndSent && !s.isEndAcknowledged)) ? FLAG.FIN : 0;
    this.emit(
      from,
      FLAG.ACK | end | (isLast && length > 0 ? FLAG.PSH : 0),
      this.content.pieces(offset, length),
    );
  }

  /** What was waited for has not come. False if the guest counts as gone. */
  timedOut(now: number, synFlags: number): boolean {
    const { s, roundTrip } = this;
    s.timedSince = 0;
    if (!s.isSynAcknowledged) {
      if (roundTrip.attempts >= MOST_SYN_ATTEMPTS) return false;
      roundTrip.backOff();
      this.sendSyn(synFlags, now);
      return true;
    }
    if (s.window === 0 && this.content.length > 0) {
      this.probe(now);
      return true;
    }
    if (roundTrip.attempts >= MOST_ATTEMPTS) return false;
    roundTrip.backOff();
    this.recovery.timedOut(s.unacknowledged, s.highest, s.segment);
    s.next = s.unacknowledged;
    this.sendNext(now, true);
    s.resendAt = now + roundTrip.timeout;
    return true;
  }

  /** Asks by a byte more whether the guest has room again: RFC 9293, 3.8.6.1. */
  private probe(now: number): void {
    const { s } = this;
    this.roundTrip.backOff();
    this.emitContent(s.unacknowledged, 1);
    const end = plus(s.unacknowledged, 1);
    if (isBefore(s.next, end)) s.next = end;
    if (isBefore(s.highest, end)) s.highest = end;
    s.resendAt = now + this.roundTrip.timeout;
  }

  save(): TransmitterState {
    return {
      ...this.s,
      content: this.content.toBytes(),
      recovery: this.recovery.save(),
      roundTrip: this.roundTrip.save(),
    };
  }
  load({ content, recovery, roundTrip, ...state }: TransmitterState): void {
    this.s = state;
    this.content.replace(content);
    this.recovery.load(recovery);
    this.roundTrip.load(roundTrip);
  }
}
