import { VmFlag } from '../abi/constants.js';
import { describe, expect, it } from 'vitest';
import { CAN_MAP } from './flags.js';
import { PAGE_SIZE } from './layout.js';
import { TestMachine } from './test-machine.js';
import { describeVmo, memoryUse, regionsOf } from './usage.js';

const test = new TestMachine();
const READ_WRITE = VmFlag.PERM_READ | VmFlag.PERM_WRITE;

describe('memory use', () => {
  it('is private for a VMO in one process and scaled for one in several', () => {
    const vm = test.virtualMemory();
    const spaces = [0, 1, 2, 3].map(() => vm.createAddressSpace());
    const mine = vm.createPaged(16 * PAGE_SIZE);
    spaces[0].rootVmar.map({ vmo: mine, size: 16 * PAGE_SIZE, flags: READ_WRITE });
    mine.commitRange(0, 3 * PAGE_SIZE);
    const ours = vm.createPaged(8 * PAGE_SIZE);
    for (const space of spaces) space.rootVmar.map({ vmo: ours, size: 4 * PAGE_SIZE, flags: READ_WRITE });
    ours.commitRange(2 * PAGE_SIZE, 4 * PAGE_SIZE);
    expect(memoryUse(spaces[0])).toEqual({
      mapped: 20 * PAGE_SIZE,
      private: 3 * PAGE_SIZE,
      shared: 2 * PAGE_SIZE,
      scaledShared: PAGE_SIZE / 2,
    });
    expect(describeVmo(ours)).toMatchObject({ shareCount: 4, mappings: 4, committedBytes: 4 * PAGE_SIZE });
    expect(describeVmo(vm.createPaged(PAGE_SIZE))).toMatchObject({ shareCount: 1, mappings: 0 });
  });

  it('lists regions depth first, in order of addresses', () => {
    const vm = test.virtualMemory();
    const space = vm.createAddressSpace();
    const vmo = vm.createPaged(PAGE_SIZE);
    const inner = space.rootVmar.allocate({ size: 4 * PAGE_SIZE, flags: CAN_MAP });
    inner.map({ vmo, size: PAGE_SIZE, flags: VmFlag.PERM_READ });
    inner.map({ vmo, size: PAGE_SIZE, flags: VmFlag.PERM_READ });
    space.rootVmar.map({ vmo, size: PAGE_SIZE, flags: VmFlag.PERM_READ });
    const found = [...regionsOf(space)].map(({ depth, region }) => [depth, region.base - inner.base]);
    expect(found).toEqual([
      [1, 0],
      [2, 0],
      [3, 0],
      [3, PAGE_SIZE],
      [2, 4 * PAGE_SIZE],
    ]);
  });
});
