import { describe, expect, it } from 'vitest';
import type { PlainData } from '../../machine/index.js';
import { Kernel, kernelOf } from '../kernel.js';
import { Thread } from '../objects/thread.js';
import { TestBench } from '../testing.js';
import { flag, text } from '../../engine/index.js';
import { bits, instance, mapOf, moment, number, setOf, typedArray, union, unset } from './graph-shapes.js';
import { persist, PersistError, restore } from './persist.js';
import { loadKernel, persistOptions } from './state.js';

type Entries = { c?: string; f: Record<string, PlainData>; [kind: string]: unknown }[];

class Sample {
  fields: unknown;
  constructor(fields: unknown) {
    this.fields = fields;
  }
}
const samples = {
  externals: {},
  classes: {
    Sample: {
      type: Sample,
      fields: {
        fields: union(
          ...[number, moment, bits, text, flag, unset, typedArray(BigUint64Array), instance({ Sample })],
          ...[setOf(union(text, number)), mapOf(text, union(unset, number))],
        ),
      },
    },
  },
};

describe('a graph of objects', () => {
  it.each([
    [0],
    [-0],
    [Infinity],
    [2 ** 64],
    [0n],
    [-1n],
    [2n ** 64n - 1n],
    ['text'],
    [undefined],
    [false],
    [BigUint64Array.of(1n, 2n ** 63n)],
    [new Set(['a', -0])],
    [
      new Map([
        ['a', 1],
        ['b', undefined],
      ]),
    ],
    [new Sample(undefined)],
  ])('comes back as it was: %s', (value) => {
    const sample = new Sample(value);
    const [root] = restore(persist(sample, samples), samples);
    expect(root).toBeInstanceOf(Sample);
    expect(root).toEqual(sample);
    expect(Object.is((root as Sample).fields, value) || typeof value === 'object').toBe(true);
  });

  it('has no part that would be forgotten', () => {
    class Unknown {}
    expect(() => persist(new Sample(new Unknown()), samples)).toThrow(
      'an object of class Unknown cannot be saved',
    );
    expect(() => persist(new Sample(() => 1), samples)).toThrow(
      'Sample.fields is a function: it cannot be saved',
    );
  });

  it.each<[unknown, string]>([
    [5, 'expected a list of objects'],
    [[], 'expected a list of objects'],
    [[5], 'expected a list of objects'],
    [[{}], 'object 0 is of no kind'],
    [[{ m: [1] }], 'object 0 is of no kind'],
    [[{ m: ['a', 1, 'a', 2] }], 'object 0 has a key twice'],
    [[{ s: [1, 1] }], 'object 0 has a member twice'],
    [[{ a: [{ r: 1 }] }], 'object 0 has a value of no kind'],
    [[{ a: [{ r: -1 }] }], 'object 0 has a value of no kind'],
    [[{ a: [{ x: 'machine' }] }], 'object 0 has a value of no kind'],
    [[{ a: [{ b: '1g' }] }], 'object 0 has a value of no kind'],
    [[{ a: [{ b: '1'.repeat(18) }] }], 'object 0 has a value of no kind'],
    [[{ a: [[]] }], 'object 0 has a value of no kind'],
    [[{ t: 'BigUint64Array', d: new Uint8Array(7) }], 'object 0 is no array of numbers'],
    [[{ t: 'Array', d: new Uint8Array(8) }], 'object 0 is no array of numbers'],
    [[{ c: 'toString', f: {} }], 'object 0 is of a class toString, which is not known'],
    [[{ c: 'Sample', f: {} }], 'Sample (object 0).fields: missing'],
    [[{ c: 'Sample', f: { fields: 1, more: 1 } }], 'Sample (object 0).more: not expected'],
    [[{ c: 'Sample', f: { fields: 0.5 } }], 'Sample (object 0).fields: expected a whole number or a time'],
    [
      [
        { c: 'Sample', f: { fields: { r: 1 } } },
        { c: '', f: {} },
      ],
      'Sample (object 0).fields: expected',
    ],
  ])('is refused: %j', (data, message) => {
    expect(() => restore(data as PlainData, samples)).toThrow(message);
    expect(() => restore(data as PlainData, samples)).toThrow(PersistError);
  });
});

describe('a kernel', () => {
  /** What a kernel with a thread that sleeps is saved as. */
  function saved(): { bench: TestBench; entries: Entries; entry: (name: string) => Entries[number] } {
    const bench = new TestBench();
    const p = bench.newProcess();
    p.newThread().start('nanosleep', 1_000_000);
    const { machine, kernel } = bench;
    Object.setPrototypeOf(kernel, Kernel.prototype);
    const entries = persist(kernel, persistOptions(machine)) as unknown as Entries;
    return { bench, entries, entry: (name) => entries.find(({ c }) => c === name) as Entries[number] };
  }

  it('comes back', () => {
    const { bench, entries } = saved();
    loadKernel(bench.machine, entries as unknown as PlainData);
    const kernel = kernelOf(bench.machine);
    expect(kernel).not.toBe(bench.kernel);
    expect([...(kernel?.objects.values() ?? [])].filter((object) => object instanceof Thread)).toHaveLength(
      2,
    );
  });

  it.each<[string, (entry: (name: string) => Entries[number]) => void, RegExp]>([
    [
      'a thread without a boost',
      (entry) => delete entry('Thread').f.boost,
      /^Thread \(object \d+\)\.boost: missing$/,
    ],
    [
      'a life that is none',
      (entry) => (entry('Thread').f.life = 'undead'),
      /\.life: expected "new" or "alive" or "dead"$/,
    ],
    ['a type of another object', (entry) => (entry('Thread').f.type = 1), /\.type: expected 2$/],
    [
      'a process that is a thread',
      (entry) => (entry('Thread').f.process = entry('Process').f.threads),
      /\.process: expected Process$/,
    ],
    ['text for a number', (entry) => (entry('Scheduler').f.queues = 'none'), /\.queues: expected a list$/],
    ['no kernel', (entry) => (entry('Kernel').c = 'Random'), /^Random \(object 0\)/],
  ])('is refused with %s', (_what, change, message) => {
    const { bench, entries, entry } = saved();
    change(entry);
    expect(() => loadKernel(bench.machine, entries as unknown as PlainData)).toThrow(message);
    expect(kernelOf(bench.machine)).toBe(bench.kernel);
  });
});
