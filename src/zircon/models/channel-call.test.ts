/** Calls from both ends of a channel among other messages, against plain lists: each answer finds its caller. */
import { describe, expect, it } from 'vitest';
import { Status } from '../abi/constants.js';
import { TestBench, type TestProcess, type TestThread } from '../testing.js';
import { Dice } from '../vm/test-machine.js';

const INFINITE = (1n << 63n) - 1n;
const KERNEL_TXIDS = 0x8000_0000;
/** Every message is a transaction id and a number. */
const BYTES = 8;

interface ModelCall {
  readonly thread: TestThread;
  readonly memory: CallMemory;
  readonly number: number;
  readonly deadline: number;
  readonly room: number;
  /** Known once the message has been read. */
  txid: number | undefined;
}
interface CallMemory {
  readonly args: number;
  readonly request: number;
  readonly answer: number;
  readonly counts: number;
}
interface ModelEnd {
  readonly handle: number;
  /** Messages to be read there: those of calls, and others. */
  queue: { readonly call: ModelCall | undefined; readonly txid: number; readonly number: number }[];
  calls: ModelCall[];
  /** Transaction ids to be answered from there. */
  toAnswer: number[];
}

class CallModel {
  private ends: [ModelEnd, ModelEnd];
  private readonly threads: readonly TestThread[];
  private readonly memories: readonly CallMemory[];
  private readonly scratch: number;
  private next = 1;

  constructor(
    private readonly bench: TestBench,
    private readonly p: TestProcess,
    private readonly dice: Dice,
  ) {
    this.threads = Array.from({ length: 8 }, () => p.newThread());
    this.memories = this.threads.map(() => ({
      args: p.allocate(48),
      request: p.allocate(BYTES),
      answer: p.allocate(BYTES),
      counts: p.allocate(8),
    }));
    this.scratch = p.allocate(64);
    this.ends = this.create();
  }
  private create(): [ModelEnd, ModelEnd] {
    const { p, scratch } = this;
    expect(p.call('channel_create', 0, scratch, scratch + 4)).toBe(Status.OK);
    const end = (handle: number): ModelEnd => ({ handle, queue: [], calls: [], toAnswer: [] });
    return [end(p.u32(scratch)), end(p.u32(scratch + 4))];
  }

  step(): void {
    const { dice } = this;
    const side = dice.roll(2);
    const [end, other] = [this.ends[side], this.ends[1 - side]];
    const act = dice.roll(100);
    if (act < 30) this.call(end, other);
    else if (act < 60) this.read(end);
    else if (act < 85) this.answer(end, other);
    else if (act < 92) this.write(end, other, dice.roll(1000));
    else if (act < 99) this.advance();
    else this.close(end, other);
    const waiting = this.ends.flatMap(({ calls }) => calls.map(({ thread }) => thread));
    for (const thread of this.threads) expect(thread.isBlocked).toBe(waiting.includes(thread));
  }

  private message(at: number, txid: number, number: number): void {
    this.p.write(at, new Uint8Array(Uint32Array.of(txid, number).buffer));
  }
  private call(end: ModelEnd, other: ModelEnd): void {
    const { dice, p } = this;
    const index = dice.roll(this.threads.length);
    const [thread, memory] = [this.threads[index], this.memories[index]];
    if (thread.isBlocked) return;
    const number = this.next;
    this.next += 1;
    const room = dice.chance(20) ? BYTES - 1 : BYTES;
    this.message(memory.request, 77, number);
    const args = new DataView(new ArrayBuffer(48));
    [memory.request, 0, memory.answer, 0].forEach((at, i) => args.setBigUint64(8 * i, BigInt(at), true));
    [BYTES, 0, room, 0].forEach((count, i) => args.setUint32(32 + 4 * i, count, true));
    p.write(memory.args, new Uint8Array(args.buffer));
    const duration = dice.chance(50) ? Infinity : dice.roll(40);
    const deadline = this.bench.kernel.now + duration;
    const until = duration === Infinity ? INFINITE : deadline;
    const counts = [memory.counts, memory.counts + 4];
    const status = thread.start('channel_call_noretry', end.handle, 0, until, memory.args, ...counts);
    const call: ModelCall = { thread, memory, number, deadline, room, txid: undefined };
    other.queue.push({ call, txid: 0, number });
    if (duration > 0) end.calls.push(call);
    else expect(status).toBe(Status.TIMED_OUT);
  }

