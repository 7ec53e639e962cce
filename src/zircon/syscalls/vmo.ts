/** VMOs: docs/syscalls/vmo_*.md. */
import {
  Policy,
  ResourceKind,
  Right,
  Rights,
  Status,
  VmoClone,
  VmoOperation,
  VmoOption,
} from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { isCachePolicy } from '../vm/flags.js';
import { isPageAligned, isWholePages, PAGE_SIZE, VMO_SIZE_MAX } from '../vm/layout.js';
import { PagedVmo } from '../vm/paged-vmo.js';
import { PhysicalVmo } from '../vm/physical-vmo.js';
import type { Vmo } from '../vm/vmo.js';
import { readToUser, writeFromUser, type VmoPlace } from '../vm/user-copy.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { requireResource } from './resource.js';

/** Physical addresses of a Cortex-A53 have 40 bits. */
const PHYSICAL_END = 1n << 40n;

/** What a clone's handle has beyond its source's rights: nobody else's pages are written, and it is named anew. */
const CLONE_RIGHTS = Right.WRITE | Rights.PROPERTY;

const MASK_64 = 2n ** 64n - 1n;
const PAGE_MASK = BigInt(PAGE_SIZE - 1);

/** A size in whole pages, rounded up: exact, up to 2^64. */
export function roundedSize(size: bigint): number {
  return Number((size + PAGE_MASK) & ~PAGE_MASK);
}

/** The page and byte that an offset means, or undefined if that many bytes from there leave a VMO of a size. */
function placeIn(size: number, offset: bigint, length: bigint): VmoPlace | undefined {
  if (offset + length > BigInt(size)) return undefined;
  return { index: Number(offset >> 12n), within: Number(offset & PAGE_MASK) };
}

/** The host has to hold every VMO, whoever lost the handle. */
function requireRoom(call: Call): void {
  if (!call.kernel.vm.hasRoomForVmos) throw new StatusError(Status.NO_MEMORY);
}

// zx_vmo_op_range.

interface Operation {
  /** The right that it needs. */
  readonly right: number;
  readonly act: (vmo: Vmo, offset: bigint, size: bigint) => number;
}

/** Caches and memory never differ here, so that only the arguments matter. */
function cacheOperation(vmo: Vmo, offset: bigint, size: bigint): number {
  if (!vmo.isPaged) return Status.NOT_SUPPORTED;
  if (size === 0n) return Status.INVALID_ARGS;
  return placeIn(vmo.size, offset, size) === undefined ? Status.OUT_OF_RANGE : Status.OK;
}
const unsupported = (): number => Status.NOT_SUPPORTED;
const commit: Operation['act'] = (vmo, offset, size) => vmo.commitRange(Number(offset), Number(size));
const decommit: Operation['act'] = (vmo, offset, size) => vmo.decommitRange(Number(offset), Number(size));

const operations: Readonly<Record<number, Operation>> = {
  [VmoOperation.COMMIT]: { right: Right.WRITE, act: commit },
  [VmoOperation.DECOMMIT]: { right: Right.WRITE, act: decommit },
  [VmoOperation.LOCK]: { right: 0, act: unsupported },
  [VmoOperation.UNLOCK]: { right: 0, act: unsupported },
  [VmoOperation.CACHE_SYNC]: { right: Right.READ, act: cacheOperation },
  [VmoOperation.CACHE_INVALIDATE]: { right: Right.WRITE, act: cacheOperation },
  [VmoOperation.CACHE_CLEAN]: { right: Right.READ, act: cacheOperation },
  [VmoOperation.CACHE_CLEAN_INVALIDATE]: { right: Right.READ, act: cacheOperation },
};

