/** Virtual memory on a small machine, for tests. */
import { R } from '../../engine/index.js';
import type { Access } from '../../engine/index.js';
import { Machine } from '../../machine/index.js';
import { Random } from '../random.js';
import type { AddressSpace } from './address-space.js';
import { MAIR } from './page-table.js';
import { VirtualMemory } from './virtual-memory.js';

const RAM_SIZE = 16 * 2 ** 20;
/** TCR_EL1: 48-bit addresses and 4 KiB pages below, nothing above; 40-bit physical addresses. */
const TCR = 16n | (1n << 23n) | (2n << 32n) | (1n << 36n);

export class TestMachine {
  readonly machine = new Machine({ ramSize: RAM_SIZE });
  private seed = 1n;

  /** Fresh virtual memory over the whole RAM, whatever is left in it. */
  virtualMemory(isRandomized = false): VirtualMemory {
    this.seed += 1n;
    return new VirtualMemory(this.machine, new Random(this.seed), { isRandomized });
  }

  /** What the engine's MMU makes of an access at EL0: the RAM offset of the byte, or undefined if it faults. */
  translate(space: AddressSpace, address: number, access: Access): number | undefined {
    const { cluster } = this.machine;
    const state = cluster.activate(cluster.cores[0]);
    const { root, asid } = space.translationTable;
    state.put64(R.MAIR_EL1, MAIR);
    state.put64(R.TCR_EL1, TCR);
    state.put64(R.TTBR0_EL1, (BigInt(asid) << 48n) | BigInt(root));
    state.put64(R.SCTLR_EL1, 1n);
    const { system } = cluster.cores[0];
    const result = system.translate(address | 0, Math.floor(address / 2 ** 32), access, 0);
    return result.fault ? undefined : result.physical - cluster.ram.base;
  }
}

/** A row of numbers from a seed, for random tests. */
export class Dice {
  private readonly random: Random;
  constructor(seed: number) {
    this.random = new Random(BigInt(seed));
  }
  /** 0 to below `bound`. */
  roll(bound: number): number {
    return this.random.below(bound);
  }
  chance(percent: number): boolean {
    return this.roll(100) < percent;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.roll(items.length)];
  }
}