  private read(end: ModelEnd): void {
    const { p, scratch } = this;
    const status = p.call('channel_read', end.handle, 0, scratch, 0, BYTES, 0, 0, 0);
    const first = end.queue.shift();
    expect(status).toBe(first === undefined ? Status.SHOULD_WAIT : Status.OK);
    if (first === undefined) return;
    const txid = p.u32(scratch);
    expect(p.u32(scratch + 4)).toBe(first.number);
    const { call } = first;
    if (call === undefined) {
      expect(txid).toBe(first.txid);
      return;
    }
    expect(txid).toBeGreaterThanOrEqual(KERNEL_TXIDS);
    call.txid = txid;
    end.toAnswer.push(txid);
    // It belongs to nobody else who waits at that end.
    const theirs = this.ends.find((one) => one.calls.includes(call))?.calls ?? [];
    expect(theirs.filter((one) => one.txid === txid).length).toBeLessThanOrEqual(1);
  }
  private answer(end: ModelEnd, other: ModelEnd): void {
    const { toAnswer } = end;
    if (toAnswer.length === 0) return;
    this.write(end, other, toAnswer.splice(this.dice.roll(toAnswer.length), 1)[0]);
  }
  /** An answer goes to the call that waits for it; whatever else, and what comes too late, to the queue. */
  private write(end: ModelEnd, other: ModelEnd, txid: number): void {
    const number = this.next;
    this.next += 1;
    this.message(this.scratch, txid, number);
    expect(this.p.call('channel_write', end.handle, 0, this.scratch, BYTES, 0, 0)).toBe(Status.OK);
    const call = other.calls.find((one) => one.txid === txid);
    if (call === undefined) {
      other.queue.push({ call: undefined, txid, number });
      return;
    }
    other.calls = other.calls.filter((one) => one !== call);
    const fits = call.room >= BYTES;
    expect([call.thread.isBlocked, call.thread.result]).toEqual([
      false,
      fits ? Status.OK : Status.BUFFER_TOO_SMALL,
    ]);
    expect(this.p.u32(call.memory.counts)).toBe(BYTES);
    if (fits) expect(this.p.u32(call.memory.answer + 4)).toBe(number);
  }

  private advance(): void {
    this.bench.kernel.advance(this.dice.roll(20));
    const { now } = this.bench.kernel;
    for (const end of this.ends) {
      const late = end.calls.filter(({ deadline }) => deadline <= now);
      end.calls = end.calls.filter(({ deadline }) => deadline > now);
      for (const { thread } of late)
        expect([thread.isBlocked, thread.result]).toEqual([false, Status.TIMED_OUT]);
    }
  }
  private close(end: ModelEnd, other: ModelEnd): void {
    expect(this.p.call('handle_close', end.handle)).toBe(Status.OK);
    for (const { thread } of end.calls) expect(thread.result).toBe(Status.CANCELED);
    for (const { thread } of other.calls) expect(thread.result).toBe(Status.PEER_CLOSED);
    this.p.call('handle_close', other.handle);
    this.ends = this.create();
  }
  end(): void {
    const [end, other] = this.ends;
    this.close(end, other);
    for (const { handle } of this.ends) this.p.call('handle_close', handle);
  }
}

describe('calls on channels', () => {
  it.each([1, 2, 3])('behave as lists of who waits for what (seed %i)', (seed) => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const { count } = bench.kernel.handles;
    const model = new CallModel(bench, p, new Dice(seed));
    for (let i = 0; i < 4000; i++) model.step();
    model.end();
    expect(bench.kernel.handles.count).toBe(count);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
});
