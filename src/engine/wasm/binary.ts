/** Writes WebAssembly modules. WebAssembly Core Specification 2.0, chapter 5 (binary format). */
import type { Type } from '../ir/nodes.js';

/** Types of locals: WebAssembly's. */
export type LocalType = Type | 'f32' | 'f64';

export const typeCodes: Readonly<Record<LocalType, number>> = {
  ...{ i32: 0x7f, i64: 0x7e, v128: 0x7b },
  ...{ f32: 0x7d, f64: 0x7c },
};

/** A growing byte sequence with the format's number encodings. */
export class Bytes {
  private buffer = new Uint8Array(256);
  length = 0;

  byte(value: number): void {
    if (this.length === this.buffer.length) this.grow(1);
    this.buffer[this.length] = value;
    this.length += 1;
  }
  bytes(values: ArrayLike<number>): void {
    if (this.length + values.length > this.buffer.length) this.grow(values.length);
    this.buffer.set(values, this.length);
    this.length += values.length;
  }
  private grow(more: number): void {
    const larger = new Uint8Array(Math.max(this.buffer.length * 2, this.length + more));
    larger.set(this.buffer.subarray(0, this.length));
    this.buffer = larger;
  }
  /** Unsigned LEB128 of a number below 2^32. */
  unsigned(value: number): void {
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.byte(rest);
  }
  /** Signed LEB128 of a 32-bit number. */
  signed(value: number): void {
    let rest = value | 0;
    while (rest < -64 || rest > 63) {
      this.byte((rest & 0x7f) | 0x80);
      rest >>= 7;
    }
    this.byte(rest & 0x7f);
  }
  /** Signed LEB128 of a 64-bit number. */
  signed64(value: bigint): void {
    let rest = BigInt.asIntN(64, value);
    while (rest < -64n || rest > 63n) {
      this.byte(Number(rest & 0x7fn) | 0x80);
      rest >>= 7n;
    }
    this.byte(Number(rest & 0x7fn));
  }
  name(text: string): void {
    const encoded = new TextEncoder().encode(text);
    this.unsigned(encoded.length);
    this.bytes(encoded);
  }
  /** Appends `part` behind its length. */
  sized(part: Bytes): void {
    this.unsigned(part.length);
    this.bytes(part.view());
  }
  view(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }
}

export interface FunctionType {
  readonly parameters: readonly Type[];
  readonly results: readonly Type[];
}

/** Which way a conditional branch will mostly go: whether its condition is true. */
export interface BranchHint {
  /** Where its opcode is in the instructions. */
  readonly at: number;
  readonly isLikely: boolean;
}

/** A function's body. */
export interface FunctionCode {
  /** Types of the locals behind the parameters. */
  readonly localTypes: readonly LocalType[];
  readonly bytes: Bytes;
  readonly hints: readonly BranchHint[];
}

interface FunctionBody {
  readonly type: number;
  readonly locals: Bytes;
  readonly code: FunctionCode;
}

/** Collects a module's parts. Imports must all be declared before the first function. */
export class ModuleWriter {
  private readonly types: string[] = [];
  private readonly typeBytes: Bytes[] = [];
  private readonly imports = new Bytes();
  private importCount = 0;
  private importedFunctions = 0;
  private readonly functions: FunctionBody[] = [];
  private readonly exports: { name: string; index: number }[] = [];

  type(type: FunctionType): number {
    const key = `${type.parameters.join()}>${type.results.join()}`;
    const known = this.types.indexOf(key);
    if (known >= 0) return known;
    const bytes = new Bytes();
    bytes.byte(0x60);
    for (const list of [type.parameters, type.results]) {
      bytes.unsigned(list.length);
      for (const t of list) bytes.byte(typeCodes[t]);
    }
    this.types.push(key);
    this.typeBytes.push(bytes);
    return this.types.length - 1;
  }

  importMemory(module: string, name: string, minimumPages: number): void {
    this.importHeader(module, name, 0x02);
    this.imports.byte(0x00);
    this.imports.unsigned(minimumPages);
  }
  importTable(module: string, name: string): void {
    this.importHeader(module, name, 0x01);
    this.imports.bytes([0x70, 0x00]);
    this.imports.unsigned(0);
  }
  importFunction(module: string, name: string, type: FunctionType): number {
    if (this.functions.length > 0) throw new Error('imports come before functions');
    this.importHeader(module, name, 0x00);
    this.imports.unsigned(this.type(type));
    this.importedFunctions += 1;
    return this.importedFunctions - 1;
  }
  private importHeader(module: string, name: string, kind: number): void {
    this.importCount += 1;
    this.imports.name(module);
    this.imports.name(name);
    this.imports.byte(kind);
  }

  /** Adds a function and returns its index. */
  function(type: FunctionType, code: FunctionCode, exportName?: string): number {
    const index = this.importedFunctions + this.functions.length;
    this.functions.push({ type: this.type(type), locals: localsOf(code), code });
    if (exportName !== undefined) this.export(exportName, index);
    return index;
  }

  export(name: string, index: number): void {
    this.exports.push({ name, index });
  }

  finish(): Uint8Array<ArrayBuffer> {
    const out = new Bytes();
    out.bytes([0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]);
    const section = (id: number, count: number, fill: (part: Bytes) => void): void => {
      if (count === 0) return;
      const part = new Bytes();
      part.unsigned(count);
      fill(part);
      out.byte(id);
      out.sized(part);
    };
    section(1, this.typeBytes.length, (part) => this.typeBytes.forEach((t) => part.bytes(t.view())));
    section(2, this.importCount, (part) => part.bytes(this.imports.view()));
    section(3, this.functions.length, (part) => this.functions.forEach((f) => part.unsigned(f.type)));
    section(7, this.exports.length, (part) => {
      for (const { name, index } of this.exports) {
        part.name(name);
        part.byte(0x00);
        part.unsigned(index);
      }
    });
    this.writeHints(out);
    section(10, this.functions.length, (part) => {
      for (const { locals, code } of this.functions) {
        const body = new Bytes();
        body.bytes(locals.view());
        body.bytes(code.bytes.view());
        body.byte(0x0b);
        part.sized(body);
      }
    });
    return new Uint8Array(out.view());
  }

  /** WebAssembly Branch Hinting: a custom section, which hosts that do not know it pass over. */
  private writeHints(out: Bytes): void {
    const hinted = [...this.functions.entries()].filter(([, { code }]) => code.hints.length > 0);
    if (hinted.length === 0) return;
    const part = new Bytes();
    part.name('metadata.code.branch_hint');
    part.unsigned(hinted.length);
    for (const [i, { locals, code }] of hinted) {
      part.unsigned(this.importedFunctions + i);
      part.unsigned(code.hints.length);
      for (const { at, isLikely } of code.hints) {
        part.unsigned(locals.length + at);
        part.unsigned(1);
        part.byte(isLikely ? 1 : 0);
      }
    }
    out.byte(0);
    out.sized(part);
  }
}

/** A function's locals as the binary format has them. */
function localsOf({ localTypes }: FunctionCode): Bytes {
  const runs: { type: LocalType; count: number }[] = [];
  for (const type of localTypes) {
    const last = runs.at(-1);
    if (last?.type === type) last.count += 1;
    else runs.push({ type, count: 1 });
  }
  const bytes = new Bytes();
  bytes.unsigned(runs.length);
  for (const { type, count } of runs) {
    bytes.unsigned(count);
    bytes.byte(typeCodes[type]);
  }
  return bytes;
}
