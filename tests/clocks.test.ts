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
