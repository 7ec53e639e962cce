/**
 * The translator tier: the interpreter, and code to which branches come often as regions of WebAssembly (`region.ts`).
 * They are made of the same recordings as everything else. What was not executed often stays with the interpreter, and so
 * does each instruction that needs the host.
 */
import { CODE_PAGE_SIZE, type CodeListener } from '../code-pages.js';
import { Interpreter, type RegionMaker } from '../interpreter/interpreter.js';
import { HANDLER_UNDECODED } from '../interpreter/loop.js';
import {
  BUDGET,
  DECODED_ENTRY_SIZE,
  EXEC_TLB,
  EXEC_TLB_ENTRIES,
  EXEC_TLB_ENTRY_SIZE,
  EXEC_TLB_PAGE,
  heatAddress,
  PC_BASE,
} from '../layout.js';
import type { HostCompiler } from '../host-code.js';
import type { Tier, TierHost } from '../tier.js';
import { RegionCache, type PlacedRegion } from './region-cache.js';
import { RegionKeeper, type KeptRegion, type KeptRegions, type Link } from './kept-regions.js';
import { instantiate } from './region-module.js';
import type { MadeRegion } from './region-text.js';
import { PAGE_WORDS } from './region.js';
import { noStatistics, readTally, type TranslatorStatistics } from './statistics.js';
import {
  Workshop,
  type DistantWorkshop,
  type Made,
  type Order,
  type Outline,
  type Product,
  type Wanted,
} from './workshop.js';

export interface TranslatorOptions {
  /** How often branches come to a place before it becomes a region. */
  readonly hotness: number;
  /** Instructions of a region at most. */
  readonly size: number;
  /** Regions that are made in all. */
  readonly regions: number;
  /** Regions that are compiled together. */
  readonly batch: number;
  /** Bytes of WebAssembly that are kept. */
  readonly cache: number;
  /** How often, doubled each time up to this, code that has changed must become hot again. */
  readonly patience: number;
  /** Whether generated code counts what it does. */
  readonly counts: boolean;
  /** Time of the host in ms, to say what translation takes. */
  readonly now: () => number;
  /** Where regions are made beside execution; unless given they are made in the midst of it. */
  readonly workshop: DistantWorkshop | undefined;
  /** What the run before has left, if regions are to be kept from run to run. */
  readonly kept: { readonly before: KeptRegions | undefined; readonly compiler: HostCompiler } | undefined;
  /** Hears of each region that is made in the midst of execution. */
  readonly made?: (region: MadeRegion) => void;
}

/** Measured: see docs/execution.md. */
const USUAL: TranslatorOptions = {
  hotness: 10_000,
  size: 200,
  regions: Infinity,
  batch: 32,
  cache: 2 ** 26,
  patience: 64,
  counts: false,
  now: () => 0,
  workshop: undefined,
  kept: undefined,
};

/** What is a target of indirect branches in a hot region needs a WARMTH-th part of the hotness. */
const WARMTH = 16;
/** Instructions, those of the pieces of work that have begun since, after which a batch is compiled that is not full. */
const WAITED_MOST = 10_000_000;
/** Generated code has ten bits for the instructions of a block. */
const SIZE_MOST = 1000;
/** Pages of which is kept how often their code has changed. */
const PATIENCE_MOST = 2 ** 14;
/** What adds such a part to what came from the run before is left for the next one, in the midst of a run and at its end. */
const [WORTH_MIDWAY, WORTH_AT_END] = [1 / 8, 1 / 32];
/** Regions that are ordered at most: a guest may have code become hot faster than a workshop makes regions of it. */
const ORDERED_MOST = 256;

/** A region that is wanted, or ordered. */
interface Pending {
  /** The decoded entry that was hot. */
  readonly entry: number;
  /** Numbers of 4 KiB pages of physical memory: that of the entry, and that mapped behind it if it is known. */
  readonly page: number;
  readonly second: number | undefined;
  readonly wanted: Wanted;
}

/** A subroutine that regions call, and the module that it is of. */
interface Subroutine {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly call: WebAssembly.ExportValue;
}

/** What is found in the pages of a region that is wanted: see `Wanted`. */
interface Survey {
  /** Of instructions that were executed, or decoded with what was. */
  readonly words: Int32Array;
  readonly hot: { readonly place: number; readonly heat: number }[];
  readonly begins: number[];
}

