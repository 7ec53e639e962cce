/** Ports and futexes against plain lists: random operations, the same packets and wake-ups, nothing left over. */
import { describe, expect, it } from 'vitest';
import { Right, Status } from '../abi/constants.js';
import { TestBench, type TestProcess, type TestThread } from '../testing.js';
import { Dice } from '../vm/test-machine.js';

const INFINITE = (1n << 63n) - 1n;
const SIGNALS = [1 << 24, 1 << 25, 1 << 26, 8];

interface ModelPacket {
  readonly key: number;
  readonly type: number;
  /** Handle watched. */
  readonly source: number;
  readonly trigger: number;
  observed: number;
}
/** A wait from zx_object_wait_async. */
interface ModelWait {
  readonly packet: ModelPacket;
  readonly repeats: boolean;
}
interface ModelEvent {
  readonly handles: number[];
  signals: number;
  waits: ModelWait[];
}

class PortModel {
  private readonly port: number;
  private readonly events: ModelEvent[] = [];
  private queue: ModelPacket[] = [];

  constructor(
    private readonly p: TestProcess,
    private readonly dice: Dice,
  ) {
    [this.port] = p.make('port_create', 1, 0);
  }

  step(): void {
    const { dice, events, p } = this;
    p.release();
    if (events.length < 3 || (events.length < 12 && dice.chance(5))) {
      events.push({ handles: p.make('event_create', 1, 0), signals: 0, waits: [] });
      return;
    }
    const event = dice.pick(events);
    const act = dice.roll(100);
    if (act < 35) this.signal(event);
    else if (act < 55) this.watch(event);
    else if (act < 65) this.cancel(event);
    else if (act < 70) this.queueUser();
    else if (act < 75)
      event.handles.push(...p.make('handle_duplicate', 1, event.handles[0], Right.SAME_RIGHTS));
    else if (act < 79) this.close(event);
    else this.take();
  }

  private mask(): number {
    return SIGNALS.reduce((mask, signal) => mask | (this.dice.chance(40) ? signal : 0), 0);
  }
  private signal(event: ModelEvent): void {
    const [clear, set] = [this.mask(), this.mask()];
    expect(this.p.call('object_signal', event.handles[0], clear, set)).toBe(Status.OK);
    const before = event.signals;
    event.signals = (before & ~clear) | set;
    if (event.signals === before) return;
    for (const wait of [...event.waits].reverse()) this.observe(event, wait);
  }
  private observe(event: ModelEvent, wait: ModelWait): void {
    const { packet } = wait;
    if ((event.signals & packet.trigger) === 0) return;
    if (this.queue.includes(packet)) packet.observed |= event.signals;
    else {
      packet.observed = event.signals;
      this.queue.push(packet);
    }
    if (!wait.repeats) event.waits = event.waits.filter((other) => other !== wait);
  }
  private watch(event: ModelEvent): void {
    const [source, repeats] = [this.dice.pick(event.handles), this.dice.chance(30)];
    const [key, trigger] = [this.dice.roll(3), this.mask()];
    const args = [source, this.port, key, trigger, repeats ? 1 : 0];
    expect(this.p.call('object_wait_async', ...args)).toBe(Status.OK);
    const wait = { packet: { key, type: repeats ? 2 : 1, source, trigger, observed: 0 }, repeats };
    event.waits.push(wait);
    this.observe(event, wait);
  }
  private cancel(event: ModelEvent): void {
    const [source, key] = [this.dice.pick(event.handles), this.dice.roll(3)];
    const concerns = (packet: ModelPacket): boolean => packet.source === source && packet.key === key;
    const found = event.waits.some(({ packet }) => concerns(packet)) || this.queue.some(concerns);
    event.waits = event.waits.filter(({ packet }) => !concerns(packet));
    this.queue = this.queue.filter((packet) => !concerns(packet));
    expect(this.p.call('port_cancel', this.port, source, key)).toBe(found ? Status.OK : Status.NOT_FOUND);
  }
  private queueUser(): void {
    const key = this.dice.roll(1000);
    this.p.call('port_queue', this.port, this.p.words(key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));
    this.queue.push({ key, type: 0, source: 0, trigger: 0, observed: 0 });
  }
  private close(event: ModelEvent): void {
    const handle = event.handles.splice(this.dice.roll(event.handles.length), 1)[0];
    expect(this.p.call('handle_close', handle)).toBe(Status.OK);
    event.waits = event.waits.filter(({ packet }) => packet.source !== handle);
    if (event.handles.length === 0) this.events.splice(this.events.indexOf(event), 1);
  }
  private take(): void {
    const { p } = this;
    const at = p.allocate(48);
    const status = p.call('port_wait', this.port, 0, at);
    const packet = this.queue.shift();
    expect(status).toBe(packet === undefined ? Status.TIMED_OUT : Status.OK);
    if (packet === undefined) return;
    const { key, type, trigger, observed } = packet;
    const got = [p.u64(at), p.u32(at + 8), p.u32(at + 16), p.u32(at + 20)];
    expect(got).toEqual([key, type, trigger, observed]);
  }

