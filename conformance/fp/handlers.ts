/** Runs single FP instructions through the interpreter's handlers, without the rest of a core. */
import { handlerModule } from '../../src/engine/interpreter/called-handler.js';
import { EntryOperands } from '../../src/engine/interpreter/entry-operands.js';
import { shapeOf } from '../../src/engine/semantics/index.js';
import { CoreState } from '../../src/engine/state.js';
import { RESULT_BYTES, STATE_BYTES, type Group } from './oracle.js';
import { loadState, storeResult } from './states.js';

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
      loadState(this.state, states, i * STATE_BYTES);
      handler(ENTRY);
      storeResult(this.state, results, i * RESULT_BYTES);
    }
    return results;
  }
}
