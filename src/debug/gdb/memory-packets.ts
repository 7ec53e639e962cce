/** Memory: `m`, `M`, `X`, `qSearch:memory`, `qCRC`. */
import type { DebugMemory } from '../target.js';
import { PACKET_SIZE } from './framing.js';
import { bytesOf, bytesToHex, hexToBytes, parseCount, parseNumber } from './hex.js';
import { failed, Reply, type Handler } from './reply.js';
import type { GdbSession } from './session.js';

/** Bytes that one packet may ask for. */
const MOST_READ = (PACKET_SIZE - 16) / 2;
/** Bytes that one packet may have searched, or checked, and in pieces of how many. */
const MOST_SEARCHED = 2 ** 26;
const tooLong = failed('at most 64 MiB are looked through at once');
const PIECE = 2 ** 16;

export function memoryOf({ debug, thread, space }: GdbSession): DebugMemory {
  return space === 'physical' ? debug.physical : debug.target.memory(thread);
}

/** `ADDRESS,LENGTH`. */
function range(text: string): { readonly address: bigint; readonly length: number } | undefined {
  const [first, second, ...more] = text.split(',');
  const address = parseNumber(first);
  const length = parseCount(second);
  return address === undefined || length === undefined || more.length > 0 ? undefined : { address, length };
}

function read(session: GdbSession, rest: string): string {
  const asked = range(rest);
  if (asked === undefined) return Reply.Invalid;
  const bytes = memoryOf(session).read(asked.address, Math.min(asked.length, MOST_READ));
  return bytes.length === 0 ? Reply.BadAddress : bytesToHex(bytes);
}

function write(session: GdbSession, rest: string, decode: (text: string) => Uint8Array | undefined): string {
  const colon = rest.indexOf(':');
  const asked = range(rest.slice(0, colon));
  const bytes = decode(rest.slice(colon + 1));
  if (colon < 0 || asked === undefined || bytes?.length !== asked.length) return Reply.Invalid;
  if (bytes.length === 0) return Reply.Ok;
  if (session.debug.isReadOnly) return Reply.NotAllowed;
  return memoryOf(session).write(asked.address, bytes) ? Reply.Ok : Reply.BadAddress;
}

/** `ADDRESS;LENGTH;PATTERN`: `1,ADDRESS` of the first place, or `0`. */
function search(session: GdbSession, rest: string): string {
  const [first, second, ...others] = rest.split(';');
  const start = parseNumber(first);
  const length = parseCount(second);
  const pattern = bytesOf(others.join(';'));
  if (start === undefined || length === undefined || pattern.length === 0) return Reply.Invalid;
  if (length > MOST_SEARCHED) return tooLong;
  const memory = memoryOf(session);
  for (let at = 0; at + pattern.length <= length; at += PIECE) {
    const wanted = Math.min(PIECE + pattern.length - 1, length - at);
    const bytes = memory.read(start + BigInt(at), wanted);
    const found = indexOf(bytes, pattern);
    if (found >= 0) return `1,${(start + BigInt(at + found)).toString(16)}`;
    if (bytes.length < wanted) return Reply.BadAddress;
  }
  return '0';
}

function indexOf(bytes: Uint8Array, pattern: Uint8Array): number {
  for (let at = bytes.indexOf(pattern[0]); at >= 0; at = bytes.indexOf(pattern[0], at + 1)) {
    if (at + pattern.length > bytes.length) return -1;
    if (pattern.every((byte, i) => bytes[at + i] === byte)) return at;
  }
  return -1;
}

/** The checksum of GDB's compare-sections: CRC-32 with the highest bit first, from all ones, not inverted. */
const crcTable = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c1_1db7 : 0);
  return crc;
});

function checksum(session: GdbSession, rest: string): string {
  const asked = range(rest);
  if (asked === undefined) return Reply.Invalid;
  if (asked.length > MOST_SEARCHED) return tooLong;
  const memory = memoryOf(session);
  let crc = -1;
  for (let at = 0; at < asked.length; at += PIECE) {
    const wanted = Math.min(PIECE, asked.length - at);
    const bytes = memory.read(asked.address + BigInt(at), wanted);
    if (bytes.length < wanted) return Reply.BadAddress;
    for (const byte of bytes) crc = (crc << 8) ^ crcTable[((crc >>> 24) ^ byte) & 0xff];
  }
  return `C${(crc >>> 0).toString(16).padStart(8, '0')}`;
}

export const memoryPackets: Readonly<Record<string, Handler<GdbSession>>> = {
  m: read,
  M: (session, rest) => write(session, rest, hexToBytes),
  X: (session, rest) => write(session, rest, bytesOf),
  'qSearch:memory:': search,
  'qCRC:': checksum,
};
