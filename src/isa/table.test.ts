import { describe, expect, it } from 'vitest';
import { a64 } from './a64/index.js';
import { decode } from './decoder.js';
import { parsePattern, type Encoding } from './encoding.js';
import { syntaxesOf } from './syntax/table.js';

const NOT_NESTED_LIMIT = 16;

/** Whether every word of the one is a word of the other by their patterns alone. */
function nested(a: Encoding, b: Encoding): boolean {
  const union = (a.mask | b.mask) >>> 0;
  return a.mask !== b.mask && (union === a.mask || union === b.mask);
}

function patternsMeet(a: Encoding, b: Encoding): boolean {
  return ((a.value ^ b.value) & a.mask & b.mask) === 0;
}

/** Calls `where` and notes which fields it asks for. */
function ask(encoding: Encoding, word: number, asked: Map<string, number>): boolean {
  if (encoding.where === undefined) return true;
  const f: Record<string, number> = {};
  for (const { name, lsb, width } of encoding.fields) {
    const mask = (2 ** width - 1) * 2 ** lsb;
    Object.defineProperty(f, name, {
      get: () => {
        asked.set(`${encoding.name} ${name}`, mask);
        return (word >>> lsb) & (2 ** width - 1);
      },
    });
  }
  return encoding.where(f);
}

/** The values of the bits in `mask`, one after the other. */
function* subsets(mask: number): Generator<number> {
  let subset = 0;
  do {
    yield subset >>> 0;
    subset = (subset - mask) & mask;
  } while (subset !== 0);
}

/**
 * A word that both rows accept, or undefined. Tries all values of the bits that either `where` reads, where
 * reading is observed: whenever a new field is asked for, its bits join and the search starts again.
 */
function commonWord(a: Encoding, b: Encoding): number | undefined {
  const fixed = (a.mask | b.mask) >>> 0;
  const base = (a.value | b.value) >>> 0;
  const asked = new Map<string, number>();
  for (;;) {
    const before = asked.size;
    const open = [...asked.values()].reduce((sum, mask) => (sum | mask) >>> 0, 0) & ~fixed;
    expect(bitCount(open)).toBeLessThanOrEqual(NOT_NESTED_LIMIT);
    let common: number | undefined;
    for (const bits of subsets(open)) {
      const word = (base | bits) >>> 0;
      const inA = ask(a, word, asked);
      const inB = ask(b, word, asked);
      if (inA && inB) common = word;
    }
    if (asked.size === before) return common;
  }
}

function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask >>> 0; rest !== 0; rest = (rest & (rest - 1)) >>> 0) count += 1;
  return count;
}

describe('the instruction set table', () => {
  it('has every name once', () => {
    expect(new Set(a64.map(({ name }) => name)).size).toBe(a64.length);
  });

  it('has no two rows for one word, except where one pattern lies within the other', () => {
    const overlaps: string[] = [];
    for (const [at, a] of a64.entries()) {
      for (const b of a64.slice(at + 1)) {
        if (!patternsMeet(a, b) || nested(a, b)) continue;
        const word = commonWord(a, b);
        if (word !== undefined) overlaps.push(`${a.name} and ${b.name}: ${word.toString(16)}`);
      }
    }
    expect(overlaps).toEqual([]);
  });

  it('lets the row with more fixed bits win where patterns are nested', () => {
    for (const inner of a64) {
      for (const outer of a64) {
        if (inner === outer || !patternsMeet(inner, outer) || !nested(inner, outer)) continue;
        if (bitCount(inner.mask) < bitCount(outer.mask)) continue;
        const word = commonWord(inner, outer);
        if (word !== undefined) expect(decode(word)?.name).toBe(inner.name);
      }
    }
  });

  it('gives every row a syntax, and every field of it a value in every syntax', () => {
    for (const encoding of a64) {
      expect(encoding.text, encoding.name).not.toEqual([]);
      for (const syntax of syntaxesOf(encoding)) {
        const named = syntax.parts.flatMap((part) => {
          if (typeof part === 'string') return [];
          if (!('group' in part)) return part.fields;
          return part.group.flatMap((each) => (typeof each === 'string' ? [] : each.fields));
        });
        const given = new Set([...named, ...syntax.conditions.flatMap((each) => equated(each))]);
        const missing = encoding.fields.filter(({ name }) => !given.has(name)).map(({ name }) => name);
        expect(missing, `${encoding.name}: ${syntax.template}`).toEqual([]);
      }
    }
  });
});

/** The fields that a condition can give a value. */
function equated({
  left,
  relation,
  right,
}: {
  left: string;
  relation: string;
  right: string | number;
}): string[] {
  if (relation === '~') return [left];
  if (relation !== '=') return [];
  return typeof right === 'string' ? [left, right] : [left];
}

describe('parsePattern', () => {
  it('reads fixed bits and fields from bit 31 down', () => {
    expect(parsePattern('sf 0 0 100010 sh imm12:12 Rn:5 Rd:5')).toEqual({
      mask: 0x7f80_0000,
      value: 0x1100_0000,
      fields: [
        { name: 'sf', lsb: 31, width: 1 },
        { name: 'sh', lsb: 22, width: 1 },
        { name: 'imm12', lsb: 10, width: 12 },
        { name: 'Rn', lsb: 5, width: 5 },
        { name: 'Rd', lsb: 0, width: 5 },
      ],
    });
  });

  it('refuses patterns of other than 32 bits and words that are neither bits nor a field', () => {
    expect(() => parsePattern('sf 0 0')).toThrow(RangeError);
    expect(() => parsePattern('1'.repeat(33))).toThrow(RangeError);
    expect(() => parsePattern(`${'1'.repeat(31)} ?`)).toThrow(RangeError);
  });
});
