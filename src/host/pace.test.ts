/** The guest's clock and the host's, on hosts that are slower and faster than the machine was made to be. */
import { Cues } from './cues.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { assemble } from '../isa/index.js';
import { Machine, type MachineOptions } from '../machine/index.js';
import { HostPace } from './pace.js';

/** A machine that counts in x0 for ever. */
function counting(options: MachineOptions): Machine {
  const machine = new Machine({ ramSize: 0x10_0000, ...options });
  const bytes = new Uint8Array(Uint32Array.of(assemble('add x0, x0, #1'), assemble('b #-4')).buffer);
  const [first, ...others] = machine.cluster.cores.map((_, core) => ({
    powered: core === 0,
    pc: 0x4000_0000,
    el: 1 as const,
    x0: 0,
  }));
  machine.powerUp({ segments: [{ address: 0x4000_0000, bytes }], cores: [first, ...others] });
  return machine;
}

/** A host that executes so many instructions a second, whose clock nothing else moves. */
function hostOf(machine: Machine, perSecond: number): () => number {
  const milliseconds = () => (machine.instructions / perSecond) * 1000;
  vi.spyOn(performance, 'now').mockImplementation(milliseconds);
  return milliseconds;
}

afterEach(() => vi.restoreAllMocks());

describe('on the clock of a host', () => {
  it.each([
    ['slower', 1e9, 30e6],
    ['a little slower', 100e6, 70e6],
    ['as fast', 100e6, 100e6],
    ['a little faster', 100e6, 130e6],
    ['much faster', 1e6, 100e6],
  ])('that is %s, of %i a second on one of %i, a second is a second', (_, rate, speed) => {
    const machine = counting({ instructionsPerSecond: rate });
    const now = hostOf(machine, speed);
    const pace = new HostPace(machine, () => undefined, new Cues(machine, []));
    const rates: number[] = [];
    machine.journal.entered.add((entry) => {
      if (entry.kind === 'rate') rates.push(entry.rate);
    });
    while (now() < 500) {
      expect(pace.step(Infinity)).toBe('limit');
      if (now() < 100) continue;
      // Never so far ahead that the host has to wait.
      expect(pace.spare).toBe(0);
      expect(Math.abs(machine.now / 1e6 - now())).toBeLessThan(5);
    }
    // It is looked at every 4 ms.
    expect(rates.length).toBeLessThan(60);
    pace.leave();
    expect(machine.rate).toBe(rate);
  });
});
