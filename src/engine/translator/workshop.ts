/**
 * Where regions are made: of words as a translator has found them, modules that it puts into use. Orders and products are
 * plain data, so that a thread of its own can have the workshop: then guest code goes on meanwhile, and whenever a product
 * comes, the guest cannot tell.
 */
import type { Compiled, KeptCode } from '../host-code.js';
import type { Subroutine } from '../ir/nodes.js';
import { instructionOf, type Instruction } from './instruction.js';
import { nameOf, regionModule, subroutineModule, type NamedRegion } from './region-module.js';
import { discover, type Region } from './region.js';

/** A word that is no instruction. */
const NOTHING = 0;

/** A region that is wanted. */
export interface Wanted {
  /**
   * The words of its page and, if it is known, of the one behind. Those that were not executed, nor decoded with what was,
   * are NOTHING.
   */
  readonly words: Int32Array;
  /** Places in them to which branches come often, the hottest first. */
  readonly hot: readonly number[];
  /** Places in them where other regions begin. */
  readonly begins: readonly number[];
  /** Where it begins, in words from the start of the page. */
  readonly first: number;
  /** Byte addresses of the decoded pages. */
  readonly page: number;
  readonly second: number | undefined;
}

/** Regions that are to become one module. */
export interface Order {
  readonly number: number;
  /** The products of the orders before this one were in use when it was given. */
  readonly taken: number;
  readonly wanted: readonly Wanted[];
  /** Instructions of a region at most. */
  readonly size: number;
  /** Whether regions count what they do, in `TALLY`. */
  readonly counts: boolean;
}

/** Where a region has instructions: places are in words from the start of its page. */
export interface Outline {
  /** What the module exports it as. */
  readonly name: string;
  readonly spans: readonly { readonly start: number; readonly length: number }[];
  /** Where it may be entered. */
  readonly entries: readonly number[];
  /** Instructions in all. */
  readonly size: number;
  readonly isOnTwoPages: boolean;
}

export interface Product {
  /** That of the order. */
  readonly number: number;
  /**
   * Of each region that was wanted. Undefined of one that would begin with an
   * instruction that the host executes; or where another that is not in use yet has code: one loop often has several
   * places to which branches come often.
   */
  readonly outlines: readonly (Outline | undefined)[];
  /** Undefined if there is no region. */
  readonly compiled: Compiled | undefined;
  /** Numbers of the subroutines that it imports as `s0`, `s1`, ... */
  readonly subroutines: readonly number[];
  /** The modules of those that no product before has had, in the order of their numbers. */
  readonly fresh: readonly Compiled[];
  /** Time that it took to make the module's bytes, and to compile them, in ms. */
  readonly translation: number;
  readonly compilation: number;
}

/** A product, and what only the workshop's own thread has of it. */
export interface Made {
  readonly product: Product;
  /** As the product's outlines. */
  readonly regions: readonly (NamedRegion | undefined)[];
}

/** A workshop of which a thread of its own does the work, for one translator. */
export interface DistantWorkshop {
  order(order: Order): void;
  /** Has a module of the run before compiled, or read what that run's host had compiled of it. */
  compile(kept: KeptCode): void;
  // Whoever has the workshop calls them, while no guest code is being executed.
  deliver: (product: Product) => void;
  /** In the order of `compile`. */
  compiled: (module: WebAssembly.Module) => void;
}

/** Instructions that are kept bound, 2 KB each. */
const KNOWN_MOST = 2 ** 14;

/** Makes what one translator orders. */
export class Workshop {
  private readonly known = new Map<number, Instruction>();
  private readonly subroutines = new Map<Subroutine, number>();
  /** Places of regions that are not in use yet. */
  private underway: {
    readonly order: number;
    readonly pages: string;
    readonly places: ReadonlySet<number>;
  }[] = [];

  /** `now`: time of the host in ms. */
  constructor(private readonly now: () => number) {}

  make({ number, taken, wanted, size, counts }: Order): Made {
    const start = this.now();
    this.underway = this.underway.filter((each) => each.order >= taken);
    let count = 0;
    const regions = wanted.map((each): NamedRegion | undefined => {
      const pages = pagesOf(each);
      if (this.underway.some((other) => other.pages === pages && other.places.has(each.first)))
        return undefined;
      const region = this.region(each, size);
      if (region === undefined) return undefined;
      this.underway.push({ order: number, pages, places: placesOf(region) });
      return { region, page: each.page, second: each.second, name: nameOf(count++) };
    });
    const made = regions.filter((each) => each !== undefined);
    const { bytes, subroutines } = regionModule(made, counts);
    const translated = this.now();
    const compiled = made.length > 0 ? { bytes, module: new WebAssembly.Module(bytes) } : undefined;
    const fresh = subroutines.filter((each) => !this.subroutines.has(each));
    for (const each of fresh) this.subroutines.set(each, this.subroutines.size);
    const product: Product = {
      number,
      outlines: regions.map((each) => each && outlineOf(each)),
      compiled,
      subroutines: subroutines.map((each) => this.subroutines.get(each)!),
      fresh: fresh.map(subroutineModule),
      translation: translated - start,
      compilation: this.now() - translated,
    };
    return { product, regions };
  }

  private region({ words, hot, begins, first }: Wanted, size: number): Region | undefined {
    const code = {
      words: words.length,
      at: (place: number): Instruction | undefined => this.instruction(words[place]),
      hot: () => hot,
      begins: (place: number) => begins.includes(place),
    };
    return discover(first, code, size);
  }
  private instruction(word: number): Instruction | undefined {
    if (word === NOTHING) return undefined;
    let known = this.known.get(word);
    if (known === undefined) {
      if (this.known.size >= KNOWN_MOST) this.known.clear();
      known = instructionOf(word >>> 0);
      this.known.set(word, known);
    }
    return known;
  }
}

const pagesOf = ({ page, second }: Wanted): string => `${page} ${second}`;
const placesOf = ({ blocks }: Region): ReadonlySet<number> =>
  new Set(blocks.flatMap(({ start, instructions }) => instructions.map((_, i) => start + i)));

function outlineOf({ name, region: { blocks, entries, size, isOnTwoPages } }: NamedRegion): Outline {
  return {
    name,
    spans: blocks.map(({ start, instructions }) => ({ start, length: instructions.length })),
    entries: entries.map((number) => blocks[number].start),
    size,
    isOnTwoPages,
  };
}
