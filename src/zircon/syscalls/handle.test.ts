import { beforeEach, describe, expect, it } from 'vitest';
import { Policy, PolicyAction, Right, Rights, Signal, Status } from '../abi/constants.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

let bench: TestBench;
let p: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
});
const event = (): number => p.make('event_create', 1, 0)[0];
const rightsOf = (handle: number): number | undefined => p.process.handles.get(handle)?.rights;

describe('handle values', () => {
  it('have bit 0 set and the top bit clear, whatever the secret of the process', () => {
    for (let each = 0; each < 32; each += 1) {
      const [value] = bench.newProcess().make('event_create', 1, 0);
      expect(value & 1).toBe(1);
      expect(value).toBeLessThan(2 ** 31);
    }
  });
});

describe('handle_close and handle_close_many', () => {
  it('close once; 0 is never an error', () => {
    const one = event();
    expect(p.call('handle_close', 0)).toBe(Status.OK);
    expect(p.call('handle_close', one)).toBe(Status.OK);
    expect(p.call('handle_close', one)).toBe(Status.BAD_HANDLE);
  });
  it('close all that are good among many', () => {
    const [one, two] = [event(), event()];
    expect(p.call('handle_close_many', p.words(one, 0, one, 5, two), 5)).toBe(Status.BAD_HANDLE);
    expect(rightsOf(one)).toBeUndefined();
    expect(rightsOf(two)).toBeUndefined();
    expect(p.call('handle_close_many', p.words(0, 0), 2)).toBe(Status.OK);
    expect(p.call('handle_close_many', 0, 0)).toBe(Status.OK);
    expect(p.call('handle_close_many', p.words(event()), 2 ** 40)).toBe(Status.INVALID_ARGS);
    expect(p.call('handle_close_many', BAD_POINTER, 1)).toBe(Status.INVALID_ARGS);
    const many = Array.from({ length: 300 }, event);
    expect(p.call('handle_close_many', p.words(...many), 300)).toBe(Status.OK);
    expect(many.every((handle) => rightsOf(handle) === undefined)).toBe(true);
  });
});

