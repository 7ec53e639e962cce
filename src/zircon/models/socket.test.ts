/** Sockets and fifos against plain arrays: random operations, the same results and signals, nothing left over. */
import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { Signal, SocketOption, Status } from '../abi/constants.js';
import { Socket } from '../objects/socket.js';
import { TestBench, type TestProcess } from '../testing.js';
import { Dice } from '../vm/test-machine.js';

const CAPACITY = 256 * 1024;
const BIG = 100_000;

/** One end: what can be read there, and what has been shut down. */
class ModelEnd {
  /** Bytes of a stream, or datagrams. */
  readonly pieces: Uint8Array[] = [];
  isOpen = true;
  cannotWrite = false;
  cannotBeWritten = false;
  readLevel = 0;
  writeLevel = 0;

  constructor(readonly handle: number) {}
  get size(): number {
    return this.pieces.reduce((sum, piece) => sum + piece.length, 0);
  }
}

class SocketModel {
  private ends: [ModelEnd, ModelEnd];
  private readonly source: Uint8Array;

  constructor(
    private readonly p: TestProcess,
    private readonly dice: Dice,
    private readonly isDatagram: boolean,
  ) {
    this.source = Uint8Array.from({ length: BIG }, () => dice.roll(256));
    this.ends = this.create();
  }
  private create(): [ModelEnd, ModelEnd] {
    const [one, other] = this.p.make('socket_create', 2, this.isDatagram ? SocketOption.DATAGRAM : 0);
    return [new ModelEnd(one), new ModelEnd(other)];
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
    if (dice.chance(50)) this.write(end, other);
    else if (dice.chance(85)) this.read(end, other);
    else if (dice.chance(60)) this.setLevel(end, other);
    else if (dice.chance(50)) this.shutDown(end, other);
    else this.close(end);
    for (const one of this.ends) if (one.isOpen) this.checkSignals(one);
  }

  private sizeOfTransfer(): number {
    return this.dice.chance(50) ? this.dice.roll(100) : this.dice.roll(BIG);
  }

  private write(end: ModelEnd, other: ModelEnd): void {
    const { p, source } = this;
    const size = this.sizeOfTransfer();
    const from = this.dice.roll(BIG - size);
    const [data, actual] = [p.allocate(source.subarray(from, from + size)), p.allocate(8)];
    const status = p.call('socket_write', end.handle, 0, data, size, actual);
    const room = CAPACITY - other.size;
    if (!other.isOpen) expect(status).toBe(Status.PEER_CLOSED);
    else if (end.cannotWrite) expect(status).toBe(Status.BAD_STATE);
    else if (size > 0 && (this.isDatagram ? size > room : room === 0))
      expect(status).toBe(Status.SHOULD_WAIT);
    else {
      expect(status).toBe(Status.OK);
      const count = Math.min(size, room);
      expect(p.u64(actual)).toBe(count);
      if (count > 0) other.pieces.push(source.slice(from, from + count));
    }
  }

  private read(end: ModelEnd, other: ModelEnd): void {
    const { p } = this;
    const size = this.sizeOfTransfer();
    const [data, actual] = [p.allocate(size + 1), p.allocate(8)];
    const status = p.call('socket_read', end.handle, 0, data, size, actual);
    if (end.pieces.length === 0) {
      if (!other.isOpen) expect(status).toBe(Status.PEER_CLOSED);
      else expect(status).toBe(end.cannotBeWritten ? Status.BAD_STATE : Status.SHOULD_WAIT);
      return;
    }
    const expected = this.isDatagram ? (end.pieces.shift() as Uint8Array).subarray(0, size) : take(end, size);
    expect(status).toBe(Status.OK);
    expect(p.u64(actual)).toBe(expected.length);
    expect(Buffer.compare(p.read(data, expected.length), expected)).toBe(0);
  }

  private setLevel(end: ModelEnd, other: ModelEnd): void {
    const socket = this.p.process.handles.get(end.handle)?.object as Socket;
    const level = this.dice.chance(30) ? 0 : this.dice.roll(CAPACITY + 1);
    if (this.dice.chance(50)) {
      expect(socket.setReadThreshold(level)).toBe(Status.OK);
      end.readLevel = level;
    } else {
      expect(socket.setWriteThreshold(level)).toBe(other.isOpen ? Status.OK : Status.PEER_CLOSED);
      end.writeLevel = level;
    }
  }
  private shutDown(end: ModelEnd, other: ModelEnd): void {
    const how = this.dice.roll(4);
    expect(this.p.call('socket_shutdown', end.handle, how)).toBe(Status.OK);
    if ((how & SocketOption.SHUTDOWN_WRITE) !== 0) end.cannotWrite = other.cannotBeWritten = true;
    if ((how & SocketOption.SHUTDOWN_READ) !== 0) end.cannotBeWritten = other.cannotWrite = true;
  }
  private close(end: ModelEnd): void {
    end.isOpen = false;
    end.pieces.length = 0;
    expect(this.p.call('handle_close', end.handle)).toBe(Status.OK);
  }

