/** What ZX_INFO_* tells of memory. <zircon/syscalls/object.h>. */
import { MapsType, VmoInfo } from '../../abi/constants.js';
import type { Kernel } from '../../kernel.js';
import type { Process } from '../../objects/process.js';
import type { VmarDispatcher } from '../../objects/vmar.js';
import { VmoDispatcher } from '../../objects/vmo.js';
import { PAGE_SIZE, USER_BASE, USER_SIZE } from '../../vm/layout.js';
import { describeVmo, mappingsOf, regionsOf, type PlacedRegion } from '../../vm/usage.js';
import type { Vmo } from '../../vm/vmo.js';
import { StructWriter } from './struct-writer.js';
import { requireLiving } from './task-info.js';

export function vmarInfo({ vmar }: VmarDispatcher): Uint8Array {
  return new StructWriter('zx_info_vmar').u64('base', vmar.base).u64('len', vmar.size).bytes;
}

function vmoRecord(vmo: Vmo, via: number, rights: number): Uint8Array {
  const about = describeVmo(vmo);
  return new StructWriter('zx_info_vmo')
    .u64('koid', about.koid)
    .name('name', about.name)
    .u64('size_bytes', about.size)
    .u64('parent_koid', about.parentKoid)
    .u64('num_children', about.children)
    .u64('num_mappings', about.mappings)
    .u64('share_count', about.shareCount)
    .u32('flags', about.flags | via)
    .u64('committed_bytes', about.committedBytes)
    .u32('handle_rights', rights)
    .u32('create_options', about.createOptions)
    .u32('cache_policy', about.cachePolicy).bytes;
}
export const vmoInfo = ({ vmo }: VmoDispatcher, rights: number): Uint8Array =>
  vmoRecord(vmo, VmoInfo.VIA_HANDLE, rights);

/** VMOs that a process has handles to, then those that it maps. */
export function processVmos(process: Process): Uint8Array[] {
  requireLiving(process);
  const held = process.handles
    .list()
    .flatMap(({ object, rights }) => (object instanceof VmoDispatcher ? [vmoInfo(object, rights)] : []));
  return [...held, ...mappingsOf(process.aspace).map(({ vmo }) => vmoRecord(vmo, VmoInfo.VIA_MAPPING, 0))];
}

/** The address space, then all that is in it, each VMAR before its parts. */
export function processMaps(process: Process): Uint8Array[] {
  requireLiving(process);
  const space = new StructWriter('zx_info_maps')
    .name('name', `proc:${process.koid}`)
    .u64('base', USER_BASE)
    .u64('size', USER_SIZE)
    .u32('type', MapsType.ASPACE);
  return [space.bytes, ...Array.from(regionsOf(process.aspace), regionRecord)];
}

function regionRecord({ depth, region }: PlacedRegion): Uint8Array {
  const record = new StructWriter('zx_info_maps')
    .u64('base', region.base)
    .u64('size', region.size)
    .u64('depth', depth);
  if (region.isVmar) return record.name('name', region.name).u32('type', MapsType.VMAR).bytes;
  const mapping = new StructWriter('zx_info_maps_mapping')
    .u32('mmu_flags', region.permissions)
    .u64('vmo_koid', region.vmo.koid)
    .u64('vmo_offset', region.offset)
    .u64('committed_pages', region.committedPages);
  return record.name('name', region.vmo.name).u32('type', MapsType.MAPPING).nested('u', mapping.bytes).bytes;
}

/** The kernel's own data is host memory and not counted: it has no heap in the machine's RAM. */
export function memoryStatistics(kernel: Kernel): Uint8Array {
  const { pages } = kernel.vm;
  const { used } = pages;
  return new StructWriter('zx_info_kmem_stats')
    .u64('total_bytes', pages.total * PAGE_SIZE)
    .u64('free_bytes', pages.available * PAGE_SIZE)
    .u64('wired_bytes', used.wired * PAGE_SIZE)
    .u64('vmo_bytes', used.vmo * PAGE_SIZE)
    .u64('mmu_overhead_bytes', used.table * PAGE_SIZE)
    .u64('ipc_bytes', kernel.ipc.bytes).bytes;
}
