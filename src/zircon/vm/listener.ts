/** What virtual memory tells to those who watch: `--trace vm`. */
import type { Mapping } from './mapping.js';
import type { Vmo } from './vmo.js';

/** Why a page was committed. */
export type CommitReason =
  /** A thread wrote to a mapping. */
  | 'page fault'
  /** The kernel wrote to a mapping for a thread. */
  | 'user copy'
  /** vmo_write. */
  | 'vmo write'
  /** ZX_VMO_OP_COMMIT. */
  | 'commit'
  /** The kernel itself filled the VMO. */
  | 'kernel';

export interface VmListener {
  /** A page of RAM (byte offset) became page `index` of a VMO; `copied`: from the VMO that it is a clone of. */
  committed(vmo: Vmo, index: number, page: number, reason: CommitReason, copied: boolean): void;
  /** `count` pages of a VMO from `index` on were given back. */
  decommitted(vmo: Vmo, index: number, count: number): void;
  mapped(mapping: Mapping): void;
  unmapped(mapping: Mapping, base: number, size: number): void;
}
