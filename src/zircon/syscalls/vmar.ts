/** Address space: docs/syscalls/vmar_*.md. The `_old` calls take the same flags in another order. */
import { Right, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { VmarDispatcher } from '../objects/vmar.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { CAN_MAP, CAN_MAP_SHIFT, PERMISSIONS, VmFlag } from '../vm/flags.js';
import { isPageAligned } from '../vm/layout.js';
import { VmError } from '../vm/vmar.js';
import { CallError, type Call, type Handler, type Result } from './call.js';

/** Numbers of the registers that hold each argument. */
interface AllocateArguments {
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
}
interface MapArguments {
  readonly flags: number;
  readonly offset: number;
  readonly vmo: number;
  readonly vmoOffset: number;
  readonly size: number;
}
interface ProtectArguments {
  readonly flags: number;
  readonly address: number;
  readonly size: number;
}

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

/** A refused request of a VMAR is the call's status. */
function attempt<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof VmError) throw new CallError(error.status);
    throw error;
  }
}

/** An offset or size that must be whole pages. Large ones lose no low bits on the way to a number. */
function aligned(call: Call, index: number): number {
  if (!isPageAligned(call.u32(index))) throw new CallError(Status.INVALID_ARGS);
  return call.size(index);
}

function allocate(call: Call, at: AllocateArguments): Result {
  const flags = call.u32(at.flags);
  const { vmar } = call.object(call.u32(0), VmarDispatcher, rightsFor((flags & CAN_MAP) >> CAN_MAP_SHIFT));
  const request = { flags, offset: aligned(call, at.offset), size: aligned(call, at.size) };
  const child = attempt(() => vmar.allocate(request));
  try {
    call.writeU64(call.pointer(5), child.base);
    call.giveOut({ pointer: call.pointer(4), object: new VmarDispatcher(call.kernel, child) });
  } catch (error) {
    child.destroyTree();
    throw error;
  }
  return Status.OK;
}

/** A bad pointer must be found before other mappings make room. Throws INVALID_ARGS. */
function requireWritable(call: Call, pointer: number): void {
  call.writeU64(pointer, call.readU64(pointer));
}

function map(call: Call, at: MapArguments): Result {
  const { vmar } = call.object(call.u32(0), VmarDispatcher);
  const { vmo } = call.object(call.u32(at.vmo), VmoDispatcher, Right.MAP);
  const flags = call.u32(at.flags);
  if ((flags & WRITE_EXECUTE) === WRITE_EXECUTE) call.kernel.policy.require(call.thread, Policy.VMAR_WX);
  const allowed = permitted(call.handle(call.u32(0)).rights & call.handle(call.u32(at.vmo)).rights);
  if ((flags & VmFlag.SPECIFIC_OVERWRITE) !== 0) requireWritable(call, call.pointer(6));
  const mapping = attempt(() =>
    vmar.map({
      flags,
      offset: aligned(call, at.offset),
      vmo,
      vmoOffset: aligned(call, at.vmoOffset),
      size: call.size(at.size),
      allowed,
    }),
  );
  try {
    call.writeU64(call.pointer(6), mapping.base);
  } catch (error) {
    vmar.discard(mapping);
    throw error;
  }
  return Status.OK;
}

function protect(call: Call, at: ProtectArguments): Result {
  const flags = call.u32(at.flags);
  const { vmar } = call.object(call.u32(0), VmarDispatcher, rightsFor(flags));
  attempt(() => vmar.protect(flags, call.pointer(at.address), call.size(at.size)));
  return Status.OK;
}

function unmap(call: Call): Result {
  const { vmar } = call.object(call.u32(0), VmarDispatcher);
  attempt(() => vmar.unmap(call.pointer(1), call.size(2)));
  return Status.OK;
}

function destroy(call: Call): Result {
  const { vmar } = call.object(call.u32(0), VmarDispatcher);
  attempt(() => vmar.destroy());
  return Status.OK;
}

export const vmarCalls: Readonly<Record<string, Handler>> = {
  vmar_allocate: (call) => allocate(call, { flags: 1, offset: 2, size: 3 }),
  vmar_allocate_old: (call) => allocate(call, { offset: 1, size: 2, flags: 3 }),
  vmar_map: (call) => map(call, { flags: 1, offset: 2, vmo: 3, vmoOffset: 4, size: 5 }),
  vmar_map_old: (call) => map(call, { offset: 1, vmo: 2, vmoOffset: 3, size: 4, flags: 5 }),
  vmar_protect: (call) => protect(call, { flags: 1, address: 2, size: 3 }),
  vmar_protect_old: (call) => protect(call, { address: 1, size: 2, flags: 3 }),
  vmar_unmap: unmap,
  vmar_destroy: destroy,
};
