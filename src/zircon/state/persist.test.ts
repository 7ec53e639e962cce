import { describe, expect, it } from 'vitest';
import type { Machine, PlainData } from '../../machine/index.js';
import { bootZircon } from '../boot.js';
import { kernelOf } from '../kernel.js';
import { builtInBootImage } from '../launch/boot-image.js';
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
  /** A machine some way into the built-in system, and what its kernel is saved as. */
  function saved(): { machine: Machine; entries: Entries; entry: (name: string) => Entries[number] } {
    const { machine, kernel } = bootZircon(builtInBootImage(), { ramSize: 2 ** 25 });
    machine.run({ instructions: 1_500_000 });
    const entries = persist(kernel, persistOptions(machine)) as unknown as Entries;
    return { machine, entries, entry: (name) => entries.find(({ c }) => c === name) as Entries[number] };
  }

  it('comes back', () => {
    const { machine, entries } = saved();
    const before = kernelOf(machine);
    loadKernel(machine, entries as unknown as PlainData);
    const kernel = kernelOf(machine);
    expect(kernel).not.toBe(before);
    expect([...(kernel?.objects.keys() ?? [])]).toEqual([...(before?.objects.keys() ?? [])]);
  });

  type Change = (entry: (name: string) => Entries[number], all: Entries) => void;
  const shift = (fields: Record<string, PlainData>, name: string, by: number): void => {
    fields[name] = Number(fields[name]) + by;
  };

  it.each<[string, Change, RegExp]>([
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
    [
      'a priority beyond all',
      (entry) => (entry('Thread').f.lentPriority = 255),
      /: not so: priorities is below 32$/,
    ],
    [
      'user code at EL1',
      (entry) => (entry('Context').f.pstate = 5),
      /^Context .*: not so: user code runs at EL0$/,
    ],
    ['a handle too many', (entry) => (entry('Process').f.handleCount = 77), /handles to an object$/],
    ['a VMO with half a page', (entry) => (entry('PagedVmo').f.bytes = 6144), /a VMO has whole pages$/],
    [
      'a mapping elsewhere',
      (entry) => shift(entry('Mapping').f, 'base', 4096),
      /regions|the tables translate/,
    ],
    ['another page', (entry) => shift(entry('PageTable').f, 'root', 4096), /does what the scheduler says$/],
    [
      'a call without a number',
      (entry) => (entry('Thread').f.callNumber = 157),
      /the number of the call is below 157$/,
    ],
    [
      'two consoles',
      (entry, all) => all.push(entry('KernelConsole')),
      /^expected one KernelConsole, found 2$/,
    ],
  ])('is refused with %s', (_what, change, message) => {
    const { machine, entries, entry } = saved();
    const before = kernelOf(machine);
    change(entry, entries);
    expect(() => loadKernel(machine, entries as unknown as PlainData)).toThrow(message);
    expect(kernelOf(machine)).toBe(before);
  });
});
