/** VMOs: docs/syscalls/vmo_*.md. */
import { Right, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { Resource, ResourceKind } from '../objects/resource.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { isCachePolicy } from '../vm/flags.js';
import { isPageAligned, PAGE_SIZE, roundUpToPage, VMO_SIZE_MAX } from '../vm/layout.js';
import { PagedVmo } from '../vm/paged-vmo.js';
import { PhysicalVmo } from '../vm/physical-vmo.js';
import type { Vmo } from '../vm/vmo.js';
import { readToUser, writeFromUser, type VmoPlace } from '../vm/user-copy.js';
import { CallError, type Call, type Handler, type Result } from './call.js';
import { requireResource } from './resource.js';

/** ZX_VMO_NON_RESIZABLE. */
const NON_RESIZABLE = 1;
/** ZX_VMO_CLONE_*. */
const CLONE_COPY_ON_WRITE = 1;
const CLONE_NON_RESIZABLE = 2;
/** Physical addresses of a Cortex-A53 have 40 bits. */
const PHYSICAL_END = 2 ** 40;

const MASK_64 = 2n ** 64n - 1n;
const PAGE_MASK = BigInt(PAGE_SIZE - 1);

/** A size argument, rounded up to whole pages: exact, up to 2^64. */
function roundedSize(call: Call, index: number): number {
  const size = call.size(index);
  return size < 2 ** 53 ? roundUpToPage(size) : Number((call.u64(index) + PAGE_MASK) & ~PAGE_MASK);
}

/** The page and byte that an offset argument means, or undefined if that many bytes from there leave the VMO. */
function placeIn(call: Call, size: number, offset: number, length: number): VmoPlace | undefined {
  const start = call.u64(offset);
  if (start + call.u64(length) > BigInt(size)) return undefined;
  return { index: Number(start >> 12n), within: Number(start & PAGE_MASK) };
}

/** The host has to hold every VMO, whoever lost the handle. */
function requireRoom(call: Call): void {
  if (!call.kernel.vm.hasRoomForVmos) throw new CallError(Status.NO_MEMORY);
}

function vmoCreate(call: Call): Result {
  const options = call.u32(1);
  if ((options & ~NON_RESIZABLE) !== 0) return Status.INVALID_ARGS;
  const size = roundedSize(call, 0);
  if (size > VMO_SIZE_MAX) return Status.OUT_OF_RANGE;
  call.kernel.policy.require(call.thread, Policy.NEW_VMO);
  requireRoom(call);
  const vmo = call.kernel.vm.createPaged(size, (options & NON_RESIZABLE) === 0);
  call.giveOut({ pointer: call.pointer(2), object: new VmoDispatcher(call.kernel, vmo) });
  return Status.OK;
}

function vmoRead(call: Call): Result {
  const { vmo } = call.object(call.u32(0), VmoDispatcher, Right.READ);
  if (vmo.accessStatus !== Status.OK) return vmo.accessStatus;
  const place = placeIn(call, vmo.size, 2, 3);
  if (place === undefined) return Status.OUT_OF_RANGE;
  return readToUser(vmo, place, call.process.aspace, call.pointer(1), call.size(3));
}

function vmoWrite(call: Call): Result {
  const { vmo } = call.object(call.u32(0), VmoDispatcher, Right.WRITE);
  if (vmo.accessStatus !== Status.OK) return vmo.accessStatus;
  const place = placeIn(call, vmo.size, 2, 3);
  if (place === undefined) return Status.OUT_OF_RANGE;
  return writeFromUser(vmo, place, call.process.aspace, call.pointer(1), call.size(3));
}

function vmoGetSize(call: Call): Result {
  const { vmo } = call.object(call.u32(0), VmoDispatcher);
  call.writeU64(call.pointer(1), vmo.size);
  return Status.OK;
}

function vmoSetSize(call: Call): Result {
  const { vmo } = call.object(call.u32(0), VmoDispatcher, Right.WRITE);
  return vmo.resize(roundedSize(call, 1));
}

// zx_vmo_op_range.

type Operation = { readonly right: number; readonly act: (call: Call, vmo: Vmo) => number };

/** Caches and memory never differ here, so that only the arguments matter. */
function cacheOperation(call: Call, vmo: Vmo): number {
  if (!vmo.isPaged) return Status.NOT_SUPPORTED;
  if (call.size(3) === 0) return Status.INVALID_ARGS;
  return placeIn(call, vmo.size, 2, 3) === undefined ? Status.OUT_OF_RANGE : Status.OK;
}
const unsupported = (): number => Status.NOT_SUPPORTED;

/** By ZX_VMO_OP_*. */
const operations: Readonly<Record<number, Operation>> = {
  1: { right: Right.WRITE, act: (call, vmo) => vmo.commitRange(call.size(2), call.size(3)) },
  2: { right: Right.WRITE, act: (call, vmo) => vmo.decommitRange(call.size(2), call.size(3)) },
  3: { right: 0, act: unsupported },
  4: { right: 0, act: unsupported },
  6: { right: Right.READ, act: cacheOperation },
  7: { right: Right.WRITE, act: cacheOperation },
  8: { right: Right.READ, act: cacheOperation },
  9: { right: Right.READ, act: cacheOperation },
};

function vmoOpRange(call: Call): Result {
  const { vmo } = call.object(call.u32(0), VmoDispatcher);
  const operation = operations[call.u32(1)];
  if (operation === undefined) return Status.INVALID_ARGS;
  if ((call.handle(call.u32(0)).rights & operation.right) !== operation.right) return Status.ACCESS_DENIED;
  return operation.act(call, vmo);
}

function vmoClone(call: Call): Result {
  const { vmo } = call.object(call.u32(0), VmoDispatcher, Right.DUPLICATE | Right.READ);
  const { rights } = call.handle(call.u32(0));
  const options = call.u32(1);
  const isAsked = (options & CLONE_COPY_ON_WRITE) !== 0;
  if (!isAsked || (options & ~(CLONE_COPY_ON_WRITE | CLONE_NON_RESIZABLE)) !== 0) return Status.INVALID_ARGS;
  const size = roundedSize(call, 3);
  if (size > VMO_SIZE_MAX) return Status.OUT_OF_RANGE;
  if (!isPageAligned(call.u32(2))) return Status.INVALID_ARGS;
  if (call.u64(2) + BigInt(size) > MASK_64) return Status.OUT_OF_RANGE;
  if (!(vmo instanceof PagedVmo)) return Status.NOT_SUPPORTED;
  if (vmo.accessStatus !== Status.OK) return vmo.accessStatus;
  requireRoom(call);
  const clone = vmo.clone(call.size(2), size, (options & CLONE_NON_RESIZABLE) === 0);
  clone.name = vmo.name;
  const object = new VmoDispatcher(call.kernel, clone);
  call.giveOut({ pointer: call.pointer(4), object, rights: rights | Right.WRITE });
  return Status.OK;
}

function vmoSetCachePolicy(call: Call): Result {
  const { vmo } = call.object(call.u32(0), VmoDispatcher, Right.MAP);
  const policy = call.u32(1);
  return isCachePolicy(policy) ? vmo.setCachePolicy(policy) : Status.INVALID_ARGS;
}

/** Whether a handle, if there is one, is a resource for making memory executable. */
function allowsExecution(call: Call, value: number): boolean {
  const object = value === 0 ? undefined : call.handle(value).object;
  return object === undefined || (object instanceof Resource && object.allows(ResourceKind.VMEX));
}

/** The old handle goes in any case. Whatever is wrong with a handle, it is a bad one for this call's document. */
function vmoReplaceAsExecutable(call: Call): Result {
  const value = call.u32(0);
  const old = call.handle(value);
  call.process.handles.remove(value);
  try {
    const isAllowed = allowsExecution(call, call.u32(1));
    if (!isAllowed || !(old.object instanceof VmoDispatcher)) return Status.BAD_HANDLE;
    call.giveOut({ pointer: call.pointer(2), object: old.object, rights: old.rights | Right.EXECUTE });
    return Status.OK;
  } finally {
    call.kernel.handles.close(old);
  }
}

/** Only devices: RAM belongs to the kernel, whatever resource the caller has. */
function vmoCreatePhysical(call: Call): Result {
  const resource = requireResource(call, call.u32(0), ResourceKind.MMIO);
  const [address, size] = [call.size(1), call.size(2)];
  const isWhole = isPageAligned(call.u32(1)) && isPageAligned(call.u32(2));
  if (!isWhole || size === 0 || address + size > PHYSICAL_END) return Status.INVALID_ARGS;
  const isGranted = resource.covers(BigInt(address), BigInt(address) + BigInt(size));
  const { ram } = call.kernel.vm.pages;
  const isRam = address < ram.base + ram.size && address + size > ram.base;
  if (!isGranted || isRam) return Status.ACCESS_DENIED;
  call.kernel.policy.require(call.thread, Policy.NEW_VMO);
  requireRoom(call);
  const vmo = new PhysicalVmo(call.kernel.vm, address, size);
  call.giveOut({ pointer: call.pointer(3), object: new VmoDispatcher(call.kernel, vmo) });
  return Status.OK;
}

export const vmoCalls: Readonly<Record<string, Handler>> = {
  vmo_create: vmoCreate,
  vmo_read: vmoRead,
  vmo_write: vmoWrite,
  vmo_get_size: vmoGetSize,
  vmo_set_size: vmoSetSize,
  vmo_op_range: vmoOpRange,
  vmo_clone: vmoClone,
  vmo_set_cache_policy: vmoSetCachePolicy,
  vmo_replace_as_executable: vmoReplaceAsExecutable,
  vmo_create_physical: vmoCreatePhysical,
};
