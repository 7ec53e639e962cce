/**
 * The interpreter in lockstep with the reference evaluator, which evaluates the same meanings without WebAssembly: seeded
 * cases of every encoding, every shape that stands in line in the interpreter's loops, sequences; and the corpus, cases
 * that were wrong once; and code made of bound recordings, and the translator's, likewise. `npm run conformance -- lockstep` draws many more.
 */
import { describe, expect, it } from 'vitest';
import { DATA_BYTES } from './cases/layout.js';
import { BoundTier } from './lockstep/bound-tier.js';
import { keptCases, readCase, writeCase } from './lockstep/corpus.js';
import { eager } from './lockstep/eager.js';
import { drawCases, type DrawnKind } from './lockstep/draw.js';
import { Lockstep } from './lockstep/lockstep.js';
import { report } from './lockstep/report.js';

const SEED = 1;
const lockstep = new Lockstep();

/** Reports of the first few cases on which they disagree. */
async function disagreements(kind: DrawnKind, count: number, lockstep: Lockstep): Promise<string[]> {
  const found: string[] = [];
  for (const drawn of drawCases(kind, count, SEED)) {
    if (lockstep.run(drawn) === undefined) continue;
    found.push(await report(lockstep, drawn.title, drawn));
    if (found.length === 3) break;
  }
  return found;
}

describe('the interpreter and the reference evaluator', () => {
  it.each([
    ['encodings', 2],
    ['hot shapes', 3],
    ['sequence', 400],
    ['descent', 200],
    ['unallocated', 200],
    ['wild', 600],
  ] as const)('come to the same state: %s', async (kind, count) => {
    expect(await disagreements(kind, count, lockstep)).toEqual([]);
    expect(lockstep.sameSurroundings).toBe(true);
  });
});

describe('code of bound recordings and the reference evaluator', () => {
  const bound = new Lockstep((host) => new BoundTier(host));

  it.each([
    ['encodings', 1],
    ['hot shapes', 1],
    ['sequence', 50],
    ['descent', 20],
  ] as const)('come to the same state: %s', async (kind, count) => {
    expect(await disagreements(kind, count, bound)).toEqual([]);
    expect(bound.sameSurroundings).toBe(true);
  });
});

describe('the translator, of all that is executed, and the reference evaluator', () => {
  const translator = new Lockstep(eager());

  it.each([
    ['encodings', 1],
    ['hot shapes', 1],
    ['sequence', 150],
    ['descent', 20],
    ['wild', 300],
  ] as const)('come to the same state: %s', async (kind, count) => {
    expect(await disagreements(kind, count, translator)).toEqual([]);
    expect(translator.sameSurroundings).toBe(true);
  });
});

describe('the corpus', () => {
  it.each(keptCases())('%s: they agree', async (name, kept) => {
    const disagreement = lockstep.run(kept);
    expect(disagreement === undefined ? [] : [await report(lockstep, name, kept)]).toEqual([]);
  });

  it('is written as it is read', () => {
    for (const { test } of drawCases('encodings', 1, SEED)) {
      test.touchesMemory = true;
      const data = new Uint8Array(DATA_BYTES);
      data.set([1, 2, 3, 4, 5, 6, 7, 8], test.words[0] & (DATA_BYTES - 8));
      const again = readCase(writeCase({ test, data }, 'A comment.'));
      expect(Buffer.compare(again.test.bytes, test.bytes)).toBe(0);
      expect(Buffer.compare(again.data, data)).toBe(0);
    }
  });

  it('refuses what is nothing that a case holds', () => {
    expect(() => readCase('X31 = 1')).toThrow(SyntaxError);
    expect(() => readCase('SPSR_EL3 = 1\nnop')).toThrow("'SPSR_EL3' is nothing that a case holds");
    expect(() => readCase('frobnicate x0')).toThrow("'frobnicate x0' is not an A64 instruction");
  });
});
