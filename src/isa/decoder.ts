/**
 * Finds the encoding of an instruction word.
 *
 * Rows are sorted into 2,048 lists by bits 31:21 of the word, and long lists once more by bits 15:10; within a
 * list the row with more fixed bits comes first, which is the table's rule for nested patterns (table.ts).
 */
import { a64 } from './a64/index.js';
import { fieldsOf, type Encoding } from './encoding.js';

/** A list longer than this is split by bits 15:10. */
const LONG = 4;

type Candidates = readonly Encoding[];

/** Whether some word with `bits` in the bits of `within` matches the row. */
function mayMatch(encoding: Encoding, bits: number, within: number): boolean {
  return ((bits ^ encoding.value) & encoding.mask & within) === 0;
}

function fixedBits({ mask }: Encoding): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count++;
  return count;
}

/** All rows, those with more fixed bits first. */
function sortRows(): Candidates {
  const count = new Map(a64.map((encoding) => [encoding, fixedBits(encoding)]));
  return [...a64].sort((a, b) => (count.get(b) ?? 0) - (count.get(a) ?? 0));
}

let sorted: Candidates | undefined;

/** The list of the words whose bits 31:21 are `top`. */
function buildList(top: number): Candidates | readonly Candidates[] {
  sorted ??= sortRows();
  const rows = sorted.filter((encoding) => mayMatch(encoding, top << 21, 0xffe0_0000));
  if (rows.length <= LONG) return rows;
  return Array.from({ length: 64 }, (_, middle) =>
    rows.filter((encoding) => mayMatch(encoding, middle << 10, 0xfc00)),
  );
}

function isSplit(list: Candidates | readonly Candidates[]): list is readonly Candidates[] {
  return Array.isArray(list[0]);
}

/** Lists are made when they are first needed. */
const index = new Array<ReturnType<typeof buildList> | undefined>(2048).fill(undefined);

/** The row that `word` (unsigned or signed 32 bits) belongs to; undefined where the word is unallocated. */
export function decode(word: number): Encoding | undefined {
  const list = (index[word >>> 21] ??= buildList(word >>> 21));
  const candidates = isSplit(list) ? list[(word >>> 10) & 63] : list;
  for (const encoding of candidates) {
    if (((word ^ encoding.value) & encoding.mask) !== 0) continue;
    if (encoding.where === undefined || encoding.where(fieldsOf(encoding, word))) return encoding;
  }
  return undefined;
}
