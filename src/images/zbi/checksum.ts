/**
 * The checksum of a boot image's items. Documents: Fuchsia's SDK, `lib/zbi-format/zbi.h`, which says less than it means;
 * images that Fuchsia's `zbi` tool made.
 */
import { crc32 } from '../crc32.js';
import { zbiHeaderSize, zbiItemMagic } from './types.js';

/** What the CRC-32 covers of an item, beside the words that are the same in all. */
export interface ZbiChecked {
  readonly type: number;
  readonly extra: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

/** The CRC-32 of an item: of its header, with 0 in the crc32 field, then of the payload without padding. */
export function zbiCrc32({ type, extra, flags, payload }: ZbiChecked): number {
  return crc32(payload, crc32(zbiHeader([type, payload.length, extra, flags], 0)));
}

/** A header. @param words type, length, extra and flags */
export function zbiHeader(words: readonly [number, number, number, number], crc: number): Uint8Array {
  const header = new Uint8Array(zbiHeaderSize);
  const view = new DataView(header.buffer);
  [...words, 0, 0, zbiItemMagic, crc].forEach((word, index) => view.setUint32(4 * index, word, true));
  return header;
}
