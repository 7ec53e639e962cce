import { beforeEach, describe, expect, it } from 'vitest';
import { ExceptionType, Right, Signal, Status } from '../abi/constants.js';
import { InterruptPacket } from '../objects/packet.js';
import { Port } from '../objects/port.js';
import { BAD_POINTER, TestBench, type TestProcess, type TestThread } from '../testing.js';
import { BLOCKED } from './call.js';

const INFINITE = (1n << 63n) - 1n;
const ONCE = 0;
const REPEATING = 1;
const { EVENT_SIGNALED, USER_SIGNAL_0, USER_SIGNAL_1 } = Signal;
let bench: TestBench;
let p: TestProcess;
let port: number;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
  [port] = p.make('port_create', 1, 0);
});

const event = (): number => p.make('event_create', 1, 0)[0];
const signal = (handle: number, set: number, clear = 0): number =>
  p.call('object_signal', handle, clear, set);
const objectOf = (handle: number): Port => p.process.handles.get(handle)?.object as Port;

function queue(key: number, payload = 0): number {
  return p.call('port_queue', port, p.words(key, 0, 0xaa, -7, payload, 0, 0, 0, 0, 0, 0, 0));
}
function packet(at: number) {
  return {
    key: p.u64(at),
    type: p.u32(at + 8),
    status: p.u32(at + 12) | 0,
    words: [16, 20, 24, 28].map((i) => p.u32(at + i)),
  };
}
/** The next packet, or the status. */
function next(): ReturnType<typeof packet> | number {
  const at = p.allocate(48);
  const status = p.call('port_wait', port, 0, at);
  return status === Status.OK ? packet(at) : status;
}
const signalPacket = (type: number, key: number, trigger: number, observed: number, count = 1) => ({
  key,
  type,
  status: 0,
  words: [trigger, observed, count, 0],
});
const waitAsync = (handle: number, key: number, signals: number, options = ONCE): number =>
  p.call('object_wait_async', handle, port, key, signals, options);

