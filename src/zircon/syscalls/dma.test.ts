import { beforeEach, describe, expect, it } from 'vitest';
import { InfoTopic, ResourceKind, Right, Rights, Status } from '../abi/constants.js';
import { Resource } from '../objects/resource.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { PhysicalVmo } from '../vm/physical-vmo.js';
import type { Vmo } from '../vm/vmo.js';

const bench = new TestBench();
const { kernel } = bench;
const RAM = kernel.vm.pages.ram.base;
/** ZX_BTI_*. */
const PIN = { READ: 1, WRITE: 2, EXECUTE: 4, COMPRESS: 8, CONTIGUOUS: 16 };
const OP = { COMMIT: 1, DECOMMIT: 2 };
let process: TestProcess;
let root: number;
let bti: number;
let event: number;
beforeEach(() => {
  process = bench.newProcess();
  root = process.process.give(Resource.root(kernel));
  const iommu = process.make('iommu_create', 1, root, 0, process.allocate(1), 1)[0];
  bti = process.make('bti_create', 1, iommu, 0, 0xdeadbeefn)[0];
  event = process.make('event_create', 1, 0)[0];
});

const rightsOf = (value: number): number | undefined => process.process.handles.get(value)?.rights;
const withRights = (value: number, rights: number): number =>
  process.make('handle_duplicate', 1, value, rights)[0];
const create = (pages: number): number => process.make('vmo_create', 1, pages * PAGE_SIZE, 0)[0];
function vmoOf(value: number): Vmo {
  const object = process.process.handles.get(value)?.object;
  if (!(object instanceof VmoDispatcher)) throw new Error('no VMO');
  return object.vmo;
}
interface PinRequest {
  readonly options?: number;
  readonly offset?: number | bigint;
  readonly size?: number | bigint;
  readonly addresses?: number;
  readonly count?: number;
}
/** bti_pin; the token's handle, or the status, and the addresses. */
function pin(vmo: number, request: PinRequest = {}): { status: number; token: number; addresses: number[] } {
  const { options = PIN.READ, offset = 0, size = PAGE_SIZE, count = 1 } = request;
  const addresses = request.addresses ?? process.allocate(8 * count);
  const out = process.allocate(4);
  const status = process.call('bti_pin', bti, options, vmo, offset, size, addresses, count, out);
  const found =
    status === Status.OK ? Array.from({ length: count }, (_, i) => process.u64(addresses + 8 * i)) : [];
  return { status, token: process.u32(out), addresses: found };
}

