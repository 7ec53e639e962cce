import { describe, expect, it } from 'vitest';
import { Signal, SocketOption } from '../abi/constants.js';
import type { Channel } from '../objects/channel.js';
import type { Event } from '../objects/event.js';
import type { Fifo } from '../objects/fifo.js';
import type { Port } from '../objects/port.js';
import type { Socket } from '../objects/socket.js';
import { persist, restore } from './persist.js';
import { stateClasses } from './schema.js';
import { TestBench } from '../testing.js';

const INFINITE = (1n << 63n) - 1n;

describe('a snapshot of IPC', () => {
  it('holds queues, waits and waiters, and goes on as the original does', () => {
    const bench = new TestBench();
    const { kernel, machine } = bench;
    const p = bench.newProcess();
    const data = p.words(1, 2, 3, 4);
    const [a, b] = p.make('channel_create', 2, 0);
    const [event] = p.make('event_create', 1, 0);
    const [sent] = p.make('event_create', 1, 0);
    const [s0, s1] = p.make('socket_create', 2, SocketOption.DATAGRAM);
    const [f0, f1] = p.make('fifo_create', 2, 4, 8, 0);
    const [port] = p.make('port_create', 1, 0);
    p.call('channel_write', a, 0, data, 16, p.words(sent), 1);
    p.call('socket_write', s0, 0, data, 7, 0);
    p.call('fifo_write', f0, 8, data, 2, 0);
    p.call('port_queue', port, p.allocate(48));
    p.call('object_wait_async', event, port, 5, Signal.EVENT_SIGNALED, 1);
    const waiter = p.newThread();
    waiter.start('object_wait_one', event, Signal.EVENT_SIGNALED, INFINITE, p.allocate(4));
    const sleeper = p.newThread();
    sleeper.start('futex_wait', data, 1, 0, INFINITE);

    const object = <T>(value: number): T => p.process.handles.get(value)?.object as T;
    const root = {
      process: p.process,
      futexes: kernel.futexes,
      channel: object<Channel>(b),
      socket: object<Socket>(s1),
      fifo: object<Fifo>(f1),
      port: object<Port>(port),
      event: object<Event>(event),
    };
    const options = {
      classes: stateClasses,
      externals: { Kernel: kernel, Machine: machine, GuestRam: machine.cluster.ram },
    };

    const goOn = ({ process, futexes, channel, socket, fifo, port, event }: typeof root): unknown => {
      event.updateSignals(0, Signal.EVENT_SIGNALED);
      futexes.wake(process, data, 1, 'nobody');
      const packets: Uint8Array[] = [];
      for (let packet = port.first; packet !== undefined; packet = port.first) {
        packets.push(packet.bytes);
        port.takeFirst();
      }
      return {
        threads: [...process.threads].map((thread) => [thread.koid, thread.wait === undefined]),
        handles: process.handles.list().map((handle) => process.handles.valueOf(handle)),
        signals: [channel, socket, fifo].map((end) => [end.signals, end.relatedKoid, end.peer?.koid]),
        message: channel.first?.bytes,
        sent: channel.first?.handles.map((handle) => handle.object.koid),
        datagram: socket.peek(100),
        elements: fifo.peek(100),
        packets,
      };
    };
    const saved = persist(root, options);
    const restored = restore(saved, options)[0] as typeof root;
    expect(restored.channel).not.toBe(root.channel);
    const after = goOn(restored);
    expect(after).toEqual(goOn(root));
    expect(after).toMatchObject({
      datagram: Uint8Array.of(1, 0, 0, 0, 2, 0, 0),
      packets: { length: 2 },
      sent: { length: 1 },
    });
  });
});
