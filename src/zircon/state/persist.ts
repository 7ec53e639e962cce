/**
 * The kernel's state as plain data and back. The whole graph of objects that hangs on a root is written down, object by
 * object: plain data, collections, and instances of the classes in `schema.ts`. Anything else is an error, so that
 * nothing is forgotten silently; and what is read is taken only if every field is what its class declares.
 */
import { ShapeError, type Shape } from '../../engine/index.js';
import type { PlainData } from '../../machine/index.js';
import { nameExternal } from './graph-shapes.js';

/** A class whose instances are part of the state, and the shapes of the fields that they have in it. */
export interface StateClass {
  readonly type: { readonly prototype: object };
  readonly fields: Readonly<Record<string, Shape<unknown>>>;
}

export interface PersistOptions {
  /** By the names that the data has for them. */
  readonly classes: Readonly<Record<string, StateClass>>;
  /** Objects outside of the state, by name: the machine, its RAM. */
  readonly externals: Readonly<Record<string, object>>;
}

/** Something in the state that cannot be saved, or saved state that cannot be read. The message is one line. */
export class PersistError extends Error {
  override readonly name = 'PersistError';
}

type Entry = { [key: string]: PlainData };

const typedArrays = { Uint8Array, Uint16Array, Int32Array, Uint32Array, BigUint64Array } as const;

/** The graph under `root`. Throws PersistError for what cannot be written down. */
export function persist(root: object, options: PersistOptions): PlainData {
  return new Writer(options).write(root);
}

/** The objects that `persist` wrote, the root first. Throws PersistError for data that is not such a graph. */
export function restore(data: PlainData, options: PersistOptions): readonly object[] {
  return new Reader(options, data).read();
}

/** Says all of the shapes of classes: the same text, the same classes and fields. */
export function schemaText(classes: PersistOptions['classes']): string {
  const fieldsText = ({ fields }: StateClass): string =>
    Object.entries(fields)
      .map(([name, { text }]) => `${name}: ${text}`)
      .join('; ');
  return Object.entries(classes)
    .map(([name, each]) => `${name} {${fieldsText(each)}}`)
    .join('\n');
}

class Writer {
  private readonly ids = new Map<object, number>();
  private readonly entries: Entry[] = [];
  private readonly pending: object[] = [];
  private readonly classNames: ReadonlyMap<object, string>;
  private readonly externalNames: ReadonlyMap<object, string>;

  constructor(private readonly options: PersistOptions) {
    const classes = Object.entries(options.classes);
    this.classNames = new Map(classes.map(([name, { type }]) => [type.prototype, name]));
    this.externalNames = new Map(Object.entries(options.externals).map(([name, object]) => [object, name]));
  }

  write(root: object): PlainData {
    this.reference(root);
    // What is added on the way is come to in its turn.
    for (const object of this.pending) this.entries[this.ids.get(object) as number] = this.entry(object);
    return this.entries;
  }

  private reference(object: object): PlainData {
    const external = this.externalNames.get(object);
    if (external !== undefined) return { x: external };
    let id = this.ids.get(object);
    if (id === undefined) {
      id = this.entries.length;
      this.ids.set(object, id);
      this.entries.push({});
      this.pending.push(object);
    }
    return { r: id };
  }

  private value(value: unknown, where: string): PlainData {
    switch (typeof value) {
      case 'string':
      case 'boolean':
      case 'number':
        return value;
      case 'bigint':
        return { b: value.toString(16) };
      case 'undefined':
        return { u: true };
      case 'object':
        return value === null ? null : this.reference(value);
      default:
        throw new PersistError(`${where} is a ${typeof value}: it cannot be saved`);
    }
  }

  private entry(object: object): Entry {
    if (Array.isArray(object)) return { a: object.map((item, i) => this.value(item, `[${i}]`)) };
    if (object instanceof Map) {
      return {
        m: [...object].flatMap(([key, item]) => [this.value(key, 'a key'), this.value(item, String(key))]),
      };
    }
    if (object instanceof Set) return { s: [...object].map((item) => this.value(item, 'a member')) };
    for (const [name, type] of Object.entries(typedArrays)) {
      if (!(object instanceof type)) continue;
      return { t: name, d: new Uint8Array(object.buffer, object.byteOffset, object.byteLength).slice() };
    }
    return this.instanceEntry(object);
  }

  private instanceEntry(object: object): Entry {
    const prototype = Object.getPrototypeOf(object) as object;
    if (prototype === Object.prototype) return { c: '', f: this.fields(Object.keys(object), object, '') };
    const name = this.classNames.get(prototype);
    const known = name === undefined ? undefined : this.options.classes[name];
    if (name === undefined || known === undefined)
      throw new PersistError(`an object of class ${object.constructor.name} cannot be saved`);
    return { c: name, f: this.fields(Object.keys(known.fields), object, name) };
  }
  private fields(names: readonly string[], object: object, owner: string): Entry {
    const values = object as Readonly<Record<string, unknown>>;
    return Object.fromEntries(names.map((name) => [name, this.value(values[name], `${owner}.${name}`)]));
  }
}

