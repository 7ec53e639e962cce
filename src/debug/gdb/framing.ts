/**
 * Packets of GDB's remote protocol out of a stream of bytes, and back ("Overview" of its manual's appendix E). Whatever
 * the bytes are, no more of them are kept than a packet may have.
 */
import { bytesOf, hexByte } from './hex.js';

/** Bytes that a packet from GDB may have between `$` and `#`. */
export const PACKET_SIZE = 0x4000;

const DOLLAR = 0x24;
const HASH = 0x23;
const PLUS = 0x2b;
const MINUS = 0x2d;
const ESCAPE = 0x7d;
/** Begins a run of the same character, where those are told in short. */
const STAR = 0x2a;
const INTERRUPT = 0x03;
/** What an escaped byte is changed by. */
const ESCAPED = 0x20;

/** Hears what comes. */
export interface PacketListener {
  /** A packet with a right checksum, or one of a stream without them: its bytes, no more escaped. */
  packet(bytes: Uint8Array): void;
  /** One with a wrong checksum, or that is too long. */
  broken(): void;
  acknowledged(isRight: boolean): void;
  interrupt(): void;
}

export class PacketReader {
  private readonly bytes = new Uint8Array(PACKET_SIZE);
  /** Bytes of the packet under way; more than there is room for if it is too long. */
  private length = 0;
  private sum = 0;
  private state: 'outside' | 'inside' | 'escaped' | 'checksum' = 'outside';
  private checksum = '';

  constructor(private readonly listener: PacketListener) {}

  /** Takes the next byte. */
  take(byte: number): void {
    if (this.state === 'outside') this.outside(byte);
    else if (this.state === 'checksum') this.takeChecksum(byte);
    else this.inside(byte);
  }

  private outside(byte: number): void {
    if (byte === DOLLAR) this.begin();
    else if (byte === PLUS || byte === MINUS) this.listener.acknowledged(byte === PLUS);
    else if (byte === INTERRUPT) this.listener.interrupt();
  }
  private begin(): void {
    this.state = 'inside';
    this.length = 0;
    this.sum = 0;
    this.checksum = '';
  }

  private inside(byte: number): void {
    // Neither occurs in a packet unescaped: `$` is the beginning of another one, whose start was lost.
    if (byte === DOLLAR) return this.begin();
    if (byte === HASH) {
      this.state = 'checksum';
      return;
    }
    this.sum = (this.sum + byte) & 0xff;
    if (this.state === 'inside' && byte === ESCAPE) {
      this.state = 'escaped';
      return;
    }
    if (this.length < PACKET_SIZE) this.bytes[this.length] = this.state === 'escaped' ? byte ^ ESCAPED : byte;
    this.length += 1;
    this.state = 'inside';
  }

  private takeChecksum(byte: number): void {
    this.checksum += String.fromCharCode(byte);
    if (this.checksum.length < 2) return;
    this.state = 'outside';
    const isRight = /^[0-9a-f]{2}$/i.test(this.checksum) && parseInt(this.checksum, 16) === this.sum;
    if (isRight && this.length <= PACKET_SIZE) this.listener.packet(this.bytes.slice(0, this.length));
    else this.listener.broken();
  }
}

const isSpecial = (byte: number): boolean =>
  byte === HASH || byte === DOLLAR || byte === ESCAPE || byte === STAR;

/** A packet to GDB; its text's characters are bytes. */
export function framed(text: string): Uint8Array {
  // Memory goes by the megabyte: one pass, with room for every byte escaped.
  const bytes = new Uint8Array(2 * text.length + 4);
  bytes[0] = DOLLAR;
  let end = 1;
  let sum = 0;
  for (let i = 0; i < text.length; i++) {
    let byte = text.charCodeAt(i) & 0xff;
    if (isSpecial(byte)) {
      bytes[end++] = ESCAPE;
      sum += ESCAPE;
      byte ^= ESCAPED;
    }
    bytes[end++] = byte;
    sum += byte;
  }
  bytes[end] = HASH;
  bytes.set(bytesOf(hexByte(sum & 0xff)), end + 1);
  return bytes.slice(0, end + 3);
}
