/** Address space: docs/syscalls/vmar_*.md. The `_old` calls take the same flags in another order. */
import { Policy, Right, Status, VmFlag } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { VmarDispatcher } from '../objects/vmar.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { CAN_MAP, CAN_MAP_SHIFT, PERMISSIONS } from '../vm/flags.js';
import { isWholePages } from '../vm/layout.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { pointerAt, type HandleValue, type UserOut } from './entry/user-pointer.js';

/** ZX_RIGHT_READ, WRITE and EXECUTE are PERM_READ, WRITE and EXECUTE moved up by this. */
const RIGHTS_SHIFT = 2;
const MAP_RIGHTS = Right.READ | Right.WRITE | Right.EXECUTE;

/** What ZX_POL_VMAR_WX is about. */
const WRITE_EXECUTE = VmFlag.PERM_WRITE | VmFlag.PERM_EXECUTE;

/** PERM_* bits that a handle's rights stand for. */
function permitted(rights: number): number {
  return (rights & MAP_RIGHTS) >> RIGHTS_SHIFT;
}
/** The rights that PERM_* bits need. */
function rightsFor(permissions: number): number {
  return (permissions & PERMISSIONS) << RIGHTS_SHIFT;
}

/** An offset or size that must be whole pages. Throws INVALID_ARGS. */
function wholePages(value: bigint): number {
  if (!isWholePages(value)) throw new StatusError(Status.INVALID_ARGS);
  return Number(value);
}

interface Allocate {
  readonly handle: HandleValue;
  readonly flags: number;
  readonly offset: bigint;
  readonly size: bigint;
  readonly out: UserOut<'zx_handle_t'>;
  readonly address: UserOut<'zx_vaddr_t'>;
}

function allocate(call: Call, { handle, flags, offset, size, out, address }: Allocate): number {
  const { vmar } = call.object(handle, VmarDispatcher, rightsFor((flags & CAN_MAP) >> CAN_MAP_SHIFT));
  const child = vmar.allocate({ flags, offset: wholePages(offset), size: wholePages(size) });
  try {
    call.writeU64(address, child.base);
    call.giveOut({ pointer: out, object: new VmarDispatcher(call.kernel, child) });
  } catch (error) {
    child.destroyTree();
    throw error;
  }
  return Status.OK;
}

interface MapRequest {
  readonly handle: HandleValue;
  readonly flags: number;
  readonly offset: bigint;
  readonly vmoHandle: HandleValue;
  readonly vmoOffset: bigint;
  readonly size: bigint;
  readonly address: UserOut<'zx_vaddr_t'>;
}

/** A bad pointer must be found before other mappings make room. Throws INVALID_ARGS. */
function requireWritable(call: Call, address: UserOut<'zx_vaddr_t'>): void {
  call.writeU64(address, call.readU64(pointerAt(address)));
}

function map(call: Call, { handle, flags, offset, vmoHandle, vmoOffset, size, address }: MapRequest): number {
  const { vmar } = call.object(handle, VmarDispatcher);
  const { vmo } = call.object(vmoHandle, VmoDispatcher, Right.MAP);
  if ((flags & WRITE_EXECUTE) === WRITE_EXECUTE) call.kernel.policy.require(call.thread, Policy.VMAR_WX);
  const allowed = permitted(call.handle(handle).rights & call.handle(vmoHandle).rights);
  if ((flags & VmFlag.SPECIFIC_OVERWRITE) !== 0) requireWritable(call, address);
  const mapping = vmar.map({
    flags,
    offset: wholePages(offset),
    vmo,
    vmoOffset: wholePages(vmoOffset),
    size: Number(size),
    allowed,
  });
  try {
    call.writeU64(address, mapping.base);
  } catch (error) {
    vmar.discard(mapping);
    throw error;
  }
  return Status.OK;
}

function protect(call: Call, handle: HandleValue, flags: number, address: bigint, size: bigint): number {
  const { vmar } = call.object(handle, VmarDispatcher, rightsFor(flags));
  vmar.protect(flags, Number(address), Number(size));
  return Status.OK;
}

export const vmarCalls = {
  vmar_allocate: (call, handle, flags, offset, size, out, address) =>
    allocate(call, { handle, flags, offset, size, out, address }),
  vmar_allocate_old: (call, handle, offset, size, flags, out, address) =>
    allocate(call, { handle, flags, offset, size, out, address }),
  vmar_map: (call, handle, flags, offset, vmoHandle, vmoOffset, size, address) =>
    map(call, { handle, flags, offset, vmoHandle, vmoOffset, size, address }),
  vmar_map_old: (call, handle, offset, vmoHandle, vmoOffset, size, flags, address) =>
    map(call, { handle, flags, offset, vmoHandle, vmoOffset, size, address }),
  vmar_protect: protect,
  vmar_protect_old: (call, handle, address, size, flags) => protect(call, handle, flags, address, size),
  vmar_unmap(call, handle, address, size) {
    call.object(handle, VmarDispatcher).vmar.unmap(Number(address), Number(size));
    return Status.OK;
  },
  vmar_destroy(call, handle) {
    call.object(handle, VmarDispatcher).vmar.destroy();
    return Status.OK;
  },
} satisfies Partial<Handlers>;
