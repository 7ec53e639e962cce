/**
 * Snapshots with something wrong in them. A mutation is made at one layer, and everything around it is made to fit again
 * (lengths, compression, checksum), so that it reaches what looks at that layer.
 */
import type { Random } from '../cases/random.js';
import { putTogether, sealed, takeApart, type SnapshotParts } from './sealed-snapshot.js';

export interface Mutation {
  /** Where and what, in a line. */
  readonly what: string;
  readonly bytes: Uint8Array;
}

/** A place in the JSON: an element of a list, or a property. */
interface Place {
  readonly parent: Record<string | number, unknown>;
  readonly key: string | number;
}
const valueAt = ({ parent, key }: Place): unknown => parent[key];

/** What is in the place of a value that ought to be something else. */
const strangers: readonly string[] = [
  ...[
    'null',
    'true',
    'false',
    '0',
    '-1',
    '1',
    '0.5',
    '255',
    '4294967296',
    '1e15',
    '1e300',
    '-9007199254740993',
  ],
  ...['""', '"constructor"', '[]', '{}', '[[]]', '{"__proto__":{}}'],
  ...['NaN', 'Infinity', '-Infinity', '-0'].map((text) => `{"$number":"${text}"}`),
  ...['{"$bytes":""}', '{"$bytes":"AAAA"}', '{"$bytes":"*"}'],
  ...[
    '{"r":0}',
    '{"r":1}',
    '{"r":-1}',
    '{"r":1e9}',
    '{"r":0.5}',
    '{"x":"Machine"}',
    '{"x":"GuestRam"}',
    '{"x":"toString"}',
  ],
  ...['{"b":"0"}', '{"b":"-1"}', '{"b":"ffffffffffffffff"}', '{"b":""}', '{"u":true}', '{"u":false}'],
];
const numbers = [
  0,
  1,
  -1,
  2,
  31,
  32,
  64,
  255,
  4095,
  4096,
  65535,
  2 ** 20,
  2 ** 31,
  2 ** 32,
  2 ** 40,
  2 ** 53,
  2 ** 63,
];

export class SnapshotMutator {
  private readonly parts: SnapshotParts;
  private readonly content: Record<string, unknown>;
  /** By the first part of the path: everything in it, by kind of value. */
  private readonly places = new Map<string, Place[]>();
  /** Places by the name of the property, those in objects of the kernel with the class in front. */
  private readonly alike = new Map<string, Place[]>();
  private readonly names = new Map<Place, string>();
  private readonly namesByPart = new Map<string, string[]>();

  constructor(
    private readonly good: Uint8Array,
    private readonly random: Random,
  ) {
    this.parts = takeApart(good);
    this.content = JSON.parse(this.parts.state) as Record<string, unknown>;
    for (const part of Object.keys(this.content)) {
      const found: Place[] = [{ parent: this.content, key: part }];
      this.collect(this.content[part], part, found);
      this.places.set(part, found);
      const names = new Set(found.flatMap((place) => this.names.get(place) ?? []));
      this.namesByPart.set(part, [...names]);
    }
  }

  private collect(value: unknown, path: string, found: Place[]): void {
    if (typeof value !== 'object' || value === null) return;
    const { c: name } = value as { c?: unknown };
    for (const key of Object.keys(value)) {
      const place = {
        parent: value as Record<string, unknown>,
        key: Array.isArray(value) ? Number(key) : key,
      };
      const called = Array.isArray(value) ? `${path}[]` : `${path}.${key}`;
      found.push(place);
      this.names.set(place, called);
      this.alike.set(called, [...(this.alike.get(called)?.slice(-50) ?? []), place]);
      this.collect(place.parent[place.key], typeof name === 'string' && key === 'f' ? name : called, found);
    }
  }

  /** The next one. */
  mutation(): Mutation {
    const kinds = [
      ...(this.content.kernel === null ? [] : Array.from({ length: 12 }, () => () => this.changed('kernel'))),
      ...Array.from({ length: 5 }, () => () => this.changed('state')),
      () => this.changed('firmware'),
      () => this.changed('options'),
      () => this.bytes(),
      () => this.runs(),
      () => this.pages(),
    ];
    return this.random.pick(kinds)();
  }

  // Raw bytes.

