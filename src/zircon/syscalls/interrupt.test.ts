import { beforeEach, describe, expect, it } from 'vitest';
import { PacketType, ResourceKind, Right, Rights, Status } from '../abi/constants.js';
import { Resource } from '../objects/resource.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

const VIRTUAL = 0x10;

let process: TestProcess;
let bench: TestBench;
let interrupt: number;
let port: number;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
  interrupt = process.make('interrupt_create', 1, 0, 0, VIRTUAL)[0];
  port = process.make('port_create', 1, 1)[0];
});

const bind = (key = 7): number => process.call('interrupt_bind', interrupt, port, key, 0);
const trigger = (timestamp: number): number => process.call('interrupt_trigger', interrupt, 0, timestamp);
const ack = (): number => process.call('interrupt_ack', interrupt);
const destroy = (): number => process.call('interrupt_destroy', interrupt);
/** The packet at the port: key, type, timestamp. */
function packet(): number[] | undefined {
  const buffer = process.allocate(48);
  if (process.call('port_wait', port, 0, buffer) !== Status.OK) return undefined;
  return [process.u64(buffer), process.u32(buffer + 8), process.u64(buffer + 16)];
}

describe('a virtual interrupt', () => {
  it('has its rights and cannot be waited for as other objects', () => {
    expect(process.process.handles.get(interrupt)?.rights).toBe(Rights.INTERRUPT);
    expect(process.call('object_wait_one', interrupt, 0xffff_ffff, 0, 0)).toBe(Status.NOT_SUPPORTED);
  });

  it('wakes the thread that waits for it', () => {
    const other = process.newThread();
    const time = process.allocate(8);
    other.start('interrupt_wait', interrupt, time);
    expect(other.isBlocked).toBe(true);
    expect(trigger(123)).toBe(Status.OK);
    expect([other.isBlocked, other.result, process.u64(time)]).toEqual([false, Status.OK, 123]);
  });

  it('is remembered once while nobody waits', () => {
    expect(trigger(1)).toBe(Status.OK);
    expect(trigger(2)).toBe(Status.OK);
    const time = process.allocate(8);
    expect(process.call('interrupt_wait', interrupt, time)).toBe(Status.OK);
    expect(process.u64(time)).toBe(1);
    const other = process.newThread();
    other.start('interrupt_wait', interrupt, 0);
    expect(other.isBlocked).toBe(true);
    trigger(3);
    expect(other.result).toBe(Status.OK);
  });

  it('is not lost on a wait that has no place for its time', () => {
    expect(process.call('interrupt_wait', interrupt, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    trigger(5);
    expect(process.call('interrupt_wait', interrupt, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    const time = process.allocate(8);
    expect(process.call('interrupt_wait', interrupt, time)).toBe(Status.OK);
    expect(process.u64(time)).toBe(5);
  });

  it('ignores the source of a virtual one, but no other options', () => {
    const out = process.allocate(4);
    expect(process.call('interrupt_create', 3, 99, VIRTUAL, out)).toBe(Status.OK);
    expect(process.call('interrupt_create', 3, 99, VIRTUAL | 1, out)).toBe(Status.INVALID_ARGS);
  });

  it('owes a port that is gone no acknowledgement', () => {
    bind();
    trigger(5);
    packet();
    process.call('handle_close', port);
    [port] = process.make('port_create', 1, 1);
    expect(ack()).toBe(Status.BAD_STATE);
    expect(bind(9)).toBe(Status.OK);
    trigger(6);
    expect(packet()).toEqual([9, PacketType.INTERRUPT, 6]);
  });

  it('reports to its port again after it was acknowledged', () => {
    expect(bind()).toBe(Status.OK);
    trigger(10);
    trigger(11);
    trigger(12);
    expect(packet()).toEqual([7, PacketType.INTERRUPT, 10]);
    expect(packet()).toBeUndefined();
    expect(ack()).toBe(Status.OK);
    expect(packet()).toEqual([7, PacketType.INTERRUPT, 11]);
    expect(ack()).toBe(Status.OK);
    expect(packet()).toBeUndefined();
  });

  it('goes before other packets', () => {
    bind();
    process.call('port_queue', port, process.allocate(48));
    trigger(10);
    expect(packet()?.[1]).toBe(PacketType.INTERRUPT);
    expect(packet()?.[1]).toBe(PacketType.USER);
  });

  it('ends what waits for it', () => {
    const other = process.newThread();
    other.start('interrupt_wait', interrupt, 0);
    expect(bind()).toBe(Status.BAD_STATE);
    expect(destroy()).toBe(Status.OK);
    expect(other.result).toBe(Status.CANCELED);
    expect(trigger(1)).toBe(Status.CANCELED);
    expect(bind()).toBe(Status.CANCELED);
    expect(ack()).toBe(Status.CANCELED);
    expect(process.call('interrupt_wait', interrupt, 0)).toBe(Status.CANCELED);
  });

  it('takes back a packet that nobody has read, and says so if one has', () => {
    bind();
    trigger(1);
    expect(destroy()).toBe(Status.OK);
    expect(packet()).toBeUndefined();
    interrupt = process.make('interrupt_create', 1, 0, 0, VIRTUAL)[0];
    bind();
    trigger(1);
    packet();
    expect(destroy()).toBe(Status.NOT_FOUND);
  });

  it('ends the wait through a handle that is closed or sent away, and no other', () => {
    const [ends, threads] = [process.make('channel_create', 2, 0), [0, 1, 2].map(() => process.newThread())];
    const handles = [0, 1].map(() => process.make('handle_duplicate', 1, interrupt, Right.SAME_RIGHTS)[0]);
    threads.forEach((thread, i) => thread.start('interrupt_wait', [...handles, interrupt][i], 0));
    process.call('handle_close', handles[0]);
    process.call('channel_write', ends[0], 0, 0, 0, process.words(handles[1]), 1);
    expect(threads.map(({ isBlocked }) => isBlocked)).toEqual([false, false, true]);
    expect([threads[0].result, threads[1].result]).toEqual([Status.CANCELED, Status.CANCELED]);
    trigger(1);
    expect(threads[2].result).toBe(Status.OK);
  });

  it('is cancelled with its last handle, and unbound with its port', () => {
    const other = process.newThread();
    other.start('interrupt_wait', interrupt, 0);
    process.call('handle_close', interrupt);
    expect(other.result).toBe(Status.CANCELED);
    interrupt = process.make('interrupt_create', 1, 0, 0, VIRTUAL)[0];
    bind();
    process.call('handle_close', port);
    expect(trigger(1)).toBe(Status.OK);
    expect(ack()).toBe(Status.BAD_STATE);
  });

  it('refuses what is documented', () => {
    const plain = process.make('port_create', 1, 0)[0];
    expect(process.call('interrupt_bind', interrupt, plain, 0, 0)).toBe(Status.WRONG_TYPE);
    expect(process.call('interrupt_bind', interrupt, port, 0, 1)).toBe(Status.INVALID_ARGS);
    expect(process.call('interrupt_bind', port, port, 0, 0)).toBe(Status.WRONG_TYPE);
    expect(process.call('interrupt_bind', interrupt, 0x123, 0, 0)).toBe(Status.BAD_HANDLE);
    expect(ack()).toBe(Status.BAD_STATE);
    expect(bind()).toBe(Status.OK);
    expect(bind()).toBe(Status.ALREADY_BOUND);
    expect(process.call('interrupt_wait', interrupt, 0)).toBe(Status.BAD_STATE);
    expect(process.call('interrupt_trigger', interrupt, 1, 0)).toBe(Status.INVALID_ARGS);
    const poor = process.make('handle_duplicate', 1, interrupt, Right.INSPECT)[0];
    for (const name of [
      'interrupt_ack',
      'interrupt_destroy',
      'interrupt_wait',
      'interrupt_trigger',
    ] as const) {
      expect(process.call(name, poor, 0, 0)).toBe(Status.ACCESS_DENIED);
      expect(process.call(name, port, 0, 0)).toBe(Status.WRONG_TYPE);
    }
    expect(process.call('interrupt_create', 0, 0, VIRTUAL, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    const event = process.make('event_create', 1, 0)[0];
    expect(process.call('interrupt_bind_vcpu', interrupt, event, 0)).toBe(Status.WRONG_TYPE);
  });
});

it('a physical interrupt belongs to the kernel', () => {
  const root = process.process.give(Resource.root(bench.kernel));
  const resource = (kind: number, low: bigint, high: bigint): number =>
    process.process.give(new Resource(bench.kernel, kind, low, high, false, '', undefined));
  const create = (handle: number, options: number, vector = 33): number =>
    process.call('interrupt_create', handle, vector, options, process.allocate(4));
  expect([create(root, 0), create(root, 0, 40)]).toEqual([Status.NOT_SUPPORTED, Status.NOT_SUPPORTED]);
  const irq = resource(ResourceKind.IRQ, 33n, 34n);
  expect(create(irq, 0)).toBe(Status.NOT_SUPPORTED);
  expect([create(irq, 0, 32), create(irq, 0, 34)]).toEqual([Status.ACCESS_DENIED, Status.ACCESS_DENIED]);
  expect(create(resource(ResourceKind.MMIO, 0n, 0x1000n), 0)).toBe(Status.ACCESS_DENIED);
  expect([create(root, 0x20), create(irq, 0x20, 34)]).toEqual([Status.INVALID_ARGS, Status.INVALID_ARGS]);
  expect(create(port, 0)).toBe(Status.WRONG_TYPE);
  expect(create(0x123, 0)).toBe(Status.BAD_HANDLE);
});
