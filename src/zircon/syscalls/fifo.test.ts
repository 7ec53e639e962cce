import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Signal, Status } from '../abi/constants.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

let bench: TestBench;
let p: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
});
const pair = (count = 4, size = 8): [number, number] =>
  p.make('fifo_create', 2, count, size, 0) as [number, number];
const signals = (handle: number): number => p.process.handles.get(handle)?.object.signals ?? -1;

function transfer(name: 'fifo_read' | 'fifo_write', handle: number, count: number, size = 8) {
  const [data, actual] = [p.allocate(count * size), p.words(99, 0)];
  const status = p.call(name, handle, size, data, count, actual);
  return status === Status.OK ? p.u64(actual) : status;
}

describe('fifo_create', () => {
  it('takes powers of two up to 4096 bytes', () => {
    const [x, y] = [p.allocate(4), p.allocate(4)];
    const create = (count: number | bigint, size: number | bigint, options = 0): number =>
      p.call('fifo_create', count, size, options, x, y);
    for (const [count, size] of [
      [1, 1],
      [4096, 1],
      [1, 4096],
      [128, 32],
    ])
      expect(create(count, size)).toBe(Status.OK);
    for (const [count, size] of [
      [0, 8],
      [8, 0],
      [3, 8],
      [8192, 1],
      [1, 4097],
      [256, 32],
    ])
      expect(create(count, size)).toBe(Status.OUT_OF_RANGE);
    expect(create(1n << 63n, 1)).toBe(Status.OUT_OF_RANGE);
    expect(create((1n << 32n) + 1n, 1)).toBe(Status.OUT_OF_RANGE);
    expect(create(8, 8, 1)).toBe(Status.INVALID_ARGS);
    expect(p.call('fifo_create', 8, 8, 0, x, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });
});

describe('fifo_write and fifo_read', () => {
  it('move whole elements, as many as fit', () => {
    const [a, b] = pair();
    expect(signals(a)).toBe(Signal.FIFO_WRITABLE);
    p.call('fifo_write', a, 8, p.words(1, 0, 2, 0, 3, 0), 3, 0);
    expect(signals(b)).toBe(Signal.FIFO_WRITABLE | Signal.FIFO_READABLE);
    expect(transfer('fifo_write', a, 3)).toBe(1);
    expect(signals(a)).toBe(0);
    expect(transfer('fifo_write', a, 1)).toBe(Status.SHOULD_WAIT);
    const out = p.allocate(16);
    expect(p.call('fifo_read', b, 8, out, 2, 0)).toBe(Status.OK);
    expect([p.u32(out), p.u32(out + 8)]).toEqual([1, 2]);
    expect(signals(a)).toBe(Signal.FIFO_WRITABLE);
    expect(transfer('fifo_read', b, 9)).toBe(2);
    expect(transfer('fifo_read', b, 9)).toBe(Status.SHOULD_WAIT);
    expect(signals(b)).toBe(Signal.FIFO_WRITABLE);
  });
  it('keep what was sent when the peer goes', () => {
    const [a, b] = pair();
    transfer('fifo_write', a, 1);
    p.call('handle_close', a);
    expect(signals(b)).toBe(Signal.FIFO_READABLE | Signal.FIFO_PEER_CLOSED);
    expect(transfer('fifo_write', b, 1)).toBe(Status.PEER_CLOSED);
    expect(transfer('fifo_read', b, 1)).toBe(1);
    expect(transfer('fifo_read', b, 1)).toBe(Status.PEER_CLOSED);
    p.call('handle_close', b);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
  it('check their arguments', () => {
    const [a, b] = pair();
    const [weak] = p.make('handle_duplicate', 1, a, Right.WAIT);
    expect(transfer('fifo_write', a, 0)).toBe(Status.OUT_OF_RANGE);
    expect(transfer('fifo_write', a, 1, 4)).toBe(Status.OUT_OF_RANGE);
    expect(transfer('fifo_read', a, 1, 16)).toBe(Status.OUT_OF_RANGE);
    expect(transfer('fifo_write', weak, 1)).toBe(Status.ACCESS_DENIED);
    expect(transfer('fifo_read', weak, 1)).toBe(Status.ACCESS_DENIED);
    expect(transfer('fifo_read', 3, 1)).toBe(Status.BAD_HANDLE);
    expect(p.call('fifo_write', a, 8, BAD_POINTER, 1, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('fifo_write', a, 8, p.allocate(8), 1, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(transfer('fifo_read', b, 1)).toBe(Status.SHOULD_WAIT);
    transfer('fifo_write', a, 1);
    expect(p.call('fifo_read', b, 8, BAD_POINTER, 1, 0)).toBe(Status.INVALID_ARGS);
    expect(transfer('fifo_read', b, 1)).toBe(1);
  });
});
