/**
 * Memory for devices: docs/syscalls/iommu_create.md, bti_*.md, pmt_unpin.md, vmo_create_contiguous. No IOMMU is on the
 * board, so the no-op one is all there is.
 */
import { Right, Status } from '../abi/constants.js';
import { Policy } from '../abi/policy.js';
import { structs } from '../abi/structs.js';
import { BusTransactionInitiator } from '../objects/bti.js';
import { Iommu } from '../objects/iommu.js';
import { PinnedMemoryToken } from '../objects/pinned-memory-token.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { isPageAligned, PAGE_SHIFT, PAGE_SIZE, roundUpToPage } from '../vm/layout.js';
import { Pin } from '../vm/pin.js';
import type { VirtualMemory } from '../vm/virtual-memory.js';
import type { Vmo } from '../vm/vmo.js';
import { CallError, type Call, type Handler, type Result } from './call.js';
import { requireRoot } from './resource.js';

const IOMMU_TYPE_DUMMY = 0;
/** ZX_IOMMU_MAX_DESC_LEN. */
const IOMMU_DESCRIPTOR_MAX = 4096;

/** ZX_BTI_*. */
const PinOption = { READ: 0x1, WRITE: 0x2, EXECUTE: 0x4, COMPRESS: 0x8, CONTIGUOUS: 0x10 } as const;
const PERMISSIONS = PinOption.READ | PinOption.WRITE | PinOption.EXECUTE;
const SHAPES = PinOption.COMPRESS | PinOption.CONTIGUOUS;
/** Bytes of a zx_paddr_t; how many are written at once. */
const ADDRESS_BYTES = 8;
const PIECE = 512;

function iommuCreate(call: Call): Result {
  requireRoot(call, call.u32(0));
  const length = call.size(3);
  if (length > IOMMU_DESCRIPTOR_MAX) return Status.INVALID_ARGS;
  call.readBytes(call.pointer(2), length);
  if (call.u32(1) !== IOMMU_TYPE_DUMMY) return Status.NOT_SUPPORTED;
  if (length !== structs.zx_iommu_desc_dummy.size) return Status.INVALID_ARGS;
  call.giveOut({ pointer: call.pointer(4), object: new Iommu(call.kernel) });
  return Status.OK;
}

/** The identifier is the device's on a bus that is not there: any will do. */
function btiCreate(call: Call): Result {
  if (call.u32(1) !== 0) return Status.INVALID_ARGS;
  call.object(call.u32(0), Iommu);
  call.giveOut({ pointer: call.pointer(3), object: new BusTransactionInitiator(call.kernel) });
  return Status.OK;
}

/** Rights to a VMO that the permissions stand for: to execute is to read. */
function rightsFor(options: number): number {
  const read = (options & (PinOption.READ | PinOption.EXECUTE)) === 0 ? 0 : Right.READ;
  const write = (options & PinOption.WRITE) === 0 ? 0 : Right.WRITE;
  return Right.MAP | read | write;
}

/** Pins a range of bytes, whole pages inside the VMO, committing what is missing. */
function pinned(vm: VirtualMemory, vmo: Vmo, offset: number, size: number): Pin {
  const [first, count] = [offset / PAGE_SIZE, size / PAGE_SIZE];
  const status = vmo.pin(first, count);
  if (status !== Status.OK) throw new CallError(status);
  return new Pin(vm, vmo, first, count);
}

/** Tells the physical addresses of pinned pages, `stride` pages apart. Device memory has more than fit into an array. */
function writeAddresses(call: Call, pointer: number, { vmo, first, count }: Pin, stride: number): void {
  const base = call.kernel.vm.pages.ram.base;
  const total = Math.ceil(count / stride);
  for (let done = 0; done < total; done += PIECE) {
    const addresses = new BigUint64Array(Math.min(PIECE, total - done));
    for (let i = 0; i < addresses.length; i++) {
      addresses[i] = BigInt(base + vmo.own(first + (done + i) * stride));
    }
    call.writeBytes(pointer + done * ADDRESS_BYTES, new Uint8Array(addresses.buffer));
  }
}

function btiPin(call: Call): Result {
  const options = call.u32(1);
  const bti = call.object(call.u32(0), BusTransactionInitiator, Right.MAP);
  const isKnown = (options & ~(PERMISSIONS | SHAPES)) === 0 && (options & SHAPES) !== SHAPES;
  if (!isKnown || (options & PERMISSIONS) === 0) return Status.INVALID_ARGS;
  const { vmo } = call.object(call.u32(2), VmoDispatcher, rightsFor(options));
  const isWhole = isPageAligned(call.u32(3)) && isPageAligned(call.u32(4));
  const [offset, size] = [call.size(3), call.size(4)];
  if (!isWhole || size === 0) return Status.INVALID_ARGS;
  const isOne = (options & PinOption.CONTIGUOUS) !== 0;
  if (isOne && vmo.isPaged && !vmo.isContiguous) return Status.INVALID_ARGS;
  const contiguity = isOne ? size : (options & PinOption.COMPRESS) !== 0 ? bti.minimumContiguity : PAGE_SIZE;
  if (call.size(6) !== Math.ceil(size / contiguity)) return Status.INVALID_ARGS;
  if (call.u64(3) + call.u64(4) > BigInt(vmo.size)) return Status.OUT_OF_RANGE;
  if (!call.kernel.vm.hasRoomForPins) return Status.UNAVAILABLE;
  const pin = pinned(call.kernel.vm, vmo, offset, size);
  const token = new PinnedMemoryToken(call.kernel, bti, pin);
  try {
    writeAddresses(call, call.pointer(5), pin, contiguity / PAGE_SIZE);
  } catch (error) {
    token.onZeroHandles();
    throw error;
  }
  call.giveOut({ pointer: call.pointer(7), object: token });
  token.isGivenOut = true;
  return Status.OK;
}

function btiReleaseQuarantine(call: Call): Result {
  call.object(call.u32(0), BusTransactionInitiator, Right.WRITE).releaseQuarantine();
  return Status.OK;
}

/** The handle goes in any case. */
function pmtUnpin(call: Call): Result {
  const handle = call.handle(call.u32(0));
  call.process.handles.remove(call.u32(0));
  try {
    if (!(handle.object instanceof PinnedMemoryToken)) throw call.wrongType();
    handle.object.unpin();
    return Status.OK;
  } finally {
    call.kernel.handles.close(handle);
  }
}

function vmoCreateContiguous(call: Call): Result {
  const size = call.size(1);
  const alignment = call.u32(2) === 0 ? PAGE_SHIFT : call.u32(2);
  if (size === 0 || alignment < PAGE_SHIFT || alignment >= 64) return Status.INVALID_ARGS;
  call.object(call.u32(0), BusTransactionInitiator, Right.MAP);
  call.kernel.policy.require(call.thread, Policy.NEW_VMO);
  const { vm } = call.kernel;
  const vmo = vm.hasRoomForVmos ? vm.createContiguous(roundUpToPage(size), 2 ** alignment) : undefined;
  if (vmo === undefined) return Status.NO_MEMORY;
  call.giveOut({ pointer: call.pointer(3), object: new VmoDispatcher(call.kernel, vmo) });
  return Status.OK;
}

export const dmaCalls: Readonly<Record<string, Handler>> = {
  iommu_create: iommuCreate,
  bti_create: btiCreate,
  bti_pin: btiPin,
  bti_release_quarantine: btiReleaseQuarantine,
  pmt_unpin: pmtUnpin,
  vmo_create_contiguous: vmoCreateContiguous,
};
