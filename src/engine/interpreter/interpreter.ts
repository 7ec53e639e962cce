/** The interpreter tier: decodes words to handlers, makes handlers when a shape first occurs, runs them. */
import { CODE_PAGE_SIZE, codePageOf } from '../code-pages.js';
import type { Shape, ShapedWord } from '../ir/shapes.js';
import { BUDGET, DECODED_ENTRY_SIZE, EL, PC, STOP } from '../layout.js';
import { shapeOf } from '../semantics/index.js';
import type { Tier, TierHost } from '../tier.js';
import type { HostFunctions } from '../wasm/host-calls.js';
import { DecodedPages } from './decoded-pages.js';
import type { EntryOperands } from './entry-operands.js';
import { handlerCodeOf, loopCode, type HandlerCode } from './handler-code.js';
import { HandlerTable } from './handler-table.js';
import { Known, KnownWords } from './known-words.js';
import { HANDLER_UNDECODED } from './loop.js';
import { RUN_MINIMUM } from './position.js';
import { reachOf, type Reach } from './reach.js';
import { stopHandler } from './stop-handler.js';

/** Entries decoded ahead of the one that is asked for. */
const DECODE_AHEAD = 24;

/** A word on its way into an entry, of a page at a byte of it. */
interface UnknownWord extends ShapedWord {
  readonly entry: number;
  readonly pageOffset: number;
  readonly word: number;
}

/** What a decoded entry of a shape holds. */
interface Handler {
  readonly operands: EntryOperands;
  /** The handler's number; shapes that stand in line have one for each reach that does. */
  readonly called: number;
  readonly inline: Partial<Record<Reach, number>>;
}

/** Who makes regions of what is executed often. */
export interface RegionMaker {
  /** So many branches have come to a decoded entry. */
  readonly branches: number;
  hot(entry: number): void;
  /** Something of a page, by its number, has been decoded that was not. */
  decoded(page: number): void;
}

export class Interpreter implements Tier {
  readonly pages: DecodedPages;
  readonly table = new HandlerTable();
  /** What regions are joined with the loops by: the exports that `joints` names. */
  readonly joints: WebAssembly.Exports;
  private readonly view: DataView;
  private readonly handlers = new Map<Shape, Handler>();
  private readonly known: KnownWords;
  private readonly instances = new Map<WebAssembly.Module, WebAssembly.Exports>();
  private readonly imports: WebAssembly.Imports;
  /** What entries of marked instructions have for a handler. */
  private readonly stopNumber: number;
  /** Runs until the budget is nearly used up, the host stops it, or less than a page of instructions is left. */
  private readonly runFast: () => void;
  /** Runs until the budget is used up or the host stops it. */
  private readonly runExact: () => void;

  constructor(
    private readonly host: TierHost,
    private readonly regions?: RegionMaker,
  ) {
    const { memory } = host;
    this.view = new DataView(memory.buffer);
    this.known = new KnownWords(memory);
    this.pages = new DecodedPages(memory, host.code, () => host.forgetFetches());
    this.imports = { engine: { memory, table: this.table.table }, host: this.hostFunctions() };
    const { module, inline } = loopCode(regions?.branches);
    // The first numbers are those of the shapes in line, in their order.
    const numbers = inline.map(() => this.table.allocate());
    this.install(handlerCodeOf([...new Set(inline.map(({ shape }) => shape))]));
    for (const [i, { shape, reach }] of inline.entries()) {
      const handler = this.handlers.get(shape)!;
      handler.inline[reach] = numbers[i];
      this.table.set(numbers[i], this.table.get(handler.called));
    }
    this.stopNumber = this.table.allocate();
    this.table.set(this.stopNumber, this.exportsOf(stopHandler()).stop);
    const { exports } = new WebAssembly.Instance(module, this.imports);
    this.joints = exports;
    this.runFast = exports.run as () => void;
    this.runExact = exports.runExact as () => void;
  }

