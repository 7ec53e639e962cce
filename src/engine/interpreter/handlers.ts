/** Handlers that are called: one WebAssembly function per shape, (decoded entry) to the next entry or 0. */
import type { HostName, Subroutine } from '../ir/nodes.js';
import { BUDGET, DECODED_ENTRY_SIZE, LIMIT, PC, PC_BASE, TLB } from '../layout.js';
import { ModuleWriter } from '../wasm/binary.js';
import { Code } from '../wasm/code.js';
import { Emitter, subroutineType } from '../wasm/emit.js';
import type { Frame } from '../wasm/frame.js';
import { declareImports, handlerType, type ImportIndices } from './imports.js';
import type { Shape } from './shapes.js';
import { SlotAllocator } from './slots.js';

/** Compiles subroutines into the module that is being written, each once. */
export class SubroutineTable {
  private readonly indices = new Map<Subroutine, number>();

  constructor(private readonly module: ModuleWriter) {}

  indexOf(subroutine: Subroutine): number {
    const known = this.indices.get(subroutine);
    if (known !== undefined) return known;
    const code = new Code(subroutine.parameters);
    const emitter = new Emitter(code, { subroutine: (s) => this.indexOf(s) });
    const { body, result } = subroutine.record();
    emitter.emit(body, [result]);
    emitter.push(result);
    const index = this.module.function(subroutineType(subroutine), code.localTypes, code.bytes);
    this.indices.set(subroutine, index);
    return index;
  }
}

/** The frame of a handler that is called: parameter 0 is the decoded entry. */
export class CalledFrame implements Frame {
  readonly entry = 0;
  readonly slots = new SlotAllocator();

  constructor(
    private readonly code: Code,
    private readonly imports: ImportIndices,
    private readonly subroutines: SubroutineTable,
  ) {}

  pushTlb(): void {
    this.code.loadFrom('i32', TLB.address);
  }
  pushPcBase(): void {
    this.code.loadFrom('i64', PC_BASE.address);
  }
  /** LIMIT is in memory while a called handler runs. */
  sync(): void {}
  redirect(): void {
    this.code.i32(0);
    this.code.return();
  }
  branch(target: number): void {
    const { code } = this;
    code.storeTo('i64', PC.address, () => code.get(target));
    code.storeTo('i32', BUDGET.address, () => {
      code.loadFrom('i32', LIMIT.address);
      code.get(this.entry);
      code.op('i32.sub');
      code.i32(DECODED_ENTRY_SIZE);
      code.op('i32.sub');
      code.i32(4);
      code.op('i32.shr_s');
    });
    this.redirect();
  }
  branchRelative(offset: Parameters<Frame['branchRelative']>[0]): void {
    const { code } = this;
    const target = code.temporary('i64');
    this.pushPcBase();
    code.get(this.entry);
    code.i32(2);
    code.op('i32.shr_u');
    code.op('i64.extend_i32_u');
    code.op('i64.add');
    code.get(this.entry);
    code.access('i32.load', this.slots.immediate(offset, 'i32'));
    code.op('i64.extend_i32_s');
    code.op('i64.add');
    code.set(target);
    this.branch(target);
  }
  hostFunction(name: HostName): number {
    return this.imports.services[name];
  }
  slowAccess(kind: 'load' | 'store'): number {
    return kind === 'load' ? this.imports.slowLoad : this.imports.slowStore;
  }
  subroutine(subroutine: Subroutine): number {
    return this.subroutines.indexOf(subroutine);
  }
}

/** Adds the handler of a shape to a module, exported under `name`. */
export function emitCalledHandler(
  module: ModuleWriter,
  imports: ImportIndices,
  subroutines: SubroutineTable,
  shape: Shape,
  name: string,
): SlotAllocator {
  const code = new Code(handlerType.parameters);
  const frame = new CalledFrame(code, imports, subroutines);
  new Emitter(code, frame).emit(shape.block);
  code.get(frame.entry);
  code.i32(DECODED_ENTRY_SIZE);
  code.op('i32.add');
  module.function(handlerType, code.localTypes, code.bytes, name);
  return frame.slots;
}

/** A module with the handlers of some shapes, exported as `h0`, `h1`, ... */
export function handlerModule(shapes: readonly Shape[]): {
  bytes: Uint8Array<ArrayBuffer>;
  slots: SlotAllocator[];
} {
  const module = new ModuleWriter();
  const imports = declareImports(module);
  const subroutines = new SubroutineTable(module);
  const slots = shapes.map((shape, i) => emitCalledHandler(module, imports, subroutines, shape, `h${i}`));
  return { bytes: module.finish(), slots };
}
