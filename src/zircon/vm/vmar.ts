/** Virtual memory address regions: who may map what where. Zircon's docs/objects/vm_address_region.md. */
import { Status, VmFlag } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import type { AddressSpace } from './address-space.js';
import { CAN_MAP, CAN_MAP_SHIFT, PERMISSIONS } from './flags.js';
import { isPageAligned, roundUpToPage } from './layout.js';
import { Mapping } from './mapping.js';
import { compactPlace, firstEndingAbove, isFree, LowestGaps, lowestPlace, randomPlace } from './placement.js';
import type { Vmo } from './vmo.js';
import type { Inspector } from '../state/inspector.js';

export type Region = Vmar | Mapping;

const ALLOCATE_FLAGS = VmFlag.COMPACT | VmFlag.SPECIFIC | VmFlag.CAN_MAP_SPECIFIC | CAN_MAP;
const MAP_FLAGS =
  PERMISSIONS | VmFlag.SPECIFIC | VmFlag.SPECIFIC_OVERWRITE | VmFlag.MAP_RANGE | VmFlag.REQUIRE_NON_RESIZABLE;

/** What `allocate` is asked for. */
export interface AllocateRequest {
  /** Bytes. */
  readonly size: number;
  readonly flags: number;
  /** From the VMAR's base, in bytes; only with SPECIFIC or SPECIFIC_OVERWRITE. */
  readonly offset?: number;
}

/** What `map` is asked for. */
export interface MapRequest extends AllocateRequest {
  readonly vmo: Vmo;
  /** Bytes from the VMO's start. */
  readonly vmoOffset?: number;
  /** PERM_* bits that the handles of the VMAR and of the VMO allow together; without it all of them. */
  readonly allowed?: number;
}

export class Vmar {
  readonly isVmar = true;
  /** Parts in use, in order of their addresses. */
  readonly regions: Region[] = [];
  private readonly lowestGaps = new LowestGaps();
  isAlive = true;
  name = 'useralloc';

  /** `flags`: COMPACT, CAN_MAP_* bits. */
  constructor(
    readonly space: AddressSpace,
    readonly parent: Vmar | undefined,
    readonly base: number,
    readonly size: number,
    readonly flags: number,
  ) {}

  get end(): number {
    return this.base + this.size;
  }
  /** PERM_* bits that mappings in it may have. */
  private get permissions(): number {
    return (this.flags & CAN_MAP) >> CAN_MAP_SHIFT;
  }

  /** A new subregion. Throws StatusError with a status of zx_vmar_allocate. */
  allocate({ size, flags, offset = 0 }: AllocateRequest): Vmar {
    ensure(this.isAlive, Status.BAD_STATE);
    ensure((flags & ~ALLOCATE_FLAGS) === 0, Status.INVALID_ARGS);
    ensure(size > 0 && isPageAligned(size), Status.INVALID_ARGS);
    ensure((flags & CAN_MAP & ~this.flags) === 0, Status.ACCESS_DENIED);
    ensure(this.space.vm.hasRoomForRegions, Status.NO_MEMORY);
    const child = new Vmar(this.space, this, this.place(flags, offset, size), size, flags);
    this.insert(child);
    this.space.vm.regions += 1;
    return child;
  }

  /** A new mapping. Throws StatusError with a status of zx_vmar_map. */
  map(request: MapRequest): Mapping {
    const { flags, vmo, vmoOffset = 0, offset = 0, allowed = PERMISSIONS } = request;
    ensure(this.isAlive, Status.BAD_STATE);
    checkMap(request);
    const permissions = flags & PERMISSIONS;
    ensure((permissions & ~(allowed & this.permissions)) === 0, Status.ACCESS_DENIED);
    const size = roundUpToPage(request.size);
    const isCode = (permissions & VmFlag.PERM_EXECUTE) !== 0 && vmo.codeSegment !== undefined;
    ensure(!isCode || this.space.admitsCode(vmo, vmoOffset, size), Status.ACCESS_DENIED);
    ensure(this.space.vm.hasRoomForRegions, Status.NO_MEMORY);
    const base = this.place(flags, offset, size);
    if ((flags & VmFlag.SPECIFIC_OVERWRITE) !== 0) this.clear(base, base + size);
    const mapping = new Mapping(this, base, size, vmo, vmoOffset, permissions, allowed & this.permissions);
    this.insert(mapping);
    if (isCode) this.space.code = mapping;
    for (const each of this.space.vm.listeners.all) each.mapped(mapping);
    if ((flags & VmFlag.MAP_RANGE) !== 0) this.enterAll(mapping);
    return mapping;
  }

