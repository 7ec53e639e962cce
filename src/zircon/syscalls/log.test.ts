import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Rights, Signal, Status } from '../abi/constants.js';
import { Resource } from '../objects/resource.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

const READABLE = 0x4000_0000;
/** zx_log_record_t: bytes before the text. */
const HEADER = 32;

let bench: TestBench;
let process: TestProcess;
let log: number;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
  log = process.make('debuglog_create', 1, 0, READABLE)[0];
});

const object = () => process.process.handles.get(log)?.object;
function write(text: string, options = 0): number {
  const bytes = new TextEncoder().encode(text);
  return process.call('debuglog_write', log, options, process.allocate(bytes), bytes.length);
}
/** What a read of so many bytes returns, and the buffer. */
function read(size = 256): { status: number; at: number } {
  const at = process.allocate(256);
  return { status: process.call('debuglog_read', log, 0, at, size), at };
}

describe('the debug log', () => {
  it('gives rights as to read and write it, and its signals', () => {
    expect(process.process.handles.get(log)?.rights).toBe(Rights.LOG | Right.READ);
    const [writer] = process.make('debuglog_create', 1, 0, 0);
    expect(process.process.handles.get(writer)?.rights).toBe(Rights.LOG);
    expect(process.call('debuglog_read', writer, 0, process.allocate(256), 256)).toBe(Status.ACCESS_DENIED);
    expect(object()?.signals).toBe(Signal.LOG_WRITABLE);
    write('x');
    expect(object()?.signals).toBe(Signal.LOG_WRITABLE | Signal.LOG_READABLE);
    read();
    expect(object()?.signals).toBe(Signal.LOG_WRITABLE);
    expect(process.call('debuglog_create', 0, 1, process.allocate(4))).toBe(Status.INVALID_ARGS);
    expect(process.call('debuglog_create', 3, 0, process.allocate(4))).toBe(Status.BAD_HANDLE);
    expect(process.call('debuglog_create', log, 0, process.allocate(4))).toBe(Status.WRONG_TYPE);
  });

  it('has records with length, flags, time, and who wrote them', () => {
    bench.kernel.advance(1234);
    expect(write('hello', 0x1004)).toBe(Status.OK);
    const { status, at } = read();
    expect(status).toBe(HEADER + 5);
    expect(process.u32(at)).toBe(0);
    expect(process.u32(at + 4)).toBe(5 | (0x1004 << 16));
    const { koid } = process.thread.thread;
    expect([process.u64(at + 8), process.u64(at + 16), process.u64(at + 24)]).toEqual([
      1234,
      process.process.koid,
      koid,
    ]);
    expect(new TextDecoder().decode(process.read(at + HEADER, 5))).toBe('hello');
  });

  it('cuts records off at ZX_LOG_RECORD_MAX', () => {
    write('y'.repeat(1000));
    const { status, at } = read();
    expect([status, process.u32(at + 4)]).toEqual([256, 256 - HEADER]);
  });

  it('shows every reader every record once, in order', () => {
    write('a');
    write('b');
    const [other] = process.make('debuglog_create', 1, 0, READABLE);
    write('c');
    const texts = (handle: number): string => {
      let all = '';
      for (;;) {
        const at = process.allocate(256);
        if (process.call('debuglog_read', handle, 0, at, 256) === Status.SHOULD_WAIT) return all;
        all += String.fromCharCode(process.read(at + HEADER, 1)[0]);
      }
    };
    expect([texts(log), texts(other)]).toEqual(['abc', 'abc']);
  });

  it('keeps a record that could not be written to memory', () => {
    write('kept');
    expect(process.call('debuglog_read', log, 0, BAD_POINTER, 256)).toBe(Status.INVALID_ARGS);
    expect(read().status).toBe(HEADER + 4);
    expect(read().status).toBe(Status.SHOULD_WAIT);
  });

  it('refuses unknown options and bad pointers', () => {
    expect(write('x', 0x1_0000)).toBe(Status.INVALID_ARGS);
    expect(process.call('debuglog_write', log, 0, BAD_POINTER, 5)).toBe(Status.INVALID_ARGS);
    expect(process.call('debuglog_read', log, 1, process.allocate(256), 256)).toBe(Status.INVALID_ARGS);
    expect(read().status).toBe(Status.SHOULD_WAIT);
  });

  it('is the same under its older names', () => {
    const text = process.allocate(new TextEncoder().encode('old'));
    expect(process.call('log_write', log, 3, text, 0)).toBe(Status.OK);
    expect(process.call('log_read', log, 256, process.allocate(256), 0)).toBe(HEADER + 3);
  });
});

describe('debug_read', () => {
  it('loses nothing of more input than the kernel holds', () => {
    const root = process.process.give(Resource.root(bench.kernel));
    const [buffer, actual] = [process.allocate(1000), process.allocate(8)];
    const input = Uint8Array.from({ length: 20_000 }, (_, i) => i % 251);
    const { bus, kernelDevices } = bench.machine.board;
    const uart = kernelDevices?.uart.base ?? 0;
    bench.machine.receive(input);
    const seen: number[] = [];
    while (seen.length < input.length) {
      // Level-triggered: UARTMIS says whether the interrupt is there.
      if (bus.read(uart + 0x40, 4) !== 0) bench.kernel.console.interrupt();
      process.write(actual, new Uint8Array(BigUint64Array.of(1000n).buffer));
      expect(process.call('debug_read', root, buffer, actual)).toBe(Status.OK);
      seen.push(...process.read(buffer, process.u64(actual)));
    }
    expect(Uint8Array.from(seen)).toEqual(input);
    expect(bench.machine.waitingInput).toBe(0);
  });

  const type = (text: string): void => {
    bench.machine.receive(new TextEncoder().encode(text));
    bench.kernel.console.interrupt();
  };
  it('gives input to the threads that wait, in turn, and to none twice', () => {
    const root = process.process.give(Resource.root(bench.kernel));
    const readers = [8, 8, 8].map((size, i) => {
      const thread = process.newThread();
      const [buffer, actual] = [process.allocate(8), process.words(size, 0)];
      thread.start('debug_read', root, i === 0 ? BAD_POINTER : buffer, actual);
      return { thread, buffer, actual };
    });
    type('ab');
    expect(readers.map(({ thread }) => thread.isBlocked)).toEqual([false, false, true]);
    // What could not be written is the next one's.
    expect(readers[0].thread.result).toBe(Status.INVALID_ARGS);
    const [, second, third] = readers;
    expect([second.thread.result, process.u64(second.actual)]).toEqual([Status.OK, 2]);
    expect(process.read(second.buffer, 2)).toEqual(new TextEncoder().encode('ab'));
    type('c');
    expect([third.thread.result, process.u64(third.actual)]).toEqual([Status.OK, 1]);
  });
});
