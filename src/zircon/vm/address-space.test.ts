import { describe, expect, it } from 'vitest';
import { PAGE_SIZE, USER_BASE, USER_SIZE } from './layout.js';
import { TestMachine } from './test-machine.js';
import { readToUser, writeFromUser } from './user-copy.js';
import { Status, VmFlag } from '../abi/constants.js';

const test = new TestMachine();
const READ_WRITE = VmFlag.PERM_READ | VmFlag.PERM_WRITE;

describe('the kernel in user memory', () => {
  it('goes across pages, and stops where user code would fault', () => {
    const vm = test.virtualMemory();
    const space = vm.createAddressSpace();
    const vmo = vm.createPaged(2 * PAGE_SIZE);
    const { base } = space.rootVmar.map({ vmo, size: 2 * PAGE_SIZE, flags: READ_WRITE });
    const bytes = Uint8Array.from({ length: 200 }, (_, i) => i);
    expect(space.copyOut(base + PAGE_SIZE - 100, bytes)).toBe(true);
    const back = new Uint8Array(200);
    expect(space.copyIn(base + PAGE_SIZE - 100, back)).toBe(true);
    expect(back).toEqual(bytes);
    expect(space.copyOut(base + 2 * PAGE_SIZE - 1, bytes)).toBe(false);
    space.rootVmar.protect(VmFlag.PERM_READ, base, PAGE_SIZE);
    expect(space.copyOut(base, bytes)).toBe(false);
    expect(space.copyIn(base, back)).toBe(true);
    for (const address of [0, 8, USER_BASE + USER_SIZE, base + 2 ** 48, 2 ** 63, 2 ** 64 - 8]) {
      expect(space.copyIn(address, back)).toBe(false);
      expect(space.fault(address, 'read')).toBe(Status.NOT_FOUND);
    }
  });

  it('reads and writes for debuggers, whatever the permissions', () => {
    const vm = test.virtualMemory();
    const space = vm.createAddressSpace();
    const vmo = vm.createPaged(PAGE_SIZE);
    const { base } = space.rootVmar.map({ vmo, size: 2 * PAGE_SIZE, flags: VmFlag.PERM_EXECUTE });
    expect(space.poke(base + 8, Uint8Array.of(7))).toBe(true);
    const byte = new Uint8Array(1);
    expect(space.peek(base + 8, byte)).toBe(true);
    expect(byte[0]).toBe(7);
    expect(space.peek(base + PAGE_SIZE, byte)).toBe(false);
    expect(space.poke(base + PAGE_SIZE, byte)).toBe(false);
    expect(space.peek(base + 2 * PAGE_SIZE, byte)).toBe(false);
  });

  it('moves bytes between a VMO and a mapping of it', () => {
    const vm = test.virtualMemory();
    const space = vm.createAddressSpace();
    const vmo = vm.createPaged(4 * PAGE_SIZE);
    const { base } = space.rootVmar.map({ vmo, size: 4 * PAGE_SIZE, flags: READ_WRITE });
    vmo.write(0, Uint8Array.of(1, 2, 3, 4));
    const start = { index: 0, within: 1 };
    expect(readToUser(vmo, start, space, base + PAGE_SIZE, 2 * PAGE_SIZE)).toBe(Status.OK);
    const bytes = new Uint8Array(3);
    vmo.read(PAGE_SIZE, bytes);
    expect([...bytes]).toEqual([2, 3, 4]);
    expect(writeFromUser(vmo, { index: 3, within: 4094 }, space, base, 2)).toBe(Status.OK);
    vmo.read(4 * PAGE_SIZE - 2, bytes.subarray(0, 2));
    expect([...bytes.subarray(0, 2)]).toEqual([1, 2]);
    expect(writeFromUser(vmo, start, space, base + 4 * PAGE_SIZE, 1)).toBe(Status.INVALID_ARGS);
  });
});
