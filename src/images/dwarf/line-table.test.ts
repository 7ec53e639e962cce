import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readElf } from '../elf/reader.js';
import { LineTable } from './line-table.js';

const file = (name: string) =>
  readFileSync(new URL(`../../../tests/data/images/lines/${name}`, import.meta.url));
const elf = (name: string) => readElf(Uint8Array.from(file(name)), name);

/** What llvm-addr2line says of each instruction of a file: address and line, `?` where it is none of a line. */
function expected(name: string): [bigint, string][] {
  const lines = file('lines.txt').toString().split('\n');
  const own = lines.slice(lines.indexOf(name) + 1);
  return own
    .slice(
      0,
      own.findIndex((line) => !line.startsWith('0x')),
    )
    .map((line) => {
      const [address, place] = line.split(' ');
      return [BigInt(address), place.endsWith(':0') ? '?' : place.replace(/^\.\//, '')];
    });
}

describe('source lines', () => {
  it.each(['dwarf5.elf', 'dwarf4-zlib.elf', 'dwarf4-gnu.elf'])(
    'of %s are those of llvm-addr2line',
    (name) => {
      const table = LineTable.of(elf(name), name);
      const theirs = expected(name);
      expect(theirs.length).toBeGreaterThan(35);
      const ours = theirs.map(([address]) => {
        const found = table?.at(address);
        return [address, found === undefined ? '?' : `${found.file}:${found.line}`];
      });
      expect(ours).toEqual(theirs);
      expect(table?.problems).toEqual([]);
    },
  );

  it('end where the code ends', () => {
    const table = LineTable.of(elf('dwarf5.elf'));
    expect(table?.at(0x4008_0000n)).toEqual({ file: 'start.S', line: 3 });
    expect(table?.at(0x4007_fffcn)).toBeUndefined();
    expect(table?.at(0x4008_0098n)).toBeUndefined();
  });

  it('are none of a file without them', () => {
    const plain = readFileSync(new URL('../../../tests/data/images/sample.elf', import.meta.url));
    expect(LineTable.of(readElf(Uint8Array.from(plain)))).toBeUndefined();
  });

  it('of a unit that is damaged are left out, and the others are there', () => {
    const bytes = Uint8Array.from(file('dwarf5.elf'));
    const { dataOffset } = elf('dwarf5.elf').sections.find(({ name }) => name === '.debug_line') ?? {
      dataOffset: 0,
    };
    // The length of the first unit's header.
    new DataView(bytes.buffer).setUint32(dataOffset + 8, 0x1000_0000, true);
    const table = LineTable.of(readElf(bytes), 'f');
    expect(table?.at(0x4008_0000n)).toBeUndefined();
    expect(table?.at(0x4008_0010n)).toEqual({ file: 'first.c', line: 4 });
    expect(table?.problems.map(({ message }) => message)).toEqual([
      'f: expected a header within its unit at .debug_line+0xc',
    ]);
  });
});
