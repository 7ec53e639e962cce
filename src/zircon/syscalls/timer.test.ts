import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Signal, Status, TimerSlack } from '../abi/constants.js';
import { Resource } from '../objects/resource.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';
import { BLOCKED } from './call.js';

const { TIMER_SIGNALED } = Signal;
let bench: TestBench;
let p: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
  bench.kernel.advance(1000);
});
const timer = (mode: number = TimerSlack.CENTER): number => p.make('timer_create', 1, mode, 0)[0];
const isSignaled = (handle: number): boolean =>
  ((p.process.handles.get(handle)?.object.signals ?? 0) & TIMER_SIGNALED) !== 0;
/** Virtual time at which the timer signals. */
function fireTime(handle: number): number {
  while (!isSignaled(handle)) bench.kernel.advance(1);
  return bench.kernel.now;
}

describe('timers', () => {
  it('signal once their deadline passes', () => {
    const one = timer();
    expect(p.call('timer_set', one, 1500, 0)).toBe(Status.OK);
    bench.kernel.advance(499);
    expect(isSignaled(one)).toBe(false);
    bench.kernel.advance(1);
    expect(isSignaled(one)).toBe(true);
    expect(p.call('timer_set', one, 2000, 0)).toBe(Status.OK);
    expect(isSignaled(one)).toBe(false);
    expect(fireTime(one)).toBe(2000);
  });
  it('signal at once for the past, never for infinity', () => {
    const one = timer();
    for (const deadline of [0, -5, 1000]) {
      p.call('timer_set', one, deadline, 0);
      expect(isSignaled(one)).toBe(true);
      expect(p.call('timer_cancel', one)).toBe(Status.OK);
      expect(isSignaled(one)).toBe(false);
    }
    p.call('timer_set', one, (1n << 63n) - 1n, 0);
    expect(bench.kernel.scheduler.timerDeadline(0)).toBe(Infinity);
  });
  it('can be set anew, canceled and closed while pending', () => {
    const [one, two] = [timer(), timer()];
    p.call('timer_set', one, 1100, 0);
    p.call('timer_set', one, 1300, 0);
    p.call('timer_set', two, 1200, 0);
    p.call('timer_cancel', two);
    expect(fireTime(one)).toBe(1300);
    expect(isSignaled(two)).toBe(false);
    p.call('timer_set', two, 5000, 0);
    p.call('handle_close', two);
    expect(bench.kernel.scheduler.timerDeadline(0)).toBe(Infinity);
  });
  it('join others within their slack, in the direction of their mode', () => {
    const fires = (mode: number, slack: number): number => {
      const [other, earlier, one] = [timer(), timer(), timer(mode)];
      const start = bench.kernel.now;
      p.call('timer_set', other, start + 350, 0);
      p.call('timer_set', earlier, start + 200, 0);
      p.call('timer_set', one, start + 250, slack);
      const time = fireTime(one) - start;
      bench.kernel.advance(1000);
      return time;
    };
    expect(fires(TimerSlack.LATE, 110)).toBe(350);
    expect(fires(TimerSlack.LATE, 90)).toBe(250);
    expect(fires(TimerSlack.EARLY, 110)).toBe(200);
    expect(fires(TimerSlack.EARLY, 40)).toBe(250);
    expect(fires(TimerSlack.CENTER, 110)).toBe(200);
    expect(fires(TimerSlack.CENTER, 0)).toBe(250);
  });
  it('check their arguments', () => {
    const one = timer();
    const out = p.allocate(4);
    const [weak] = p.make('handle_duplicate', 1, one, Right.WAIT);
    expect(p.call('timer_create', 3, 0, out)).toBe(Status.INVALID_ARGS);
    expect(p.call('timer_create', 0, 1, out)).toBe(Status.INVALID_ARGS);
    expect(p.call('timer_create', 0, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(p.call('timer_set', one, 0, -1)).toBe(Status.OUT_OF_RANGE);
    expect(p.call('timer_set', weak, 0, 0)).toBe(Status.ACCESS_DENIED);
    expect(p.call('timer_cancel', weak)).toBe(Status.ACCESS_DENIED);
    expect(p.call('timer_set', 3, 0, 0)).toBe(Status.BAD_HANDLE);
  });
});

describe('clocks', () => {
  const [MONOTONIC, UTC, THREAD] = [0, 1, 2];
  it('tell their times', () => {
    const out = p.allocate(8);
    expect(p.call('clock_get_monotonic')).toBe(1000);
    expect(p.call('clock_get', MONOTONIC)).toBe(1000);
    expect(p.call('clock_get', 3)).toBe(0);
    expect(p.call('clock_get_new', 3, out)).toBe(Status.INVALID_ARGS);
    expect(p.call('clock_get_new', MONOTONIC, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    p.thread.thread.runtime = 40;
    p.thread.thread.runStart = 990;
    expect(p.call('clock_get_new', THREAD, out)).toBe(Status.OK);
    expect(p.u64(out)).toBe(50);
  });
  it('let the root resource set UTC', () => {
    const root = p.process.give(Resource.root(bench.kernel));
    expect(p.call('clock_adjust', root, UTC, 10n ** 18n)).toBe(Status.OK);
    const out = p.allocate(8);
    p.call('clock_get_new', UTC, out);
    expect(new DataView(p.read(out, 8).buffer).getBigInt64(0, true)).toBe(10n ** 18n + 1000n);
    expect(p.call('clock_adjust', root, MONOTONIC, 1)).toBe(Status.ACCESS_DENIED);
    expect(p.call('clock_adjust', root, 7, 1)).toBe(Status.INVALID_ARGS);
    expect(p.call('clock_adjust', timer(), UTC, 1)).toBe(Status.WRONG_TYPE);
  });
});

describe('nanosleep', () => {
  it('returns OK at its deadline', () => {
    expect(p.thread.start('nanosleep', 1700)).toBe(BLOCKED);
    bench.kernel.advance(699);
    expect(p.thread.isBlocked).toBe(true);
    bench.kernel.advance(1);
    expect(p.thread.result).toBe(Status.OK);
    expect(p.call('nanosleep', 900)).toBe(Status.OK);
  });
  it('yields for 0 and less', () => {
    const { scheduler } = bench.kernel;
    const other = bench.newProcess().thread.thread;
    const choose = (): number | undefined => scheduler.choose(0)?.koid;
    scheduler.ready(p.thread.thread);
    expect(choose()).toBe(p.thread.thread.koid);
    scheduler.ready(other);
    for (const deadline of [0, -5]) {
      expect(scheduler.keepsRunning(0)).toBe(true);
      expect(p.call('nanosleep', deadline)).toBe(Status.OK);
      expect(scheduler.keepsRunning(0)).toBe(false);
      expect(choose()).toBe(other.koid);
      scheduler.yieldCore();
      expect(choose()).toBe(p.thread.thread.koid);
    }
  });
});
