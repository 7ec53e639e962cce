/** A guest that is a script: it makes frames, and tells what comes in text that is the same for the same behaviour. */
import { parseIpv4, ipv4Text, macText } from '../../src/network/index.js';
import { addWords, checksumOf } from '../../src/network/checksum.js';
import {
  CONTENT,
  ETHERNET_HEADER,
  framesOf,
  ipv4Frame,
  PROTOCOL,
  readIpv4,
  contentOf,
} from '../../src/network/ipv4.js';
import { get16, get32, put16, put32 } from '../../src/network/packet.js';
import {
  FLAG,
  readSegment,
  segmentFrame,
  type Options,
  type Segment,
} from '../../src/network/tcp/segment.js';
import { readUdp, writeUdp } from '../../src/network/udp.js';
import type { Wire } from './wires.js';

export const MAC = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56);
export const GUEST = parseIpv4('10.0.2.15')!;
export const HOST = parseIpv4('10.0.2.2')!;
export const DNS = parseIpv4('10.0.2.3')!;

const gateway = Uint8Array.of(0x52, 0x55, 10, 0, 2, 2);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

export class ScriptedGuest {
  /** What has been seen, a line each. */
  readonly lines: string[] = [];
  private identification = 0x100;
  mac = MAC;
  address = GUEST;

  constructor(readonly wire: Wire) {}

  say(text: string): void {
    this.lines.push(text);
  }

  // Frames.

  arp(operation: number, sender: number, target: number, mac = this.mac): void {
    const frame = new Uint8Array(42);
    frame.fill(0xff, 0, 6);
    frame.set(mac, 6);
    put16(frame, 12, 0x0806);
    frame.set([0, 1, 8, 0, 6, 4, 0, operation], 14);
    frame.set(mac, 22);
    put32(frame, 28, sender);
    put32(frame, 38, target);
    this.wire.send(frame);
  }

  private complete(frame: Uint8Array): Uint8Array {
    frame.set(gateway, 0);
    frame.set(this.mac, 6);
    return frame;
  }

  packet(protocol: number, destination: number, content: Uint8Array, source = this.address): void {
    this.identification += 1;
    const header = { protocol, source, destination, identification: this.identification };
    for (const frame of framesOf(header, content)) this.wire.send(this.complete(frame));
  }

  ping(destination: number, size: number, damage = 0): void {
    const content = new Uint8Array(8 + size).map((_, i) => i);
    content.set([8, 0, 0, 0, 0x12, 0x34, 0, 1]);
    put16(content, 2, checksumOf(addWords(content, 0, content.length)) ^ damage);
    this.packet(PROTOCOL.ICMP, destination, content);
  }

  udp(
    destination: number,
    destinationPort: number,
    content: Uint8Array,
    sourcePort = 4000,
    source = this.address,
  ): void {
    const datagram = { sourcePort, destinationPort, content };
    this.packet(PROTOCOL.UDP, destination, writeUdp(source, destination, datagram), source);
  }

  /** Any packet, with its header changed by `change` before its checksum is made. */
  raw(
    protocol: number,
    destination: number,
    content: Uint8Array,
    change: (header: Uint8Array) => void,
  ): void {
    const frame = ipv4Frame(
      { protocol, source: this.address, destination, identification: 7 },
      content.length,
    );
    frame.set(content, CONTENT);
    change(frame.subarray(ETHERNET_HEADER));
    put16(frame, 24, 0);
    put16(frame, 24, checksumOf(addWords(frame, ETHERNET_HEADER, ETHERNET_HEADER + (frame[14] & 0xf) * 4)));
    this.wire.send(this.complete(frame));
  }

  segment(
    port: number,
    destination: number,
    segment: Omit<Segment, 'content' | 'sourcePort' | 'destinationPort'>,
    sourcePort: number,
    content: Uint8Array = new Uint8Array(),
  ): void {
    this.identification += 1;
    const header = { source: this.address, destination, identification: this.identification };
    this.wire.send(
      this.complete(segmentFrame(header, { ...segment, sourcePort, destinationPort: port }, [content])),
    );
  }

  // What comes.

  /** Tells all that comes but TCP, in full; what differs from run to run is left out. */
  async tell(quiet?: number): Promise<void> {
    for (const frame of await this.wire.take(quiet)) this.say(describe(frame));
  }
}

/** Identifications and checksums that follow from them say nothing. */
export function describe(frame: Uint8Array): string {
  const way = `${macText(frame.subarray(6, 12))} > ${macText(frame.subarray(0, 6))}`;
  if (get16(frame, 12) !== 0x0800)
    return `${way} ${get16(frame, 12).toString(16)} ${hex(trimmed(frame.subarray(14)))}`;
  const packet = readIpv4(frame.subarray(ETHERNET_HEADER));
  if (packet === undefined) return `${way} a damaged packet`;
  const { source, destination, protocol, timeToLive, typeOfService, offset, isLast } = packet;
  const ends = `${ipv4Text(source)} > ${ipv4Text(destination)}`;
  const part = offset > 0 || !isLast ? ` part ${offset}${isLast ? ' last' : ''}` : '';
  const start = `${way} ${ends} protocol ${protocol} ttl ${timeToLive} tos ${typeOfService}${part}`;
  if (protocol === PROTOCOL.UDP && part === '') {
    const datagram = readUdp(packet);
    return datagram === undefined
      ? `${start} a damaged datagram`
      : `${start} ${datagram.sourcePort} > ${datagram.destinationPort} ${hex(datagram.content)}`;
  }
  const content = contentOf(packet).slice();
  if (protocol === PROTOCOL.ICMP && part === '' && content[0] !== 0) {
    const isRight = checksumOf(addWords(content, 0, content.length)) === 0;
    // An error tells of a packet; libslirp tells no more than its ends are sure of.
    const about = content.subarray(8);
    return `${start} error ${content[0]}.${content[1]} ${isRight ? 'right' : 'damaged'} about ${about[9]} ${ipv4Text(get32(about, 12))} > ${ipv4Text(get32(about, 16))} ${hex(about.subarray(20, 24))}`;
  }
  return `${start} ${hex(content)}`;
}

