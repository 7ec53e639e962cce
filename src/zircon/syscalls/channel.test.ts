import { beforeEach, describe, expect, it } from 'vitest';
import { ChannelRead, ObjectType, Right, Rights, Signal, Status } from '../abi/constants.js';
import { BAD_POINTER, TestBench, type TestProcess, type TestThread } from '../testing.js';
import { BLOCKED } from './call.js';

let bench: TestBench;
let p: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
});

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const pair = (): [number, number] => p.make('channel_create', 2, 0) as [number, number];
const event = (): number => p.make('event_create', 1, 0)[0];

function write(channel: number, data: Uint8Array, handles: readonly number[] = []): number {
  return p.call(
    'channel_write',
    channel,
    0,
    p.allocate(data),
    data.length,
    p.words(...handles),
    handles.length,
  );
}

/** Reads with buffers of the given sizes. */
function read(channel: number, size = 64, handleCount = 8, options = 0) {
  const [data, handles, actuals] = [p.allocate(size), p.allocate(4 * handleCount), p.words(99, 99)];
  const args = [channel, options, data, handles, size, handleCount, actuals, actuals + 4];
  const status = p.call('channel_read', ...args);
  const [byteCount, count] = [p.u32(actuals), p.u32(actuals + 4)];
  const values = status === Status.OK ? Array.from({ length: count }, (_, i) => p.u32(handles + 4 * i)) : [];
  return {
    status,
    data: status === Status.OK ? p.read(data, byteCount) : undefined,
    byteCount,
    count,
    values,
  };
}
function signalsOf(handle: number): number {
  const observed = p.allocate(4);
  p.call('object_wait_one', handle, 0, 0, observed);
  return p.u32(observed);
}
const exists = (handle: number): boolean => p.process.handles.get(handle) !== undefined;

