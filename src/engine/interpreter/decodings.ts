/**
 * What was decoded, from one run to the next: a kernel that is booted again has the same words at the same places. A page
 * of which something is asked for gets at once all entries that it had in the run before, of the words that it has: to
 * compare words and copy entries is a tenth of the work, even where all words are known.
 *
 * Entries are kept in stretches, as they were decoded. In place of handlers' numbers, which are given anew by each run,
 * are those of kinds, which have names.
 */
import { CODE_PAGE_SIZE, type CodeMemory } from '../code-pages.js';
import { IDLE_MOST, idleAfter } from '../idle-runs.js';
import { DECODED_ENTRY_SIZE } from '../layout.js';
import { handlerOf, type Kind } from './kind.js';
import { HANDLER_UNDECODED } from './loop.js';

/** Plain data. It holds for the build of this program that made it. */
export interface KeptDecodings {
  /** Keys of kinds, the first that of number 1. */
  readonly kinds: readonly string[];
  /** Stretches, one behind the other: a header, the words, and their entries. */
  readonly stretches: Int32Array<ArrayBuffer>;
}

/**
 * A stretch begins with the number of a 4 KiB page of physical memory; and, packed, the index of its first word in that
 * page, how many words there are, and how many runs have had no use for it since one had.
 */
const HEADER = 2;
const packed = (first: number, count: number, idle: number): number => first | (count << 10) | (idle << 20);
const firstOf = (header: number): number => header & 0x3ff;
const countOf = (header: number): number => (header >> 10) & 0x3ff;
const idleOf = (header: number): number => (header >> 20) & 0xff;
/** While it is being used, that it has been. */
const USED = 1 << 28;
const isUsed = (header: number): boolean => (header & USED) !== 0;

const ENTRY_WORDS = DECODED_ENTRY_SIZE / 4;
const sizeOf = (header: number): number => HEADER + countOf(header) * (1 + ENTRY_WORDS);

/** 32-bit numbers in the stretches that are kept, and those that there is room for at first. */
const MOST = 2 ** 22;
const INITIAL = 2 ** 12;
/** What no entry has the number of. */
const NO_KIND = '';

export class Decodings {
  private readonly memory: Int32Array;
  /** Of kinds, by their numbers. */
  private readonly keys: string[] = [NO_KIND];
  private readonly numbers = new Map<string, number>();
  /** This run's, by those numbers, once they are asked for. */
  private readonly kinds: (Kind | undefined)[] = [];
  private readonly before: Int32Array;
  /** Where the stretches of each page are in it. */
  private readonly ofPage = new Map<number, number[]>();
  /** What this run adds, and how much of it there is. */
  private added = new Int32Array(INITIAL);
  private length = 0;

  constructor(
    memory: { readonly buffer: ArrayBuffer },
    before: KeptDecodings | undefined,
    /** This run's kind of such a key. */
    private readonly kindOf: (key: string) => Kind,
  ) {
    this.memory = new Int32Array(memory.buffer);
    this.before = before?.stretches ?? new Int32Array();
    for (const key of before?.kinds ?? []) this.numberOf(key);
    for (const at of placesIn(this.before)) {
      const page = this.before[at];
      const places = this.ofPage.get(page);
      if (places === undefined) this.ofPage.set(page, [at]);
      else places.push(at);
    }
  }

  /**
   * Gives a page whose decoded page is at a byte address the entries that it had in the run before, of words that it has;
   * false if it had none.
   */
  restore(page: number, address: number, memory: CodeMemory): boolean {
    const places = this.ofPage.get(page);
    if (places === undefined) return false;
    for (const at of places) this.restoreStretch(at, address, memory);
    return true;
  }
  private restoreStretch(at: number, address: number, code: CodeMemory): void {
    const { memory, before, keys, kinds } = this;
    const [page, header] = [before[at], before[at + 1]];
    const [first, count] = [firstOf(header), countOf(header)];
    const words = at + HEADER;
    let entries = words + count;
    for (let i = 0; i < count; i++, entries += ENTRY_WORDS) {
      const pageOffset = (first + i) * 4;
      if (code.instruction(page * CODE_PAGE_SIZE + pageOffset) !== before[words + i] >>> 0) continue;
      const entry = address + (first + i) * DECODED_ENTRY_SIZE;
      const to = entry >> 2;
      if ((memory[to] & 0xffff) !== HANDLER_UNDECODED) continue;
      const start = before[entries];
      for (let k = 1; k < ENTRY_WORDS; k++) memory[to + k] = before[entries + k];
      const number = start & 0xffff;
      const kind = (kinds[number] ??= this.kindOf(keys[number]));
      memory[to] = (start & ~0xffff) | handlerOf(kind, memory, entry, pageOffset);
      before[at + 1] = header | USED;
    }
  }

  /** Keeps words of a page that have been decoded, the first of them to the entry at a byte address. */
  add(page: number, first: number, entry: number, kinds: readonly Kind[], code: CodeMemory): void {
    const header = packed(first, kinds.length, 0);
    const size = sizeOf(header);
    if (kinds.length === 0 || this.before.length + this.length + size > MOST) return;
    if (this.length + size > this.added.length) this.grow();
    const { memory, added } = this;
    let to = this.length;
    this.length += size;
    added[to++] = page;
    added[to++] = header;
    const start = page * CODE_PAGE_SIZE + first * 4;
    for (let i = 0; i < kinds.length; i++) added[to++] = code.instruction(start + i * 4);
    let from = entry >> 2;
    for (const { key } of kinds) {
      added[to++] = (memory[from++] & ~0xffff) | this.numberOf(key);
      for (let i = 1; i < ENTRY_WORDS; i++) added[to++] = memory[from++];
    }
  }
  private grow(): void {
    const { added } = this;
    this.added = new Int32Array(2 * added.length);
    this.added.set(added);
  }
  private numberOf(key: string): number {
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.keys.push(key) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  /** Bytes that this run adds, and bytes that came from the run before. */
  get bytes(): { readonly added: number; readonly before: number } {
    return { added: 4 * this.length, before: 4 * this.before.length };
  }

  /** What is left for the next run. `atEnd`: what was of no use up to now has been of no use. */
  kept(atEnd: boolean): KeptDecodings {
    const { before } = this;
    const stretches = new Int32Array(before.length + this.length);
    let length = 0;
    for (const at of placesIn(before)) {
      const header = before[at + 1];
      const idle = idleAfter(isUsed(header), idleOf(header), atEnd);
      if (idle > IDLE_MOST) continue;
      stretches.set(before.subarray(at, at + sizeOf(header)), length);
      stretches[length + 1] = packed(firstOf(header), countOf(header), idle);
      length += sizeOf(header);
    }
    stretches.set(this.added.subarray(0, this.length), length);
    return { kinds: this.keys.slice(1), stretches: stretches.slice(0, length + this.length) };
  }
}

/** Where its stretches begin. */
function* placesIn(stretches: Int32Array): Generator<number> {
  for (let at = 0; at < stretches.length; at += sizeOf(stretches[at + 1])) yield at;
}
