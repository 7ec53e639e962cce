/** Waits that end in a port: docs/syscalls/object_wait_async.md. */
import { PacketType } from '../abi/constants.js';
import type { Dispatcher, Observer } from './dispatcher.js';
import type { Handle } from './handle.js';
import { SignalPacket } from './packet.js';
import type { Port } from './port.js';

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
    this.count = Math.max(1, object.pendingOperations(trigger));
  }

  /** Whether it reports to a port, under a key, what a handle's object does. */
  isOf(port: Port, source: Handle, key: bigint): boolean {
    return this.port === port && this.handle === source && this.packet.key === key;
  }
  isAt(port: Port): boolean {
    return this.port === port && this.handle.object === this.object && this.packet.source === this.handle;
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
