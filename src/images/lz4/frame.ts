/**
 * LZ4 frames, in which a boot image's storage items are compressed. Document: LZ4 Frame Format Description
 * 1.6.2 (lz4_Frame_format.md).
 *
 * A frame is a descriptor (magic, FLG, BD, content size, header checksum), blocks with their sizes, an end
 * mark of zero, and a checksum of the content if FLG says so.
 */
import { ByteReader } from '../byte-reader.js';
import { largestContent } from '../limits.js';
import { BlockError, decodeBlock, encodeBlock, encodedBound } from './block.js';
import { xxHash32 } from './xxhash32.js';

const frameMagic = 0x184d2204;
/** Skippable frames have sixteen magics, from this one on. */
const skippableMagic = 0x184d2a50;
const flag = {
  version: 0xc0,
  independent: 0x20,
  blockChecksum: 0x10,
  contentSize: 0x08,
  contentChecksum: 0x04,
  reserved: 0x02,
  dictionary: 0x01,
} as const;
const version1 = 0x40;
/** The block size that is written, and its number in bits 6:4 of BD. */
const written = { number: 4, blockSize: 1 << 16 } as const;
/** The block sizes that BD can name, by their numbers. */
const blockSizes: Readonly<Record<number, number>> = {
  [written.number]: written.blockSize,
  5: 1 << 18,
  6: 1 << 20,
  7: 1 << 22,
};
const uncompressedBlock = 0x80000000;
/** No byte of a block stands for more than this many bytes of content. */
const greatestRatio = 255;
const windowSize = 0x10000;

interface Descriptor {
  readonly independent: boolean;
  readonly blockChecksum: boolean;
  readonly contentChecksum: boolean;
  readonly blockSize: number;
  /** Undefined where the descriptor does not say. */
  readonly contentSize: number | undefined;
  /** Offset of the first block. */
  readonly end: number;
}

/** True if `bytes` start as an LZ4 frame does, or one of those that are skipped. */
export function isLz4(bytes: Uint8Array): boolean {
  if (bytes.length < 4) return false;
  const magic = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
  return magic === frameMagic || isSkippable(magic);
}

const isSkippable = (magic: number): boolean => (magic & 0xfffffff0) >>> 0 === skippableMagic;

/**
 * Decompresses one LZ4 frame or several in a row, checking every checksum that they have.
 * @param limit size in bytes beyond which the result is refused
 * @throws ImageError naming the offset of the first thing that is not as the format demands
 */
export function readLz4(bytes: Uint8Array, file = 'LZ4 frame', limit = largestContent): Uint8Array {
  const reader = new ByteReader(bytes, file, true);
  const content = new Content(reader, limit);
  let offset = 0;
  do {
    const magic = reader.u32(offset, 'an LZ4 frame');
    if (isSkippable(magic)) {
      const size = reader.u32(offset + 4, "a skippable frame's size");
      reader.need(offset + 8, size, 'a skippable frame');
      offset += 8 + size;
    } else {
      offset = readFrame(reader, offset, content);
    }
  } while (offset < bytes.length);
  return content.finish();
}

/** What has been decompressed so far, in a buffer that grows as blocks come in. */
class Content {
  bytes = new Uint8Array(0);
  length = 0;

  constructor(
    private readonly reader: ByteReader,
    private readonly limit: number,
  ) {}

  /** Makes room for `size` bytes more; `spare` for more to come. */
  reserve(size: number, spare = 0): void {
    const needed = this.length + size;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(needed + spare);
    grown.set(this.bytes.subarray(0, this.length));
    this.bytes = grown;
  }

  /** Takes note of bytes that were written behind `length`. */
  grow(to: number): void {
    this.check(to);
    this.length = to;
  }

  check(size: number): void {
    if (size > this.limit) throw this.reader.error(undefined, `expands to more than ${this.limit} bytes`);
  }

  finish(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }
}

function readFrame(reader: ByteReader, start: number, content: Content): number {
  const frame = readDescriptor(reader, start);
  const first = content.length;
  if (frame.contentSize !== undefined) reserveContent(reader, start, frame.contentSize, content);
  let offset = frame.end;
  for (;;) {
    const word = reader.u32(offset, "a block's size");
    if (word === 0) break;
    offset = readFrameBlock(reader, offset, word, frame, first, content);
  }
  offset += 4;
  const size = content.length - first;
  if (frame.contentSize !== undefined && size !== frame.contentSize) {
    throw reader.error(start + 6, `expected the content's size, ${size}, found ${frame.contentSize}`);
  }
  if (!frame.contentChecksum) return offset;
  checkSum(reader, offset, content.bytes.subarray(first, content.length), 'the content');
  return offset + 4;
}

/** Believes a stated content size only as far as the file's size can bear it out. */
function reserveContent(reader: ByteReader, start: number, size: number, content: Content): void {
  content.check(content.length + size);
  if (size > reader.length * greatestRatio) {
    throw reader.error(
      start + 6,
      `expected a content size that ${reader.length} bytes can hold, found ${size}`,
    );
  }
  content.reserve(size);
}

