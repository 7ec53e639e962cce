import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Signal, SocketOption, Status } from '../abi/constants.js';
import { Socket } from '../objects/socket.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

const CAPACITY = 256 * 1024;
const { STREAM, DATAGRAM, HAS_CONTROL, HAS_ACCEPT, CONTROL } = SocketOption;
let bench: TestBench;
let p: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
});

const pair = (options: number = STREAM): [number, number] =>
  p.make('socket_create', 2, options) as [number, number];
const text = (string: string): Uint8Array => new TextEncoder().encode(string);

/** Bytes written, or the status. */
function write(socket: number, data: Uint8Array, options = 0): number {
  const actual = p.words(77, 0);
  const status = p.call('socket_write', socket, options, p.allocate(data), data.length, actual);
  return status === Status.OK ? p.u64(actual) : status;
}
/** What was read, or the status. */
function read(socket: number, size: number, options = 0): string | number {
  const [buffer, actual] = [p.allocate(Math.max(size, 8)), p.words(77, 0)];
  const status = p.call('socket_read', socket, options, buffer, size, actual);
  return status === Status.OK ? new TextDecoder().decode(p.read(buffer, p.u64(actual))) : status;
}
const objectOf = (handle: number): Socket => p.process.handles.get(handle)?.object as Socket;
const signals = (handle: number): number => objectOf(handle).signals;

