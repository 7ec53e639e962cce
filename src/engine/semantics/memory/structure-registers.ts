/**
 * LD1 to LD4, ST1 to ST4 of whole vectors. Arm ARM C4.1, "Advanced SIMD load/store multiple structures".
 *
 * Memory holds the first elements of each register, then the second ones, and so on. It is accessed 16 bytes at a
 * time; shuffles gather the bytes of each register, or of each chunk of memory.
 */
import type { Builder, I64, V128 } from '../../ir/builder.js';
import type { AccessSize } from '../../ir/nodes.js';
import type { Numbers, Operands } from '../registry.js';
import { semantics } from '../registry.js';
import { baseAddress } from './addressing.js';
import { postIndexVariant, writeBackStructures } from './structures.js';

/** Byte of a list of vectors of `width` bytes each. */
interface Place {
  readonly vector: number;
  readonly byte: number;
}

/** Where byte `at` of memory belongs: `registers` vectors of `width` bytes with elements of `bytes` bytes. */
function place(at: number, registers: number, bytes: number): Place {
  const element = Math.floor(at / bytes);
  return {
    vector: element % registers,
    byte: Math.floor(element / registers) * bytes + (at % bytes),
  };
}

/** A vector of 16 bytes, each taken from one of `sources`; `undefined` bytes are of no matter. */
function gather(c: Builder, sources: readonly V128[], bytes: readonly (Place | undefined)[]): V128 {
  const used = [...new Set(bytes.flatMap((b) => (b === undefined ? [] : [b.vector])))];
  let result = sources[used[0]];
  used.forEach((vector, turn) => {
    const settled = (i: number): number => (turn === 0 ? 0 : i);
    const lanes = bytes.map((b, i) => (b?.vector === vector ? 16 + b.byte : settled(i)));
    result = c.shuffle(result, sources[vector], lanes);
  });
  return result;
}

interface Shape {
  readonly registers: number;
  /** Bytes of a register that move: 8 or 16. */
  readonly width: number;
  /** Bytes of an element. */
  readonly element: number;
}

/** Sizes of the accesses that cover the whole list: 16 bytes and one of 8 if need be. */
function chunks({ registers, width }: Shape): AccessSize[] {
  const total = registers * width;
  return [...Array<16>(total >> 4).fill(16), ...(total % 16 === 8 ? [8 as const] : [])];
}

function loadRegisters(c: Builder, f: Operands, address: I64, shape: Shape): void {
  const options = { alignment: shape.element as AccessSize };
  const memory = chunks(shape).map((bytes, i): V128 => {
    const at = c.add(address, 16 * i);
    return bytes === 16 ? c.load(16, at, options) : c.op('i64x2.splat', c.load(8, at, options));
  });
  for (let register = 0; register < shape.registers; register++) {
    const bytes = Array<Place | undefined>(16).fill(undefined);
    for (let at = 0; at < shape.registers * shape.width; at++) {
      const { vector, byte } = place(at, shape.registers, shape.element);
      if (vector === register) bytes[byte] = { vector: at >> 4, byte: at & 15 };
    }
    const value = gather(c, memory, bytes);
    if (shape.width === 16) c.writeV(f.Rt, 16, value, register);
    else c.writeV(f.Rt, 8, c.opLane('i64x2.extract_lane', 0, value), register);
  }
}

function storeRegisters(c: Builder, f: Operands, address: I64, shape: Shape): void {
  const options = { alignment: shape.element as AccessSize };
  const registers = Array.from({ length: shape.registers }, (_, i) => c.readV(f.Rt, 16, 0, i));
  for (const [i, size] of chunks(shape).entries()) {
    const bytes = Array.from({ length: 16 }, (_, at) =>
      at < size ? place(16 * i + at, shape.registers, shape.element) : undefined,
    );
    const value = gather(c, registers, bytes);
    const at = c.add(address, 16 * i);
    if (size === 16) c.store(16, at, value, options);
    else c.store(8, at, c.opLane('i64x2.extract_lane', 0, value), options);
  }
}

/** LD1 and ST1 move each register whole, one after the other. */
function moveWhole(c: Builder, f: Operands, address: I64, shape: Shape, stores: boolean): void {
  const options = { alignment: shape.element as AccessSize };
  const bytes = shape.width === 16 ? 16 : 8;
  const places = Array.from({ length: shape.registers }, (_, i) => c.add(address, i * bytes));
  if (stores) {
    places.forEach((at, i) => c.store(bytes, at, c.readV(f.Rt, bytes, 0, i), options));
  } else {
    const values = places.map((at) => c.load(bytes, at, options));
    values.forEach((value, i) => c.writeV(f.Rt, bytes, value, i));
  }
}

/** Registers that LD1 and ST1 move, by `opcode`. */
const listLength: Readonly<Record<number, number>> = { 0b0010: 4, 0b0110: 3, 0b0111: 1, 0b1010: 2 };

function define(name: string, shapeOf: (s: Numbers) => Shape): void {
  const stores = name.startsWith('ST');
  const move = (c: Builder, f: Operands, s: Numbers): Shape => {
    c.requireFP();
    const shape = shapeOf(s);
    const address = baseAddress(c, f, s);
    if (name[2] === '1') moveWhole(c, f, address, shape, stores);
    else if (stores) storeRegisters(c, f, address, shape);
    else loadRegisters(c, f, address, shape);
    return shape;
  };
  semantics(`${name} (multiple structures)`, move, postIndexVariant);
  semantics(
    `${name} (multiple structures, post-indexed)`,
    (c, f, s) => {
      const { registers, width } = move(c, f, s);
      writeBackStructures(c, f, s, registers * width);
    },
    postIndexVariant,
  );
}

for (const verb of ['LD', 'ST']) {
  for (const registers of [1, 2, 3, 4]) {
    define(`${verb}${registers}`, (s) => ({
      registers: registers === 1 ? listLength[s.opcode] : registers,
      width: s.Q === 1 ? 16 : 8,
      element: 1 << s.size,
    }));
  }
}
