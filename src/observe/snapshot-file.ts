/**
 * The file that holds a snapshot. All numbers little-endian:
 *
 * | bytes | what |
 * |---|---|
 * | 8 | magic `FLSNAP\r\n` |
 * | 4 | version of the format and of the state in it |
 * | 4 | CRC-32 of everything behind this header |
 * | 8 | length of everything behind this header |
 * | 4, n | length, then JSON, deflated: the machine without its memory |
 * | 4, 8 each | number of runs of RAM pages: first page, number of pages |
 * | rest | pages of 4 KiB: those of the runs, then those of the firmware, then what disks have kept aside; in blocks, each a length in 4 bytes, then up to 1 MiB of pages, deflated |
 */
import { concatenate, crc32, deflate, inflate, type FileKind } from '../images/index.js';

/**
 * Changes whenever a snapshot of an older firstlight can no longer be continued exactly: when state gets another shape
 * (a test says so), or another meaning in the same one.
 */
export const SNAPSHOT_VERSION = 17;
export const PAGE = 4096;

const MAGIC = [0x46, 0x4c, 0x53, 0x4e, 0x41, 0x50, 0x0d, 0x0a];
const HEADER = 24;
/** All of RAM, should it be noise. */
const LARGEST = 2 ** 32;
/** Bytes of pages in a block, the last of which may have fewer: no more is ever out at once. */
const BLOCK = 0x10_0000;

/** A file that is no snapshot, or not one that can be continued. The message is one line. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

/** Pages `page` to `page + count - 1`. */
export type Run = { readonly page: number; readonly count: number };

/** Pages in ascending order as runs. */
export function runsOf(pages: Iterable<number>): Run[] {
  const runs: { page: number; count: number }[] = [];
  for (const page of pages) {
    const last = runs.at(-1);
    if (last !== undefined && last.page + last.count === page) last.count += 1;
    else runs.push({ page, count: 1 });
  }
  return runs;
}

export interface SnapshotFile {
  readonly json: string;
  readonly runs: readonly Run[];
  /** The blocks of pages. */
  readonly packed: Uint8Array;
}

/** Packs pieces of any size, whole pages together; the blocks, in parts. */
export function pack(pieces: Iterable<Uint8Array>): Uint8Array[] {
  const parts: Uint8Array[] = [];
  const block = new Uint8Array(BLOCK);
  let filled = 0;
  const close = (): void => {
    parts.push(...sized(deflate(block.subarray(0, filled))));
    filled = 0;
  };
  for (const piece of pieces) {
    for (let at = 0; at < piece.length;) {
      const some = piece.subarray(at, at + BLOCK - filled);
      block.set(some, filled);
      filled += some.length;
      at += some.length;
      if (filled === BLOCK) close();
    }
  }
  if (filled > 0) close();
  return parts;
}

/** Something, with its length in front. */
function sized(bytes: Uint8Array): [Uint8Array, Uint8Array] {
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, bytes.length, true);
  return [new Uint8Array(length.buffer), bytes];
}

/**
 * Unpacks pages, `length` bytes of them, handing on each in turn.
 * @throws SnapshotError if it is not just so much that is packed
 */
export function unpack(
  name: string,
  packed: Uint8Array,
  length: number,
  take: (page: Uint8Array) => void,
): void {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  let at = 0;
  for (let left = length; left > 0; left -= BLOCK) {
    const end = at + 4 <= packed.length ? at + 4 + view.getUint32(at, true) : Infinity;
    if (end > packed.length) throw damaged(name, `its pages end ${left} bytes too early`);
    const expected = Math.min(left, BLOCK);
    const block = inflate(packed.subarray(at + 4, end), expected);
    if (!(block instanceof Uint8Array) || block.length !== expected)
      throw damaged(name, `the last ${left} bytes of its pages do not inflate`);
    for (let page = 0; page < expected; page += PAGE) take(block.subarray(page, page + PAGE));
    at = end;
  }
  if (at !== packed.length) throw damaged(name, `more than ${length} bytes of pages`);
}

