/** A device's access to pinned pages. docs/objects/pinned_memory_token.md. */
import { ObjectType, Rights } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import type { Pin } from '../vm/pin.js';
import type { BusTransactionInitiator } from './bti.js';
import { Dispatcher } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

export class PinnedMemoryToken extends Dispatcher {
  readonly type = ObjectType.PMT;
  readonly defaultRights = Rights.PMT;
  /** Whether somebody may have told a device of the addresses: then they go into quarantine with the token. */
  isGivenOut = false;

  constructor(
    kernel: Kernel,
    private readonly bti: BusTransactionInitiator,
    private pin: Pin | undefined,
  ) {
    super(kernel);
  }

  unpin(): void {
    this.pin?.release();
    this.pin = undefined;
  }

  override onZeroHandles(): void {
    if (this.pin !== undefined && this.isGivenOut) this.bti.keep(this.pin);
    else this.unpin();
    this.pin = undefined;
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    if (this.pin !== undefined) inspector.once('pin', this.pin);
  }
}
