/** What a row of the operation table says, and how rows of the same form are made from a table of names. */
import type { Type } from '../nodes.js';

/** Values of `evaluate` are unsigned bigints of their type's width; floats are bit patterns in i32 or i64. */
export interface OpRow<R extends Type = Type> {
  readonly parameters: readonly Type[];
  readonly result: R;
  /** Opcode bytes; SIMD opcodes start with 0xfd. */
  readonly code: readonly number[];
  /** Operands are reinterpreted as floats of the same width first. */
  readonly floatParameters?: true;
  /** The result is reinterpreted as an integer of the same width. */
  readonly floatResult?: true;
  /** Opcode bytes of the same operation whose lane is a float: what it takes last, or gives, is one then. */
  readonly floatCode?: readonly number[];
  /** Takes a lane number below this as its immediate. */
  readonly lanes?: number;
  readonly evaluate: (args: readonly bigint[], lane: number) => bigint;
}

/** Rows with the names of a table behind a prefix. */
export type Prefixed<P extends string, T, Row> = { readonly [N in keyof T & string as `${P}.${N}`]: Row };

/** Makes a row of each entry of a table, named by the prefix and the entry's name. */
export function prefixed<P extends string, E, T extends Readonly<Record<string, E>>, Row>(
  prefix: P,
  table: T,
  row: (entry: T[keyof T]) => Row,
): Prefixed<P, T, Row> {
  const rows = Object.entries(table).map(([name, entry]) => [`${prefix}.${name}`, row(entry as T[keyof T])]);
  return Object.fromEntries(rows) as Prefixed<P, T, Row>;
}

/** LEB128 encoding of a SIMD opcode behind its 0xfd prefix. */
export function simd(code: number): readonly number[] {
  return code < 0x80 ? [0xfd, code] : [0xfd, (code & 0x7f) | 0x80, code >> 7];
}

/** The lanes of a 128-bit value, from the lowest. */
export function lanesOf(value: bigint, width: number): bigint[] {
  return Array.from({ length: 128 / width }, (_, i) => BigInt.asUintN(width, value >> BigInt(i * width)));
}
/** The 128-bit value of lanes, which are cut to their width. */
export function joinLanes(lanes: readonly bigint[], width: number): bigint {
  return lanes.reduce((sum, lane, i) => sum | (BigInt.asUintN(width, lane) << BigInt(i * width)), 0n);
}
