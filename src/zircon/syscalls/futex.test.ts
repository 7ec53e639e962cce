import { beforeEach, describe, expect, it } from 'vitest';
import { Status } from '../abi/constants.js';
import { BAD_POINTER, TestBench, type TestProcess, type TestThread } from '../testing.js';
import { BLOCKED } from './call.js';

const INFINITE = (1n << 63n) - 1n;
let bench: TestBench;
let p: TestProcess;
let a: number;
let b: number;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
  [a, b] = [p.words(10), p.words(-20)];
});

function waiter(address: number, value: number, owner = 0): TestThread {
  const thread = p.newThread();
  expect(thread.start('futex_wait', address, value, owner, INFINITE)).toBe(BLOCKED);
  return thread;
}
const handleTo = (thread: TestThread): number => p.process.give(thread.thread);
const blocked = (threads: TestThread[]): string => threads.map((t) => (t.isBlocked ? 'x' : '-')).join('');
function owner(address: number): number {
  const out = p.allocate(8);
  expect(p.call('futex_get_owner', address, out)).toBe(Status.OK);
  return p.u64(out);
}

describe('futex_wait and futex_wake', () => {
  it('wake in order, as many as asked', () => {
    const threads = [1, 2, 3, 4].map(() => waiter(a, 10));
    expect(p.call('futex_wake', a, 0)).toBe(Status.OK);
    expect(p.call('futex_wake', b, 9)).toBe(Status.OK);
    expect(blocked(threads)).toBe('xxxx');
    p.call('futex_wake', a, 1);
    expect(blocked(threads)).toBe('-xxx');
    p.call('futex_wake', a, 2);
    expect(blocked(threads)).toBe('---x');
    p.call('futex_wake', a, 0xffff_ffff);
    expect(threads.map((thread) => thread.result)).toEqual([0, 0, 0, 0]);
  });
  it('compare the value, sleep to the deadline and check the address', () => {
    expect(p.call('futex_wait', a, 11, 0, INFINITE)).toBe(Status.BAD_STATE);
    expect(p.call('futex_wait', a + 1, 10, 0, INFINITE)).toBe(Status.INVALID_ARGS);
    expect(p.call('futex_wait', BAD_POINTER, 0, 0, INFINITE)).toBe(Status.INVALID_ARGS);
    expect(p.call('futex_wake', a + 2, 1)).toBe(Status.INVALID_ARGS);
    expect(p.call('futex_wake', BAD_POINTER, 1)).toBe(Status.OK);
    expect(p.call('futex_wake', 2n ** 64n - 1n, 1)).toBe(Status.INVALID_ARGS);
    expect(p.call('futex_wake_single_owner', 2n ** 63n + 2n)).toBe(Status.INVALID_ARGS);
    expect(p.call('futex_wake', 2n ** 64n - 4n, 1)).toBe(Status.OK);
    expect(p.call('futex_wait', a, 10, 0, 0)).toBe(Status.TIMED_OUT);
    p.thread.start('futex_wait_deprecated', b, -20, 100);
    bench.kernel.advance(100);
    expect(p.thread.result).toBe(Status.TIMED_OUT);
  });
  it('are of one process', () => {
    const other = bench.newProcess();
    const address = other.words(10);
    const thread = other.newThread();
    thread.start('futex_wait', address, 10, 0, INFINITE);
    p.call('futex_wake', address, 1);
    expect(thread.isBlocked).toBe(true);
  });
  it('forget killed threads', () => {
    const threads = [waiter(a, 10), waiter(a, 10)];
    threads[0].thread.kill();
    p.call('futex_wake', a, 1);
    expect(threads[1].result).toBe(Status.OK);
  });
});

