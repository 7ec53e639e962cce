import { describe, expect, it } from 'vitest';
import { ModuleWriter } from '../../wasm/binary.js';
import { Code } from '../../wasm/code.js';
import { hasFusedMultiplyAdd } from '../../wasm/fused-multiply-add.js';
import { Builder } from '../builder.js';
import type { Type } from '../nodes.js';
import { ops, type OpName } from './index.js';

const names = (Object.keys(ops) as OpName[]).filter(
  (name) => name !== 'f64x2.relaxed_madd' || hasFusedMultiplyAdd(),
);
const bytes: Readonly<Record<Type, number>> = { i32: 4, i64: 8, v128: 16 };
/** Where arguments and the result lie in the module's memory. */
const RESULT = 64;

/** A function for each operation and lane, which applies it to arguments in memory, 16 bytes each. */
function operate(): { memory: DataView; exports: Readonly<Record<string, () => void>> } {
  const module = new ModuleWriter();
  module.importMemory('test', 'memory', 1);
  for (const name of names) {
    const { parameters, result, lanes = 1, floatParameters, floatResult } = ops[name];
    for (let lane = 0; lane < lanes; lane++) {
      const code = new Code([]);
      code.i32(0);
      for (const [i, type] of parameters.entries()) {
        code.i32(0);
        code.access(`${type}.load`, 16 * i);
        if (floatParameters === true) code.raw(type === 'i32' ? 0xbe : 0xbf); // f32/f64.reinterpret
      }
      code.op(name, lane);
      if (floatResult === true) code.raw(result === 'i32' ? 0xbc : 0xbd); // i32/i64.reinterpret
      code.access(`${result}.store`, RESULT);
      module.function({ parameters: [], results: [] }, code, `${name} ${lane}`);
    }
  }
  const memory = new WebAssembly.Memory({ initial: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), { test: { memory } });
  return {
    memory: new DataView(memory.buffer),
    exports: instance.exports as Readonly<Record<string, () => void>>,
  };
}

/** Numbers of so many bytes: small ones, those with few bits set, floats of all kinds, and others. */
function* values(seed: number): Generator<(length: number) => bigint> {
  let state = BigInt(seed);
  const next = (): bigint => {
    state = BigInt.asUintN(64, state * 6364136223846793005n + 1442695040888963407n);
    return state >> 32n;
  };
  const special = [
    0n,
    1n,
    0x7fff_ffffn,
    0x8000_0000n,
    0xffff_ffffn,
    0x3f80_0000n,
    0x4f00_0000n,
    0x3ff0_0000n,
  ];
  for (;;) {
    yield (length) => {
      let value = 0n;
      for (let at = 0; at < length; at += 4) {
        const word = next() % 3n === 0n ? special[Number(next() % 8n)] : next();
        value = (value << 32n) | word;
      }
      return value;
    };
  }
}

function write(memory: DataView, at: number, value: bigint): void {
  memory.setBigUint64(at, BigInt.asUintN(64, value), true);
  memory.setBigUint64(at + 8, value >> 64n, true);
}

function read(memory: DataView, at: number, length: number): bigint {
  if (length === 4) return BigInt(memory.getUint32(at, true));
  const low = memory.getBigUint64(at, true);
  return length === 8 ? low : (memory.getBigUint64(at + 8, true) << 64n) | low;
}

/** Whether a float in a result is a NaN: WebAssembly does not say which. */
function hasNaN(name: OpName, result: bigint): boolean {
  const view = new DataView(new ArrayBuffer(16));
  write(view, 0, result);
  if (/^f32(?!\.\w+_f64x2)/.test(name))
    return [0, 4, 8, 12].some((at) => Number.isNaN(view.getFloat32(at, true)));
  return name.startsWith('f64') && [0, 8].some((at) => Number.isNaN(view.getFloat64(at, true)));
}

describe('operations', () => {
  const { memory, exports } = operate();

  it.each(names)('%s computes what WebAssembly computes', (name) => {
    const { parameters, result, lanes = 1, evaluate } = ops[name];
    let compared = 0;
    for (const value of values(names.indexOf(name) + 1)) {
      if (compared++ === 200) return;
      const lane = compared % lanes;
      const args = parameters.map((type) => value(bytes[type]));
      // Division by zero and the one quotient that overflows trap: meanings guard against both.
      if (/\.(div|rem)_/.test(name) && (args[1] === 0n || BigInt.asIntN(8 * bytes[result], args[1]) === -1n))
        continue;
      args.forEach((arg, i) => write(memory, 16 * i, arg));
      exports[`${name} ${lane}`]();
      const computed = read(memory, RESULT, bytes[result]);
      if (!hasNaN(name, computed))
        expect({ args, result: evaluate(args, lane) }).toEqual({ args, result: computed });
    }
  });

  it('that do not exist are errors of the compiler, as are wrong types of results', () => {
    const c = new Builder();
    const [a, v] = [c.i32(1), c.v128(0n)];
    // @ts-expect-error no such operation
    expect(() => c.op('i32.ad', a, a)).toThrow();
    // @ts-expect-error not for lanes of bytes
    expect(() => c.op('i8x16.mul', v, v)).toThrow();
    // @ts-expect-error a comparison gives an i32
    const result: { readonly type: 'i64' } = c.op('i64.eq', c.i64(1), c.i64(2));
    expect(result.type).toBe('i32');
  });
});
