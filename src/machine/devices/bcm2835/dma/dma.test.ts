import { describe, expect, it } from 'vitest';
import { nothing } from '../../../../engine/index.js';
import { PhysicalMap, type Ram } from '../../../bus.js';
import { Clock } from '../../../clock.js';
import { busMaster } from '../../../dma.js';
import { DmaChannel15, DmaController } from './controller.js';

const INTEN = 1 << 0;
const TDMODE = 1 << 1;
const DEST_INC = 1 << 4;
const SRC_INC = 1 << 8;
const SRC_IGNORE = 1 << 11;

const CS_ACTIVE = 1;
const CS_END = 2;
const CS_INT = 4;
const CS_PAUSED = 16;
const CS_ABORT = 0x4000_0000;
const CS_RESET = 0x8000_0000;

const SIZE = 0x10_0000;
const FIFO = 0x8000_0000;

function build() {
  const bytes = new Uint8Array(SIZE);
  const ram: Ram = {
    size: SIZE,
    read: (offset, length) => bytes.slice(offset, offset + length),
    write: (offset, data) => bytes.set(data, offset),
  };
  const memory = new DataView(bytes.buffer);
  const bus = new PhysicalMap();
  bus.attachRam(0, ram);
  const taken: number[] = [];
  bus.attach(FIFO, {
    name: 'fifo',
    size: 4,
    read: () => 0x100 + taken.length,
    write: (_offset, _size, value) => taken.push(value),
    shape: nothing,
    save: () => null,
    load: () => undefined,
  });
  const levels = Array<boolean>(12).fill(false);
  const lines = levels.map((_, i) => ({ set: (level: boolean) => (levels[i] = level) }));
  const clock = new Clock();
  const dma = new DmaController('dma', lines, busMaster(bus), clock);
  bus.attach(0x9000_0000, dma);
  const channel15 = new DmaChannel15('dma15', dma);
  const words = (address: number, ...values: number[]): void =>
    values.forEach((value, i) => memory.setUint32(address + 4 * i, value, true));
  const text = (address: number, length: number): string =>
    Buffer.from(bytes.subarray(address, address + length)).toString('latin1');
  const put = (address: number, text: string): void => bytes.set(Buffer.from(text, 'latin1'), address);
  /** Sets a channel going. */
  const start = (controlBlock: number, channel = 0): void => {
    dma.write(0x100 * channel + 4, 4, controlBlock);
    dma.write(0x100 * channel, 4, CS_ACTIVE);
  };
  return { dma, channel15, clock, levels, memory, words, put, text, start, taken };
}

