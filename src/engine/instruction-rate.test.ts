/** Virtual time against arithmetic with whole numbers of any size, at rates that do not divide a nanosecond. */
import { describe, expect, it } from 'vitest';
import { FASTEST_RATE, InstructionRate, SLOWEST_RATE } from './instruction-rate.js';
import { code, TEST_RAM, testCluster } from './test-cluster.js';
import type { Cluster } from './cluster.js';

const GIGA = 1_000_000_000n;
const RATES = [
  SLOWEST_RATE,
  19_200_001,
  7e8,
  999_999_937,
  1e9,
  1_234_567_891,
  3e9,
  FASTEST_RATE - 1,
  FASTEST_RATE,
];

/** Virtual ns after so many instructions. */
const after = (instructions: number, perSecond: number): number =>
  Number((BigInt(instructions) * GIGA) / BigInt(perSecond));
/** Instructions after which it is `ns`. */
const until = (ns: number, perSecond: number): number =>
  Number((BigInt(ns) * BigInt(perSecond) + GIGA - 1n) / GIGA);

describe.each(RATES)('%i instructions a second', (perSecond) => {
  const rate = new InstructionRate(perSecond);

  it('are counted exactly, as far as is said', () => {
    expect(rate.longest).toBeGreaterThan(9_000_000 - 10);
    for (const instructions of [0, 1, 2, 3, 999, 1e6, 9e6 - 1]) {
      expect(rate.elapsed(instructions, 0)).toBe(after(instructions, perSecond));
      for (const ns of [0, 1, 2, 999, 123_456, instructions]) {
        expect(rate.needed(ns, 0)).toBe(Math.min(until(ns, perSecond), rate.longest));
      }
    }
    expect(rate.needed(Infinity, 0)).toBe(rate.longest);
    expect(rate.needed(-1e15, 0)).toBeLessThanOrEqual(0);
  });

  it('make the same time in many parts as at once', () => {
    let [ns, rest, all] = [0, 0, 0];
    for (let i = 0; i < 300; i++) {
      const count = (i * 7919) % 5_000_011;
      ns += rate.elapsed(count, rest);
      rest = rate.restAfter(count, rest);
      all += count;
      expect(ns).toBe(after(all, perSecond));
      expect(all + rate.needed(1000, rest)).toBe(until(ns + 1000, perSecond));
    }
  });

  it('are what a cluster has, however a run is cut', () => {
    const cluster = clusterWith(perSecond, 'add x0, x0, #1', 'b #-4');
    for (let i = 1; i <= 50; i++) {
      if (i % 3 === 0) cluster.run(1_000_000, cluster.board.clock.now + i);
      else cluster.run(i * 7);
      expect(cluster.board.clock.now).toBe(after(cluster.instructions, perSecond));
    }
  });

  it.each([1000, 54_321])('bring a timer at the instruction that is due, at count %i', (ticks) => {
    const cluster = clusterWith(perSecond, ...timerAt, 'b #0');
    const [core] = cluster.cores;
    core.registers.setX(0, BigInt(ticks));
    const raised = raisesOf(cluster);
    cluster.run(until((ticks + 1000) * NS_PER_TICK, perSecond));
    expect(raised).toEqual([until(ticks * NS_PER_TICK, perSecond)]);
  });

  it('go on where they were once a wait is over', () => {
    const cluster = clusterWith(perSecond, ...timerAt, 'wfi', 'b #0');
    cluster.cores[0].registers.setX(0, 1_000_000n);
    raisesOf(cluster);
    cluster.run(1007);
    // The wait begins behind four instructions, in the middle of a nanosecond.
    const part = (4n * GIGA) % BigInt(perSecond);
    const behind = Number((part + 1003n * GIGA) / BigInt(perSecond));
    expect(cluster.board.clock.now).toBe(1_000_000 * NS_PER_TICK + behind);
  });
});

const NS_PER_TICK = 16;
/** Has the virtual timer ring at the count in X0. */
const timerAt = ['msr cntv_cval_el0, x0', 'movz x1, #1', 'msr cntv_ctl_el0, x1'];

function clusterWith(rate: number, ...lines: string[]): Cluster {
  const cluster = testCluster(TEST_RAM, rate);
  cluster.ram.write(0, code(...lines));
  return cluster;
}

/** Instructions before which the timer raises its line, which is the core's IRQ. */
function raisesOf({ board, cores: [core] }: Cluster): number[] {
  const raised: number[] = [];
  board.timerLine = (_core, _timer, level) => {
    if (level) raised.push(core.instructions());
    core.setLine('irq', level);
  };
  return raised;
}
