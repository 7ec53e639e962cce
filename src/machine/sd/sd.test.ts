import { describe, expect, it } from 'vitest';
import { Clock } from '../clock.js';
import { Disk, MemoryStore } from '../disk/index.js';
import { capacityFor, csdFor } from './card/registers.js';
import { Sdhci, Sdhost, SdSlot } from './index.js';

const MiB = 2 ** 20;
const noMemory = {
  readWord: () => undefined,
  writeWord: () => false,
  read: () => undefined,
  write: () => false,
  clear: () => false,
  ramAt: () => undefined,
};
const disk = (size: number, readOnly = false, name = 'card'): Disk => {
  const store = new MemoryStore();
  store.write(size - 1, Uint8Array.of(0));
  return new Disk({ name, store, readOnly });
};

/** A slot with both controllers, and a driver for SDHOST, which has the card. */
function board(card: Disk | undefined) {
  const clock = new Clock();
  const slot = new SdSlot('sd', clock, card);
  const levels = { sdhost: false, sdhci: false };
  const sdhost = new Sdhost('sdhost', slot.wires('sdhost'), { set: (level) => (levels.sdhost = level) });
  const line = { set: (level: boolean) => (levels.sdhci = level) };
  const sdhci = new Sdhci('sdhci', slot, clock, line, noMemory);
  slot.select.set(true);
  /** The first word of the response; undefined if there is none. */
  const command = (index: number, argument = 0, flags = 0): number | undefined => {
    sdhost.write(0x04, 4, argument >>> 0);
    sdhost.write(0x00, 4, 0x8000 | flags | index);
    return sdhost.read(0x00) & 0x4000 ? undefined : sdhost.read(0x10);
  };
  const identify = (): void => {
    command(0, 0, 0x400);
    command(8, 0x1aa);
    command(55);
    command(41, 0x40ff_8000);
    command(2, 0, 0x200);
    command(3);
    command(7, 0x4567_0000, 0x800);
  };
  const write = (at: number, words: readonly number[]): number | undefined => {
    sdhost.write(0x3c, 4, 512);
    sdhost.write(0x50, 4, 1);
    const answer = command(24, at, 0x80);
    for (let i = 0; i < 128; i++) sdhost.write(0x40, 4, words[i] ?? 0);
    return answer;
  };
  const read = (at: number): number[] => {
    sdhost.write(0x3c, 4, 512);
    sdhost.write(0x50, 4, 1);
    command(17, at, 0x40);
    return Array.from({ length: 128 }, () => sdhost.read(0x40));
  };
  return { clock, slot, sdhost, sdhci, levels, command, identify, write, read };
}

const bytesOf = (from: Disk, offset: number, length: number): number[] => {
  const bytes = new Uint8Array(length);
  from.read(offset, bytes);
  return [...bytes];
};

