/** The control plane of sockets, and sockets over sockets, against one slot each: nothing is lost, doubled or left over. */
import { describe, expect, it } from 'vitest';
import { Right, Signal, SocketOption, Status } from '../abi/constants.js';
import { TestBench, type TestProcess } from '../testing.js';
import { Dice } from '../vm/test-machine.js';

const { CONTROL, HAS_ACCEPT, HAS_CONTROL } = SocketOption;
const { SOCKET_ACCEPT, SOCKET_CONTROL_READABLE, SOCKET_CONTROL_WRITABLE, SOCKET_SHARE } = Signal;
const CONTROL_MAX = 1024;

interface ModelEnd {
  readonly handle: number;
  isOpen: boolean;
  /** What can be read there. */
  control: Uint8Array | undefined;
  /** Koid of the socket that can be accepted there. */
  shared: number | undefined;
}

class ControlModel {
  private ends: [ModelEnd, ModelEnd];
  private options = 0;

  constructor(
    private readonly p: TestProcess,
    private readonly dice: Dice,
  ) {
    this.ends = this.create();
  }
  private create(): [ModelEnd, ModelEnd] {
    this.options = this.dice.pick([HAS_CONTROL, HAS_ACCEPT, HAS_CONTROL | HAS_ACCEPT]);
    const [one, other] = this.p.make('socket_create', 2, this.options);
    const end = (handle: number): ModelEnd => ({
      handle,
      isOpen: true,
      control: undefined,
      shared: undefined,
    });
    return [end(one), end(other)];
  }
  private has(option: number): boolean {
    return (this.options & option) !== 0;
  }

  step(): void {
    const { dice } = this;
    this.p.release();
    const side = dice.roll(2);
    const [end, other] = [this.ends[side], this.ends[1 - side]];
    if (!end.isOpen) {
      if (!other.isOpen) this.ends = this.create();
      return;
    }
    const act = dice.roll(100);
    if (act < 30) this.write(end, other);
    else if (act < 55) this.read(end, other);
    else if (act < 75) this.share(end, other);
    else if (act < 95) this.accept(end);
    else this.close(end);
    for (const one of this.ends) if (one.isOpen) this.checkSignals(one);
  }

  private write(end: ModelEnd, other: ModelEnd): void {
    const size = this.dice.chance(10) ? CONTROL_MAX + 1 : 1 + this.dice.roll(CONTROL_MAX);
    const bytes = Uint8Array.from({ length: size }, () => this.dice.roll(256));
    const actual = this.p.allocate(8);
    const args = [end.handle, CONTROL, this.p.allocate(bytes), size, actual];
    const status = this.p.call('socket_write', ...args);
    if (!this.has(HAS_CONTROL)) expect(status).toBe(Status.BAD_STATE);
    else if (!other.isOpen) expect(status).toBe(Status.PEER_CLOSED);
    else if (size > CONTROL_MAX) expect(status).toBe(Status.OUT_OF_RANGE);
    else if (other.control !== undefined) expect(status).toBe(Status.SHOULD_WAIT);
    else {
      expect([status, this.p.u64(actual)]).toEqual([Status.OK, size]);
      other.control = bytes;
    }
  }
  /** A message that does not fit is cut off. */
  private read(end: ModelEnd, other: ModelEnd): void {
    const size = this.dice.chance(30) ? this.dice.roll(20) : CONTROL_MAX;
    const [buffer, actual] = [this.p.allocate(CONTROL_MAX), this.p.allocate(8)];
    const status = this.p.call('socket_read', end.handle, CONTROL, buffer, size, actual);
    const { control } = end;
    if (!this.has(HAS_CONTROL)) expect(status).toBe(Status.BAD_STATE);
    else if (control === undefined)
      expect(status).toBe(other.isOpen ? Status.SHOULD_WAIT : Status.PEER_CLOSED);
    else {
      const expected = control.subarray(0, size);
      expect([status, this.p.u64(actual)]).toEqual([Status.OK, expected.length]);
      expect(this.p.read(buffer, expected.length)).toEqual(new Uint8Array(expected));
      end.control = undefined;
    }
  }

  /** Whatever comes of it, the caller has the socket no more. */
  private share(end: ModelEnd, other: ModelEnd): void {
    const { dice, p } = this;
    const cannotBeShared = dice.chance(10);
    const [one, rest] = p.make('socket_create', 2, cannotBeShared ? HAS_ACCEPT : 0);
    const [socket] = p.make('handle_replace', 1, one, dice.chance(10) ? Right.READ : Right.SAME_RIGHTS);
    const handle = p.process.handles.get(socket);
    const isTransferable = ((handle?.rights ?? 0) & Right.TRANSFER) !== 0;
    const koid = handle?.object.koid ?? 0;
    const status = p.call('socket_share', end.handle, socket);
    expect(p.process.handles.get(socket)).toBe(undefined);
    const problems = [
      [!isTransferable, Status.ACCESS_DENIED],
      [cannotBeShared, Status.BAD_STATE],
      [!this.has(HAS_ACCEPT), Status.NOT_SUPPORTED],
      [!other.isOpen, Status.PEER_CLOSED],
      [other.shared !== undefined, Status.SHOULD_WAIT],
    ] as const;
    const first = problems.find(([applies]) => applies);
    expect(status).toBe(first?.[1] ?? Status.OK);
    if (first === undefined) other.shared = koid;
    p.call('handle_close', rest);
  }
  private accept(end: ModelEnd): void {
    const { p } = this;
    const out = p.allocate(4);
    const status = p.call('socket_accept', end.handle, out);
    if (!this.has(HAS_ACCEPT)) expect(status).toBe(Status.NOT_SUPPORTED);
    else if (end.shared === undefined) expect(status).toBe(Status.SHOULD_WAIT);
    else {
      expect(status).toBe(Status.OK);
      expect(p.process.handles.get(p.u32(out))?.object.koid).toBe(end.shared);
      expect(p.call('handle_close', p.u32(out))).toBe(Status.OK);
      end.shared = undefined;
    }
  }

  private close(end: ModelEnd): void {
    expect(this.p.call('handle_close', end.handle)).toBe(Status.OK);
    end.isOpen = false;
    end.control = end.shared = undefined;
  }
  private checkSignals(end: ModelEnd): void {
    const other = this.ends[end === this.ends[0] ? 1 : 0];
    const signals = this.p.process.handles.get(end.handle)?.object.signals ?? 0;
    const is = (signal: number): boolean => (signals & signal) !== 0;
    expect(is(SOCKET_CONTROL_READABLE)).toBe(end.control !== undefined);
    expect(is(SOCKET_ACCEPT)).toBe(end.shared !== undefined);
    const canControl = this.has(HAS_CONTROL) && other.isOpen && other.control === undefined;
    expect(is(SOCKET_CONTROL_WRITABLE)).toBe(canControl);
    const canShare = this.has(HAS_ACCEPT) && other.isOpen && other.shared === undefined;
    expect(is(SOCKET_SHARE)).toBe(canShare);
  }
  end(): void {
    for (const end of this.ends) if (end.isOpen) this.close(end);
  }
}

describe('sockets with a control plane or an accept queue', () => {
  it.each([1, 2, 3])('hold one message and one socket (seed %i)', (seed) => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const [handles, objects] = [bench.kernel.handles.count, bench.kernel.objects.size];
    const model = new ControlModel(p, new Dice(seed));
    for (let i = 0; i < 3000; i++) model.step();
    model.end();
    expect([bench.kernel.handles.count, bench.kernel.objects.size]).toEqual([handles, objects]);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
});
