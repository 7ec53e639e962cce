/** Waits that end in a port: docs/syscalls/object_wait_async.md. */
import { PacketType } from '../abi/constants.js';
import type { Dispatcher, Observer } from './dispatcher.js';
import type { Handle } from './handle.js';
import { SignalPacket } from './packet.js';
import type { Port } from './port.js';
import type { Inspector } from '../state/inspector.js';

export class PortObserver implements Observer {
  readonly packet: SignalPacket;
  private count: number;
  private watching = false;
  /** The next ones of the same handle and key at the port. */
  older: PortObserver | undefined = undefined;
  newer: PortObserver | undefined = undefined;

  constructor(
    private readonly port: Port,
    readonly object: Dispatcher,
    readonly handle: Handle,
    key: bigint,
    trigger: number,
    private readonly repeating: boolean,
  ) {
    const type = repeating ? PacketType.SIGNAL_REP : PacketType.SIGNAL_ONE;
    this.packet = new SignalPacket(key, type, this, trigger);
    this.count = Math.max(1, object.pendingOperations(trigger));
  }

  get key(): bigint {
    return this.packet.key;
  }
  get isWatching(): boolean {
    return this.watching;
  }
  isAt(port: Port): boolean {
    return this.port === port && this.handle.object === this.object;
  }
  /** Begins to watch; false if memory is short. */
  start(): boolean {
    if (!this.port.addObserverOf(this)) return false;
    this.watching = true;
    this.object.addObserver(this);
    this.count = 1;
    return true;
  }
  /** Watches no longer; a packet in the queue stays there. */
  stop(): void {
    if (!this.watching) return;
    this.watching = false;
    this.object.removeObserver(this);
    this.port.observerStopped(this);
  }

  onSignals(_object: Dispatcher, signals: number): void {
    const { packet } = this;
    if ((signals & packet.trigger) === 0) return;
    if (packet.isQueued) {
      packet.observed = (packet.observed | signals) >>> 0;
    } else {
      packet.observed = signals;
      packet.count = this.count;
      this.port.queue(packet);
    }
    if (!this.repeating) this.stop();
  }
  onHandleClosed(): void {
    this.stop();
  }

  audit(inspector: Inspector): void {
    inspector.ensure(this.packet.source === this, 'a packet knows what brings it');
  }
}
