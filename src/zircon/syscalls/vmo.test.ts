import { beforeEach, describe, expect, it } from 'vitest';
import {
  CachePolicy,
  Property,
  ResourceKind,
  Right,
  Rights,
  Signal,
  Status,
  VmFlag,
} from '../abi/constants.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { Resource } from '../objects/resource.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';
import { PAGE_SIZE } from '../vm/layout.js';

const bench = new TestBench();
let process: TestProcess;
beforeEach(() => {
  process = bench.newProcess();
});

const VMO_RIGHTS = 0xd0ff;
const OP = {
  COMMIT: 1,
  DECOMMIT: 2,
  LOCK: 3,
  UNLOCK: 4,
  SYNC: 6,
  INVALIDATE: 7,
  CLEAN: 8,
  CLEAN_INVALIDATE: 9,
};
const U64_MAX = 2n ** 64n - 1n;

const create = (size: number | bigint, options = 0): number =>
  process.make('vmo_create', 1, size, options)[0];
const clone = (vmo: number, offset: number | bigint, size: number | bigint, options = 1): number =>
  process.make('vmo_clone', 1, vmo, options, offset, size)[0];
const rightsOf = (value: number): number | undefined => process.process.handles.get(value)?.rights;
const objectOf = (value: number): Dispatcher | undefined => process.process.handles.get(value)?.object;
const withRights = (value: number, rights: number): number =>
  process.make('handle_duplicate', 1, value, rights)[0];
function sizeOf(vmo: number): number {
  const out = process.allocate(8);
  expect(process.call('vmo_get_size', vmo, out)).toBe(Status.OK);
  return process.u64(out);
}
function write(vmo: number, offset: number | bigint, ...bytes: number[]): number {
  return process.call('vmo_write', vmo, process.allocate(Uint8Array.from(bytes)), offset, bytes.length);
}
function read(vmo: number, offset: number | bigint, length: number): number[] | number {
  const buffer = process.allocate(length);
  const status = process.call('vmo_read', vmo, buffer, offset, length);
  return status === Status.OK ? [...process.read(buffer, length)] : status;
}