  private checkSignals(end: ModelEnd): void {
    const other = this.ends[0] === end ? this.ends[1] : this.ends[0];
    const room = CAPACITY - other.size;
    const expected: readonly (readonly [number, boolean])[] = [
      [Signal.SOCKET_READABLE, end.size > 0],
      [Signal.SOCKET_WRITABLE, other.isOpen && !end.cannotWrite && room > 0],
      [Signal.SOCKET_PEER_CLOSED, !other.isOpen],
      [Signal.SOCKET_WRITE_DISABLED, end.cannotWrite],
      [Signal.SOCKET_PEER_WRITE_DISABLED, end.cannotBeWritten],
      [Signal.SOCKET_READ_THRESHOLD, end.readLevel > 0 && end.size >= end.readLevel],
      [Signal.SOCKET_WRITE_THRESHOLD, other.isOpen && end.writeLevel > 0 && room >= end.writeLevel],
    ];
    const signals = expected.reduce((sum, [signal, isSet]) => sum | (isSet ? signal : 0), 0);
    expect(this.p.process.handles.get(end.handle)?.object.signals).toBe(signals);
  }

  end(): void {
    for (const end of this.ends) if (end.isOpen) this.close(end);
  }
}

/** The first bytes of a stream. */
function take(end: ModelEnd, size: number): Uint8Array {
  const all = new Uint8Array(end.size);
  let at = 0;
  for (const piece of end.pieces.splice(0)) {
    all.set(piece, at);
    at += piece.length;
  }
  if (all.length > size) end.pieces.push(all.slice(size));
  return all.slice(0, size);
}

describe.each([
  ['stream', false],
  ['datagram', true],
])('%s sockets', (_, isDatagram) => {
  it('behave as arrays', () => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const [handles, objects] = [bench.kernel.handles.count, bench.kernel.objects.size];
    const model = new SocketModel(p, new Dice(23), isDatagram);
    for (let i = 0; i < 1200; i++) model.step();
    model.end();
    expect(bench.kernel.handles.count).toBe(handles);
    expect(bench.kernel.objects.size).toBe(objects);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
});

describe('fifos', () => {
  it('behave as arrays', () => {
    const bench = new TestBench();
    const p = bench.newProcess();
    const dice = new Dice(5);
    for (let round = 0; round < 60; round++) {
      const [count, size] = [2 ** dice.roll(6), 4 * (1 + dice.roll(16))];
      const ends = p.make('fifo_create', 2, count, size, 0);
      const queues: number[][] = [[], []];
      for (let i = 0; i < 60; i++) {
        p.release();
        const [side, wanted] = [dice.roll(2), 1 + dice.roll(count + 2)];
        const [data, actual] = [p.allocate(wanted * size), p.allocate(8)];
        const isWrite = dice.chance(50);
        const queue = queues[isWrite ? 1 - side : side];
        const moved = Math.min(wanted, isWrite ? count - queue.length : queue.length);
        const values = Array.from({ length: moved }, (_, n) => (isWrite ? i * 100 + n : queue[n]));
        if (isWrite) values.forEach((value, n) => p.write(data + n * size, Uint8Array.of(value, value >> 8)));
        const status = p.call(isWrite ? 'fifo_write' : 'fifo_read', ends[side], size, data, wanted, actual);
        expect(status).toBe(moved === 0 ? Status.SHOULD_WAIT : Status.OK);
        if (moved > 0) expect(p.u64(actual)).toBe(moved);
        if (isWrite) queue.push(...values);
        else {
          expect(values.map((_, n) => p.u32(data + n * size) & 0xffff)).toEqual(values);
          queue.splice(0, moved);
        }
        for (const [n, end] of ends.entries()) {
          const readable = queues[n].length > 0 ? Signal.FIFO_READABLE : 0;
          const writable = queues[1 - n].length < count ? Signal.FIFO_WRITABLE : 0;
          expect(p.process.handles.get(end)?.object.signals).toBe(readable | writable);
        }
      }
      p.call('handle_close_many', p.words(...ends), 2);
    }
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
});
