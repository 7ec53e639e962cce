/** Resources: docs/syscalls/resource_create.md, docs/objects/resource.md. */
import { ResourceFlag, ResourceKind, Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { Resource } from '../objects/resource.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import type { HandleValue } from './entry/user-pointer.js';

/** ZX_RSRC_EXTRACT_KIND. */
const KIND_MASK = 0xffff;
/** Addresses, interrupt numbers and service numbers that resources can stand for, by kind: the first beyond them. */
const ends = new Map<number, bigint>([
  [ResourceKind.MMIO, 1n << 40n],
  [ResourceKind.IRQ, 1020n],
  [ResourceKind.SMC, 0x40n],
]);
const rangeless: readonly number[] = [ResourceKind.ROOT, ResourceKind.HYPERVISOR, ResourceKind.VMEX];

/** The resource of a handle, of a kind or the root resource. Throws BAD_HANDLE, WRONG_TYPE, ACCESS_DENIED. */
export function requireResource(call: Call, value: HandleValue, kind: number): Resource {
  const resource = call.object(value, Resource);
  if (!resource.allows(kind)) throw new StatusError(Status.ACCESS_DENIED);
  return resource;
}
/** The resource of a handle, which must be the root resource. */
export function requireRoot(call: Call, value: HandleValue): void {
  requireResource(call, value, ResourceKind.ROOT);
}

/** Whether a range may be given out: OK, INVALID_ARGS, or NOT_FOUND where it is somebody's own. */
function rangeStatus(call: Call, kind: number, low: bigint, size: bigint, exclusive: boolean): number {
  if (rangeless.includes(kind))
    return low === 0n && size === 0n && !exclusive ? Status.OK : Status.INVALID_ARGS;
  const end = ends.get(kind);
  if (end === undefined || size === 0n || low + size > end) return Status.INVALID_ARGS;
  for (const other of call.kernel.objects.values()) {
    if (!(other instanceof Resource) || other.kind !== kind) continue;
    const overlaps = other.low < low + size && low < other.high;
    if (overlaps && (exclusive || other.exclusive)) return Status.NOT_FOUND;
  }
  return Status.OK;
}

export const resourceCalls = {
  resource_create(call, parentHandle, options, low, length, namePointer, nameSize, out) {
    const parent = call.object(parentHandle, Resource, Right.WRITE);
    if (parent.kind !== ResourceKind.ROOT) return Status.ACCESS_DENIED;
    const kind = options & KIND_MASK;
    if ((options & ~(KIND_MASK | ResourceFlag.EXCLUSIVE)) !== 0 || kind >= ResourceKind.COUNT)
      return Status.INVALID_ARGS;
    const exclusive = (options & ResourceFlag.EXCLUSIVE) !== 0;
    const size = BigInt(length);
    const name = call.readName(namePointer, nameSize);
    const status = rangeStatus(call, kind, low, size, exclusive);
    if (status !== Status.OK) return status;
    const resource = new Resource(call.kernel, kind, low, low + size, exclusive, name, parent);
    call.giveOut({ pointer: out, object: resource });
    return Status.OK;
  },
} satisfies Partial<Handlers>;