  private bytes(): Mutation {
    const { random } = this;
    const bytes = this.good.slice(0, random.oneIn(4) ? random.below(this.good.length) : this.good.length);
    for (let i = random.below(4); i >= 0 && bytes.length > 0; i--)
      bytes[random.below(bytes.length)] = random.below(256);
    return { what: 'bytes of the file', bytes: random.oneIn(4) || bytes.length < 24 ? bytes : sealed(bytes) };
  }
  private runs(): Mutation {
    const runs = this.parts.runs.slice();
    runs[this.random.below(runs.length)] = this.random.below(256);
    return this.with('the table of page runs', { runs });
  }
  private pages(): Mutation {
    const { random } = this;
    const cut = random.oneIn(8) ? random.below(5000) : 0;
    const pages = this.parts.pages.slice(0, this.parts.pages.length - cut);
    const at = random.below(pages.length);
    for (let i = random.below(16); i >= 0; i--)
      pages[Math.min(at + random.below(64), pages.length - 1)] = random.below(256);
    return this.with(`pages at 0x${at.toString(16)}, cut by ${cut}`, { pages });
  }
  private with(what: string, parts: Partial<SnapshotParts>): Mutation {
    return { what, bytes: putTogether({ ...this.parts, ...parts }, this.good) };
  }

  // The state.

  private changed(part: string): Mutation {
    const { random } = this;
    const found = this.places.get(part) as Place[];
    const place = random.oneIn(4)
      ? random.pick(found)
      : random.pick(this.alike.get(this.nameIn(part)) as Place[]);
    const { parent, key } = place;
    const whole = random.oneIn(6) ? this.dropped(place) : undefined;
    if (whole !== undefined) return whole;
    const before = valueAt(place);
    const value = this.another(place);
    parent[key] = value;
    const state = JSON.stringify(this.content);
    parent[key] = before;
    const name = this.names.get(place) ?? part;
    return this.with(`${name} (${key}): ${short(before)} -> ${short(value)}`, { state });
  }

  /** What some place of a part is called: each name as likely as any other, however many places have it. */
  private nameIn(part: string): string {
    return this.random.pick(this.namesByPart.get(part) as string[]);
  }

  /** Without a property or an element, or with an element twice or at another place. */
  private dropped(place: Place): Mutation | undefined {
    const { random } = this;
    const { parent, key } = place;
    const name = `${this.names.get(place) ?? String(key)} (${key})`;
    if (Array.isArray(parent)) {
      const list = parent as unknown[];
      const copy = [...list];
      const how = random.below(3);
      if (how === 0) list.splice(Number(key), 1);
      else if (how === 1) list.splice(random.below(list.length), 0, list[Number(key)]);
      else list.splice(random.below(list.length), 0, ...list.splice(Number(key), 1));
      const state = JSON.stringify(this.content);
      list.splice(0, list.length, ...copy);
      return this.with(`${name}: ${['dropped', 'twice', 'moved'][how]}`, { state });
    }
    const entries = Object.entries(parent);
    delete parent[key];
    const state = JSON.stringify(this.content);
    for (const each of Object.keys(parent)) delete parent[each];
    Object.assign(parent, Object.fromEntries(entries));
    return this.with(`${name}: dropped`, { state });
  }

  private another(place: Place): unknown {
    const { random } = this;
    const value = valueAt(place);
    if (random.oneIn(5)) return JSON.parse(random.pick(strangers)) as unknown;
    if (random.oneIn(3)) return this.likeIt(place);
    if (typeof value === 'number')
      return random.oneIn(2) ? value + random.pick([1, -1, 8, -8, 4096]) : random.pick(numbers);
    if (typeof value === 'boolean') return !value;
    if (typeof value === 'string') return this.anotherText(place, value);
    return this.likeIt(place);
  }
  /** The value of the same property elsewhere. */
  private likeIt(place: Place): unknown {
    const name = this.names.get(place);
    const others = name === undefined ? undefined : this.alike.get(name);
    return others === undefined ? null : valueAt(this.random.pick(others));
  }
  private anotherText({ key }: Place, value: string): string {
    const { random } = this;
    if (key === 'b') return random.pick(['0', '1', '-1', 'ffffffffffffffff', `${value.slice(1)}1`]);
    if (key !== '$bytes') return random.oneIn(2) ? value.slice(1) : `${value}x`;
    const bytes = Buffer.from(value, 'base64');
    if (random.oneIn(6)) return bytes.subarray(1).toString('base64');
    for (let i = random.below(8); i >= 0 && bytes.length > 0; i--)
      bytes[random.below(bytes.length)] = random.below(256);
    return bytes.toString('base64');
  }
}

function short(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
