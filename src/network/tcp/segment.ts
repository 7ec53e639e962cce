/** TCP segments: RFC 9293, 3.1; options of RFC 7323 (window scale) and RFC 2018 (SACK). */
import { addWords, checksumOf, pseudoHeader } from '../checksum.js';
import { CONTENT, contentOf, ipv4Frame, PROTOCOL, type Ipv4Header, type Ipv4Packet } from '../ipv4.js';
import { get16, get32, put16, put32 } from '../packet.js';

export const FLAG = { FIN: 1, SYN: 2, RST: 4, PSH: 8, ACK: 16 } as const;
const HEADER = 20;
export const LARGEST_SCALE = 14;

const OPTION = { END: 0, NOP: 1, MSS: 2, SCALE: 3, SACK_PERMITTED: 4, SACK: 5 } as const;

/** Sequence numbers of bytes that have arrived, the second one behind the last. */
export type Range = [from: number, to: number];

export interface Options {
  /** Bytes of content that a segment may have. */
  readonly maximumSize?: number | undefined;
  /** By how many bits windows are shifted. */
  readonly scale?: number | undefined;
  readonly sackPermitted?: boolean | undefined;
  readonly sack?: readonly Range[] | undefined;
}

export interface Segment {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly sequence: number;
  readonly acknowledgment: number;
  readonly flags: number;
  /** As it stands there, not shifted. */
  readonly window: number;
  readonly options: Options;
  readonly content: Uint8Array;
}

/** What is in a packet; undefined if it is damaged. */
export function readSegment(packet: Ipv4Packet): Segment | undefined {
  const bytes = contentOf(packet);
  if (bytes.length < HEADER) return undefined;
  const offset = (bytes[12] >> 4) * 4;
  if (offset < HEADER || offset > bytes.length) return undefined;
  const sum = pseudoHeader(packet.source, packet.destination, PROTOCOL.TCP, bytes.length);
  if (checksumOf(addWords(bytes, 0, bytes.length, sum)) !== 0) return undefined;
  return {
    sourcePort: get16(bytes, 0),
    destinationPort: get16(bytes, 2),
    sequence: get32(bytes, 4),
    acknowledgment: get32(bytes, 8),
    flags: bytes[13],
    window: get16(bytes, 14),
    options: offset === HEADER ? none : readOptions(bytes.subarray(HEADER, offset)),
    content: bytes.subarray(offset),
  };
}

const none: Options = {};

function readOptions(bytes: Uint8Array): Options {
  let options = none;
  for (let at = 0; at < bytes.length && bytes[at] !== OPTION.END;) {
    if (bytes[at] === OPTION.NOP) {
      at += 1;
      continue;
    }
    const length = at + 1 < bytes.length ? bytes[at + 1] : 0;
    if (length < 2 || at + length > bytes.length) break;
    options = { ...options, ...readOption(bytes[at], bytes.subarray(at + 2, at + length)) };
    at += length;
  }
  return options;
}

function readOption(kind: number, value: Uint8Array): Options {
  if (kind === OPTION.MSS && value.length === 2) return { maximumSize: get16(value, 0) };
  // RFC 7323, 2.3: a larger one is taken for the largest.
  if (kind === OPTION.SCALE && value.length === 1) return { scale: Math.min(value[0], LARGEST_SCALE) };
  if (kind === OPTION.SACK_PERMITTED && value.length === 0) return { sackPermitted: true };
  if (kind === OPTION.SACK && value.length % 8 === 0) {
    return {
      sack: Array.from({ length: value.length / 8 }, (_, i) => [
        get32(value, 8 * i),
        get32(value, 8 * i + 4),
      ]),
    };
  }
  return none;
}

function optionBytes({ maximumSize, scale, sackPermitted, sack = [] }: Options): number[] {
  const bytes: number[] = [];
  if (maximumSize !== undefined) bytes.push(OPTION.MSS, 4, maximumSize >>> 8, maximumSize & 0xff);
  if (scale !== undefined) bytes.push(OPTION.NOP, OPTION.SCALE, 3, scale);
  if (sackPermitted === true) bytes.push(OPTION.NOP, OPTION.NOP, OPTION.SACK_PERMITTED, 2);
  if (sack.length > 0) {
    bytes.push(OPTION.NOP, OPTION.NOP, OPTION.SACK, 2 + 8 * sack.length);
    for (const edge of sack.flat()) for (const shift of [24, 16, 8, 0]) bytes.push((edge >>> shift) & 0xff);
  }
  return bytes;
}

/** The frame of a segment, as `ipv4Frame` makes it. `pieces`: its content. */
export function segmentFrame(
  header: Omit<Ipv4Header, 'protocol'>,
  segment: Omit<Segment, 'content'>,
  pieces: readonly Uint8Array[] = [],
): Uint8Array {
  const options = segment.options === none ? [] : optionBytes(segment.options);
  const offset = HEADER + options.length;
  const length = pieces.reduce((sum, piece) => sum + piece.length, offset);
  const frame = ipv4Frame({ ...header, protocol: PROTOCOL.TCP }, length);
  put16(frame, CONTENT, segment.sourcePort);
  put16(frame, CONTENT + 2, segment.destinationPort);
  put32(frame, CONTENT + 4, segment.sequence);
  put32(frame, CONTENT + 8, segment.acknowledgment);
  frame[CONTENT + 12] = (offset / 4) << 4;
  frame[CONTENT + 13] = segment.flags;
  put16(frame, CONTENT + 14, segment.window);
  frame.set(options, CONTENT + HEADER);
  let at = CONTENT + offset;
  for (const piece of pieces) {
    frame.set(piece, at);
    at += piece.length;
  }
  const sum = pseudoHeader(header.source, header.destination, PROTOCOL.TCP, length);
  put16(frame, CONTENT + 16, checksumOf(addWords(frame, CONTENT, frame.length, sum)));
  return frame;
}