function readDescriptor(reader: ByteReader, start: number): Descriptor {
  const magic = reader.u32(start, 'an LZ4 frame');
  if (magic !== frameMagic) {
    throw reader.error(
      start,
      `expected LZ4 frame magic 0x184d2204, found 0x${magic.toString(16).padStart(8, '0')}`,
    );
  }
  const flags = reader.u8(start + 4, 'FLG');
  if ((flags & flag.version) !== version1) {
    throw reader.error(start + 4, `expected frame version 1, found ${flags >> 6}`);
  }
  if (flags & flag.reserved) throw reader.error(start + 4, 'expected the reserved bit of FLG to be 0');
  if (flags & flag.dictionary) throw reader.error(start + 4, 'expected a frame that needs no dictionary');
  const sizes = reader.u8(start + 5, 'BD');
  const blockSize = blockSizes[sizes >> 4];
  if (blockSize === undefined) {
    throw reader.error(start + 5, `expected a block size of 4 to 7, found ${sizes >> 4}`);
  }
  if (sizes & 0x0f) throw reader.error(start + 5, 'expected the reserved bits of BD to be 0');
  const hasSize = (flags & flag.contentSize) !== 0;
  const contentSize = hasSize ? reader.size64(start + 6, 'the content size') : undefined;
  const end = start + (hasSize ? 14 : 6);
  const stated = reader.u8(end, 'the header checksum');
  const actual = (xxHash32(reader.bytes.subarray(start + 4, end)) >> 8) & 0xff;
  if (stated !== actual) {
    const [want, found] = [actual, stated].map((sum) => `0x${sum.toString(16).padStart(2, '0')}`);
    throw reader.error(end, `expected the header checksum ${want}, found ${found}`);
  }
  return {
    independent: (flags & flag.independent) !== 0,
    blockChecksum: (flags & flag.blockChecksum) !== 0,
    contentChecksum: (flags & flag.contentChecksum) !== 0,
    blockSize,
    contentSize,
    end: end + 1,
  };
}

/** Appends the block whose size word `word` is at `offset`; returns the offset behind it. */
function readFrameBlock(
  reader: ByteReader,
  offset: number,
  word: number,
  frame: Descriptor,
  first: number,
  content: Content,
): number {
  const size = word & ~uncompressedBlock;
  if (size > frame.blockSize) {
    throw reader.error(offset, `expected a block of at most ${frame.blockSize} bytes, found ${size}`);
  }
  const at = offset + 4;
  const block = reader.slice(at, size, 'a block');
  const end = at + size;
  if (frame.blockChecksum) checkSum(reader, end, block, 'the block');
  const stored = (word & uncompressedBlock) !== 0;
  const most = stored ? size : Math.min(frame.blockSize, size * greatestRatio);
  const start = content.length;
  const left = frame.contentSize === undefined ? most : first + frame.contentSize - start;
  content.reserve(Math.min(most, left), frame.contentSize === undefined ? content.length : 0);
  const limit = start + Math.min(most, left);
  if (stored) {
    if (size > left) throw reader.error(offset, 'expected no more content than the content size says');
    content.bytes.set(block, start);
    content.grow(start + size);
  } else {
    const window = frame.independent ? start : Math.max(first, start - windowSize);
    try {
      content.grow(decodeBlock(reader.bytes, at, end, content.bytes, start, window, limit));
    } catch (error) {
      throw error instanceof BlockError ? reader.error(error.offset, error.expected) : error;
    }
  }
  return end + (frame.blockChecksum ? 4 : 0);
}

function checkSum(reader: ByteReader, offset: number, bytes: Uint8Array, what: string): void {
  const stated = reader.u32(offset, `the checksum of ${what}`);
  const actual = xxHash32(bytes);
  if (stated === actual) return;
  const [want, found] = [actual, stated].map((sum) => `0x${sum.toString(16).padStart(8, '0')}`);
  throw reader.error(offset, `expected the checksum of ${what}, ${want}, found ${found}`);
}

/**
 * Compresses to one LZ4 frame: content size stated, blocks of 64 KiB, which every reader of frames can take if they are
 * independent. With `linked`, matches reach into the block before, which makes programs some 6% smaller. Equal input
 * gives equal output.
 */
export function writeLz4(bytes: Uint8Array, linked = false): Uint8Array {
  const { number, blockSize } = written;
  const blocks = Math.ceil(bytes.length / blockSize);
  const frame = new Uint8Array(15 + bytes.length + 4 * blocks + 4);
  const view = new DataView(frame.buffer);
  view.setUint32(0, frameMagic, true);
  frame[4] = version1 | (linked ? 0 : flag.independent) | flag.contentSize;
  frame[5] = number << 4;
  view.setBigUint64(6, BigInt(bytes.length), true);
  frame[14] = (xxHash32(frame.subarray(4, 14)) >> 8) & 0xff;
  const encoded = new Uint8Array(encodedBound(blockSize));
  let out = 15;
  for (let at = 0; at < bytes.length; at += blockSize) {
    const end = Math.min(at + blockSize, bytes.length);
    const size = encodeBlock(bytes, at, end, encoded, linked ? Math.max(0, at - windowSize) : at);
    const smaller = size < end - at;
    const block = smaller ? encoded.subarray(0, size) : bytes.subarray(at, end);
    view.setUint32(out, smaller ? size : block.length + uncompressedBlock, true);
    frame.set(block, out + 4);
    out += 4 + block.length;
  }
  return frame.slice(0, out + 4);
}
