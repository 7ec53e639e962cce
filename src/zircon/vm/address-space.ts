/** One process's address space: the root VMAR, the translation tables, and the kernel's way in. */
import type { Access } from '../../engine/index.js';
import { Status, VmFlag } from '../abi/constants.js';
import { CAN_MAP } from './flags.js';
import { PAGE_SIZE, roundDownToPage, USER_BASE, USER_SIZE } from './layout.js';
import type { CommitReason } from './listener.js';
import type { Mapping } from './mapping.js';
import { NO_PAGE } from './page-allocator.js';
import { PageTable } from './page-table.js';
import type { VirtualMemory } from './virtual-memory.js';
import { Vmar } from './vmar.js';
import type { Vmo } from './vmo.js';
import type { Inspector } from '../state/inspector.js';

/** TTBR0_EL1.ASID has 16 bits. */
export const ASIDS = 0x1_0000;
/** ASID where no user address is translated. */
export const NO_ASID = 0;

/** A word on its way to user memory. */
const word = new DataView(new ArrayBuffer(4));
const wordBytes = new Uint8Array(word.buffer);

export class AddressSpace {
  readonly rootVmar: Vmar;
  /** Undefined if there was no memory for it, or after the end: then nothing can be mapped. */
  tables: PageTable | undefined;
  /** The one executable mapping of the vDSO, once there is one. */
  code: Mapping | undefined;
  private lastMapping: Mapping | undefined;

  constructor(
    readonly vm: VirtualMemory,
    private readonly asid: number,
  ) {
    this.rootVmar = new Vmar(this, undefined, USER_BASE, USER_SIZE, CAN_MAP | VmFlag.CAN_MAP_SPECIFIC);
    this.rootVmar.name = 'root';
    const page = vm.pages.allocate('table');
    this.tables = page === NO_PAGE ? undefined : new PageTable(vm.pages, page);
  }

  /** What goes into TTBR0_EL1: physical address of the root table, and ASID. */
  get translationTable(): { readonly root: number; readonly asid: number } {
    const { tables, vm } = this;
    if (tables === undefined) return { root: vm.emptyRoot, asid: NO_ASID };
    return { root: vm.pages.ram.base + tables.root, asid: this.asid };
  }

  /**
   * A thread's access to an address was refused by the tables. OK: the page is there now, the access goes on.
   * NOT_FOUND: nothing is mapped there; ACCESS_DENIED: not with this permission; OUT_OF_RANGE: behind the VMO's
   * end; NO_MEMORY. SHOULD_WAIT: a pager has the page, BAD_STATE: it is gone.
   */
  fault(address: number, access: Access, reason: CommitReason = 'page fault'): number {
    const mapping = this.mappingAt(address);
    if (mapping === undefined) return Status.NOT_FOUND;
    return mapping.fault(roundDownToPage(address), access, reason);
  }

  /** The mapping at an address. */
  mappingAt(address: number): Mapping | undefined {
    const last = this.lastMapping;
    if (last !== undefined && address >= last.base && address < last.end) return last;
    this.lastMapping = this.findMapping(address);
    return this.lastMapping;
  }
  private findMapping(address: number): Mapping | undefined {
    let region = this.rootVmar.regionAt(address);
    while (region?.isVmar === true) region = region.regionAt(address);
    return region;
  }
  forgetMapping(mapping: Mapping): void {
    if (this.lastMapping === mapping) this.lastMapping = undefined;
    if (this.code === mapping) this.code = undefined;
  }

  // The kernel's accesses for user code, under user code's permissions.

  /** RAM offset of the byte at a user address, committed and readable (writable), or -1. */
  resolve(address: number, write: boolean): number {
    const { tables } = this;
    if (tables === undefined || address >= USER_BASE + USER_SIZE) return -1;
    let page = tables.userPageAt(address, write);
    if (Number.isNaN(page)) {
      if (this.fault(address, write ? 'write' : 'read', 'user copy') !== Status.OK) return -1;
      page = tables.userPageAt(address, write);
    }
    const { ram } = this.vm.pages;
    return page >= 0 && page < ram.size ? page + (address % PAGE_SIZE) : -1;
  }

