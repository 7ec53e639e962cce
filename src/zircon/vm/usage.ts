/** What is mapped where and how much memory it takes: ZX_INFO_PROCESS_MAPS, ZX_INFO_TASK_STATS, ZX_INFO_VMO. */
import { VmoInfo } from '../abi/constants.js';
import type { AddressSpace } from './address-space.js';
import { PAGE_SIZE } from './layout.js';
import type { Mapping } from './mapping.js';
import type { Region } from './vmar.js';
import type { Vmo } from './vmo.js';

/** zx_info_vmo_t.create_options. */
const CREATED_RESIZABLE = 1 << 0;
const CREATED_CONTIGUOUS = 1 << 1;

/** A region of an address space and how deep in the tree it lies: the root VMAR at depth 1, below the space. */
export interface PlacedRegion {
  readonly depth: number;
  readonly region: Region;
}

/** All regions, each VMAR before what is in it, in order of their addresses. */
export function* regionsOf(space: AddressSpace): Generator<PlacedRegion> {
  const left: PlacedRegion[] = [{ depth: 1, region: space.rootVmar }];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    yield next;
    const { depth, region } = next;
    if (!region.isVmar) continue;
    for (let i = region.regions.length - 1; i >= 0; i--) {
      left.push({ depth: depth + 1, region: region.regions[i] });
    }
  }
}

/** All mappings, in order of their addresses. */
export function mappingsOf(space: AddressSpace): Mapping[] {
  return [...regionsOf(space)].flatMap(({ region }) => (region.isVmar ? [] : [region]));
}

/** Bytes that a process has mapped; `private`, `shared` and `scaledShared` count committed ones only. */
export interface MemoryUse {
  mapped: number;
  private: number;
  shared: number;
  /** Shared bytes, each divided by the number of processes that map its VMO. */
  scaledShared: number;
}

/** zx_info_task_stats_t. */
export function memoryUse(space: AddressSpace): MemoryUse {
  const use = { mapped: 0, private: 0, shared: 0, scaledShared: 0 };
  const shareCounts = new Map<Vmo, number>();
  for (const mapping of mappingsOf(space)) {
    const committed = mapping.committedPages * PAGE_SIZE;
    const sharers = shareCounts.get(mapping.vmo) ?? mapping.vmo.shareCount;
    shareCounts.set(mapping.vmo, sharers);
    use.mapped += mapping.size;
    if (sharers === 1) use.private += committed;
    else {
      use.shared += committed;
      use.scaledShared += Math.floor(committed / sharers);
    }
  }
  return use;
}

/** What zx_info_vmo_t says of a VMO apart from handles to it. */
export interface VmoDescription {
  readonly koid: number;
  readonly name: string;
  readonly size: number;
  readonly parentKoid: number;
  readonly children: number;
  readonly mappings: number;
  readonly shareCount: number;
  readonly flags: number;
  readonly committedBytes: number;
  readonly createOptions: number;
  readonly cachePolicy: number;
}

export function describeVmo(vmo: Vmo): VmoDescription {
  return {
    koid: vmo.koid,
    name: vmo.name,
    size: vmo.size,
    parentKoid: vmo.parent?.koid ?? 0,
    children: vmo.children.size,
    mappings: vmo.mappings.size,
    shareCount: vmo.shareCount,
    flags: (vmo.isPaged ? VmoInfo.TYPE_PAGED : 0) | (vmo.parent === undefined ? 0 : VmoInfo.IS_COW_CLONE),
    committedBytes: vmo.committedBytes,
    createOptions: (vmo.isResizable ? CREATED_RESIZABLE : 0) | (vmo.isContiguous ? CREATED_CONTIGUOUS : 0),
    cachePolicy: vmo.cachePolicy,
  };
}