  private enterAll(mapping: Mapping): void {
    const status = mapping.enterAll();
    if (status === Status.OK) return;
    this.discard(mapping);
    throw new StatusError(status);
  }

  /** Takes a mapping out again that has just been made. */
  discard(mapping: Mapping): void {
    this.detach(mapping);
    mapping.remove();
  }

  /** The address for a new region of `size` bytes. */
  private place(flags: number, offset: number, size: number): number {
    const isSpecific = (flags & (VmFlag.SPECIFIC | VmFlag.SPECIFIC_OVERWRITE)) !== 0;
    ensure(isSpecific || offset === 0, Status.INVALID_ARGS);
    ensure(!isSpecific || (this.flags & VmFlag.CAN_MAP_SPECIFIC) !== 0, Status.ACCESS_DENIED);
    const isInside = offset < this.size && size <= this.size - offset;
    ensure(isPageAligned(offset) && isInside, Status.INVALID_ARGS);
    const base = isSpecific ? this.base + offset : this.anyPlace(size);
    const isTaken = (flags & VmFlag.SPECIFIC) !== 0 && (flags & VmFlag.SPECIFIC_OVERWRITE) === 0;
    ensure(base >= 0 && !(isTaken && !isFree(this.regions, base, size)), Status.NO_MEMORY);
    return base;
  }

  private anyPlace(size: number): number {
    const { vm } = this.space;
    const { regions, lowestGaps } = this;
    if (!vm.isRandomized) return lowestPlace(this, regions, size, lowestGaps);
    const isCompact = (this.flags & VmFlag.COMPACT) !== 0;
    if (isCompact) return compactPlace(this, regions, size, lowestGaps, vm.random);
    return randomPlace(this, regions, size, vm.random);
  }

  /** Throws StatusError with a status of zx_vmar_unmap. */
  unmap(base: number, length: number): void {
    ensure(this.isAlive, Status.BAD_STATE);
    const size = roundUpToPage(length);
    ensure(this.holds(base, size), Status.INVALID_ARGS);
    const end = base + size;
    ensure(!this.space.keepsCodeIn(base, end), Status.ACCESS_DENIED);
    const affected = this.overlapping(base, end);
    ensure(affected.length > 0, Status.NOT_FOUND);
    const isCut = (region: Region): boolean => region.isVmar && (region.base < base || region.end > end);
    ensure(!affected.some(isCut), Status.INVALID_ARGS);
    const isHole = affected[0].base < base && affected[0].end > end;
    ensure(!isHole || this.space.vm.hasRoomForRegions, Status.NO_MEMORY);
    for (const region of affected) this.cut(region, base, end);
  }

  /** Makes room for a mapping that overwrites others. */
  private clear(base: number, end: number): void {
    ensure(!this.space.keepsCodeIn(base, end), Status.ACCESS_DENIED);
    const affected = this.overlapping(base, end);
    ensure(!affected.some((region) => region.isVmar), Status.INVALID_ARGS);
    for (const region of affected) this.cut(region, base, end);
  }

  /** Takes what lies between two addresses out of a region. */
  private cut(region: Region, base: number, end: number): void {
    if (region.isVmar) {
      region.destroyTree();
      return;
    }
    if (region.end > end) this.insert(region.split(end));
    const gone = region.base < base ? region.split(base) : region;
    if (gone === region) this.detach(region);
    else this.lowestGaps.opened(base);
    gone.remove();
  }

  /** Throws StatusError with a status of zx_vmar_protect. */
  protect(permissions: number, base: number, length: number): void {
    ensure(this.isAlive, Status.BAD_STATE);
    ensure((permissions & ~PERMISSIONS) === 0 && isExpressible(permissions), Status.INVALID_ARGS);
    const size = roundUpToPage(length);
    ensure(this.holds(base, size), Status.INVALID_ARGS);
    ensure(this.space.vm.hasRoomForRegions, Status.NO_MEMORY);
    const end = base + size;
    for (const mapping of this.protectable(permissions, base, end)) {
      if (mapping.end > end) this.insert(mapping.split(end));
      const changed = mapping.base < base ? mapping.split(base) : mapping;
      if (changed !== mapping) this.insert(changed);
      changed.protect(permissions);
    }
  }

  /** The mappings that fill a range and may all have these permissions. */
  private protectable(permissions: number, base: number, end: number): Mapping[] {
    const found: Mapping[] = [];
    let reached = base;
    for (const region of this.overlapping(base, end)) {
      ensure(region.base <= reached, Status.NOT_FOUND);
      if (region.isVmar) throw new StatusError(Status.INVALID_ARGS);
      ensure((permissions & ~region.allowed) === 0, Status.ACCESS_DENIED);
      const becomesCode = (permissions & VmFlag.PERM_EXECUTE) !== 0 && region.vmo.codeSegment !== undefined;
      ensure(!becomesCode && region !== this.space.code, Status.ACCESS_DENIED);
      found.push(region);
      reached = region.end;
    }
    ensure(reached >= end, Status.NOT_FOUND);
    return found;
  }