  /** Copies from user memory; false at a bad address. */
  copyIn(address: number, bytes: Uint8Array): boolean {
    const { pages, work } = this.vm;
    work.addCopy(bytes.length);
    for (let done = 0; done < bytes.length;) {
      const at = address + done;
      const length = Math.min(PAGE_SIZE - (at % PAGE_SIZE), bytes.length - done);
      const offset = this.resolve(at, false);
      if (offset < 0) return false;
      pages.ram.readInto(offset, bytes, done, length);
      done += length;
    }
    return true;
  }
  /** Copies to user memory; false at a bad address, with the pages before it written. */
  copyOut(address: number, bytes: Uint8Array): boolean {
    const { pages, work } = this.vm;
    work.addCopy(bytes.length);
    for (let done = 0; done < bytes.length;) {
      const at = address + done;
      const length = Math.min(PAGE_SIZE - (at % PAGE_SIZE), bytes.length - done);
      const offset = this.resolve(at, true);
      if (offset < 0) return false;
      pages.ram.write(offset, length === bytes.length ? bytes : bytes.subarray(done, done + length));
      done += length;
    }
    return true;
  }

  /** Writes a word to user memory; false at a bad address. */
  putU32(address: number, value: number): boolean {
    word.setUint32(0, value, true);
    return this.copyOut(address, wordBytes);
  }

  // The kernel's accesses for debuggers: whatever the permissions are.

  /**
   * Where somebody outside the machine finds a user address, without anything being committed: offset in RAM, or -1.
   * `write`: only where a store would change nothing but what the process itself could change.
   */
  look(address: number, write: boolean): number {
    if (!write) return this.mappingAt(address)?.ramOffset(address) ?? -1;
    const page = this.tables?.userPageAt(address, true) ?? NaN;
    return page >= 0 && page < this.vm.pages.ram.size ? page + (address % PAGE_SIZE) : -1;
  }

  /** Reads from one page; false if nothing is mapped there. */
  peek(address: number, bytes: Uint8Array): boolean {
    const mapping = this.mappingAt(address);
    const offset = mapping?.ramOffset(address) ?? -1;
    if (offset < 0) return false;
    this.vm.pages.ram.readInto(offset, bytes, 0, bytes.length);
    return true;
  }
  /** Writes to one page; false if nothing is mapped there, or the vDSO, which all processes share. */
  poke(address: number, bytes: Uint8Array): boolean {
    const mapping = this.mappingAt(address);
    if (mapping === undefined || mapping.vmo.codeSegment !== undefined) return false;
    if (!mapping.commit(roundDownToPage(address), 'user copy')) return false;
    const offset = mapping.ramOffset(address);
    if (offset < 0) return false;
    this.vm.pages.ram.write(offset, bytes);
    return true;
  }

  // The vDSO's code: one executable mapping, exactly its code segment, for ever. Zircon's docs/vdso.md.

  /** Where the vDSO's code is mapped, or 0. */
  get codeBase(): number {
    return this.code?.base ?? 0;
  }
  /** Whether this executable mapping of a vDSO image may be. */
  admitsCode(vmo: Vmo, offset: number, size: number): boolean {
    const segment = vmo.codeSegment;
    return this.code === undefined && segment?.offset === offset && segment.size === size;
  }
  /** Whether the vDSO's code lies in a range. */
  keepsCodeIn(base: number, end: number): boolean {
    return this.code !== undefined && this.code.base < end && this.code.end > base;
  }

  /** The end: everything is unmapped, the tables are given back. */
  destroy(): void {
    if (this.rootVmar.isAlive) this.rootVmar.destroyTree();
    if (this.tables === undefined) return;
    this.tables.destroy();
    this.tables = undefined;
    this.vm.invalidateAll();
  }

  audit(inspector: Inspector): void {
    const { rootVmar, tables, code, lastMapping, asid } = this;
    inspector.ensure(
      rootVmar.space === this && rootVmar.parent === undefined,
      'an address space has its root',
    );
    inspector.ensure(
      rootVmar.base === USER_BASE && rootVmar.size === USER_SIZE,
      'the root is all that user code may have',
    );
    if (rootVmar.isAlive) inspector.note('regions in a tree', rootVmar, 1);
    for (const mapping of [code, lastMapping]) {
      const isHere =
        mapping === undefined || (mapping.space === this && mapping.parent.regions.includes(mapping));
      inspector.ensure(isHere, 'mappings that are known are there');
    }
    if (tables === undefined) return;
    inspector.once('table', tables);
    inspector.index(asid - 1, ASIDS - 1, 'the ASID');
    inspector.ensure(rootVmar.isAlive, 'tables are those of a space that lives');
  }
  /** The tables translate what the mappings show. */
  auditWhole(inspector: Inspector): void {
    const { tables } = this;
    if (tables === undefined) return;
    for (const [address, descriptor] of tables.audited(inspector)) {
      const mapping = this.findMapping(address);
      inspector.ensure(mapping?.shows(address, descriptor) === true, 'the tables translate what is mapped');
    }
  }
}
