import { describe, expect, it } from 'vitest';
import { PAGE_SIZE } from './layout.js';
import { Work } from '../work.js';
import { NO_PAGE, PageAllocator } from './page-allocator.js';
import { Dice, TestMachine } from './test-machine.js';

const { ram } = new TestMachine().machine.cluster;

describe('PageAllocator', () => {
  it('gives every page once, all zero, then none', () => {
    ram.fill(0, ram.size, 0xaa);
    const pages = new PageAllocator(ram, new Work());
    const seen = new Set<number>();
    for (let page = pages.allocate('vmo'); page !== NO_PAGE; page = pages.allocate('vmo')) {
      expect(ram.isZero(page, PAGE_SIZE)).toBe(true);
      seen.add(page);
    }
    expect(seen.size).toBe(pages.total - 1); // but for the page of zeros
    expect(seen.has(pages.zeroPage)).toBe(false);
    expect(pages.available).toBe(0);
    for (const page of seen) pages.release(page, 'vmo');
    expect(pages.available).toBe(seen.size);
  });

  it('leaves out what is claimed', () => {
    const pages = new PageAllocator(ram, new Work());
    pages.claim(0x10_0000, 0x2001, 'wired');
    expect(pages.used.wired).toBe(1 + 3);
    expect(() => pages.claim(0x10_2000, 1, 'wired')).toThrow(RangeError);
    for (let page = pages.allocate('vmo'); page !== NO_PAGE; page = pages.allocate('vmo')) {
      expect(page < 0x10_0000 || page >= 0x10_3000).toBe(true);
    }
  });

  it('finds neighbouring pages at an alignment, also between pages in use', () => {
    const pages = new PageAllocator(ram, new Work());
    const dice = new Dice(3);
    const held = Array.from({ length: 2000 }, () => pages.allocate('vmo'));
    const freed = held.filter(() => dice.chance(90));
    for (const page of freed) pages.release(page, 'vmo');
    const first = pages.allocateContiguous(8, 0x4000, 'vmo');
    expect((ram.base + first) % 0x4000).toBe(0);
    const mine = Array.from({ length: 8 }, (_, i) => first + i * PAGE_SIZE);
    for (let page = pages.allocate('vmo'); page !== NO_PAGE; page = pages.allocate('vmo')) {
      expect(mine).not.toContain(page);
    }
    expect(pages.allocateContiguous(1, PAGE_SIZE, 'vmo')).toBe(NO_PAGE);
  });

  it('gives no more than its limit, whatever lies where', () => {
    const limit = 64 * PAGE_SIZE;
    const pages = new PageAllocator(ram, new Work(), limit);
    pages.claim(0x10_0000, 8 * PAGE_SIZE, 'wired');
    expect(pages.total).toBe(64);
    expect(pages.allocateContiguous(56, PAGE_SIZE, 'vmo')).toBe(NO_PAGE);
    const held: number[] = [];
    for (let page = pages.allocate('vmo'); page !== NO_PAGE; page = pages.allocate('vmo')) held.push(page);
    expect(held).toHaveLength(64 - 1 - 8);
    pages.release(held[0], 'vmo');
    expect(pages.allocateContiguous(1, PAGE_SIZE, 'vmo')).toBe(held[0]);
  });

  it('refuses to take a page back twice', () => {
    const pages = new PageAllocator(ram, new Work());
    const page = pages.allocate('table');
    pages.release(page, 'table');
    expect(() => pages.release(page, 'table')).toThrow(RangeError);
  });
});
