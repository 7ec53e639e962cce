import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Rights, Status, VmFlag } from '../abi/constants.js';
import { Process } from '../objects/process.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';
import { CAN_MAP } from '../vm/flags.js';
import { PAGE_SIZE, USER_BASE, USER_SIZE } from '../vm/layout.js';

const { PERM_READ, PERM_WRITE, PERM_EXECUTE, SPECIFIC, CAN_MAP_SPECIFIC } = VmFlag;
const bench = new TestBench();
let process: TestProcess;
/** Another process's root VMAR, and its memory. */
let root: number;
let target: Process;

beforeEach(() => {
  process = bench.newProcess();
  const job = process.process.give(bench.kernel.rootJob, Rights.JOB);
  const [handle, vmar] = process.make('process_create', 2, job, 0, 0, 0);
  const object = process.process.handles.get(handle)?.object;
  if (!(object instanceof Process)) throw new Error('no process');
  target = object;
  root = vmar;
});

const rightsOf = (value: number): number | undefined => process.process.handles.get(value)?.rights;
const withRights = (value: number, rights: number): number =>
  process.make('handle_duplicate', 1, value, rights)[0];
const createVmo = (size = 4 * PAGE_SIZE): number => process.make('vmo_create', 1, size, 0)[0];

function allocate(vmar: number, flags: number, offset: number, size: number): { vmar: number; base: number } {
  const handle = process.allocate(8);
  const address = process.allocate(8);
  const status = process.call('vmar_allocate', vmar, flags, offset, size, handle, address);
  if (status !== Status.OK) throw new Error(`vmar_allocate returned ${status}`);
  return { vmar: process.u32(handle), base: process.u64(address) };
}
/** The address of a new mapping, or the status. */
function map(
  vmar: number,
  flags: number,
  offset: number,
  vmo: number,
  vmoOffset: number,
  size: number,
): number {
  const address = process.allocate(8);
  const status = process.call('vmar_map', vmar, flags, offset, vmo, vmoOffset, size, address);
  return status === Status.OK ? process.u64(address) : status;
}
const isMapped = (address: number, write = false): boolean => target.aspace.resolve(address, write) >= 0;

