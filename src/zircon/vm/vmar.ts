/** Virtual memory address regions: who may map what where. Zircon's docs/objects/vm_address_region.md. */
import { Status } from '../abi/constants.js';
import type { AddressSpace } from './address-space.js';
import { CAN_MAP, CAN_MAP_SHIFT, isPageAligned, PERMISSIONS, roundUpToPage, VmOption } from './layout.js';
import { Mapping } from './mapping.js';
import { compactPlace, firstEndingAbove, isFree, lowestPlace, randomPlace } from './placement.js';
import type { Vmo } from './vmo.js';

export type Region = Vmar | Mapping;

const ALLOCATE_OPTIONS = VmOption.COMPACT | VmOption.SPECIFIC | VmOption.CAN_MAP_SPECIFIC | CAN_MAP;
const MAP_OPTIONS =
  PERMISSIONS |
  VmOption.SPECIFIC |
  VmOption.SPECIFIC_OVERWRITE |
  VmOption.MAP_RANGE |
  VmOption.REQUIRE_NON_RESIZABLE;

/** What `map` is asked for. Addresses and lengths in bytes. */
export interface MapRequest {
  readonly options: number;
  /** From the VMAR's base; only with SPECIFIC or SPECIFIC_OVERWRITE. */
  readonly vmarOffset: number;
  readonly vmo: Vmo;
  readonly vmoOffset: number;
  readonly length: number;
  /** PERM_* bits that the handles of the VMAR and of the VMO allow together. */
  readonly allowed: number;
}

export class Vmar {
  readonly isVmar = true;
  /** Parts in use, in order of their addresses. */
  readonly regions: Region[] = [];
  isAlive = true;
  name = 'useralloc';

  /** `options`: COMPACT, CAN_MAP_* bits. */
  constructor(
    readonly space: AddressSpace,
    readonly parent: Vmar | undefined,
    readonly base: number,
    readonly size: number,
    readonly options: number,
  ) {}

  get end(): number {
    return this.base + this.size;
  }
  /** PERM_* bits that mappings in it may have. */
  private get permissions(): number {
    return (this.options & CAN_MAP) >> CAN_MAP_SHIFT;
  }

  /** A new subregion, or the status of zx_vmar_allocate. */
  allocate(options: number, offset: number, size: number): Vmar | number {
    if (!this.isAlive) return Status.BAD_STATE;
    if ((options & ~ALLOCATE_OPTIONS) !== 0) return Status.INVALID_ARGS;
    if (size === 0 || !isPageAligned(size)) return Status.INVALID_ARGS;
    if ((options & CAN_MAP & ~this.options) !== 0) return Status.ACCESS_DENIED;
    const base = this.place(options, offset, size);
    if (base < 0) return base;
    const child = new Vmar(this.space, this, base, size, options);
    this.insert(child);
    return child;
  }

  /** A new mapping, or the status of zx_vmar_map. */
  map(request: MapRequest): Mapping | number {
    const { options, vmo, vmoOffset } = request;
    const invalid = this.checkMap(request);
    if (invalid !== Status.OK) return invalid;
    const size = roundUpToPage(request.length);
    const permissions = options & PERMISSIONS;
    const isSpecial = (permissions & VmOption.PERM_EXECUTE) !== 0 && vmo.codeSegment !== undefined;
    if (isSpecial && !this.space.admitsCode(vmo, vmoOffset, size)) return Status.ACCESS_DENIED;
    const base = this.place(options, request.vmarOffset, size);
    if (base < 0) return base;
    if ((options & VmOption.SPECIFIC_OVERWRITE) !== 0) {
      const status = this.clear(base, base + size);
      if (status !== Status.OK) return status;
    }
    const allowed = request.allowed & this.permissions;
    const mapping = new Mapping(this, base, size, vmo, vmoOffset, permissions, allowed);
    this.insert(mapping);
    if (isSpecial) this.space.code = mapping;
    this.space.vm.listener?.mapped(mapping);
    if ((options & VmOption.MAP_RANGE) === 0) return mapping;
    const status = mapping.enterAll();
    if (status === Status.OK) return mapping;
    this.detach(mapping);
    mapping.remove();
    return status;
  }

  private checkMap({ options, vmo, vmoOffset, length, allowed }: MapRequest): number {
    if (!this.isAlive) return Status.BAD_STATE;
    const permissions = options & PERMISSIONS;
    const isEagerOverwrite =
      (options & VmOption.SPECIFIC_OVERWRITE) !== 0 && (options & VmOption.MAP_RANGE) !== 0;
    if ((options & ~MAP_OPTIONS) !== 0 || isEagerOverwrite) return Status.INVALID_ARGS;
    if (!isExpressible(permissions)) return Status.INVALID_ARGS;
    if (length === 0 || !isPageAligned(vmoOffset)) return Status.INVALID_ARGS;
    if (vmoOffset + roundUpToPage(length) >= 2 ** 64) return Status.INVALID_ARGS;
    if ((permissions & ~(allowed & this.permissions)) !== 0) return Status.ACCESS_DENIED;
    if ((options & VmOption.REQUIRE_NON_RESIZABLE) !== 0 && vmo.isResizable) return Status.NOT_SUPPORTED;
    return Status.OK;
  }

