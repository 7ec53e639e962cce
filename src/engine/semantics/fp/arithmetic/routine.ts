/** Subroutines that exist once per floating-point format, and the if-elsif chains of their pseudocode. */
import { subroutine, type Builder, type I32, type I64, type Int } from '../../../ir/builder.js';
import type { Subroutine, Type } from '../../../ir/nodes.js';
import type { Format } from './format.js';

/** Types of parameters and results; `F` is the type that carries the format. */
export type Kind = 'F' | 'i32' | 'i64';
type ValueOf<K extends Kind> = K extends 'i32' ? I32 : K extends 'i64' ? I64 : Int;
type Values<P extends readonly Kind[]> = { [K in keyof P]: ValueOf<P[K]> };

function typeOf(kind: Kind, F: Format): 'i32' | 'i64' {
  return kind === 'F' ? F.type : kind;
}

/**
 * Defines the manual's function `name` for every format. The answer calls it: `fpAdd(c, double, a, b)`; each
 * format's subroutine is recorded when it is first called.
 */
export function routine<const P extends readonly Kind[], R extends Kind>(
  name: string,
  parameters: P,
  result: R,
  record: (c: Builder, F: Format, ...args: Values<P>) => ValueOf<R>,
): (c: Builder, F: Format, ...args: Values<P>) => ValueOf<R> {
  const byFormat = new Map<Format, Subroutine & { readonly result: Type }>();
  const of = (F: Format) => {
    let made = byFormat.get(F);
    if (made === undefined) {
      const types = parameters.map((kind) => typeOf(kind, F));
      made = subroutine<Type[], Type>(`${name}.${F.bits}`, types, typeOf(result, F), (c, ...args) =>
        record(c, F, ...(args as unknown as Values<P>)),
      );
      byFormat.set(F, made);
    }
    return made;
  };
  return (c, F, ...args) => c.call(of(F), ...args) as unknown as ValueOf<R>;
}

/** One arm of `cases`: a condition and the value if it is the first to hold. */
export type Arm = readonly [condition: () => I32, value: () => Int];

/** `if ... elsif ... else`: only the conditions up to the first that holds, and its value, are evaluated. */
export function cases(c: Builder, type: 'i32' | 'i64', arms: readonly Arm[], otherwise: () => Int): Int {
  const result = c.variable(type, type === 'i64' ? c.i64(0) : c.i32(0));
  const assign = (value: () => Int) => c.setVariable(result, value());
  const from = (index: number): void => {
    if (index === arms.length) assign(otherwise);
    else {
      const [condition, value] = arms[index];
      c.if(
        condition(),
        () => assign(value),
        () => from(index + 1),
      );
    }
  };
  from(0);
  return c.getVariable(result);
}