describe('channel_create', () => {
  it('gives two ends with the default rights, each knowing the other', () => {
    const [a, b] = pair().map((value) => p.process.handles.get(value));
    expect(a?.rights).toBe(Rights.CHANNEL);
    expect(b?.rights).toBe(Rights.CHANNEL);
    expect(a?.object.relatedKoid).toBe(b?.object.koid);
    expect(b?.object.relatedKoid).toBe(a?.object.koid);
  });
  it('refuses options and bad pointers, and leaves nothing behind', () => {
    const good = p.allocate(4);
    const before = bench.kernel.handles.count;
    expect(p.call('channel_create', 1, good, good)).toBe(Status.INVALID_ARGS);
    expect(p.call('channel_create', 0, good, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(bench.kernel.handles.count).toBe(before);
  });
});

describe('channel_write and channel_read', () => {
  it('carry bytes and handles in order', () => {
    const [a, b] = pair();
    const sent = event();
    expect(write(a, bytes(1, 2, 3), [sent])).toBe(Status.OK);
    expect(write(a, bytes())).toBe(Status.OK);
    expect(exists(sent)).toBe(false);
    const first = read(b);
    expect(first).toMatchObject({ status: Status.OK, data: bytes(1, 2, 3), count: 1 });
    expect(exists(first.values[0])).toBe(true);
    expect(read(b)).toMatchObject({ status: Status.OK, byteCount: 0, count: 0 });
    expect(read(b).status).toBe(Status.SHOULD_WAIT);
  });
  it('keep READABLE while a message waits, and WRITABLE until the peer is gone', () => {
    const [a, b] = pair();
    expect(signalsOf(b)).toBe(Signal.CHANNEL_WRITABLE);
    write(a, bytes(1));
    expect(signalsOf(b)).toBe(Signal.CHANNEL_WRITABLE | Signal.CHANNEL_READABLE);
    p.call('handle_close', a);
    expect(signalsOf(b)).toBe(Signal.CHANNEL_READABLE | Signal.CHANNEL_PEER_CLOSED);
    expect(write(b, bytes(1))).toBe(Status.PEER_CLOSED);
    expect(read(b).status).toBe(Status.OK);
    expect(read(b).status).toBe(Status.PEER_CLOSED);
    expect(signalsOf(b)).toBe(Signal.CHANNEL_PEER_CLOSED);
  });
  it('report the sizes of a message that does not fit, and discard it only on request', () => {
    const [a, b] = pair();
    const sent = event();
    write(a, bytes(1, 2, 3, 4), [sent]);
    expect(read(b, 3)).toMatchObject({ status: Status.BUFFER_TOO_SMALL, byteCount: 4, count: 1 });
    expect(read(b, 4, 0)).toMatchObject({ status: Status.BUFFER_TOO_SMALL, byteCount: 4, count: 1 });
    const handles = bench.kernel.handles.count;
    const discard = read(b, 3, 8, ChannelRead.MAY_DISCARD);
    expect(discard).toMatchObject({ status: Status.BUFFER_TOO_SMALL, byteCount: 4, count: 1 });
    expect(bench.kernel.handles.count).toBe(handles - 1);
    expect(read(b).status).toBe(Status.SHOULD_WAIT);
  });
  it('leave the message in the channel when a buffer is bad', () => {
    const [a, b] = pair();
    write(a, bytes(1, 2, 3, 4), [event()]);
    const good = p.allocate(64);
    expect(p.call('channel_read', b, 0, BAD_POINTER, good, 64, 4, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('channel_read', b, 0, good, BAD_POINTER, 64, 4, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('channel_read', b, 0, good, good, 64, 4, BAD_POINTER, 0)).toBe(Status.INVALID_ARGS);
    expect(read(b)).toMatchObject({ status: Status.OK, byteCount: 4, count: 1 });
  });
  it('check rights, type, options and sizes', () => {
    const [a, b] = pair();
    const big = p.allocate(0x10001);
    expect(write(event(), bytes())).toBe(Status.WRONG_TYPE);
    expect(write(1, bytes())).toBe(Status.BAD_HANDLE);
    expect(p.call('channel_write', a, 1, 0, 0, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('channel_write', a, 0, BAD_POINTER, 4, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('channel_write', a, 0, 0, 0, BAD_POINTER, 1)).toBe(Status.INVALID_ARGS);
    expect(p.call('channel_write', a, 0, big, 0x10001, 0, 0)).toBe(Status.OUT_OF_RANGE);
    expect(p.call('channel_write', a, 0, 0, 0, p.allocate(65 * 4), 65)).toBe(Status.OUT_OF_RANGE);
    expect(p.call('channel_write', a, 0, big, 0x10000, 0, 0)).toBe(Status.OK);
    const [writeOnly] = p.make('handle_replace', 1, b, Right.WAIT | Right.WRITE);
    expect(read(writeOnly).status).toBe(Status.ACCESS_DENIED);
    const [readOnly] = p.make('handle_replace', 1, a, Right.WAIT | Right.READ);
    expect(write(readOnly, bytes())).toBe(Status.ACCESS_DENIED);
  });
  it('consume all handles on every failure', () => {
    const [a, b] = pair();
    const failing: [number, (handles: number, count: number) => number][] = [
      [Status.BAD_HANDLE, (at, count) => p.call('channel_write', 3, 0, 0, 0, at, count)],
      [Status.INVALID_ARGS, (at, count) => p.call('channel_write', a, 7, 0, 0, at, count)],
      [Status.INVALID_ARGS, (at, count) => p.call('channel_write', a, 0, BAD_POINTER, 9, at, count)],
      [Status.OUT_OF_RANGE, (at, count) => p.call('channel_write', a, 0, 0, 0x2_0000, at, count)],
    ];
    for (const [status, act] of failing) {
      const [one, two] = [event(), event()];
      expect(act(p.words(one, two), 2)).toBe(status);
      expect(exists(one) || exists(two)).toBe(false);
    }
    p.call('handle_close', b);
    const last = event();
    expect(write(a, bytes(), [last])).toBe(Status.PEER_CLOSED);
    expect(exists(last)).toBe(false);
  });
  it('refuse handles that cannot be sent, in the order of the array', () => {
    const [a] = pair();
    const bound = (): number => p.make('handle_replace', 1, event(), Right.WAIT)[0];
    const twice = event();
    expect(write(a, bytes(), [twice, twice])).toBe(Status.BAD_HANDLE);
    const [good, stuck] = [event(), bound()];
    expect(write(a, bytes(), [good, stuck, 3])).toBe(Status.ACCESS_DENIED);
    expect(exists(good) || exists(stuck)).toBe(false);
    expect(write(a, bytes(), [a])).toBe(Status.NOT_SUPPORTED);
    expect(exists(a)).toBe(false);
  });
  it('tell types and rights with channel_read_etc', () => {
    const [a, b] = pair();
    const [weak] = p.make('handle_replace', 1, event(), Right.TRANSFER | Right.WAIT);
    write(a, bytes(), [weak]);
    const info = p.allocate(16);
    expect(p.call('channel_read_etc', b, 0, 0, info, 0, 1, 0, 0)).toBe(Status.OK);
    expect(exists(p.u32(info))).toBe(true);
    expect(p.u32(info + 4)).toBe(ObjectType.EVENT);
    expect(p.u32(info + 8)).toBe(Right.TRANSFER | Right.WAIT);
    expect(p.u32(info + 12)).toBe(0);
  });
  it('end in NO_MEMORY for a writer that nobody reads', () => {
    const [a, b] = pair();
    for (let i = 0; i < 65_536; i++) p.call('channel_write', a, 0, 0, 0, 0, 0);
    expect(p.call('channel_write', a, 0, 0, 0, 0, 0)).toBe(Status.NO_MEMORY);
    expect(p.call('channel_read', b, 0, 0, 0, 0, 0, 0, 0)).toBe(Status.OK);
    expect(p.call('channel_write', a, 0, 0, 0, 0, 0)).toBe(Status.OK);
    expect(p.process.state).toBe('running');
  });
  it('close a long chain of channels in messages without a deep stack', () => {
    let [outer] = pair();
    for (let i = 0; i < 20_000; i++) {
      p.release();
      const [a, b] = pair();
      expect(write(a, bytes(), [outer])).toBe(Status.OK);
      p.call('handle_close', a);
      outer = b;
    }
    const before = bench.kernel.handles.count;
    p.call('handle_close', outer);
    expect(bench.kernel.handles.count).toBe(before - 20_001);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
});

describe('channel_call', () => {
  const INFINITE = (1n << 63n) - 1n;
  interface Buffers {
    readonly args: number;
    readonly data: number;
    readonly handles: number;
    readonly actuals: number;
  }
  function buffers(data: Uint8Array, handles: readonly number[] = [], size = 64, handleCount = 4): Buffers {
    const args = p.allocate(48);
    const at = { args, data: p.allocate(size), handles: p.allocate(64), actuals: p.words(99, 99) };
    const view = new DataView(new ArrayBuffer(48));
    const pointers = [p.allocate(data), p.words(...handles), at.data, at.handles];
    pointers.forEach((pointer, i) => view.setBigUint64(i * 8, BigInt(pointer), true));
    [data.length, handles.length, size, handleCount].forEach((n, i) => view.setUint32(32 + i * 4, n, true));
    p.write(args, new Uint8Array(view.buffer));
    return at;
  }
  const start = (channel: number, at: Buffers, deadline: bigint | number = INFINITE, thread = p.thread) =>
    thread.start('channel_call_noretry', channel, 0, deadline, at.args, at.actuals, at.actuals + 4);
  const request = bytes(0, 0, 0, 0, 42);

  it('gets the answer with its transaction id, and no other', () => {
    const [a, b] = pair();
    const at = buffers(request);
    const caller = p.newThread();
    expect(start(a, at, INFINITE, caller)).toBe(BLOCKED);
    const { data } = read(b);
    expect(data?.[3]).toBeGreaterThanOrEqual(0x80);
    expect(data?.[4]).toBe(42);
    write(b, bytes(1, 0, 0, 0, 1));
    expect(caller.isBlocked).toBe(true);
    const passenger = event();
    write(b, bytes(...(data ?? []), 43), [passenger]);
    expect(caller.isBlocked).toBe(false);
    expect(caller.result).toBe(Status.OK);
    expect(p.u32(at.actuals)).toBe(6);
    expect(p.u32(at.actuals + 4)).toBe(1);
    expect(p.read(at.data, 6)[5]).toBe(43);
    expect(exists(p.u32(at.handles))).toBe(true);
    expect(read(a).data).toEqual(bytes(1, 0, 0, 0, 1));
    expect(read(a).status).toBe(Status.SHOULD_WAIT);
  });
  it('keeps several callers of one end apart', () => {
    const [a, b] = pair();
    const callers = [1, 2, 3].map((n) => {
      const [thread, at] = [p.newThread(), buffers(bytes(0, 0, 0, 0, n))];
      start(a, at, INFINITE, thread);
      return { n, thread, at };
    });
    const requests = callers.map(() => read(b).data ?? bytes());
    expect(new Set(requests.map((data) => data.subarray(0, 4).join())).size).toBe(3);
    for (const data of requests.reverse()) write(b, data);
    for (const { n, thread, at } of callers) {
      expect(thread.result).toBe(Status.OK);
      expect(p.read(at.data, 5)[4]).toBe(n);
    }
  });
  it('times out, and a late answer goes to the queue', () => {
    const [a, b] = pair();
    expect(start(a, buffers(request), 1000)).toBe(BLOCKED);
    bench.kernel.advance(999);
    expect(p.thread.isBlocked).toBe(true);
    bench.kernel.advance(1);
    expect(p.thread.result).toBe(Status.TIMED_OUT);
    write(b, read(b).data ?? bytes());
    expect(read(a).byteCount).toBe(5);
  });
  it('sends also with a deadline that has passed', () => {
    const [a, b] = pair();
    expect(start(a, buffers(request), 0)).toBe(Status.TIMED_OUT);
    expect(read(b).byteCount).toBe(5);
  });
  it('ends when either end is closed, or its own end is sent away', () => {
    for (const [close, status] of [
      [1, Status.PEER_CLOSED],
      [0, Status.CANCELED],
    ]) {
      const ends = pair();
      const caller = p.newThread();
      start(ends[0], buffers(request), INFINITE, caller);
      p.call('handle_close', ends[close]);
      expect(caller.result).toBe(status);
    }
    const [ends, others] = [pair(), pair()];
    const caller = p.newThread();
    start(ends[0], buffers(request), INFINITE, caller);
    write(others[0], bytes(), [ends[0]]);
    expect(caller.result).toBe(Status.CANCELED);
  });
  it('discards an answer that does not fit', () => {
    const [a, b] = pair();
    const at = buffers(request, [], 4);
    start(a, at);
    const handles = bench.kernel.handles.count;
    const { data } = read(b);
    write(b, data ?? bytes(), [event()]);
    expect(p.thread.result).toBe(Status.BUFFER_TOO_SMALL);
    expect(bench.kernel.handles.count).toBe(handles);
    // As a read does, it tells what was needed.
    expect([p.u32(at.actuals), p.u32(at.actuals + 4)]).toEqual([5, 1]);
  });
  it('checks its arguments and consumes handles', () => {
    const [a] = pair();
    const sent = event();
    const short = buffers(bytes(1, 2, 3), [sent]);
    expect(start(a, short)).toBe(Status.INVALID_ARGS);
    expect(exists(sent)).toBe(false);
    expect(p.call('channel_call_noretry', a, 1, 0, buffers(request).args, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('channel_call_noretry', a, 0, 0, BAD_POINTER, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(start(a, buffers(request, [a]))).toBe(Status.NOT_SUPPORTED);
    expect(start(3, buffers(request))).toBe(Status.BAD_HANDLE);
    expect(start(3, buffers(bytes()))).toBe(Status.BAD_HANDLE);
    expect(start(event(), buffers(request))).toBe(Status.WRONG_TYPE);
    expect(p.call('channel_call_finish', 0, buffers(request).args, 0, 0)).toBe(Status.BAD_STATE);
  });
  describe('left by a thread that is suspended', () => {
    const leave = (thread: TestThread, deadline: bigint | number = INFINITE) => {
      const [a, b] = pair();
      const at = buffers(request);
      start(a, at, deadline, thread);
      thread.thread.suspend();
      expect([thread.isBlocked, thread.result]).toEqual([false, Status.INTERNAL_INTR_RETRY]);
      return { a, b, at, request: read(b).data ?? bytes() };
    };
    const finish = (thread: TestThread, at: Buffers, deadline: bigint | number = INFINITE) => {
      thread.thread.resume();
      return thread.start('channel_call_finish', deadline, at.args, at.actuals, at.actuals + 4);
    };

    it('keeps the answer, with its handles, which goes where the thread wants it when it comes back', () => {
      const thread = p.newThread();
      const { a, b, request: message } = leave(thread);
      const before = bench.kernel.ipc.bytes;
      write(b, bytes(...message.subarray(0, 4), 43), [event()]);
      expect(bench.kernel.ipc.bytes).toBeGreaterThan(before);
      expect(bench.kernel.ipc.handlesInTransit).toBe(1);
      // Another message with its number is no answer to it any more.
      write(b, message);
      expect(read(a).data).toEqual(message);
      const elsewhere = buffers(request);
      expect(finish(thread, elsewhere)).toBe(Status.OK);
      expect([p.u32(elsewhere.actuals), p.u32(elsewhere.actuals + 4)]).toEqual([5, 1]);
      expect(p.read(elsewhere.data, 5)[4]).toBe(43);
      expect(exists(p.u32(elsewhere.handles))).toBe(true);
      expect([bench.kernel.ipc.bytes, bench.kernel.ipc.handlesInTransit]).toEqual([before, 0]);
      expect(finish(thread, elsewhere)).toBe(Status.BAD_STATE);
    });
    it('can be left again and again', () => {
      const thread = p.newThread();
      const { b, at, request: message } = leave(thread);
      for (let i = 0; i < 3; i++) {
        expect(finish(thread, at)).toBe(BLOCKED);
        thread.thread.suspend();
        expect(thread.result).toBe(Status.INTERNAL_INTR_RETRY);
      }
      expect(finish(thread, at)).toBe(BLOCKED);
      write(b, message);
      expect(thread.result).toBe(Status.OK);
    });
    it('is left by a thread that blocks in it after it was suspended', () => {
      const thread = p.newThread();
      thread.thread.suspend();
      start(pair()[0], buffers(request), INFINITE, thread);
      expect(thread.isBlocked).toBe(true);
      thread.thread.stopped();
      expect(thread.result).toBe(Status.INTERNAL_INTR_RETRY);
    });
    it('ends at its deadline, not before', () => {
      const thread = p.newThread();
      const { at } = leave(thread, bench.kernel.now + 1000);
      const deadline = bench.kernel.now + 1000;
      bench.kernel.advance(999);
      expect(finish(thread, at, deadline)).toBe(BLOCKED);
      thread.thread.suspend();
      bench.kernel.advance(1);
      expect(finish(thread, at, deadline)).toBe(Status.TIMED_OUT);
    });
    it('gives back what it keeps when the thread ends', () => {
      const { count } = bench.kernel.handles;
      const { bytes: queued, handlesInTransit } = bench.kernel.ipc;
      const thread = p.newThread();
      const { a, b, request: message } = leave(thread);
      write(b, bytes(...message.subarray(0, 4)), [event()]);
      thread.thread.kill();
      for (const end of [a, b]) p.call('handle_close', end);
      expect(bench.kernel.handles.count).toBe(count);
      expect([bench.kernel.ipc.bytes, bench.kernel.ipc.handlesInTransit]).toEqual([queued, handlesInTransit]);
    });
    it('must be taken up before another is made', () => {
      const other = bench.newProcess();
      const thread = p.newThread();
      leave(thread);
      expect(start(pair()[0], buffers(request), INFINITE, thread)).toBe(Status.BAD_STATE);
      expect(p.process.state).toBe('dead');
      expect(other.process.state).toBe('running');
      p = bench.newProcess();
    });
  });
  it('sends nothing if the counts have no place, and consumes the handles', () => {
    const [a, b] = pair();
    const good = p.allocate(4);
    for (const [byteCount, handleCount] of [
      [0, good],
      [good, 0],
      [good, BAD_POINTER],
    ]) {
      const sent = event();
      const { args } = buffers(request, [sent]);
      const status = p.call('channel_call_noretry', a, 0, INFINITE, args, byteCount, handleCount);
      expect(status).toBe(Status.INVALID_ARGS);
      expect(exists(sent)).toBe(false);
    }
    expect(read(b).status).toBe(Status.SHOULD_WAIT);
  });
});
