/** UNMAP: blocks that nobody needs any more. As on QEMU, unless it is asked for more, they keep what they hold. SBC-3, 5.28. */
import { be32, be64 } from './command.js';
import { SENSE, type Sense } from './sense.js';

const HEADER = 8;
const DESCRIPTOR = 16;

/** What is wrong with a list of blocks, if something is. */
export function unmap(
  cdb: Uint8Array,
  list: Uint8Array,
  isReadOnly: boolean,
  isWithin: (block: number, count: number) => boolean,
): Sense | undefined {
  // There is no anchoring.
  if ((cdb[1] & 1) !== 0) return SENSE.INVALID_FIELD;
  if (list.length < HEADER) return SENSE.PARAMETER_LENGTH;
  const length = (list[0] << 8) | list[1];
  const described = (list[2] << 8) | list[3];
  if (list.length < length + 2 || list.length < described + HEADER || described % DESCRIPTOR !== 0)
    return SENSE.PARAMETER_LENGTH;
  if (isReadOnly) return SENSE.WRITE_PROTECTED;
  for (let at = HEADER; at < HEADER + described; at += DESCRIPTOR) {
    if (!isWithin(be64(list, at), be32(list, at + 8))) return SENSE.LBA_OUT_OF_RANGE;
  }
  return undefined;
}
