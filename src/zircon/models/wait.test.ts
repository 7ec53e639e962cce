/** Waits of several threads for events against plain lists: who wakes when, with which status, and what it is told. */
import { describe, expect, it } from 'vitest';
import { Right, Signal, Status } from '../abi/constants.js';
import { TestBench, type TestProcess, type TestThread } from '../testing.js';
import { Dice } from '../vm/test-machine.js';

const INFINITE = (1n << 63n) - 1n;
const SIGNALS = [1 << 24, 1 << 25, 1 << 26, Signal.EVENT_SIGNALED];
const { SIGNAL_HANDLE_CLOSED } = Signal;
/** zx_wait_item_t: handle, signals to wait for, signals seen. */
const ITEM_BYTES = 12;

interface ModelEvent {
  readonly handles: number[];
  signals: number;
}
interface ModelItem {
  readonly event: ModelEvent;
  readonly handle: number;
  readonly signals: number;
  /** Where it is told what was seen. */
  readonly pointer: number;
  seen: number;
}
interface ModelWait {
  readonly thread: TestThread;
  readonly items: readonly ModelItem[];
  readonly deadline: number;
}

class WaitModel {
  private readonly events: ModelEvent[] = [];
  private waits: ModelWait[] = [];
  private readonly threads: readonly TestThread[];
  /** Memory of each thread: waits outlast a step. */
  private readonly memory: readonly number[];

  constructor(
    private readonly bench: TestBench,
    private readonly p: TestProcess,
    private readonly dice: Dice,
  ) {
    this.threads = Array.from({ length: 10 }, () => p.newThread());
    this.memory = this.threads.map(() => p.allocate(16 * ITEM_BYTES));
  }

  step(): void {
    const { dice, events } = this;
    if (events.length < 2 || (events.length < 8 && dice.chance(5))) {
      const out = this.memory[0];
      const thread = this.threads[0];
      if (thread.isBlocked) return this.advance();
      expect(thread.call('event_create', 0, out)).toBe(Status.OK);
      events.push({ handles: [this.p.u32(out)], signals: 0 });
      return;
    }
    const act = dice.roll(100);
    if (act < 40) this.wait();
    else if (act < 65) this.signal(dice.pick(events));
    else if (act < 75) this.advance();
    else if (act < 85) this.duplicate(dice.pick(events));
    else this.close(dice.pick(events));
  }

  private mask(): number {
    return SIGNALS.reduce((mask, signal) => mask | (this.dice.chance(30) ? signal : 0), 0) >>> 0;
  }
  private signal(event: ModelEvent): void {
    const [clear, set] = [this.mask(), this.mask()];
    expect(this.p.call('object_signal', event.handles[0], clear, set)).toBe(Status.OK);
    event.signals = ((event.signals & ~clear) | set) >>> 0;
    for (const wait of [...this.waits]) {
      const items = wait.items.filter((item) => item.event === event);
      for (const item of items) item.seen = (item.seen | event.signals) >>> 0;
      if (items.some((item) => (event.signals & item.signals) !== 0)) this.ends(wait, Status.OK);
    }
  }
  private advance(): void {
    const duration = this.dice.roll(30);
    this.bench.kernel.advance(duration);
    const { now } = this.bench.kernel;
    for (const wait of [...this.waits]) if (wait.deadline <= now) this.ends(wait, Status.TIMED_OUT);
  }
  private duplicate(event: ModelEvent): void {
    const { memory, threads } = this;
    const at = threads.findIndex((thread) => !thread.isBlocked);
    if (at < 0) return;
    const thread = threads[at];
    expect(thread.call('handle_duplicate', event.handles[0], Right.SAME_RIGHTS, memory[at])).toBe(Status.OK);
    event.handles.push(this.p.u32(memory[at]));
  }
  /** Closes one of its handles, or replaces it: that ends the waits through it alike. */
  private close(event: ModelEvent): void {
    const { dice, events, p } = this;
    const [handle] = event.handles.splice(dice.roll(event.handles.length), 1);
    const free = this.threads.findIndex((thread) => !thread.isBlocked);
    if (free >= 0 && dice.chance(30)) {
      const out = this.memory[free];
      expect(p.call('handle_replace', handle, Right.SAME_RIGHTS, out)).toBe(Status.OK);
      event.handles.push(p.u32(out));
    } else expect(p.call('handle_close', handle)).toBe(Status.OK);
    if (event.handles.length === 0) events.splice(events.indexOf(event), 1);
    for (const wait of [...this.waits]) {
      const items = wait.items.filter((item) => item.handle === handle);
      for (const item of items) item.seen = (item.seen | SIGNAL_HANDLE_CLOSED) >>> 0;
      if (items.length > 0) this.ends(wait, Status.CANCELED);
    }
  }

