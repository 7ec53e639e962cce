/** Puts fragments of IPv4 datagrams together: RFC 791, 3.2; RFC 1858 and 5722 on those that overlap. */
import { count, flag, integer, listOf, record, Shape, type Shaped } from '../engine/index.js';
import { addWords, checksumOf } from './checksum.js';
import { contentOf, IPV4_HEADER, LARGEST_CONTENT, type Ipv4Packet } from './ipv4.js';
import { put16 } from './packet.js';

/** Datagrams that are waited for at a time, and fragments of each. */
const MOST_DATAGRAMS = 16;
const MOST_FRAGMENTS = 64;
/** How long a datagram is waited for, in ns: as libslirp, 30 s. */
const PATIENCE = 30e9;

/** Bytes, as many as there are, up to a limit. */
export const bytesUpTo = (most: number): Shape<Uint8Array> =>
  new Shape(`at most ${most} bytes`, (value, path) =>
    value instanceof Uint8Array && value.length <= most
      ? undefined
      : `${path}: expected at most ${most} bytes`,
  );

const word = integer(0, 0xffff_ffff);
const partShape = record({ offset: integer(0, 0xffff), isLast: flag, content: bytesUpTo(0xffff) });
const datagramShape = record({
  source: word,
  destination: word,
  protocol: integer(0, 255),
  identification: integer(0, 0xffff),
  typeOfService: integer(0, 255),
  until: count,
  /** In the order of their offsets. */
  parts: listOf(partShape, MOST_FRAGMENTS),
});
export const reassemblyShape = listOf(datagramShape, MOST_DATAGRAMS);
export type ReassemblyState = Shaped<typeof reassemblyShape>;
type Datagram = ReassemblyState[number];

export class Reassembly {
  /** The oldest first. */
  private datagrams: ReassemblyState = [];

  /** Takes a fragment; the datagram, if that was what it lacked. `now` in ns. */
  take(packet: Ipv4Packet, now: number): Ipv4Packet | undefined {
    this.datagrams = this.datagrams.filter(({ until }) => now < until);
    const content = contentOf(packet);
    const { offset, isLast } = packet;
    const end = offset + content.length;
    if (end > LARGEST_CONTENT || content.length === 0 || (!isLast && content.length % 8 !== 0))
      return undefined;
    const datagram = this.find(packet) ?? this.begin(packet, now);
    const { parts } = datagram;
    const index = parts.findIndex((part) => part.offset >= offset);
    const at = index < 0 ? parts.length : index;
    const before = parts[at - 1];
    const after = parts[at];
    if (after?.offset === offset && after.content.length === content.length) return undefined;
    const overlaps =
      (before !== undefined && before.offset + before.content.length > offset) ||
      (after !== undefined && after.offset < end);
    if (overlaps || parts.length === MOST_FRAGMENTS) {
      // RFC 5722, 4: nothing of it is to be believed.
      this.drop(datagram);
      return undefined;
    }
    parts.splice(at, 0, { offset, isLast, content: content.slice() });
    return this.whole(datagram);
  }

  private find({ source, destination, protocol, identification }: Ipv4Packet): Datagram | undefined {
    return this.datagrams.find(
      (each) =>
        each.identification === identification &&
        each.source === source &&
        each.destination === destination &&
        each.protocol === protocol,
    );
  }

  private begin(packet: Ipv4Packet, now: number): Datagram {
    const { source, destination, protocol, identification, typeOfService } = packet;
    const until = now + PATIENCE;
    const begun: Datagram = {
      source,
      destination,
      protocol,
      identification,
      typeOfService,
      until,
      parts: [],
    };
    if (this.datagrams.length === MOST_DATAGRAMS) this.datagrams.shift();
    this.datagrams.push(begun);
    return begun;
  }

  private drop(datagram: Datagram): void {
    this.datagrams = this.datagrams.filter((each) => each !== datagram);
  }

  private whole(datagram: Datagram): Ipv4Packet | undefined {
    const { parts, source, destination, protocol, identification, typeOfService } = datagram;
    let end = 0;
    for (const { offset, content } of parts) {
      if (offset !== end) return undefined;
      end += content.length;
    }
    const lasts = parts.filter(({ isLast }) => isLast).length;
    if (parts[parts.length - 1]?.isLast !== true || lasts !== 1) return undefined;
    this.drop(datagram);
    const bytes = new Uint8Array(IPV4_HEADER + end);
    bytes[0] = 0x45;
    bytes[1] = typeOfService;
    put16(bytes, 2, bytes.length);
    put16(bytes, 4, identification);
    bytes[8] = 64;
    bytes[9] = protocol;
    for (let i = 0; i < 4; i++) {
      bytes[12 + i] = source >>> (24 - 8 * i);
      bytes[16 + i] = destination >>> (24 - 8 * i);
    }
    put16(bytes, 10, checksumOf(addWords(bytes, 0, IPV4_HEADER)));
    for (const { offset, content } of parts) bytes.set(content, IPV4_HEADER + offset);
    const header = { headerLength: IPV4_HEADER, typeOfService, identification, offset: 0, isLast: true };
    return { bytes, ...header, timeToLive: 64, protocol, source, destination };
  }

  save(): ReassemblyState {
    return this.datagrams.map((each) => ({ ...each, parts: [...each.parts] }));
  }
  load(state: ReassemblyState): void {
    this.datagrams = state.map((each) => ({ ...each, parts: [...each.parts] }));
  }
}
