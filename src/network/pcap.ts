/** Captures of frames, as `-object filter-dump` writes them: libpcap's file format, for Ethernet. */

const MAGIC = 0xa1b2_c3d4;
const ETHERNET = 1;

function words(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, i) => view.setUint32(4 * i, value, true));
  return bytes;
}

/** What a file begins with. @param most bytes of a frame that are kept */
export const pcapHeader = (most: number): Uint8Array => words(MAGIC, 2 | (4 << 16), 0, 0, most, ETHERNET);

/** A frame at a time in ns since 1970. */
export function pcapRecord(frame: Uint8Array, ns: number, most: number): Uint8Array {
  const kept = frame.subarray(0, most);
  const microseconds = Math.floor(ns / 1000);
  const header = words(Math.floor(microseconds / 1e6), microseconds % 1e6, kept.length, frame.length);
  const record = new Uint8Array(header.length + kept.length);
  record.set(header);
  record.set(kept, header.length);
  return record;
}