describe('vmar_allocate', () => {
  it('gives a region and the rights to what may be mapped in it', () => {
    expect(rightsOf(root)).toBe(Rights.VMAR | Right.READ | Right.WRITE | Right.EXECUTE);
    const region = allocate(root, VmFlag.CAN_MAP_READ | SPECIFIC, 0x10_0000, 0x4000);
    expect(region.base).toBe(USER_BASE + 0x10_0000);
    expect(rightsOf(region.vmar)).toBe(Rights.VMAR | Right.READ);
  });

  it('takes the older order of arguments', () => {
    const [handle, address] = [process.allocate(8), process.allocate(8)];
    const flags = CAN_MAP | SPECIFIC;
    const status = process.call('vmar_allocate_old', root, 0x1000, 0x2000, flags, handle, address);
    expect([status, process.u64(address)]).toEqual([Status.OK, USER_BASE + 0x1000]);
  });

  it('refuses, and then keeps no region', () => {
    const [handle, address] = [process.allocate(8), process.allocate(8)];
    const status = (vmar: number, flags: number, offset: number | bigint, size: number | bigint): number =>
      process.call('vmar_allocate', vmar, flags, offset, size, handle, address);
    expect(status(root, 0, 0, 1)).toBe(Status.INVALID_ARGS);
    expect(status(root, SPECIFIC, 2n ** 64n - 1n, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(status(root, 0, 0, 2n ** 64n - 4096n)).toBe(Status.INVALID_ARGS);
    expect(status(withRights(root, Right.READ), VmFlag.CAN_MAP_WRITE, 0, PAGE_SIZE)).toBe(
      Status.ACCESS_DENIED,
    );
    expect(status(createVmo(), 0, 0, PAGE_SIZE)).toBe(Status.WRONG_TYPE);
    expect(status(0, 0, 0, PAGE_SIZE)).toBe(Status.BAD_HANDLE);
    expect(process.call('vmar_allocate', root, 0, 0, PAGE_SIZE, BAD_POINTER, address)).toBe(
      Status.INVALID_ARGS,
    );
    expect(process.call('vmar_allocate', root, 0, 0, PAGE_SIZE, handle, BAD_POINTER)).toBe(
      Status.INVALID_ARGS,
    );
    expect(target.aspace.rootVmar.regions).toEqual([]);
  });
});

describe('vmar_map', () => {
  it('maps what the handles allow', () => {
    const vmo = createVmo();
    const address = map(root, PERM_READ | PERM_WRITE, 0, vmo, PAGE_SIZE, 2 * PAGE_SIZE);
    expect([isMapped(address, true), isMapped(address + PAGE_SIZE)]).toEqual([true, true]);
    expect(isMapped(address + 2 * PAGE_SIZE)).toBe(false);
    const mapped = process.allocate(8);
    const flags = PERM_READ | SPECIFIC;
    const old = process.call('vmar_map_old', root, 0x7000, vmo, 0, PAGE_SIZE, flags, mapped);
    expect([old, process.u64(mapped)]).toEqual([Status.OK, USER_BASE + 0x7000]);
  });

  it('refuses', () => {
    const vmo = createVmo();
    const readOnly = withRights(vmo, Right.READ | Right.MAP);
    expect(map(root, PERM_READ | PERM_WRITE, 0, readOnly, 0, PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    expect(map(root, PERM_READ | PERM_EXECUTE, 0, readOnly, 0, PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    expect(map(root, PERM_READ, 0, withRights(vmo, Right.READ), 0, PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    const weak = withRights(root, Right.READ);
    expect(map(weak, PERM_READ | PERM_WRITE, 0, vmo, 0, PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    expect(map(root, PERM_READ, 0, vmo, 1, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(map(root, PERM_READ | SPECIFIC, 1, vmo, 0, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(map(root, PERM_READ, 0, root, 0, PAGE_SIZE)).toBe(Status.WRONG_TYPE);
    expect(map(vmo, PERM_READ, 0, vmo, 0, PAGE_SIZE)).toBe(Status.WRONG_TYPE);
    expect(map(root, PERM_READ | SPECIFIC, USER_SIZE - PAGE_SIZE, vmo, 0, 2 * PAGE_SIZE)).toBe(
      Status.INVALID_ARGS,
    );
  });

  it('keeps no mapping whose address it cannot tell', () => {
    const args = [root, PERM_READ, 0, createVmo(), 0, PAGE_SIZE, BAD_POINTER];
    expect(process.call('vmar_map', ...args)).toBe(Status.INVALID_ARGS);
    expect(target.aspace.rootVmar.regions).toEqual([]);
  });

  it('overwrites nothing if it cannot tell the address', () => {
    const vmo = createVmo();
    const address = map(root, PERM_READ | PERM_WRITE, 0, vmo, 0, PAGE_SIZE);
    const overwrite = PERM_READ | VmFlag.SPECIFIC_OVERWRITE;
    const args = [root, overwrite, address - USER_BASE, vmo, PAGE_SIZE, PAGE_SIZE];
    expect(process.call('vmar_map', ...args, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(isMapped(address, true)).toBe(true);
    expect(process.call('vmar_map', ...args, process.allocate(8))).toBe(Status.OK);
    expect([isMapped(address), isMapped(address, true)]).toEqual([true, false]);
  });
});

describe('vmar_protect, vmar_unmap, vmar_destroy', () => {
  it('change, split and remove', () => {
    const vmo = createVmo();
    const region = allocate(root, CAN_MAP | CAN_MAP_SPECIFIC, 0, 0x1_0000);
    const address = map(region.vmar, PERM_READ | PERM_WRITE | SPECIFIC, 0x4000, vmo, 0, 4 * PAGE_SIZE);
    expect(address).toBe(region.base + 0x4000);
    expect(process.call('vmar_protect', region.vmar, PERM_READ, address + PAGE_SIZE, PAGE_SIZE)).toBe(
      Status.OK,
    );
    const writable = [0, 1, 2, 3].map((i) => isMapped(address + i * PAGE_SIZE, true));
    expect(writable).toEqual([true, false, true, true]);
    expect(process.call('vmar_unmap', region.vmar, address + PAGE_SIZE, 2 * PAGE_SIZE)).toBe(Status.OK);
    expect([0, 1, 2, 3].map((i) => isMapped(address + i * PAGE_SIZE))).toEqual([true, false, false, true]);
    expect(process.call('vmar_destroy', region.vmar)).toBe(Status.OK);
    expect(isMapped(address)).toBe(false);
    expect(process.call('vmar_destroy', region.vmar)).toBe(Status.BAD_STATE);
    expect(process.call('vmar_unmap', region.vmar, address, PAGE_SIZE)).toBe(Status.BAD_STATE);
    expect(map(region.vmar, PERM_READ, 0, vmo, 0, PAGE_SIZE)).toBe(Status.BAD_STATE);
  });

  it('round lengths up to whole pages', () => {
    const address = map(root, PERM_READ | PERM_WRITE, 0, createVmo(), 0, 2 * PAGE_SIZE - 1);
    expect(isMapped(address + 2 * PAGE_SIZE - 1)).toBe(true);
    expect(process.call('vmar_protect_old', root, address, PAGE_SIZE + 1, PERM_READ)).toBe(Status.OK);
    expect(isMapped(address + PAGE_SIZE, true)).toBe(false);
    expect(process.call('vmar_unmap', root, address, 1)).toBe(Status.OK);
    expect([isMapped(address), isMapped(address + PAGE_SIZE)]).toEqual([false, true]);
  });

  it('refuse', () => {
    const vmo = withRights(createVmo(), Right.READ | Right.MAP);
    const address = map(root, PERM_READ | SPECIFIC, 0x4000, vmo, 0, PAGE_SIZE);
    const region = allocate(root, CAN_MAP | SPECIFIC, 0x8000, 2 * PAGE_SIZE);
    const protect = (flags: number, at: number, size: number, vmar = root): number =>
      process.call('vmar_protect', vmar, flags, at, size);
    expect(protect(PERM_WRITE, address, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(protect(PERM_READ | SPECIFIC, address, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(protect(PERM_READ, address + 1, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(protect(PERM_READ, address, 0)).toBe(Status.INVALID_ARGS);
    expect(protect(PERM_READ, region.base, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(protect(PERM_READ, address, 2 * PAGE_SIZE)).toBe(Status.NOT_FOUND);
    expect(protect(PERM_READ | PERM_WRITE, address, PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    expect(protect(PERM_READ, address, PAGE_SIZE, withRights(root, Right.WRITE))).toBe(Status.ACCESS_DENIED);
    const unmap = (at: number, size: number): number => process.call('vmar_unmap', root, at, size);
    expect(unmap(address + 1, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(unmap(address, 0)).toBe(Status.INVALID_ARGS);
    expect(unmap(region.base, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(unmap(0, USER_BASE)).toBe(Status.INVALID_ARGS);
    expect(unmap(address + PAGE_SIZE, PAGE_SIZE)).toBe(Status.NOT_FOUND);
    expect(process.call('vmar_destroy', vmo)).toBe(Status.WRONG_TYPE);
  });

  it('leave nothing of a process that ends', () => {
    const { pages } = bench.kernel.vm;
    const vmo = createVmo();
    const before = { ...pages.used };
    const address = map(root, PERM_READ | PERM_WRITE, 0, vmo, 0, 4 * PAGE_SIZE);
    isMapped(address, true);
    process.call('vmar_map', root, PERM_READ, 0, vmo, 0, PAGE_SIZE, process.allocate(8));
    target.kill();
    expect(pages.used.vmo).toBe(before.vmo + 1);
    expect(pages.used.table).toBe(before.table - 1);
    process.call('handle_close', vmo);
    expect(pages.used.vmo).toBe(before.vmo);
  });
});
