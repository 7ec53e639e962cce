/**
 * Mutated snapshots of Zircon systems and of Linux: each is refused in one line, or what it makes runs; nothing is
 * thrown in the host, and no trial takes long.
 */
import { bootZircon, builtInBootImage } from '../src/index.js';
import type { Machine } from '../src/index.js';
import { tryMutations, type Trials } from '../tests/snapshots/trials.js';
import { debianMachine } from './debian.js';

interface Saved {
  readonly name: string;
  /** Of all mutations, as a part. */
  readonly share: number;
  readonly make: () => Machine;
}

/** Instructions into the core tests at which much is under way: threads, ports, channels, faults, exceptions. */
const moments = [1_900_000, 2_600_000, 3_400_000, 8_600_000];

const zircon = (cores: number, instructions: number): Saved => ({
  name: `Zircon, ${cores} cores, ${instructions} instructions`,
  share: 0.1225,
  make: () => {
    const append = 'userboot.next=bin/core-tests userboot.shutdown';
    const { machine } = bootZircon(builtInBootImage(), { ramSize: 2 ** 25, cores, append, seed: 7n });
    machine.run({ instructions });
    return machine;
  },
});
const linux = (cores: number): Saved => ({
  name: `Linux, ${cores} cores`,
  share: 0.01,
  make: () => {
    const machine = debianMachine({ el: 2, cores, mebibytes: 96, append: 'console=ttyAMA0', seed: 7n });
    machine.run({ instructions: 60_000_000 });
    return machine;
  },
});

const systems = [...[1, 4].flatMap((cores) => moments.map((at) => zircon(cores, at))), linux(1), linux(4)];

export interface SnapshotReport extends Trials {
  readonly mutations: number;
}

export function mutatedSnapshots(count: number): SnapshotReport {
  const all = systems.map(({ name, share, make }, i) => {
    const trials = tryMutations(name, make(), Math.round(count * share), 2026 + i);
    console.log(
      `${name}: ${trials.refused} refused, ${trials.ran} ran, longest ${trials.longest.toFixed(0)} ms`,
    );
    return trials;
  });
  const sum = (of: (trials: Trials) => number): number =>
    all.reduce((total, trials) => total + of(trials), 0);
  return {
    mutations: sum(({ refused, ran, failures }) => refused + ran + failures.length),
    refused: sum(({ refused }) => refused),
    ran: sum(({ ran }) => ran),
    failures: all.flatMap(({ failures }) => failures),
    longest: Math.max(...all.map(({ longest }) => longest)),
  };
}
