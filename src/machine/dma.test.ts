import { describe, expect, it } from 'vitest';
import { nothing } from '../engine/index.js';
import { PhysicalMap, type Ram } from './bus.js';
import { busMaster } from './dma.js';

function build() {
  const bus = new PhysicalMap();
  const bytes = new Uint8Array(0x1000).fill(0x55);
  const written: [offset: number, length: number][] = [];
  const ram: Ram = {
    size: bytes.length,
    read: (offset, length) => bytes.slice(offset, offset + length),
    write: (offset, data) => {
      written.push([offset, data.length]);
      bytes.set(data, offset);
    },
  };
  bus.attachRam(0x4000, ram);
  const device = {
    name: 'over',
    size: 0x10,
    read: () => 0,
    write: () => expect.fail('a device was written to'),
    shape: nothing,
    save: () => null,
    load: () => undefined,
  };
  bus.attach(0x4800, device);
  const moved: number[] = [];
  bus.transferred.add((length) => moved.push(length));
  return { master: busMaster(bus), bytes, written, moved };
}

describe('a bus master', () => {
  it('reads what is all RAM, and nothing else', () => {
    const { master } = build();
    expect(master.read(0x4ff0, 0x10)).toEqual(new Uint8Array(0x10).fill(0x55));
    expect(master.read(0x4ff0, 0x11)).toBeUndefined();
    expect(master.read(0x47f0, 0x20)).toBeUndefined();
    expect(master.read(0x1000, 1)).toBeUndefined();
  });

  it('writes to RAM, and says whether all of it was', () => {
    const { master, bytes } = build();
    expect(master.write(0x4010, Uint8Array.of(1, 2, 3))).toBe(true);
    expect([...bytes.subarray(0xf, 0x14)]).toEqual([0x55, 1, 2, 3, 0x55]);
    expect(master.write(0x3fff, Uint8Array.of(4, 5))).toBe(false);
    expect(bytes[0]).toBe(5);
    expect(master.write(0x47ff, new Uint8Array(0x12).fill(6))).toBe(false);
    expect([...bytes.subarray(0x7fe, 0x812)]).toEqual([0x55, 6, ...Array(16).fill(0x55), 6, 0x55]);
    expect(master.write(0x1_0000_0000_0000, Uint8Array.of(1))).toBe(false);
  });

  it('clears however much it is told to, and touches nothing but RAM', () => {
    const { master, bytes, written } = build();
    expect(master.clear(0x4f00, 0x100)).toBe(true);
    expect(written).toEqual([[0xf00, 0x100]]);
    expect(master.clear(0, 0xffff_ffff)).toBe(false);
    expect(bytes.every((byte, at) => byte === (at >= 0x800 && at < 0x810 ? 0x55 : 0))).toBe(true);
  });

  it('tells how many bytes of RAM it has moved', () => {
    const { master, moved } = build();
    master.read(0x4000, 0x10);
    master.read(0x1000, 1);
    master.write(0x3fff, Uint8Array.of(4, 5));
    master.clear(0x4f00, 0x200);
    expect(moved).toEqual([0x10, 1, 0x100]);
  });
});
