import { describe, expect, it } from 'vitest';
import { assemble } from '../isa/index.js';
import { CodePages, type CodeMemory } from './code-pages.js';
import { code, testCluster, TEST_RAM } from './test-cluster.js';

/** A registry whose listener writes down what it hears. */
function heard(): { pages: CodePages; events: string[] } {
  const pages = new CodePages();
  const events: string[] = [];
  pages.listen({
    codeAdded: (page) => events.push(`${page} added`),
    codeChanged: (page, first, last) => events.push(`${page} ${first}-${last}`),
  });
  return { pages, events };
}

describe('the registry of pages that hold code', () => {
  it('tells of a page once, and of changes only while it holds code', () => {
    const { pages, events } = heard();
    pages.changed(0x5000, 4);
    pages.add(5);
    pages.add(5);
    pages.changed(0x5010, 4);
    pages.drop(5);
    pages.changed(0x5010, 4);
    expect(events).toEqual(['5 added', '5 16-19', '5 0-4095']);
    expect(pages.has(5)).toBe(false);
  });

  it('splits a change at the bounds of pages, above 4 GiB too', () => {
    const { pages, events } = heard();
    const page = 0x1_2345_6000 / 4096;
    for (const number of [page, page + 1]) pages.add(number);
    events.length = 0;
    pages.changed(0x1_2345_6ff8, 16);
    expect(events).toEqual([`${page} 4088-4095`, `${page + 1} 0-7`]);
  });

  it('takes a page for data after 32 changes, or one of more than 64 bytes', () => {
    const { pages, events } = heard();
    pages.add(1);
    pages.add(2);
    pages.changed(0x2000, 65);
    for (let i = 0; i < 31; i++) pages.changed(0x1000, 64);
    expect([pages.has(1), pages.has(2)]).toEqual([true, false]);
    pages.changed(0x1000, 1);
    expect(pages.has(1)).toBe(false);
    expect(events.at(-1)).toBe('1 0-4095');
  });

  it('forgets everything at once', () => {
    const { pages, events } = heard();
    pages.add(1);
    pages.add(7);
    pages.dropAll();
    expect([pages.has(1), pages.has(7)]).toEqual([false, false]);
    expect(events.slice(2)).toEqual(['1 0-4095', '7 0-4095']);
  });
});

describe('code', () => {
  it('that a store changes is executed as it then is', () => {
    // The loop adds X2; then its first instruction becomes one that adds X3.
    const cluster = testCluster();
    const program = ['add x0, x0, x2', 'str w5, [x4]', 'sub x1, x1, #1', 'cbnz x1, #-12', 'b #0'];
    cluster.ram.write(0, code(...program));
    const { state } = cluster;
    state.setX(1, 5n);
    state.setX(2, 1n);
    state.setX(3, 100n);
    state.setX(4, BigInt(TEST_RAM));
    state.setX(5, BigInt(assemble('add x0, x0, x3')));
    cluster.run(100);
    expect(state.x(0)).toBe(401n);
  });

  it('can be fetched from memory that is not RAM, until its owner changes it', () => {
    const base = 0x1_0000;
    const words = [assemble('mov x0, #1'), assemble('b #0')];
    const rom: CodeMemory = {
      base,
      size: 0x1000,
      instruction: (physical) => words[(physical - base) / 4] ?? 0,
    };
    const cluster = testCluster(base);
    cluster.code.attach(rom);
    cluster.run(10);
    expect(cluster.state.x(0)).toBe(1n);
    words[0] = assemble('mov x0, #2');
    cluster.code.changed(base, 4);
    cluster.state.pc = BigInt(base);
    cluster.run(10);
    expect(cluster.state.x(0)).toBe(2n);
  });

  it('that no memory holds is an external abort', () => {
    const cluster = testCluster(0x2_0000);
    cluster.run(1);
    // VBAR_EL1 + 0x200: synchronous, from the current level with SP_ELx.
    expect(cluster.state.pc).toBe(0x200n);
  });
});
