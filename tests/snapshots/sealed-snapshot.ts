/** Snapshot files taken apart and put together again around something changed, with lengths and checksum right. */
import { deflateSync, inflateSync } from 'node:zlib';
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

function deflated(pages: Uint8Array): Uint8Array {
  const bytes = deflatedPages.get(pages) ?? deflateSync(pages, { level: 1 });
  deflatedPages.set(pages, bytes);
  return bytes;
}

export function takeApart(bytes: Uint8Array): SnapshotParts {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const stateEnd = HEADER + 4 + view.getUint32(HEADER, true);
  const runsEnd = stateEnd + 4 + 8 * view.getUint32(stateEnd, true);
  return {
    state: inflateSync(bytes.subarray(HEADER + 4, stateEnd)).toString(),
    runs: bytes.slice(stateEnd, runsEnd),
    pages: new Uint8Array(inflateSync(bytes.subarray(runsEnd))),
  };
}

/** `like`: a snapshot with the same magic and version. */
export function putTogether({ state, runs, pages }: SnapshotParts, like: Uint8Array): Uint8Array {
  const stateBytes = deflateSync(state, { level: 1 });
  const length = new DataView(new ArrayBuffer(4));
  length.setUint32(0, stateBytes.length, true);
  const parts = [like.subarray(0, HEADER), new Uint8Array(length.buffer), stateBytes, runs];
  return sealed(new Uint8Array(Buffer.concat([...parts, deflated(pages)])));
}

/** The same file with its length and checksum put right. */
export function sealed(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setBigUint64(16, BigInt(bytes.length - HEADER), true);
  view.setUint32(12, crc32(bytes.subarray(HEADER)), true);
  return bytes;
}
