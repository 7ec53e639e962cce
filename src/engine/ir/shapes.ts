/**
 * A shape: one encoding with all structural fields fixed, and what its meaning records then. Words of the same shape
 * differ only in their operands.
 */
import { fieldsOf, type Encoding, type FieldValues } from '../../isa/index.js';
import { Builder } from './builder.js';
import { directBranch, endsStraightLine } from './flow.js';
import { isRegisterField, isStructural, type Numbers, type Operands, type Semantics } from './meaning.js';
import type { Block, Immediate } from './nodes.js';

export interface Shape {
  /** Unique, readable: `ADD (immediate) sf=1`. */
  readonly key: string;
  readonly encoding: Encoding;
  readonly block: Block;
  /** Distance in bytes of the direct branch in it, if there is one. */
  readonly directBranch: Immediate | undefined;
  /** Whether control comes to what stands behind only by a branch to it. */
  readonly endsStraightLine: boolean;
}

/** An instruction word taken apart. */
export interface ShapedWord {
  readonly shape: Shape;
  readonly fields: FieldValues;
}

/** The shape of something recorded. */
export function shapeOfBlock(key: string, encoding: Encoding, block: Block): Shape {
  const flow = { directBranch: directBranch(block), endsStraightLine: endsStraightLine(block) };
  return { key, encoding, block, ...flow };
}

/** More than the variants of any encoding. */
const VARIANTS_MAX = 2 ** 16;

/** The shapes of one encoding, recorded when they first occur. */
export class EncodingShapes {
  /** Names of the fields that are part of the key, `variant` last. */
  private readonly structural: readonly string[];
  /** Their bits in a word. */
  private readonly structuralBits: number;
  private readonly operands: Operands;
  private readonly shapes = new Map<string, Shape>();
  /** The same by the structural bits and the variant, for words. */
  private readonly shapesOfWords = new Map<number, Shape>();

  constructor(
    readonly encoding: Encoding,
    private readonly semantics: Semantics,
  ) {
    const names = encoding.fields.map((field) => field.name);
    const { options } = semantics;
    this.structural = names.filter((name) => isStructural(name, options));
    this.structuralBits = encoding.fields
      .filter(({ name }) => isStructural(name, options))
      .reduce((bits, { lsb, width }) => bits | ((2 ** width - 1) << lsb), 0);
    this.operands = Object.fromEntries(
      names.filter(isRegisterField).map((field) => [field, { field }]),
    ) as unknown as Operands;
  }

  of(word: number): ShapedWord {
    const fields = fieldsOf(this.encoding, word);
    const variant = this.semantics.options.variant?.of(fields) ?? 0;
    const bits = ((word & this.structuralBits) >>> 0) * VARIANTS_MAX + variant;
    let shape = this.shapesOfWords.get(bits);
    if (shape === undefined) {
      const key = this.keyOf(fields, variant);
      shape = this.shapes.get(key) ?? this.record(key, fields, variant);
      this.shapesOfWords.set(bits, shape);
    }
    return { shape, fields };
  }

  /** The shape of that key, which must be one that words can have; undefined for any other. */
  named(key: string): Shape | undefined {
    const known = this.shapes.get(key);
    if (known !== undefined) return known;
    const fields: Record<string, number> = {};
    for (const [, name, value] of key.matchAll(/ (\w+)=(\d+)/g)) fields[name] = Number(value);
    const variant = fields.variant ?? 0;
    const fits =
      this.encoding.fields.every(({ name, width }) => (fields[name] ?? 0) < 2 ** width) &&
      variant < (this.semantics.options.variant?.count ?? 1);
    if (!fits || key !== this.keyOf(fields, variant)) return undefined;
    return this.record(key, fields, variant);
  }

  private keyOf(fields: Numbers, variant: number): string {
    let key = this.encoding.name;
    for (const name of this.structural) key += ` ${name}=${fields[name]}`;
    if (this.semantics.options.variant !== undefined) key += ` variant=${variant}`;
    return key;
  }

  private record(key: string, fields: Numbers, variant: number): Shape {
    const c = new Builder();
    const numbers: Record<string, number> = { variant };
    for (const name of this.structural) numbers[name] = fields[name];
    this.semantics.meaning(c, this.operands, numbers);
    const shape = shapeOfBlock(key, this.encoding, c.block);
    this.shapes.set(key, shape);
    return shape;
  }
}