describe('port_queue and port_wait', () => {
  it('hand user packets out in order, as type USER', () => {
    queue(1, 11);
    queue(2, 22);
    expect(next()).toEqual({ key: 1, type: 0, status: -7, words: [11, 0, 0, 0] });
    expect(next()).toEqual({ key: 2, type: 0, status: -7, words: [22, 0, 0, 0] });
    expect(next()).toBe(Status.TIMED_OUT);
  });
  it('wake one thread a packet, first come first', () => {
    const waiters = [1, 2].map((): [TestThread, number] => [p.newThread(), p.allocate(48)]);
    for (const [thread, at] of waiters) expect(thread.start('port_wait', port, INFINITE, at)).toBe(BLOCKED);
    queue(5);
    expect(waiters.map(([thread]) => thread.isBlocked)).toEqual([false, true]);
    queue(6);
    expect(waiters.map(([thread, at]) => [thread.result, packet(at).key])).toEqual([
      [0, 5],
      [0, 6],
    ]);
  });
  it('pass over a waiter with a bad pointer', () => {
    const [bad, good, at] = [p.newThread(), p.newThread(), p.allocate(48)];
    bad.start('port_wait', port, INFINITE, BAD_POINTER);
    good.start('port_wait', port, INFINITE, at);
    queue(9);
    expect(bad.result).toBe(Status.INVALID_ARGS);
    expect(packet(at).key).toBe(9);
    queue(10);
    expect(p.call('port_wait', port, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(next()).toMatchObject({ key: 10 });
  });
  it('time out', () => {
    p.thread.start('port_wait', port, 300, p.allocate(48));
    bench.kernel.advance(300);
    expect(p.thread.result).toBe(Status.TIMED_OUT);
    queue(1);
    expect(next()).toMatchObject({ key: 1 });
  });
  it('bound the user packets', () => {
    let status: number = Status.OK;
    let count = 0;
    while ((status = queue(count)) === Status.OK) {
      count += 1;
      p.release();
    }
    expect(status).toBe(Status.SHOULD_WAIT);
    expect(count).toBeGreaterThanOrEqual(2048);
    expect(count).toBeLessThan(5000);
    next();
    expect(queue(0)).toBe(Status.OK);
    p.call('handle_close', port);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
  it('check their arguments', () => {
    const [reader] = p.make('handle_duplicate', 1, port, Right.READ);
    const [writer] = p.make('handle_duplicate', 1, port, Right.WRITE);
    const at = p.allocate(48);
    expect(p.call('port_create', 2, at)).toBe(Status.INVALID_ARGS);
    expect(p.call('port_create', 1, at)).toBe(Status.OK);
    expect(p.call('port_queue', reader, at)).toBe(Status.ACCESS_DENIED);
    expect(p.call('port_wait', writer, 0, at)).toBe(Status.ACCESS_DENIED);
    expect(p.call('port_queue', event(), at)).toBe(Status.WRONG_TYPE);
    expect(p.call('port_wait', 3, 0, at)).toBe(Status.BAD_HANDLE);
    expect(p.call('port_queue', port, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });
});

describe('object_wait_async', () => {
  it('once queues one packet, for a signal that is or becomes asserted', () => {
    const [one, two] = [event(), event()];
    signal(one, EVENT_SIGNALED | USER_SIGNAL_0);
    expect(waitAsync(one, 7, EVENT_SIGNALED)).toBe(Status.OK);
    expect(waitAsync(two, 8, EVENT_SIGNALED)).toBe(Status.OK);
    signal(two, USER_SIGNAL_1);
    expect(next()).toEqual(signalPacket(1, 7, EVENT_SIGNALED, EVENT_SIGNALED | USER_SIGNAL_0));
    expect(next()).toBe(Status.TIMED_OUT);
    signal(two, EVENT_SIGNALED);
    signal(two, USER_SIGNAL_0);
    expect(next()).toEqual(signalPacket(1, 8, EVENT_SIGNALED, EVENT_SIGNALED | USER_SIGNAL_1));
    expect(next()).toBe(Status.TIMED_OUT);
  });
  it('repeating queues one packet at a time and adds what is observed to it', () => {
    const one = event();
    waitAsync(one, 7, EVENT_SIGNALED, REPEATING);
    signal(one, EVENT_SIGNALED);
    signal(one, USER_SIGNAL_0, EVENT_SIGNALED);
    signal(one, EVENT_SIGNALED, USER_SIGNAL_0);
    expect(next()).toEqual(signalPacket(2, 7, EVENT_SIGNALED, EVENT_SIGNALED));
    expect(next()).toBe(Status.TIMED_OUT);
    signal(one, USER_SIGNAL_1);
    expect(next()).toEqual(signalPacket(2, 7, EVENT_SIGNALED, EVENT_SIGNALED | USER_SIGNAL_1));
    signal(one, 0, EVENT_SIGNALED);
    expect(next()).toBe(Status.TIMED_OUT);
  });
  it('counts the messages of a channel', () => {
    const [a, b] = p.make('channel_create', 2, 0);
    for (let i = 0; i < 3; i++) p.call('channel_write', a, 0, 0, 0, 0, 0);
    waitAsync(b, 1, Signal.CHANNEL_READABLE);
    expect(next()).toMatchObject({ words: [1, 3, 3, 0] });
  });
  it('ends with its handle; queued packets stay', () => {
    const [one, two] = [event(), event()];
    const [other] = p.make('handle_duplicate', 1, two, Right.SAME_RIGHTS);
    signal(one, EVENT_SIGNALED);
    waitAsync(one, 1, EVENT_SIGNALED);
    waitAsync(two, 2, EVENT_SIGNALED);
    p.call('handle_close', one);
    p.call('handle_close', two);
    signal(other, EVENT_SIGNALED);
    expect(next()).toMatchObject({ key: 1 });
    expect(next()).toBe(Status.TIMED_OUT);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
  it('ends with its port', () => {
    const one = event();
    waitAsync(one, 1, EVENT_SIGNALED, REPEATING);
    signal(one, EVENT_SIGNALED);
    p.call('handle_close', port);
    expect(p.process.handles.get(one)?.object.observerCount).toBe(0);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
  it('checks its arguments', () => {
    const one = event();
    const [weak] = p.make('handle_duplicate', 1, one, Right.SIGNAL);
    const [reader] = p.make('handle_duplicate', 1, port, Right.READ);
    expect(waitAsync(one, 1, 1, 2)).toBe(Status.INVALID_ARGS);
    expect(waitAsync(3, 1, 1)).toBe(Status.BAD_HANDLE);
    expect(waitAsync(weak, 1, 1)).toBe(Status.ACCESS_DENIED);
    expect(p.call('object_wait_async', one, reader, 0, 1, 0)).toBe(Status.ACCESS_DENIED);
    expect(p.call('object_wait_async', one, one, 0, 1, 0)).toBe(Status.WRONG_TYPE);
    expect(p.call('object_wait_async', one, 3, 0, 1, 0)).toBe(Status.BAD_HANDLE);
  });
});

describe('port_cancel', () => {
  it('ends waits of a handle and a key, and takes their packets out', () => {
    const [one, two] = [event(), event()];
    for (const [handle, key] of [
      [one, 1],
      [one, 1],
      [one, 2],
      [two, 1],
    ])
      waitAsync(handle, key, EVENT_SIGNALED);
    signal(one, EVENT_SIGNALED);
    queue(50);
    expect(p.call('port_cancel', port, one, 1)).toBe(Status.OK);
    expect(next()).toMatchObject({ key: 2 });
    expect(next()).toMatchObject({ key: 50 });
    expect(next()).toBe(Status.TIMED_OUT);
    expect(p.call('port_cancel', port, one, 1)).toBe(Status.NOT_FOUND);
    expect(p.call('port_cancel', port, two, 1)).toBe(Status.OK);
    signal(two, EVENT_SIGNALED);
    expect(next()).toBe(Status.TIMED_OUT);
  });
  it('ends a repeating wait', () => {
    const one = event();
    waitAsync(one, 3, EVENT_SIGNALED, REPEATING);
    expect(p.call('port_cancel', port, one, 3)).toBe(Status.OK);
    signal(one, EVENT_SIGNALED);
    expect(next()).toBe(Status.TIMED_OUT);
  });
  it('checks its arguments', () => {
    const one = event();
    const [weak] = p.make('handle_duplicate', 1, one, Right.SIGNAL);
    expect(p.call('port_cancel', port, 3, 1)).toBe(Status.BAD_HANDLE);
    expect(p.call('port_cancel', 3, one, 1)).toBe(Status.BAD_HANDLE);
    expect(p.call('port_cancel', one, one, 1)).toBe(Status.WRONG_TYPE);
    expect(p.call('port_cancel', port, weak, 1)).toBe(Status.ACCESS_DENIED);
    expect(p.call('port_cancel', port, one, 1)).toBe(Status.NOT_FOUND);
  });
});

describe('packets of the kernel', () => {
  it('report exceptions under their type', () => {
    expect(objectOf(port).queueException(4n, ExceptionType.FATAL_PAGE_FAULT, 1030, 1031)).toBe(Status.OK);
    expect(next()).toEqual({ key: 4, type: 0x108, status: 0, words: [1030, 0, 1031, 0] });
    const { first } = objectOf(port);
    expect(first).toBeUndefined();
  });
  it('of interrupts go before others', () => {
    const interrupt = new InterruptPacket(8n);
    interrupt.timestamp = 1234n;
    queue(1);
    objectOf(port).queueInterrupt(interrupt);
    expect(next()).toEqual({ key: 8, type: 7, status: 0, words: [1234, 0, 0, 0] });
    expect(next()).toMatchObject({ key: 1 });
    objectOf(port).queueInterrupt(interrupt);
    expect(objectOf(port).removeInterrupt(interrupt)).toBe(true);
    expect(next()).toBe(Status.TIMED_OUT);
  });
});
