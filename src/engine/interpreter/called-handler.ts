/** Handlers that are called: one WebAssembly function per shape, (decoded entry) to the next entry or 0. */
import type { Block, HostName } from '../ir/nodes.js';
import { BUDGET, DECODED_ENTRY_SIZE, PC, PC_BASE, SCRATCH, TLB } from '../layout.js';
import { ModuleWriter, type FunctionType } from '../wasm/binary.js';
import { Code, loadNames, storeNames } from '../wasm/code.js';
import { Emitter } from '../wasm/emit.js';
import { Answer, HostCalls } from '../wasm/host-calls.js';
import type { Access, Context, Control, Site } from '../wasm/site.js';
import { StateInMemory } from '../wasm/state-in-memory.js';
import { SubroutineTable } from '../wasm/subroutines.js';
import { DecodedOperands, EntryOperands } from './entry-operands.js';
import { PositionFunctions, pushAddress, pushRestBehind } from './position.js';

export const handlerType: FunctionType = { parameters: ['i32'], results: ['i32'] };

/** Parameter 0: address of the decoded entry. */
const ENTRY = 0;

/** What the handlers of a module share. */
interface Shared {
  readonly calls: HostCalls;
  readonly position: PositionFunctions;
}

class CalledSite implements Site, Context, Control {
  readonly operands: DecodedOperands;
  readonly state: StateInMemory;
  /** Local with the answer of the last access that the host did. */
  private answer: number | undefined;

  constructor(
    private readonly code: Code,
    places: EntryOperands,
    private readonly shared: Shared,
  ) {
    this.operands = new DecodedOperands(code, ENTRY, places);
    this.state = new StateInMemory(code);
  }
  get context(): Context {
    return this;
  }
  get control(): Control {
    return this;
  }

  pushPc(): void {
    pushAddress(this.code, ENTRY, () => this.code.loadFrom('i64', PC_BASE.address));
  }
  pushTlb(): void {
    this.code.loadFrom('i32', TLB.address);
  }

  slowLoad(access: Access, address: number, result: number): void {
    const { code } = this;
    this.access('slowLoad', access, address);
    code.i32(0);
    code.access(loadNames[access.bytes], SCRATCH);
    code.set(result);
  }
  slowStore(access: Access, address: number, value: number): void {
    const { code } = this;
    code.i32(0);
    code.get(value);
    code.access(storeNames[access.bytes], SCRATCH);
    this.access('slowStore', access, address);
  }
  private access(kind: 'slowLoad' | 'slowStore', access: Access, address: number): void {
    const { code } = this;
    this.answer ??= code.local('i32');
    this.sync();
    this.shared.calls.access(code, kind, access, address);
    code.tee(this.answer);
    this.leaveIfLeft();
  }
  service(name: HostName, push: () => void): void {
    this.sync();
    this.shared.calls.service(this.code, name, push);
    this.leaveIfLeft();
  }
  private sync(): void {
    this.code.get(ENTRY);
    this.code.call(this.shared.position.sync);
  }
  /** Of the answer on the stack. */
  private leaveIfLeft(): void {
    this.code.op('i32.eqz');
    this.code.if(() => this.leave());
  }
  private leave(): void {
    this.code.i32(0);
    this.code.return();
  }

  branch(target: number): void {
    const { code } = this;
    code.storeTo('i64', PC.address, () => code.get(target));
    code.storeTo('i32', BUDGET.address, () => pushRestBehind(code, ENTRY));
    this.leave();
  }
  branchRelative(push: () => void): void {
    const { code } = this;
    const target = code.temporary('i64');
    this.pushPc();
    push();
    code.op('i64.extend_i32_s');
    code.op('i64.add');
    code.set(target);
    this.branch(target);
  }
  branchFixed(offset: number): void {
    this.branchRelative(() => this.code.i32(offset));
  }

  /** The end of the handler. */
  finish(): void {
    const { code, answer } = this;
    if (answer !== undefined) {
      code.get(answer);
      code.i32(Answer.DoneAndStop);
      code.op('i32.eq');
      code.if(() => {
        code.get(ENTRY);
        code.call(this.shared.position.leaveBehind);
        this.leave();
      });
    }
    code.get(ENTRY);
    code.i32(DECODED_ENTRY_SIZE);
    code.op('i32.add');
  }
}

/** A module with handlers of some recordings, exported as `h0`, `h1`, ... */
export function handlerModule(
  handlers: readonly { readonly block: Block; readonly operands: EntryOperands }[],
): Uint8Array<ArrayBuffer> {
  const module = new ModuleWriter();
  const shared = { calls: new HostCalls(module), position: new PositionFunctions(module) };
  const subroutines = new SubroutineTable(module);
  for (const [i, { block, operands }] of handlers.entries()) {
    const code = new Code(handlerType.parameters);
    const site = new CalledSite(code, operands, shared);
    new Emitter(code, subroutines, site).emit(block);
    site.finish();
    module.function(handlerType, code, `h${i}`);
  }
  return module.finish();
}