describe('handle_duplicate and handle_replace', () => {
  it('give the same or fewer rights to the same object', () => {
    const one = event();
    const [same] = p.make('handle_duplicate', 1, one, Right.SAME_RIGHTS);
    const [none] = p.make('handle_duplicate', 1, one, 0);
    expect(rightsOf(same)).toBe(Rights.EVENT);
    expect(rightsOf(none)).toBe(0);
    expect(p.process.handles.get(same)?.object).toBe(p.process.handles.get(one)?.object);
    const out = p.allocate(4);
    expect(p.call('handle_duplicate', one, Right.READ, out)).toBe(Status.INVALID_ARGS);
    expect(p.call('handle_duplicate', none, Right.SAME_RIGHTS, out)).toBe(Status.ACCESS_DENIED);
    expect(p.call('handle_duplicate', one, Right.SAME_RIGHTS, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(p.call('handle_duplicate', 9, 0, out)).toBe(Status.BAD_HANDLE);
  });
  it('replace always invalidates', () => {
    const out = p.allocate(4);
    const [one, two, three] = [event(), event(), event()];
    expect(p.call('handle_replace', one, Right.WAIT, out)).toBe(Status.OK);
    expect(rightsOf(one)).toBeUndefined();
    expect(rightsOf(p.u32(out))).toBe(Right.WAIT);
    expect(p.call('handle_replace', two, Right.MAP, out)).toBe(Status.INVALID_ARGS);
    expect(rightsOf(two)).toBeUndefined();
    expect(p.call('handle_replace', three, Right.SAME_RIGHTS, BAD_POINTER)).toBe(Status.INVALID_ARGS);
    expect(rightsOf(three)).toBeUndefined();
    expect(p.call('handle_replace', three, Right.SAME_RIGHTS, out)).toBe(Status.BAD_HANDLE);
  });
});

describe('object_signal and object_signal_peer', () => {
  const signals = (handle: number): number => p.process.handles.get(handle)?.object.signals ?? -1;

  it('clear first, then set', () => {
    const one = event();
    expect(p.call('object_signal', one, 0, Signal.EVENT_SIGNAL_MASK)).toBe(Status.OK);
    expect(p.call('object_signal', one, Signal.EVENT_SIGNAL_MASK, Signal.USER_SIGNAL_3)).toBe(Status.OK);
    expect(signals(one)).toBe(Signal.USER_SIGNAL_3);
  });
  it('refuse signals that are not the user’s', () => {
    const [channel] = p.make('channel_create', 2, 0);
    const [pair] = p.make('eventpair_create', 2, 0);
    expect(p.call('object_signal', channel, 0, Signal.CHANNEL_READABLE)).toBe(Status.INVALID_ARGS);
    expect(p.call('object_signal', channel, Signal.EVENT_SIGNALED, 0)).toBe(Status.INVALID_ARGS);
    expect(p.call('object_signal_peer', pair, 0, Signal.EVENTPAIR_PEER_CLOSED)).toBe(Status.INVALID_ARGS);
    expect(p.call('object_signal_peer', pair, 0, Signal.EVENTPAIR_SIGNALED)).toBe(Status.OK);
  });
  it('reach the peer, while there is one', () => {
    const [a, b] = p.make('eventpair_create', 2, 0);
    expect(p.call('object_signal_peer', a, 0, Signal.USER_SIGNAL_0)).toBe(Status.OK);
    expect([signals(a), signals(b)]).toEqual([0, Signal.USER_SIGNAL_0]);
    p.call('handle_close', b);
    expect(signals(a)).toBe(Signal.EVENTPAIR_PEER_CLOSED);
    expect(p.call('object_signal_peer', a, 0, Signal.USER_SIGNAL_0)).toBe(Status.PEER_CLOSED);
    expect(p.call('eventpair_create', 1, p.allocate(4), p.allocate(4))).toBe(Status.NOT_SUPPORTED);
  });
  it('need their rights', () => {
    const one = event();
    expect(p.call('object_signal_peer', one, 0, 0)).toBe(Status.ACCESS_DENIED);
    const [weak] = p.make('handle_duplicate', 1, one, Right.WAIT);
    expect(p.call('object_signal', weak, 0, 0)).toBe(Status.ACCESS_DENIED);
    expect(p.call('object_signal', 3, 0, 0)).toBe(Status.BAD_HANDLE);
    const [timer] = p.make('timer_create', 1, 0, 0);
    expect(p.call('object_signal', timer, 0, Signal.USER_SIGNAL_7)).toBe(Status.OK);
    expect(p.call('object_signal', timer, 0, Signal.TIMER_SIGNALED)).toBe(Status.INVALID_ARGS);
  });
});

describe('job policy', () => {
  it('denies the making of objects', () => {
    const { policy } = bench.kernel.rootJob;
    for (const condition of Object.values(Policy)) policy.set(condition, PolicyAction.DENY);
    const [one, two] = [p.allocate(4), p.allocate(4)];
    expect(p.call('event_create', 0, one)).toBe(Status.ACCESS_DENIED);
    expect(p.call('eventpair_create', 0, one, two)).toBe(Status.ACCESS_DENIED);
    expect(p.call('channel_create', 0, one, two)).toBe(Status.ACCESS_DENIED);
    expect(p.call('socket_create', 0, one, two)).toBe(Status.ACCESS_DENIED);
    expect(p.call('fifo_create', 1, 8, 0, one, two)).toBe(Status.ACCESS_DENIED);
    expect(p.call('port_create', 0, one)).toBe(Status.ACCESS_DENIED);
    expect(p.call('timer_create', 0, 0, one)).toBe(Status.ACCESS_DENIED);
  });
});
