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
  it('has help with examples for the program and for each command', async () => {
    for (const command of [[], ['image'], ['fdt'], ['elf'], ['disasm']]) {
      const { status, out } = await run(...command, '--help');
      expect(status).toBe(0);
      expect(out).toMatch(/Usage: firstlight/);
      expect(out).toMatch(/\nExamples:\n {2}firstlight /);
    }
  });

  it.each([
    [['image', '--bogus'], "firstlight: unknown option '--bogus'\n"],
    [['--bogus'], "firstlight: unknown option '--bogus'\n"],
    [['bogus'], "firstlight: unknown command 'bogus'\n"],
    [['fdt'], "firstlight: missing required argument 'file'\n"],
    [['fdt', 'a', 'b'], "firstlight: too many arguments for 'fdt'. Expected 1 argument but got 2.\n"],
    [[], 'firstlight: expected a command (firstlight --help lists them)\n'],
    [['elf', '/nonexistent'], 'firstlight: /nonexistent: no such file or directory\n'],
    [['elf', '/'], 'firstlight: /: is a directory, expected a file\n'],
  ])('answers %j with one line and status 2', async (args, line) => {
    expect(await run(...args)).toEqual({ status: 2, out: '', error: line });
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
