/** The counter as several cores see it: what one has seen is in the past for the others. */
import { describe, expect, it } from 'vitest';
import { stateHash } from '../src/index.js';
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

describe.each(['cntvct_el0', 'cntpct_el0'])('%s', (register) => {
  it('never goes back from one core to the next', () => {
    const machine = machineFor(looking(4, register), { cores: 4 });
    expect(machine.run({ instructions: 10e6 })).toBe('powered off');
    const words = new BigUint64Array((machine.readMemory(DATA, 16) ?? new Uint8Array(16)).slice().buffer);
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

describe('time that is told to keep up with a clock outside', () => {
  const start = (cores: number) => {
    const machine = machineFor(looking(cores, 'cntvct_el0'), { cores });
    machine.setRate(7);
    return machine;
  };

  it('passes by so much with each instruction', () => {
    const machine = start(1);
    machine.run({ instructions: 12_345 });
    expect(machine.now).toBe(7 * 12_345);
    machine.setRate(1);
    machine.run({ instructions: 100 });
    expect(machine.now).toBe(7 * 12_345 + 100);
  });

  it.each([1, 3])('passes alike however a run is cut into pieces, on %i cores', async (cores) => {
    const whole = start(cores);
    whole.run();
    const pieces = start(cores);
    while (pieces.run({ instructions: 3333 }) === 'limit');
    expect(await stateHash(pieces)).toBe(await stateHash(whole));
    expect(
      Number(new BigUint64Array((whole.readMemory(DATA, 16) ?? new Uint8Array(16)).slice().buffer)[1]),
    ).toBe(0);
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
    const earlier = new BigUint64Array(
      (once.machine.readMemory(DATA, 16) ?? new Uint8Array(16)).slice().buffer,
    );
    expect(earlier[1]).toBe(0n);
  });

  it.each([0, 0.5, 1001, NaN])('takes no %d', (rate) => {
    expect(() => start(1).setRate(rate)).toThrow(RangeError);
  });
});
