/** Resources: docs/syscalls/resource_create.md, docs/objects/resource.md. */
import { Right, Status } from '../abi/constants.js';
import { Resource, ResourceKind } from '../objects/resource.js';
import { CallError, type Call, type Handler, type Result } from './call.js';

/** ZX_RSRC_EXTRACT_KIND, ZX_RSRC_EXTRACT_FLAGS. */
const KIND_MASK = 0xffff;
const FLAG_EXCLUSIVE = 0x1_0000;
/** Addresses, interrupt numbers and service numbers that resources can stand for, by kind: the first beyond them. */
const ends = new Map<number, bigint>([
  [ResourceKind.MMIO, 1n << 40n],
  [ResourceKind.IRQ, 1020n],
  [ResourceKind.SMC, 0x40n],
]);
const rangeless: readonly number[] = [ResourceKind.ROOT, ResourceKind.HYPERVISOR, ResourceKind.VMEX];

/** The resource of a handle, of a kind or the root resource. Throws BAD_HANDLE, WRONG_TYPE, ACCESS_DENIED. */
export function requireResource(call: Call, value: number, kind: number): Resource {
  const resource = call.object(value, Resource);
  if (!resource.allows(kind)) throw new CallError(Status.ACCESS_DENIED);
  return resource;
}
/** The resource of a handle, which must be the root resource. */
export function requireRoot(call: Call, value: number): void {
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

function resourceCreate(call: Call): Result {
  const parent = call.object(call.u32(0), Resource, Right.WRITE);
  if (parent.kind !== ResourceKind.ROOT) return Status.ACCESS_DENIED;
  const options = call.u32(1);
  const kind = options & KIND_MASK;
  if ((options & ~(KIND_MASK | FLAG_EXCLUSIVE)) !== 0 || kind >= ResourceKind.COUNT)
    return Status.INVALID_ARGS;
  const exclusive = (options & FLAG_EXCLUSIVE) !== 0;
  const low = call.u64(2);
  const size = call.u64(3);
  const name = call.readName(call.pointer(4), call.size(5));
  const status = rangeStatus(call, kind, low, size, exclusive);
  if (status !== Status.OK) return status;
  const resource = new Resource(call.kernel, kind, low, low + size, exclusive, name, parent);
  call.giveOut({ pointer: call.pointer(6), object: resource });
  return Status.OK;
}

export const resourceCalls: Readonly<Record<string, Handler>> = { resource_create: resourceCreate };
