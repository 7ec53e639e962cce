/**
 * Regions from one run to the next. Whoever boots a kernel boots it again: the same words come to the same places of
 * memory, and what was made of them holds. So a run takes the regions of the one before, compiles them beside execution,
 * and puts each into use when something of its page is decoded and all its words are there. What a guest does cannot
 * depend on it: a region that is kept is as one that is made.
 *
 * Generated code has addresses of decoded pages in it, so those pages get the places that they had.
 */
import { CODE_PAGE_SIZE } from '../code-pages.js';
import type { DecodedPages } from '../interpreter/decoded-pages.js';
import type { KeptInterpreter } from '../interpreter/interpreter.js';
import type { HostCompiler, KeptCode } from '../host-code.js';
import { IDLE_MOST, idleAfter } from '../idle-runs.js';
import { DECODED_ENTRY_SIZE } from '../layout.js';
import type { TierHost } from '../tier.js';
import type { PlacedRegion, RegionCache } from './region-cache.js';
import { PAGE_WORDS } from './region.js';
import type { Outline } from './workshop.js';

/** A page of physical memory by its number, and the byte address of its decoded page. */
export interface KeptPage {
  readonly page: number;
  readonly address: number;
}

export interface KeptRegion {
  readonly outline: Outline;
  /** The words of its spans, one behind the other. */
  readonly words: Int32Array;
  readonly first: KeptPage;
  /** The page behind, if the region has instructions of that. */
  readonly second: KeptPage | undefined;
}

/** A module of regions. */
export interface KeptModule extends KeptCode {
  /** What it imports as `s0`, `s1`, ...: numbers of the subroutines that are kept. */
  readonly subroutines: readonly number[];
  readonly regions: readonly KeptRegion[];
  /** Runs that have had no use for any of them since one had. */
  readonly idle: number;
}

/** What a run leaves for the next: plain data. It holds for the build of this program that made it. */
export interface KeptRegions {
  /** Modules that export a subroutine each. */
  readonly subroutines: readonly Uint8Array<ArrayBuffer>[];
  readonly modules: readonly KeptModule[];
  readonly interpreter: KeptInterpreter;
}

/** Bytes of WebAssembly that are kept. */
const BYTES_MOST = 2 ** 23;

/** A module that has been compiled. */
interface Live {
  readonly module: WebAssembly.Module;
  readonly exports: WebAssembly.Exports;
}

/** A module of the run before. */
interface Old {
  readonly kept: KeptModule;
  live: Live | undefined;
  isUsed: boolean;
}

/** A module of this run. */
interface New extends Live {
  readonly kept: KeptModule;
}

interface OldRegion {
  readonly region: KeptRegion;
  readonly module: Old;
}

/** Makes an instance of a module that imports such subroutines; what it exports. */
export type Link = (
  module: WebAssembly.Module,
  subroutines: readonly WebAssembly.ExportValue[],
) => WebAssembly.Exports;

/** Takes what the run before has left, and collects what this one leaves. */
export class RegionKeeper {
  private readonly old: Old[] = [];
  private readonly ofPage = new Map<number, OldRegion[]>();
  private readonly subroutines: Uint8Array<ArrayBuffer>[] = [];
  private readonly calls: WebAssembly.ExportValue[] = [];
  /** Modules of the run before that have been compiled. */
  private linked = 0;
  private readonly made: New[] = [];
  /** Of their WebAssembly. */
  private madeBytes = 0;

  constructor(
    before: KeptRegions | undefined,
    private readonly host: TierHost,
    private readonly pages: DecodedPages,
    private readonly cache: RegionCache,
    private readonly link: Link,
    /** Has a decoded entry decoded. */
    private readonly decode: (entry: number) => void,
    private readonly compiler: HostCompiler,
  ) {
    if (before === undefined) return;
    this.subroutines.push(...before.subroutines);
    for (const kept of before.modules) {
      const module: Old = { kept, live: undefined, isUsed: false };
      this.old.push(module);
      for (const region of kept.regions) {
        for (const each of pagesOf(region)) {
          pages.reserve(each.page, each.address);
          this.ofPage.set(each.page, [...(this.ofPage.get(each.page) ?? []), { region, module }]);
        }
      }
    }
  }

  /** The next module of the run before has been compiled: puts what holds of it into use; how many regions. */
  compiled(compiled: WebAssembly.Module): number {
    const module = this.old[this.linked++];
    const subroutines = module.kept.subroutines.map((each) => this.subroutine(each));
    module.live = { module: compiled, exports: this.link(compiled, subroutines) };
    const regions = module.kept.regions.filter(({ first }) => this.host.code.has(first.page));
    return regions.reduce((sum, region) => sum + this.revive({ region, module }), 0);
  }

