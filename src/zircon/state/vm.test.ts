import { VmFlag } from '../abi/constants.js';
import { describe, expect, it } from 'vitest';
import { CAN_MAP } from '../vm/flags.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { Dice, TestMachine } from '../vm/test-machine.js';
import { VirtualMemory } from '../vm/virtual-memory.js';
import { persist, restore } from './persist.js';
import { stateClasses } from './schema.js';

describe('a snapshot of virtual memory', () => {
  it('goes on as the original does', () => {
    const test = new TestMachine();
    const { machine } = test;
    const vm = test.virtualMemory(true);
    const space = vm.createAddressSpace();
    const vmo = vm.createPaged(64 * PAGE_SIZE);
    const clone = vmo.clone(PAGE_SIZE, 64 * PAGE_SIZE, true);
    clone.retain();
    const region = space.rootVmar.allocate({ size: 2 ** 20, flags: CAN_MAP });
    const flags = VmFlag.PERM_READ | VmFlag.PERM_WRITE;
    const bases = [vmo, clone].map((each) => region.map({ vmo: each, size: each.size, flags }).base);
    const root = { vm, space, clone };

    /** The same operations each time, and what they show. */
    const goOn = (state: typeof root): number[] => {
      const dice = new Dice(5);
      const seen: number[] = [];
      for (let i = 0; i < 200; i++) {
        const address = dice.pick(bases) + dice.roll(64 * PAGE_SIZE);
        if (dice.chance(50)) state.space.copyOut(address, Uint8Array.of(i));
        const byte = new Uint8Array(1);
        state.space.copyIn(address ^ 0x1000, byte);
        seen.push(byte[0], state.space.resolve(address, false), state.vm.pages.available);
      }
      seen.push(state.space.rootVmar.allocate({ size: PAGE_SIZE, flags: 0 }).base);
      state.clone.resize(0);
      state.space.destroy();
      seen.push(state.vm.pages.available);
      return seen;
    };

    space.copyOut(bases[0] + 5000, Uint8Array.of(1, 2, 3));
    const options = { classes: stateClasses, externals: { Machine: machine, GuestRam: machine.cluster.ram } };
    const saved = persist(root, options);
    const ram = machine.cluster.ram.read(0, machine.cluster.ram.size);
    const first = goOn(root);
    machine.cluster.ram.write(0, ram);
    const restored = restore(saved, options)[0] as typeof root;
    expect(restored.vm).toBeInstanceOf(VirtualMemory);
    expect(goOn(restored)).toEqual(first);
  });
});
