/** Virtual interrupts, bound to a port with other packets or waited for, against plain lists. */
import { describe, expect, it } from 'vitest';
import { PacketType, Status } from '../abi/constants.js';
import { TestBench, type TestProcess, type TestThread } from '../testing.js';
import { Dice } from '../vm/test-machine.js';

const VIRTUAL = 0x10;
const BIND_TO_INTERRUPT = 1;

interface ModelInterrupt {
  readonly handle: number;
  /** Under which it is bound. */
  key: number | undefined;
  /** Time of the trigger that nobody has been told of. */
  pending: number | undefined;
  /** What is in the port's queue of interrupts. */
  queued: number | undefined;
  needsAck: boolean;
  isDestroyed: boolean;
  readonly waiters: { readonly thread: TestThread; readonly out: number }[];
}

class InterruptModel {
  private readonly port: number;
  private readonly interrupts: ModelInterrupt[] = [];
  /** In the order in which they came to the port. */
  private queue: ModelInterrupt[] = [];
  private readonly users: number[] = [];
  private readonly threads: readonly TestThread[];
  private readonly memory: readonly number[];
  private readonly packet: number;

  constructor(
    private readonly p: TestProcess,
    private readonly dice: Dice,
  ) {
    [this.port] = p.make('port_create', 1, BIND_TO_INTERRUPT);
    this.threads = Array.from({ length: 5 }, () => p.newThread());
    this.memory = this.threads.map(() => p.allocate(8));
    this.packet = p.allocate(48);
  }

  step(): void {
    const { dice, interrupts } = this;
    if (interrupts.length < 2 || (interrupts.length < 6 && dice.chance(5))) return this.create();
    const interrupt = dice.pick(interrupts);
    const act = dice.roll(100);
    if (act < 30) this.trigger(interrupt);
    else if (act < 40) this.bind(interrupt);
    else if (act < 55) this.wait(interrupt);
    else if (act < 70) this.acknowledge(interrupt);
    else if (act < 90) this.take();
    else if (act < 94) this.queueUser();
    else if (act < 97) this.destroy(interrupt);
    else this.close(interrupt);
  }

