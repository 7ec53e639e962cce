/** IPv4 packets in Ethernet frames: RFC 791, RFC 894. */
import { addWords, checksumOf } from './checksum.js';
import { get16, get32, put16, put32 } from './packet.js';

export const ETHERNET_HEADER = 14;
export const TYPE_IPV4 = 0x0800;
export const TYPE_ARP = 0x0806;
/** Of a frame's content, in bytes. */
export const MTU = 1500;
export const IPV4_HEADER = 20;
/** Where the content of a frame begins that `ipv4Frame` makes. */
export const CONTENT = ETHERNET_HEADER + IPV4_HEADER;
/** Of content that no packet can be longer than. */
export const LARGEST_CONTENT = 0xffff - IPV4_HEADER;

export const PROTOCOL = { ICMP: 1, TCP: 6, UDP: 17 } as const;
/** RFC 1349, of answers that somebody waits for. */
export const LOW_DELAY = 0x10;
const MORE_FRAGMENTS = 0x2000;
const OFFSET = 0x1fff;

export interface Ipv4Packet {
  /** All of it, from its header on. */
  readonly bytes: Uint8Array;
  readonly headerLength: number;
  readonly typeOfService: number;
  readonly identification: number;
  /** Where its content is in the datagram's, in bytes. */
  readonly offset: number;
  readonly isLast: boolean;
  readonly timeToLive: number;
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
}

/** Behind the header. */
export const contentOf = ({ bytes, headerLength }: Ipv4Packet): Uint8Array => bytes.subarray(headerLength);

/** The packet at the start of `bytes`, behind which may be padding; undefined if it is none, or damaged. */
export function readIpv4(bytes: Uint8Array): Ipv4Packet | undefined {
  if (bytes.length < IPV4_HEADER || bytes[0] >> 4 !== 4) return undefined;
  const headerLength = (bytes[0] & 0xf) * 4;
  const total = get16(bytes, 2);
  if (headerLength < IPV4_HEADER || total < headerLength || total > bytes.length) return undefined;
  if (checksumOf(addWords(bytes, 0, headerLength)) !== 0) return undefined;
  const place = get16(bytes, 6);
  return {
    bytes: bytes.subarray(0, total),
    headerLength,
    typeOfService: bytes[1],
    identification: get16(bytes, 4),
    offset: (place & OFFSET) * 8,
    isLast: (place & MORE_FRAGMENTS) === 0,
    timeToLive: bytes[8],
    protocol: bytes[9],
    source: get32(bytes, 12),
    destination: get32(bytes, 16),
  };
}

export interface Ipv4Header {
  readonly protocol: number;
  readonly source: number;
  readonly destination: number;
  readonly identification: number;
  readonly typeOfService?: number;
  /** 64 unless given. */
  readonly timeToLive?: number;
}

/** A frame with the header of a packet; its Ethernet addresses and so many bytes of content are still 0. */
export function ipv4Frame(
  { protocol, source, destination, identification, typeOfService = 0, timeToLive = 64 }: Ipv4Header,
  length: number,
  place = 0,
): Uint8Array {
  const frame = new Uint8Array(CONTENT + length);
  put16(frame, 12, TYPE_IPV4);
  frame[14] = 0x45;
  frame[15] = typeOfService;
  put16(frame, 16, IPV4_HEADER + length);
  put16(frame, 18, identification);
  put16(frame, 20, place);
  frame[22] = timeToLive;
  frame[23] = protocol;
  put32(frame, 26, source);
  put32(frame, 30, destination);
  put16(frame, 24, checksumOf(addWords(frame, ETHERNET_HEADER, CONTENT)));
  return frame;
}

/** The frames of a packet with that content, which are several where it does not fit into one. */
export function framesOf(header: Ipv4Header, content: Uint8Array): Uint8Array[] {
  // All but the last have a multiple of 8 bytes.
  const most = Math.floor((MTU - IPV4_HEADER) / 8) * 8;
  const frames: Uint8Array[] = [];
  const isWhole = content.length <= MTU - IPV4_HEADER;
  for (let at = 0; at === 0 || at < content.length; at += isWhole ? content.length + 1 : most) {
    const piece = isWhole ? content : content.subarray(at, at + most);
    const more = at + piece.length < content.length ? MORE_FRAGMENTS : 0;
    const frame = ipv4Frame(header, piece.length, more | (at / 8));
    frame.set(piece, CONTENT);
    frames.push(frame);
  }
  return frames;
}