describe('ownership', () => {
  it('is set by a wait and taken by a wake', () => {
    const holder = p.newThread();
    const threads = [waiter(a, 10, handleTo(holder))];
    expect(owner(a)).toBe(holder.thread.koid);
    threads.push(waiter(a, 10), waiter(a, 10, handleTo(holder)));
    p.call('futex_wake', a, 0);
    expect(owner(a)).toBe(0);
    threads.push(waiter(a, 10, handleTo(holder)));
    p.call('futex_wake_single_owner', a);
    expect(owner(a)).toBe(threads[0].thread.koid);
    p.call('futex_wake', a, 9);
    expect(owner(a)).toBe(0);
  });
  it('goes with the owner and with the last waiter', () => {
    const holder = p.newThread();
    waiter(a, 10, handleTo(holder));
    holder.thread.kill();
    expect(owner(a)).toBe(0);
    const second = p.newThread();
    const last = waiter(b, -20, handleTo(second));
    p.call('futex_wake_single_owner', b);
    expect(last.isBlocked).toBe(false);
    expect(owner(b)).toBe(0);
  });
  it('lends the priority of waiters to the owner, and on to the one it waits for', () => {
    const { scheduler } = bench.kernel;
    const [first, second] = [p.newThread(), p.newThread()];
    const priorities = (): number[] => [first.thread.priority, second.thread.priority];
    scheduler.setPriority(first.thread, 5);
    scheduler.setPriority(second.thread, 6);
    second.start('futex_wait', b, -20, handleTo(first), INFINITE);
    expect(priorities()).toEqual([6, 6]);
    const urgent = waiter(a, 10, handleTo(second));
    expect(priorities()).toEqual([16, 16]);
    scheduler.setPriority(urgent.thread, 20);
    expect(priorities()).toEqual([20, 20]);
    const late = p.newThread();
    scheduler.setPriority(late.thread, 25);
    late.start('futex_wait', a, 10, handleTo(second), 100);
    expect(priorities()).toEqual([25, 25]);
    bench.kernel.advance(100);
    expect(priorities()).toEqual([20, 20]);
    p.call('futex_wake', a, 0);
    expect(priorities()).toEqual([6, 6]);
    second.thread.kill();
    expect(first.thread.priority).toBe(5);
  });
  it('is refused to waiters, to the caller and to what is no thread', () => {
    const sleeper = waiter(a, 10);
    const [event] = p.make('event_create', 1, 0);
    const wait = (thread: number): number => p.call('futex_wait', a, 10, thread, 0);
    expect(wait(handleTo(sleeper))).toBe(Status.INVALID_ARGS);
    expect(wait(handleTo(p.thread))).toBe(Status.INVALID_ARGS);
    expect(wait(event)).toBe(Status.WRONG_TYPE);
    expect(wait(3)).toBe(Status.BAD_HANDLE);
    expect(p.call('futex_get_owner', a + 1, p.allocate(8))).toBe(Status.INVALID_ARGS);
    expect(p.call('futex_get_owner', a, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });
});

describe('futex_requeue', () => {
  it('wakes some and moves others', () => {
    const threads = [1, 2, 3, 4].map(() => waiter(a, 10));
    expect(p.call('futex_requeue', a, 1, 10, b, 2, 0)).toBe(Status.OK);
    expect(blocked(threads)).toBe('-xxx');
    p.call('futex_wake', b, 9);
    expect(blocked(threads)).toBe('---x');
    expect(p.call('futex_requeue_deprecated', a, 0, 10, b, 9)).toBe(Status.OK);
    p.call('futex_wake', a, 9);
    expect(threads[3].isBlocked).toBe(true);
    p.call('futex_wake', b, 9);
    expect(threads[3].result).toBe(Status.OK);
  });
  it('sets both owners', () => {
    const holder = p.newThread();
    const threads = [1, 2, 3].map(() => waiter(a, 10, handleTo(holder)));
    const heir = handleTo(holder);
    expect(p.call('futex_requeue_single_owner', a, 10, b, 1, heir)).toBe(Status.OK);
    expect(blocked(threads)).toBe('-xx');
    expect(owner(a)).toBe(threads[0].thread.koid);
    expect(owner(b)).toBe(holder.thread.koid);
    p.call('futex_requeue', a, 0, 10, b, 1, 0);
    expect([owner(a), owner(b)]).toEqual([0, 0]);
  });
  it('takes the priority of those it moves from the thread it woke', () => {
    const woken = waiter(a, 10);
    const [moved, left] = [waiter(a, 10), waiter(a, 10)];
    bench.kernel.scheduler.setPriority(woken.thread, 5);
    bench.kernel.scheduler.setPriority(moved.thread, 25);
    bench.kernel.scheduler.setPriority(left.thread, 7);
    const holder = p.newThread();
    expect(p.call('futex_requeue_single_owner', a, 10, b, 1, handleTo(holder))).toBe(Status.OK);
    expect([woken, holder].map(({ thread }) => thread.priority)).toEqual([7, 25]);
  });
  it('checks its arguments', () => {
    const sleeper = waiter(b, -20);
    const requeue = (value: number, to: number, thread = 0): number =>
      p.call('futex_requeue', a, 1, value, to, 1, thread);
    expect(requeue(11, b)).toBe(Status.BAD_STATE);
    expect(requeue(10, a)).toBe(Status.INVALID_ARGS);
    expect(requeue(10, b + 1)).toBe(Status.INVALID_ARGS);
    expect(requeue(10, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(requeue(10, b, handleTo(sleeper))).toBe(Status.INVALID_ARGS);
    expect(requeue(10, b, 3)).toBe(Status.BAD_HANDLE);
    expect(requeue(10, b, p.make('event_create', 1, 0)[0])).toBe(Status.WRONG_TYPE);
  });
});
