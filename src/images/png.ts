/**
 * Pictures as PNG files: "Portable Network Graphics (PNG) Specification (Second Edition)", W3C 2003. Written only: three
 * samples of eight bits a pixel, rows as they are, in one piece.
 */
import { zlibSync } from 'fflate';
import { concatenate } from './concatenate.js';
import { crc32 } from './crc32.js';

/** Section 5.2. */
const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);
/** Section 11.2.2: truecolour, 8 bits a sample, and the only methods of compression, filtering and no interlacing. */
const format = Uint8Array.of(8, 2, 0, 0, 0);
/** Section 9.2: a row's bytes are as they are. */
const noFilter = 0;

/**
 * The file of a picture.
 * @param pixels four bytes a pixel, row by row from the top: red, green, blue, and one that is left out
 */
export function writePng(picture: {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array | Uint8ClampedArray;
}): Uint8Array {
  const { width, height, pixels } = picture;
  const size = new DataView(new ArrayBuffer(8));
  size.setUint32(0, width);
  size.setUint32(4, height);
  const rows = new Uint8Array(height * (1 + 3 * width));
  let to = 0;
  for (let from = 0; from < 4 * width * height; from += 4) {
    if (from % (4 * width) === 0) rows[to++] = noFilter;
    rows.set(pixels.subarray(from, from + 3), to);
    to += 3;
  }
  return concatenate([
    signature,
    chunk('IHDR', concatenate([new Uint8Array(size.buffer), format])),
    chunk('IDAT', zlibSync(rows)),
    chunk('IEND', new Uint8Array()),
  ]);
}

/** Section 5.3: length, type, data, and the CRC of the latter two. */
function chunk(type: string, data: Uint8Array): Uint8Array {
  const checked = concatenate([new TextEncoder().encode(type), data]);
  const frame = new DataView(new ArrayBuffer(8));
  frame.setUint32(0, data.length);
  frame.setUint32(4, crc32(checked));
  return concatenate([new Uint8Array(frame.buffer, 0, 4), checked, new Uint8Array(frame.buffer, 4, 4)]);
}
