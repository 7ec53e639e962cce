/**
 * Data of a card, byte by byte: what comes out, and what becomes of what goes in, by the command that asked for it. SD
 * Physical Layer Simplified Specification 2.00, 4.3.
 */
import { lockUnlock } from './lock.js';
import { CID, CSD_COPY, CSD_FLAGS, CSD_PERM_WRITE_PROTECT, SCR } from './registers.js';
import { CSD_OVERWRITE, OCR_CCS, WP_VIOLATION } from './status.js';
import type { SdCard } from './card.js';

type Reader = (card: SdCard) => number;
type Writer = (card: SdCard, value: number) => void;

const BLOCK = 512;
const SD_STATUS = 64;
/** What a general command reads, as nothing of it is defined here. */
const GENERAL = 0xec;

/** Bytes of a block that is read: a card that is addressed by blocks knows only one length. */
const readLength = ({ s }: SdCard): number => (s.ocr & OCR_CCS ? BLOCK : s.blockLength);

/** Gives so many bytes, and is through. */
const register =
  (length: number, byteAt: (card: SdCard, offset: number) => number | undefined): Reader =>
  (card) => {
    const { s } = card;
    const value = byteAt(card, s.dataOffset) ?? 0;
    advance(card);
    if (s.dataOffset >= length) s.state = 'tran';
    return value;
  };

/** On to the next byte of a buffer that is a block long. */
function advance({ s }: SdCard): void {
  s.dataOffset = Math.min(s.dataOffset + 1, BLOCK);
}

const buffered = (card: SdCard, offset: number): number | undefined => card.data[offset];

const readSingle: Reader = (card) => {
  const { s } = card;
  const length = readLength(card);
  if (s.dataOffset === 0) card.readDisk(s.dataAddress, length);
  const value = card.data[s.dataOffset] ?? 0;
  advance(card);
  if (s.dataOffset >= length) s.state = 'tran';
  return value;
};

const readMultiple: Reader = (card) => {
  const { s } = card;
  const length = readLength(card);
  if (s.dataOffset === 0) {
    if (!card.isInRange(s.dataAddress, length)) return 0;
    card.readDisk(s.dataAddress, length);
  }
  const value = card.data[s.dataOffset] ?? 0;
  advance(card);
  if (s.dataOffset >= length) {
    s.dataAddress += length;
    s.dataOffset = 0;
  }
  return value;
};

const readGeneral: Reader = (card) => {
  const { s } = card;
  if (s.dataOffset === 0) card.data.fill(GENERAL, 0, s.blockLength);
  const value = card.data[s.dataOffset] ?? 0;
  advance(card);
  if (s.dataOffset >= s.blockLength) s.state = 'tran';
  return value;
};

/** By command; those of CMD55's follower have numbers that the others do not use. */
export const readers: Readonly<Record<number, Reader>> = {
  6: register(64, buffered),
  13: register(SD_STATUS, ({ s }, offset) => (offset === 0 ? s.busWidth << 6 : 0)),
  17: readSingle,
  18: readMultiple,
  22: register(4, buffered),
  30: register(4, buffered),
  51: register(SCR.length, (_, offset) => SCR[offset]),
  56: readGeneral,
};

/** Takes a block of so many bytes, does something with it, and is through. */
const block =
  (length: (card: SdCard) => number, act: (card: SdCard) => void): Writer =>
  (card, value) => {
    const { s } = card;
    card.data[s.dataOffset] = value;
    advance(card);
    if (s.dataOffset < length(card)) return;
    act(card);
    s.state = 'tran';
  };
const blockLength = ({ s }: SdCard): number => s.blockLength;

const writeMultiple: Writer = (card, value) => {
  const { s } = card;
  if (s.dataOffset === 0) {
    if (!card.isInRange(s.dataAddress, s.blockLength)) return;
    if (card.isGroupProtected(s.dataAddress)) {
      s.status |= WP_VIOLATION;
      return;
    }
  }
  card.data[s.dataOffset] = value;
  advance(card);
  if (s.dataOffset < s.blockLength) return;
  card.writeDisk(s.dataAddress, s.dataOffset);
  s.dataAddress += s.blockLength;
  s.dataOffset = 0;
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
