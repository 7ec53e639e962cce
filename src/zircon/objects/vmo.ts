/** What handles to a VMO refer to. Zircon's docs/objects/vm_object.md. */
import { ObjectType, Right, Rights, Signal } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import type { ChildObserver, Vmo } from '../vm/vmo.js';
import { Dispatcher } from './dispatcher.js';
import type { Inspector } from '../state/inspector.js';

export class VmoDispatcher extends Dispatcher implements ChildObserver {
  readonly type = ObjectType.VMO;
  /** ZX_DEFAULT_VMO_RIGHTS. */
  readonly defaultRights =
    Rights.BASIC | Rights.IO | Rights.PROPERTY | Right.EXECUTE | Right.MAP | Right.SIGNAL;

  constructor(
    kernel: Kernel,
    readonly vmo: Vmo,
  ) {
    super(kernel, vmo.children.size === 0 ? Signal.VMO_ZERO_CHILDREN : 0);
    vmo.retain();
    vmo.koid = this.koid;
    vmo.observer = this;
  }

  override get userSignals(): number {
    return Signal.USER_SIGNAL_ALL;
  }
  override get name(): string {
    return this.vmo.name;
  }
  override set name(name: string) {
    this.vmo.name = name;
  }

  onChildrenChanged(count: number): void {
    this.updateSignals(Signal.VMO_ZERO_CHILDREN, count === 0 ? Signal.VMO_ZERO_CHILDREN : 0);
  }

  /** The VMO itself lives on in mappings and clones. */
  override onZeroHandles(): void {
    this.vmo.observer = undefined;
    this.destroyed();
    this.vmo.release();
  }

  override audit(inspector: Inspector): void {
    super.audit(inspector);
    const isThere = inspector.isThere(this);
    inspector.ensure(
      !isThere || (this.vmo.observer === this && this.vmo.koid === this.koid),
      'a VMO has one object',
    );
    if (isThere) inspector.note('references to a VMO', this.vmo, 1);
  }
}
