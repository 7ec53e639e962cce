/** Shapes of what the kernel's objects have in their fields, beside the shapes that all saved state has. */
import { Shape } from '../../engine/index.js';

/** Also one whose constructor is its own. */
interface Class {
  readonly prototype: object;
}

function simple(text: string, fits: (value: unknown) => boolean): Shape<unknown> {
  return new Shape(text, (value, path) => (fits(value) ? undefined : `${path}: expected ${text}`));
}

const isWhole = (value: unknown, least: number): boolean =>
  Number.isInteger(value) && (value as number) >= least && (value as number) <= 2 ** 64;

/** Whole numbers of up to 64 bits, as far as a number is exact. */
export const number = simple('a whole number', (value) => isWhole(value, 0));
/** The same below 0, too. */
export const signed = simple('a whole number, signed', (value) => isWhole(value, -(2 ** 63)));
/** Virtual ns, or Infinity for never. */
export const moment = simple('a time', (value) => isWhole(value, 0) || value === Infinity);
/** Signed or unsigned numbers of 64 bits; one more for the end of a range. */
export const bits = simple(
  'a number of 64 bits',
  (value) => typeof value === 'bigint' && value >= -(2n ** 63n) && value <= 2n ** 64n,
);
export const unset = simple('undefined', (value) => value === undefined);

export function literal(...values: readonly (string | number | boolean)[]): Shape<unknown> {
  return simple(values.map((value) => JSON.stringify(value)).join(' or '), (value) =>
    (values as unknown[]).includes(value),
  );
}

/** Objects of these classes, by name: a class's own name is whatever a bundler makes of it. */
export function instance(classes: Readonly<Record<string, Class>>): Shape<unknown> {
  const prototypes = Object.values(classes).map(({ prototype }) => prototype);
  return simple(Object.keys(classes).join(' or '), (value) =>
    prototypes.some((prototype) => Object.prototype.isPrototypeOf.call(prototype, value as object)),
  );
}

const externalNames = new WeakMap<object, string>();
/** From now on an object is the one outside of the state that has this name. */
export function nameExternal(object: object, name: string): void {
  externalNames.set(object, name);
}
/** The object outside of the state that has a name. */
export function external(name: string): Shape<unknown> {
  return simple(
    name,
    (value) => typeof value === 'object' && value !== null && externalNames.get(value) === name,
  );
}

export function typedArray(type: new (length: number) => object): Shape<unknown> {
  return simple(type.name, (value) => value instanceof type);
}

export function union(...shapes: readonly Shape<unknown>[]): Shape<unknown> {
  const all = shapes.map((shape) => shape.text).join(' or ');
  return new Shape(all, (value, path) => {
    const fits = shapes.some((shape) => shape.misfit(value, path) === undefined);
    return fits ? undefined : `${path}: expected ${all}`;
  });
}

export function setOf(member: Shape<unknown>): Shape<unknown> {
  return new Shape(`a set of (${member.text})`, (value, path) => {
    if (!(value instanceof Set)) return `${path}: expected a set`;
    return firstMisfit(value, (each) => member.misfit(each, `a member of ${path}`));
  });
}

export function mapOf(key: Shape<unknown>, item: Shape<unknown>): Shape<unknown> {
  return new Shape(`a map of (${key.text}) to (${item.text})`, (value, path) => {
    if (!(value instanceof Map)) return `${path}: expected a map`;
    return firstMisfit(
      value as Map<unknown, unknown>,
      ([each, its]) => key.misfit(each, `a key of ${path}`) ?? item.misfit(its, `an item of ${path}`),
    );
  });
}

function firstMisfit<T>(all: Iterable<T>, misfit: (each: T) => string | undefined): string | undefined {
  for (const each of all) {
    const wrong = misfit(each);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}
