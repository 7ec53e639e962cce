/**
 * Data between the card, the buffer of the controller and memory: SD Host Controller Simplified Specification 3.00,
 * 1.7, 2.2.1 and 3.7.2, as QEMU's controller does it, which moves a block as soon as it can.
 */
import type { BusMaster } from '../../dma.js';
import type { SdWires } from '../slot.js';
import {
  BLOCK_GAP,
  DATA_INHIBIT,
  DATA_LINE_ACTIVE,
  DMA_INTERRUPT,
  MODE_AUTO_CMD12,
  MODE_BLOCK_COUNT,
  MODE_MULTI,
  MODE_READ,
  READ_ACTIVE,
  READ_ENABLE,
  READ_READY,
  STATE_OF_DATA,
  TRANSFER_BLOCK_SIZE,
  TRANSFER_COMPLETE,
  WRITE_ACTIVE,
  WRITE_ENABLE,
  WRITE_READY,
  type Registers,
} from './registers.js';

export class Transfer {
  constructor(
    private readonly s: Registers,
    private readonly wires: SdWires,
    private readonly memory: BusMaster,
    private readonly updateInterrupt: () => void,
  ) {}

  /** After a command with data. */
  start(): void {
    const { s, wires } = this;
    s.presentState |= DATA_INHIBIT | DATA_LINE_ACTIVE;
    if (s.transferMode & MODE_READ && wires.isSending) {
      s.presentState |= READ_ACTIVE;
      this.readBlock();
    } else {
      s.presentState |= WRITE_ACTIVE | WRITE_ENABLE;
      this.writeBlock();
    }
  }

  /** Bytes of the data port, in the order in which they come from the card; 0 where there are none. */
  readPort(size: number): number {
    const { s } = this;
    if ((s.presentState & READ_ENABLE) === 0) return 0;
    let value = 0;
    for (let i = 0; i < size; i++) {
      value |= s.buffer[s.offset] << (8 * i);
      s.offset += 1;
      if (s.offset < this.blockSize) continue;
      this.blockRead();
      break;
    }
    return value >>> 0;
  }

  writePort(value: number, size: number): void {
    const { s } = this;
    if ((s.presentState & WRITE_ENABLE) === 0) return;
    for (let i = 0; i < size; i++) {
      s.buffer[s.offset] = (value >>> (8 * i)) & 0xff;
      s.offset += 1;
      if (s.offset < this.blockSize) continue;
      s.offset = 0;
      s.presentState &= ~WRITE_ENABLE;
      if (s.presentState & WRITE_ACTIVE) this.writeBlock();
    }
  }

  /** Goes on behind a gap between blocks. */
  goOn(): void {
    const { s } = this;
    s.presentState |= DATA_LINE_ACTIVE;
    if (s.stopped === 'reading') {
      s.presentState |= READ_ACTIVE;
      this.readBlock();
    } else {
      s.presentState |= WRITE_ACTIVE;
      this.writeBlock();
    }
    s.stopped = 'no';
  }

  /** All blocks by single DMA, from the system address on. */
  sdma(): void {
    const { s } = this;
    if (s.blockCount !== 1 && s.transferMode & MODE_MULTI) this.sdmaBlocks();
    else this.sdmaBlock();
  }

  private get blockSize(): number {
    return this.s.blockSize & TRANSFER_BLOCK_SIZE;
  }
  private counts(): boolean {
    return (this.s.transferMode & MODE_BLOCK_COUNT) !== 0;
  }
  private isMulti(): boolean {
    return (this.s.transferMode & MODE_MULTI) !== 0;
  }
  private raise(interrupt: number): void {
    this.s.status |= this.s.statusEnable & interrupt;
  }

  /** A block from the card into the buffer. */
  private readBlock(): void {
    const { s } = this;
    if (this.isMulti() && this.counts() && s.blockCount === 0) return;
    this.fromCard();
    s.presentState |= READ_ENABLE;
    this.raise(READ_READY);
    const isLast = !this.isMulti() || s.blockCount === 1;
    if (isLast) s.presentState &= ~DATA_LINE_ACTIVE;
    else if (s.stopped === 'reading') {
      s.presentState &= ~DATA_LINE_ACTIVE;
      this.raise(BLOCK_GAP);
    }
    this.updateInterrupt();
  }