  end(): void {
    this.p.call('handle_close', this.port);
    for (const { handles } of this.events) for (const handle of handles) this.p.call('handle_close', handle);
  }
}

describe('ports', () => {
  it('behave as lists of packets', () => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const [handles, objects] = [bench.kernel.handles.count, bench.kernel.objects.size];
    const model = new PortModel(p, new Dice(3));
    for (let i = 0; i < 8000; i++) model.step();
    model.end();
    expect(bench.kernel.handles.count).toBe(handles);
    expect(bench.kernel.objects.size).toBe(objects);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
});

describe('futexes', () => {
  it('behave as lists of threads', () => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const dice = new Dice(8);
    const addresses = [p.words(0), p.words(0), p.words(0)];
    const out = p.allocate(8);
    const threads = Array.from({ length: 12 }, () => p.newThread());
    const handleOf = new Map(threads.map((thread) => [thread, p.process.give(thread.thread)]));
    const queues: TestThread[][] = addresses.map(() => []);
    const owners: (TestThread | undefined)[] = addresses.map(() => undefined);
    const wake = (at: number, count: number, single: boolean): void => {
      owners[at] = undefined;
      for (const thread of queues[at].splice(0, count)) if (single) owners[at] = thread;
    };
    for (let i = 0; i < 6000; i++) {
      const at = dice.roll(3);
      const to = (at + 1 + dice.roll(2)) % 3;
      const thread = dice.pick(threads);
      const owner = dice.chance(50) ? undefined : dice.pick(threads);
      const handle = (owner !== undefined && handleOf.get(owner)) || 0;
      const waits = (...of: number[]): boolean =>
        owner !== undefined && of.some((index) => queues[index].includes(owner));
      const act = dice.roll(4);
      if (act === 0 && !thread.isBlocked) {
        const refused = waits(at) || owner === thread;
        const result = thread.start('futex_wait', addresses[at], 0, handle, INFINITE);
        expect(thread.isBlocked).toBe(!refused);
        if (refused) expect(result).toBe(Status.INVALID_ARGS);
        else {
          queues[at].push(thread);
          owners[at] = owner;
        }
      } else if (act === 1) {
        const count = dice.roll(4);
        expect(p.call('futex_wake', addresses[at], count)).toBe(Status.OK);
        wake(at, count, false);
      } else if (act === 2) {
        expect(p.call('futex_wake_single_owner', addresses[at])).toBe(Status.OK);
        wake(at, 1, true);
      } else if (act === 3) {
        const [count, moved] = [dice.roll(3), dice.roll(4)];
        const args = [addresses[at], count, 0, addresses[to], moved, handle];
        const refused = waits(at, to);
        expect(p.call('futex_requeue', ...args)).toBe(refused ? Status.INVALID_ARGS : Status.OK);
        if (!refused) {
          wake(at, count, false);
          queues[to].push(...queues[at].splice(0, moved));
          owners[to] = owner;
        }
      }
      for (const [index, queue] of queues.entries()) {
        if (queue.length === 0) owners[index] = undefined;
        p.call('futex_get_owner', addresses[index], out);
        expect(p.u64(out)).toBe(owners[index]?.thread.koid ?? 0);
      }
      expect(threads.filter((one) => one.isBlocked).length).toBe(queues.flat().length);
      expect(queues.flat().every((one) => one.isBlocked)).toBe(true);
    }
  });
});
