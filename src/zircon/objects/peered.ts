/** Objects that come in pairs: channels, sockets, fifos, event pairs. Each end holds the other. */
import { Signal } from '../abi/constants.js';
import { Dispatcher } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

export abstract class Peered<End extends Peered<End>> extends Dispatcher {
  /** The other end, until its last handle is closed. */
  peer: End | undefined;
  private peerKoid = 0;

  /** Makes two fresh ends a pair. */
  protected static join<End extends Peered<End>>(one: End, other: End): [End, End] {
    one.peer = other;
    one.peerKoid = other.koid;
    other.peer = one;
    other.peerKoid = one.koid;
    return [one, other];
  }

  override get relatedKoid(): number {
    return this.peerKoid;
  }
  override get userSignals(): number {
    return Signal.USER_SIGNAL_ALL;
  }

  /** The other end is gone. */
  protected abstract onPeerClosed(): void;
  /** This end is gone: frees what it holds. */
  protected onClosed(): void {}

  override onZeroHandles(): void {
    const { peer } = this;
    this.peer = undefined;
    if (peer !== undefined) {
      peer.peer = undefined;
      peer.onPeerClosed();
    }
    this.onClosed();
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const { peer } = this;
    inspector.ensure(peer === undefined || (peer.peer as unknown) === this, 'two ends have each other');
    inspector.ensure(
      peer === undefined || (inspector.isThere(this) && inspector.isThere(peer)),
      'a pair is there',
    );
    inspector.ensure(peer === undefined || this.peerKoid === peer.koid, 'an end knows the name of the other');
  }
}
