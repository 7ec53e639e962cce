/**
 * Data of a card: what comes out, and what becomes of what goes in, by the command that asked for it. SD
 * Physical Layer Simplified Specification 2.00, 4.3.
 */
import { lockUnlock } from './lock.js';
import { BLOCK, CID, CSD_COPY, CSD_FLAGS, CSD_PERM_WRITE_PROTECT, SCR } from './registers.js';
import { CSD_OVERWRITE, OCR_CCS, WP_VIOLATION } from './status.js';
import type { SdCard } from './card.js';

/** Gives the card's next bytes, some of them at least, and says how many those are. */
type Reader = (card: SdCard, into: Uint8Array) => number;
/** Takes the first of some bytes, and says how many. */
type Writer = (card: SdCard, bytes: Uint8Array) => number;

const SD_STATUS = 64;
/** What a general command reads, as nothing of it is defined here. */
const GENERAL = 0xec;

const blockLength = ({ s }: SdCard): number => s.blockLength;
/** Bytes of a block that is read: a card that is addressed by blocks knows only one length. */
const readLength = ({ s }: SdCard): number => (s.ocr & OCR_CCS ? BLOCK : s.blockLength);

/** Bytes that can be moved of a block of a length. One without any has one byte, as QEMU's. */
const room = ({ s }: SdCard, length: number, wanted: number): number =>
  Math.min(Math.max(length - s.dataOffset, 1), wanted, BLOCK - Math.min(s.dataOffset, BLOCK - 1));

/** Gives what is in `bytes`, or zeros behind it, up to a length, and is through. */
const gives =
  (length: (card: SdCard) => number, bytes: (card: SdCard) => Uint8Array): Reader =>
  (card, into) => {
    const { s } = card;
    const given = room(card, length(card), into.length);
    const part = bytes(card).subarray(s.dataOffset, s.dataOffset + given);
    into.set(part);
    into.fill(0, part.length, given);
    s.dataOffset = Math.min(s.dataOffset + given, BLOCK);
    if (s.dataOffset >= length(card)) s.state = 'tran';
    return given;
  };
const buffer = ({ data }: SdCard): Uint8Array => data;

const readSingle = gives(readLength, (card) => {
  const { s } = card;
  if (s.dataOffset === 0) card.readDisk(s.dataAddress, readLength(card));
  return card.data;
});

const readMultiple: Reader = (card, into) => {
  const { s } = card;
  const length = readLength(card);
  if (s.dataOffset === 0) {
    if (!card.isInRange(s.dataAddress, length)) return 0;
    card.readDisk(s.dataAddress, length);
  }
  const given = room(card, length, into.length);
  into.set(card.data.subarray(s.dataOffset, s.dataOffset + given));
  s.dataOffset += given;
  if (s.dataOffset >= length) {
    s.dataAddress += length;
    s.dataOffset = 0;
  }
  return given;
};

/** By command; those of CMD55's follower have numbers that the others do not use. */
export const readers: Readonly<Record<number, Reader>> = {
  6: gives(() => 64, buffer),
  13: gives(
    () => SD_STATUS,
    ({ s }) => Uint8Array.of(s.busWidth << 6),
  ),
  17: readSingle,
  18: readMultiple,
  22: gives(() => 4, buffer),
  30: gives(() => 4, buffer),
  51: gives(
    () => SCR.length,
    () => SCR,
  ),
  56: gives(blockLength, (card) => {
    if (card.s.dataOffset === 0) card.data.fill(GENERAL, 0, card.s.blockLength);
    return card.data;
  }),
};

/** Puts the first of some bytes into the buffer of a block that is so long. */
function gather(card: SdCard, bytes: Uint8Array, length: number): number {
  const { s } = card;
  const taken = room(card, length, bytes.length);
  card.data.set(bytes.subarray(0, taken), s.dataOffset);
  s.dataOffset = Math.min(s.dataOffset + taken, BLOCK);
  return taken;
}

/** Takes a block of so many bytes, does something with it, and is through. */
const block =
  (length: (card: SdCard) => number, act: (card: SdCard) => void): Writer =>
  (card, bytes) => {
    const taken = gather(card, bytes, length(card));
    if (card.s.dataOffset >= length(card)) {
      act(card);
      card.s.state = 'tran';
    }
    return taken;
  };

const writeMultiple: Writer = (card, bytes) => {
  const { s } = card;
  if (s.dataOffset === 0) {
    if (!card.isInRange(s.dataAddress, s.blockLength)) return 0;
    if (card.isGroupProtected(s.dataAddress)) {
      s.status |= WP_VIOLATION;
      return 0;
    }
  }
  const taken = gather(card, bytes, s.blockLength);
  if (s.dataOffset >= s.blockLength) {
    card.writeDisk(s.dataAddress, s.dataOffset);
    s.dataAddress += s.blockLength;
    s.dataOffset = 0;
  }
  return taken;
};

/** CMD26: the identification is written once, in the factory; the same one again is no error. */
function programCid({ s, data }: SdCard): void {
  if (CID.some((byte, i) => byte !== data[i])) s.status |= CSD_OVERWRITE;
}

/** Bits of the last two bytes of the CSD that can be written. */
const writable: Readonly<Record<number, number>> = { [CSD_FLAGS]: 0xfc, 15: 0xfe };

/** CMD27: the flags; copy and permanent write protection are never taken back. */
function programCsd({ s, data }: SdCard): void {
  const { csd } = s;
  const isOther = csd.some((byte, i) => ((byte ^ data[i]) & ~(writable[i] ?? 0)) !== 0);
  const takesBack = (csd[CSD_FLAGS] & ~data[CSD_FLAGS] & (CSD_COPY | CSD_PERM_WRITE_PROTECT)) !== 0;
  if (isOther || takesBack) s.status |= CSD_OVERWRITE;
  if (s.status & CSD_OVERWRITE) return;
  for (const [at, mask] of Object.entries(writable))
    csd[Number(at)] = (csd[Number(at)] | mask) & data[Number(at)];
}

export const writers: Readonly<Record<number, Writer>> = {
  24: block(blockLength, (card) => card.writeDisk(card.s.dataAddress, card.s.dataOffset)),
  25: writeMultiple,
  26: block(() => 16, programCid),
  27: block(() => 16, programCsd),
  42: block(blockLength, lockUnlock),
  56: block(blockLength, () => undefined),
};