/** Padding is 0. */
const trimmed = (bytes: Uint8Array): Uint8Array => {
  let end = bytes.length;
  while (end > 28 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
};

export interface TcpSeen {
  /** Flags of segments without content, in order, each once in a row; content by its length and bytes. */
  readonly flags: readonly string[];
  readonly content: Uint8Array;
}

/** A connection of the scripted guest's. */
export class ScriptedConnection {
  /** The next of this end, and of the other. */
  next: number;
  expected = 0;
  private first = 0;

  constructor(
    private readonly guest: ScriptedGuest,
    readonly port: number,
    readonly own: number,
    private readonly destination = HOST,
    first = 1000,
  ) {
    this.next = first;
  }

  send(flags: number, content: Uint8Array = new Uint8Array(), options: Options = {}, shift = 0): void {
    const acknowledgment = (flags & FLAG.ACK) !== 0 ? this.expected : 0;
    const segment = { sequence: (this.next + shift) >>> 0, acknowledgment, flags, window: 0xfff0, options };
    this.guest.segment(this.port, this.destination, segment, this.own, content);
    if (shift !== 0) return;
    const numbers = content.length + ((flags & FLAG.SYN) !== 0 ? 1 : 0) + ((flags & FLAG.FIN) !== 0 ? 1 : 0);
    this.next = (this.next + numbers) >>> 0;
  }

  /**
   * Tells what comes for this connection, and acknowledges it unless told otherwise: content as a whole, acknowledgments
   * by the last one, since how content is cut and how often it is acknowledged is the other end's affair.
   */
  async tell(
    what: string,
    { acknowledges = true, quiet = undefined as number | undefined } = {},
  ): Promise<void> {
    for (let round = 0; round < 50; round++) {
      const frames = await this.guest.wire.take(quiet);
      const seen = this.read(frames);
      if (round === 0 || seen !== undefined) this.guest.say(`${what}: ${seen ?? 'nothing'}`);
      if (seen === undefined || !acknowledges) return;
      if (!this.isToAcknowledge) return;
      this.isToAcknowledge = false;
      this.send(FLAG.ACK);
    }
  }
  private isToAcknowledge = false;

  private read(frames: readonly Uint8Array[]): string | undefined {
    let acknowledged: number | undefined;
    const others: string[] = [];
    const content: number[] = [];
    const ends = new Set<string>();
    for (const frame of frames) {
      const packet = get16(frame, 12) === 0x0800 ? readIpv4(frame.subarray(ETHERNET_HEADER)) : undefined;
      const segment = packet?.protocol === PROTOCOL.TCP ? readSegment(packet) : undefined;
      if (segment === undefined) {
        others.push(describe(frame));
        continue;
      }
      const isOurs = segment.sourcePort === this.port && segment.destinationPort === this.own;
      if (!isOurs) {
        others.push(`segment ${segment.sourcePort} > ${segment.destinationPort}`);
        continue;
      }
      const { flags, sequence, options } = segment;
      if ((flags & FLAG.SYN) !== 0) {
        this.first = sequence;
        this.expected = (sequence + 1) >>> 0;
        this.isToAcknowledge = true;
        ends.add(`SYN mss ${options.maximumSize}`);
      } else if (sequence === this.expected) {
        content.push(...segment.content);
        this.expected = (sequence + segment.content.length + (flags & FLAG.FIN)) >>> 0;
        if (segment.content.length + (flags & FLAG.FIN) > 0) this.isToAcknowledge = true;
        if ((flags & FLAG.FIN) !== 0) ends.add('FIN');
      } else if (segment.content.length > 0 || (flags & FLAG.FIN) !== 0) ends.add('AGAIN');
      if ((flags & FLAG.RST) !== 0) ends.add('RST');
      if ((flags & FLAG.ACK) !== 0) acknowledged = (this.next - segment.acknowledgment) | 0;
    }
    if (frames.length === 0) return undefined;
    const parts = [
      ...others,
      ...(content.length === 0 ? [] : [`content ${content.length} ${sum(content)}`]),
      ...ends,
      ...(acknowledged === undefined
        ? []
        : [acknowledged === 0 ? 'all acknowledged' : `${acknowledged} not acknowledged`]),
    ];
    return parts.join(', ');
  }

  /** From the other end's first number on. */
  get received(): number {
    return (this.expected - this.first - 1) | 0;
  }
}

const sum = (bytes: readonly number[]): string =>
  bytes.reduce((total, byte) => (Math.imul(total, 31) + byte) >>> 0, 7).toString(16);
