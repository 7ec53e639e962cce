/**
 * What words have become in decoded entries: the same ones come again and again, and to take one apart costs twenty times
 * as much as to copy an entry. A direct-mapped table.
 */
import { DECODED_ENTRY_SIZE } from '../layout.js';
import { handlerOf, type Kind } from './kind.js';

const PLACES_LOG2 = 15;
const PLACES = 1 << PLACES_LOG2;
const ENTRY_WORDS = DECODED_ENTRY_SIZE / 4;

const placeOf = (word: number): number => Math.imul(word, 0x9e37_79b1) >>> (32 - PLACES_LOG2);

export class KnownWords {
  private readonly words = new Int32Array(PLACES);
  private readonly entries = new Int32Array(PLACES * ENTRY_WORDS);
  private readonly kinds = new Array<Kind | undefined>(PLACES).fill(undefined);
  private readonly memory: Int32Array;

  /** `memory`: where decoded entries are. */
  constructor(memory: { readonly buffer: ArrayBuffer }) {
    this.memory = new Int32Array(memory.buffer);
  }

  /** Makes the entry at a byte address that of a word at a byte of its page, if the word is known; its kind. */
  write(word: number, entry: number, pageOffset: number): Kind | undefined {
    const place = placeOf(word);
    if (this.words[place] !== (word | 0)) return undefined;
    const kind = this.kinds[place];
    if (kind === undefined) return undefined;
    const { memory, entries } = this;
    const to = entry >> 2;
    const from = place * ENTRY_WORDS;
    for (let i = 0; i < ENTRY_WORDS; i++) memory[to + i] = entries[from + i];
    if (kind.distanceAt !== undefined)
      memory[to] = (memory[to] & ~0xffff) | handlerOf(kind, memory, entry, pageOffset);
    return kind;
  }

  /** Keeps the entry at a byte address as that of a word. */
  keep(word: number, entry: number, kind: Kind): void {
    const place = placeOf(word);
    this.words[place] = word;
    this.kinds[place] = kind;
    const { memory, entries } = this;
    const to = place * ENTRY_WORDS;
    const from = entry >> 2;
    for (let i = 0; i < ENTRY_WORDS; i++) entries[to + i] = memory[from + i];
  }
}
