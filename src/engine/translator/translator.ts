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
import type { Tier, TierHost } from '../tier.js';
import { instructionOf, type Instruction } from './instruction.js';
import { RegionCache, type PlacedRegion } from './region-cache.js';
import { compile, nameOf, type Environment } from './region-module.js';
import type { MadeRegion } from './region-text.js';
import { discover, PAGE_WORDS, type PageCode } from './region.js';
import { noStatistics, readTally, type TranslatorStatistics } from './statistics.js';

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
  /** Hears of each region that is put into use. */
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
};

/** What is a target of indirect branches in a hot region needs a WARMTH-th part of the hotness. */
const WARMTH = 16;
/** Instructions, those of the pieces of work that have begun since, after which a batch is compiled that is not full. */
const WAITED_MOST = 10_000_000;
/** Generated code has ten bits for the instructions of a block. */
const SIZE_MOST = 1000;
/** Instructions that are kept bound, 2 KB each. */
const KNOWN_MOST = 2 ** 14;
/** Pages of which is kept how often their code has changed. */
const PATIENCE_MOST = 2 ** 14;

interface Pending extends PlacedRegion {
  /** The decoded entry that was hot. */
  readonly entry: number;
}

export class Translator implements Tier, CodeListener, RegionMaker {
  private readonly options: TranslatorOptions;
  private readonly view: DataView;
  private readonly interpreter: Interpreter;
  private readonly cache: RegionCache;
  private readonly environment: Environment;
  private readonly figures = noStatistics();
  /** Regions that wait to be compiled. */
  private pending: Pending[] = [];
  /** For how many instructions the oldest of them does. */
  private waited = 0;
  private readonly known = new Map<number, Instruction>();
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
    this.interpreter = new Interpreter(host, this);
    const { pages, table, joints } = this.interpreter;
    this.cache = new RegionCache(memory, pages, table, this.options.cache);
    const fill: Environment['fill'] = (low, high, access, write) => {
      this.figures.fills += 1;
      return host.executing.fillTlb(low, high, access, write);
    };
    this.environment = { memory, table: table.table, joints, fill, counts: this.options.counts };
    // Behind the interpreter, so that what it has forgotten is seen here.
    host.code.listen(this);
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
    if (this.waited > WAITED_MOST) this.translate();
    this.interpreter.run();
  }

  hot(entry: number): void {
    // From here on it is counted anew.
    this.view.setUint16(heatAddress(entry), 0, true);
    if (this.cache.beginsAt(entry)) return;
    // So hot that it does not wait for others.
    if (this.pending.some((each) => each.entry === entry)) {
      this.translate();
      return;
    }
    const { pages } = this.interpreter;
    const page = pages.pageOf(entry);
    if (this.waits(page) || this.figures.regions + this.pending.length >= this.options.regions) return;
    const start = this.options.now();
    const second = this.pageBehind(entry);
    const region = discover(pages.indexOf(entry), this.codeOf(page, second), this.options.size);
    this.figures.translation += this.options.now() - start;
    if (region === undefined) return;
    this.pending.push({ entry, page, second: region.isOnTwoPages ? second : undefined, region });
    if (this.pending.length >= this.options.batch) this.translate();
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

  /** The instructions of a page, and of the one behind, that were executed, or decoded with what was. */
  private codeOf(first: number, second: number | undefined): PageCode {
    const page = this.codeOfPage(first);
    const hot = (): readonly number[] => this.hotPlaces(second === undefined ? [first] : [first, second]);
    if (second === undefined) return { words: PAGE_WORDS, at: page, hot };
    const behind = this.codeOfPage(second);
    return {
      words: 2 * PAGE_WORDS,
      at: (place) => (place < PAGE_WORDS ? page(place) : behind(place - PAGE_WORDS)),
      hot,
    };
  }
  private hotPlaces(pagesInOrder: readonly number[]): readonly number[] {
    const found: { place: number; heat: number }[] = [];
    for (const [i, page] of pagesInOrder.entries()) {
      const decoded = this.interpreter.pages.addressOf(page);
      for (let place = 0; place < PAGE_WORDS; place++) {
        const entry = decoded + place * DECODED_ENTRY_SIZE;
        const heat = this.cache.beginsAt(entry)
          ? this.options.hotness
          : this.view.getUint16(heatAddress(entry), true);
        if (heat * WARMTH >= this.options.hotness) found.push({ place: i * PAGE_WORDS + place, heat });
      }
    }
    return found.sort((a, b) => b.heat - a.heat).map(({ place }) => place);
  }
  private codeOfPage(page: number): PageCode['at'] {
    const { code, marks } = this.host;
    const base = page * CODE_PAGE_SIZE;
    const decoded = this.interpreter.pages.addressOf(page);
    const memory = code.memoryAt(base);
    return (place) => {
      const handler = this.view.getUint16(decoded + place * DECODED_ENTRY_SIZE, true);
      if (memory === undefined || handler === HANDLER_UNDECODED) return undefined;
      const physical = base + place * 4;
      return marks.has(physical) ? undefined : this.instruction(memory.instruction(physical));
    };
  }
  private instruction(word: number): Instruction {
    let known = this.known.get(word);
    if (known === undefined) {
      if (this.known.size >= KNOWN_MOST) this.known.clear();
      known = instructionOf(word);
      this.known.set(word, known);
    }
    return known;
  }

  /** Compiles the pending regions and puts them into use. */
  private translate(): void {
    const { pending, figures, options, environment } = this;
    this.pending = [];
    this.waited = 0;
    const { pages } = this.interpreter;
    const placed = pending.map(({ page, second, region }) => ({
      region,
      page: pages.addressOf(page),
      second: second === undefined ? undefined : pages.addressOf(second),
    }));
    const start = options.now();
    const made = compile(placed, environment, options.now);
    const bytes = made.module.length;
    this.cache.add(pending, made.functions, bytes);
    figures.regions += pending.length;
    figures.translated += pending.reduce((sum, { region }) => sum + region.size, 0);
    figures.bytes += bytes;
    figures.modules += 1;
    figures.compilation += made.compilation;
    figures.translation += options.now() - start - made.compilation;
    if (options.made !== undefined) this.tell(pending, made.module, options.made);
  }
  private tell(
    placed: readonly PlacedRegion[],
    module: Uint8Array,
    made: (region: MadeRegion) => void,
  ): void {
    for (const [i, { page, second, region }] of placed.entries()) {
      const behind = second === undefined ? undefined : second * CODE_PAGE_SIZE;
      made({ region, page: page * CODE_PAGE_SIZE, second: behind, module, name: nameOf(i) });
    }
  }

  codeChanged(page: number, first: number, last: number): void {
    this.pending = this.pending.filter((each) => each.page !== page && each.second !== page);
    const dropped = this.cache.changed(page, first, last);
    if (dropped === 0) return;
    this.figures.dropped += dropped;
    const all = Math.min(2 * (this.patience.get(page)?.all ?? 0) + 1, this.options.patience);
    if (this.patience.size >= PATIENCE_MOST) this.patience.clear();
    this.patience.set(page, { all, left: all });
  }
}
