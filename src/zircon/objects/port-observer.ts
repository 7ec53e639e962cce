/** Waits that end in a port: docs/syscalls/object_wait_async.md. */
import { PacketType } from '../abi/port.js';
import type { Dispatcher, Observer } from './dispatcher.js';
import type { Handle } from './handle.js';
import { SignalPacket } from './packet.js';
import type { Port } from './port.js';

/** Objects that say how many operations of a kind are pending: the count of a signal packet. */
interface Countable {
  /** 0 where none of the signals stands for something that can be counted. */
  pendingOperations(trigger: number): number;
}
function isCountable(object: object): object is Countable {
  return 'pendingOperations' in object;
}

export class PortObserver implements Observer {
  readonly packet: SignalPacket;
  private count: number;

  constructor(
    private readonly port: Port,
    readonly object: Dispatcher,
    readonly handle: Handle,
    key: bigint,
    trigger: number,
    private readonly repeating: boolean,
  ) {
    const type = repeating ? PacketType.SIGNAL_REP : PacketType.SIGNAL_ONE;
    this.packet = new SignalPacket(key, type, handle, trigger);
    this.count = isCountable(object) ? Math.max(1, object.pendingOperations(trigger)) : 1;
  }

  /** Whether it reports to a port, under a key, what a handle's object does. */
  isOf(port: Port, source: Handle, key: bigint): boolean {
    return this.port === port && this.handle === source && this.packet.key === key;
  }
  /** Begins to watch; false if memory is short. */
  start(): boolean {
    if (!this.port.addObserverOf(this)) return false;
    this.object.addObserver(this);
    this.count = 1;
    return true;
  }
  /** Watches no longer; a packet in the queue stays there. */
  stop(): void {
    this.object.removeObserver(this);
    this.port.removeObserverOf(this);
  }

  onSignals(_object: Dispatcher, signals: number): void {
    const { packet, port } = this;
    if ((signals & packet.trigger) === 0) return;
    if (!this.repeating) this.stop();
    if (port.isQueued(packet)) {
      packet.observed = (packet.observed | signals) >>> 0;
      return;
    }
    packet.observed = signals;
    packet.count = this.count;
    port.queue(packet);
  }
  onHandleClosed(): void {
    this.stop();
  }
}
