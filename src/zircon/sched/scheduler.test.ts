import { beforeEach, describe, expect, it } from 'vitest';
import { TestBench, type TestThread } from '../testing.js';

describe('time slices', () => {
  it('keep no timer that is in the past: the core chooses anew on its way out of the kernel', () => {
    const bench = new TestBench();
    const { kernel } = bench;
    const { scheduler } = kernel;
    for (const { thread } of [bench.newProcess(), bench.newProcess()]) scheduler.ready(thread.thread);
    const first = scheduler.choose(0);
    const sliceEnd = scheduler.timerDeadline(0);
    expect(sliceEnd).toBeGreaterThan(0);
    expect(sliceEnd).toBeLessThan(Infinity);

    kernel.advance(sliceEnd);
    expect(scheduler.keepsRunning(0)).toBe(false);
    expect(scheduler.timerDeadline(0)).toBe(Infinity);

    expect(scheduler.choose(0)).not.toBe(first);
    expect(scheduler.timerDeadline(0)).toBe(2 * sliceEnd);
  });
});

describe('priorities', () => {
  const SLICE = 10_000_000;
  let kernel: TestBench['kernel'];
  let threads: TestThread[];
  beforeEach(() => {
    const bench = new TestBench();
    ({ kernel } = bench);
    threads = [0, 1, 2].map(() => bench.newProcess().thread);
  });
  /** The number of the thread that core 0 takes. */
  const choose = (): number => {
    const chosen = kernel.scheduler.choose(0);
    return threads.findIndex(({ thread }) => thread === chosen);
  };

  it('rise by waiting and sink by whole time slices, by four at most', () => {
    const [one, other] = threads;
    for (const { thread } of [one, other]) kernel.scheduler.ready(thread);
    const seen: number[] = [];
    for (let i = 0; i < 12; i++) {
      seen.push(threads[choose()].thread.priority);
      kernel.advance(SLICE);
    }
    expect(seen).toEqual([16, 16, 15, 15, 14, 14, 13, 13, 12, 12, 12, 12]);
    if (choose() !== 0) kernel.advance(SLICE);
    for (let i = 1; i <= 10; i++) {
      expect(choose()).toBe(0);
      one.start('nanosleep', kernel.now + 100);
      expect(choose()).toBe(1);
      kernel.advance(100);
      expect(one.thread.priority).toBe(Math.min(12 + i, 20));
      // The other one is stopped for it.
      expect(kernel.scheduler.keepsRunning(0)).toBe(false);
    }
  });

  it('leave a thread that was stopped the rest of its time slice', () => {
    const [first, second, urgent] = threads.map(({ thread }) => thread);
    for (const thread of [first, second]) kernel.scheduler.ready(thread);
    expect(choose()).toBe(0);
    kernel.advance(SLICE - 1000);
    kernel.scheduler.setPriority(urgent, 24);
    kernel.scheduler.ready(urgent);
    expect(choose()).toBe(2);
    urgent.suspend();
    expect(choose()).toBe(0);
    expect(kernel.scheduler.timerDeadline(0)).toBe(SLICE);
    kernel.advance(1000);
    expect(choose()).toBe(1);
  });
});
