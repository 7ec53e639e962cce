/**
 * The kernel's state as plain data and back. The whole graph of objects that hangs on a root is written down,
 * object by object; what is not plain data, a collection or an instance of a registered class is an error, so
 * that nothing is forgotten silently.
 */
import type { PlainData } from '../../machine/index.js';

/** A class whose instances are part of the state. */
export interface PersistentClass {
  readonly name: string;
  readonly prototype: object;
}

export interface PersistOptions {
  readonly classes: readonly PersistentClass[];
  /** Objects outside of the state, by name: the machine, its RAM. */
  readonly externals: ReadonlyMap<string, object>;
  /** Fields that are not state but made anew, as `Class.field`. */
  readonly transient: ReadonlySet<string>;
}

/** Something in the state that cannot be saved, or saved state that cannot be read. */
export class PersistError extends Error {
  override readonly name = 'PersistError';
}

type Entry = { [key: string]: PlainData };

const typedArrays = { Uint8Array, Uint16Array, Int32Array, Uint32Array, BigUint64Array } as const;
type TypedArrayName = keyof typeof typedArrays;

/** The graph under `root`. */
export function persist(root: object, options: PersistOptions): PlainData {
  return new Writer(options).write(root);
}

/** The graph that `persist` wrote. */
export function restore(data: PlainData, options: PersistOptions): object {
  return new Reader(options, data as Entry[]).root();
}

class Writer {
  private readonly ids = new Map<object, number>();
  private readonly entries: Entry[] = [];
  private readonly pending: object[] = [];
  private readonly classNames: ReadonlyMap<object, string>;
  private readonly externalNames: ReadonlyMap<object, string>;

  constructor(private readonly options: PersistOptions) {
    this.classNames = new Map(options.classes.map((type) => [type.prototype, type.name]));
    this.externalNames = new Map([...options.externals].map(([name, object]) => [object, name]));
  }

  write(root: object): PlainData {
    this.reference(root);
    for (let next = this.pending.shift(); next !== undefined; next = this.pending.shift()) {
      this.entries[this.ids.get(next) as number] = this.entry(next);
    }
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
        return value;
      case 'number':
        return Number.isFinite(value) && !Object.is(value, -0) ? value : { n: String(value) };
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
    const prototype: unknown = Object.getPrototypeOf(object);
    const isPlain = prototype === Object.prototype;
    const name = isPlain ? '' : this.classNames.get(prototype as object);
    if (name === undefined) {
      throw new PersistError(
        `an object of class ${object.constructor.name} cannot be saved: register the class`,
      );
    }
    const fields: Entry = {};
    for (const [field, item] of Object.entries(object)) {
      if (!this.options.transient.has(`${name}.${field}`))
        fields[field] = this.value(item, `${name}.${field}`);
    }
    return { c: name, f: fields };
  }
}

class Reader {
  private readonly prototypes: ReadonlyMap<string, object>;
  private readonly objects: object[] = [];

  constructor(
    private readonly options: PersistOptions,
    private readonly entries: readonly Entry[],
  ) {
    this.prototypes = new Map(options.classes.map((type) => [type.name, type.prototype]));
  }

  root(): object {
    for (const entry of this.entries) this.objects.push(this.empty(entry));
    for (const [i, entry] of this.entries.entries()) this.fill(this.objects[i], entry);
    return this.objects[0];
  }

  private empty(entry: Entry): object {
    if ('a' in entry) return [];
    if ('m' in entry) return new Map();
    if ('s' in entry) return new Set();
    if ('t' in entry) {
      const bytes = (entry.d as Uint8Array).slice();
      return new typedArrays[entry.t as TypedArrayName](bytes.buffer);
    }
    if (entry.c === '') return {};
    const prototype = this.prototypes.get(entry.c as string);
    if (prototype === undefined)
      throw new PersistError(`the state has a class ${String(entry.c)} that is not known`);
    return Object.create(prototype) as object;
  }

  private fill(object: object, entry: Entry): void {
    if (Array.isArray(object)) for (const item of entry.a as PlainData[]) object.push(this.value(item));
    else if (object instanceof Map) {
      const items = entry.m as PlainData[];
      for (let i = 0; i < items.length; i += 2) object.set(this.value(items[i]), this.value(items[i + 1]));
    } else if (object instanceof Set) for (const item of entry.s as PlainData[]) object.add(this.value(item));
    else if ('f' in entry) {
      for (const [field, item] of Object.entries(entry.f as Entry)) {
        Object.defineProperty(object, field, {
          value: this.value(item),
          writable: true,
          enumerable: true,
          configurable: true,
        });
      }
    }
  }

  private value(data: PlainData): unknown {
    if (typeof data !== 'object' || data === null) return data;
    const tagged = data as Entry;
    if ('r' in tagged) return this.objects[tagged.r as number];
    if ('x' in tagged) {
      const external = this.options.externals.get(tagged.x as string);
      if (external === undefined)
        throw new PersistError(`the state refers to ${String(tagged.x)}, which is not here`);
      return external;
    }
    if ('b' in tagged)
      return (
        BigInt(`0x${(tagged.b as string).replace('-', '')}`) *
        ((tagged.b as string).startsWith('-') ? -1n : 1n)
      );
    if ('n' in tagged) return Number(tagged.n);
    return undefined;
  }
}
