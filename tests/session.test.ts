/** A session: a machine that is run for somebody, beside others who watch it. */
import { describe, expect, it } from 'vitest';
import { Session, stateHash, type Machine } from '../src/index.js';
import { DATA, machineFor, psci, send, startCores, SYSTEM_OFF } from './programs/program.js';

const program = `${Array.from('hello\nworld\n', send).join('')} ${psci(SYSTEM_OFF)}`;

describe('a session', () => {
  it('leaves those alone who listen to the console already', async () => {
    const machine = machineFor(program);
    let first = '';
    let second = '';
    let session = '';
    machine.onTransmit = (byte) => (first += String.fromCharCode(byte));
    machine.transmitted.add((byte) => (second += String.fromCharCode(byte)));
    const transmit = (byte: number) => (session += String.fromCharCode(byte));
    expect((await new Session(machine, { until: /hel/, transmit }).run()).kind).toBe('matched');
    expect((await new Session(machine).run()).kind).toBe('powered off');
    expect([first, second, session]).toEqual(['hello\nworld\n', 'hello\nworld\n', 'hel']);
    expect(machine.transmitted.all).toHaveLength(2);
  });

  it.each(['g', 'y', 'gy'])('matches anew in each line and session with the flag %s', async (flags) => {
    const until = new RegExp('hel|wor', flags);
    const machine = machineFor(program);
    const texts: string[] = [];
    for (let i = 0; i < 2; i++) {
      const ending = await new Session(machine, { until }).run();
      texts.push(ending.kind === 'matched' ? ending.text : ending.kind);
    }
    expect(texts).toEqual(['hel', 'wor']);
    expect(until.lastIndex).toBe(0);
  });
});

/** Has fw_cfg clear RAM from DATA + 4096 on, again and again, by the transfer that DATA describes, and counts in x1. */
const clearForEver = `
    movz x21, #${DATA >>> 16}, lsl #16
    movz x9, #0x902, lsl #16
    rev x10, x21
    mov x1, #0
  again:
    str x10, [x9, #16]
    add x1, x1, #1
    b again`;
const CLEARED = 0x400_0000;

function machineThatClears(): Machine {
  const machine = machineFor(clearForEver, { ramSize: 2 * CLEARED });
  // Select a blob that there is not, and read from it: zeros.
  const descriptor = new DataView(new ArrayBuffer(16));
  descriptor.setUint32(0, (0x40 << 16) | 0x0a);
  descriptor.setUint32(4, CLEARED);
  descriptor.setBigUint64(8, BigInt(DATA + 4096));
  machine.writeMemory(DATA, new Uint8Array(descriptor.buffer));
  return machine;
}

describe('a session with a device that moves memory without end', () => {
  it.each([false, true])("ends in time, on the host's clock: %s", async (hostClock) => {
    const began = performance.now();
    const { kind } = await new Session(machineThatClears(), { hostClock, timeout: 0.2 }).run();
    expect(kind).toBe('timeout');
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('leaves the machine as one that runs without a break', async () => {
    const [first, second] = [machineThatClears(), machineThatClears()];
    await new Session(first, { instructions: 100 }).run();
    second.run({ instructions: 100 });
    expect(first.core(0).x(1)).toBe(second.core(0).x(1));
    expect(await stateHash(first)).toBe(await stateHash(second));
  });
});

/**
 * Each core reads the counter again and again, and stores at DATA, a line each, the latest value, the largest step from
 * one look to the next, and how many looks there were.
 */
const watchTheClock = (cores: number) => `
    ${startCores(cores)}
    mrs x8, mpidr_el1
    and x8, x8, #0xff
    movz x20, #${DATA >>> 16}, lsl #16
    add x20, x20, x8, lsl #6
    mov x3, #0
    mov x4, #0
    mrs x1, cntvct_el0
  again:
    mov x6, #32
  spin:
    sub x6, x6, #1
    cbnz x6, spin
    mrs x2, cntvct_el0
    sub x5, x2, x1
    cmp x5, x3
    csel x3, x5, x3, hi
    mov x1, x2
    add x4, x4, #1
    stp x1, x3, [x20]
    str x4, [x20, #16]
    b again`;
const NANOSECONDS_PER_TICK = 16;

describe("a session on the host's clock", () => {
  it.each([1, 4])('keeps up with it, smoothly, on %i cores', async (cores) => {
    const machine = machineFor(watchTheClock(cores), { cores });
    const began = performance.now();
    let lag = Infinity;
    // Every rate that there was: it changes more often than slices end.
    let slowest = machine.rate;
    machine.journal.entered.add((entry) => {
      if (entry.kind === 'rate') slowest = Math.min(slowest, entry.rate);
    });
    const session = new Session(machine, {
      hostClock: true,
      timeout: 20,
      afterSlice: () => {
        const elapsed = performance.now() - began;
        lag = elapsed - machine.now / 1e6;
        // Other programs may have the host for a while, then it catches up.
        if (elapsed > 500 && lag < 20) session.quit();
      },
    });
    expect((await session.run()).kind).toBe('quit');
    expect(lag).toBeGreaterThan(-10);
    expect(machine.rate).toBe(1e9);
    const bytes = machine.readMemory(DATA, cores * 64) ?? new Uint8Array();
    const words = Array.from(new BigUint64Array(bytes.slice().buffer), Number);
    for (let core = 0; core < cores; core++) {
      const [now, largest, looks] = words.slice(core * 8);
      // A turn, of 100 us or 5000 instructions, and the loop's own 75.
      const instruction = 1e9 / slowest;
      const turn = cores === 1 ? 0 : Math.max(100_000, 5000 * instruction);
      expect(Math.abs(now * NANOSECONDS_PER_TICK - machine.now)).toBeLessThan(1e6 + 2 * turn);
      expect(largest * NANOSECONDS_PER_TICK).toBeLessThanOrEqual(
        turn + 75 * instruction + NANOSECONDS_PER_TICK,
      );
      expect(looks).toBeGreaterThan(1000);
    }
  });
});
