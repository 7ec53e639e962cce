/**
 * A tier for tests that shows what tiers stand on: each instruction word is bound, and what is bound becomes a
 * WebAssembly function of its own, with every operand a constant.
 */
import type { Tier, TierHost } from '../../src/engine/index.js';
import { codePageOf } from '../../src/engine/code-pages.js';
import { bind } from '../../src/engine/ir/bind.js';
import type { Block, HostName } from '../../src/engine/ir/nodes.js';
import { verify } from '../../src/engine/ir/verify.js';
import { BUDGET, CODE_PAGE, PC, SCRATCH, STOP, TLB } from '../../src/engine/layout.js';
import { shapeOf } from '../../src/engine/semantics/index.js';
import { ModuleWriter } from '../../src/engine/wasm/binary.js';
import { Code, loadNames, storeNames } from '../../src/engine/wasm/code.js';
import { Emitter } from '../../src/engine/wasm/emit.js';
import { HostCalls } from '../../src/engine/wasm/host-calls.js';
import type { Access, Context, Control, Operands, Site } from '../../src/engine/wasm/site.js';
import { StateInMemory } from '../../src/engine/wasm/state-in-memory.js';
import { SubroutineTable } from '../../src/engine/wasm/subroutines.js';

export class BoundTier implements Tier {
  private readonly functions = new Map<number, () => void>();
  private readonly imports: WebAssembly.Imports;

  constructor(private readonly host: TierHost) {
    this.imports = {
      engine: { memory: host.memory },
      host: {
        service: (service: number, low: number, high: number) => host.executing.service(service, low, high),
        slowLoad: (low: number, high: number, access: number) => host.executing.slowLoad(low, high, access),
        slowStore: (low: number, high: number, access: number) => host.executing.slowStore(low, high, access),
      },
    };
  }

  run(): void {
    const { state, code, executing, marks } = this.host;
    while (state.low(BUDGET) > 0 && state.low(STOP) === 0) {
      const physical = executing.fetch()?.physical;
      if (physical === undefined) continue;
      state.setLow(CODE_PAGE, codePageOf(physical));
      if (marks.has(physical)) {
        executing.marked();
        state.setLow(STOP, 1);
        return;
      }
      this.functionOf(code.memoryAt(physical)?.instruction(physical) ?? 0)();
    }
  }

  private functionOf(word: number): () => void {
    let known = this.functions.get(word);
    if (known === undefined) {
      const { shape, fields } = shapeOf(word);
      const block = bind(shape.block, fields);
      const faults = verify(block, { bound: true });
      if (faults.length > 0) throw new Error(`${shape.key}: ${faults.join('; ')}`);
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(block)), this.imports);
      known = exports.execute as () => void;
      this.functions.set(word, known);
    }
    return known;
  }
}

/** A module whose function `execute` executes an instruction, PC, BUDGET and CODE_PAGE being those before it. */
function moduleOf(block: Block): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  const calls = new HostCalls(module);
  const code = new Code([]);
  const site = new BoundSite(code, calls);
  new Emitter(code, new SubroutineTable(module), site).emit(block);
  site.branchFixed(4);
  module.function({ parameters: [], results: [] }, code, 'execute');
  return module.finish();
}

const noOperands: Operands = {
  pushRegister() {
    throw new Error('an open register in a bound recording');
  },
  pushImmediate() {
    throw new Error('an open immediate in a bound recording');
  },
};

class BoundSite implements Site, Context, Control {
  readonly operands = noOperands;
  readonly state: StateInMemory;

  constructor(
    private readonly code: Code,
    private readonly calls: HostCalls,
  ) {
    this.state = new StateInMemory(code);
  }
  get context(): Context {
    return this;
  }
  get control(): Control {
    return this;
  }

  pushPc(): void {
    this.code.loadFrom('i64', PC.address);
  }
  pushTlb(): void {
    this.code.loadFrom('i32', TLB.address);
  }
  slowLoad(access: Access, address: number, result: number): void {
    const { code } = this;
    this.calls.access(code, 'slowLoad', access, address);
    this.returnIfLeft();
    code.i32(0);
    code.access(loadNames[access.bytes], SCRATCH);
    code.set(result);
  }
  slowStore(access: Access, address: number, value: number): void {
    const { code } = this;
    code.i32(0);
    code.get(value);
    code.access(storeNames[access.bytes], SCRATCH);
    this.calls.access(code, 'slowStore', access, address);
    this.returnIfLeft();
  }
  service(name: HostName, push: () => void): void {
    this.calls.service(this.code, name, push);
    this.returnIfLeft();
  }
  /** Whether to stop behind the instruction is looked at there. */
  private returnIfLeft(): void {
    this.code.op('i32.eqz');
    this.code.if(() => this.code.return());
  }

  branch(target: number): void {
    const { code } = this;
    code.storeTo('i64', PC.address, () => code.get(target));
    code.storeTo('i32', BUDGET.address, () => {
      code.loadFrom('i32', BUDGET.address);
      code.i32(1);
      code.op('i32.sub');
    });
    code.return();
  }
  branchRelative(): void {
    throw new Error('an open branch in a bound recording');
  }
  branchFixed(offset: number): void {
    const { code } = this;
    const target = code.temporary('i64');
    this.pushPc();
    code.i64(BigInt(offset));
    code.op('i64.add');
    code.set(target);
    this.branch(target);
  }
}