describe('an SD card', () => {
  it('has the next power of two of what is in it, and at least what its registers can tell', () => {
    expect([0, 1, 256 * 1024, 3 * MiB, 4 * MiB, 4 * MiB + 1].map(capacityFor)).toEqual(
      [0.25, 0.25, 0.25, 4, 4, 8].map((size) => size * MiB),
    );
    // QEMU's, of 4 MiB, 2 GiB and 4 GiB.
    const hex = (size: number) => Buffer.from(csdFor(size, false)).toString('hex');
    expect([4, 2048, 4096].map((size) => hex(size * MiB))).toEqual([
      '002600325f59e003ffffdfff926000d3',
      '002600325f5ae3ffffffdfff92a000b7',
      '400e00325b5900001fff7f800a4000c3',
    ]);
  });

  it('is written and read by blocks, and what it has taken is on the disk', () => {
    const card = disk(4 * MiB);
    const { identify, read, write, command } = board(card);
    identify();
    write(1024, [0x0403_0201, 0x0807_0605]);
    expect(bytesOf(card, 1024, 9)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0]);
    expect(read(1024).slice(0, 3)).toEqual([0x0403_0201, 0x0807_0605, 0]);
    // In the transfer state, ready for data.
    expect(command(13, 0x4567_0000)).toBe(0x900);
    // Out of range, which the next status no longer says.
    expect(command(17, 4 * MiB)).toBe(0x4000_0900);
    expect(command(13, 0x4567_0000)).toBe(0x900);
  });

  it('of more than 2 GiB is addressed by blocks', () => {
    const store = new MemoryStore();
    store.write(3 * 2 ** 30, Uint8Array.of(0));
    const card = new Disk({ name: 'card', store });
    const { identify, write, command } = board(card);
    identify();
    write(2, [0x1234]);
    expect(bytesOf(card, 1024, 2)).toEqual([0x34, 0x12]);
    expect(command(28, 0)).toBeUndefined();
    expect(command(17, 2 ** 23 - 1)).toBe(0x40_0900);
  });

  it('shows room behind its content, which is zeros and becomes content only by writing', () => {
    const card = disk(3 * MiB + 512);
    const { identify, write, read } = board(card);
    identify();
    expect(read(4 * MiB - 512)).toEqual(Array<number>(128).fill(0));
    expect(card.size).toBe(3 * MiB + 512);
    write(3 * MiB + 1024, [1]);
    expect(card.size).toBe(3 * MiB + 1536);
  });

  it('that is read-only says so in its registers and takes nothing', () => {
    const card = disk(MiB, true);
    const { identify, write, command, slot, sdhci } = board(card);
    identify();
    // WP_VIOLATION in the answer, ERROR behind the data.
    expect(write(0, [0xffff_ffff])).toBe(0x0400_0900);
    expect(command(13, 0x4567_0000)).toBe(0x8_0900);
    expect(bytesOf(card, 0, 1)).toEqual([0]);
    command(32, 0);
    command(33, 512);
    expect(command(38)).toBe(0x0400_0900);
    slot.select.set(false);
    sdhci.write(0x2c, 4, 0x0100_0000);
    expect(sdhci.read(0x24, 4)).toBe(0x1f7_0000);
  });

  it('erases much piece by piece, and is busy until it is through', () => {
    const card = disk(16 * MiB);
    const { identify, command, clock } = board(card);
    identify();
    command(32, MiB);
    command(33, 12 * MiB);
    command(38, 0, 0x800);
    // Programming, not ready for data; blocks wait.
    expect(command(13, 0x4567_0000)).toBe(0xe00);
    expect(command(17, 0)).toBeUndefined();
    expect(bytesOf(card, 5 * MiB - 1, 2)).toEqual([0xff, 0]);
    clock.advanceTo(2_000_000);
    // The block was an illegal command.
    expect(command(13, 0x4567_0000)).toBe(0x40_0900);
    expect(bytesOf(card, 12 * MiB + 511, 2)).toEqual([0xff, 0]);
    expect(bytesOf(card, MiB - 1, 2)).toEqual([0, 0xff]);
  });

  it('takes half a millisecond to power up if it is only asked', () => {
    const { command, clock } = board(disk(MiB));
    command(0, 0, 0x400);
    const inquire = (): number | undefined => {
      command(55);
      return command(41, 0);
    };
    expect(inquire()).toBe(0x00ff_ff00);
    clock.advanceTo(499_999);
    expect(inquire()).toBe(0x00ff_ff00);
    clock.advanceTo(500_000);
    expect(inquire()).toBe(0x80ff_ff00);
  });

  it('goes on from a saved state, in the middle of a block', () => {
    const card = disk(MiB);
    const [one, other] = [board(card), board(card)];
    one.identify();
    one.sdhost.write(0x3c, 4, 512);
    one.sdhost.write(0x50, 4, 1);
    one.command(24, 512, 0x80);
    for (let i = 0; i < 50; i++) one.sdhost.write(0x40, 4, i);
    other.sdhost.load(one.sdhost.shape.check(one.sdhost.save(), 'sdhost'));
    other.sdhci.load(one.sdhci.shape.check(one.sdhci.save(), 'sdhci'));
    for (let i = 50; i < 128; i++) other.sdhost.write(0x40, 4, i);
    expect(bytesOf(card, 512 + 4 * 49, 5)).toEqual([49, 0, 0, 0, 50]);
    expect(other.command(13, 0x4567_0000)).toBe(0x900);
  });
});

describe('an empty slot', () => {
  it('answers nothing', () => {
    const { command, sdhci, slot } = board(undefined);
    expect(command(8, 0x1aa)).toBeUndefined();
    slot.select.set(false);
    sdhci.write(0x2c, 4, 0x0100_0000);
    expect(sdhci.read(0x24, 4)).toBe(0x1fa_0000);
  });
});

describe('a slot between two controllers', () => {
  it('is one controller’s at a time; the other sees the card go', () => {
    const { slot, sdhci, levels, command } = board(disk(MiB));
    slot.select.set(false);
    sdhci.write(0x34, 4, 0xc0);
    sdhci.write(0x38, 4, 0xc0);
    // QEMU has an insertion to tell from power-on.
    expect([sdhci.read(0x30, 4), levels.sdhci]).toEqual([0x40, true]);
    sdhci.write(0x30, 4, 0x40);
    expect(levels.sdhci).toBe(false);
    slot.select.set(true);
    expect([sdhci.read(0x24, 4), sdhci.read(0x30, 4), levels.sdhci]).toEqual([0x1fa_0000, 0x80, true]);
    expect(command(8, 0x1aa)).toBe(0x1aa);
    slot.select.set(false);
    // Not told before the removal has been seen.
    expect(sdhci.read(0x30, 4)).toBe(0x80);
  });
});
