import { describe, expect, it } from 'vitest';
import { TestBench } from '../testing.js';

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
