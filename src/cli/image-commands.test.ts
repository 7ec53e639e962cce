import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from './test-run.js';

const sample = (name: string) => fileURLToPath(new URL(`../../tests/data/images/${name}`, import.meta.url));
let directory: string;
const file = (name: string) => join(directory, name);

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'firstlight-'));
  writeFileSync(file('hello'), 'hello\n');
  writeFileSync(file('kernel'), new Uint8Array(32));
});

afterAll(() => rmSync(directory, { recursive: true }));

describe('firstlight zbi', () => {
  it('has help with examples for every subcommand', async () => {
    for (const command of [
      ['zbi'],
      ...['create', 'list', 'extract', 'verify'].map((name) => ['zbi', name]),
      ['bootfs'],
      ...['create', 'list', 'extract'].map((name) => ['bootfs', name]),
    ]) {
      const { status, out } = await run(...command, '--help');
      expect(status).toBe(0);
      expect(out).toMatch(/\nExamples:\n {2}firstlight (zbi|bootfs) /);
    }
  });

  it('makes an image of every kind of item, and lists and verifies it', async () => {
    const items = ['--add', `bin/hello=${file('hello')}`, '--cmdline', 'a=b', '--ramdisk', file('hello')];
    const machine = ['--memory', '0x40000000:512M', '--memory', '0x8000000:4096:peripheral', '--cpus', '4,2'];
    const more = ['--kernel', file('kernel'), '--item', `nvram:7=${file('hello')}`];
    const made = await run('zbi', 'create', file('all.zbi'), ...items, ...machine, ...more);
    expect(made).toEqual({ status: 0, out: '', error: '' });
    const { items: found } = JSON.parse((await run('zbi', 'list', '--json', file('all.zbi'))).out);
    const known = found.map(({ type, fields, files, extra, problem }: Record<string, unknown>) => ({
      type,
      fields,
      files,
      extra,
      problem,
    }));
    expect(known).toEqual([
      { type: 'KERNEL_ARM64', fields: { entry: '0x0', reserveMemorySize: '0x0' }, extra: 0 },
      {
        type: 'STORAGE_BOOTFS',
        fields: {},
        files: [{ name: 'bin/hello', offset: 4096, size: 6 }],
        extra: 8192,
      },
      { type: 'STORAGE_RAMDISK', fields: {}, extra: 6 },
      { type: 'CMDLINE', fields: { text: 'a=b' }, extra: 0 },
      {
        type: 'MEM_CONFIG',
        fields: {
          ranges: [
            { base: '0x40000000', length: '0x20000000', type: 'ram' },
            { base: '0x8000000', length: '0x1000', type: 'peripheral' },
          ],
        },
        extra: 0,
      },
      { type: 'CPU_CONFIG', fields: { clusters: [4, 2] }, extra: 0 },
      {
        type: 'NVRAM',
        extra: 7,
        problem: `${file('all.zbi')}: NVRAM: expected a payload of 16 bytes, found 6`,
      },
    ]);
    expect(await run('zbi', 'verify', file('all.zbi'))).toEqual({
      status: 2,
      out: '',
      error: `firstlight: ${file('all.zbi')}: NVRAM: expected a payload of 16 bytes, found 6\n`,
    });
    expect((await run('zbi', 'verify', sample('sample.zbi'))).out).toMatch(
      /: sound complete boot image, 9 items\n$/,
    );
  });

  it('lists as text what the sample holds', async () => {
    expect((await run('zbi', 'list', sample('sample.zbi'))).out).toContain('0x00000060  STORAGE_BOOTFS   ');
  });

  it('finds no fault with several kernels in a list', async () => {
    const kernels = ['--kernel', file('kernel'), '--item', `kernel-x64=${file('kernel')}`];
    await run('zbi', 'create', file('two.zbi'), ...kernels, '--item', `storage-kernel=${file('hello')}`);
    const { out } = await run('zbi', 'list', file('two.zbi'));
    expect(out).toMatch(/KERNEL_ARM64 .*\n.*KERNEL_X64 .*\n.*STORAGE_KERNEL .*LZ4 of 6 bytes\n$/);
    expect(out).not.toContain('bad');
  });

  it('takes the items of another image as they are', async () => {
    await run('zbi', 'create', file('copy.zbi'), '--zbi', sample('sample.zbi'), '--cmdline', 'more');
    const listed = async (path: string) => JSON.parse((await run('zbi', 'list', '--json', path)).out).items;
    const [before, after] = [await listed(sample('sample.zbi')), await listed(file('copy.zbi'))];
    expect(after).toHaveLength(before.length + 1);
    expect(after[1]).toEqual(before[1]);
  });

  it('unpacks items, decompressed or raw', async () => {
    const { out } = await run('zbi', 'extract', sample('sample.zbi'), '-o', file('parts'));
    expect(out.split('\n')).toContain(join(file('parts'), '002.CMDLINE.txt'));
    expect(readFileSync(join(file('parts'), '001.STORAGE_BOOTFS.bin'))).toEqual(
      readFileSync(sample('sample.bootfs')),
    );
    await run('zbi', 'extract', sample('sample.zbi'), '1', '--raw', '-o', file('raw'));
    expect(readdirSync(file('raw'))).toEqual(['001.STORAGE_BOOTFS.bin']);
    expect(readFileSync(join(file('raw'), '001.STORAGE_BOOTFS.bin')).readUInt32LE()).toBe(0x184d2204);
  });

  it('verifies as JSON what is sound and what is not', async () => {
    const sound = await run('zbi', 'verify', '--json', sample('sample.zbi'));
    expect(sound.status).toBe(0);
    expect(JSON.parse(sound.out)).toMatchObject({ sound: true, completeness: 'complete' });
    const bytes = readFileSync(sample('sample.zbi'));
    bytes[bytes.length - 1] ^= 1;
    bytes[0x50] ^= 1;
    writeFileSync(file('damaged.zbi'), bytes);
    const damaged = await run('zbi', 'verify', '--json', file('damaged.zbi'));
    const { error: problem } = await run('zbi', 'verify', file('damaged.zbi'));
    expect(damaged).toMatchObject({ status: 2, error: '' });
    expect(problem).toBe(`firstlight: ${JSON.parse(damaged.out).problem}\n`);
    expect(JSON.parse(damaged.out)).toMatchObject({ sound: false });
  });
});

