/**
 * What words have become in decoded entries: the same ones come again and again, and to take one apart costs twenty times
 * as much as to copy an entry. A direct-mapped table; words whose entry depends on where they stand are not in it.
 */
import { DECODED_ENTRY_SIZE } from '../layout.js';

const PLACES_LOG2 = 15;
const PLACES = 1 << PLACES_LOG2;
const ENTRY_WORDS = DECODED_ENTRY_SIZE / 4;

/** What is known of a word: nothing, or whether straight-line code ends with it. */
export const Known = { Not: 0, GoesOn: 1, Ends: 2 } as const;
export type Known = (typeof Known)[keyof typeof Known];

const placeOf = (word: number): number => Math.imul(word, 0x9e37_79b1) >>> (32 - PLACES_LOG2);

export class KnownWords {
  private readonly words = new Int32Array(PLACES);
  private readonly entries = new Int32Array(PLACES * ENTRY_WORDS);
  private readonly states = new Uint8Array(PLACES);
  private readonly memory: Int32Array;

  /** `memory`: where decoded entries are. */
  constructor(memory: { readonly buffer: ArrayBuffer }) {
    this.memory = new Int32Array(memory.buffer);
  }

  /** Makes the entry at a byte address that of a word, if that is known. */
  write(word: number, entry: number): Known {
    const place = placeOf(word);
    if (this.words[place] !== (word | 0) || this.states[place] === Known.Not) return Known.Not;
    const { memory, entries } = this;
    const to = entry >> 2;
    const from = place * ENTRY_WORDS;
    for (let i = 0; i < ENTRY_WORDS; i++) memory[to + i] = entries[from + i];
    return this.states[place] as Known;
  }

  /** Keeps the entry at a byte address as that of a word. */
  keep(word: number, entry: number, endsStraightLine: boolean): void {
    const place = placeOf(word);
    this.words[place] = word;
    this.states[place] = endsStraightLine ? Known.Ends : Known.GoesOn;
    const { memory, entries } = this;
    const to = place * ENTRY_WORDS;
    const from = entry >> 2;
    for (let i = 0; i < ENTRY_WORDS; i++) entries[to + i] = memory[from + i];
  }
}