export class Translator implements Tier, CodeListener, RegionMaker {
  private readonly options: TranslatorOptions;
  private readonly view: DataView;
  private readonly interpreter: Interpreter;
  private readonly cache: RegionCache;
  /** Gives an order to the workshop. */
  private readonly send: (order: Order) => void;
  /** The subroutines that regions call, by their numbers. */
  private readonly subroutines: Subroutine[] = [];
  private readonly keeper: RegionKeeper | undefined;
  private readonly figures = noStatistics();
  /** Regions that wait to be ordered. */
  private pending: Pending[] = [];
  /** For how many instructions the oldest of them does. */
  private waited = 0;
  /** By the number of their order, in its order; undefined of what has changed since. */
  private readonly ordered = new Map<number, (Pending | undefined)[]>();
  private orders = 0;
  /** Products that were taken. */
  private taken = 0;
  /** Of pages whose regions were dropped: how often what is hot there is left alone, and how often yet. */
  private readonly patience = new Map<number, { all: number; left: number }>();

  constructor(
    private readonly host: TierHost,
    options: Partial<TranslatorOptions> = {},
  ) {
    this.options = { ...USUAL, ...options };
    if (this.options.size > SIZE_MOST) throw new RangeError(`a region has at most ${SIZE_MOST} instructions`);
    const { memory } = host;
    this.view = new DataView(memory.buffer);
    const { now, workshop, kept } = this.options;
    this.interpreter = new Interpreter(
      host,
      this,
      kept && { before: kept.before?.interpreter, compiler: kept.compiler },
    );
    const { pages, table } = this.interpreter;
    this.cache = new RegionCache(memory, pages, table, this.options.cache);
    if (workshop === undefined) {
      const own = new Workshop(now);
      this.send = (order) => this.takeOwn(own.make(order), order);
    } else {
      workshop.deliver = (product) => this.take(product);
      this.send = (order) => workshop.order(order);
    }
    // Behind the interpreter, so that what it has forgotten is seen here.
    host.code.listen(this);
    if (kept !== undefined) this.keeper = this.keepFrom(kept);
  }

  /** Has what the run before has left compiled. */
  private keepFrom({ before, compiler }: NonNullable<TranslatorOptions['kept']>): RegionKeeper {
    const { workshop } = this.options;
    const { pages } = this.interpreter;
    const decode = (entry: number): void => this.interpreter.decode(entry);
    const keeper = new RegionKeeper(before, this.host, pages, this.cache, this.link, decode, compiler);
    const compiled = (module: WebAssembly.Module): void => {
      this.figures.kept += keeper.compiled(module);
    };
    if (workshop !== undefined) workshop.compiled = compiled;
    for (const kept of before?.modules ?? []) {
      if (workshop !== undefined) workshop.compile(kept);
      else compiled(compiler.moduleOf(kept));
    }
    return keeper;
  }
  /** What is left for the next run, if that would gain by it. */
  keep(atEnd: boolean): KeptRegions | undefined {
    const { keeper, interpreter } = this;
    if (keeper === undefined) return undefined;
    const least = atEnd ? WORTH_AT_END : WORTH_MIDWAY;
    const isWorth = (added: number, before: number): boolean => added > 0 && added >= least * before;
    const isMore = [keeper.bytes, interpreter.keptBytes].some((each) => isWorth(each.added, each.before));
    if (!isMore && !atEnd) return undefined;
    const own = interpreter.keep(atEnd);
    if (own === undefined) return undefined;
    const kept = { ...keeper.kept(atEnd), interpreter: own };
    const before = codeBytesOf(this.options.kept?.before);
    return isMore || isWorth(codeBytesOf(kept) - before, before) ? kept : undefined;
  }

  get branches(): number {
    return this.options.hotness;
  }
  /** What it has done since it was made. */
  get statistics(): Readonly<TranslatorStatistics> {
    readTally(this.figures, this.view);
    this.figures.inUse = this.cache.count;
    return this.figures;
  }

  run(): void {
    if (this.pending.length > 0) this.waited += this.host.state.low(BUDGET);
    if (this.waited > WAITED_MOST) this.order();
    this.interpreter.run();
  }

