/** Snapshot files taken apart and put together again around something changed, with lengths and checksum right. */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { crc32 } from '../../src/images/index.js';

/** Behind the header: the length of the state; then the state, deflated; then the rest, as it is in the file. */
const HEADER = 24;

export interface SnapshotParts {
  /** JSON. */
  readonly state: string;
  /** The table of page runs: their number, then first page and number of pages of each. */
  readonly runs: Uint8Array;
  /** The pages of the runs and of the firmware, one behind the other. */
  readonly pages: Uint8Array;
}

/** Pages deflated, for as long as somebody has them: most mutations leave them as they are, and there are many. */
const deflatedPages = new WeakMap<Uint8Array, Uint8Array>();

/** Bytes of pages in a block. */
const BLOCK = 2 ** 20;

function deflated(pages: Uint8Array): Uint8Array {
  const bytes = deflatedPages.get(pages) ?? Buffer.concat(blocksOf(pages));
  deflatedPages.set(pages, bytes);
  return bytes;
}

function blocksOf(pages: Uint8Array): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < pages.length; at += BLOCK)
    blocks.push(...sized(deflateRawSync(pages.subarray(at, at + BLOCK), { level: 1 })));
  return blocks;
}

/** Something, with its length in front. */
function sized(bytes: Uint8Array): Uint8Array[] {
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, bytes.length, true);
  return [new Uint8Array(length.buffer), bytes];
}

function pagesOf(packed: Uint8Array): Uint8Array {
  const view = new DataView(packed.buffer, packed.byteOffset, packed.length);
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < packed.length; at += 4 + view.getUint32(at, true))
    blocks.push(inflateRawSync(packed.subarray(at + 4, at + 4 + view.getUint32(at, true))));
  return new Uint8Array(Buffer.concat(blocks));
}

export function takeApart(bytes: Uint8Array): SnapshotParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stateEnd = HEADER + 4 + view.getUint32(HEADER, true);
  const runsEnd = stateEnd + 4 + 8 * view.getUint32(stateEnd, true);
  return {
    state: inflateRawSync(bytes.subarray(HEADER + 4, stateEnd)).toString(),
    runs: bytes.slice(stateEnd, runsEnd),
    pages: pagesOf(bytes.subarray(runsEnd)),
  };
}

/** `like`: a snapshot with the same magic and version. */
export function putTogether({ state, runs, pages }: SnapshotParts, like: Uint8Array): Uint8Array {
  const parts = [like.subarray(0, HEADER), ...sized(deflateRawSync(state, { level: 1 })), runs];
  return sealed(new Uint8Array(Buffer.concat([...parts, deflated(pages)])));
}

/** The same file with its length and checksum put right. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setBigUint64(16, BigInt(bytes.length - HEADER), true);
  view.setUint32(12, crc32(bytes.subarray(HEADER)), true);
  return bytes;
}