  private subroutine(number: number): WebAssembly.ExportValue {
    return (this.calls[number] ??= this.link(
      new WebAssembly.Module(this.subroutines[number]),
      [],
    ).subroutine);
  }

  /** Something of a page has been decoded, or is hot: puts what holds of it into use; how many regions. */
  reached(page: number): number {
    const ofPage = this.ofPage.get(page);
    return ofPage === undefined ? 0 : ofPage.reduce((sum, each) => sum + this.revive(each), 0);
  }

  private revive({ region, module }: OldRegion): number {
    const { live } = module;
    if (live === undefined || !this.holds(region)) return 0;
    const { outline, first, second } = region;
    // A region has the interpreter execute some of its instructions; and what is decoded does not change unseen.
    for (const { start, length } of outline.spans)
      for (let place = start; place < start + length; place++) this.decode(entryOf(region, place));
    const placed: PlacedRegion = {
      page: first.page,
      second: second?.page,
      outline,
      execute: live.exports[outline.name],
    };
    this.cache.add([placed], Math.ceil(module.kept.bytes.length / module.kept.regions.length));
    module.isUsed = true;
    return 1;
  }

  /** Whether a region is not in use, and could be. */
  private holds({ outline: { spans, entries }, words, first, second }: KeptRegion): boolean {
    const { pages, cache, host } = this;
    if (entries.some((place) => cache.beginsAt(first.address + place * DECODED_ENTRY_SIZE))) return false;
    if (!pages.isAt(first.page, first.address)) return false;
    if (second !== undefined && !pages.isAt(second.page, second.address)) return false;
    let i = 0;
    for (const { start, length } of spans) {
      for (let place = start; place < start + length; place++, i++) {
        const physical =
          place < PAGE_WORDS
            ? first.page * CODE_PAGE_SIZE + place * 4
            : second!.page * CODE_PAGE_SIZE + (place - PAGE_WORDS) * 4;
        const memory = host.code.memoryAt(physical);
        if (memory === undefined || memory.instruction(physical) !== words[i] >>> 0) return false;
        if (host.marks.has(physical)) return false;
      }
    }
    return true;
  }

  /** A module has been made of regions that are in use: it is kept, too. */
  add(made: New): void {
    this.made.push(made);
    this.madeBytes += made.kept.bytes.length;
    while (this.madeBytes > BYTES_MOST) this.madeBytes -= this.made.shift()!.kept.bytes.length;
  }
  /** The number of a subroutine that is kept. */
  numberOf(subroutine: Uint8Array<ArrayBuffer>): number {
    const known = this.subroutines.findIndex((each) => isSame(each, subroutine));
    return known >= 0 ? known : this.subroutines.push(subroutine) - 1;
  }

  /** Bytes that this run adds, and bytes that came from the run before; of WebAssembly, which is most of it. */
  get bytes(): { readonly added: number; readonly before: number } {
    const before = this.old.reduce((sum, { kept }) => sum + kept.bytes.length, 0);
    return { added: this.madeBytes, before };
  }

  /** What is left for the next run. `atEnd`: what was of no use up to now has been of no use. */
  kept(atEnd: boolean): Omit<KeptRegions, 'interpreter'> {
    const old = this.old.map(({ kept, live, isUsed }) => ({
      ...this.withCode(kept, live),
      idle: idleAfter(isUsed, kept.idle, atEnd),
    }));
    const made = this.made.map((each) => this.withCode(each.kept, each));
    const modules = [...old.filter(({ idle }) => idle <= IDLE_MOST), ...made];
    let bytes = modules.reduce((sum, each) => sum + each.bytes.length, 0);
    while (bytes > BYTES_MOST) bytes -= modules.shift()!.bytes.length;
    return { subroutines: this.subroutines, modules };
  }
  private withCode(kept: KeptModule, live: Live | undefined): KeptModule {
    const code = live && this.compiler.codeOf(live.module, live.exports);
    return code === undefined ? kept : { ...kept, code };
  }
}

/** The decoded entry of a place. */
function entryOf({ first, second }: KeptRegion, place: number): number {
  const start = place < PAGE_WORDS ? first.address : second!.address - PAGE_WORDS * DECODED_ENTRY_SIZE;
  return start + place * DECODED_ENTRY_SIZE;
}

const pagesOf = ({ first, second }: KeptRegion): readonly KeptPage[] =>
  second === undefined ? [first] : [first, second];

const isSame = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((byte, i) => byte === b[i]);
