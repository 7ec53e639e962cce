/**
 * Shapes of saved state: what a value that comes from a file must be like before anything takes it, so that a state is
 * taken whole or not at all. Whatever saves its state has the shape of it beside, and the state's type is made from it.
 */

/** A value that is not of its shape. The message is one line: what, and what was expected. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

export class Shape<T> {
  /** For the compiler alone: the type of the values. */
  declare readonly values: T;

  /**
   * `text` says all of the shape: shapes with the same text take the same values. `misfit` says what is wrong with a
   * value, which is called `path`.
   */
  constructor(
    readonly text: string,
    readonly misfit: (value: unknown, path: string) => string | undefined,
  ) {}

  /** The value, if it is of the shape; otherwise throws ShapeError. `path`: what it is called. */
  check(value: unknown, path: string): T {
    const wrong = this.misfit(value, path);
    if (wrong !== undefined) throw new ShapeError(wrong);
    return value as T;
  }

  /** Values for which a condition holds too; `what` says which. */
  where(what: string, holds: (value: T) => boolean): Shape<T> {
    return new Shape(`${this.text} where ${what}`, (value, path) => {
      return this.misfit(value, path) ?? (holds(value as T) ? undefined : `${path}: expected ${what}`);
    });
  }
}

/** The type of a shape's values. */
export type Shaped<S extends Shape<unknown>> = S['values'];

/** One condition, told as "expected `text`". */
function simple<T>(text: string, fits: (value: unknown) => boolean): Shape<T> {
  return new Shape(text, (value, path) => (fits(value) ? undefined : `${path}: expected ${text}`));
}

export const flag: Shape<boolean> = simple('true or false', (value) => typeof value === 'boolean');
export const text: Shape<string> = simple('text', (value) => typeof value === 'string');
export const nothing: Shape<null> = simple('null', (value) => value === null);

/** Whole numbers from `least` to `most`. */
export function integer(least: number, most: number): Shape<number> {
  return simple(
    `a whole number from ${least} to ${most}`,
    (value) =>
      Number.isInteger(value) && !Object.is(value, -0) && least <= Number(value) && Number(value) <= most,
  );
}
/** Any number that counts something. */
export const count = integer(0, Number.MAX_SAFE_INTEGER);
/** 32 bits, be it as a signed or an unsigned number. */
export const word = integer(-(2 ** 31), 2 ** 32 - 1);

export function oneOf<const T extends string>(...values: readonly T[]): Shape<T> {
  return simple(`one of ${values.join(', ')}`, (value) => (values as readonly unknown[]).includes(value));
}

export function bytes(length: number): Shape<Uint8Array> {
  return simple(`${length} bytes`, (value) => value instanceof Uint8Array && value.length === length);
}

export function nullOr<T>(shape: Shape<T>): Shape<T | null> {
  return new Shape(`null or ${shape.text}`, (value, path) =>
    value === null ? undefined : shape.misfit(value, path),
  );
}

function firstMisfit(
  list: readonly unknown[],
  path: string,
  shapeAt: (i: number) => Shape<unknown>,
): string | undefined {
  for (const [i, each] of list.entries()) {
    const wrong = shapeAt(i).misfit(each, `${path}[${i}]`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
}

/** A list of any length up to `most`. */
export function listOf<T>(shape: Shape<T>, most = Infinity): Shape<T[]> {
  const bound = most === Infinity ? 'a list' : `a list of at most ${most}`;
  return new Shape(`${bound} of (${shape.text})`, (value, path) => {
    if (!Array.isArray(value) || value.length > most) return `${path}: expected ${bound}`;
    return firstMisfit(value, path, () => shape);
  });
}

/** A list of fixed length, each place with its own shape. */
export function tuple<T extends readonly unknown[]>(...shapes: { [I in keyof T]: Shape<T[I]> }): Shape<T> {
  return new Shape(`[${shapes.map(({ text }) => text).join('; ')}]`, (value, path) => {
    if (!Array.isArray(value) || value.length !== shapes.length)
      return `${path}: expected ${shapes.length} values`;
    return firstMisfit(value, path, (i) => shapes[i]);
  });
}
/** A list of so many values of one shape. */
export function listOfExactly<T>(length: number, shape: Shape<T>): Shape<T[]> {
  return tuple<T[]>(...Array.from({ length }, () => shape));
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);

/** An object with just these properties. */
export function record<T extends object>(shapes: { [K in keyof T]: Shape<T[K]> }): Shape<T> {
  const fields: Readonly<Record<string, Shape<unknown>>> = shapes;
  const names = Object.keys(fields);
  const text = names.map((name) => `${name}: ${fields[name].text}`).join('; ');
  return new Shape(`{${text}}`, (value, path) => {
    if (!isRecord(value)) return `${path}: expected a record`;
    for (const name of Object.keys(value))
      if (!Object.hasOwn(fields, name)) return `${path}.${name}: not expected`;
    for (const name of names) {
      if (!Object.hasOwn(value, name)) return `${path}.${name}: missing`;
      const wrong = fields[name].misfit(value[name], `${path}.${name}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  });
}
