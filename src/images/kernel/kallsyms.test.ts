import { describe, expect, it } from 'vitest';
import { readKallsyms, systemMapText } from './kallsyms.js';

const link = 0xffff_8000_8000_0000n;
const count = 300;

/** Where each table of a kernel is, in one of the two orders that scripts/kallsyms.c has written them in. */
interface Layout {
  readonly offsetsFirst: boolean;
  /** The base is in the table itself, as with RELR, or in a relocation. */
  readonly relocated: boolean;
}

const align8 = (bytes: number[]) => [...bytes, ...new Array<number>(-bytes.length & 7).fill(0)];
const little = (value: bigint | number, size: number) =>
  Array.from({ length: size }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));

/** Token 0 is "Tsym_", the others are the characters of their numbers. */
const token = (number: number) => (number === 0 ? 'Tsym_' : String.fromCharCode(number));
const nameBytes = (index: number) =>
  [0, ...`${index}`.padStart(4, '0')].map((c) => (c === 0 ? 0 : `${c}`.charCodeAt(0)));

/** A kernel of `count` symbols named sym_0000, sym_0001, ..., 16 bytes apart from 0x10000 on. */
function kernel({ offsetsFirst, relocated }: Layout): Uint8Array {
  const entries = Array.from({ length: count }, (_, index) => {
    const text = nameBytes(index);
    return [text.length, ...text];
  });
  const starts = entries.map((_, index) =>
    entries.slice(0, index).reduce((sum, entry) => sum + entry.length, 0),
  );
  const tokenTexts = Array.from({ length: 256 }, (_, number) =>
    [...token(number)].map((c) => c.charCodeAt(0)),
  );
  const tokenStarts: number[] = [];
  const tokenTable = tokenTexts.reduce<number[]>((table, text) => {
    tokenStarts.push(table.length);
    return [...table, ...text, 0];
  }, []);
  const base = link + 0x10000n;
  const offsets = align8(entries.flatMap((_, index) => little(16 * index, 4)));
  const names = [
    ...align8(little(count, 4)),
    ...align8(entries.flat()),
    ...align8([0, 256].flatMap((index) => little(starts[index], 4))),
    ...align8(tokenTable),
    ...align8(tokenStarts.flatMap((start) => little(start, 2))),
  ];
  const stored = little(relocated ? 0n : base, 8);
  const before = new Array<number>(0x400).fill(0xaa);
  const tables = offsetsFirst ? [...offsets, ...stored, ...names] : [...names, ...offsets, ...stored];
  const field = before.length + (offsetsFirst ? offsets.length : names.length + offsets.length);
  const relocation = [...little(link + BigInt(field), 8), ...little(0x403, 8), ...little(base, 8)];
  return Uint8Array.from([
    ...before,
    ...tables,
    ...(relocated ? relocation : []),
    ...new Array<number>(64).fill(0),
  ]);
}

describe("a kernel's own symbols", () => {
  it.each([
    { offsetsFirst: false, relocated: true },
    { offsetsFirst: false, relocated: false },
    { offsetsFirst: true, relocated: true },
    { offsetsFirst: true, relocated: false },
  ])('are found: %j', (layout) => {
    const found = readKallsyms(kernel(layout));
    expect(found?.linkAddress).toBe(link);
    expect(found?.symbols).toHaveLength(count);
    expect(found?.symbols[0]).toEqual({ address: link + 0x10000n, type: 'T', name: 'sym_0000' });
    expect(found?.symbols[299]).toEqual({
      address: link + 0x10000n + 16n * 299n,
      type: 'T',
      name: 'sym_0299',
    });
    expect(systemMapText(found!).split('\n')[1]).toBe('ffff800080010010 T sym_0001');
  });

  it('are absent where there is no table, or a damaged one', () => {
    expect(readKallsyms(new Uint8Array(1 << 16))).toBeUndefined();
    const damaged = kernel({ offsetsFirst: false, relocated: true });
    damaged[0x400 + 8] ^= 1;
    expect(readKallsyms(damaged)).toBeUndefined();
  });

  it('do not make the search long in a file made for that', () => {
    const bytes = new Uint8Array(8 << 20);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < bytes.length; at += 8) view.setUint32(at, 0xf0007, true);
    const table = kernel({ offsetsFirst: false, relocated: true });
    bytes.set(table.subarray(0x400 + 8), bytes.length - table.length);
    expect(readKallsyms(bytes)).toBeUndefined();
  });
});
