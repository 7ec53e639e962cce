/**
 * A recording as chunks, each whole or not there: a file whose writer was killed ends in the middle of one, and what
 * comes before it is good. All numbers little-endian:
 *
 * | bytes | what |
 * |---|---|
 * | 8 | magic `FLRECO\r\n` |
 * | 4 | version of the format |
 * | 16, n each | a chunk: kind, length n, CRC-32 of the content, CRC-32 of these 12 bytes; content |
 */
import { crc32, type FileKind } from '../../images/index.js';
import { wrongAt } from './error.js';

export const RECORDING_VERSION = 7;

const MAGIC = [0x46, 0x4c, 0x52, 0x45, 0x43, 0x4f, 0x0d, 0x0a];
const FILE_HEADER = 12;
const CHUNK_HEADER = 16;
/** Beyond what is read into one buffer. */
const LARGEST = 2 ** 31 - 1;

/** By the number in the file. */
const kinds = ['header', 'file', 'records'] as const;
export type ChunkKind = (typeof kinds)[number];

export interface Chunk {
  readonly kind: ChunkKind;
  readonly content: Uint8Array;
  /** Where the content is in the file. */
  readonly offset: number;
}

/** What a file begins with. */
export function fileStart(): Uint8Array {
  const bytes = new Uint8Array(FILE_HEADER);
  bytes.set(MAGIC);
  new DataView(bytes.buffer).setUint32(8, RECORDING_VERSION, true);
  return bytes;
}

export function writeChunk(kind: ChunkKind, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(CHUNK_HEADER + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, kinds.indexOf(kind), true);
  view.setUint32(4, content.length, true);
  view.setUint32(8, crc32(content), true);
  view.setUint32(12, crc32(bytes.subarray(0, 12)), true);
  bytes.set(content, CHUNK_HEADER);
  return bytes;
}

/**
 * The whole chunks of a file, in order. `name` is the file's, for messages.
 * @throws RecordingError for anything but a file that ends too early
 */
export function readChunks(bytes: Uint8Array, name: string): { chunks: Chunk[]; isCutOff: boolean } {
  if (MAGIC.some((byte, i) => bytes[i] !== byte))
    throw wrongAt(name, 0, "expected a recording's magic FLRECO");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < FILE_HEADER)
    throw wrongAt(name, 8, "expected the format's version, found the file's end");
  const version = view.getUint32(8, true);
  if (version !== RECORDING_VERSION)
    throw wrongAt(name, 8, `recording of version ${version}, expected ${RECORDING_VERSION}`);
  const chunks: Chunk[] = [];
  let at = FILE_HEADER;
  while (at < bytes.length) {
    const offset = at + CHUNK_HEADER;
    if (offset > bytes.length) return { chunks, isCutOff: true };
    if (view.getUint32(at + 12, true) !== crc32(bytes.subarray(at, at + 12)))
      throw wrongAt(name, at, "the checksum of a chunk's header does not match, the recording is damaged");
    const kind = kinds[view.getUint32(at, true)];
    const end = offset + view.getUint32(at + 4, true);
    if (kind === undefined) throw wrongAt(name, at, `chunk of an unknown kind ${view.getUint32(at, true)}`);
    if (end > bytes.length) return { chunks, isCutOff: true };
    const content = bytes.subarray(offset, end);
    if (view.getUint32(at + 8, true) !== crc32(content))
      throw wrongAt(name, offset, `the checksum of a chunk does not match, the recording is damaged`);
    chunks.push({ kind, content, offset });
    at = end;
  }
  return { chunks, isCutOff: false };
}

/** How much of a recording is to be read where nothing else tells. */
export const recordingKind: FileKind = {
  what: 'a recording',
  largest: (start) => (MAGIC.every((byte, i) => start[i] === byte) ? LARGEST : 0),
};
