/** Regions as WebAssembly modules. */
import { handlerType } from '../interpreter/called-handler.js';
import { joints } from '../interpreter/regions.js';
import type { Block, Subroutine } from '../ir/nodes.js';
import { subroutinesCalledBy } from '../ir/verify.js';
import { TLB_ADDEND } from '../layout.js';
import { ModuleWriter } from '../wasm/binary.js';
import { Code } from '../wasm/code.js';
import { pushHalves } from '../wasm/host-calls.js';
import type { Subroutines } from '../wasm/site.js';
import { SubroutineTable } from '../wasm/subroutines.js';
import { emitRegion } from './region-code.js';
import type { Region } from './region.js';

export interface Environment {
  readonly memory: WebAssembly.Memory;
  /** Of the handlers, by their numbers. */
  readonly table: WebAssembly.Table;
  /** The exports that `joints` names. */
  readonly joints: WebAssembly.Exports;
  /** Whether regions count what they do, in `TALLY`. */
  readonly counts: boolean;
  /** See `ExecutingCore.fillTlb`. */
  readonly fill: (low: number, high: number, access: number, write: number) => number;
}

/** Regions as functions. */
export interface Compiled {
  readonly functions: readonly WebAssembly.ExportValue[];
  /** Their module. */
  readonly module: Uint8Array;
  /** What the host took for it, by the clock given. */
  readonly compilation: number;
}

/** Compiles regions; `page` and `second` are byte addresses of decoded pages, as `Surroundings` has them. */
export function compile(
  regions: readonly { readonly region: Region; readonly page: number; readonly second: number | undefined }[],
  { memory, table, joints: exports, fill: fillOfHost, counts }: Environment,
  now: () => number,
): Compiled {
  const module = new ModuleWriter();
  module.importMemory('engine', 'memory', 1);
  module.importTable('engine', 'table');
  const original = module.importFunction('joints', 'original', joints.original);
  const resume = module.importFunction('joints', 'resume', joints.resume);
  const hostFill = module.importFunction('host', 'fill', fillType);
  const subroutines = new SharedSubroutines(
    module,
    regions.flatMap(({ region }) =>
      region.blocks.flatMap(({ instructions }) => instructions.map((i) => i.block)),
    ),
  );
  const fill = { read: emitFill(module, hostFill, 0), write: emitFill(module, hostFill, 1) };
  const calls = { original, resume, handlerType: module.type(handlerType), fill };

  for (const [i, { region, page, second }] of regions.entries()) {
    const code = emitRegion(region, { page, second, calls, subroutines, counts });
    module.function(handlerType, code, nameOf(i));
  }
  const bytes = module.finish();
  const start = now();
  const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    engine: { memory, table },
    joints: exports,
    host: { fill: fillOfHost },
    subroutines: subroutines.exportsFor(memory),
  });
  const functions = regions.map((_, i) => instance.exports[nameOf(i)]);
  return { functions, module: bytes, compilation: now() - start };
}

/** How the module of some regions calls the function of each, by its number among them. */
export const nameOf = (number: number): string => `r${number}`;

const fillType = { parameters: ['i32', 'i32', 'i32', 'i32'], results: ['i32'] } as const;

/** A function as `RegionCalls.fill` has it. */
function emitFill(module: ModuleWriter, hostFill: number, write: 0 | 1): number {
  const [address, access] = [0, 1];
  const code = new Code(['i64', 'i32']);
  const entry = code.local('i32');
  pushHalves(code, () => code.get(address));
  code.get(access);
  code.i32(write);
  code.call(hostFill);
  code.tee(entry);
  code.op('i32.eqz');
  code.expect(false);
  code.if(() => {
    code.i32(0);
    code.return();
  });
  code.get(address);
  code.op('i32.wrap_i64');
  code.get(entry);
  code.access('i32.load', TLB_ADDEND);
  code.op('i32.add');
  return module.function({ parameters: ['i64', 'i32'], results: ['i32'] }, code);
}

/** The modules of subroutines that regions call, each with one. */
const modules = new Map<Subroutine, WebAssembly.Module>();
/** Their instances in each memory. */
const instances = new WeakMap<WebAssembly.Memory, Map<Subroutine, WebAssembly.ExportValue>>();

/** The subroutines that some recordings call themselves, imported. */
class SharedSubroutines implements Subroutines {
  private readonly indices = new Map<Subroutine, number>();

  constructor(module: ModuleWriter, blocks: readonly Block[]) {
    for (const block of blocks) {
      for (const subroutine of subroutinesCalledBy(block)) {
        if (this.indices.has(subroutine)) continue;
        const { parameters, result } = subroutine;
        const type = { parameters, results: [result] };
        this.indices.set(subroutine, module.importFunction('subroutines', `s${this.indices.size}`, type));
      }
    }
  }

  indexOf(subroutine: Subroutine): number {
    const index = this.indices.get(subroutine);
    if (index === undefined) throw new Error(`subroutine ${subroutine.name} was not looked for`);
    return index;
  }

  exportsFor(memory: WebAssembly.Memory): WebAssembly.ModuleImports {
    let known = instances.get(memory);
    if (known === undefined) {
      known = new Map();
      instances.set(memory, known);
    }
    const imports: WebAssembly.ModuleImports = {};
    for (const [i, subroutine] of [...this.indices.keys()].entries()) {
      let exported = known.get(subroutine);
      if (exported === undefined) {
        exported = new WebAssembly.Instance(moduleOf(subroutine), { engine: { memory } }).exports.subroutine;
        known.set(subroutine, exported);
      }
      imports[`s${i}`] = exported;
    }
    return imports;
  }
}

function moduleOf(subroutine: Subroutine): WebAssembly.Module {
  let known = modules.get(subroutine);
  if (known === undefined) {
    const module = new ModuleWriter();
    module.importMemory('engine', 'memory', 1);
    const index = new SubroutineTable(module).indexOf(subroutine);
    module.export('subroutine', index);
    known = new WebAssembly.Module(module.finish());
    modules.set(subroutine, known);
  }
  return known;
}
