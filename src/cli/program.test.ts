import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cells, deviceTree, node, strings, writeFdt } from '../images/index.js';
import { run } from './test-run.js';

let directory: string;
const file = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'firstlight-'));
  const tree = deviceTree(node('', { compatible: strings('linux,dummy-virt'), '#size-cells': cells(2) }));
  writeFileSync(file('a.dtb'), writeFdt(tree));
  writeFileSync(file('empty'), '');
  writeFileSync(file('text'), 'not a kernel '.repeat(10));
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('the command line', () => {
  it('tells of files that cannot be read in one line, with status 2', async () => {
    for (const [path, reason] of [
      ['/nonexistent', 'no such file or directory'],
      ['/', 'is a directory, expected a file'],
    ]) {
      const error = `firstlight: ${path}: ${reason}\n`;
      expect(await run('elf', path)).toEqual({ status: 2, out: '', error });
    }
  });

  it.each([
    ['image', 'empty', 'at 0x0: expected an arm64 Image header (64 bytes), but the file ends at 0x0'],
    ['image', 'text', 'at 0x38: expected arm64 Image magic 0x644d5241, found 0x656b2061'],
    ['fdt', 'empty', 'at 0x0: expected devicetree magic (4 bytes), but the file ends at 0x0'],
    ['fdt', 'text', 'at 0x0: expected devicetree magic 0xd00dfeed, found 0x6e6f7420'],
    ['elf', 'a.dtb', 'at 0x0: expected ELF magic 7f 45 4c 46, found d0 0d fe ed'],
  ])(
    'firstlight %s refuses the file %s naming file, offset and expectation',
    async (command, name, reason) => {
      const { status, error } = await run(command, file(name));
      expect(status).toBe(2);
      expect(error).toBe(`firstlight: ${file(name)}: ${reason}\n`);
    },
  );

  it('prints a devicetree as text and as JSON', async () => {
    expect((await run('fdt', file('a.dtb'))).out).toBe(
      '/dts-v1/;\n\n/ {\n\tcompatible = "linux,dummy-virt";\n\t#size-cells = <0x02>;\n};\n',
    );
    expect(JSON.parse((await run('fdt', '--json', file('a.dtb'))).out)).toEqual({
      root: { name: '', properties: { compatible: ['linux,dummy-virt'], '#size-cells': [2] }, children: [] },
      reservations: [],
      bootCpu: 0,
    });
  });
});
