/** Runs single FP instructions through the interpreter's handlers, without the rest of a core. */
import { decode, type Encoding } from '../../src/isa/index.js';
import { handlerModule } from '../../src/engine/interpreter/handlers.js';
import { importObject, type HostService } from '../../src/engine/interpreter/imports.js';
import { EncodingShapes } from '../../src/engine/interpreter/shapes.js';
import { hostNames, type HostName } from '../../src/engine/ir/nodes.js';
import { FPCR, FPSR } from '../../src/engine/layout.js';
import { semanticsOf } from '../../src/engine/semantics/index.js';
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
  private readonly imports: WebAssembly.Imports;
  private readonly shapes = new Map<Encoding, EncodingShapes>();

  constructor() {
    const services: Partial<Record<HostName, HostService>> = {};
    for (const name of hostNames) services[name] = unexpected;
    this.imports = importObject(this.memory, new WebAssembly.Table({ element: 'anyfunc', initial: 1 }), {
      services: services as Record<HostName, HostService>,
      slowLoad: unexpected,
      slowStore: unexpected,
      fetch: unexpected,
      decode: unexpected,
    });
  }

  /** The handler of a word, with its operands in the decoded entry. */
  handler(word: number): (entry: number) => number {
    const encoding = decode(word);
    const semantics = encoding === undefined ? undefined : semanticsOf(encoding.name);
    if (encoding === undefined || semantics === undefined) throw new Error('the word has no meaning');
    let shapes = this.shapes.get(encoding);
    if (shapes === undefined) {
      shapes = new EncodingShapes(encoding, semantics);
      this.shapes.set(encoding, shapes);
    }
    const { shape, fields } = shapes.of(word, 0);
    const { bytes, slots } = handlerModule([shape]);
    for (const { position, bytes: size, compute } of slots[0].slots) {
      const value = BigInt(compute(fields));
      if (size === 2) this.view.setUint16(ENTRY + position, Number(value), true);
      else if (size === 4) this.view.setInt32(ENTRY + position, Number(BigInt.asIntN(32, value)), true);
      else this.view.setBigUint64(ENTRY + position, BigInt.asUintN(64, value), true);
    }
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), this.imports);
    return exports.h0 as (entry: number) => number;
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
