/** Event pairs: two events, each of which can signal the other. Zircon's docs/objects/eventpair.md. */
import { ObjectType, Rights, Signal } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import { Peered } from './peered.js';

export class EventPair extends Peered<EventPair> {
  readonly type = ObjectType.EVENTPAIR;
  readonly defaultRights = Rights.EVENTPAIR;

  static createPair(kernel: Kernel): [EventPair, EventPair] {
    return Peered.join(new EventPair(kernel), new EventPair(kernel));
  }

  override get userSignals(): number {
    return Signal.USER_SIGNAL_ALL | Signal.EVENTPAIR_SIGNALED;
  }
  protected override onPeerClosed(): void {
    this.updateSignals(0, Signal.EVENTPAIR_PEER_CLOSED);
  }
}
