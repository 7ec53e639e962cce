/** docs/syscalls/process_read_memory.md, process_write_memory.md. */
import { beforeEach, describe, expect, it } from 'vitest';
import { CachePolicy, Right, Status, VmFlag } from '../abi/constants.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';
import { PAGE_SIZE } from '../vm/layout.js';

const bench = new TestBench();
const { kernel } = bench;
const READ_WRITE = VmFlag.PERM_READ | VmFlag.PERM_WRITE;
const LENGTH_MAX = 64 * 2 ** 20;

let me: TestProcess;
let other: TestProcess;
let target: number;
/** Two pages in the other process. */
let address: number;
beforeEach(() => {
  me = bench.newProcess();
  other = bench.newProcess();
  target = me.process.give(other.process);
  const vmo = kernel.vm.createPaged(2 * PAGE_SIZE);
  address = other.process.aspace.rootVmar.map({ vmo, size: vmo.size, flags: READ_WRITE }).base;
});

const withRights = (rights: number): number => me.make('handle_duplicate', 1, target, rights)[0];
interface Access {
  readonly process?: number;
  readonly at?: number | bigint;
  readonly buffer?: number;
  readonly length?: number;
  readonly actual?: number;
}
/** The status, or how many bytes were moved. */
function access(name: 'process_read_memory' | 'process_write_memory', what: Access): number {
  const { process = target, at = address, buffer = me.allocate(8), length = 8 } = what;
  const actual = what.actual ?? me.allocate(8);
  const status = me.call(name, process, at, buffer, length, actual);
  return status === Status.OK ? me.u64(actual) : status;
}

describe('the memory of another process', () => {
  it('is read and written, across pages and whatever its protection is', () => {
    const text = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
    const at = address + PAGE_SIZE - 3;
    expect(access('process_write_memory', { at, buffer: me.allocate(text) })).toBe(8);
    expect(other.read(at, 8)).toEqual(text);
    other.process.aspace.rootVmar.protect(0, address, 2 * PAGE_SIZE);
    const buffer = me.allocate(8);
    expect(access('process_read_memory', { at, buffer })).toBe(8);
    expect(me.read(buffer, 8)).toEqual(text);
    expect(access('process_write_memory', { at })).toBe(8);
  });

  it('ends where nothing is mapped any more', () => {
    for (const name of ['process_read_memory', 'process_write_memory'] as const) {
      expect(access(name, { at: address + 2 * PAGE_SIZE - 5 })).toBe(5);
      expect(access(name, { at: address - 1 })).toBe(Status.NO_MEMORY);
      expect(access(name, { at: 2n ** 64n - 1n })).toBe(Status.NO_MEMORY);
    }
  });

  it.each(['process_read_memory', 'process_write_memory'] as const)(
    '%s refuses what is not documented',
    (name) => {
      expect(access(name, { process: 0 })).toBe(Status.BAD_HANDLE);
      expect(access(name, { process: me.make('event_create', 1, 0)[0] })).toBe(Status.WRONG_TYPE);
      expect(access(name, { process: withRights(Right.READ) })).toBe(Status.ACCESS_DENIED);
      expect(access(name, { buffer: 0 })).toBe(Status.INVALID_ARGS);
      expect(access(name, { buffer: 0, at: 0 })).toBe(Status.INVALID_ARGS);
      expect(access(name, { buffer: BAD_POINTER })).toBe(Status.INVALID_ARGS);
      expect(access(name, { actual: 0 })).toBe(Status.INVALID_ARGS);
      expect(access(name, { length: 0 })).toBe(Status.INVALID_ARGS);
      expect(access(name, { length: LENGTH_MAX + 1 })).toBe(Status.INVALID_ARGS);
    },
  );

  it('is read with the right to write as well', () => {
    const writer = withRights(Right.WRITE);
    expect(access('process_write_memory', { process: writer })).toBe(8);
    expect(access('process_read_memory', { process: writer })).toBe(Status.ACCESS_DENIED);
    expect(access('process_read_memory', { process: withRights(Right.READ | Right.WRITE) })).toBe(8);
  });

  it('is not accessible where it is not cached, nor when the process has ended', () => {
    const vmo = kernel.vm.createPaged(PAGE_SIZE);
    vmo.setCachePolicy(CachePolicy.UNCACHED);
    const uncached = other.process.aspace.rootVmar.map({ vmo, size: PAGE_SIZE, flags: READ_WRITE }).base;
    for (const name of ['process_read_memory', 'process_write_memory'] as const) {
      expect(access(name, { at: uncached })).toBe(Status.BAD_STATE);
    }
    other.process.kill();
    expect(access('process_read_memory', {})).toBe(Status.BAD_STATE);
  });
});
