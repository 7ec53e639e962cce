import { describe, expect, it } from 'vitest';
import { nothing } from '../engine/index.js';
import { EXTERNAL_ABORT, MappingError, PhysicalMap, type Ram } from './bus.js';
import type { Device } from './device.js';

function ram(size: number): Ram & { bytes: Uint8Array } {
  const bytes = new Uint8Array(size);
  return {
    size,
    bytes,
    read: (offset, length) => bytes.slice(offset, offset + length),
    write: (offset, data) => bytes.set(data, offset),
  };
}

/** Reads as its own offset; remembers what was written. */
function echo(name: string, size: number): Device & { written: number[][] } {
  const written: number[][] = [];
  return {
    name,
    size,
    written,
    read: (offset) => offset,
    write: (...access) => written.push(access),
    shape: nothing,
    save: () => null,
    load: () => undefined,
  };
}

describe('PhysicalMap', () => {
  const build = () => {
    const bus = new PhysicalMap();
    const device = echo('a', 0x100);
    const memory = ram(0x1000);
    bus.attach(0x80_0000_0000, echo('far', 0x10));
    bus.attachRam(0x4000, memory);
    bus.attach(0x1000, device);
    return { bus, device, memory };
  };

  it('finds what lies at an address, in any order of attaching', () => {
    const { bus } = build();
    expect(bus.devices.map(({ name }) => name)).toEqual(['a', 'far']);
    expect(bus.find(0x10ff)?.base).toBe(0x1000);
    expect(bus.find(0x1100)).toBeUndefined();
    expect(bus.find(0xfff)).toBeUndefined();
    expect(bus.find(0x80_0000_000f)?.base).toBe(0x80_0000_0000);
  });

  it('aborts where nothing answers and where the access is not aligned or out of range', () => {
    const { bus } = build();
    expect(bus.read(0x2000, 4)).toBe(EXTERNAL_ABORT);
    expect(bus.write(0x2000, 4, 0)).toBe(false);
    expect(bus.read(0x1002, 4)).toBe(EXTERNAL_ABORT);
    expect(bus.read64(0x10fc, new Uint32Array(2))).toBe(false);
    expect(bus.write64(0x4ffc, 1, 2)).toBe(false);
  });

  it('splits 8-byte accesses to devices into two, low address first', () => {
    const { bus, device } = build();
    const words = new Uint32Array(2);
    expect(bus.read64(0x1010, words)).toBe(true);
    expect([...words]).toEqual([0x10, 0x14]);
    bus.write64(0x1008, 1, 0xffff_ffff);
    expect(device.written).toEqual([
      [8, 4, 1],
      [12, 4, 0xffff_ffff],
    ]);
  });

  it('reads and writes RAM in every size, little-endian', () => {
    const { bus, memory } = build();
    bus.write64(0x4008, 0x8899_aabb, 0x0102_0304);
    bus.write(0x4008, 1, 0x1ff);
    expect([...memory.bytes.subarray(8, 16)]).toEqual([0xff, 0xaa, 0x99, 0x88, 4, 3, 2, 1]);
    expect(bus.read(0x4009, 2)).toBe(0x99aa);
    expect(bus.read(0x4008, 4)).toBe(0x8899_aaff);
    expect(bus.readBytes(0x4ffe, 3)).toBeUndefined();
    expect(bus.writeBytes(0x1000, Uint8Array.of(1))).toBe(false);
  });

  it('lets a device answer in the place of the RAM that it lies over, and RAM around it', () => {
    const { bus, memory } = build();
    bus.attach(0x4100, echo('over', 0x20));
    memory.bytes.fill(0x55);
    expect(bus.overRam).toMatchObject([{ base: 0x4100, size: 0x20 }]);
    expect([0x40fc, 0x4100, 0x411c, 0x4120].map((at) => bus.read(at, 4))).toEqual([
      0x5555_5555, 0, 0x1c, 0x5555_5555,
    ]);
    bus.write(0x4100, 4, 0xffff_ffff);
    expect(memory.bytes.every((byte) => byte === 0x55)).toBe(true);
    expect(bus.readBytes(0x40f0, 0x10)).toHaveLength(0x10);
    expect(bus.readBytes(0x40f0, 0x11)).toBeUndefined();
    expect(bus.writeBytes(0x411f, Uint8Array.of(1, 2))).toBe(false);
    expect(bus.ramIn(0x3ff0, 0x2000)).toMatchObject([
      { address: 0x4000, length: 0x100, offset: 0 },
      { address: 0x4120, length: 0xee0, offset: 0x120 },
    ]);
  });

  it('lets no two devices share an address or a name, and no two memories an address', () => {
    const { bus } = build();
    expect(() => bus.attach(0x10f0, echo('b', 0x100))).toThrow(
      new MappingError('range 0x10f0+0x100 overlaps 0x1000+0x100'),
    );
    expect(() => bus.attachRam(0x3fff, ram(2))).toThrow(MappingError);
    expect(() => bus.attach(0x9000, echo('a', 2))).toThrow(MappingError);
  });
});
