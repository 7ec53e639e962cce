/**
 * A handler's shape: one encoding with all structural fields fixed. Words of the same shape share a handler and
 * differ only in the operands of their decoded entries.
 */
import { fieldsOf, type Encoding, type FieldValues } from '../../isa/index.js';
import { Builder } from '../ir/builder.js';
import type { Block, Immediate, Statement } from '../ir/nodes.js';
import { isRegisterField, isStructural, type Operands, type Semantics } from '../semantics/registry.js';

/** How the target of a direct branch lies: in the same 4 KiB page, or elsewhere. */
export type Reach = 'none' | 'near' | 'far';

export interface Shape {
  /** Unique, readable: `ADD (immediate) sf=1 sh=0`. */
  readonly key: string;
  readonly encoding: Encoding;
  readonly block: Block;
  readonly reach: Reach;
}

/** What all words of one encoding share. */
export class EncodingShapes {
  private readonly structural: readonly string[];
  private readonly operands: Operands;
  private readonly recorded = new Map<string, { block: Block; offset: Immediate | undefined }>();
  private readonly shapes = new Map<string, Shape>();

  constructor(
    readonly encoding: Encoding,
    private readonly semantics: Semantics,
  ) {
    const names = encoding.fields.map((field) => field.name);
    this.structural = names.filter((name) => isStructural(name, semantics.options));
    this.operands = Object.fromEntries(
      names.filter(isRegisterField).map((field) => [field, { field }]),
    ) as unknown as Operands;
  }

  /** The shape of a word at byte `pageOffset` of its page. */
  of(word: number, pageOffset: number): { shape: Shape; fields: FieldValues } {
    const fields = fieldsOf(this.encoding, word);
    const variant = this.semantics.options.variant?.of(fields) ?? 0;
    let key = this.encoding.name;
    for (const name of this.structural) key += ` ${name}=${fields[name]}`;
    if (this.semantics.options.variant !== undefined) key += ` variant=${variant}`;
    let recording = this.recorded.get(key);
    if (recording === undefined) {
      recording = this.record(fields, variant);
      this.recorded.set(key, recording);
    }
    const reach = recording.offset === undefined ? 'none' : reachOf(recording.offset, fields, pageOffset);
    const full = reach === 'none' ? key : `${key} ${reach}`;
    let shape = this.shapes.get(full);
    if (shape === undefined) {
      shape = { key: full, encoding: this.encoding, block: recording.block, reach };
      this.shapes.set(full, shape);
    }
    return { shape, fields };
  }

  /** The shape of that key, made from the numbers in it. */
  named(key: string): Shape {
    const fields: Record<string, number> = {};
    for (const [, name, value] of key.matchAll(/ (\w+)=(\d+)/g)) fields[name] = Number(value);
    const { block } = this.record(fields, fields['variant'] ?? 0);
    const reach = key.endsWith(' near') ? 'near' : key.endsWith(' far') ? 'far' : 'none';
    const shape: Shape = { key, encoding: this.encoding, block, reach };
    this.shapes.set(key, shape);
    return shape;
  }

  private record(fields: FieldValues, variant: number): { block: Block; offset: Immediate | undefined } {
    const c = new Builder();
    const numbers: Record<string, number> = { variant };
    for (const name of this.structural) numbers[name] = fields[name];
    this.semantics.meaning(c, this.operands, numbers);
    return { block: c.block, offset: branchOffset(c.block) };
  }
}

function reachOf(offset: Immediate, fields: FieldValues, pageOffset: number): Reach {
  const target = pageOffset + Number(offset(fields));
  return target >= 0 && target < 4096 ? 'near' : 'far';
}

/** The offset of the direct branch in a block, if there is one. */
function branchOffset(block: Block): Immediate | undefined {
  const find = (statement: Statement): Immediate | undefined => {
    if (statement.kind === 'branchRelative') return statement.offset;
    if (statement.kind === 'if') return branchOffset(statement.then) ?? branchOffset(statement.else);
    return undefined;
  };
  for (const statement of block) {
    const offset = find(statement);
    if (offset !== undefined) return offset;
  }
  return undefined;
}
