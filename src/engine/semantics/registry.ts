/** The registry of meanings: which function says what an encoding does. */
import type { Meaning, Options, Semantics } from '../ir/meaning.js';

export type { Meaning, Numbers, Operands, Options, Semantics } from '../ir/meaning.js';

const registry = new Map<string, Semantics>();

/** Gives the encoding of that name its meaning. Throws if it has one. */
export function semantics(encoding: string, meaning: Meaning, options: Options = {}): void {
  if (registry.has(encoding)) throw new Error(`'${encoding}' has two meanings`);
  registry.set(encoding, { encoding, options, meaning });
}

/** The meaning of an encoding, if it has been given one. */
export function semanticsOf(encoding: string): Semantics | undefined {
  return registry.get(encoding);
}