export const vmoCalls = {
  vmo_create(call, wanted, options, out) {
    if ((options & ~VmoOption.NON_RESIZABLE) !== 0) return Status.INVALID_ARGS;
    const size = roundedSize(wanted);
    if (size > VMO_SIZE_MAX) return Status.OUT_OF_RANGE;
    call.kernel.policy.require(call.thread, Policy.NEW_VMO);
    requireRoom(call);
    const vmo = call.kernel.vm.createPaged(size, (options & VmoOption.NON_RESIZABLE) === 0);
    call.giveOut({ pointer: out, object: new VmoDispatcher(call.kernel, vmo) });
    return Status.OK;
  },
  vmo_read(call, handle, buffer, offset, size) {
    const { vmo } = call.object(handle, VmoDispatcher, Right.READ);
    if (vmo.accessStatus !== Status.OK) return vmo.accessStatus;
    const place = placeIn(vmo.size, offset, BigInt(size));
    if (place === undefined) return Status.OUT_OF_RANGE;
    return readToUser(vmo, place, call.process.aspace, buffer, size);
  },
  vmo_write(call, handle, buffer, offset, size) {
    const { vmo } = call.object(handle, VmoDispatcher, Right.WRITE);
    if (vmo.accessStatus !== Status.OK) return vmo.accessStatus;
    const place = placeIn(vmo.size, offset, BigInt(size));
    if (place === undefined) return Status.OUT_OF_RANGE;
    return writeFromUser(vmo, place, call.process.aspace, buffer, size);
  },
  vmo_get_size(call, handle, size) {
    call.writeU64(size, call.object(handle, VmoDispatcher).vmo.size);
    return Status.OK;
  },
  vmo_set_size: (call, handle, size) =>
    call.object(handle, VmoDispatcher, Right.WRITE).vmo.resize(roundedSize(size)),
  vmo_op_range(call, handle, number, offset, size) {
    const { vmo } = call.object(handle, VmoDispatcher);
    const operation = operations[number];
    if (operation === undefined) return Status.INVALID_ARGS;
    if ((call.handle(handle).rights & operation.right) !== operation.right) return Status.ACCESS_DENIED;
    return operation.act(vmo, offset, size);
  },
  vmo_clone(call, handle, options, offset, wanted, out) {
    const { vmo } = call.object(handle, VmoDispatcher, Right.DUPLICATE | Right.READ);
    const { rights } = call.handle(handle);
    const isAsked = (options & VmoClone.COPY_ON_WRITE) !== 0;
    const isKnown = (options & ~(VmoClone.COPY_ON_WRITE | VmoClone.NON_RESIZEABLE)) === 0;
    if (!isAsked || !isKnown) return Status.INVALID_ARGS;
    const size = roundedSize(wanted);
    if (size > VMO_SIZE_MAX) return Status.OUT_OF_RANGE;
    if (!isWholePages(offset)) return Status.INVALID_ARGS;
    if (offset + BigInt(size) > MASK_64) return Status.OUT_OF_RANGE;
    if (!(vmo instanceof PagedVmo)) return Status.NOT_SUPPORTED;
    if (vmo.accessStatus !== Status.OK) return vmo.accessStatus;
    requireRoom(call);
    call.requireOut(out);
    const clone = vmo.clone(Number(offset), size, (options & VmoClone.NON_RESIZEABLE) === 0);
    clone.name = vmo.name;
    const object = new VmoDispatcher(call.kernel, clone);
    call.giveOut({ pointer: out, object, rights: rights | CLONE_RIGHTS });
    return Status.OK;
  },
  vmo_set_cache_policy(call, handle, policy) {
    const { vmo } = call.object(handle, VmoDispatcher, Right.MAP);
    return isCachePolicy(policy) ? vmo.setCachePolicy(policy) : Status.INVALID_ARGS;
  },
  /** The old handle goes in any case. One that is no VMO's is a bad one for this call. */
  vmo_replace_as_executable(call, value, resource, out) {
    const old = call.handle(value);
    call.process.handles.remove(value);
    try {
      if (resource !== 0) requireResource(call, resource, ResourceKind.VMEX);
      if (!(old.object instanceof VmoDispatcher)) return Status.BAD_HANDLE;
      call.giveOut({ pointer: out, object: old.object, rights: old.rights | Right.EXECUTE });
      return Status.OK;
    } finally {
      call.kernel.handles.close(old);
    }
  },
  /** Only devices: RAM belongs to the kernel, whatever resource the caller has. */
  vmo_create_physical(call, handle, physical, size, out) {
    const resource = requireResource(call, handle, ResourceKind.MMIO);
    const end = physical + BigInt(size);
    const isWhole = isWholePages(physical) && isPageAligned(size);
    if (!isWhole || size === 0 || end > PHYSICAL_END) return Status.INVALID_ARGS;
    const address = Number(physical);
    const { ram } = call.kernel.vm.pages;
    const isRam = address < ram.base + ram.size && address + size > ram.base;
    if (!resource.covers(physical, end) || isRam) return Status.ACCESS_DENIED;
    call.kernel.policy.require(call.thread, Policy.NEW_VMO);
    requireRoom(call);
    const vmo = new PhysicalVmo(call.kernel.vm, address, size);
    call.giveOut({ pointer: out, object: new VmoDispatcher(call.kernel, vmo) });
    return Status.OK;
  },
} satisfies Partial<Handlers>;
