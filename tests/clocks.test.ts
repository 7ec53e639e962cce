/** The counter as several cores see it: what one has seen is in the past for the others. */
import { describe, expect, it } from 'vitest';
import { BoardError, loadSnapshot, Machine, saveSnapshot, stateHash } from '../src/index.js';
import { DATA, machineFor, psci, startCores, SYSTEM_OFF } from './programs/program.js';

/**
 * Every core reads the counter and compares it with the latest value that any has stored; the first switches off.
 * Words at DATA: the latest value, how many were earlier than it.
 */
const looking = (cores: number, register: string) => `
    movz x20, #${DATA >>> 16}, lsl #16
    ${startCores(cores)}
    movz x20, #${DATA >>> 16}, lsl #16
    mov x21, #20000
  again:
    ldr x0, [x20]
    mrs x1, ${register}
    cmp x1, x0
    b.hs store
    ldr x2, [x20, #8]
    add x2, x2, #1
    str x2, [x20, #8]
  store:
    str x1, [x20]
    sub x21, x21, #1
    cbnz x21, again
    mrs x8, mpidr_el1
    and x8, x8, #0xff
    cbz x8, off
  sleep:
    wfi
    b sleep
  off:
    ${psci(SYSTEM_OFF)}`;

const wordsOf = (machine: Machine): BigUint64Array =>
  new BigUint64Array((machine.readMemory(DATA, 16) ?? new Uint8Array(16)).slice().buffer);

describe.each(['cntvct_el0', 'cntpct_el0'])('%s', (register) => {
  it('never goes back from one core to the next', () => {
    const machine = machineFor(looking(4, register), { cores: 4 });
    expect(machine.run({ instructions: 10e6 })).toBe('powered off');
    const words = wordsOf(machine);
    expect(Number(words[0])).toBeGreaterThan(6000);
    expect(words[1]).toBe(0n);
  });

  it('is the same however a run is cut into pieces', async () => {
    const whole = machineFor(looking(3, register), { cores: 3 });
    whole.run();
    const pieces = machineFor(looking(3, register), { cores: 3 });
    while (pieces.run({ instructions: 3333 }) === 'limit');
    expect(await stateHash(pieces)).toBe(await stateHash(whole));
  });
});

/** As many ns as so many instructions take. */
const after = (instructions: number, perSecond: number): number =>
  Number((BigInt(instructions) * 1_000_000_000n) / BigInt(perSecond));
describe.each([19_200_001, 2_999_999_999])('at %i instructions a second', (instructionsPerSecond) => {
  const start = (cores: number): Machine =>
    machineFor(looking(cores, 'cntvct_el0'), { cores, instructionsPerSecond });

  it('time is that of the instructions of a core', () => {
    const machine = start(1);
    machine.run({ instructions: 123_457 });
    expect(machine.now).toBe(after(123_457, instructionsPerSecond));
  });

  it('the counter shows it', () => {
    const machine = machineFor('mrs x0, cntvct_el0\nmrs x1, cntvct_el0\nb #-8', { instructionsPerSecond });
    machine.run({ instructions: 3e4 + 2 });
    const ticks = (instructions: number): bigint =>
      BigInt(Math.floor(after(instructions, instructionsPerSecond) / 16));
    expect([machine.core(0).x(0), machine.core(0).x(1)]).toEqual([ticks(3e4), ticks(3e4 + 1)]);
  });

  it.each([1, 3])(
    'it passes alike however a run is cut into pieces, and never back, on %i cores',
    async (cores) => {
      const whole = start(cores);
      whole.run();
      const pieces = start(cores);
      while (pieces.run({ instructions: 3333 }) === 'limit');
      expect(await stateHash(pieces)).toBe(await stateHash(whole));
      expect(wordsOf(whole)[1]).toBe(0n);
    },
  );

  it('every core has as many of them', () => {
    const machine = machineFor(`${startCores(4)}\nagain:\nadd x20, x20, #1\nb again`, {
      cores: 4,
      instructionsPerSecond,
    });
    machine.run({ until: 2_000_000 });
    const { instructions, now, cluster } = machine;
    const each = cluster.cores.map(({ executed }) => executed);
    expect(each.reduce((sum, executed) => sum + executed)).toBe(instructions);
    // The others begin behind the first, by which the time is.
    expect(now).toBe(after(each[0], instructionsPerSecond));
    expect(Math.max(...each) - Math.min(...each)).toBeLessThanOrEqual(20_000);
  });

  it('a snapshot goes on in the middle of a nanosecond', async () => {
    const [whole, first] = [start(3), start(3)];
    first.run({ instructions: 123_456 });
    const second = loadSnapshot(saveSnapshot(first));
    expect(second.options.instructionsPerSecond).toBe(instructionsPerSecond);
    for (const machine of [whole, second]) machine.run();
    expect(await stateHash(second)).toBe(await stateHash(whole));
  });
});

describe('time that is told to keep up with a clock outside', () => {
  const start = (cores: number) => {
    const machine = machineFor(looking(cores, 'cntvct_el0'), { cores });
    machine.setRate(70_000_001);
    return machine;
  };

  it('passes at that rate', () => {
    const machine = start(1);
    machine.run({ instructions: 12_345 });
    const now = after(12_345, 70_000_001);
    expect(machine.now).toBe(now);
    machine.setRate(1e9);
    machine.run({ instructions: 100 });
    expect(machine.now).toBe(now + 100);
  });

  it('is moved on for all cores, in the middle of a turn as well, and never back', async () => {
    const run = (instructions: readonly number[]) => {
      const machine = start(3);
      for (const some of instructions) machine.run({ instructions: some });
      machine.skipTo(machine.now + 50_000);
      machine.skipTo(machine.now - 1);
      const { now } = machine;
      machine.run();
      return { now, machine };
    };
    const [once, twice] = [run([123_456]), run([23_456, 100_000])];
    expect(once.now).toBe(twice.now);
    expect(await stateHash(once.machine)).toBe(await stateHash(twice.machine));
    expect(wordsOf(once.machine)[1]).toBe(0n);
  });

  it.each([0, 999_999, 1e6 + 0.5, 10_000_000_001, NaN])('takes no %d', (rate) => {
    expect(() => start(1).setRate(rate)).toThrow(RangeError);
    expect(() => new Machine({ instructionsPerSecond: rate })).toThrow(BoardError);
  });
});
