/**
 * The regions in use. A region stands in the decoded entries where it may be entered, as their handler; beside each entry
 * is the handler that it had before (`heat.ts`).
 */
import { CODE_PAGE_SIZE } from '../code-pages.js';
import type { DecodedPages } from '../interpreter/decoded-pages.js';
import type { HandlerTable } from '../interpreter/handler-table.js';
import { DECODED_ENTRY_SIZE, HEAT_HANDLER, heatAddress } from '../layout.js';
import { PAGE_WORDS } from './region.js';
import type { Outline } from './workshop.js';

/** A region of a page, and of the one that is mapped behind it: numbers of 4 KiB pages of physical memory. */
export interface PlacedRegion {
  readonly page: number;
  readonly second: number | undefined;
  readonly outline: Outline;
  readonly execute: WebAssembly.ExportValue;
}

/** Regions that were compiled together, and go together when there is no more room. */
interface Module {
  readonly bytes: number;
  readonly regions: Set<InUse>;
}

interface InUse {
  /** For each page the places in it, in words, of which it has instructions. */
  readonly places: ReadonlyMap<number, ReadonlySet<number>>;
  readonly entries: readonly number[];
  readonly handler: number;
  readonly module: Module;
}

export class RegionCache {
  private readonly view: DataView;
  private readonly ofPage = new Map<number, Set<InUse>>();
  /** The oldest first. */
  private readonly modules = new Set<Module>();
  bytes = 0;
  /** Regions in use. */
  count = 0;

  /** `most`: bytes of WebAssembly. */
  constructor(
    memory: WebAssembly.Memory,
    private readonly pages: DecodedPages,
    private readonly table: HandlerTable,
    private readonly most: number,
  ) {
    this.view = new DataView(memory.buffer);
  }

  /** Whether a region begins at a decoded entry. */
  beginsAt(entry: number): boolean {
    return this.replaced(entry) !== 0;
  }
  private replaced(entry: number): number {
    return this.view.getUint16(heatAddress(entry) + HEAT_HANDLER, true);
  }

  /** Whether a region has the instruction at a place of a page. */
  covers(page: number, place: number): boolean {
    for (const { places } of this.ofPage.get(page) ?? [])
      if (places.get(page)?.has(place) === true) return true;
    return false;
  }
  /** Puts the regions of a module of so many bytes into use; what is oldest goes if there is no more room. */
  add(placed: readonly PlacedRegion[], bytes: number): void {
    const module: Module = { bytes, regions: new Set() };
    for (const oldest of this.modules) {
      if (this.bytes + bytes <= this.most && this.table.room >= placed.length) break;
      for (const region of oldest.regions) this.drop(region);
    }
    this.modules.add(module);
    this.bytes += bytes;
    for (const each of placed) this.install(each, module);
  }

  private install(
    { page, second, outline: { spans, entries }, execute }: PlacedRegion,
    module: Module,
  ): void {
    const { table, view } = this;
    const handler = table.allocate();
    table.set(handler, execute);
    const decoded = this.pages.addressOf(page);
    const own = entries
      .map((place) => decoded + place * DECODED_ENTRY_SIZE)
      .filter((entry) => !this.beginsAt(entry));
    for (const entry of own) {
      view.setUint16(heatAddress(entry) + HEAT_HANDLER, view.getUint16(entry, true), true);
      view.setUint16(entry, handler, true);
    }
    const places = new Map<number, Set<number>>();
    const add = (place: number, of: number | undefined): void => {
      if (of !== undefined) places.set(of, (places.get(of) ?? new Set()).add(place));
    };
    for (const { start, length } of spans) {
      for (let place = start; place < start + length; place++) {
        if (place < PAGE_WORDS) add(place, page);
        else add(place - PAGE_WORDS, second);
      }
    }
    const region = { places, entries: own, handler, module };
    module.regions.add(region);
    for (const each of places.keys()) this.ofPage.set(each, (this.ofPage.get(each) ?? new Set()).add(region));
    this.count += 1;
  }

  /** Drops the regions that have instructions of the bytes `first` to `last` of a page; how many. */
  changed(page: number, first: number, last: number): number {
    const before = this.count;
    const isWhole = first === 0 && last === CODE_PAGE_SIZE - 1;
    for (const region of this.ofPage.get(page) ?? []) {
      const places = region.places.get(page);
      if (isWhole || (places !== undefined && hasAny(places, first >> 2, last >> 2))) this.drop(region);
    }
    return before - this.count;
  }

  private drop(region: InUse): void {
    const { places, entries, handler, module } = region;
    for (const entry of entries) {
      // What was decoded anew since has a handler of its own.
      if (this.view.getUint16(entry, true) === handler)
        this.view.setUint16(entry, this.replaced(entry), true);
      this.view.setUint16(heatAddress(entry) + HEAT_HANDLER, 0, true);
    }
    this.table.release(handler);
    this.count -= 1;
    for (const page of places.keys()) {
      const ofPage = this.ofPage.get(page);
      ofPage?.delete(region);
      if (ofPage?.size === 0) this.ofPage.delete(page);
    }
    module.regions.delete(region);
    if (module.regions.size > 0) return;
    this.modules.delete(module);
    this.bytes -= module.bytes;
  }
}

function hasAny(places: ReadonlySet<number>, first: number, last: number): boolean {
  for (let place = first; place <= last; place++) if (places.has(place)) return true;
  return false;
}
