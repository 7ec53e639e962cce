/** What the generators share: the making of sequences. */
import type { Kind, Operation, Setup } from '../operations.js';
import type { Random } from '../random.js';

export type Generator = (random: Random, setup: Setup, count: number) => Operation[];

/** A part of a board, and the setups in which it is tried. */
export interface PartOfBoard {
  readonly name: string;
  readonly generate: Generator;
  readonly setups: readonly Setup[];
}

export const op = (kind: Kind, core: number, address: number, value: number | bigint = 0): Operation => ({
  kind,
  core,
  address,
  value: BigInt(value),
});

/** Keeps calling `step`, which adds a few operations at a time to those that come first. */
export function sequence(
  count: number,
  step: (add: (...operations: Operation[]) => void) => void,
  first: readonly Operation[] = [],
): Operation[] {
  const operations = [...first];
  while (operations.length < count) step((...more) => operations.push(...more));
  return operations.slice(0, count);
}
