import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Right, Signal, Status } from '../abi/constants.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';
import { BLOCKED } from './call.js';

const INFINITE = (1n << 63n) - 1n;
const { EVENT_SIGNALED, USER_SIGNAL_0, USER_SIGNAL_1, SIGNAL_HANDLE_CLOSED } = Signal;
let bench: TestBench;
let p: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
});
const event = (): number => p.make('event_create', 1, 0)[0];
const signal = (handle: number, set: number, clear = 0): number =>
  p.call('object_signal', handle, clear, set);

describe('object_wait_one', () => {
  it('returns at once what is asserted', () => {
    const [one, observed] = [event(), p.allocate(4)];
    signal(one, EVENT_SIGNALED | USER_SIGNAL_0);
    expect(p.call('object_wait_one', one, EVENT_SIGNALED, 0, observed)).toBe(Status.OK);
    expect(p.u32(observed)).toBe(EVENT_SIGNALED | USER_SIGNAL_0);
    expect(p.call('object_wait_one', one, USER_SIGNAL_1, 0, observed)).toBe(Status.TIMED_OUT);
    expect(p.u32(observed)).toBe(EVENT_SIGNALED | USER_SIGNAL_0);
    expect(p.call('object_wait_one', one, EVENT_SIGNALED, 0, 0)).toBe(Status.OK);
  });
  it('wakes for a signal, and tells all it saw meanwhile', () => {
    const [one, observed, waiter] = [event(), p.allocate(4), p.newThread()];
    expect(waiter.start('object_wait_one', one, EVENT_SIGNALED, INFINITE, observed)).toBe(BLOCKED);
    signal(one, USER_SIGNAL_1);
    signal(one, 0, USER_SIGNAL_1);
    expect(waiter.isBlocked).toBe(true);
    signal(one, EVENT_SIGNALED);
    expect(waiter.result).toBe(Status.OK);
    expect(p.u32(observed)).toBe(EVENT_SIGNALED | USER_SIGNAL_1);
    expect(p.process.handles.get(one)?.object.observerCount).toBe(0);
  });
  it('wakes all waiters', () => {
    const one = event();
    const waiters = [1, 2, 3].map(() => p.newThread());
    for (const waiter of waiters) waiter.start('object_wait_one', one, EVENT_SIGNALED, INFINITE, 0);
    signal(one, EVENT_SIGNALED);
    expect(waiters.map((waiter) => waiter.isBlocked)).toEqual([false, false, false]);
  });
  it.each([
    ['is signalled', (one: number) => signal(one, EVENT_SIGNALED)],
    ['loses its handle', (one: number) => p.call('handle_close', one)],
  ])('wakes the newest waiter first when the object %s', (_what, end) => {
    const [one, other] = [event(), event()];
    const woken: number[] = [];
    const waiters = [0, 1, 2, 3].map(() => p.newThread());
    const item = (handle: number): number[] => [handle, EVENT_SIGNALED, 0];
    for (const [i, waiter] of waiters.entries()) {
      const items = p.words(...item(other), ...item(one));
      if (i % 2 === 0) waiter.start('object_wait_one', one, EVENT_SIGNALED, INFINITE, 0);
      else waiter.start('object_wait_many', items, 2, INFINITE);
      const { thread } = waiter;
      const unblock = thread.unblock.bind(thread);
      vi.spyOn(thread, 'unblock').mockImplementation((status) => {
        woken.push(i);
        unblock(status);
      });
    }
    end(one);
    expect(woken).toEqual([3, 2, 1, 0]);
  });
  it('is canceled when its handle is closed, replaced or sent, but not by another handle', () => {
    const [a] = p.make('channel_create', 2, 0);
    const endings: [(handle: number) => void, number][] = [
      [(handle) => p.call('handle_close', handle), Status.CANCELED],
      [(handle) => p.call('handle_replace', handle, Right.SAME_RIGHTS, p.allocate(4)), Status.CANCELED],
      [(handle) => p.call('channel_write', a, 0, 0, 0, p.words(handle), 1), Status.CANCELED],
    ];
    for (const [end, status] of endings) {
      const one = event();
      const [other] = p.make('handle_duplicate', 1, one, Right.SAME_RIGHTS);
      const [waiter, observed] = [p.newThread(), p.allocate(4)];
      waiter.start('object_wait_one', one, EVENT_SIGNALED, INFINITE, observed);
      p.call('handle_close', other);
      expect(waiter.isBlocked).toBe(true);
      end(one);
      expect(waiter.result).toBe(status);
      expect(p.u32(observed)).toBe(SIGNAL_HANDLE_CLOSED);
    }
  });
  it('times out at its deadline', () => {
    const one = event();
    p.thread.start('object_wait_one', one, EVENT_SIGNALED, 500, 0);
    bench.kernel.advance(499);
    expect(p.thread.isBlocked).toBe(true);
    bench.kernel.advance(1);
    expect(p.thread.result).toBe(Status.TIMED_OUT);
  });
  it('checks its arguments', () => {
    const one = event();
    const [weak] = p.make('handle_duplicate', 1, one, Right.SIGNAL);
    const [port] = p.make('port_create', 1, 0);
    signal(one, EVENT_SIGNALED);
    expect(p.call('object_wait_one', weak, EVENT_SIGNALED, 0, 0)).toBe(Status.ACCESS_DENIED);
    expect(p.call('object_wait_one', 3, EVENT_SIGNALED, 0, 0)).toBe(Status.BAD_HANDLE);
    expect(p.call('object_wait_one', port, EVENT_SIGNALED, 0, 0)).toBe(Status.ACCESS_DENIED);
    expect(p.call('object_wait_one', one, EVENT_SIGNALED, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });
  it('leaves nothing behind when the thread is killed', () => {
    const [one, waiter] = [event(), p.newThread()];
    waiter.start('object_wait_one', one, EVENT_SIGNALED, 1000, 0);
    waiter.thread.kill();
    expect(p.process.handles.get(one)?.object.observerCount).toBe(0);
    expect(bench.kernel.scheduler.timerDeadline(0)).toBe(Infinity);
  });
});

describe('object_wait_many', () => {
  const items = (...list: (readonly [number, number])[]): number =>
    p.words(...list.flatMap(([handle, signals]) => [handle, signals, 0]));
  const pending = (at: number, i: number): number => p.u32(at + 12 * i + 8);

  it('ends with the first signal and tells what is pending on each', () => {
    const [one, two, waiter] = [event(), event(), p.newThread()];
    const at = items([one, EVENT_SIGNALED], [two, USER_SIGNAL_0]);
    expect(waiter.start('object_wait_many', at, 2, INFINITE)).toBe(BLOCKED);
    signal(one, USER_SIGNAL_1);
    signal(two, USER_SIGNAL_0);
    expect(waiter.result).toBe(Status.OK);
    expect([pending(at, 0), pending(at, 1)]).toEqual([USER_SIGNAL_1, USER_SIGNAL_0]);
    expect(p.call('object_wait_many', at, 2, 0)).toBe(Status.OK);
  });
  it('is canceled by the end of any of its handles', () => {
    const [one, two, waiter] = [event(), event(), p.newThread()];
    const at = items([one, 0], [two, 0], [two, EVENT_SIGNALED]);
    waiter.start('object_wait_many', at, 3, INFINITE);
    p.call('handle_close', two);
    expect(waiter.result).toBe(Status.CANCELED);
    expect([0, 1, 2].map((i) => pending(at, i))).toEqual([0, SIGNAL_HANDLE_CLOSED, SIGNAL_HANDLE_CLOSED]);
  });
  it('without items sleeps until the deadline', () => {
    expect(p.thread.start('object_wait_many', 0, 0, 100)).toBe(BLOCKED);
    bench.kernel.advance(100);
    expect(p.thread.result).toBe(Status.TIMED_OUT);
  });
  it('checks its arguments', () => {
    const one = event();
    const [weak] = p.make('handle_duplicate', 1, one, Right.SIGNAL);
    expect(p.call('object_wait_many', items([one, 1], [3, 1]), 2, 0)).toBe(Status.BAD_HANDLE);
    expect(p.call('object_wait_many', items([one, 1], [weak, 1]), 2, 0)).toBe(Status.ACCESS_DENIED);
    expect(p.call('object_wait_many', BAD_POINTER, 1, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('object_wait_many', p.allocate(17 * 12), 17, 0)).toBe(Status.OUT_OF_RANGE);
    const all = items(...Array.from({ length: 16 }, () => [one, EVENT_SIGNALED] as const));
    expect(p.call('object_wait_many', all, 16, 0)).toBe(Status.TIMED_OUT);
  });
});