describe('firstlight bootfs', () => {
  it('makes an image, lists it, and unpacks it', async () => {
    const path = file('a.bootfs');
    await run('bootfs', 'create', path, `bin/hello=${file('hello')}`, `lib/k=${file('kernel')}`);
    expect((await run('bootfs', 'list', path)).out).toBe(
      `${path}: BOOTFS, 2 files, 38 bytes\n  offset      size  name\n  0x00001000  6     bin/hello\n  0x00002000  32    lib/k\n`,
    );
    expect(await run('bootfs', 'extract', path, 'bin/hello', '-o', file('out'))).toEqual({
      status: 0,
      out: `${file('out')}/bin/hello\n`,
      error: '',
    });
    expect(readFileSync(join(file('out'), 'bin/hello'), 'utf8')).toBe('hello\n');
  });

  it('finds the image in a boot image and in an LZ4 frame', async () => {
    await run('zbi', 'extract', sample('sample.zbi'), '1', '--raw', '-o', file('frame'));
    for (const path of [sample('sample.zbi'), join(file('frame'), '001.STORAGE_BOOTFS.bin')]) {
      expect(JSON.parse((await run('bootfs', 'list', '--json', path)).out).files[0]).toEqual({
        name: 'bin/hello',
        offset: 4096,
        size: 5200,
      });
    }
  });

  it('does not write outside the directory', async () => {
    await run('bootfs', 'create', file('up.bootfs'), `a/../../up=${file('hello')}`);
    const { status, error } = await run('bootfs', 'extract', file('up.bootfs'), '-o', file('inside'));
    expect(status).toBe(2);
    expect(error).toBe(
      `firstlight: ${file('up.bootfs')}: expected a name that stays in the directory, found a/../../up\n`,
    );
  });
});
