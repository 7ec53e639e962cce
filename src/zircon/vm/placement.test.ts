import { describe, expect, it } from 'vitest';
import { Status, VmFlag } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { PAGE_SIZE } from './layout.js';
import { Dice, TestMachine } from './test-machine.js';
import type { Vmar } from './vmar.js';

const PAGES = 96;
const CAN_MAP = VmFlag.CAN_MAP_READ | VmFlag.CAN_MAP_SPECIFIC;

/** By page of a VMAR, whether it is in use: what the rules say is read off this. */
class Plan {
  private readonly used = new Array<boolean>(PAGES).fill(false);

  set(first: number, count: number, used: boolean): void {
    this.used.fill(used, first, first + count);
  }
  isFree(first: number, count: number): boolean {
    return first + count <= PAGES && !this.used.slice(first, first + count).includes(true);
  }
  /** The lowest place, looked for page by page. */
  lowest(count: number, from = 0): number {
    for (let at = from; at + count <= PAGES; at++) if (this.isFree(at, count)) return at;
    return -1;
  }
  /** Behind a region, else in front of the first. */
  compact(count: number): number {
    const first = this.used.indexOf(true);
    const behind = this.lowest(count, first);
    return behind >= 0 ? behind : first - count;
  }
}

function mapped(vmar: Vmar, act: () => { base: number }): number {
  try {
    return (act().base - vmar.base) / PAGE_SIZE;
  } catch (error) {
    if (error instanceof StatusError && error.status === Status.NO_MEMORY) return -1;
    throw error;
  }
}

describe('the place of a mapping', () => {
  it.each([
    ['lowest', false, 0],
    ['compact', true, VmFlag.COMPACT],
  ] as const)('is the %s one, whatever was mapped and unmapped before', (rule, isRandomized, flags) => {
    const dice = new Dice(rule.length);
    const vm = new TestMachine().virtualMemory(isRandomized);
    const vmo = vm.createPaged(8 * PAGE_SIZE);
    vmo.retain();
    const root = vm.createAddressSpace().rootVmar;
    const vmar = root.allocate({ size: PAGES * PAGE_SIZE, flags: CAN_MAP | flags });
    const plan = new Plan();
    for (let i = 0; i < 4000; i++) {
      const count = 1 + dice.roll(5);
      const size = count * PAGE_SIZE;
      if (dice.chance(i % 400 < 200 ? 70 : 30)) {
        const place = { vmo, size, flags: VmFlag.PERM_READ };
        const isEmpty = vmar.regions.length === 0;
        const offset = dice.roll(PAGES) * PAGE_SIZE;
        const isSpecific = dice.chance(10) && offset + size <= vmar.size;
        const at = mapped(vmar, () =>
          vmar.map(isSpecific ? { ...place, flags: place.flags | VmFlag.SPECIFIC, offset } : place),
        );
        if (isSpecific) expect(at >= 0).toBe(plan.isFree(offset / PAGE_SIZE, count));
        else if (!isEmpty || rule === 'lowest') expect(at).toBe(Math.max(-1, plan[rule](count)));
        if (at >= 0) plan.set(at, count, true);
      } else {
        // Whole mappings and parts of them, with nothing or something around.
        const first = dice.roll(PAGES - count);
        if (plan.isFree(first, count)) continue;
        vmar.unmap(vmar.base + first * PAGE_SIZE, size);
        plan.set(first, count, false);
      }
    }
  });
});
