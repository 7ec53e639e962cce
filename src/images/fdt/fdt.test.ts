import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ImageError } from '../error.js';
import { setChosen, setMemory } from './boot-properties.js';
import { dtsText } from './dts.js';
import { readFdt } from './reader.js';
import * as tree from './tree.js';
import { writeFdt } from './writer.js';

const data = (name: string) => readFileSync(new URL(`../../../tests/data/images/${name}`, import.meta.url));
const sample = () => Uint8Array.from(data('sample.dtb'));

/** The sample with one 32-bit field replaced. */
function damaged(offset: number, value: number): Uint8Array {
  const bytes = sample();
  new DataView(bytes.buffer).setUint32(offset, value);
  return bytes;
}

describe('a devicetree blob made by dtc', () => {
  it('reads into nodes, properties and reservations', () => {
    const { root, reservations, bootCpu } = readFdt(sample());
    expect(reservations).toEqual([
      { address: 0x1000n, size: 0x2000n },
      { address: 0x1_0000_0000n, size: 0x10n },
    ]);
    expect(bootCpu).toBe(0);
    expect(root.children.map(({ name }) => name)).toEqual(['chosen', 'soc@3f000000']);
    expect(tree.stringList(root, 'compatible')).toEqual(['firstlight,test', 'linux,dummy-virt']);
    expect(tree.cell(root, '#address-cells', 0)).toBe(2);
  });

  it('prints as the text that dtc prints', () => {
    expect(dtsText(readFdt(sample()))).toBe(data('sample.dts').toString('latin1'));
  });

  it('writes back to the same bytes', () => {
    expect(writeFdt(readFdt(sample()))).toEqual(sample());
  });

  it('may be followed by other data', () => {
    const bytes = new Uint8Array(sample().length + 100).fill(0xff);
    bytes.set(sample());
    expect(writeFdt(readFdt(bytes))).toEqual(sample());
  });
});

describe('a damaged blob is refused in one line', () => {
  const cases: [string, Uint8Array, string][] = [
    ['empty', new Uint8Array(), 'at 0x0: expected devicetree magic (4 bytes), but the file ends at 0x0'],
    ['wrong magic', damaged(0, 0xedfe0dd0), 'at 0x0: expected devicetree magic 0xd00dfeed, found 0xedfe0dd0'],
    ['truncated', sample().subarray(0, 200), 'at 0x4: expected a total size from 36 to the file'],
    ['old version', damaged(20, 3), 'at 0x14: expected devicetree version 16 or later, found 3'],
    [
      'future version',
      damaged(24, 18),
      'at 0x18: expected a devicetree that a reader of version 17 understands',
    ],
    ['structure outside', damaged(36, 0x10000), 'at 0x8: expected the structure block (65536 bytes) within'],
    ['structure not aligned', damaged(8, 0x61), 'at 0x8: expected the structure block at a multiple of 4'],
    ['strings outside', damaged(32, 0x10000), 'at 0xc: expected the strings block (65536 bytes) within'],
    ['reservations outside', damaged(16, 0x10000), 'at 0x10000: expected a memory reservation'],
  ];
  it.each(cases)('%s', (_, bytes, message) => {
    expect(() => readFdt(bytes, 'f')).toThrow(ImageError);
    expect(() => readFdt(bytes, 'f')).toThrow(`f: ${message}`);
  });

  it('with a token, name or length out of range', () => {
    const start = new DataView(sample().buffer).getUint32(8);
    expect(() => readFdt(damaged(start, 7))).toThrow('expected a token (1, 2, 3, 4 or 9), found 0x7');
    expect(() => readFdt(damaged(start + 12, 0xffffffff))).toThrow('found length 4294967295');
    expect(() => readFdt(damaged(start + 16, 0x1234))).toThrow(
      /within \d+ bytes of strings, found offset 4660/,
    );
    expect(() => readFdt(damaged(start, 9))).toThrow('there is no root node');
  });

  it('with nodes nested deeper than Linux reads', () => {
    let root = tree.node('n');
    for (let depth = 1; depth < 65; depth++) root = tree.node('n', {}, [root]);
    expect(() => readFdt(writeFdt(tree.deviceTree(root)))).toThrow('expected at most 64 levels of nodes');
  });
});

