/** UDP: RFC 768. */
import { addWords, checksumOf, pseudoHeader } from './checksum.js';
import { contentOf, PROTOCOL, type Ipv4Packet } from './ipv4.js';
import { get16, put16 } from './packet.js';

const HEADER = 8;
/** Of a datagram's content, in bytes. */
export const LARGEST_DATAGRAM = 0xffff - 20 - HEADER;

export interface Datagram {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly content: Uint8Array;
}

/** What is in a packet; undefined if it is damaged. */
export function readUdp(packet: Ipv4Packet): Datagram | undefined {
  const bytes = contentOf(packet);
  if (bytes.length < HEADER) return undefined;
  const length = get16(bytes, 4);
  if (length < HEADER || length > bytes.length) return undefined;
  if (get16(bytes, 6) !== 0) {
    const sum = pseudoHeader(packet.source, packet.destination, PROTOCOL.UDP, length);
    if (checksumOf(addWords(bytes, 0, length, sum)) !== 0) return undefined;
  }
  return {
    sourcePort: get16(bytes, 0),
    destinationPort: get16(bytes, 2),
    content: bytes.subarray(HEADER, length),
  };
}

/** A datagram's bytes, header and content, between these addresses. */
export function writeUdp(source: number, destination: number, datagram: Datagram): Uint8Array {
  const { sourcePort, destinationPort, content } = datagram;
  const bytes = new Uint8Array(HEADER + content.length);
  put16(bytes, 0, sourcePort);
  put16(bytes, 2, destinationPort);
  put16(bytes, 4, bytes.length);
  bytes.set(content, HEADER);
  const sum = pseudoHeader(source, destination, PROTOCOL.UDP, bytes.length);
  // 0 would say that there is none.
  put16(bytes, 6, checksumOf(addWords(bytes, 0, bytes.length, sum)) || 0xffff);
  return bytes;
}