  hot(entry: number): void {
    // From here on it is counted anew.
    this.view.setUint16(heatAddress(entry), 0, true);
    this.decoded(this.interpreter.pages.pageOf(entry));
    if (this.cache.beginsAt(entry) || this.isOrdered(entry)) return;
    // So hot that it does not wait for others.
    if (this.pending.some((each) => each.entry === entry)) {
      this.order();
      return;
    }
    const { pages } = this.interpreter;
    const page = pages.pageOf(entry);
    if (this.waits(page) || this.figures.regions + this.pending.length >= this.options.regions) return;
    const second = this.pageBehind(entry);
    const wanted = this.wantedAt(entry, page, second);
    this.pending.push({ entry, page, second, wanted });
    if (this.pending.length >= this.options.batch) this.order();
  }

  decoded(page: number): void {
    if (this.keeper !== undefined) this.figures.kept += this.keeper.reached(page);
  }

  /** Whether a region that begins there is ordered; also if so many are that another cannot be. */
  private isOrdered(entry: number): boolean {
    let count = this.pending.length;
    for (const regions of this.ordered.values()) {
      if (regions.some((each) => each?.entry === entry)) return true;
      count += regions.length;
    }
    return count >= ORDERED_MOST;
  }

  private waits(page: number): boolean {
    const patience = this.patience.get(page);
    if (patience === undefined || patience.left === 0) return false;
    patience.left -= 1;
    return true;
  }

  /** The page that is mapped behind that of a decoded entry, which is being executed, if the execution TLB knows it. */
  private pageBehind(entry: number): number | undefined {
    const { pages } = this.interpreter;
    const start = entry - pages.indexOf(entry) * DECODED_ENTRY_SIZE;
    const base = this.view.getBigUint64(PC_BASE.address, true);
    const next = BigInt.asUintN(64, base + BigInt(start / (DECODED_ENTRY_SIZE / 4) + CODE_PAGE_SIZE));
    const place = Number((next >> 12n) % BigInt(EXEC_TLB_ENTRIES));
    const at = this.view.getInt32(EXEC_TLB.address, true) + place * EXEC_TLB_ENTRY_SIZE;
    if (this.view.getBigUint64(at, true) !== next) return undefined;
    return pages.pageOf(this.view.getInt32(at + EXEC_TLB_PAGE, true));
  }

  private wantedAt(entry: number, page: number, second: number | undefined): Wanted {
    const { pages } = this.interpreter;
    const found: Survey = {
      words: new Int32Array(second === undefined ? PAGE_WORDS : 2 * PAGE_WORDS),
      hot: [],
      begins: [],
    };
    this.survey(page, 0, found);
    if (second !== undefined) this.survey(second, PAGE_WORDS, found);
    return {
      words: found.words,
      hot: found.hot.sort((a, b) => b.heat - a.heat).map(({ place }) => place),
      begins: found.begins,
      first: pages.indexOf(entry),
      page: pages.addressOf(page),
      second: second === undefined ? undefined : pages.addressOf(second),
    };
  }
  /** Looks through a page, whose places begin at `start`. */
  private survey(page: number, start: number, { words, hot, begins }: Survey): void {
    const { view, options, host } = this;
    const base = page * CODE_PAGE_SIZE;
    const memory = host.code.memoryAt(base);
    const decoded = this.interpreter.pages.addressOf(page);
    for (let place = 0; place < PAGE_WORDS; place++) {
      const entry = decoded + place * DECODED_ENTRY_SIZE;
      if (view.getUint16(entry, true) === HANDLER_UNDECODED) continue;
      const isBegun = this.cache.beginsAt(entry);
      if (isBegun) begins.push(start + place);
      const heat = isBegun ? options.hotness : view.getUint16(heatAddress(entry), true);
      if (heat * WARMTH >= options.hotness) hot.push({ place: start + place, heat });
      const physical = base + place * 4;
      if (memory !== undefined && !host.marks.has(physical))
        words[start + place] = memory.instruction(physical);
    }
  }

  /** Has the pending regions made. */
  private order(): void {
    const { pending, options } = this;
    const { size, counts } = options;
    const order: Order = {
      number: this.orders++,
      taken: this.taken,
      wanted: pending.map(({ wanted }) => wanted),
      ...{ size, counts },
    };
    this.ordered.set(order.number, pending);
    this.pending = [];
    this.waited = 0;
    this.send(order);
  }