describe('building a tree', () => {
  it('encodes values big-endian', () => {
    expect(tree.cells(1, 0xfffffffe)).toEqual(Uint8Array.of(0, 0, 0, 1, 255, 255, 255, 254));
    expect(tree.u64(0x1_0203_0405n)).toEqual(Uint8Array.of(0, 0, 0, 1, 2, 3, 4, 5));
    expect(tree.sizedCells([2, 0x4000_0000], [1, 16])).toEqual(
      Uint8Array.of(0, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 16),
    );
    expect(tree.strings('a', 'bc')).toEqual(Uint8Array.of(97, 0, 98, 99, 0));
    expect(() => tree.cells(2 ** 32)).toThrow('expected an unsigned number of 32 bits, found 4294967296');
    expect(() => tree.cells(-1)).toThrow(RangeError);
  });

  it('finds and makes nodes by path', () => {
    const built = tree.deviceTree(tree.node('', {}, [tree.node('soc', {}, [tree.node('serial@9000000')])]));
    expect(tree.findNode(built, '/')).toBe(built.root);
    expect(tree.findNode(built, '/soc/serial@9000000')?.name).toBe('serial@9000000');
    expect(tree.findNode(built, '/soc/serial')?.name).toBe('serial@9000000');
    expect(tree.findNode(built, '/soc/serial@1/x')).toBeUndefined();
    expect(tree.ensureNode(built, '/a/b').name).toBe('b');
    expect(tree.findNode(built, '/a/b')).toBeDefined();
  });

  it('fills in /chosen and /memory as a boot loader does', () => {
    const root = tree.node('', { '#address-cells': tree.cells(2), '#size-cells': tree.cells(2) }, [
      tree.node('memory@0'),
    ]);
    const built = tree.deviceTree(root);
    setMemory(built, [{ address: 0x4000_0000n, size: 0x1_0000_0000n }]);
    setChosen(built, {
      bootargs: 'quiet',
      initrd: { start: 0x4800_0000n, end: 0x4800_1000n },
      kaslrSeed: 0x0123_4567_89ab_cdefn,
      rngSeed: Uint8Array.of(1, 2, 3),
    });
    expect(dtsText(readFdt(writeFdt(built)))).toBe(
      [
        '/dts-v1/;\n\n/ {\n\t#address-cells = <0x02>;\n\t#size-cells = <0x02>;\n',
        '\tmemory@40000000 {\n\t\treg = <0x00 0x40000000 0x01 0x00>;\n\t\tdevice_type = "memory";\n\t};\n',
        '\tchosen {\n\t\tbootargs = "quiet";\n\t\tlinux,initrd-start = <0x00 0x48000000>;',
        '\t\tlinux,initrd-end = <0x00 0x48001000>;\n\t\trng-seed = [01 02 03];',
        '\t\tkaslr-seed = <0x1234567 0x89abcdef>;\n\t};\n};\n',
      ].join('\n'),
    );
  });

  // As QEMU 7.2 leaves it, whose libfdt inserts at the front.
  it('puts what is new before what is there where it is told to', () => {
    const root = tree.node('', { '#address-cells': tree.cells(1) }, [
      tree.node('chosen', { 'stdout-path': tree.strings('serial1'), bootargs: tree.strings('old') }),
    ]);
    const built = tree.deviceTree(root);
    const chosen = { bootargs: 'quiet', initrd: { start: 0x800_0000n, end: 0x800_1000n } };
    setChosen(built, chosen, '/chosen', 'first');
    setChosen(built, { bootargs: 'quiet' }, '/secure-chosen', 'first');
    expect(root.children.map(({ name }) => name)).toEqual(['secure-chosen', 'chosen']);
    const properties = [...(tree.findNode(built, '/chosen')?.properties.keys() ?? [])];
    expect(properties).toEqual(['linux,initrd-end', 'linux,initrd-start', 'stdout-path', 'bootargs']);
    expect(tree.stringList(root.children[1], 'bootargs')).toEqual(['quiet']);
  });
});