  private create(): void {
    const { p, packet } = this;
    expect(p.call('interrupt_create', 0, 0, VIRTUAL, packet)).toBe(Status.OK);
    const nothing = { key: undefined, pending: undefined, queued: undefined };
    this.interrupts.push({
      handle: p.u32(packet),
      ...nothing,
      needsAck: false,
      isDestroyed: false,
      waiters: [],
    });
  }
  private trigger(interrupt: ModelInterrupt): void {
    const time = this.dice.roll(1e6);
    const status = this.p.call('interrupt_trigger', interrupt.handle, 0, time);
    expect(status).toBe(interrupt.isDestroyed ? Status.CANCELED : Status.OK);
    if (interrupt.isDestroyed) return;
    interrupt.pending ??= time;
    this.report(interrupt);
  }
  private report(interrupt: ModelInterrupt): void {
    const { pending } = interrupt;
    if (pending === undefined) return;
    if (interrupt.key !== undefined) {
      if (interrupt.needsAck) return;
      // A packet that is still there tells the newer time.
      if (!this.queue.includes(interrupt)) this.queue.push(interrupt);
      interrupt.queued = pending;
      interrupt.needsAck = true;
    } else {
      const waiter = interrupt.waiters.shift();
      if (waiter === undefined) return;
      expect([waiter.thread.isBlocked, waiter.thread.result]).toEqual([false, Status.OK]);
      expect(this.p.u64(waiter.out)).toBe(pending);
    }
    interrupt.pending = undefined;
  }
  private bind(interrupt: ModelInterrupt): void {
    const key = this.dice.roll(100);
    const status = this.p.call('interrupt_bind', interrupt.handle, this.port, key, 0);
    if (interrupt.isDestroyed) expect(status).toBe(Status.CANCELED);
    else if (interrupt.key !== undefined) expect(status).toBe(Status.ALREADY_BOUND);
    else if (interrupt.waiters.length > 0) expect(status).toBe(Status.BAD_STATE);
    else {
      expect(status).toBe(Status.OK);
      interrupt.key = key;
      this.report(interrupt);
    }
  }
  private wait(interrupt: ModelInterrupt): void {
    const index = this.threads.findIndex((thread) => !thread.isBlocked);
    if (index < 0) return;
    const [thread, out] = [this.threads[index], this.memory[index]];
    const status = thread.start('interrupt_wait', interrupt.handle, out);
    if (interrupt.isDestroyed) expect(status).toBe(Status.CANCELED);
    else if (interrupt.key !== undefined) expect(status).toBe(Status.BAD_STATE);
    else {
      expect(thread.isBlocked).toBe(interrupt.pending === undefined);
      interrupt.waiters.push({ thread, out });
      this.report(interrupt);
    }
  }
  private acknowledge(interrupt: ModelInterrupt): void {
    const status = this.p.call('interrupt_ack', interrupt.handle);
    if (interrupt.isDestroyed) expect(status).toBe(Status.CANCELED);
    else if (interrupt.key === undefined) expect(status).toBe(Status.BAD_STATE);
    else {
      expect(status).toBe(Status.OK);
      interrupt.needsAck = false;
      this.report(interrupt);
    }
  }
  private queueUser(): void {
    const key = this.dice.roll(1000);
    this.p.write(this.packet, new Uint8Array(Uint32Array.of(key, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0).buffer));
    expect(this.p.call('port_queue', this.port, this.packet)).toBe(Status.OK);
    this.users.push(key);
  }
  /** Interrupts go before all others. */
  private take(): void {
    const { p, packet } = this;
    const status = p.call('port_wait', this.port, 0, packet);
    const interrupt = this.queue.shift();
    if (interrupt !== undefined) {
      expect(status).toBe(Status.OK);
      expect([p.u64(packet), p.u32(packet + 8), p.u64(packet + 16)]).toEqual([
        interrupt.key,
        PacketType.INTERRUPT,
        interrupt.queued,
      ]);
      return;
    }
    const key = this.users.shift();
    expect(status).toBe(key === undefined ? Status.TIMED_OUT : Status.OK);
    if (key !== undefined) expect([p.u64(packet), p.u32(packet + 8)]).toEqual([key, PacketType.USER]);
  }
  private destroy(interrupt: ModelInterrupt): void {
    const isQueued = this.queue.includes(interrupt);
    const isRead = interrupt.key !== undefined && interrupt.needsAck && !isQueued;
    const status = this.p.call('interrupt_destroy', interrupt.handle);
    expect(status).toBe(isRead ? Status.NOT_FOUND : Status.OK);
    this.gone(interrupt);
  }
  private close(interrupt: ModelInterrupt): void {
    expect(this.p.call('handle_close', interrupt.handle)).toBe(Status.OK);
    this.interrupts.splice(this.interrupts.indexOf(interrupt), 1);
    this.gone(interrupt);
  }
  private gone(interrupt: ModelInterrupt): void {
    this.queue = this.queue.filter((other) => other !== interrupt);
    interrupt.isDestroyed = true;
    interrupt.key = undefined;
    for (const { thread } of interrupt.waiters.splice(0))
      expect([thread.isBlocked, thread.result]).toEqual([false, Status.CANCELED]);
  }

  end(): void {
    this.p.call('handle_close', this.port);
    for (const { handle } of this.interrupts) this.p.call('handle_close', handle);
  }
}

describe('virtual interrupts', () => {
  it.each([1, 2, 3])('behave as lists of triggers (seed %i)', (seed) => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const [handles, objects] = [bench.kernel.handles.count, bench.kernel.objects.size];
    const model = new InterruptModel(p, new Dice(seed));
    const threads = bench.kernel.objects.size - objects - 1;
    for (let i = 0; i < 4000; i++) model.step();
    model.end();
    expect(bench.kernel.handles.count).toBe(handles);
    expect(bench.kernel.objects.size).toBe(objects + threads);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
});