  private wait(): void {
    const { dice, events, p } = this;
    const index = dice.roll(this.threads.length);
    const thread = this.threads[index];
    if (thread.isBlocked) return;
    const isMany = dice.chance(60);
    const items = Array.from({ length: isMany ? dice.roll(5) : 1 }, (_, i): ModelItem => {
      const event = dice.pick(events);
      const pointer = this.memory[index] + i * ITEM_BYTES + 8;
      return { event, handle: dice.pick(event.handles), signals: this.mask(), pointer, seen: event.signals };
    });
    const duration = dice.chance(20) ? Infinity : dice.roll(100) - 10;
    const deadline = this.bench.kernel.now + duration;
    const until = deadline === Infinity ? INFINITE : deadline;
    items.forEach(({ handle, signals, pointer }) =>
      p.write(pointer - 8, new Uint8Array(Uint32Array.of(handle, signals, 0).buffer)),
    );
    const status = isMany
      ? thread.start('object_wait_many', this.memory[index], items.length, until)
      : thread.start('object_wait_one', items[0].handle, items[0].signals, until, items[0].pointer);
    const wait = { thread, items, deadline };
    const isSatisfied = items.some(({ event, signals }) => (event.signals & signals) !== 0);
    if (isSatisfied || duration <= 0) {
      expect(status).toBe(isSatisfied ? Status.OK : Status.TIMED_OUT);
      this.checkItems(wait);
      return;
    }
    expect(thread.isBlocked).toBe(true);
    this.waits.push(wait);
  }
  private ends(wait: ModelWait, status: number): void {
    this.waits = this.waits.filter((other) => other !== wait);
    expect([wait.thread.isBlocked, wait.thread.result]).toEqual([false, status]);
    this.checkItems(wait);
  }
  private checkItems({ items }: ModelWait): void {
    for (const { pointer, seen } of items) expect(this.p.u32(pointer)).toBe(seen);
  }

  check(): void {
    const waiting = this.waits.map(({ thread }) => thread);
    for (const thread of this.threads) expect(thread.isBlocked).toBe(waiting.includes(thread));
  }
  end(): void {
    for (const { handles } of this.events) for (const handle of handles) this.p.call('handle_close', handle);
    this.bench.kernel.advance(1000);
    // What still waits, waits for nothing, and for ever.
    const left = this.waits.filter(({ items, deadline }) => items.length > 0 || deadline !== Infinity);
    for (const { thread } of left) expect(thread.isBlocked).toBe(false);
  }
}

describe('waits for objects', () => {
  it.each([1, 2, 3])('behave as lists of what is waited for (seed %i)', (seed) => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const model = new WaitModel(bench, p, new Dice(seed));
    const [handles, objects] = [bench.kernel.handles.count, bench.kernel.objects.size];
    for (let i = 0; i < 4000; i++) {
      model.step();
      model.check();
    }
    model.end();
    expect(bench.kernel.handles.count).toBe(handles);
    expect(bench.kernel.objects.size).toBe(objects);
  });
});