describe('stream sockets', () => {
  it('move bytes without borders', () => {
    const [a, b] = pair();
    expect(write(a, text('hel'))).toBe(3);
    expect(write(a, text('lo!'))).toBe(3);
    expect(objectOf(b).info).toMatchObject({ receiveSize: 6, receiveAvailable: 6, transmitSize: 0 });
    expect(read(b, 4)).toBe('hell');
    expect(read(b, 100)).toBe('o!');
    expect(read(b, 1)).toBe(Status.SHOULD_WAIT);
    expect(write(a, new Uint8Array(0))).toBe(0);
    expect(bench.kernel.ipc.bytes).toBeLessThan(CAPACITY);
  });
  it('write short when almost full, and signal it', () => {
    const [a, b] = pair();
    p.release();
    const big = p.allocate(CAPACITY);
    const actual = p.allocate(8);
    expect(p.call('socket_write', a, 0, big, CAPACITY - 10, actual)).toBe(Status.OK);
    expect(signals(a)).toBe(Signal.SOCKET_WRITABLE);
    expect(p.call('socket_write', a, 0, big, 100, actual)).toBe(Status.OK);
    expect(p.u64(actual)).toBe(10);
    expect(signals(a)).toBe(0);
    expect(signals(b)).toBe(Signal.SOCKET_READABLE | Signal.SOCKET_WRITABLE);
    expect(p.call('socket_write', a, 0, big, 1, 0)).toBe(Status.SHOULD_WAIT);
    expect(objectOf(a).info).toMatchObject({ transmitSize: CAPACITY, transmitMax: CAPACITY });
    expect(p.call('socket_read', b, 0, big, CAPACITY, actual)).toBe(Status.OK);
    expect(p.u64(actual)).toBe(CAPACITY);
    expect(signals(a)).toBe(Signal.SOCKET_WRITABLE);
    expect(signals(b)).toBe(Signal.SOCKET_WRITABLE);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
  it('let what was sent be read after the peer is gone', () => {
    const [a, b] = pair();
    write(a, text('bye'));
    p.call('handle_close', a);
    expect(signals(b)).toBe(Signal.SOCKET_PEER_CLOSED | Signal.SOCKET_READABLE);
    expect(write(b, text('x'))).toBe(Status.PEER_CLOSED);
    expect(read(b, 9)).toBe('bye');
    expect(read(b, 9)).toBe(Status.PEER_CLOSED);
    expect(objectOf(b).info).toMatchObject({ transmitMax: 0, transmitSize: 0 });
  });
  it('check their arguments', () => {
    const [a] = pair();
    const out = p.allocate(16);
    const [readOnly] = p.make('handle_duplicate', 1, a, Right.READ);
    const [writeOnly] = p.make('handle_duplicate', 1, a, Right.WRITE);
    const [event] = p.make('event_create', 1, 0);
    expect(p.call('socket_create', 8, out, out + 4)).toBe(Status.INVALID_ARGS);
    expect(p.call('socket_create', 0, out, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(write(readOnly, text('x'))).toBe(Status.ACCESS_DENIED);
    expect(read(writeOnly, 1)).toBe(Status.ACCESS_DENIED);
    expect(write(event, text('x'))).toBe(Status.WRONG_TYPE);
    expect(write(a, text('x'), 1)).toBe(Status.INVALID_ARGS);
    expect(p.call('socket_write', a, 0, 0, 4, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('socket_write', a, 0, BAD_POINTER, 4, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('socket_read', a, 0, 0, 4, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('socket_shutdown', a, 4)).toBe(Status.INVALID_ARGS);
    expect(p.call('socket_shutdown', readOnly, 1)).toBe(Status.ACCESS_DENIED);
    expect(p.call('socket_accept', a, out)).toBe(Status.NOT_SUPPORTED);
    expect(write(a, text('x'), CONTROL)).toBe(Status.BAD_STATE);
    expect(read(a, 1, CONTROL)).toBe(Status.BAD_STATE);
  });
});

describe('datagram sockets', () => {
  it('keep borders, cut what does not fit and refuse what can never fit', () => {
    const [a, b] = pair(DATAGRAM);
    write(a, text('first'));
    write(a, text('second'));
    expect(objectOf(b).info).toMatchObject({ options: 1, receiveSize: 11, receiveAvailable: 5 });
    expect(read(b, 2)).toBe('fi');
    expect(read(b, 100)).toBe('second');
    expect(read(b, 1)).toBe(Status.SHOULD_WAIT);
    p.release();
    const big = p.allocate(CAPACITY + 8);
    expect(p.call('socket_write', a, 0, big, CAPACITY + 1, 0)).toBe(Status.OUT_OF_RANGE);
    expect(p.call('socket_write', a, 0, big, CAPACITY - 1, 0)).toBe(Status.OK);
    expect(p.call('socket_write', a, 0, big, 2, 0)).toBe(Status.SHOULD_WAIT);
    expect(signals(a) & Signal.SOCKET_WRITABLE).not.toBe(0);
    expect(p.call('socket_write', a, 0, big, 1, 0)).toBe(Status.OK);
    expect(signals(a) & Signal.SOCKET_WRITABLE).toBe(0);
    p.call('handle_close', b);
    expect(bench.kernel.ipc.bytes).toBe(0);
  });
});

describe('shutdown', () => {
  it('of writing ends the stream behind what was sent', () => {
    const [a, b] = pair();
    write(a, text('last'));
    expect(p.call('socket_shutdown', a, SocketOption.SHUTDOWN_WRITE)).toBe(Status.OK);
    expect(signals(a)).toBe(Signal.SOCKET_WRITE_DISABLED);
    expect(signals(b)).toBe(
      Signal.SOCKET_PEER_WRITE_DISABLED | Signal.SOCKET_READABLE | Signal.SOCKET_WRITABLE,
    );
    expect(write(a, text('x'))).toBe(Status.BAD_STATE);
    expect(read(b, 9)).toBe('last');
    expect(read(b, 9)).toBe(Status.BAD_STATE);
    expect(signals(a)).toBe(Signal.SOCKET_WRITE_DISABLED);
    expect(write(b, text('y'))).toBe(1);
    expect(read(a, 9)).toBe('y');
  });
  it('of reading stops the other end’s writing', () => {
    const [a, b] = pair();
    write(b, text('old'));
    p.call('socket_shutdown', a, SocketOption.SHUTDOWN_READ);
    expect(write(b, text('new'))).toBe(Status.BAD_STATE);
    expect(read(a, 9)).toBe('old');
    expect(read(a, 9)).toBe(Status.BAD_STATE);
    expect(signals(b)).toBe(Signal.SOCKET_WRITE_DISABLED);
    p.call('socket_shutdown', a, SocketOption.SHUTDOWN_MASK);
    expect(read(b, 1)).toBe(Status.BAD_STATE);
  });
});

describe('thresholds', () => {
  it('signal the amount of data and of room', () => {
    const [a, b] = pair();
    expect(objectOf(b).setReadThreshold(4)).toBe(Status.OK);
    expect(objectOf(a).setWriteThreshold(CAPACITY - 5)).toBe(Status.OK);
    const reached = (): [boolean, boolean] => [
      (signals(b) & Signal.SOCKET_READ_THRESHOLD) !== 0,
      (signals(a) & Signal.SOCKET_WRITE_THRESHOLD) !== 0,
    ];
    expect(reached()).toEqual([false, true]);
    write(a, text('abc'));
    expect(reached()).toEqual([false, true]);
    write(a, text('def'));
    expect(reached()).toEqual([true, false]);
    read(b, 3);
    expect(reached()).toEqual([false, true]);
    objectOf(a).setWriteThreshold(0);
    expect(reached()).toEqual([false, false]);
    expect(objectOf(a).setReadThreshold(CAPACITY + 1)).toBe(Status.INVALID_ARGS);
    p.call('handle_close', b);
    expect(objectOf(a).setWriteThreshold(1)).toBe(Status.PEER_CLOSED);
  });
});

describe('the control plane', () => {
  it('holds one message', () => {
    const [a, b] = pair(HAS_CONTROL);
    expect(signals(a)).toBe(Signal.SOCKET_WRITABLE | Signal.SOCKET_CONTROL_WRITABLE);
    expect(read(b, 4, CONTROL)).toBe(Status.SHOULD_WAIT);
    expect(write(a, new Uint8Array(1025), CONTROL)).toBe(Status.OUT_OF_RANGE);
    expect(write(a, text('resize'), CONTROL)).toBe(6);
    expect(write(a, text('again'), CONTROL)).toBe(Status.SHOULD_WAIT);
    expect(signals(a)).toBe(Signal.SOCKET_WRITABLE);
    expect(signals(b) & Signal.SOCKET_CONTROL_READABLE).not.toBe(0);
    expect(read(b, 1)).toBe(Status.SHOULD_WAIT);
    expect(read(b, 3, CONTROL)).toBe('res');
    expect(read(b, 3, CONTROL)).toBe(Status.SHOULD_WAIT);
    expect(signals(a)).toBe(Signal.SOCKET_WRITABLE | Signal.SOCKET_CONTROL_WRITABLE);
    write(a, text('end'), CONTROL);
    p.call('handle_close', a);
    expect(read(b, 9, CONTROL)).toBe('end');
    expect(read(b, 9, CONTROL)).toBe(Status.PEER_CLOSED);
  });
});

describe('socket_share and socket_accept', () => {
  it('move one socket at a time', () => {
    const [a, b] = pair(HAS_ACCEPT);
    const [one, two] = pair();
    const out = p.allocate(4);
    expect(p.call('socket_accept', b, out)).toBe(Status.SHOULD_WAIT);
    expect(p.call('socket_share', a, one)).toBe(Status.OK);
    expect(signals(a)).toBe(Signal.SOCKET_WRITABLE);
    expect(signals(b) & Signal.SOCKET_ACCEPT).not.toBe(0);
    expect(p.call('socket_share', a, pair()[0])).toBe(Status.SHOULD_WAIT);
    expect(p.call('socket_accept', b, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(p.call('socket_accept', b, out)).toBe(Status.OK);
    expect(signals(a)).toBe(Signal.SOCKET_WRITABLE | Signal.SOCKET_SHARE);
    write(two, text('through'));
    expect(read(p.u32(out), 10)).toBe('through');
  });
  it('discard the socket on every failure', () => {
    const [a, b] = pair(HAS_ACCEPT);
    const [plain] = pair();
    const victim = (options = 0): number => pair(options)[0];
    const gone = (handle: number): boolean => p.process.handles.get(handle) === undefined;
    const check = (status: number, through: number, sent: number): void => {
      expect(p.call('socket_share', through, sent)).toBe(status);
      expect(gone(sent)).toBe(true);
    };
    check(Status.BAD_HANDLE, 3, victim());
    check(Status.NOT_SUPPORTED, plain, victim());
    check(Status.BAD_STATE, plain, victim(HAS_ACCEPT));
    const [ours, theirs] = pair();
    check(Status.BAD_STATE, ours, p.make('handle_duplicate', 1, ours, Right.SAME_RIGHTS)[0]);
    check(Status.BAD_STATE, ours, theirs);
    check(Status.BAD_STATE, a, victim(HAS_ACCEPT));
    check(Status.WRONG_TYPE, a, p.make('event_create', 1, 0)[0]);
    check(Status.ACCESS_DENIED, a, p.make('handle_replace', 1, victim(), Right.WRITE)[0]);
    check(Status.BAD_STATE, a, b);
    check(Status.PEER_CLOSED, a, victim());
    check(Status.BAD_STATE, a, a);
    const [c, d] = pair(HAS_ACCEPT);
    p.call('socket_share', c, victim());
    const before = bench.kernel.handles.count;
    p.call('handle_close', d);
    expect(bench.kernel.handles.count).toBe(before - 2);
  });
});
