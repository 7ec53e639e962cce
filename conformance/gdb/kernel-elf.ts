/**
 * An ELF file for GDB with the names of a kernel's System.map and nothing else: what `vmlinux` would tell without debug
 * information. GDB reads the code itself from the machine.
 */

const HEADER = 64;
const SECTION = 64;
const SYMBOL = 24;
const SHF_WRITE = 1;
const SHF_ALLOC = 2;
const SHF_EXECINSTR = 4;
const [SHT_SYMTAB, SHT_STRTAB, SHT_NOBITS] = [2, 3, 8];
const STT_OBJECT = 1;
const STT_FUNC = 2;
const EM_AARCH64 = 183;

interface Section {
  readonly name: string;
  readonly type: number;
  readonly flags: number;
  readonly address: bigint;
  readonly size: bigint;
  readonly content?: Uint8Array;
  readonly link?: number;
  readonly info?: number;
  readonly entry?: number;
}

/** The names of a System.map, by name. */
export function readSystemMap(
  text: string,
): Map<string, { readonly address: bigint; readonly kind: string }> {
  const lines = text.trim().split('\n');
  return new Map(
    lines.map((line) => {
      const [address, kind, name] = line.split(' ');
      return [name, { address: BigInt(`0x${address}`), kind }] as const;
    }),
  );
}

export function kernelElf(systemMap: string): Uint8Array {
  const names = readSystemMap(systemMap);
  const address = (name: string): bigint => {
    const found = names.get(name);
    if (found === undefined) throw new Error(`System.map has no ${name}`);
    return found.address;
  };
  // The initial code lies between the rest of the text and the data.
  const [start, data, end] = [address('_text'), address('_sdata'), address('_end')];
  const strings: number[] = [0];
  const intern = (name: string): number => {
    strings.push(...Buffer.from(name), 0);
    return strings.length - name.length - 1;
  };
  const kept = [...names].filter(([, { address: at }]) => at >= start && at < end);
  const table = new Uint8Array(SYMBOL * (kept.length + 1));
  const view = new DataView(table.buffer);
  for (const [i, [name, { address: at, kind }]] of kept.entries()) {
    const isCode = /[tTwW]/.test(kind) && at < data;
    view.setUint32(SYMBOL * (i + 1), intern(name), true);
    table[SYMBOL * (i + 1) + 4] = (1 << 4) | (isCode ? STT_FUNC : STT_OBJECT);
    view.setUint16(SYMBOL * (i + 1) + 6, at < data ? 1 : 2, true);
    view.setBigUint64(SYMBOL * (i + 1) + 8, at, true);
  }
  const nothing = { type: 0, flags: 0, address: 0n, size: 0n };
  const sections: Section[] = [
    { name: '', ...nothing },
    { name: '.text', type: SHT_NOBITS, flags: SHF_ALLOC | SHF_EXECINSTR, address: start, size: data - start },
    { name: '.data', type: SHT_NOBITS, flags: SHF_ALLOC | SHF_WRITE, address: data, size: end - data },
    { name: '.symtab', ...nothing, type: SHT_SYMTAB, content: table, link: 4, info: 1, entry: SYMBOL },
    { name: '.strtab', ...nothing, type: SHT_STRTAB, content: Uint8Array.from(strings) },
  ];
  return elfFile(sections);
}

/** The last section gets the sections' names, too. */
function elfFile(sections: readonly Section[]): Uint8Array {
  const names = sections.map(({ name }) => Buffer.from(`${name}\0`));
  const nameTable = Buffer.concat(names);
  const all: Section[] = [
    ...sections,
    { name: '', type: SHT_STRTAB, flags: 0, address: 0n, size: 0n, content: nameTable },
  ];
  const contents = all.map(({ content }) => content ?? new Uint8Array());
  const offsets = contents.map((_, i) =>
    contents.slice(0, i).reduce((sum, { length }) => sum + ((length + 7) & ~7), HEADER),
  );
  const headersAt = offsets[offsets.length - 1] + ((nameTable.length + 7) & ~7);
  const file = new Uint8Array(headersAt + SECTION * all.length);
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  view.setUint16(16, 2, true); // ET_EXEC
  view.setUint16(18, EM_AARCH64, true);
  view.setUint32(20, 1, true);
  view.setBigUint64(40, BigInt(headersAt), true);
  for (const [at, value] of [
    [52, HEADER],
    [58, SECTION],
    [60, all.length],
    [62, all.length - 1],
  ])
    view.setUint16(at, value, true);
  for (const [i, { type, flags, address, size, content, link = 0, info = 0, entry = 0 }] of all.entries()) {
    const at = headersAt + SECTION * i;
    const nameAt = names.slice(0, i).reduce((sum, { length }) => sum + length, 0);
    if (content !== undefined) file.set(content, offsets[i]);
    view.setUint32(at, i < names.length ? nameAt : 0, true);
    view.setUint32(at + 4, type, true);
    view.setBigUint64(at + 8, BigInt(flags), true);
    view.setBigUint64(at + 16, address, true);
    view.setBigUint64(at + 24, BigInt(offsets[i]), true);
    view.setBigUint64(at + 32, content === undefined ? size : BigInt(content.length), true);
    view.setUint32(at + 40, link, true);
    view.setUint32(at + 44, info, true);
    view.setBigUint64(at + 48, 8n, true);
    view.setBigUint64(at + 56, BigInt(entry), true);
  }
  return file;
}
