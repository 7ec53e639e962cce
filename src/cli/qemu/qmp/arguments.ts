/** What commands take: each type reads a value at a path, and refuses others in QEMU's words. */
import { QmpError } from './error.js';
import type { Json, JsonObject } from './json.js';

/** `path` is `keys[0].data`. @throws QmpError */
export type Type<T> = (value: Json, path: string) => T;

const refused = (path: string, expected: string): QmpError =>
  new QmpError(`Invalid parameter type for '${path}', expected: ${expected}`);

export const string: Type<string> = (value, path) => {
  if (typeof value !== 'string') throw refused(path, 'string');
  return value;
};
export const boolean: Type<boolean> = (value, path) => {
  if (typeof value !== 'boolean') throw refused(path, 'boolean');
  return value;
};
/** Of 64 bits with a sign. */
export const integer: Type<bigint> = (value, path) => {
  if (typeof value !== 'bigint' || value >= 2n ** 63n) throw refused(path, 'integer');
  return value;
};

/** What is none of a list, in words that name the member alone. */
const notAccepted = (path: string, value: string): QmpError => {
  const name = path.endsWith(']') ? 'null' : path.slice(path.lastIndexOf('.') + 1);
  return new QmpError(`Parameter '${name}' does not accept value '${value}'`);
};

/** A name that means something, or undefined. */
export const meaning =
  <T>(find: (name: string) => T | undefined): Type<T> =>
  (value, path) => {
    const name = string(value, path);
    const found = find(name);
    if (found === undefined) throw notAccepted(path, name);
    return found;
  };
export const oneOf = <N extends string>(...names: readonly N[]): Type<N> =>
  meaning((name) => names.find((each) => each === name));

export const list =
  <T>(type: Type<T>): Type<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value)) throw refused(path, 'array');
    return (value as readonly Json[]).map((each, i) => type(each, `${path}[${i}]`));
  };

/** A member of an object by its name. */
export type Member<T> = (object: JsonObject, name: string, path: string) => T;
export const required =
  <T>(type: Type<T>): Member<T> =>
  (members, name, path) => {
    const value = members.get(name);
    if (value === undefined) throw new QmpError(`Parameter '${path}' is missing`);
    return type(value, path);
  };
export const optional =
  <T>(type: Type<T>): Member<T | undefined> =>
  (members, name, path) => {
    const value = members.get(name);
    return value === undefined ? undefined : type(value, path);
  };

type Members<T> = { readonly [K in keyof T]: Member<T[K]> };

const objectAt = (value: Json, path: string): JsonObject => {
  if (!(value instanceof Map)) throw refused(path, 'object');
  return value as JsonObject;
};

function checkNames(members: JsonObject, known: readonly string[], prefix: string): void {
  for (const name of members.keys())
    if (!known.includes(name)) throw new QmpError(`Parameter '${prefix}${name}' is unexpected`);
}

/** An object with these members and no others; the path of what a command takes is empty. */
export const object =
  <T>(members: Members<T>): Type<T> =>
  (value, path) => {
    const given = objectAt(value, path);
    const prefix = path === '' ? '' : `${path}.`;
    const names = Object.keys(members) as (keyof T & string)[];
    const found = names.map((name) => [name, members[name](given, name, prefix + name)] as const);
    checkNames(given, names, prefix);
    return Object.fromEntries(found) as T;
  };

/** An object whose `type` says what its `data` is. */
export const tagged =
  <T>(types: { readonly [K in keyof T]: Type<T[K]> }): Type<T[keyof T]> =>
  (value, path) => {
    const given = objectAt(value, path);
    const names = Object.keys(types) as (keyof T & string)[];
    const type = required(oneOf(...names))(given, 'type', `${path}.type`);
    const data = required(types[type])(given, 'data', `${path}.data`);
    checkNames(given, ['type', 'data'], `${path}.`);
    return data;
  };