describe('iommu_create, bti_create', () => {
  const word = (): number => process.allocate(8);
  it('make a no-op IOMMU and devices behind it', () => {
    const iommu = process.make('iommu_create', 1, root, 0, word(), 1)[0];
    expect(rightsOf(iommu)).toBe(Rights.IOMMU);
    expect(rightsOf(bti)).toBe(
      Right.READ | Right.WRITE | Right.MAP | Right.INSPECT | Right.DUPLICATE | Right.TRANSFER,
    );
    const buffer = process.allocate(16);
    expect(process.call('object_get_info', bti, InfoTopic.BTI, buffer, 16, 0, 0)).toBe(Status.OK);
    expect([process.u64(buffer), process.u64(buffer + 8)]).toEqual([PAGE_SIZE, 2 ** 64]);
    expect(process.call('object_get_info', event, InfoTopic.BTI, buffer, 16, 0, 0)).toBe(Status.WRONG_TYPE);
  });
  it('refuse what is not documented', () => {
    const iommu = (resource: number, type: number, descriptor: number, size: number, out = word()): number =>
      process.call('iommu_create', resource, type, descriptor, size, out);
    expect(iommu(root, 0, word(), 0)).toBe(Status.INVALID_ARGS);
    expect(iommu(root, 0, word(), 2)).toBe(Status.INVALID_ARGS);
    expect(iommu(root, 0, word(), 4097)).toBe(Status.INVALID_ARGS);
    expect(iommu(root, 0, BAD_POINTER, 1)).toBe(Status.INVALID_ARGS);
    expect(iommu(root, 0, word(), 1, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(iommu(root, 1, word(), 8)).toBe(Status.NOT_SUPPORTED);
    expect(iommu(event, 0, word(), 1)).toBe(Status.WRONG_TYPE);
    expect(iommu(0, 0, word(), 1)).toBe(Status.BAD_HANDLE);
    const mmio = process.make('resource_create', 1, root, ResourceKind.MMIO, 0x900_0000, 0x1000, 0, 0)[0];
    expect(iommu(mmio, 0, word(), 1)).toBe(Status.ACCESS_DENIED);
    const good = process.make('iommu_create', 1, root, 0, word(), 1)[0];
    expect(process.call('bti_create', good, 1, 0, word())).toBe(Status.INVALID_ARGS);
    expect(process.call('bti_create', good, 0, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(process.call('bti_create', event, 0, 0, word())).toBe(Status.WRONG_TYPE);
    expect(process.call('bti_create', 0, 0, 0, word())).toBe(Status.BAD_HANDLE);
  });
});

describe('bti_pin', () => {
  it('commits pages, tells their addresses and keeps them there', () => {
    const vmo = create(4);
    const { status, token, addresses } = pin(vmo, { offset: PAGE_SIZE, size: 2 * PAGE_SIZE, count: 2 });
    expect(status).toBe(Status.OK);
    expect(rightsOf(token)).toBe(Rights.PMT);
    expect(addresses).toEqual([RAM + vmoOf(vmo).own(1), RAM + vmoOf(vmo).own(2)]);
    expect(vmoOf(vmo).committedBytes).toBe(2 * PAGE_SIZE);
    const decommit = (page: number): number =>
      process.call('vmo_op_range', vmo, OP.DECOMMIT, page * PAGE_SIZE, PAGE_SIZE, 0, 0);
    expect([0, 1, 2, 3].map(decommit)).toEqual([Status.OK, Status.BAD_STATE, Status.BAD_STATE, Status.OK]);
    expect(process.call('vmo_set_size', vmo, 2 * PAGE_SIZE)).toBe(Status.BAD_STATE);
    expect(process.call('vmo_set_size', vmo, 3 * PAGE_SIZE)).toBe(Status.OK);
    expect(process.call('pmt_unpin', token)).toBe(Status.OK);
    expect(process.call('handle_close', token)).toBe(Status.BAD_HANDLE);
    expect([1, 2].map(decommit)).toEqual([Status.OK, Status.OK]);
    expect(process.call('vmo_set_size', vmo, 0)).toBe(Status.OK);
  });

  it('counts: a page is free when nobody pins it any more', () => {
    const vmo = create(1);
    const tokens = [pin(vmo), pin(vmo)].map(({ token }) => token);
    const decommit = (): number => process.call('vmo_op_range', vmo, OP.DECOMMIT, 0, PAGE_SIZE, 0, 0);
    process.call('pmt_unpin', tokens[0]);
    expect(decommit()).toBe(Status.BAD_STATE);
    process.call('pmt_unpin', tokens[1]);
    expect(decommit()).toBe(Status.OK);
  });

  it('keeps in quarantine what was not unpinned', () => {
    const { available } = kernel.vm.pages;
    const vmo = create(2);
    const { token } = pin(vmo, { size: 2 * PAGE_SIZE, count: 2 });
    process.call('handle_close', token);
    expect(process.call('vmo_op_range', vmo, OP.DECOMMIT, 0, PAGE_SIZE, 0, 0)).toBe(Status.BAD_STATE);
    process.call('handle_close', vmo);
    expect(kernel.vm.pages.available).toBe(available - 2);
    expect(process.call('bti_release_quarantine', withRights(bti, Right.READ))).toBe(Status.ACCESS_DENIED);
    expect(process.call('bti_release_quarantine', event)).toBe(Status.WRONG_TYPE);
    expect(process.call('bti_release_quarantine', bti)).toBe(Status.OK);
    expect(kernel.vm.pages.available).toBe(available);
  });

  it('is done as often as the host can hold, whatever number of BTIs keeps the pins', () => {
    const { vm } = kernel;
    const before = vm.pins;
    const vmo = create(1);
    for (let i = 0; i < 2; i++) {
      const { token } = pin(vmo);
      process.call('handle_close', token);
      const iommu = process.make('iommu_create', 1, root, 0, process.allocate(1), 1)[0];
      bti = process.make('bti_create', 1, iommu, 0, 0)[0];
    }
    expect(vm.pins).toBe(before + 2);
    vm.pins = 2 ** 18;
    expect(pin(vmo).status).toBe(Status.UNAVAILABLE);
    vm.pins = 2 ** 18 - 1;
    expect(pin(vmo).status).toBe(Status.OK);
    vm.pins = before + 3;
  });

  it('leaves nothing behind when all is closed', () => {
    const before = [kernel.vm.pages.available, kernel.vm.vmos, kernel.vm.pins];
    const vmo = create(2);
    const tokens = [pin(vmo), pin(vmo)].map(({ token }) => token);
    for (const handle of [tokens[0], vmo, bti, tokens[1]]) process.call('handle_close', handle);
    expect([kernel.vm.pages.available, kernel.vm.vmos, kernel.vm.pins]).toEqual(before);
  });

  it('gives one address for each block, or for contiguous memory one in all', () => {
    const contiguous = process.make('vmo_create_contiguous', 1, bti, 4 * PAGE_SIZE - 1, 14)[0];
    const vmo = vmoOf(contiguous);
    const whole = { size: 4 * PAGE_SIZE };
    const all = pin(contiguous, { ...whole, count: 4 }).addresses;
    expect(all[0] % 2 ** 14).toBe(0);
    expect(all).toEqual([0, 1, 2, 3].map((page) => all[0] + page * PAGE_SIZE));
    expect(all[0]).toBe(RAM + vmo.own(0));
    const asOne = { ...whole, options: PIN.READ | PIN.CONTIGUOUS };
    expect(pin(contiguous, asOne).addresses).toEqual([all[0]]);
    expect(pin(contiguous, { ...asOne, count: 4 }).status).toBe(Status.INVALID_ARGS);
    expect(pin(contiguous, { ...whole, options: PIN.READ | PIN.COMPRESS, count: 4 }).addresses).toEqual(all);
    expect(pin(create(4), asOne).status).toBe(Status.INVALID_ARGS);
    const device = new VmoDispatcher(kernel, new PhysicalVmo(kernel.vm, 0x900_0000, PAGE_SIZE));
    const registers = pin(process.process.give(device), { options: PIN.WRITE | PIN.CONTIGUOUS });
    expect(registers.addresses).toEqual([0x900_0000]);
  });

  it('needs no host memory for the addresses of more device memory than there is room for', () => {
    const size = 2 ** 39;
    const device = process.process.give(new VmoDispatcher(kernel, new PhysicalVmo(kernel.vm, 2 ** 39, size)));
    const count = size / PAGE_SIZE;
    const addresses = process.allocate(2 * PAGE_SIZE);
    const out = process.allocate(4);
    const call = (at: number, pages: number): number =>
      process.call('bti_pin', bti, PIN.READ, device, 0, pages * PAGE_SIZE, at, pages, out);
    expect(call(addresses, count)).toBe(Status.INVALID_ARGS);
    expect(call(addresses, 1024)).toBe(Status.OK);
    expect([0, 511, 512, 1023].map((i) => process.u64(addresses + 8 * i))).toEqual(
      [0, 511, 512, 1023].map((i) => 2 ** 39 + i * PAGE_SIZE),
    );
  });

  it('refuses what is not documented', () => {
    const vmo = create(2);
    const status = (request: PinRequest, of = vmo): number => pin(of, request).status;
    for (const options of [0, PIN.COMPRESS, 0x20 | PIN.READ, PIN.READ | PIN.COMPRESS | PIN.CONTIGUOUS]) {
      expect(status({ options })).toBe(Status.INVALID_ARGS);
    }
    expect(status({ offset: 1 })).toBe(Status.INVALID_ARGS);
    expect(status({ size: PAGE_SIZE + 1 })).toBe(Status.INVALID_ARGS);
    expect(status({ size: 0, count: 0 })).toBe(Status.INVALID_ARGS);
    expect(status({ count: 2 })).toBe(Status.INVALID_ARGS);
    expect(status({ addresses: BAD_POINTER })).toBe(Status.INVALID_ARGS);
    expect(status({ offset: 2 * PAGE_SIZE })).toBe(Status.OUT_OF_RANGE);
    expect(status({ offset: 2n ** 64n - 4096n })).toBe(Status.OUT_OF_RANGE);
    expect(status({}, event)).toBe(Status.WRONG_TYPE);
    expect(status({}, 0)).toBe(Status.BAD_HANDLE);
    const out = process.allocate(16);
    const call = (device: number, token = out): number =>
      process.call('bti_pin', device, PIN.READ, vmo, 0, PAGE_SIZE, out + 8, 1, token);
    expect(call(event)).toBe(Status.WRONG_TYPE);
    expect(call(0)).toBe(Status.BAD_HANDLE);
    expect(call(withRights(bti, Right.READ))).toBe(Status.ACCESS_DENIED);
    expect(call(bti, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    // Nothing stays pinned.
    expect(process.call('vmo_op_range', vmo, OP.DECOMMIT, 0, PAGE_SIZE, 0, 0)).toBe(Status.OK);
    for (const [rights, options] of [
      [Right.MAP | Right.WRITE, PIN.READ],
      [Right.MAP | Right.READ, PIN.WRITE],
      [Right.MAP | Right.WRITE, PIN.EXECUTE],
      [Right.READ | Right.WRITE, PIN.READ],
    ]) {
      expect(status({ options }, withRights(vmo, rights))).toBe(Status.ACCESS_DENIED);
    }
    expect(status({ options: PIN.EXECUTE }, withRights(vmo, Right.MAP | Right.READ))).toBe(Status.OK);
  });
});

describe('pmt_unpin', () => {
  it('takes the handle in any case', () => {
    expect(process.call('pmt_unpin', event)).toBe(Status.WRONG_TYPE);
    expect(process.call('handle_close', event)).toBe(Status.BAD_HANDLE);
    expect(process.call('pmt_unpin', event)).toBe(Status.BAD_HANDLE);
  });
});

describe('vmo_create_contiguous', () => {
  it('gives memory that keeps its size and its pages', () => {
    const vmo = process.make('vmo_create_contiguous', 1, bti, 3 * PAGE_SIZE, 0)[0];
    expect(vmoOf(vmo).committedBytes).toBe(3 * PAGE_SIZE);
    expect(process.call('vmo_set_size', vmo, PAGE_SIZE)).toBe(Status.UNAVAILABLE);
    expect(process.call('vmo_op_range', vmo, OP.DECOMMIT, 0, PAGE_SIZE, 0, 0)).toBe(Status.NOT_SUPPORTED);
    expect(process.call('vmo_op_range', vmo, OP.COMMIT, 0, PAGE_SIZE, 0, 0)).toBe(Status.OK);
  });
  it('refuses what makes no sense', () => {
    const vmos = kernel.vm.vmos;
    const create = (device: number, size: number, alignment: number, out = process.allocate(4)): number =>
      process.call('vmo_create_contiguous', device, size, alignment, out);
    expect(create(bti, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(create(bti, PAGE_SIZE, 11)).toBe(Status.INVALID_ARGS);
    expect(create(bti, PAGE_SIZE, 64)).toBe(Status.INVALID_ARGS);
    expect(create(bti, PAGE_SIZE, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(create(bti, 2 ** 40, 0)).toBe(Status.NO_MEMORY);
    expect(create(bti, PAGE_SIZE, 63)).toBe(Status.NO_MEMORY);
    expect(create(root, PAGE_SIZE, 0)).toBe(Status.WRONG_TYPE);
    expect(create(0, PAGE_SIZE, 0)).toBe(Status.BAD_HANDLE);
    expect(create(withRights(bti, Right.READ), PAGE_SIZE, 0)).toBe(Status.ACCESS_DENIED);
    expect(kernel.vm.vmos).toBe(vmos);
  });
});
