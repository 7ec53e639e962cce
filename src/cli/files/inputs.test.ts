import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileKind, kernelKind, ramdiskKind, writeZbi, zbiType } from '../../images/index.js';
import { run } from '../test-run.js';
import { fileSize, readInput } from './index.js';

let directory: string;
const file = (name: string) => join(directory, name);
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'firstlight-inputs-'))));
afterAll(() => rmSync(directory, { recursive: true }));

describe('a file that is read', () => {
  it('is whole, whatever its kind, if its size is known', () => {
    const bytes = Buffer.alloc(100_000, 'noise');
    writeFileSync(file('known'), bytes);
    expect(readInput(file('known'), fileKind.elf)).toEqual({ name: file('known'), bytes });
    expect(fileSize(file('known'))).toBe(100_000);
  });

  it('may have content but no size, as in /proc', () => {
    const { bytes } = readInput('/proc/self/status', fileKind.content);
    expect(Buffer.from(bytes).toString()).toMatch(/^Name:/);
  });

  it('is told where it is none', () => {
    expect(() => readInput(file('none'), fileKind.elf)).toThrow(`${file('none')}: no such file or directory`);
    expect(() => readInput(directory, fileKind.elf)).toThrow(`${directory}: is a directory, expected a file`);
  });
});

describe('a file without end', () => {
  it.each([
    [['elf', '/dev/zero'], '/dev/zero: at 0x0: expected ELF magic 7f 45 4c 46, found 00 00 00 00'],
    [
      ['rodso', 'verify', '/dev/zero'],
      '/dev/zero: at 0x0: expected ELF magic 7f 45 4c 46, found 00 00 00 00',
    ],
    [['fdt', '/dev/zero'], '/dev/zero: at 0x0: expected devicetree magic 0xd00dfeed, found 0x00000000'],
    [['image', '/dev/zero'], '/dev/zero: at 0x38: expected arm64 Image magic 0x644d5241, found 0x00000000'],
    [['zbi', 'list', '/dev/zero'], '/dev/zero: at 0x0: expected container type 0x544f4f42, found 0x00000000'],
    [
      ['bootfs', 'list', '/dev/zero'],
      '/dev/zero: at 0x0: expected BOOTFS magic 0xa56d3ff9, found 0x00000000',
    ],
    [
      ['boot', '-m', '16M', '--kernel', '/dev/zero'],
      '/dev/zero: expected a kernel of at most 16777216 bytes, found more',
    ],
    [['boot', '--load', '/dev/zero'], "/dev/zero: at offset 0x0: expected a snapshot's magic FLSNAP"],
  ])('is told by its start or by what the machine can hold: %j', async (args, line) => {
    expect(await run(...args)).toEqual({ status: 2, out: '', error: `firstlight: ${line}\n` });
  });

  it('is read no further than a format that says its size goes on', async () => {
    const image = writeZbi([{ type: zbiType.STORAGE_RAMDISK, payload: new Uint8Array(100_000).fill(7) }]);
    writeFileSync(file('image'), image);
    execFileSync('mkfifo', [file('endless')]);
    const writer = spawn('sh', ['-c', `cat '${file('image')}' /dev/zero > '${file('endless')}'`]);
    const ended = new Promise((resolve) => writer.on('exit', resolve));
    expect(readInput(file('endless'), fileKind.zbi).bytes).toEqual(Buffer.from(image));
    await ended;
  });

  it('is refused beyond what may be there', () => {
    expect(() => readInput('/dev/zero', ramdiskKind(100_000))).toThrow(
      '/dev/zero: expected an initial ramdisk of at most 100000 bytes, found more',
    );
    expect(readInput('/dev/null', kernelKind(100_000)).bytes).toHaveLength(0);
  });
});

describe('the standard input', () => {
  let script: string;
  const program = `
    import { fileKind } from ${JSON.stringify(join(import.meta.dirname, '../../images/index.ts'))};
    import { readInput } from ${JSON.stringify(join(import.meta.dirname, 'index.ts'))};
    try {
      for (const path of process.argv.slice(2)) {
        const { name, bytes } = readInput(path, fileKind.content);
        console.log(name, bytes.length, Buffer.from(bytes).toString('latin1', 0, 8));
      }
    } catch (error) {
      console.log(error.message);
    }`;

  beforeAll(async () => {
    script = file('reader.cjs');
    await build({
      stdin: { contents: program, resolveDir: import.meta.dirname },
      outfile: script,
      bundle: true,
      platform: 'node',
      logLevel: 'warning',
    });
  });

  const read = (command: string): string =>
    spawnSync('sh', ['-c', command, process.execPath, script], { encoding: 'utf8' }).stdout;

  it('is what - names: a file, a pipe in pieces, nothing', () => {
    writeFileSync(file('input'), 'content of 21 letters');
    expect(read(`"$0" "$1" - < '${file('input')}'`)).toBe('standard input 21 content \n');
    expect(read(`(printf con; sleep 0.1; printf tent) | "$0" "$1" -`)).toBe('standard input 7 content\n');
    expect(read(`head -c 3000000 /dev/zero | tr '\\0' x | "$0" "$1" -`)).toBe(
      'standard input 3000000 xxxxxxxx\n',
    );
    expect(read(`"$0" "$1" - < /dev/null`)).toBe('standard input 0 \n');
  });

  it('is read but once', () => {
    expect(read(`echo text | "$0" "$1" - -`)).toBe(
      'standard input 5 text\n\nstandard input: expected - once, since it is read but once\n',
    );
  });
});
