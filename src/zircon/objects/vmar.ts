/** What handles to a VMAR refer to. Zircon's docs/objects/vm_address_region.md. */
import { ObjectType, Right, Rights, VmFlag } from '../abi/constants.js';
import type { Kernel } from '../kernel.js';
import type { Vmar } from '../vm/vmar.js';
import { Dispatcher } from './dispatcher.js';

const rightOf = [
  [VmFlag.CAN_MAP_READ, Right.READ],
  [VmFlag.CAN_MAP_WRITE, Right.WRITE],
  [VmFlag.CAN_MAP_EXECUTE, Right.EXECUTE],
] as const;

/** The region stays in its address space when the last handle goes; only zx_vmar_destroy takes it out. */
export class VmarDispatcher extends Dispatcher {
  readonly type = ObjectType.VMAR;
  /** ZX_DEFAULT_VMAR_RIGHTS, and what may be mapped in it. */
  readonly defaultRights: number;

  constructor(
    kernel: Kernel,
    readonly vmar: Vmar,
  ) {
    super(kernel);
    this.defaultRights = rightOf.reduce(
      (rights, [flag, right]) => ((vmar.flags & flag) === 0 ? rights : rights | right),
      Rights.VMAR as number,
    );
  }
}