describe("the BCM2835's DMA controller", () => {
  it('carries out a chain at once, and interrupts', () => {
    const { dma, words, put, text, start, levels } = build();
    put(0x100, 'sixteen letters.');
    words(0x1000, DEST_INC | SRC_INC, 0x100, 0x200, 8, 0, 0x1020);
    words(0x1020, INTEN | DEST_INC | SRC_INC, 0x108, 0x300, 8, 0, 0);
    start(0x1000, 2);
    expect([text(0x200, 9), text(0x300, 9)]).toEqual(['sixteen \0', 'letters.\0']);
    expect(dma.read(0x200)).toBe(CS_END | CS_INT | CS_PAUSED);
    expect([0x204, 0x20c, 0x210, 0x214, 0xfe0].map((at) => dma.read(at))).toEqual([0, 0x110, 0x308, 0, 4]);
    expect(levels.indexOf(true)).toBe(2);
    dma.write(0x200, 4, CS_INT);
    expect([levels[2], dma.read(0xfe0), dma.read(0x200)]).toEqual([false, 0, CS_END | CS_PAUSED]);
  });

  it('moves rows, with strides between them', () => {
    const { words, put, text, start } = build();
    put(0x100, 'abcdABCDefghEFGHijklIJKL');
    words(0x1000, TDMODE | DEST_INC | SRC_INC, 0x100, 0x208, (2 << 16) | 4, (0xfff8 << 16) | 4, 0);
    start(0x1000);
    expect(text(0x200, 12)).toBe('ijklefghabcd');
  });

  it('moves one word after the other where areas overlap, and repeats one that stays', () => {
    const { words, put, text, start } = build();
    put(0x100, 'ABCDefgh............');
    words(0x1000, DEST_INC | SRC_INC, 0x100, 0x108, 16, 0, 0x1020);
    words(0x1020, DEST_INC | SRC_INC, 0x104, 0x100, 8, 0, 0x1040);
    words(0x1040, DEST_INC, 0x100, 0x200, 12, 0, 0x1060);
    words(0x1060, DEST_INC, 0x104, 0x104, 16, 0, 0);
    start(0x1000);
    expect(text(0x100, 24)).toBe('efghABCDABCDABCDABCDefgh');
    expect(text(0x200, 12)).toBe('efghefghefgh');
  });

  it('leaves the last word where all go to one, whichever way they come', () => {
    const { dma, words, put, text, start } = build();
    put(0x100, 'abcdefghijklmnop');
    words(0x1000, SRC_INC, 0x100, 0x200, 16, 0, 0x1020);
    words(0x1020, 0, 0x104, 0x204, 16, 0, 0x1040);
    words(0x1040, SRC_IGNORE, 0, 0x208, 16, 0, 0x1060);
    words(0x1060, SRC_INC, 0x100, 0x106, 12, 0, 0);
    put(0x208, 'full');
    start(0x1000);
    expect(text(0x200, 12)).toBe('mnopefgh\0\0\0\0');
    // Over its own source: the third word is another one when it is read.
    expect(text(0x100, 16)).toBe('abcdefabklklmnop');
    expect(dma.read(0)).toBe(CS_END | CS_PAUSED);
  });

  it('carries out at once a minute of sound for a peripheral that is not there', () => {
    const { dma, words, start } = build();
    for (let i = 0; i < 100; i++)
      words(0x1000 + 32 * i, SRC_INC, 0, 0x8_0000, 0x7_0000, 0, i < 99 ? 0x1020 + 32 * i : 0);
    start(0x1000);
    expect(dma.read(0)).toBe(CS_END | CS_PAUSED);
  });

  it('takes the bytes that are left of a length that is no multiple of four, which QEMU never comes to', () => {
    const { words, put, text, start } = build();
    put(0x100, 'sixteen letters.');
    words(0x1000, DEST_INC | SRC_INC, 0x100, 0x200, 7, 0, 0);
    start(0x1000);
    expect(text(0x200, 8)).toBe('sixteen\0');
  });

  it('feeds devices, and is fed by them, but not by itself', () => {
    const { dma, words, start, taken, memory } = build();
    words(0x100, 1, 2, 3);
    words(0x1000, SRC_INC, 0x100, FIFO, 12, 0, 0x1020);
    words(0x1020, DEST_INC, FIFO, 0x200, 8, 0, 0x1040);
    words(0x1040, DEST_INC | SRC_INC, 0x100, 0x9000_0020, 4, 0, 0x1060);
    words(0x1060, DEST_INC, 0x9000_0004, 0x208, 4, 0, 0);
    memory.setUint32(0x208, 0xffff_ffff);
    start(0x1000);
    expect(taken).toEqual([1, 2, 3]);
    expect([0x200, 0x204, 0x208].map((at) => memory.getUint32(at, true))).toEqual([0x103, 0x103, 0]);
    expect(dma.read(0x20)).toBe(0);
  });

  it('has one interrupt for channels 11 to 14, and none for channel 15, which lies elsewhere', () => {
    const { dma, channel15, words, start, levels } = build();
    words(0x1000, INTEN, 0, 0, 0, 0, 0);
    start(0x1000, 12);
    start(0x1000, 14);
    channel15.write(4, 4, 0x1000);
    channel15.write(0, 4, CS_ACTIVE);
    expect([levels.indexOf(true), dma.read(0xfe0), channel15.read(0)]).toEqual([11, 0xd000, 0x16]);
    dma.write(0xc00, 4, CS_INT);
    expect(levels[11]).toBe(true);
    dma.write(0xe00, 4, CS_INT);
    expect([levels[11], dma.read(0xfe0)]).toEqual([false, 0x8000]);
  });

  it('starts nothing on a channel that is not enabled', () => {
    const { dma, words, start } = build();
    words(0x1000, DEST_INC | SRC_IGNORE, 0, 0x1000, 4, 0, 0);
    dma.write(0xff0, 4, 0xfffe);
    start(0x1000);
    expect([dma.read(0), dma.read(4)]).toEqual([CS_ACTIVE, 0x1000]);
  });

  describe('a chain without end', () => {
    /** It copies a count of the guest's, again and again. */
    function endless() {
      const machine = build();
      machine.words(0x1000, DEST_INC | SRC_INC, 0x100, 0x200, 4, 0, 0x1000);
      machine.start(0x1000);
      return machine;
    }
    const MILLISECOND = 1_000_000;

    it('stays active, and goes on as time passes', () => {
      const { dma, clock, words, memory } = endless();
      expect(dma.read(0) & CS_ACTIVE).toBe(CS_ACTIVE);
      words(0x100, 7);
      expect(memory.getUint32(0x200, true)).toBe(0);
      clock.advanceTo(MILLISECOND);
      expect(memory.getUint32(0x200, true)).toBe(7);
      expect(clock.deadline).toBe(2 * MILLISECOND);
    });

    it('can be paused and set going again, aborted and reset', () => {
      const { dma, clock, words, memory } = endless();
      dma.write(0, 4, 0);
      clock.advanceTo(2 * MILLISECOND);
      words(0x100, 8);
      expect([memory.getUint32(0x200, true), clock.deadline]).toEqual([0, Infinity]);
      dma.write(0, 4, CS_ACTIVE);
      expect(memory.getUint32(0x200, true)).toBe(8);
      words(0x101c - 8, 0, 0); // its next one: none
      dma.write(0, 4, CS_ABORT | CS_ACTIVE);
      clock.advanceTo(10 * MILLISECOND);
      expect(dma.read(0)).toBe(CS_END | CS_PAUSED);
      dma.write(0, 4, CS_RESET);
      expect([dma.read(0), dma.read(4)]).toEqual([0, 0]);
    });

    it('goes on from a saved state', () => {
      const { dma, clock } = endless();
      const other = build();
      other.words(0x1000, DEST_INC | SRC_INC, 0x100, 0x200, 4, 0, 0x1000);
      other.words(0x100, 9);
      other.dma.load(dma.shape.check(dma.save(), 'dma'));
      other.clock.load(clock.save());
      other.clock.advanceTo(MILLISECOND);
      expect(other.memory.getUint32(0x200, true)).toBe(9);
    });
  });
});