  /** The buffer has been read: the next block, if there is one. */
  private blockRead(): void {
    const { s } = this;
    s.presentState &= ~READ_ENABLE;
    s.offset = 0;
    if (this.counts()) s.blockCount = (s.blockCount - 1) & 0xffff;
    const isAtGap = s.stopped === 'reading' && (s.presentState & DATA_LINE_ACTIVE) === 0;
    if (!this.isMulti() || (this.counts() && s.blockCount === 0) || isAtGap) this.end();
    else this.readBlock();
  }

  /** The buffer to the card, if it is full. */
  private writeBlock(): void {
    const { s } = this;
    if (s.presentState & WRITE_ENABLE) {
      this.raise(WRITE_READY);
      this.updateInterrupt();
      return;
    }
    if (this.counts()) {
      if (s.blockCount === 0) return;
      s.blockCount -= 1;
    }
    this.toCard();
    s.presentState |= WRITE_ENABLE;
    const isLast = !this.isMulti() || (this.counts() && s.blockCount === 0);
    if (isLast) this.end();
    else this.raise(WRITE_READY);
    if (s.stopped === 'writing' && this.isMulti() && s.blockCount > 0) {
      s.presentState &= ~WRITE_ACTIVE;
      this.raise(BLOCK_GAP);
      this.end();
    }
    this.updateInterrupt();
  }

  private end(): void {
    const { s } = this;
    if (s.transferMode & MODE_AUTO_CMD12) {
      const response = this.wires.command(12, 0);
      if (response.length === 4) s.response[3] = new DataView(response.buffer).getUint32(response.byteOffset);
    }
    s.presentState &= ~STATE_OF_DATA;
    this.raise(TRANSFER_COMPLETE);
    this.updateInterrupt();
  }

  private sdmaBlock(): void {
    const { s, memory, blockSize } = this;
    if (s.transferMode & MODE_READ) {
      this.fromCard();
      memory.write(s.sdmaAddress >>> 0, s.buffer.subarray(0, blockSize));
    } else {
      this.fromMemory(0, blockSize);
      this.toCard();
    }
    s.blockCount = (s.blockCount - 1) & 0xffff;
    this.end();
  }

  /** Stops at a boundary, with an interrupt, if it began at one; writing the system address goes on. */
  private sdmaBlocks(): void {
    const { s } = this;
    if (!this.counts() || s.blockCount === 0) return;
    const boundary = 2 ** (12 + ((s.blockSize >>> 12) & 7));
    const stops = (s.sdmaAddress >>> 0) % boundary === 0;
    const isRead = (s.transferMode & MODE_READ) !== 0;
    s.presentState |= DATA_INHIBIT | DATA_LINE_ACTIVE | (isRead ? READ_ACTIVE : WRITE_ACTIVE);
    for (let room = stops ? boundary : Infinity; s.blockCount > 0 && room > 0;)
      room -= this.sdmaPart(isRead, room);
    if (s.blockCount === 0) this.end();
    else {
      this.raise(DMA_INTERRUPT);
      this.updateInterrupt();
    }
  }

  /** The rest of a block, or as much of it as there is room for. Gives how many bytes that was. */
  private sdmaPart(isRead: boolean, room: number): number {
    const { s, blockSize } = this;
    const begin = s.offset;
    const length = Math.min(blockSize - begin, room);
    if (isRead && begin === 0) this.fromCard();
    s.offset = begin + length;
    if (isRead) this.memory.write(s.sdmaAddress >>> 0, s.buffer.subarray(begin, s.offset));
    else this.fromMemory(begin, length);
    s.sdmaAddress = (s.sdmaAddress + length) >>> 0;
    if (s.offset === blockSize) {
      if (!isRead) this.toCard();
      s.offset = 0;
      s.blockCount -= 1;
    }
    return length;
  }

  /** What is no memory leaves the buffer as it is. */
  private fromMemory(at: number, length: number): void {
    const { s } = this;
    const read = this.memory.read(s.sdmaAddress >>> 0, length);
    if (read !== undefined) s.buffer.set(read, at);
  }

  private fromCard(): void {
    this.wires.read(this.s.buffer.subarray(0, this.blockSize));
  }
  private toCard(): void {
    this.wires.write(this.s.buffer.subarray(0, this.blockSize));
  }
}
