import { beforeEach, describe, expect, it } from 'vitest';
import { Property, Right, Rights, Status } from '../abi/constants.js';
import { Job } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { SOCKET_CAPACITY } from '../objects/socket.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

let bench: TestBench;
let process: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
});
const give = (object: Parameters<Process['give']>[0], rights?: number): number =>
  process.process.give(object, rights);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A property of 64 bits. */
function get(handle: number, property: number): number {
  const value = process.allocate(8);
  expect(process.call('object_get_property', handle, property, value, 8)).toBe(Status.OK);
  return process.u64(value);
}
function set(handle: number, property: number, value: bigint): number {
  const pointer = process.allocate(new Uint8Array(BigUint64Array.of(value).buffer));
  return process.call('object_set_property', handle, property, pointer, 8);
}

describe('properties', () => {
  it('name an object, with at most 31 bytes', () => {
    const vmo = process.make('vmo_create', 1, 0, 0)[0];
    const name = (): string => {
      const buffer = process.allocate(32);
      expect(process.call('object_get_property', vmo, Property.NAME, buffer, 32)).toBe(Status.OK);
      const all = process.read(buffer, 32);
      return String.fromCharCode(...all.subarray(0, all.indexOf(0)));
    };
    expect(name()).toBe('');
    const long = 'abcdefghijklmnopqrstuvwxyz0123456789';
    const setName = (text: string): number =>
      process.call('object_set_property', vmo, Property.NAME, process.allocate(bytes(text)), text.length);
    expect(setName('short')).toBe(Status.OK);
    expect(name()).toBe('short');
    expect(setName(long)).toBe(Status.OK);
    expect(name()).toBe(long.slice(0, 31));
    const buffer = process.allocate(32);
    expect(process.call('object_get_property', vmo, Property.NAME, buffer, 31)).toBe(Status.BUFFER_TOO_SMALL);
    expect(process.call('object_get_property', vmo, Property.NAME, BAD_POINTER, 32)).toBe(
      Status.INVALID_ARGS,
    );
    expect(process.call('object_set_property', vmo, Property.NAME, BAD_POINTER, 5)).toBe(Status.INVALID_ARGS);
    expect(process.call('object_get_property', vmo, 99, buffer, 32)).toBe(Status.NOT_SUPPORTED);
    expect(process.call('object_set_property', vmo, 99, buffer, 32)).toBe(Status.NOT_SUPPORTED);
    expect(process.call('object_get_property', 0x123, Property.NAME, buffer, 32)).toBe(Status.BAD_HANDLE);
  });

  it('name an object with any bytes, which are text where they are UTF-8', () => {
    const vmo = process.make('vmo_create', 1, 0, 0)[0];
    const buffer = process.allocate(32);
    // Names are cut to 31 bytes: the last é in two.
    for (const [name, text] of [
      ['café', 'café'],
      ['caf\xe9 \x1b', 'caf\udce9 \x1b'],
      [`${'é'.repeat(16)}`, `${'é'.repeat(15)}\udcc3`],
    ]) {
      const given = name.includes('\xe9 ') ? Buffer.from(name, 'latin1') : Buffer.from(name);
      const pointer = process.allocate(Uint8Array.from(given));
      expect(process.call('object_set_property', vmo, Property.NAME, pointer, given.length)).toBe(Status.OK);
      expect(process.call('object_get_property', vmo, Property.NAME, buffer, 32)).toBe(Status.OK);
      const kept = given.subarray(0, 31);
      expect(Buffer.from(process.read(buffer, 32))).toEqual(Buffer.concat([kept], 32));
      expect(process.process.handles.get(vmo)?.object.name).toBe(text);
    }
  });

  it('need their rights, sizes and types', () => {
    const value = process.allocate(32);
    const vmo = process.make('vmo_create', 1, 0, 0)[0];
    const poor = process.make('handle_duplicate', 1, vmo, Right.READ)[0];
    expect(process.call('object_get_property', poor, Property.NAME, value, 32)).toBe(Status.ACCESS_DENIED);
    expect(process.call('object_set_property', poor, Property.NAME, value, 32)).toBe(Status.ACCESS_DENIED);
    expect(process.call('object_get_property', vmo, Property.PROCESS_DEBUG_ADDR, value, 8)).toBe(
      Status.WRONG_TYPE,
    );
    const own = give(process.process);
    expect(process.call('object_get_property', own, Property.PROCESS_DEBUG_ADDR, value, 7)).toBe(
      Status.BUFFER_TOO_SMALL,
    );
    expect(set(own, Property.PROCESS_VDSO_BASE_ADDRESS, 1n)).toBe(Status.INVALID_ARGS);
  });

  it('hold the address for debuggers once', () => {
    const own = give(process.process);
    expect(get(own, Property.PROCESS_DEBUG_ADDR)).toBe(0);
    expect(set(own, Property.PROCESS_DEBUG_ADDR, 1n)).toBe(Status.OK);
    expect(set(own, Property.PROCESS_DEBUG_ADDR, 0x1234n)).toBe(Status.OK);
    expect(set(own, Property.PROCESS_DEBUG_ADDR, 0x5678n)).toBe(Status.ACCESS_DENIED);
    expect(get(own, Property.PROCESS_DEBUG_ADDR)).toBe(0x1234);
    expect(get(own, Property.PROCESS_VDSO_BASE_ADDRESS)).toBe(0);
  });

  it('hold the thresholds of sockets', () => {
    const [one, other] = process.make('socket_create', 2, 0);
    expect(set(one, Property.SOCKET_RX_THRESHOLD, 10n)).toBe(Status.OK);
    expect(get(one, Property.SOCKET_RX_THRESHOLD)).toBe(10);
    expect(set(one, Property.SOCKET_RX_THRESHOLD, BigInt(SOCKET_CAPACITY) + 1n)).toBe(Status.INVALID_ARGS);
    expect(set(other, Property.SOCKET_TX_THRESHOLD, 10n)).toBe(Status.OK);
    process.call('handle_close', one);
    expect(set(other, Property.SOCKET_TX_THRESHOLD, 10n)).toBe(Status.PEER_CLOSED);
  });

  it('decide which jobs go when memory is short', () => {
    const job = new Job(bench.kernel, bench.kernel.rootJob);
    const handle = give(job);
    expect(set(handle, Property.JOB_KILL_ON_OOM, 1n)).toBe(Status.OK);
    expect(job.killOnOutOfMemory).toBe(true);
    expect(set(handle, Property.JOB_KILL_ON_OOM, 2n)).toBe(Status.INVALID_ARGS);
  });
});

