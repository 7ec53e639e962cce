import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { run as runCommand } from './test-run.js';

const sample = fileURLToPath(new URL('../../tests/data/images/sample.elf', import.meta.url));

const run = (...args: string[]) => runCommand('disasm', ...args);

describe('firstlight disasm', () => {
  it('lays words out as llvm-objdump does', async () => {
    const { out } = await run('--words', 'd503201f,14000001', '0xffffffff', '--base', '0x40080000');
    expect(out).toBe(
      [
        '40080000: 1f 20 03 d5  \tnop',
        '40080004: 01 00 00 14  \tb\t0x40080008',
        '40080008: ff ff ff ff  \t<unknown>\n',
      ].join('\n'),
    );
  });

  it('names functions and targets of an ELF file as llvm-objdump does', async () => {
    const { out } = await run(sample);
    expect(out).toBe(
      [
        '\nDisassembly of section .text:',
        '\n0000000040080000 <_start>:',
        '40080000: 1f 20 03 d5  \tnop',
        '40080004: 40 80 00 10  \tadr\tx0, 0x4008100c <greeting>',
        '40080008: 00 00 00 14  \tb\t0x40080008 <_start+0x8>\n',
      ].join('\n'),
    );
  });

  it('narrows by symbol, start and stop', async () => {
    expect((await run(sample, '--symbol', '_start', '--start', '0x40080008')).out).toContain('<_start+0x8>');
    expect((await run(sample, '--stop', '0x40080004')).out).toMatch(/nop\n$/);
    expect((await run(sample, '--symbol', 'absent')).error).toBe(
      `firstlight: disasm: ${sample} has no code named absent\n`,
    );
  });

  it('shows data between code as words', async () => {
    const { out } = await run(sample, '--section', '.rodata');
    expect(out).toContain('4008100c: 68 65 6c 6c  \t.word\t0x6c6c6568\n40081010: 6f 00        \t<unknown>\n');
  });

  it('prints JSON', async () => {
    const { out } = await run('--words', '97ffffff', '--base', '4096', '--json');
    expect(JSON.parse(out)).toEqual([{ address: '0x1000', word: '0x97ffffff', text: 'bl 0xffc' }]);
    expect(JSON.parse((await run(sample, '--stop', '0', '--json')).out)).toEqual([]);
  });

  it.each([
    [[], 'disasm: expected either a file or --words'],
    [[sample, '--words', '0'], 'disasm: expected either a file or --words'],
    [['--words', 'xyz'], "disasm: expected a word of up to 8 hexadecimal digits, found 'xyz'"],
    [
      ['--words', '0', '--base', 'here'],
      "disasm: option '--base <address>' argument 'here' is invalid. expected a number below 2^64, such as 0x40080000.",
    ],
    [[sample, '--section', '.nope'], `disasm: ${sample} has no section .nope`],
    [[sample, '--base', '0'], `disasm: ${sample} is an ELF file and says its own addresses`],
  ])('answers %j with one line and status 2', async (args, line) => {
    expect(await run(...args)).toEqual({ status: 2, out: '', error: `firstlight: ${line}\n` });
  });
});