  run(): void {
    const { state } = this.host;
    while (state.low(BUDGET) > 0 && state.low(STOP) === 0) {
      if (state.low(BUDGET) >= RUN_MINIMUM) this.runFast();
      else this.runExact();
    }
  }

  private hostFunctions(): HostFunctions & WebAssembly.ModuleImports {
    const { host } = this;
    return {
      service: (service, low, high) => host.executing.service(service, low, high),
      slowLoad: (low, high, access) => host.executing.slowLoad(low, high, access),
      slowStore: (low, high, access) => host.executing.slowStore(low, high, access),
      fetch: () => this.fetch(),
      marked: () => host.executing.marked(),
      decode: (entry: number) => {
        this.decode(entry);
        this.regions?.decoded(this.pages.pageOf(entry));
      },
      hot: (entry: number) => this.regions?.hot(entry),
    };
  }

  /** Fills the execution TLB for PC, unless the fetch takes an exception. */
  private fetch(): void {
    const { state, executing } = this.host;
    const translation = executing.fetch();
    if (translation === undefined) return;
    const [el, low, high] = [state.low(EL), state.low(PC), state.high(PC)];
    const page = this.pages.addressOf(codePageOf(translation.physical));
    executing.tlb.fillExecute(el, low, high, page, translation);
    for (const each of executing.system.listeners.all) each.translated(low, high, 'execute', el, translation);
  }

  /** Puts called handlers into the table. */
  private install(codes: readonly HandlerCode[]): void {
    for (const { shape, operands, module, name } of codes) {
      const number = this.table.allocate();
      this.table.set(number, this.exportsOf(module)[name]);
      this.handlers.set(shape, { operands, called: number, inline: {} });
    }
  }

  private exportsOf(module: WebAssembly.Module): WebAssembly.Exports {
    let exports = this.instances.get(module);
    if (exports === undefined) {
      ({ exports } = new WebAssembly.Instance(module, this.imports));
      this.instances.set(module, exports);
    }
    return exports;
  }

  /** Decodes the word behind a decoded entry, and the straight-line code after it, as far as it is not decoded. */
  decode(entry: number): void {
    const page = this.pages.pageOf(entry);
    const first = this.pages.indexOf(entry);
    const memory = this.host.code.memoryAt(page * CODE_PAGE_SIZE);
    if (memory === undefined) throw new Error('a decoded page of no memory');
    this.host.code.add(page);
    const unknown: UnknownWord[] = [];
    let count = 0;
    for (let ends = false; !ends && count < DECODE_AHEAD && first + count < 1024; count++) {
      const at = entry + count * DECODED_ENTRY_SIZE;
      if (this.view.getUint16(at, true) !== HANDLER_UNDECODED) break;
      const pageOffset = (first + count) * 4;
      const word = memory.instruction(page * CODE_PAGE_SIZE + pageOffset);
      const known = this.known.write(word, at);
      if (known === Known.Not) unknown.push({ entry: at, pageOffset, word, ...shapeOf(word) });
      ends = known === Known.Not ? unknown[unknown.length - 1].shape.endsStraightLine : known === Known.Ends;
    }
    this.installMissing(unknown);
    for (const each of unknown) this.write(each);
    for (let i = 0; i < count; i++) {
      if (this.host.marks.has(page * CODE_PAGE_SIZE + (first + i) * 4))
        this.view.setUint16(entry + i * DECODED_ENTRY_SIZE, this.stopNumber, true);
    }
  }
  private installMissing(words: readonly UnknownWord[]): void {
    const fresh = new Set<Shape>();
    for (const { shape } of words) if (!this.handlers.has(shape)) fresh.add(shape);
    if (fresh.size > 0) this.install(handlerCodeOf([...fresh]));
  }

  private write({ entry, pageOffset, word, shape, fields }: UnknownWord): void {
    const { operands, called, inline } = this.handlers.get(shape)!;
    operands.write(this.view, entry, fields);
    this.view.setUint16(entry, inline[reachOf(shape, fields, pageOffset)] ?? called, true);
    if (shape.directBranch === undefined) this.known.keep(word, entry, shape.endsStraightLine);
  }
}
