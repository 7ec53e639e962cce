import { describe, expect, it } from 'vitest';
import { RAM_OFFSET } from './layout.js';
import { GuestRam } from './ram.js';

function makeRam(): { ram: GuestRam; changes: [number, number][] } {
  const pages = (RAM_OFFSET + 0x1_0000) / 0x1_0000;
  const ram = new GuestRam(new WebAssembly.Memory({ initial: pages }), 0x4000_0000, 0x1_0000);
  const changes: [number, number][] = [];
  ram.onWrite = (offset, length) => changes.push([offset, length]);
  return { ram, changes };
}

describe('GuestRam', () => {
  it('fills, copies and reads, and says what changes before it does', () => {
    const { ram, changes } = makeRam();
    ram.fill(0x100, 4, 0xaa);
    ram.copy(0x202, 0x101, 2);
    expect(changes).toEqual([
      [0x100, 4],
      [0x202, 2],
    ]);
    expect([...ram.read(0x200, 6)]).toEqual([0, 0, 0xaa, 0xaa, 0, 0]);
    for (const length of [3, 200]) {
      const target = new Uint8Array(length + 1);
      ram.readInto(0x102, target, 1, length);
      expect([...target.subarray(0, 4)]).toEqual([0, 0xaa, 0xaa, 0]);
    }
    ram.setWords(0x300, 0x1234_5678, -1);
    expect([ram.word(0x300), ram.word(0x304)]).toEqual([0x1234_5678, -1]);
  });

  it('has no place for pages that something else covers in part, and keeps their bytes', () => {
    const { ram } = makeRam();
    ram.cover(0x4000_1200, 0x1000);
    ram.cover(0x3fff_f000, 0x1001);
    ram.cover(0x4000_fff0, 0x1000);
    const places = [0, 0x1000, 0x2fff, 0x3000, 0xefff, 0xf000].map((at) => ram.offsetOf(0x4000_0000 + at));
    expect(places).toEqual([-1, -1, -1, 0x3000, 0xefff, -1]);
    ram.write(0x1000, Uint8Array.of(1));
    expect(ram.read(0x1000, 1)).toEqual(Uint8Array.of(1));
  });

  it('finds the only byte that is not zero, wherever it is', () => {
    const { ram, changes } = makeRam();
    for (let at = 0x100; at < 0x130; at++) {
      ram.fill(at, 1, 1);
      for (let from = 0xfe; from < 0x112; from++) {
        for (const length of [0, 1, 2, 3, 5, 7, 8, 32, 33, 45]) {
          expect(ram.isZero(from, length)).toBe(at < from || at >= from + length);
        }
      }
      changes.length = 0;
      ram.clear(at + 1, 300);
      ram.clear(at - 50, 50);
      expect(changes).toEqual([]);
      ram.clear(at, 1);
      expect(changes).toEqual([[at, 1]]);
    }
  });

  it('refuses what is not RAM', () => {
    const { ram } = makeRam();
    expect(() => ram.fill(0xffff, 2)).toThrow(RangeError);
    expect(() => ram.copy(0, 0xffff, 2)).toThrow(RangeError);
    expect(() => ram.copy(-1, 0, 2)).toThrow(RangeError);
    expect(() => ram.readInto(0xffff, new Uint8Array(2), 0, 2)).toThrow(RangeError);
    expect(ram.offsetOf(0x4001_0000)).toBe(-1);
  });
});
