/**
 * Memory for devices: docs/syscalls/iommu_create.md, bti_*.md, pmt_unpin.md, vmo_create_contiguous. No IOMMU is on the
 * board, so the no-op one is all there is.
 */
import { BtiOption, IommuConstant, Policy, Right, Status } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { structs } from '../abi/structs.js';
import { BusTransactionInitiator } from '../objects/bti.js';
import { Iommu } from '../objects/iommu.js';
import { PinnedMemoryToken } from '../objects/pinned-memory-token.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { isWholePages, PAGE_SHIFT, PAGE_SIZE, roundUpToPage } from '../vm/layout.js';
import { Pin } from '../vm/pin.js';
import type { VirtualMemory } from '../vm/virtual-memory.js';
import type { Vmo } from '../vm/vmo.js';
import type { Call } from './call.js';
import type { Handlers } from './entry/handlers.js';
import { pointerAt, type UserOut } from './entry/user-pointer.js';
import { requireRoot } from './resource.js';

const PERMISSIONS = BtiOption.PERM_READ | BtiOption.PERM_WRITE | BtiOption.PERM_EXECUTE;
const SHAPES = BtiOption.COMPRESS | BtiOption.CONTIGUOUS;
/** Bytes of a zx_paddr_t; how many are written at once. */
const ADDRESS_BYTES = 8;
const PIECE = 512;

/** Rights to a VMO that the permissions stand for: to execute is to read. */
function rightsFor(options: number): number {
  const read = (options & (BtiOption.PERM_READ | BtiOption.PERM_EXECUTE)) === 0 ? 0 : Right.READ;
  const write = (options & BtiOption.PERM_WRITE) === 0 ? 0 : Right.WRITE;
  return Right.MAP | read | write;
}

/** Pins a range of bytes, whole pages inside the VMO, committing what is missing. */
function pinned(vm: VirtualMemory, vmo: Vmo, offset: number, size: number): Pin {
  const [first, count] = [offset / PAGE_SIZE, size / PAGE_SIZE];
  const status = vmo.pin(first, count);
  if (status !== Status.OK) throw new StatusError(status);
  return new Pin(vm, vmo, first, count);
}

/** Tells the physical addresses of pinned pages, `stride` pages apart. Device memory has more than fit into an array. */
function writeAddresses(
  call: Call,
  out: UserOut<'zx_paddr_t'>,
  { vmo, first, count }: Pin,
  stride: number,
): void {
  const base = call.kernel.vm.pages.ram.base;
  const total = Math.ceil(count / stride);
  for (let done = 0; done < total; done += PIECE) {
    const addresses = new BigUint64Array(Math.min(PIECE, total - done));
    for (let i = 0; i < addresses.length; i++) {
      addresses[i] = BigInt(base + vmo.own(first + (done + i) * stride));
    }
    call.writeBytes(pointerAt(out + done * ADDRESS_BYTES), new Uint8Array(addresses.buffer));
  }
}

export const dmaCalls = {
  iommu_create(call, resource, type, descriptor, length, out) {
    requireRoot(call, resource);
    if (length > IommuConstant.MAX_DESC_LEN) return Status.INVALID_ARGS;
    call.readBytes(descriptor, length);
    if (type !== IommuConstant.TYPE_DUMMY) return Status.NOT_SUPPORTED;
    if (length !== structs.zx_iommu_desc_dummy.size) return Status.INVALID_ARGS;
    call.giveOut({ pointer: out, object: new Iommu(call.kernel) });
    return Status.OK;
  },
  /** The identifier is the device's on a bus that is not there: any will do. */
  bti_create(call, iommu, options, _identifier, out) {
    if (options !== 0) return Status.INVALID_ARGS;
    call.object(iommu, Iommu);
    call.giveOut({ pointer: out, object: new BusTransactionInitiator(call.kernel) });
    return Status.OK;
  },
  bti_pin(call, handle, options, vmoHandle, offset, size, addresses, addressCount, out) {
    const bti = call.object(handle, BusTransactionInitiator, Right.MAP);
    const isKnown = (options & ~(PERMISSIONS | SHAPES)) === 0 && (options & SHAPES) !== SHAPES;
    if (!isKnown || (options & PERMISSIONS) === 0) return Status.INVALID_ARGS;
    const { vmo } = call.object(vmoHandle, VmoDispatcher, rightsFor(options));
    if (!isWholePages(offset) || !isWholePages(size) || size === 0n) return Status.INVALID_ARGS;
    const isOne = (options & BtiOption.CONTIGUOUS) !== 0;
    if (isOne && vmo.isPaged && !vmo.isContiguous) return Status.INVALID_ARGS;
    const bytes = Number(size);
    const contiguity = isOne
      ? bytes
      : (options & BtiOption.COMPRESS) !== 0
        ? bti.minimumContiguity
        : PAGE_SIZE;
    if (addressCount !== Math.ceil(bytes / contiguity)) return Status.INVALID_ARGS;
    if (offset + size > BigInt(vmo.size)) return Status.OUT_OF_RANGE;
    if (!call.kernel.vm.hasRoomForPins) return Status.UNAVAILABLE;
    const pin = pinned(call.kernel.vm, vmo, Number(offset), bytes);
    const token = new PinnedMemoryToken(call.kernel, bti, pin);
    try {
      writeAddresses(call, addresses, pin, contiguity / PAGE_SIZE);
    } catch (error) {
      token.onZeroHandles();
      throw error;
    }
    call.giveOut({ pointer: out, object: token });
    token.isGivenOut = true;
    return Status.OK;
  },
  bti_release_quarantine(call, bti) {
    call.object(bti, BusTransactionInitiator, Right.WRITE).releaseQuarantine();
    return Status.OK;
  },
  /** The handle goes in any case. */
  pmt_unpin(call, token) {
    const handle = call.handle(token);
    call.process.handles.remove(token);
    try {
      if (!(handle.object instanceof PinnedMemoryToken)) throw call.wrongType();
      handle.object.unpin();
      return Status.OK;
    } finally {
      call.kernel.handles.close(handle);
    }
  },
  vmo_create_contiguous(call, bti, size, alignmentLog2, out) {
    const alignment = alignmentLog2 === 0 ? PAGE_SHIFT : alignmentLog2;
    if (size === 0 || alignment < PAGE_SHIFT || alignment >= 64) return Status.INVALID_ARGS;
    call.object(bti, BusTransactionInitiator, Right.MAP);
    call.kernel.policy.require(call.thread, Policy.NEW_VMO);
    const { vm } = call.kernel;
    const vmo = vm.hasRoomForVmos ? vm.createContiguous(roundUpToPage(size), 2 ** alignment) : undefined;
    if (vmo === undefined) return Status.NO_MEMORY;
    call.giveOut({ pointer: out, object: new VmoDispatcher(call.kernel, vmo) });
    return Status.OK;
  },
} satisfies Partial<Handlers>;