  /** Puts regions into use, unless their code has changed meanwhile. */
  private take({ number, outlines, compiled, subroutines, fresh, ...times }: Product): void {
    const { figures, keeper } = this;
    const ordered = this.ordered.get(number) ?? [];
    this.ordered.delete(number);
    this.taken = number + 1;
    if (compiled === undefined) return;
    for (const { bytes, module } of fresh)
      this.subroutines.push({ bytes, call: this.link(module, []).subroutine });
    figures.translation += times.translation;
    figures.compilation += times.compilation;
    const start = this.options.now();
    const called = subroutines.map((each) => this.subroutines[each]);
    const exports = this.link(
      compiled.module,
      called.map(({ call }) => call),
    );
    const { length } = compiled.bytes;
    const taken = ordered.flatMap((each, i) => {
      const outline = outlines[i];
      return each === undefined || outline === undefined ? [] : [{ ...each, outline }];
    });
    if (taken.length > 0) {
      const placed = taken.map(({ page, second, outline }): PlacedRegion => {
        const execute = exports[outline.name];
        return { page, second: outline.isOnTwoPages ? second : undefined, outline, execute };
      });
      this.cache.add(placed, length);
      keeper?.add({
        kept: {
          bytes: compiled.bytes,
          code: undefined,
          subroutines: called.map(({ bytes }) => keeper.numberOf(bytes)),
          regions: taken.map(keptRegion),
          idle: 0,
        },
        module: compiled.module,
        exports,
      });
    }
    const { pages } = this.interpreter;
    this.pending = this.pending.filter(({ entry, page }) => !this.cache.covers(page, pages.indexOf(entry)));
    figures.regions += taken.length;
    figures.translated += taken.reduce((sum, { outline }) => sum + outline.size, 0);
    figures.bytes += length;
    figures.modules += 1;
    figures.compilation += this.options.now() - start;
  }
  private readonly link: Link = (module, subroutines) => {
    const { memory } = this.host;
    const { joints } = this.interpreter;
    return instantiate(module, { memory, joints, fill: this.fill, subroutines });
  };
  private takeOwn({ product, regions }: Made, { wanted }: Order): void {
    this.take(product);
    for (const [i, each] of regions.entries()) {
      if (each === undefined) continue;
      const { region, name } = each;
      const { pages } = this.interpreter;
      const page = pages.pageOf(wanted[i].page) * CODE_PAGE_SIZE;
      const second = region.isOnTwoPages ? pages.pageOf(wanted[i].second!) * CODE_PAGE_SIZE : undefined;
      this.options.made?.({ region, page, second, module: product.compiled!.bytes, name });
    }
  }
  private readonly fill = (low: number, high: number, access: number, write: number): number => {
    this.figures.fills += 1;
    return this.host.executing.fillTlb(low, high, access, write);
  };

  codeChanged(page: number, first: number, last: number): void {
    const isOf = (each: Pending | undefined): boolean => each?.page === page || each?.second === page;
    this.pending = this.pending.filter((each) => !isOf(each));
    for (const regions of this.ordered.values())
      for (const [i, each] of regions.entries()) if (isOf(each)) regions[i] = undefined;
    const dropped = this.cache.changed(page, first, last);
    if (dropped === 0) return;
    this.figures.dropped += dropped;
    const all = Math.min(2 * (this.patience.get(page)?.all ?? 0) + 1, this.options.patience);
    if (this.patience.size >= PATIENCE_MOST) this.patience.clear();
    this.patience.set(page, { all, left: all });
  }
}

/** Bytes of the host's code of regions. */
function codeBytesOf(kept: KeptRegions | undefined): number {
  return (kept?.modules ?? []).reduce((sum, { code }) => sum + (code?.length ?? 0), 0);
}

/** What is kept of a region that was wanted. */
function keptRegion({ page, second, wanted, outline }: Pending & { readonly outline: Outline }): KeptRegion {
  const { spans, isOnTwoPages } = outline;
  return {
    outline,
    words: Int32Array.from(
      spans.flatMap(({ start, length }) => [...wanted.words.subarray(start, start + length)]),
    ),
    first: { page, address: wanted.page },
    second: isOnTwoPages ? { page: second!, address: wanted.second! } : undefined,
  };
}
