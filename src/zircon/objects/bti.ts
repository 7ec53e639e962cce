/** What a device may do with memory. docs/objects/bus_transaction_initiator.md. */
import { ObjectType, Rights } from '../abi/constants.js';
import { PAGE_SIZE } from '../vm/layout.js';
import type { Pin } from '../vm/pin.js';
import { Dispatcher } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

export class BusTransactionInitiator extends Dispatcher {
  readonly type = ObjectType.BTI;
  readonly defaultRights = Rights.BTI;
  /** Bytes that are contiguous for a device: what a no-op IOMMU can promise. */
  readonly minimumContiguity = PAGE_SIZE;
  private quarantine: Pin[] = [];
  /** Nobody could release the quarantine any more. */
  private isGone = false;

  /** Keeps pages whose token went without zx_pmt_unpin. */
  keep(pin: Pin): void {
    if (this.isGone) pin.release();
    else this.quarantine.push(pin);
  }

  releaseQuarantine(): void {
    const pins = this.quarantine;
    this.quarantine = [];
    for (const pin of pins) pin.release();
  }

  /** The board has no device that reads or writes memory: what it could have used is free. */
  override onZeroHandles(): void {
    this.isGone = true;
    this.releaseQuarantine();
    this.destroyed();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    for (const pin of this.quarantine) inspector.once('pin', pin);
  }
}
