/** Channels against queues of plain values: random operations, the same results and signals, nothing left over. */
import { describe, expect, it } from 'vitest';
import { Signal, Status } from '../abi/constants.js';
import { Channel } from '../objects/channel.js';
import { TestBench, type TestProcess } from '../testing.js';
import { Dice } from '../vm/test-machine.js';

interface ModelMessage {
  readonly bytes: Uint8Array;
  /** Koids. */
  readonly sent: readonly number[];
}
interface ModelEnd {
  handle: number;
  readonly queue: ModelMessage[];
  isOpen: boolean;
}

class ChannelModel {
  private ends!: [ModelEnd, ModelEnd];
  private readonly events: number[] = [];

  constructor(
    private readonly p: TestProcess,
    private readonly dice: Dice,
  ) {
    this.renew();
  }

  private renew(): void {
    const [one, other] = this.p.make('channel_create', 2, 0);
    const end = (handle: number): ModelEnd => ({ handle, queue: [], isOpen: true });
    this.ends = [end(one), end(other)];
  }
  private koid(handle: number): number {
    return this.p.process.handles.get(handle)?.object.koid ?? 0;
  }

  step(): void {
    const { dice, ends } = this;
    this.p.release();
    const side = dice.roll(2);
    if (!ends[side].isOpen) return ends[1 - side].isOpen ? this.act(1 - side) : this.renew();
    this.act(side);
  }
  private act(side: number): void {
    const [end, other] = [this.ends[side], this.ends[1 - side]];
    if (this.dice.chance(2)) this.close(end);
    else if (this.dice.chance(50)) this.write(end, other);
    else this.read(end, other);
    if (end.isOpen) this.checkSignals(end, other);
  }

  private write(end: ModelEnd, other: ModelEnd): void {
    const { dice, p } = this;
    const bytes = Uint8Array.from({ length: dice.roll(40) }, () => dice.roll(256));
    const handles = Array.from({ length: dice.roll(4) }, () => this.events.pop() ?? this.newEvent());
    const sent = handles.map((handle) => this.koid(handle));
    const args = [p.allocate(bytes), bytes.length, p.words(...handles), handles.length];
    const status = p.call('channel_write', end.handle, 0, ...args);
    expect(status).toBe(other.isOpen ? Status.OK : Status.PEER_CLOSED);
    expect(handles.every((handle) => p.process.handles.get(handle) === undefined)).toBe(true);
    if (other.isOpen) other.queue.push({ bytes, sent });
  }
  private newEvent(): number {
    return this.p.make('event_create', 1, 0)[0];
  }

  private read(end: ModelEnd, other: ModelEnd): void {
    const { dice, p } = this;
    const [size, count, discards] = [dice.roll(50), dice.roll(5), dice.chance(20)];
    const [data, handles, actual] = [p.allocate(size), p.allocate(count * 4), p.words(0, 0)];
    const args = [end.handle, discards ? 1 : 0, data, handles, size, count, actual, actual + 4];
    const status = p.call('channel_read', ...args);
    const message = end.queue.at(0);
    if (message === undefined) {
      expect(status).toBe(other.isOpen ? Status.SHOULD_WAIT : Status.PEER_CLOSED);
      return;
    }
    expect([p.u32(actual), p.u32(actual + 4)]).toEqual([message.bytes.length, message.sent.length]);
    if (message.bytes.length > size || message.sent.length > count) {
      expect(status).toBe(Status.BUFFER_TOO_SMALL);
      if (discards) end.queue.shift();
      return;
    }
    end.queue.shift();
    expect(status).toBe(Status.OK);
    expect(p.read(data, message.bytes.length)).toEqual(message.bytes);
    const got = message.sent.map((_, i) => p.u32(handles + 4 * i));
    expect(got.map((handle) => this.koid(handle))).toEqual(message.sent);
    this.events.push(...got);
  }

  private close(end: ModelEnd): void {
    end.isOpen = false;
    end.queue.length = 0;
    expect(this.p.call('handle_close', end.handle)).toBe(Status.OK);
  }
  private checkSignals(end: ModelEnd, other: ModelEnd): void {
    const readable = end.queue.length > 0 ? Signal.CHANNEL_READABLE : 0;
    const peer = other.isOpen ? Signal.CHANNEL_WRITABLE : Signal.CHANNEL_PEER_CLOSED;
    expect(this.p.process.handles.get(end.handle)?.object.signals).toBe(readable | peer);
  }

  end(): void {
    this.p.release();
    for (const end of this.ends) if (end.isOpen) this.close(end);
    this.p.call('handle_close_many', this.p.words(...this.events), this.events.length);
  }
}

describe('channels', () => {
  it('behave as queues', () => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const [handles, objects] = [bench.kernel.handles.count, bench.kernel.objects.size];
    const model = new ChannelModel(p, new Dice(11));
    for (let i = 0; i < 6000; i++) model.step();
    model.end();
    expect(bench.kernel.handles.count).toBe(handles);
    expect(bench.kernel.objects.size).toBe(objects);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });

  it('that only hold each other go with the last process that could reach them', () => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const [handles, objects] = [bench.kernel.handles.count, bench.kernel.objects.size];
    const lost = bench.newProcess();
    const dice = new Dice(77);
    const ends: number[] = [];
    const kept = p.make('channel_create', 2, 0);
    for (let i = 0; i < 400; i++) {
      lost.release();
      if (ends.length < 8) ends.push(...lost.make('channel_create', 2, 0));
      const through = dice.pick(ends);
      const sent = dice.pick(ends.filter((end) => end !== through));
      lost.call('channel_write', through, 0, 0, 0, lost.words(sent), 1);
      ends.splice(ends.indexOf(sent), 1);
    }
    p.call('channel_write', kept[0], 0, 0, 0, p.words(p.make('channel_create', 2, 0)[0]), 1);
    lost.process.kill();
    expect(bench.kernel.ipc.handlesInTransit).toBe(1);
    p.process.kill();
    expect(bench.kernel.ipc.bytes).toBe(0);
    expect(bench.kernel.ipc.handlesInTransit).toBe(0);
    expect(bench.kernel.handles.count).toBe(handles);
    expect([...bench.kernel.objects.values()].filter((object) => object instanceof Channel)).toEqual([]);
    expect(bench.kernel.objects.size).toBeLessThanOrEqual(objects);
  });
});
