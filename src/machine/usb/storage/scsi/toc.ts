/** READ TOC: a table of contents, as of a compact disc with one track, which QEMU's disks tell, too. MMC-6, 6.25. */
import { bytes16, bytes32 } from './fields.js';

const FIRST_TRACK = 1;
const LEAD_OUT = 0xaa;
/** A data track that may be copied; the second is what QEMU has for the lead-out. */
const DATA_TRACK = 0x14;
const DATA_TRACK_END = 0x16;
/** Frames in a second, and those before the first block. */
const FRAMES = 75;
const BEFORE = 150;

/** Undefined for what there is not. @param blocks where the track ends */
export function tableOfContents(cdb: Uint8Array, blocks: number): number[] | undefined {
  const isTime = (cdb[1] & 2) !== 0;
  const place = (block: number): number[] => (isTime ? [0, ...time(block)] : bytes32(block));
  const withLength = (rest: readonly number[]): number[] => [...bytes16(rest.length), ...rest];
  switch (cdb[2] & 0xf) {
    case 0: {
      const first = cdb[6];
      if (first > FIRST_TRACK && first !== LEAD_OUT) return undefined;
      const track = first <= FIRST_TRACK ? [0, DATA_TRACK, FIRST_TRACK, 0, ...place(0)] : [];
      return withLength([1, 1, ...track, 0, DATA_TRACK_END, LEAD_OUT, 0, ...place(blocks)]);
    }
    case 1:
      return [0, 10, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0];
    case 2: {
      const entry = (point: number, where: readonly number[]): number[] => {
        return [1, DATA_TRACK, 0, point, 0, 0, 0, ...where];
      };
      return withLength([
        ...[1, 1, ...entry(0xa0, [0, 1, 0, 0]), ...entry(0xa1, [0, 1, 0, 0])],
        ...[...entry(0xa2, place(blocks)), ...entry(FIRST_TRACK, place(0))],
      ]);
    }
    default:
      return undefined;
  }
}

/** Minutes, seconds and frames. */
function time(block: number): number[] {
  const frames = block + BEFORE;
  const seconds = Math.floor(frames / FRAMES);
  return [Math.floor(seconds / 60) & 0xff, seconds % 60, frames % FRAMES];
}
