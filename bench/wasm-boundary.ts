/** Types of the functions that a WebAssembly module imports from JavaScript and exports to it. */

const SECTION = { types: 1, imports: 2, functions: 3, exports: 7 } as const;
const I64 = 0x7e;

/** Reads a module from front to back (WebAssembly Core Specification 1.0, section 5). */
class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  get done(): boolean {
    return this.at >= this.bytes.length;
  }
  byte(): number {
    return this.bytes[this.at++];
  }
  /** LEB128, unsigned, below 2^32. */
  u32(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
  }
  take(length: number): Uint8Array {
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }
  name(): string {
    return new TextDecoder().decode(this.take(this.u32()));
  }
  list<T>(item: () => T): T[] {
    return Array.from({ length: this.u32() }, item);
  }
}

function sections(module: Uint8Array): Map<number, Uint8Array> {
  const reader = new Reader(module, 8);
  const found = new Map<number, Uint8Array>();
  while (!reader.done) {
    const id = reader.byte();
    found.set(id, reader.take(reader.u32()));
  }
  return found;
}

/** Of each function type, whether a parameter or a result is a 64-bit integer. */
function typesWithI64(section: Uint8Array): boolean[] {
  const reader = new Reader(section);
  return reader.list(() => {
    reader.byte();
    const parameters = reader.take(reader.u32());
    return parameters.includes(I64) || reader.take(reader.u32()).includes(I64);
  });
}

/** Names and type numbers of imported functions. */
function importedFunctions(section: Uint8Array): { name: string; type: number }[] {
  const reader = new Reader(section);
  const limits = (): void => {
    if ((reader.byte() & 1) === 1) reader.u32();
    reader.u32();
  };
  return reader
    .list(() => {
      const name = `${reader.name()}.${reader.name()}`;
      const kind = reader.byte();
      if (kind === 0) return { name, type: reader.u32() };
      if (kind !== 2) reader.byte();
      if (kind === 3) reader.byte();
      else limits();
      return undefined;
    })
    .filter((entry) => entry !== undefined);
}

/** Names of imported functions, and of exported ones that JavaScript may call, with 64-bit integers. */
export function boundaryWithI64(module: Uint8Array, isCalled: (name: string) => boolean): string[] {
  const part = sections(module);
  const of = (id: number): Uint8Array => part.get(id) ?? Uint8Array.of(0);
  const wide = typesWithI64(of(SECTION.types));
  const imported = importedFunctions(of(SECTION.imports));
  const functions = new Reader(of(SECTION.functions));
  const typeOf = [...imported.map(({ type }) => type), ...functions.list(() => functions.u32())];
  const reader = new Reader(of(SECTION.exports));
  const exported = reader.list(() => ({ name: reader.name(), kind: reader.byte(), index: reader.u32() }));
  return [
    ...imported.filter(({ type }) => wide[type]).map(({ name }) => name),
    ...exported
      .filter(({ name, kind, index }) => kind === 0 && isCalled(name) && wide[typeOf[index]])
      .map(({ name }) => name),
  ];
}
