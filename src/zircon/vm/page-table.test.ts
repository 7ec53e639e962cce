import { VmFlag } from '../abi/constants.js';
import { describe, expect, it } from 'vitest';
import { PAGE_SIZE, USER_BASE, USER_SIZE } from './layout.js';
import { Dice, TestMachine } from './test-machine.js';

const { PERM_READ, PERM_WRITE, PERM_EXECUTE } = VmFlag;
const test = new TestMachine();
const accesses = [
  ['read', PERM_READ],
  ['write', PERM_WRITE],
  ['execute', PERM_EXECUTE],
] as const;

/** Addresses that share tables of each level, and some at the ends. */
const places = [
  USER_BASE,
  USER_BASE + PAGE_SIZE,
  USER_BASE + 0x20_0000,
  0x4000_0000,
  0x80_0000_0000,
  0x80_0000_1000,
  0x1234_5678_9000,
  USER_BASE + USER_SIZE - PAGE_SIZE,
];

describe('translation tables, as the engine walks them', () => {
  it.each([
    0,
    PERM_READ,
    PERM_READ | PERM_WRITE,
    PERM_READ | PERM_EXECUTE,
    PERM_READ | PERM_WRITE | PERM_EXECUTE,
    PERM_EXECUTE,
  ])('allow user code exactly permissions %i, and map nothing else', (permissions) => {
    const vm = test.virtualMemory();
    const space = vm.createAddressSpace();
    const vmo = vm.createPaged(PAGE_SIZE);
    for (const address of places) {
      const offset = address - USER_BASE;
      space.rootVmar.map({ vmo, size: PAGE_SIZE, flags: VmFlag.SPECIFIC | permissions, offset });
      for (const [access, permission] of accesses) {
        expect(space.fault(address, access) === 0).toBe((permissions & permission) !== 0);
      }
      const page = vmo.own(0);
      for (const [access, permission] of accesses) {
        const shown = (permissions & PERM_WRITE) !== 0 ? page : vm.pages.zeroPage;
        const expected = (permissions & permission) === 0 ? undefined : shown + 8;
        expect(test.translate(space, address + 8, access)).toBe(expected);
        if (!places.includes(address + PAGE_SIZE)) {
          expect(test.translate(space, address + PAGE_SIZE, access)).toBeUndefined();
        }
      }
    }
  });

  it('are freed as they become empty', () => {
    const vm = test.virtualMemory();
    const before = vm.pages.used.table;
    const space = vm.createAddressSpace();
    const vmo = vm.createPaged(PAGE_SIZE);
    const dice = new Dice(7);
    const addresses = Array.from(
      { length: 200 },
      () => USER_BASE + dice.roll(USER_SIZE / PAGE_SIZE) * PAGE_SIZE,
    );
    for (const address of addresses) {
      space.rootVmar.map({
        vmo,
        size: PAGE_SIZE,
        flags: VmFlag.SPECIFIC_OVERWRITE | PERM_READ,
        offset: address - USER_BASE,
      });
      expect(space.fault(address, 'read')).toBe(0);
      expect(test.translate(space, address, 'read')).toBe(vm.pages.zeroPage);
    }
    expect(vm.pages.used.table).toBe(before + (space.tables?.size ?? 0));
    for (const address of new Set(addresses)) space.rootVmar.unmap(address, PAGE_SIZE);
    expect(vm.pages.used.table).toBe(before + 1);
    space.destroy();
    expect(vm.pages.used.table).toBe(before);
  });

  it('stay whole when memory runs out in the middle', () => {
    const vm = test.virtualMemory();
    const space = vm.createAddressSpace();
    const vmo = vm.createPaged(PAGE_SIZE);
    vmo.commit(0, 'kernel');
    const held: number[] = [];
    while (vm.pages.available > 0) held.push(vm.pages.allocate('vmo'));
    const mapping = space.rootVmar.map({ vmo, size: PAGE_SIZE, flags: PERM_READ });
    for (let room = 0; room < 3; room++) {
      expect(space.fault(mapping.base, 'read')).not.toBe(0);
      expect(vm.pages.available).toBe(room);
      vm.pages.release(held[room], 'vmo');
    }
    expect(space.fault(mapping.base, 'read')).toBe(0);
    expect(test.translate(space, mapping.base, 'read')).toBe(vmo.own(0));
  });
});
