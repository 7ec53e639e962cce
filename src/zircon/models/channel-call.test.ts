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
  /** Its thread was suspended, and has not come back. */
  isAway: boolean;
  /** How it has ended in the meantime. */
  outcome: { readonly status: number; readonly number?: number } | undefined;
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
  /** Who has left a call, and not come back to it, in that order. */
  private readonly away = new Map<TestThread, ModelCall>();

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
    if (dice.chance(15)) this.suspend();
    if (dice.chance(20)) this.comeBack();
    const waiting = this.ends.flatMap(({ calls }) =>
      calls.flatMap((one) => (one.isAway ? [] : [one.thread])),
    );
    for (const thread of this.threads) expect(thread.isBlocked).toBe(waiting.includes(thread));
  }

  private message(at: number, txid: number, number: number): void {
    this.p.write(at, new Uint8Array(Uint32Array.of(txid, number).buffer));
  }
  private call(end: ModelEnd, other: ModelEnd): void {
    const { dice, p } = this;
    const index = dice.roll(this.threads.length);
    const [thread, memory] = [this.threads[index], this.memories[index]];
    if (thread.isBlocked || this.away.has(thread)) return;
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
    const known = { txid: undefined, isAway: false, outcome: undefined };
    const call: ModelCall = { thread, memory, number, deadline, room, ...known };
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
    this.ended(call, call.room >= BYTES ? Status.OK : Status.BUFFER_TOO_SMALL, number);
  }
  /** A call has ended, by an answer with a number or without: its thread is told when it comes back. */
  private ended(call: ModelCall, status: number, number?: number): void {
    if (call.isAway) call.outcome = { status, ...(number === undefined ? {} : { number }) };
    else {
      expect(call.thread.isBlocked).toBe(false);
      this.told(call, call.thread.result, status, number);
    }
  }
  private told(call: ModelCall, result: number, status: number, number?: number): void {
    expect(result).toBe(status);
    if (number === undefined) return;
    expect(this.p.u32(call.memory.counts)).toBe(BYTES);
    if (status === Status.OK) expect(this.p.u32(call.memory.answer + 4)).toBe(number);
  }

  /** A thread in a call leaves it. */
  private suspend(): void {
    const calls = this.ends.flatMap((end) => end.calls).filter(({ isAway }) => !isAway);
    if (calls.length === 0) return;
    const call = this.dice.pick(calls);
    call.isAway = true;
    call.thread.thread.suspend();
    this.away.set(call.thread, call);
    expect([call.thread.isBlocked, call.thread.result]).toEqual([false, Status.INTERNAL_INTR_RETRY]);
  }
  private comeBack(): void {
    const [call] = this.away.values();
    if (call === undefined) return;
    const { thread, memory, deadline, outcome } = call;
    this.away.delete(thread);
    call.isAway = false;
    thread.thread.resume();
    const until = deadline === Infinity ? INFINITE : deadline;
    const counts = [memory.counts, memory.counts + 4];
    const result = thread.start('channel_call_finish', until, memory.args, ...counts);
    if (outcome !== undefined) return this.told(call, Number(result), outcome.status, outcome.number);
    if (deadline > this.bench.kernel.now) return expect(thread.isBlocked).toBe(true);
    expect(result).toBe(Status.TIMED_OUT);
    for (const end of this.ends) end.calls = end.calls.filter((one) => one !== call);
  }

  private advance(): void {
    this.bench.kernel.advance(this.dice.roll(20));
    const { now } = this.bench.kernel;
    for (const end of this.ends) {
      const late = end.calls.filter(({ deadline, isAway }) => deadline <= now && !isAway);
      end.calls = end.calls.filter((call) => !late.includes(call));
      for (const call of late) this.ended(call, Status.TIMED_OUT);
    }
  }
  private close(end: ModelEnd, other: ModelEnd): void {
    expect(this.p.call('handle_close', end.handle)).toBe(Status.OK);
    for (const call of end.calls) this.ended(call, Status.CANCELED);
    for (const call of other.calls) this.ended(call, Status.PEER_CLOSED);
    this.p.call('handle_close', other.handle);
    this.ends = this.create();
  }
  end(): void {
    while (this.away.size > 0) this.comeBack();
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
