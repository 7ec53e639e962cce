/** Work of a hosted kernel: it takes a core's instructions and time, the same however a run is cut. */
import { describe, expect, it } from 'vitest';
import { code, TEST_RAM, testCluster } from './test-cluster.js';
import type { Cluster } from './cluster.js';

const CALL_COST = 1000;
/** Instructions of a round: the call, and the work that it stands for. */
const ROUND = 3 + CALL_COST;

/** Counts calls in X0, for ever; the kernel returns from each at once, and `stopAt` one it has the cluster stop. */
function caller(stopAt = 0, rate?: number): Cluster {
  const cluster = testCluster(TEST_RAM, rate);
  cluster.ram.write(0, code('add x0, x0, #1', 'svc #0', 'b #-8'));
  const [core] = cluster.cores;
  let calls = 0;
  core.system.supervisor = {
    exception: () => {
      calls += 1;
      if (calls === stopAt) cluster.stop();
      core.system.returnFromException();
      core.charge(CALL_COST);
    },
  };
  return cluster;
}
const state = ({ state: registers, instructions, board, cores: [core] }: Cluster): unknown => ({
  calls: registers.x(0),
  pc: core.registers.pc,
  instructions,
  now: board.clock.now,
  owed: core.owed,
});

describe('what a hosted kernel charges', () => {
  it.each([
    [1_000_000_000, 10 * ROUND],
    [125_000_000, 80 * ROUND],
    [3_000_000_000, Math.floor((10 * ROUND) / 3)],
  ])('counts as instructions, of %i a second', (rate, now) => {
    const cluster = caller(0, rate);
    cluster.run(10 * ROUND);
    expect(state(cluster)).toEqual({
      calls: 10n,
      pc: BigInt(TEST_RAM),
      instructions: 10 * ROUND,
      now,
      owed: 0,
    });
  });
  it.each([1, 2, 3, 7, 997, ROUND, 4000])('is the same in pieces of %i', (piece) => {
    const whole = caller();
    const cut = caller();
    whole.run(40_000);
    while (cut.instructions < 40_000) cut.run(Math.min(piece, 40_000 - cut.instructions));
    expect(state(cut)).toEqual(state(whole));
  });
  it.each([1, 500, 100_000])('is owed where the machine stops in the kernel, in pieces of %i', (piece) => {
    const cluster = caller(5);
    while (cluster.run(piece) !== 'stopped');
    expect(state(cluster)).toEqual({
      calls: 5n,
      pc: BigInt(TEST_RAM + 8),
      instructions: 4 * ROUND + 2,
      now: 4 * ROUND + 2,
      owed: CALL_COST,
    });
  });
  it('is owed still after a snapshot', () => {
    const cluster = caller();
    cluster.run(2 * ROUND + 300);
    const other = caller();
    other.load(cluster.save());
    other.board.clock.advanceTo(cluster.board.clock.now);
    other.run(5000);
    cluster.run(5000);
    expect(state(other)).toEqual(state(cluster));
  });
});
