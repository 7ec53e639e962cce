import { beforeEach, describe, expect, it } from 'vitest';
import { BtiOption, ObjectType, Rights, Status, ThreadState, VmFlag } from '../abi/constants.js';
import { Iommu } from '../objects/iommu.js';
import { VmarDispatcher } from '../objects/vmar.js';
import { BAD_POINTER, TestBench, type TestProcess, type TestThread } from '../testing.js';

const PAGE = 4096;
let bench: TestBench;
let p: TestProcess;
let pager: number;
let port: number;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
  [pager] = p.make('pager_create', 1, 0);
  [port] = p.make('port_create', 1, 0);
});

const KEY = 0x1234_5678_9abcn;
const createVmo = (size = 3 * PAGE): number => p.make('pager_create_vmo', 1, pager, port, KEY, size, 0)[0];
function map(vmo: number, offset = 0): number {
  const out = p.allocate(8);
  const self = p.process.give(new VmarDispatcher(bench.kernel, p.process.aspace.rootVmar));
  expect(p.call('vmar_map', self, VmFlag.PERM_READ | VmFlag.PERM_WRITE, 0, vmo, offset, PAGE, out)).toBe(0);
  return p.u64(out);
}
/** A thread touches an address. */
function touch(thread: TestThread, address: number, access: 'read' | 'write' = 'read'): number {
  const { aspace } = p.process;
  const status = aspace.fault(address, access);
  if (status === Status.SHOULD_WAIT) aspace.mappingAt(address)?.request(thread.thread, address);
  return status;
}
/** The next packet: key, type, status, command, flags, offset, length; or nothing. */
function packet(): number[] | undefined {
  const at = p.allocate(48);
  if (p.call('port_wait', port, 0, at) !== Status.OK) return undefined;
  const view = new DataView(p.read(at, 48).buffer);
  expect(view.getBigUint64(0, true)).toBe(KEY);
  const [type, status] = [view.getUint32(8, true), view.getInt32(12, true)];
  const [command, flags] = [view.getUint16(16, true), view.getUint16(18, true)];
  return [
    type,
    status,
    command,
    flags,
    Number(view.getBigUint64(24, true)),
    Number(view.getBigUint64(32, true)),
  ];
}

describe('pagers', () => {
  it('are objects of their own, and their VMOs are VMOs', () => {
    const handle = p.process.handles.get(pager);
    expect([handle?.object.type, handle?.rights]).toEqual([ObjectType.PAGER, Rights.PAGER]);
    const size = p.allocate(8);
    p.call('vmo_get_size', createVmo(PAGE + 1), size);
    expect(p.u64(size)).toBe(2 * PAGE);
  });

  it('are told once of each page that is touched, and who touches it waits', () => {
    const address = map(createVmo(), PAGE);
    const [one, other] = [p.newThread(), p.newThread()];
    expect(touch(one, address + 8)).toBe(Status.SHOULD_WAIT);
    expect(touch(other, address + 16, 'write')).toBe(Status.SHOULD_WAIT);
    expect([one.isBlocked, other.isBlocked, one.thread.wait?.state]).toEqual([
      true,
      true,
      ThreadState.BLOCKED,
    ]);
    expect(packet()).toEqual([9, Status.OK, 0, 0, PAGE, PAGE]);
    expect(packet()).toBeUndefined();
  });

  it('leave those who wait, and all later ones, with a fault when they go', () => {
    const vmo = createVmo();
    const address = map(vmo);
    const thread = p.newThread();
    touch(thread, address);
    packet();
    p.call('handle_close', pager);
    expect(thread.isBlocked).toBe(false);
    expect(touch(thread, address)).toBe(Status.BAD_STATE);
    p.call('handle_close', vmo);
    expect(packet()).toBeUndefined();
  });

  it('hear when nothing refers to a VMO any more', () => {
    const vmo = createVmo();
    const address = map(vmo);
    p.call('handle_close', vmo);
    expect(packet()).toBeUndefined();
    p.process.aspace.rootVmar.unmap(address, PAGE);
    expect(packet()).toEqual([9, Status.OK, 1, 0, 0, 0]);
  });

  it('are not waited for by calls', () => {
    const vmo = createVmo();
    const at = p.allocate(8);
    expect(p.call('vmo_read', vmo, at, 0, 8)).toBe(Status.NOT_SUPPORTED);
    expect(p.call('vmo_write', vmo, at, 0, 8)).toBe(Status.NOT_SUPPORTED);
    expect(p.call('vmo_op_range', vmo, 1, 0, PAGE, 0, 0)).toBe(Status.NOT_SUPPORTED);
    expect(p.call('vmo_clone', vmo, 1, 0, PAGE, at)).toBe(Status.NOT_SUPPORTED);
    expect(p.call('vmo_set_size', vmo, PAGE)).toBe(Status.UNAVAILABLE);
    const iommu = p.process.give(new Iommu(bench.kernel));
    const [bti] = p.make('bti_create', 1, iommu, 0, 0);
    expect(p.call('bti_pin', bti, BtiOption.PERM_READ, vmo, 0, PAGE, at, 1, at)).toBe(Status.NOT_SUPPORTED);
    // A pointer into it is a bad one.
    expect(p.call('clock_get_new', 0, map(vmo))).toBe(Status.INVALID_ARGS);
    expect(packet()).toBeUndefined();
  });

  it('check their arguments', () => {
    const out = p.allocate(4);
    expect(p.call('pager_create', 1, out)).toBe(Status.INVALID_ARGS);
    expect(p.call('pager_create', 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(p.call('pager_create_vmo', pager, port, 0, PAGE, 1, out)).toBe(Status.INVALID_ARGS);
    expect(p.call('pager_create_vmo', port, port, 0, PAGE, 0, out)).toBe(Status.WRONG_TYPE);
    expect(p.call('pager_create_vmo', pager, pager, 0, PAGE, 0, out)).toBe(Status.WRONG_TYPE);
    expect(p.call('pager_create_vmo', 0, port, 0, PAGE, 0, out)).toBe(Status.BAD_HANDLE);
    expect(p.call('pager_create_vmo', pager, port, 0, (1n << 64n) - 1n, 0, out)).toBe(Status.OUT_OF_RANGE);
    const [weak] = p.make('handle_duplicate', 1, port, 1);
    expect(p.call('pager_create_vmo', pager, weak, 0, PAGE, 0, out)).toBe(Status.ACCESS_DENIED);
    expect(p.call('pager_create_vmo', pager, port, KEY, PAGE, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    // Nobody had the VMO, so its end is not told of.
    expect(packet()).toBeUndefined();
  });
});
