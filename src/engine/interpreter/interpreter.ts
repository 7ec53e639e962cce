/** The interpreter tier: decodes words to handlers, makes handlers when a shape first occurs, runs them. */
import { CODE_PAGE_SIZE, codePageOf, type CodeMemory } from '../code-pages.js';
import { BUDGET, DECODED_ENTRY_SIZE, EL, PC, STOP } from '../layout.js';
import type { Compiled, HostCompiler, KeptCode } from '../host-code.js';
import { shapeOf } from '../semantics/index.js';
import type { Tier, TierHost } from '../tier.js';
import type { HostFunctions } from '../wasm/host-calls.js';
import { DecodedPages } from './decoded-pages.js';
import { Decodings, type KeptDecodings } from './decodings.js';
import { operandsOf } from './entry-operands.js';
import { addHandlers, addLoop, handlerCodeOf, loopCode, type HandlerModule } from './handler-code.js';
import { hotKeys, hotName } from './hot.js';
import { HandlerTable } from './handler-table.js';
import { handlerOf, type Kind } from './kind.js';
import { KnownWords } from './known-words.js';
import { HANDLER_UNDECODED } from './loop.js';
import { RUN_MINIMUM } from './position.js';
import { stopHandler } from './stop-handler.js';

/** Entries decoded ahead of the one that is asked for. */
const DECODE_AHEAD = 24;

/** Who makes regions of what is executed often. */
export interface RegionMaker {
  /** So many branches have come to a decoded entry. */
  readonly branches: number;
  hot(entry: number): void;
  /** Something of a page, by its number, has been decoded that was not. */
  decoded(page: number): void;
}

/** What a run leaves of it for the next: plain data, which holds for the build of this program that made it. */
export interface KeptInterpreter {
  readonly loop: KeptCode;
  /** Modules of called handlers. */
  readonly handlers: readonly (KeptCode & Pick<HandlerModule, 'handlers'>)[];
  readonly decodings: KeptDecodings;
}
/** If something is to be kept from run to run. */
interface Kept {
  /** What the run before has left. */
  readonly before: KeptInterpreter | undefined;
  readonly compiler: HostCompiler;
}