describe('vmo_create, vmo_get_size, vmo_set_size', () => {
  it('round sizes up and give the default rights', () => {
    const vmo = create(5000);
    expect(sizeOf(vmo)).toBe(8192);
    expect(rightsOf(vmo)).toBe(VMO_RIGHTS);
    expect(process.call('vmo_set_size', vmo, 1)).toBe(Status.OK);
    expect(sizeOf(vmo)).toBe(4096);
    expect(sizeOf(create(0))).toBe(0);
    expect(sizeOf(create(U64_MAX - 0xffffn))).toBe(2 ** 64 - 0x1_0000);
  });

  it('refuse', () => {
    const out = process.allocate(8);
    expect(process.call('vmo_create', 1, 2, out)).toBe(Status.INVALID_ARGS);
    expect(process.call('vmo_create', U64_MAX, 0, out)).toBe(Status.OUT_OF_RANGE);
    expect(process.call('vmo_create', 1, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    const vmo = create(4096);
    expect(process.call('vmo_set_size', vmo, U64_MAX)).toBe(Status.OUT_OF_RANGE);
    expect(process.call('vmo_set_size', create(1, 1), 8192)).toBe(Status.UNAVAILABLE);
    expect(process.call('vmo_set_size', withRights(vmo, Right.READ), 1)).toBe(Status.ACCESS_DENIED);
    expect(process.call('vmo_get_size', vmo, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(process.call('vmo_get_size', 0, out)).toBe(Status.BAD_HANDLE);
    const [event] = process.make('event_create', 1, 0);
    expect(process.call('vmo_get_size', event, out)).toBe(Status.WRONG_TYPE);
  });

  it('leave nothing behind when the pointer is bad', () => {
    const before = bench.kernel.objects.size;
    process.call('vmo_create', 1, 0, BAD_POINTER);
    expect(bench.kernel.objects.size).toBe(before);
  });
});

describe('vmo_read, vmo_write', () => {
  it('move bytes across pages, and zeros where none were written', () => {
    const vmo = create(3 * PAGE_SIZE);
    expect(write(vmo, 4094, 1, 2, 3, 4)).toBe(Status.OK);
    expect(read(vmo, 4092, 8)).toEqual([0, 0, 1, 2, 3, 4, 0, 0]);
    expect(read(vmo, 3 * PAGE_SIZE, 0)).toEqual([]);
  });

  it('reach the far end of the largest VMO', () => {
    const size = 2n ** 64n - 0x1_0000n;
    const vmo = create(size);
    expect(write(vmo, size - 3n, 7, 8, 9)).toBe(Status.OK);
    expect(read(vmo, size - 4n, 4)).toEqual([0, 7, 8, 9]);
    expect(read(vmo, size - 3n, 4)).toBe(Status.OUT_OF_RANGE);
    expect(read(vmo, U64_MAX, 4)).toBe(Status.OUT_OF_RANGE);
  });

  it('refuse', () => {
    const vmo = create(PAGE_SIZE);
    expect(read(vmo, 4090, 7)).toBe(Status.OUT_OF_RANGE);
    expect(write(vmo, 4096, 1)).toBe(Status.OUT_OF_RANGE);
    expect(process.call('vmo_read', vmo, BAD_POINTER, 0, 1)).toBe(Status.INVALID_ARGS);
    expect(process.call('vmo_write', vmo, BAD_POINTER, 0, 1)).toBe(Status.INVALID_ARGS);
    expect(read(withRights(vmo, Right.WRITE), 0, 1)).toBe(Status.ACCESS_DENIED);
    expect(write(withRights(vmo, Right.READ), 0, 1)).toBe(Status.ACCESS_DENIED);
  });

  it('work on a VMO that is mapped where the buffer is', () => {
    const vmo = create(2 * PAGE_SIZE);
    write(vmo, 0, 1, 2, 3);
    const object = objectOf(vmo);
    if (!(object instanceof VmoDispatcher)) throw new Error('no VMO');
    const flags = VmFlag.PERM_READ | VmFlag.PERM_WRITE;
    const mapping = process.process.aspace.rootVmar.map({ vmo: object.vmo, size: 2 * PAGE_SIZE, flags });
    expect(process.call('vmo_read', vmo, mapping.base + PAGE_SIZE, 0, PAGE_SIZE)).toBe(Status.OK);
    expect(read(vmo, PAGE_SIZE, 3)).toEqual([1, 2, 3]);
  });
});

describe('vmo_op_range', () => {
  it('commits and decommits', () => {
    const vmo = create(4 * PAGE_SIZE);
    write(vmo, 0, 9);
    const before = bench.kernel.vm.pages.used.vmo;
    expect(process.call('vmo_op_range', vmo, OP.COMMIT, 0, 4 * PAGE_SIZE, 0, 0)).toBe(Status.OK);
    expect(bench.kernel.vm.pages.used.vmo).toBe(before + 3);
    expect(read(vmo, 0, 1)).toEqual([9]);
    expect(process.call('vmo_op_range', vmo, OP.DECOMMIT, 0, 4 * PAGE_SIZE, 0, 0)).toBe(Status.OK);
    expect(bench.kernel.vm.pages.used.vmo).toBe(before - 1);
    expect(read(vmo, 0, 1)).toEqual([0]);
  });

  it('refuses', () => {
    const vmo = create(PAGE_SIZE);
    const status = (value: number, op: number, offset = 0, size = PAGE_SIZE): number =>
      process.call('vmo_op_range', value, op, offset, size, 0, 0);
    expect([OP.LOCK, OP.UNLOCK].map((op) => status(vmo, op))).toEqual([-2, -2]);
    expect([0, 5, 10].map((op) => status(vmo, op))).toEqual([-10, -10, -10]);
    const readable = withRights(vmo, Right.READ);
    const writable = withRights(vmo, Right.WRITE);
    for (const op of [OP.COMMIT, OP.DECOMMIT, OP.INVALIDATE]) {
      expect([status(readable, op), status(writable, op)]).toEqual([Status.ACCESS_DENIED, Status.OK]);
    }
    for (const op of [OP.SYNC, OP.CLEAN, OP.CLEAN_INVALIDATE]) {
      expect([status(readable, op), status(writable, op)]).toEqual([Status.OK, Status.ACCESS_DENIED]);
    }
    for (const op of [OP.SYNC, OP.INVALIDATE, OP.CLEAN, OP.CLEAN_INVALIDATE]) {
      expect(status(vmo, op, 0, 0)).toBe(Status.INVALID_ARGS);
      expect(status(vmo, op, 1, PAGE_SIZE)).toBe(Status.OUT_OF_RANGE);
    }
    expect(status(vmo, OP.COMMIT, PAGE_SIZE + 1, 1)).toBe(Status.OUT_OF_RANGE);
    expect(process.call('vmo_op_range', create(2 ** 40), OP.COMMIT, 0, 2 ** 40, 0, 0)).toBe(Status.NO_MEMORY);
  });
});

describe('vmo_clone', () => {
  it('sees the original until either page is written', () => {
    const vmo = create(2 * PAGE_SIZE);
    write(vmo, 0, 1);
    write(vmo, PAGE_SIZE, 2);
    const copy = clone(vmo, PAGE_SIZE, 2 * PAGE_SIZE);
    expect([read(copy, 0, 1), read(copy, PAGE_SIZE, 1)]).toEqual([[2], [0]]);
    write(vmo, PAGE_SIZE, 3);
    expect(read(copy, 0, 1)).toEqual([3]);
    write(copy, 0, 4);
    expect([read(vmo, PAGE_SIZE, 1), read(copy, 0, 1)]).toEqual([[3], [4]]);
    process.call('vmo_op_range', copy, OP.DECOMMIT, 0, PAGE_SIZE, 0, 0);
    expect(read(copy, 0, 1)).toEqual([3]);
    process.call('handle_close', vmo);
    expect(read(copy, 0, 1)).toEqual([3]);
  });

  it('gives what its source allows, and to write it and to name it', () => {
    const source = withRights(create(PAGE_SIZE), Right.READ | Right.DUPLICATE);
    const copy = clone(source, 0, PAGE_SIZE);
    expect(rightsOf(copy)).toBe(Right.READ | Right.DUPLICATE | Right.WRITE | Rights.PROPERTY);
    const name = process.allocate(new TextEncoder().encode('segment'));
    expect(process.call('object_set_property', copy, Property.NAME, name, 7)).toBe(Status.OK);
  });

  it('holds the signal ZERO_CHILDREN down while a clone lives, in a mapping too', () => {
    const vmo = create(PAGE_SIZE);
    const object = objectOf(vmo);
    expect(object?.signals).toBe(Signal.VMO_ZERO_CHILDREN);
    const copy = clone(vmo, 0, PAGE_SIZE);
    expect(object?.signals).toBe(0);
    const [process2, vmar] = process.make('process_create', 2, jobHandle(), 0, 0, 0);
    const out = process.allocate(8);
    expect(process.call('vmar_map', vmar, VmFlag.PERM_READ, 0, copy, 0, PAGE_SIZE, out)).toBe(Status.OK);
    process.call('handle_close', copy);
    expect(object?.signals).toBe(0);
    process.call('task_kill', process2);
    expect(object?.signals).toBe(Signal.VMO_ZERO_CHILDREN);
  });

  it('refuses', () => {
    const vmo = create(PAGE_SIZE);
    const out = process.allocate(8);
    const status = (value: number, options: number, offset: number | bigint, size: number | bigint): number =>
      process.call('vmo_clone', value, options, offset, size, out);
    expect(status(vmo, 0, 0, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(status(vmo, 2, 0, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(status(vmo, 5, 0, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(status(vmo, 1, 1, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(status(vmo, 1, U64_MAX - 4095n, 8192)).toBe(Status.OUT_OF_RANGE);
    expect(status(vmo, 1, 0, U64_MAX)).toBe(Status.OUT_OF_RANGE);
    expect(status(withRights(vmo, Right.READ), 1, 0, 1)).toBe(Status.ACCESS_DENIED);
    expect(status(withRights(vmo, Right.DUPLICATE), 1, 0, 1)).toBe(Status.ACCESS_DENIED);
    expect(process.call('vmo_set_size', clone(vmo, 0, 1, 3), 8192)).toBe(Status.UNAVAILABLE);
    expect(process.call('vmo_set_size', clone(create(1, 1), 0, 1), 8192)).toBe(Status.OK);
  });
});

describe('vmo_set_cache_policy', () => {
  it('refuses reads and writes of what is not cached', () => {
    const vmo = create(PAGE_SIZE);
    expect(process.call('vmo_set_cache_policy', vmo, CachePolicy.UNCACHED)).toBe(Status.OK);
    expect(read(vmo, 0, 1)).toBe(Status.BAD_STATE);
    expect(write(vmo, 0, 1)).toBe(Status.BAD_STATE);
  });

  it('refuses', () => {
    const status = (vmo: number, policy = 1): number => process.call('vmo_set_cache_policy', vmo, policy);
    expect(status(create(1), 4)).toBe(Status.INVALID_ARGS);
    expect(status(withRights(create(1), VMO_RIGHTS & ~Right.MAP))).toBe(Status.ACCESS_DENIED);
    const written = create(1);
    write(written, 0, 1);
    const cloned = create(1);
    expect([status(written), status(clone(cloned, 0, 1)), status(cloned)]).toEqual([-20, -20, -20]);
  });
});

describe('vmo_replace_as_executable', () => {
  it('adds the right and takes the old handle', () => {
    const vmo = withRights(create(1), Right.READ | Right.DUPLICATE);
    const [executable] = process.make('vmo_replace_as_executable', 1, vmo, 0);
    expect(rightsOf(executable)).toBe(Right.READ | Right.DUPLICATE | Right.EXECUTE);
    expect(objectOf(vmo)).toBeUndefined();
  });

  it('takes the old handle when it fails, too', () => {
    const out = process.allocate(8);
    const [event] = process.make('event_create', 1, 0);
    expect(process.call('vmo_replace_as_executable', event, 0, out)).toBe(Status.BAD_HANDLE);
    const vmo = create(1);
    expect(process.call('vmo_replace_as_executable', vmo, 1, out)).toBe(Status.BAD_HANDLE);
    expect([objectOf(event), objectOf(vmo)]).toEqual([undefined, undefined]);
    expect(process.call('vmo_replace_as_executable', vmo, 0, out)).toBe(Status.BAD_HANDLE);
  });
  it('wants a resource for it, if one is given', () => {
    const out = process.allocate(4);
    const resource = (kind: number): number =>
      process.process.give(new Resource(bench.kernel, kind, 0n, 0n, false, '', undefined));
    const replace = (vmex: number): number => process.call('vmo_replace_as_executable', create(1), vmex, out);
    expect(replace(resource(ResourceKind.VMEX))).toBe(Status.OK);
    expect(replace(resource(ResourceKind.ROOT))).toBe(Status.OK);
    expect(replace(resource(ResourceKind.HYPERVISOR))).toBe(Status.ACCESS_DENIED);
    expect(replace(process.make('event_create', 1, 0)[0])).toBe(Status.WRONG_TYPE);
    expect(replace(0x123)).toBe(Status.BAD_HANDLE);
  });
});

describe('vmo_create_physical', () => {
  const resource = (kind: number, low = 0n, high = 0n): number =>
    process.process.give(new Resource(bench.kernel, kind, low, high, false, '', undefined));

  it('make a VMO of device registers, which cannot be read or written', () => {
    const [uart] = process.make(
      'vmo_create_physical',
      1,
      resource(ResourceKind.ROOT),
      0x0900_0000,
      PAGE_SIZE,
    );
    expect(sizeOf(uart)).toBe(PAGE_SIZE);
    expect(read(uart, 0, 1)).toBe(Status.NOT_SUPPORTED);
    expect(process.call('vmo_set_cache_policy', uart, CachePolicy.UNCACHED_DEVICE)).toBe(Status.OK);
  });

  it('refuse', () => {
    const out = process.allocate(8);
    const mmio = resource(ResourceKind.MMIO, 0x0900_0000n, 0x0900_1000n);
    const status = (value: number, address: number, size: number): number =>
      process.call('vmo_create_physical', value, address, size, out);
    expect(status(mmio, 0x0900_0000, PAGE_SIZE)).toBe(Status.OK);
    expect(status(mmio, 0x0900_0000, 2 * PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    expect(status(mmio, 0x08ff_f000, PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    expect(status(mmio, 0x0900_0001, PAGE_SIZE)).toBe(Status.INVALID_ARGS);
    expect(status(mmio, 0x0900_0000, 0)).toBe(Status.INVALID_ARGS);
    expect(status(mmio, 0x0900_0000, 1)).toBe(Status.INVALID_ARGS);
    expect(status(resource(ResourceKind.IRQ), 0x0900_0000, PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    expect(status(resource(ResourceKind.ROOT), 0x4000_0000, PAGE_SIZE)).toBe(Status.ACCESS_DENIED);
    expect(status(create(1), 0x0900_0000, PAGE_SIZE)).toBe(Status.WRONG_TYPE);
  });
});

function jobHandle(): number {
  return process.process.give(bench.kernel.rootJob, Rights.JOB);
}
