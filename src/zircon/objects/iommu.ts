/**
 * A no-op IOMMU: the board has none, so devices' addresses are physical ones, and nothing keeps a device from memory.
 * docs/syscalls/iommu_create.md, "ZX_IOMMU_TYPE_DUMMY".
 */
import { ObjectType, Rights } from '../abi/constants.js';
import { Dispatcher } from './dispatcher.js';

export class Iommu extends Dispatcher {
  readonly type = ObjectType.IOMMU;
  readonly defaultRights = Rights.IOMMU;
}