  /** The address for a new region of `size` bytes, or a status. */
  private place(options: number, offset: number, size: number): number {
    const isSpecific = (options & (VmOption.SPECIFIC | VmOption.SPECIFIC_OVERWRITE)) !== 0;
    if (offset !== 0 && !isSpecific) return Status.INVALID_ARGS;
    if (isSpecific && (this.options & VmOption.CAN_MAP_SPECIFIC) === 0) return Status.ACCESS_DENIED;
    if (!isPageAligned(offset) || offset >= this.size || size > this.size - offset)
      return Status.INVALID_ARGS;
    if (isSpecific) {
      const base = this.base + offset;
      if ((options & VmOption.SPECIFIC_OVERWRITE) !== 0) return base;
      return isFree(this.regions, base, size) ? base : Status.NO_MEMORY;
    }
    const base = this.anyPlace(size);
    return base < 0 ? Status.NO_MEMORY : base;
  }

  private anyPlace(size: number): number {
    const { vm } = this.space;
    if (!vm.isRandomized) return lowestPlace(this, this.regions, size);
    const isCompact = (this.options & VmOption.COMPACT) !== 0;
    return (isCompact ? compactPlace : randomPlace)(this, this.regions, size, vm.random);
  }

  /** zx_vmar_unmap. */
  unmap(base: number, length: number): number {
    if (!this.isAlive) return Status.BAD_STATE;
    const size = roundUpToPage(length);
    if (!this.holds(base, size)) return Status.INVALID_ARGS;
    const end = base + size;
    const affected = this.overlapping(base, end);
    if (affected.length === 0) return Status.NOT_FOUND;
    if (affected.some((region) => region.isVmar && (region.base < base || region.end > end))) {
      return Status.INVALID_ARGS;
    }
    if (this.space.keepsCodeIn(base, end)) return Status.ACCESS_DENIED;
    for (const region of affected) this.cut(region, base, end);
    return Status.OK;
  }

  /** Makes room for a mapping that overwrites others. */
  private clear(base: number, end: number): number {
    const affected = this.overlapping(base, end);
    if (affected.some((region) => region.isVmar)) return Status.INVALID_ARGS;
    if (this.space.keepsCodeIn(base, end)) return Status.ACCESS_DENIED;
    for (const region of affected) this.cut(region, base, end);
    return Status.OK;
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
    gone.remove();
  }

  /** zx_vmar_protect. */
  protect(options: number, base: number, length: number): number {
    if (!this.isAlive) return Status.BAD_STATE;
    if ((options & ~PERMISSIONS) !== 0 || !isExpressible(options)) return Status.INVALID_ARGS;
    const size = roundUpToPage(length);
    if (!this.holds(base, size)) return Status.INVALID_ARGS;
    const end = base + size;
    const affected = this.overlapping(base, end);
    const invalid = this.checkProtect(affected, options, base, end);
    if (invalid !== Status.OK) return invalid;
    for (const region of affected) {
      if (region.isVmar) continue;
      if (region.end > end) this.insert(region.split(end));
      const changed = region.base < base ? region.split(base) : region;
      if (changed !== region) this.insert(changed);
      changed.protect(options);
    }
    return Status.OK;
  }

  private checkProtect(affected: readonly Region[], permissions: number, base: number, end: number): number {
    let reached = base;
    for (const region of affected) {
      if (region.base > reached) return Status.NOT_FOUND;
      if (region.isVmar) return Status.INVALID_ARGS;
      if ((permissions & ~region.allowed) !== 0) return Status.ACCESS_DENIED;
      const makesCode = (permissions & VmOption.PERM_EXECUTE) !== 0 && region.vmo.codeSegment !== undefined;
      if (makesCode || region === this.space.code) return Status.ACCESS_DENIED;
      reached = region.end;
    }
    return reached < end ? Status.NOT_FOUND : Status.OK;
  }

  /** zx_vmar_destroy. */
  destroy(): number {
    if (!this.isAlive) return Status.BAD_STATE;
    if (this.space.keepsCodeIn(this.base, this.end)) return Status.ACCESS_DENIED;
    this.destroyTree();
    return Status.OK;
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
      region.isAlive = false;
      left.push(...region.regions);
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
    this.regions.splice(firstEndingAbove(this.regions, region.base), 0, region);
  }
  private detach(region: Region): void {
    const at = this.regions.indexOf(region, firstEndingAbove(this.regions, region.base));
    if (at >= 0) this.regions.splice(at, 1);
  }
  /** The region at an address, or undefined. */
  regionAt(address: number): Region | undefined {
    const region = this.regions.at(firstEndingAbove(this.regions, address));
    return region !== undefined && region.base <= address ? region : undefined;
  }
}

/** No hardware has pages that can be written but not read. */
function isExpressible(permissions: number): boolean {
  return (permissions & VmOption.PERM_WRITE) === 0 || (permissions & VmOption.PERM_READ) !== 0;
}
