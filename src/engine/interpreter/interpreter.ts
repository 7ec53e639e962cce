/** The interpreter tier: decodes words to handlers, makes handlers when a shape first occurs, runs them. */
import { a64, decode as decodeWord, type Encoding, type FieldValues } from '../../isa/index.js';
import { Builder } from '../ir/builder.js';
import { CODE_PAGE_SIZE, type CodePages } from '../code-pages.js';
import { DECODED_ENTRY_SIZE } from '../layout.js';
import { semanticsOf } from '../semantics/index.js';
import type { Executor } from '../executor.js';
import type { DecodedPages } from './decoded-pages.js';
import { handlerModule } from './handlers.js';
import { hotShapes } from './hot.js';
import { importObject, type HostImports } from './imports.js';
import { FIRST_SHAPE_HANDLER, loopModule } from './loop.js';
import { EncodingShapes, type Shape } from './shapes.js';
import type { Slot } from './slots.js';

/** Entries decoded ahead of the one that is asked for. */
const DECODE_AHEAD = 24;

interface Handler {
  readonly index: number;
  readonly slots: readonly Slot[];
}

/** A word that no encoding of the table matches. */
const undefinedShape: Shape = (() => {
  const c = new Builder();
  c.host('undefined');
  const encoding: Encoding = {
    name: 'UNDEFINED',
    group: '',
    pattern: '',
    mask: 0,
    value: 0,
    fields: [],
    text: [],
  };
  return { key: 'UNDEFINED', encoding, block: c.block, reach: 'none' };
})();

export class Interpreter implements Executor {
  private readonly table: WebAssembly.Table;
  private readonly view: DataView;
  private readonly handlers = new Map<string, Handler>();
  private readonly shapes = new Map<Encoding, EncodingShapes | undefined>();
  private readonly imports: WebAssembly.Imports;
  private nextIndex: number;
  /** Runs until the budget is nearly used up, the host stops it, or less than a page of instructions is left. */
  readonly run: () => void;
  /** Runs until the budget is used up or the host stops it. */
  readonly runExact: () => void;

  constructor(
    memory: WebAssembly.Memory,
    private readonly code: CodePages,
    private readonly pages: DecodedPages,
    host: Omit<HostImports, 'decode'>,
  ) {
    this.view = new DataView(memory.buffer);
    this.table = new WebAssembly.Table({ element: 'anyfunc', initial: 4096 });
    this.imports = importObject(memory, this.table, { ...host, decode: (entry) => this.decode(entry) });
    const inline = hotShapes.flatMap((key) => this.shapeOfKey(key) ?? []);
    const loop = loopModule(inline);
    this.nextIndex = FIRST_SHAPE_HANDLER;
    this.compile(inline);
    const exports = new WebAssembly.Instance(new WebAssembly.Module(loop.bytes), this.imports).exports;
    this.run = exports.run as () => void;
    this.runExact = exports.runExact as () => void;
  }

  /** The shape that `hot.ts` names, if its encoding has a meaning. */
  private shapeOfKey(key: string): Shape | undefined {
    const [name] = key.split(/ (?=\w+=|near$|far$)/);
    const encoding = a64.find((row) => row.name === name);
    return encoding === undefined ? undefined : this.shapesOf(encoding)?.named(key);
  }

  private shapesOf(encoding: Encoding): EncodingShapes | undefined {
    if (!this.shapes.has(encoding)) {
      const semantics = semanticsOf(encoding.name);
      this.shapes.set(
        encoding,
        semantics === undefined ? undefined : new EncodingShapes(encoding, semantics),
      );
    }
    return this.shapes.get(encoding);
  }

  /** Compiles handlers for new shapes, in one module. */
  private compile(shapes: readonly Shape[]): void {
    if (shapes.length === 0) return;
    const { bytes, slots } = handlerModule(shapes);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), this.imports);
    for (const [i, shape] of shapes.entries()) {
      const index = this.nextIndex;
      this.nextIndex += 1;
      if (index >= this.table.length) this.table.grow(1024);
      this.table.set(index, exports[`h${i}`]);
      this.handlers.set(shape.key, { index, slots: slots[i].slots });
    }
  }

  /** Decodes the word behind a decoded entry, and the straight-line code after it. */
  private decode(entry: number): void {
    const page = this.pages.pageOf(entry);
    const first = this.pages.indexOf(entry);
    this.code.add(page);
    const memory = this.code.memoryAt(page * CODE_PAGE_SIZE);
    if (memory === undefined) throw new Error('a decoded page of no memory');
    const found: { entry: number; shape: Shape; fields: FieldValues }[] = [];
    const fresh = new Map<string, Shape>();
    for (let i = 0; i < DECODE_AHEAD && first + i < 1024; i++) {
      const at = entry + i * DECODED_ENTRY_SIZE;
      const offset = (first + i) * 4;
      if (this.view.getUint16(at, true) !== 0) break;
      const { shape, fields } = this.shapeOf(memory.instruction(page * CODE_PAGE_SIZE + offset), offset);
      found.push({ entry: at, shape, fields });
      if (!this.handlers.has(shape.key)) fresh.set(shape.key, shape);
      if (endsStraightLine(shape)) break;
    }
    this.compile([...fresh.values()]);
    for (const { entry: at, shape, fields } of found) this.write(at, this.handlers.get(shape.key)!, fields);
  }

  private shapeOf(word: number, pageOffset: number): { shape: Shape; fields: FieldValues } {
    const encoding = decodeWord(word);
    const shapes = encoding === undefined ? undefined : this.shapesOf(encoding);
    return shapes === undefined ? { shape: undefinedShape, fields: {} } : shapes.of(word, pageOffset);
  }

  private write(entry: number, { index, slots }: Handler, fields: FieldValues): void {
    const { view } = this;
    for (const { position, bytes, compute } of slots) {
      const value = compute(fields);
      if (bytes === 2) view.setUint16(entry + position, Number(value), true);
      else if (typeof value === 'bigint') {
        if (bytes === 8) view.setBigUint64(entry + position, BigInt.asUintN(64, value), true);
        else view.setInt32(entry + position, Number(BigInt.asIntN(32, value)), true);
      } else {
        view.setInt32(entry + position, value | 0, true);
        if (bytes === 8) view.setInt32(entry + position + 4, Math.floor(value / 2 ** 32), true);
      }
    }
    view.setUint16(entry, index, true);
  }
}

/** Whether code behind an instruction is reached only by a branch to it: no sense in decoding ahead. */
function endsStraightLine({ block, key }: Shape): boolean {
  const last = block.at(-1);
  if (last?.kind === 'branch' || last?.kind === 'branchRelative') return last.condition === undefined;
  return key === 'UNDEFINED' || key.startsWith('ERET') || key.startsWith('BRK');
}
