/** Runs single FP instructions through the interpreter's handlers, without the rest of a core. */
import { handlerModule } from '../../src/engine/interpreter/called-handler.js';
import { EntryOperands } from '../../src/engine/interpreter/entry-operands.js';
import { FPCR, FPSR } from '../../src/engine/layout.js';
import { shapeOf } from '../../src/engine/semantics/index.js';
import { CoreState } from '../../src/engine/state.js';
import { RESULT_BYTES, STATE_BYTES, resultAt, stateAt, type Group } from './oracle.js';

/** Where the one decoded entry lies. */
const ENTRY = 0x8000;

function unexpected(): never {
  throw new Error('a floating-point instruction called the host');
}

export class Handlers {
  private readonly memory = new WebAssembly.Memory({ initial: 4 });
  private readonly state = new CoreState(this.memory);
  private readonly view = new DataView(this.memory.buffer);
  private readonly imports: WebAssembly.Imports = {
    engine: { memory: this.memory },
    host: { service: unexpected, slowLoad: unexpected, slowStore: unexpected },
  };

  /** The handler of a word, with its operands in the decoded entry. */
  handler(word: number): (entry: number) => number {
    const { shape, fields } = shapeOf(word);
    const operands = new EntryOperands(shape.block);
    operands.write(this.view, ENTRY, fields);
    const module = new WebAssembly.Module(handlerModule([{ block: shape.block, operands }]));
    return new WebAssembly.Instance(module, this.imports).exports.h0 as (entry: number) => number;
  }

  /** The results of a group's states. */
  run({ word, states }: Group): DataView {
    const handler = this.handler(word);
    const count = states.byteLength / STATE_BYTES;
    const results = new DataView(new ArrayBuffer(count * RESULT_BYTES));
    for (let i = 0; i < count; i++) {
      this.load(states, i * STATE_BYTES);
      handler(ENTRY);
      this.store(results, i * RESULT_BYTES);
    }
    return results;
  }

  private load(from: DataView, at: number): void {
    stateAt.v.forEach((offset, n) => {
      const high = from.getBigUint64(at + offset + 8, true);
      this.state.setV(n, (high << 64n) | from.getBigUint64(at + offset, true));
    });
    this.state.setX(0, 0n);
    this.state.setX(1, from.getBigUint64(at + stateAt.x1, true));
    this.state.setLow(FPCR, from.getInt32(at + stateAt.fpcr, true));
    this.state.setLow(FPSR, from.getInt32(at + stateAt.fpsr, true));
    this.state.nzcv = from.getInt32(at + stateAt.nzcv, true);
  }

  private store(to: DataView, at: number): void {
    const v0 = this.state.v(0);
    to.setBigUint64(at + resultAt.v0, BigInt.asUintN(64, v0), true);
    to.setBigUint64(at + resultAt.v0 + 8, v0 >> 64n, true);
    to.setBigUint64(at + resultAt.x0, this.state.x(0), true);
    to.setInt32(at + resultAt.fpsr, this.state.low(FPSR), true);
    to.setInt32(at + resultAt.nzcv, this.state.nzcv, true);
  }
}
