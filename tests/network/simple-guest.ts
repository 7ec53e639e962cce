/**
 * A guest's TCP as simple as can be, by the RFC alone: it acknowledges what has come in order, tells by SACK what has come
 * early, and sends again what is not acknowledged in time. Its wire loses frames, and brings them late.
 */
import { ETHERNET_HEADER, readIpv4 } from '../../src/network/ipv4.js';
import { FLAG, readSegment, type Options, type Range, type Segment } from '../../src/network/tcp/segment.js';
import { distance, isBefore, plus } from '../../src/network/tcp/sequence.js';
import { GUEST, HOST, ScriptedGuest } from '../../conformance/network/guest.js';
import type { TimedNetwork } from './virtual-time.js';

export interface Weather {
  /** Of 1000 frames, so many are lost, and so many come late or twice. */
  readonly lost: number;
  readonly late: number;
}

const WINDOW = 0xffff;

export class SimpleGuest {
  readonly received: number[] = [];
  isOpen = false;
  hasHeardEnd = false;
  isReset = false;
  private readonly guest: ScriptedGuest;
  private readonly line: { at: number; act: () => void }[] = [];
  private expected = 0;
  private early = new Map<number, Uint8Array>();
  private unacknowledged = 1000;
  private isEndSent = false;
  private resendAt = 0;
  private time = 0;

  constructor(
    private readonly timed: TimedNetwork,
    private readonly random: (below: number) => number,
    private readonly weather: Weather,
    private readonly content: Uint8Array,
    private readonly options: { readonly sack: boolean; readonly scale: boolean; readonly port: number },
  ) {
    const carry = (frame: Uint8Array): void => this.carry(() => timed.network.send(frame));
    this.guest = new ScriptedGuest({ send: carry, take: async () => [], close: async () => undefined });
    // Who has which address is told on a better wire.
    new ScriptedGuest({
      send: (frame) => timed.network.send(frame),
      take: async () => [],
      close: async () => undefined,
    }).arp(1, GUEST, HOST);
  }

  /** A millisecond passes; false once both directions have ended. */
  step(): boolean {
    this.time += 1;
    this.timed.pass(1);
    for (const frame of this.timed.frames.splice(0)) this.carry(() => this.take(frame));
    const due = this.line.filter(({ at }) => at <= this.time);
    for (const each of due) this.line.splice(this.line.indexOf(each), 1);
    for (const { act } of due) act();
    if (!this.isOpen) {
      if (this.time % 1000 === 1) this.emit(FLAG.SYN, 1000);
    } else this.sendContent();
    return !(this.hasHeardEnd && this.isAllAcknowledged) && !this.isReset;
  }

  get isAllAcknowledged(): boolean {
    return this.isEndSent && this.unacknowledged === this.end + 1;
  }
  private get end(): number {
    return 1001 + this.content.length;
  }

  private carry(act: () => void): void {
    const luck = this.random(1000);
    if (luck < this.weather.lost) return;
    const isLate = luck < this.weather.lost + this.weather.late;
    this.line.push({ at: this.time + (isLate ? 2 + this.random(8) : 1), act });
    if (isLate && this.random(2) === 0) this.line.push({ at: this.time + 3, act });
  }

  private sent = 1001;
  private window = 0;
  private scale = 0;

  private sendContent(): void {
    if (this.resendAt !== 0 && this.time >= this.resendAt) {
      this.sent = this.unacknowledged;
      this.resendAt = 0;
    }
    for (let i = 0; i < 20; i++) {
      const left = this.end - this.sent;
      const room = Math.min(this.unacknowledged + this.window, this.unacknowledged + 30_000) - this.sent;
      const length = Math.min(left, 1460, Math.max(0, room));
      if (this.sent > this.end || (length <= 0 && left > 0)) break;
      const at = this.sent - 1001;
      const isLast = length === left;
      this.emit(
        FLAG.ACK | (isLast ? FLAG.FIN | FLAG.PSH : 0),
        this.sent,
        this.content.subarray(at, at + length),
      );
      this.sent += length + (isLast ? 1 : 0);
      this.isEndSent ||= isLast;
      if (this.resendAt === 0) this.resendAt = this.time + 250;
      if (isLast) break;
    }
    // A closed window is asked about.
    if (this.window === 0 && this.resendAt === 0) this.resendAt = this.time + 250;
  }

  private emit(flags: number, sequence: number, content: Uint8Array = new Uint8Array()): void {
    const { sack, scale, port } = this.options;
    const isSyn = (flags & FLAG.SYN) !== 0;
    const options: Options = isSyn
      ? { maximumSize: 1460, ...(scale ? { scale: 2 } : {}), ...(sack ? { sackPermitted: true } : {}) }
      : sack && this.early.size > 0 && content.length === 0
        ? { sack: this.blocks() }
        : {};
    const acknowledgment = (flags & FLAG.ACK) !== 0 ? this.expected : 0;
    const window = isSyn || !scale ? WINDOW : WINDOW >> 2;
    this.guest.segment(port, HOST, { sequence, acknowledgment, flags, window, options }, 4000, content);
  }

  private blocks(): Range[] {
    const blocks: Range[] = [];
    for (const [sequence, content] of [...this.early].sort(([a], [b]) => distance(b, a))) {
      const last = blocks[blocks.length - 1];
      if (last !== undefined && last[1] === sequence) last[1] = plus(sequence, content.length);
      else blocks.push([sequence, plus(sequence, content.length)]);
    }
    return blocks.slice(-3);
  }

  private take(frame: Uint8Array): void {
    const packet = readIpv4(frame.subarray(ETHERNET_HEADER));
    const segment = packet === undefined ? undefined : readSegment(packet);
    if (segment !== undefined) this.takeSegment(segment);
  }

  private takeSegment({ flags, sequence, acknowledgment, window, content, options }: Segment): void {
    if ((flags & FLAG.RST) !== 0) {
      this.isReset = true;
      return;
    }
    if ((flags & FLAG.SYN) !== 0) {
      if (!this.isOpen) {
        this.expected = plus(sequence, 1);
        this.unacknowledged = 1001;
        this.scale = options.scale ?? 0;
        this.isOpen = true;
        this.window = window;
      }
      this.emit(FLAG.ACK, this.sent);
      return;
    }
    this.window = window << this.scale;
    if (acknowledgment > this.unacknowledged) {
      this.unacknowledged = acknowledgment;
      this.resendAt = acknowledgment >= this.sent ? 0 : this.time + 250;
      this.sent = Math.max(this.sent, acknowledgment);
    }
    if (content.length > 0 && !isBefore(sequence, this.expected)) this.early.set(sequence, content.slice());
    for (let next = this.early.get(this.expected); next !== undefined; next = this.early.get(this.expected)) {
      this.early.delete(this.expected);
      this.received.push(...next);
      this.expected = plus(this.expected, next.length);
    }
    for (const early of this.early.keys()) if (isBefore(early, this.expected)) this.early.delete(early);
    const end = plus(sequence, content.length);
    if ((flags & FLAG.FIN) !== 0 && end === this.expected) {
      this.hasHeardEnd = true;
      this.expected = plus(end, 1);
    }
    if (content.length > 0 || (flags & FLAG.FIN) !== 0) this.emit(FLAG.ACK, this.sent);
  }
}
