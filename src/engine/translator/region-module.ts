/** Regions as WebAssembly modules. */
import type { Compiled } from '../host-code.js';
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

/** Regions as WebAssembly, and the subroutines that it imports as `s0`, `s1`, ... */
export interface RegionModule {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly subroutines: readonly Subroutine[];
}

/** What a region becomes part of a module with. */
export interface NamedRegion {
  readonly region: Region;
  /** Byte addresses of decoded pages, as `Surroundings` has them. */
  readonly page: number;
  readonly second: number | undefined;
  /** What the module exports it as. */
  readonly name: string;
}

/** How the module of some regions calls the function of each, by its number among them. */
export const nameOf = (number: number): string => `r${number}`;

export function regionModule(regions: readonly NamedRegion[], counts: boolean): RegionModule {
  const module = new ModuleWriter();
  module.importMemory('engine', 'memory', 1);
  const original = module.importFunction('joints', 'original', joints.original);
  const resume = module.importFunction('joints', 'resume', joints.resume);
  const enter = module.importFunction('joints', 'enter', joints.enter);
  const hostFill = module.importFunction('host', 'fill', fillType);
  const subroutines = new SharedSubroutines(
    module,
    regions.flatMap(({ region }) =>
      region.blocks.flatMap(({ instructions }) => instructions.map((i) => i.block)),
    ),
  );
  const fill = { read: emitFill(module, hostFill, 0), write: emitFill(module, hostFill, 1) };
  const calls = { original, resume, enter, fill };

  for (const { region, page, second, name } of regions) {
    const code = emitRegion(region, { page, second, calls, subroutines, counts });
    module.function(handlerType, code, name);
  }
  return { bytes: module.finish(), subroutines: subroutines.all };
}

/** What a module of regions imports. */
export interface Imports {
  readonly memory: WebAssembly.Memory;
  /** The exports that `joints` names. */
  readonly joints: WebAssembly.Exports;
  /** See `ExecutingCore.fillTlb`. */
  readonly fill: (low: number, high: number, access: number, write: number) => number;
  readonly subroutines: readonly WebAssembly.ExportValue[];
}

/** Gives a module of regions what it imports; the regions by their names. */
export function instantiate(
  module: WebAssembly.Module,
  { memory, joints: exports, fill, subroutines }: Imports,
): WebAssembly.Exports {
  const imported: WebAssembly.ModuleImports = {};
  for (const [i, subroutine] of subroutines.entries()) imported[`s${i}`] = subroutine;
  const imports = { engine: { memory }, joints: exports, host: { fill }, subroutines: imported };
  return new WebAssembly.Instance(module, imports).exports;
}

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

  /** In the order of their imports. */
  get all(): readonly Subroutine[] {
    return [...this.indices.keys()];
  }
  indexOf(subroutine: Subroutine): number {
    const index = this.indices.get(subroutine);
    if (index === undefined) throw new Error(`subroutine ${subroutine.name} was not looked for`);
    return index;
  }
}

/** The modules of subroutines that regions call. */
const modules = new Map<Subroutine, Compiled>();

/** A module that exports a subroutine as `subroutine`. */
export function subroutineModule(subroutine: Subroutine): Compiled {
  let known = modules.get(subroutine);
  if (known === undefined) {
    const module = new ModuleWriter();
    module.importMemory('engine', 'memory', 1);
    const index = new SubroutineTable(module).indexOf(subroutine);
    module.export('subroutine', index);
    const bytes = module.finish();
    known = { bytes, module: new WebAssembly.Module(bytes) };
    modules.set(subroutine, known);
  }
  return known;
}