describe('object_get_child', () => {
  it('finds direct children by koid', () => {
    const parent = new Job(bench.kernel, bench.kernel.rootJob);
    const child = new Job(bench.kernel, parent);
    const inside = new Process(bench.kernel, child, 'inside');
    const handle = give(parent);
    const find = (koid: number, rights: number): number =>
      process.call('object_get_child', handle, koid, rights, process.allocate(4));
    expect(find(child.koid, Right.SAME_RIGHTS)).toBe(Status.OK);
    expect(find(inside.koid, Right.SAME_RIGHTS)).toBe(Status.NOT_FOUND);
    expect(find(child.koid, Rights.JOB | Right.EXECUTE)).toBe(Status.ACCESS_DENIED);
    const own = give(process.process);
    const thread = process.make('object_get_child', 1, own, process.thread.thread.koid, Right.WAIT)[0];
    expect(process.process.handles.get(thread)).toMatchObject({ rights: Right.WAIT });
    const event = process.make('event_create', 1, 0)[0];
    expect(process.call('object_get_child', event, 1, 0, 0)).toBe(Status.ACCESS_DENIED);
    const blind = give(parent, Rights.JOB & ~Right.ENUMERATE);
    expect(process.call('object_get_child', blind, child.koid, 0, 0)).toBe(Status.ACCESS_DENIED);
    expect(process.call('object_get_child', handle, child.koid, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });
});

describe('cookies', () => {
  it('are read by the scope that set them', () => {
    const [event, key, other] = [0, 1, 2].map(() => process.make('event_create', 1, 0)[0]);
    const value = process.allocate(8);
    expect(process.call('object_get_cookie', event, key, value)).toBe(Status.ACCESS_DENIED);
    expect(process.call('object_set_cookie', event, key, 77)).toBe(Status.OK);
    expect(process.call('object_set_cookie', event, other, 78)).toBe(Status.ACCESS_DENIED);
    expect(process.call('object_get_cookie', event, other, value)).toBe(Status.ACCESS_DENIED);
    expect(process.call('object_get_cookie', event, key, value)).toBe(Status.OK);
    expect(process.u64(value)).toBe(77);
    expect(process.call('object_get_cookie', event, key, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    const channel = process.make('channel_create', 2, 0)[0];
    expect(process.call('object_set_cookie', channel, key, 1)).toBe(Status.NOT_SUPPORTED);
    expect(process.call('object_set_cookie', event, 0x123, 1)).toBe(Status.BAD_HANDLE);
  });

  it('are lost with the other end of an event pair', () => {
    const [one, other] = process.make('eventpair_create', 2, 0);
    expect(process.call('object_set_cookie', one, one, 5)).toBe(Status.OK);
    process.call('handle_close', other);
    expect(process.call('object_get_cookie', one, one, process.allocate(8))).toBe(Status.ACCESS_DENIED);
    expect(process.call('object_set_cookie', one, one, 5)).toBe(Status.ACCESS_DENIED);
  });
});
