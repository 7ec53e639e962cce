import { beforeEach, describe, expect, it } from 'vitest';
import { ResourceKind, Right, Rights, Status } from '../abi/constants.js';
import { Resource } from '../objects/resource.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

const EXCLUSIVE = 0x1_0000;
const UART = 0x0900_0000;

let bench: TestBench;
let process: TestProcess;
let root: number;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
  root = process.process.give(Resource.root(bench.kernel));
});

const create = (options: number, base: number, size: number, parent = root): number =>
  process.call('resource_create', parent, options, base, size, 0, 0, process.allocate(4));
const make = (options: number, base: number, size: number): number =>
  process.make('resource_create', 1, root, options, base, size, 0, 0)[0];

describe('resource_create', () => {
  it('gives out ranges', () => {
    const name = process.allocate(new TextEncoder().encode('uart'));
    const handle = process.make('resource_create', 1, root, ResourceKind.MMIO, UART, 0x1000, name, 4)[0];
    expect(process.process.handles.get(handle)).toMatchObject({
      rights: Rights.RESOURCE,
      object: { low: BigInt(UART), high: BigInt(UART) + 0x1000n, name: 'uart', exclusive: false },
    });
  });

  it('keeps exclusive ranges apart', () => {
    const own = make(ResourceKind.MMIO | EXCLUSIVE, UART, 0x1000);
    expect(create(ResourceKind.MMIO, UART + 0xfff, 1)).toBe(Status.NOT_FOUND);
    expect(create(ResourceKind.MMIO, UART + 0x1000, 1)).toBe(Status.OK);
    expect(create(ResourceKind.MMIO | EXCLUSIVE, UART + 0x1000, 1)).toBe(Status.NOT_FOUND);
    expect(create(ResourceKind.IRQ | EXCLUSIVE, 33, 1)).toBe(Status.OK);
    process.call('handle_close', own);
    expect(create(ResourceKind.MMIO, UART, 0x1000)).toBe(Status.OK);
    expect(create(ResourceKind.MMIO, UART, 0x1000)).toBe(Status.OK);
  });

  it('refuses what is documented', () => {
    for (const kind of [ResourceKind.ROOT, ResourceKind.HYPERVISOR, ResourceKind.VMEX]) {
      expect(create(kind, 0, 0)).toBe(Status.OK);
      expect(create(kind, 1, 0)).toBe(Status.INVALID_ARGS);
      expect(create(kind, 0, 1)).toBe(Status.INVALID_ARGS);
    }
    expect(create(ResourceKind.IOPORT, 0, 1)).toBe(Status.INVALID_ARGS);
    expect(create(ResourceKind.COUNT, 0, 1)).toBe(Status.INVALID_ARGS);
    expect(create(ResourceKind.MMIO | 0x2_0000, 0, 1)).toBe(Status.INVALID_ARGS);
    expect(create(ResourceKind.MMIO, 2 ** 40, 1)).toBe(Status.INVALID_ARGS);
    expect(create(ResourceKind.MMIO, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(create(ResourceKind.MMIO, 0, 1, make(ResourceKind.MMIO, 0, 1))).toBe(Status.ACCESS_DENIED);
    expect(create(ResourceKind.MMIO, 0, 1, 0x123)).toBe(Status.BAD_HANDLE);
    expect(create(ResourceKind.MMIO, 0, 1, process.make('event_create', 1, 0)[0])).toBe(Status.WRONG_TYPE);
    const poor = process.make('handle_duplicate', 1, root, Right.INSPECT)[0];
    expect(create(ResourceKind.MMIO, 0, 1, poor)).toBe(Status.ACCESS_DENIED);
    const call = (...args: number[]): number => process.call('resource_create', root, ...args);
    expect(call(ResourceKind.MMIO, 0, 1, BAD_POINTER, 4, process.allocate(4))).toBe(Status.INVALID_ARGS);
    expect(call(ResourceKind.MMIO, 0, 1, 0, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });

  it('decides about device memory', () => {
    const uart = make(ResourceKind.MMIO, UART, 0x1000);
    const physical = (resource: number, address: number, size: number): number =>
      process.call('vmo_create_physical', resource, address, size, process.allocate(4));
    expect(physical(uart, UART, 0x1000)).toBe(Status.OK);
    expect(physical(uart, UART, 0x2000)).toBe(Status.ACCESS_DENIED);
    expect(physical(root, UART + 0x1000, 0x1000)).toBe(Status.OK);
    const inside = make(ResourceKind.MMIO, UART + 0x1fff, 2);
    expect(physical(inside, UART + 0x1000, 0x2000)).toBe(Status.OK);
    expect(physical(inside, UART, 0x1000)).toBe(Status.ACCESS_DENIED);
    expect(physical(inside, UART + 0x3000, 0x1000)).toBe(Status.ACCESS_DENIED);
    expect(physical(root, 0x4000_0000, 0x1000)).toBe(Status.ACCESS_DENIED);
  });
});