export const damaged = (name: string, what: string): SnapshotError =>
  new SnapshotError(`${name}: the snapshot's content is not a machine: ${what}`);

export function writeSnapshotFile(
  json: string,
  runs: readonly Run[],
  packed: readonly Uint8Array[],
): Uint8Array {
  const table = new DataView(new ArrayBuffer(4 + runs.length * 8));
  table.setUint32(0, runs.length, true);
  for (const [i, { page, count }] of runs.entries()) {
    table.setUint32(4 + i * 8, page, true);
    table.setUint32(8 + i * 8, count, true);
  }
  const bytes = concatenate([
    new Uint8Array(HEADER),
    ...sized(deflate(new TextEncoder().encode(json))),
    new Uint8Array(table.buffer),
    ...packed,
  ]);
  const header = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  header.setUint32(8, SNAPSHOT_VERSION, true);
  header.setBigUint64(16, BigInt(bytes.length - HEADER), true);
  header.setUint32(12, crc32(bytes.subarray(HEADER)), true);
  return bytes;
}

/**
 * Takes a file apart. `name` is the file's, for messages.
 * @throws SnapshotError
 */
export function readSnapshotFile(bytes: Uint8Array, name: string): SnapshotFile {
  const view = checkHeader(bytes, name);
  const cut = (at: number, length: number, what: string): number => {
    if (at + length > bytes.length) {
      throw new SnapshotError(
        `${name}: at offset 0x${at.toString(16)}: ${what} reaches beyond the file's end`,
      );
    }
    return at + length;
  };
  const textAt = cut(HEADER, 4, 'the length of the state');
  const countAt = cut(textAt, view.getUint32(HEADER, true), 'the state');
  const runsAt = cut(countAt, 4, 'the number of page runs');
  const packedAt = cut(runsAt, view.getUint32(countAt, true) * 8, 'the table of page runs');
  const runs: Run[] = [];
  for (let at = runsAt; at < packedAt; at += 8) {
    runs.push({ page: view.getUint32(at, true), count: view.getUint32(at + 4, true) });
  }
  return { json: inflateText(bytes.subarray(textAt, countAt), name), runs, packed: bytes.subarray(packedAt) };
}

/** Bytes of JSON, beyond which no text can be as long. */
const TEXT_MAX = 2 ** 29 - 2 ** 10;

function inflateText(packed: Uint8Array, name: string): string {
  const text = inflate(packed, TEXT_MAX);
  if (text === 'too large') throw damaged(name, `more than ${TEXT_MAX} bytes of state`);
  if (!(text instanceof Uint8Array)) throw damaged(name, 'its state does not inflate');
  return new TextDecoder().decode(text);
}

/** How much of a snapshot is to be read where nothing else tells. */
export const snapshotKind: FileKind = {
  what: 'a snapshot',
  largest: (start) => {
    if (start.length < HEADER || MAGIC.some((byte, i) => start[i] !== byte)) return 0;
    const length = new DataView(start.buffer, start.byteOffset).getBigUint64(16, true);
    return Math.min(HEADER + Number(length), LARGEST);
  },
  endsItself: true,
};

function checkHeader(bytes: Uint8Array, name: string): DataView {
  const wrong = (offset: number, what: string) =>
    new SnapshotError(`${name}: at offset 0x${offset.toString(16)}: ${what}`);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw wrong(0, "expected a snapshot's magic FLSNAP");
  if (bytes.length < HEADER) {
    throw wrong(0, `expected a snapshot's header of ${HEADER} bytes, found ${bytes.length}`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const version = view.getUint32(8, true);
  if (version !== SNAPSHOT_VERSION) {
    throw wrong(8, `snapshot of version ${version}, expected ${SNAPSHOT_VERSION}`);
  }
  const length = view.getBigUint64(16, true);
  if (length !== BigInt(bytes.length - HEADER)) {
    throw wrong(16, `expected ${length} bytes behind the header, found ${bytes.length - HEADER}`);
  }
  if (view.getUint32(12, true) !== crc32(bytes.subarray(HEADER))) {
    throw wrong(12, 'the checksum does not match, the snapshot is damaged');
  }
  return view;
}
