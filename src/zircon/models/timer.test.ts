/** Timers against their windows: docs/syscalls/timer_set.md says from when until when each may fire. */
import { describe, expect, it } from 'vitest';
import { Signal, Status, TimerSlack } from '../abi/constants.js';
import { TestBench, type TestProcess } from '../testing.js';
import { Dice } from '../vm/test-machine.js';

const { TIMER_SIGNALED } = Signal;
const MODES = [TimerSlack.CENTER, TimerSlack.EARLY, TimerSlack.LATE];
const INFINITE = (1n << 63n) - 1n;

interface ModelTimer {
  readonly handle: number;
  readonly mode: number;
  /** It may fire from the first to the last, both in ns; undefined if it is not set. */
  window: { readonly first: number; readonly last: number } | undefined;
  isSignaled: boolean;
}

class TimerModel {
  private readonly timers: ModelTimer[] = [];

  constructor(
    private readonly bench: TestBench,
    private readonly p: TestProcess,
    private readonly dice: Dice,
  ) {}

  step(): void {
    const { dice, p, timers } = this;
    p.release();
    if (timers.length < 3 || (timers.length < 20 && dice.chance(10))) {
      const mode = dice.pick(MODES);
      const [handle] = p.make('timer_create', 1, mode, 0);
      timers.push({ handle, mode, window: undefined, isSignaled: false });
      return;
    }
    const timer = dice.pick(timers);
    const act = dice.roll(100);
    if (act < 40) this.set(timer);
    else if (act < 50) {
      expect(p.call('timer_cancel', timer.handle)).toBe(Status.OK);
      timer.window = undefined;
      timer.isSignaled = false;
    } else if (act < 55) {
      p.call('handle_close', timer.handle);
      timers.splice(timers.indexOf(timer), 1);
    } else this.bench.kernel.advance(dice.roll(40));
    for (const one of timers) this.check(one);
  }

  private set(timer: ModelTimer): void {
    const { dice } = this;
    const { now } = this.bench.kernel;
    const deadline = dice.chance(10) ? -dice.roll(2) : now + dice.roll(200) - 20;
    const slack = dice.chance(40) ? 0 : dice.roll(60);
    const isEndless = dice.chance(5);
    const until = isEndless ? INFINITE : deadline;
    expect(this.p.call('timer_set', timer.handle, until, -1)).toBe(Status.OUT_OF_RANGE);
    this.check(timer);
    expect(this.p.call('timer_set', timer.handle, until, slack)).toBe(Status.OK);
    timer.isSignaled = !isEndless && deadline <= now;
    const first = timer.mode === TimerSlack.LATE ? deadline : deadline - slack;
    const last = timer.mode === TimerSlack.EARLY ? deadline : deadline + slack;
    timer.window = isEndless || timer.isSignaled ? undefined : { first, last };
  }
  private check(timer: ModelTimer): void {
    const out = this.p.allocate(4);
    const status = this.p.call('object_wait_one', timer.handle, TIMER_SIGNALED, 0, out);
    const isSignaled = (this.p.u32(out) & TIMER_SIGNALED) !== 0;
    expect(status).toBe(isSignaled ? Status.OK : Status.TIMED_OUT);
    const { window } = timer;
    const { now } = this.bench.kernel;
    if (window === undefined) expect(isSignaled).toBe(timer.isSignaled);
    else if (now < window.first) expect(isSignaled).toBe(false);
    else if (now >= window.last) expect(isSignaled).toBe(true);
    if (!isSignaled) return;
    timer.isSignaled = true;
    timer.window = undefined;
  }
  end(): void {
    for (const { handle } of this.timers) this.p.call('handle_close', handle);
  }
}

describe('timers', () => {
  it.each([1, 2, 3, 4])('fire in their windows, once (seed %i)', (seed) => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const model = new TimerModel(bench, p, new Dice(seed));
    const [handles, objects] = [bench.kernel.handles.count, bench.kernel.objects.size];
    for (let i = 0; i < 1000; i++) model.step();
    model.end();
    expect(bench.kernel.scheduler.timerDeadline(0)).toBe(Infinity);
    expect([bench.kernel.handles.count, bench.kernel.objects.size]).toEqual([handles, objects]);
  });

  it('with slack join others, each only in its direction', () => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const timer = (mode: number, deadline: number, slack: number): number => {
      const [handle] = p.make('timer_create', 1, mode, 0);
      expect(p.call('timer_set', handle, deadline, slack)).toBe(Status.OK);
      return handle;
    };
    timer(TimerSlack.CENTER, 1000, 0);
    const late = timer(TimerSlack.LATE, 970, 40);
    const notLate = timer(TimerSlack.EARLY, 975, 40);
    const early = timer(TimerSlack.EARLY, 1030, 40);
    const tooFar = timer(TimerSlack.CENTER, 1060, 40);
    const signaled = (...handles: number[]): boolean[] =>
      handles.map((handle) => p.call('object_wait_one', handle, TIMER_SIGNALED, 0, 0) === Status.OK);
    bench.kernel.advance(975);
    expect(signaled(late, notLate, early, tooFar)).toEqual([false, true, false, false]);
    bench.kernel.advance(25);
    expect(signaled(late, notLate, early, tooFar)).toEqual([true, true, true, false]);
    bench.kernel.advance(60);
    expect(signaled(tooFar)).toEqual([true]);
  });
});