  /** Throws StatusError with a status of zx_vmar_destroy. */
  destroy(): void {
    ensure(this.isAlive, Status.BAD_STATE);
    ensure(!this.space.keepsCodeIn(this.base, this.end), Status.ACCESS_DENIED);
    this.destroyTree();
  }

  /** Destroys it and everything in it, whatever that is. */
  destroyTree(): void {
    this.parent?.detach(this);
    const left: Region[] = [this];
    for (let region = left.pop(); region !== undefined; region = left.pop()) {
      if (!region.isVmar) {
        region.remove();
        continue;
      }
      if (region.parent !== undefined) this.space.vm.regions -= 1;
      region.isAlive = false;
      // One by one: there may be more than a call has room for as arguments.
      for (const part of region.regions) left.push(part);
      region.regions.length = 0;
    }
  }

  // The regions.

  private holds(base: number, size: number): boolean {
    return isPageAligned(base) && size > 0 && base >= this.base && base < this.end && size <= this.end - base;
  }
  private overlapping(base: number, end: number): Region[] {
    const first = firstEndingAbove(this.regions, base);
    let last = first;
    while (last < this.regions.length && this.regions[last].base < end) last += 1;
    return this.regions.slice(first, last);
  }
  private insert(region: Region): void {
    const at = firstEndingAbove(this.regions, region.base);
    this.regions.splice(at, 0, region);
    // What is behind it was in front of all regions.
    if (at === 0) this.lowestGaps.opened(region.end);
  }
  private detach(region: Region): void {
    const at = this.regions.indexOf(region, firstEndingAbove(this.regions, region.base));
    if (at < 0) return;
    this.regions.splice(at, 1);
    this.lowestGaps.opened(at === 0 ? this.base : this.regions[at - 1].end);
  }
  /** The region at an address, or undefined. */
  regionAt(address: number): Region | undefined {
    const region = this.regions.at(firstEndingAbove(this.regions, address));
    return region !== undefined && region.base <= address ? region : undefined;
  }

  audit(inspector: Inspector): void {
    const { base, size, parent, regions, isAlive } = this;
    inspector.ensure(isPageAligned(base) && isPageAligned(size) && size > 0, 'VMARs are of whole pages');
    if (isAlive) inspector.note('regions in a tree', this, -1);
    else inspector.ensure(regions.length === 0, 'a VMAR that is gone is empty');
    if (isAlive && parent !== undefined) inspector.ensure(parent.isAlive, 'a VMAR lives in one that lives');
    let reached = base;
    for (const region of regions) {
      inspector.ensure(region.parent === this && region.space === this.space, 'regions are in their VMAR');
      inspector.ensure(region.base >= reached && region.size > 0, 'regions come one after the other');
      inspector.note('regions in a tree', region, 1);
      inspector.note('regions', 'all', 1);
      reached = region.base + region.size;
    }
    inspector.ensure(reached <= this.end, 'regions are inside their VMAR');
    inspector.ensure(this.lowestGaps.areOf(this), 'gaps are in their VMAR');
  }
}

function ensure(condition: boolean, status: number): void {
  if (!condition) throw new StatusError(status);
}

function checkMap({ flags, vmo, vmoOffset = 0, size }: MapRequest): void {
  const eagerOverwrite = VmFlag.SPECIFIC_OVERWRITE | VmFlag.MAP_RANGE;
  ensure((flags & ~MAP_FLAGS) === 0 && (flags & eagerOverwrite) !== eagerOverwrite, Status.INVALID_ARGS);
  ensure(isExpressible(flags), Status.INVALID_ARGS);
  ensure(size > 0 && isPageAligned(vmoOffset), Status.INVALID_ARGS);
  ensure(vmoOffset + roundUpToPage(size) < 2 ** 64, Status.INVALID_ARGS);
  const needsFixedSize = (flags & VmFlag.REQUIRE_NON_RESIZABLE) !== 0;
  ensure(!needsFixedSize || !vmo.isResizable, Status.NOT_SUPPORTED);
}

/** No hardware has pages that can be written but not read. */
function isExpressible(permissions: number): boolean {
  return (permissions & VmFlag.PERM_WRITE) === 0 || (permissions & VmFlag.PERM_READ) !== 0;
}
