/** How a channel of the BCM2835's DMA controller moves the bytes of one row: "BCM2835 ARM Peripherals", chapter 4. */
import type { RamPart } from '../../../bus.js';
import type { BusMaster } from '../../../dma.js';

// Transfer information, section 4.2.1.2. Its other bits say how the hardware goes about it, to no effect here.
export const TI_INTEN = 1 << 0;
export const TI_TDMODE = 1 << 1;
const TI_DEST_INC = 1 << 4;
const TI_DEST_IGNORE = 1 << 7;
const TI_SRC_INC = 1 << 8;
const TI_SRC_IGNORE = 1 << 11;

/** What is moved: so many bytes, and how. */
export interface Transfer {
  readonly ti: number;
  sourceAd: number;
  destAd: number;
  left: number;
}

/** Bytes of RAM that are moved at a time. */
const MOST_AT_ONCE = 0x1_0000;
/** Words that are moved one by one before it is looked again whether there is a quicker way. */
const MOST_SINGLE = 64;
// Costs, in words that are moved as a part of many: of moving one alone, and of moving many beside those.
const SINGLE_COST = 256;
const MANY_COST = 512;

/** Moves the next bytes of a row that has some left. Gives what that costs, in words of RAM. */
export function moveSome(memory: BusMaster, transfer: Transfer): number {
  const words = moveRam(memory, transfer) / 4;
  if (words > 0) return words + MANY_COST;
  let moved = 0;
  for (; moved < MOST_SINGLE && transfer.left > 0; moved++) moveWord(memory, transfer);
  return moved * SINGLE_COST;
}

/** One word, or as many bytes as are left, which only RAM takes. QEMU never comes to the end of such a row. */
function moveWord(memory: BusMaster, transfer: Transfer): void {
  const { ti, sourceAd, destAd } = transfer;
  const bytes = Math.min(4, transfer.left);
  const data = ti & TI_SRC_IGNORE ? 0 : (memory.readWord(sourceAd) ?? 0);
  if ((ti & TI_DEST_IGNORE) === 0) {
    if (bytes === 4) memory.writeWord(destAd, data);
    else memory.write(destAd, littleEndian(data).subarray(0, bytes));
  }
  advance(transfer, bytes);
}

function advance(transfer: Transfer, bytes: number): void {
  if (transfer.ti & TI_SRC_INC) transfer.sourceAd = (transfer.sourceAd + bytes) >>> 0;
  if (transfer.ti & TI_DEST_INC) transfer.destAd = (transfer.destAd + bytes) >>> 0;
  transfer.left -= bytes;
}

/**
 * Moves whole words at once, as far as that is the same as one after the other: from RAM or nothing to RAM or nothing.
 * Of what goes to one word of RAM the last stays: such as the FIFO of a PWM, where this board has RAM. Gives how many
 * bytes.
 */
function moveRam(memory: BusMaster, transfer: Transfer): number {
  const { ti, sourceAd, destAd, left } = transfer;
  const increments = (ti & TI_SRC_INC) !== 0;
  let bytes = wholeWords(Math.min(left, MOST_AT_ONCE));
  let source: RamPart | undefined;
  if ((ti & TI_SRC_IGNORE) === 0) {
    source = memory.ramAt(sourceAd, increments ? bytes : 4);
    if (source === undefined || source.length < 4) return 0;
    if (increments) bytes = wholeWords(source.length);
  }
  if ((ti & TI_DEST_IGNORE) === 0) {
    const stays = (ti & TI_DEST_INC) === 0;
    const dest = memory.ramAt(destAd, stays ? 4 : bytes);
    if (dest === undefined || dest.length < 4) return 0;
    if (!stays) bytes = dest.length;
    bytes = wholeWords(Math.min(bytes, unmixed(source, dest, increments)));
    if (bytes > 0) memory.write(destAd, content(source, increments, bytes).subarray(stays ? -4 : 0));
  }
  advance(transfer, bytes);
  return bytes;
}

const wholeWords = (bytes: number): number => bytes - (bytes % 4);

/** How many of the first bytes can be written at `dest` before one of them is read at `source`; Infinity for all. */
function unmixed(source: RamPart | undefined, dest: RamPart, increments: boolean): number {
  if (source?.ram !== dest.ram) return Infinity;
  const distance = dest.offset - source.offset;
  if (increments) return distance > 0 ? distance : Infinity;
  const isApart = distance >= 4 || distance <= -dest.length;
  return isApart ? Infinity : 0;
}

/** So many bytes of a row of RAM, of one word of it again and again, or zeros. */
function content(source: RamPart | undefined, increments: boolean, bytes: number): Uint8Array {
  if (source === undefined) return new Uint8Array(bytes);
  if (increments) return source.ram.read(source.offset, bytes);
  const word = Uint8Array.from(source.ram.read(source.offset, 4));
  return new Uint8Array(new Uint32Array(bytes / 4).fill(new Uint32Array(word.buffer)[0]).buffer);
}

const littleEndian = (word: number): Uint8Array =>
  Uint8Array.from({ length: 4 }, (_, i) => (word >>> (8 * i)) & 0xff);