const isList = (data: PlainData | undefined): data is PlainData[] => Array.isArray(data);
const isRecord = (data: PlainData | undefined): data is Entry =>
  typeof data === 'object' && data !== null && !Array.isArray(data) && !(data instanceof Uint8Array);
const hexadecimal = /^-?[0-9a-f]{1,17}$/;

class Reader {
  private readonly entries: readonly Entry[];
  private readonly objects: object[] = [];

  constructor(
    private readonly options: PersistOptions,
    data: PlainData,
  ) {
    if (!isList(data) || data.length === 0 || !data.every(isRecord))
      throw new PersistError('expected a list of objects');
    this.entries = data;
  }

  read(): readonly object[] {
    // All of them first, since they refer to each other.
    for (const [i, entry] of this.entries.entries()) this.objects.push(this.empty(entry, i));
    for (const [i, entry] of this.entries.entries()) this.fill(this.objects[i], entry, i);
    for (const [i, { c }] of this.entries.entries()) if (typeof c === 'string' && c !== '') this.check(i, c);
    return this.objects;
  }

  private empty(entry: Entry, id: number): object {
    if (isList(entry.a)) return [];
    if (isList(entry.m) && entry.m.length % 2 === 0) return new Map();
    if (isList(entry.s)) return new Set();
    if (typeof entry.t === 'string' && entry.d instanceof Uint8Array)
      return this.typedArray(entry.t, entry.d, id);
    if (typeof entry.c === 'string' && isRecord(entry.f)) return this.instance(entry.c, id);
    throw new PersistError(`object ${id} is of no kind`);
  }
  private typedArray(name: string, bytes: Uint8Array, id: number): object {
    const type = Object.hasOwn(typedArrays, name) ? typedArrays[name as keyof typeof typedArrays] : undefined;
    if (type === undefined || bytes.length % type.BYTES_PER_ELEMENT !== 0)
      throw new PersistError(`object ${id} is no array of numbers`);
    return new type(bytes.slice().buffer);
  }
  private instance(name: string, id: number): object {
    if (name === '') return {};
    if (!Object.hasOwn(this.options.classes, name))
      throw new PersistError(`object ${id} is of a class ${name}, which is not known`);
    return Object.create(this.options.classes[name].type.prototype) as object;
  }

  private fill(object: object, entry: Entry, id: number): void {
    if (Array.isArray(object)) for (const item of entry.a as PlainData[]) object.push(this.value(item, id));
    else if (object instanceof Map) this.fillMap(object, entry.m as PlainData[], id);
    else if (object instanceof Set) {
      for (const item of entry.s as PlainData[]) object.add(this.value(item, id));
      if (object.size !== (entry.s as PlainData[]).length)
        throw new PersistError(`object ${id} has a member twice`);
    } else if (isRecord(entry.f)) {
      for (const [field, item] of Object.entries(entry.f)) {
        const value = this.value(item, id);
        Object.defineProperty(object, field, { value, writable: true, enumerable: true, configurable: true });
      }
    }
  }
  private fillMap(map: Map<unknown, unknown>, items: readonly PlainData[], id: number): void {
    for (let i = 0; i < items.length; i += 2) {
      map.set(this.value(items[i], id), this.value(items[i + 1], id));
    }
    if (map.size * 2 !== items.length) throw new PersistError(`object ${id} has a key twice`);
  }

  private value(data: PlainData, id: number): unknown {
    if (typeof data !== 'object' || data === null) return data;
    const value = isRecord(data) ? this.tagged(data) : undefined;
    if (value === undefined && !(isRecord(data) && data.u === true))
      throw new PersistError(`object ${id} has a value of no kind`);
    return value;
  }
  /** What a tagged value stands for; undefined if it is none, or stands for that. */
  private tagged({ r, x, b }: Entry): unknown {
    if (typeof r === 'number') return this.objects[r];
    if (typeof x === 'string') return this.external(x);
    if (typeof b !== 'string' || !hexadecimal.test(b)) return undefined;
    return b.startsWith('-') ? -BigInt(`0x${b.slice(1)}`) : BigInt(`0x${b}`);
  }

  private external(name: string): object | undefined {
    const { externals } = this.options;
    if (!Object.hasOwn(externals, name)) return undefined;
    const object = externals[name];
    nameExternal(object, name);
    return object;
  }

  /** Whether an object has the fields of its class, and no others. */
  private check(id: number, name: string): void {
    const { fields } = this.options.classes[name];
    const object = this.objects[id] as Readonly<Record<string, unknown>>;
    const path = `${name} (object ${id})`;
    for (const field of Object.keys(object)) {
      if (!Object.hasOwn(fields, field)) throw new PersistError(`${path}.${field}: not expected`);
    }
    try {
      for (const [field, shape] of Object.entries(fields)) {
        if (!Object.hasOwn(object, field)) throw new PersistError(`${path}.${field}: missing`);
        shape.check(object[field], `${path}.${field}`);
      }
    } catch (error) {
      if (error instanceof ShapeError) throw new PersistError(error.message);
      throw error;
    }
  }
}