export class Interpreter implements Tier {
  readonly pages: DecodedPages;
  readonly table = new HandlerTable();
  /** What regions are joined with the loops by: the exports that `joints` names. */
  readonly joints: WebAssembly.Exports;
  private readonly view: DataView;
  private readonly memory: Int32Array;
  /** By the keys of their shapes. */
  private readonly kinds = new Map<string, Kind>();
  /** Those of which it has handlers. */
  private readonly modules = new Set<HandlerModule>();
  private readonly loop: Compiled;
  private readonly known: KnownWords;
  private readonly decodings: Decodings | undefined;
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
    private readonly kept?: Kept,
  ) {
    const { memory } = host;
    this.view = new DataView(memory.buffer);
    this.memory = new Int32Array(memory.buffer);
    this.known = new KnownWords(memory);
    if (kept !== undefined)
      this.decodings = new Decodings(memory, kept.before?.decodings, (key) => this.kindOf(key));
    this.pages = new DecodedPages(memory, host.code, () => host.forgetFetches());
    this.imports = { engine: { memory, table: this.table.table }, host: this.hostFunctions() };
    if (kept?.before !== undefined) this.adopt(kept.before, kept.compiler);
    this.loop = loopCode(regions?.branches);
    // The first numbers are those of the shapes in line, in their order.
    const inline = hotKeys.map(hotName);
    const numbers = inline.map(() => this.table.allocate());
    for (const [i, { key, reach }] of inline.entries()) {
      const kind = this.kindOf(key);
      // Of those in line for one reach only, the called handler is that of the other.
      this.table.set(numbers[i], this.table.get(reach === 'far' ? kind.far : kind.near));
      this.kinds.set(key, { ...kind, [reach === 'far' ? 'far' : 'near']: numbers[i] });
    }
    this.stopNumber = this.table.allocate();
    this.table.set(this.stopNumber, this.exportsOf(stopHandler()).stop);
    this.joints = this.exportsOf(this.loop.module);
    this.runFast = this.joints.run as () => void;
    this.runExact = this.joints.runExact as () => void;
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

  /** What entries of a shape have in common; its called handler is put into the table if it is not there. */
  private kindOf(key: string): Kind {
    let kind = this.kinds.get(key);
    if (kind === undefined) {
      const { of, name, ...traits } = handlerCodeOf(key);
      const number = this.table.allocate();
      this.table.set(number, this.exportsOf(of.module)[name]);
      this.modules.add(of);
      kind = { ...traits, near: number, far: number };
      this.kinds.set(key, kind);
    }
    return kind;
  }

  /** Takes over what the run before has made. */
  private adopt({ loop, handlers }: KeptInterpreter, compiler: HostCompiler): void {
    addLoop(this.regions?.branches, { bytes: loop.bytes, module: compiler.moduleOf(loop) });
    for (const each of handlers) addHandlers({ ...each, module: compiler.moduleOf(each) });
  }
  /** Bytes of what is decoded that this run adds, and that came from the run before. */
  get keptBytes(): { readonly added: number; readonly before: number } {
    return this.decodings?.bytes ?? { added: 0, before: 0 };
  }
  /** What is left for the next run, if anything is to be kept. `atEnd`: see `Decodings.kept`. */
  keep(atEnd: boolean): KeptInterpreter | undefined {
    const { decodings, kept } = this;
    if (decodings === undefined || kept === undefined) return undefined;
    const keptCode = ({ bytes, module }: Compiled): KeptCode => ({
      bytes,
      code: kept.compiler.codeOf(module, this.exportsOf(module)),
    });
    return {
      loop: keptCode(this.loop),
      handlers: [...this.modules].map((each) => ({ ...keptCode(each), handlers: each.handlers })),
      decodings: decodings.kept(atEnd),
    };
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
    const { code } = this.host;
    const page = this.pages.pageOf(entry);
    const first = this.pages.indexOf(entry);
    const memory = code.memoryAt(page * CODE_PAGE_SIZE);
    if (memory === undefined) throw new Error('a decoded page of no memory');
    const isNew = !code.has(page);
    code.add(page);
    if (isNew) this.restore(page, memory);
    const kinds: Kind[] = [];
    for (let ends = false; !ends && kinds.length < DECODE_AHEAD && first + kinds.length < 1024;) {
      const at = entry + kinds.length * DECODED_ENTRY_SIZE;
      if (this.view.getUint16(at, true) !== HANDLER_UNDECODED) break;
      const pageOffset = (first + kinds.length) * 4;
      const word = memory.instruction(page * CODE_PAGE_SIZE + pageOffset);
      const kind = this.known.write(word, at, pageOffset) ?? this.takeApart(word, at, pageOffset);
      kinds.push(kind);
      ends = kind.endsStraightLine;
    }
    this.decodings?.add(page, first, entry, kinds, memory);
    this.mark(page, first, kinds.length);
  }

  /** Gives a page what the run before has left of it. */
  private restore(page: number, memory: CodeMemory): void {
    if (this.decodings?.restore(page, this.pages.addressOf(page), memory) === true) this.mark(page, 0, 1024);
  }
  /** Has decoded words of a page that are marked be left to the host. */
  private mark(page: number, first: number, count: number): void {
    const start = this.pages.addressOf(page);
    for (let place = first; place < first + count; place++) {
      if (!this.host.marks.has(page * CODE_PAGE_SIZE + place * 4)) continue;
      const entry = start + place * DECODED_ENTRY_SIZE;
      if (this.view.getUint16(entry, true) !== HANDLER_UNDECODED)
        this.view.setUint16(entry, this.stopNumber, true);
    }
  }

  /** Makes the entry at a byte address that of a word at a byte of its page; its kind. */
  private takeApart(word: number, entry: number, pageOffset: number): Kind {
    const { shape, fields } = shapeOf(word);
    const kind = this.kindOf(shape.key);
    operandsOf(shape).write(this.view, entry, fields);
    this.view.setUint16(entry, handlerOf(kind, this.memory, entry, pageOffset), true);
    this.known.keep(word, entry, kind);
    return kind;
  }
}
