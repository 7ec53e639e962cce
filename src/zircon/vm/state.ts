/** What of virtual memory belongs to a snapshot of the kernel (`persist.ts`). RAM itself is the machine's. */
import type { PersistentClass } from '../state/persist.js';
import { AddressSpace } from './address-space.js';
import { Mapping } from './mapping.js';
import { PageAllocator } from './page-allocator.js';
import { PageTable } from './page-table.js';
import { PagedVmo } from './paged-vmo.js';
import { PhysicalVmo } from './physical-vmo.js';
import { Pin } from './pin.js';
import { VirtualMemory } from './virtual-memory.js';
import { Vmar } from './vmar.js';

export const vmClasses: readonly PersistentClass[] = [
  AddressSpace,
  Mapping,
  PageAllocator,
  PageTable,
  PagedVmo,
  PhysicalVmo,
  Pin,
  VirtualMemory,
  Vmar,
];

/** Fields that are not state: who listens. */
export const vmTransient: readonly string[] = ['VirtualMemory.watching'];
