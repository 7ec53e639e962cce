import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { userboot } from '../../zircon/images/userboot.js';
import { vdso } from '../../zircon/images/vdso.js';
import { run } from '../test-run.js';

const data = (name: string): string =>
  fileURLToPath(new URL(`../../../tests/data/images/${name}`, import.meta.url));
const sample = data('sample-rodso.so');

describe('firstlight rodso', () => {
  it('verifies', async () => {
    const line = `${sample}: libsample.so: keeps all rules; constants 4096 bytes (4.0 KiB), code 4096 bytes (4.0 KiB)\n`;
    expect(await run('rodso', 'verify', sample)).toEqual({ status: 0, out: line, error: '' });
    const { out } = await run('rodso', 'verify', '--json', sample);
    expect(JSON.parse(out)).toEqual({ file: sample, violations: [] });
  });

  it("writes the built-in system's, which keep all rules and say what the kernel knows of them", async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firstlight-rodso-'));
    try {
      const paths = ['libzircon.so', 'libuserboot.so'].map((name) => join(directory, name));
      const { out } = await run('rodso', 'extract', '-o', directory);
      expect(out).toBe(paths.map((path) => `${path}\n`).join(''));
      for (const path of paths) expect((await run('rodso', 'verify', path)).status).toBe(0);
      const constants = await run('rodso', 'constants', paths[0]);
      expect(constants.out).toContain(`#define ZIRCON_CODE_START 0x${vdso.codeStart.toString(16)}\n`);
      expect(constants.out).toContain(`#define ZIRCON_CODE_END 0x${vdso.codeEnd.toString(16)}\n`);
      const entry = (await run('rodso', 'constants', '--json', paths[1])).out;
      expect(JSON.parse(entry)).toMatchObject({ entry: userboot.entry, buildId: userboot.buildId });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('answers a file that is no RODSO with one line', async () => {
    const elf = data('sample.elf');
    const line = `firstlight: ${elf}: expected a dynamic segment, found none\n`;
    expect(await run('rodso', 'verify', elf)).toEqual({ status: 2, out: '', error: line });
    const { status, error } = await run('rodso', 'symbols', data('sample.dts'));
    expect(status).toBe(2);
    expect(error).toMatch(/^firstlight: .*sample\.dts: at 0x0: expected ELF magic .*\n$/);
  });

  it('lists symbols as text, as a header and as JSON', async () => {
    const text = await run('rodso', 'symbols', sample);
    expect(text.out.split('\n').slice(0, 3)).toEqual([
      'address     size  binding  name',
      '0x00001000  12    GLOBAL   _zx_answer',
      '0x00001000  12    WEAK     zx_answer',
    ]);
    const header = await run('rodso', 'symbols', '--header', sample);
    expect(header.out).toMatch(/^SYMBOL\(_zx_answer, 0x0000000000001000, 0x000000000000000c\)\n/);
    const { out } = await run('rodso', 'symbols', '--json', sample);
    expect(JSON.parse(out)).toHaveLength(4);
  });

  it('prints constants under the prefix that the name suggests, or that is given', async () => {
    const { out } = await run('rodso', 'constants', sample);
    expect(out).toContain('#define SAMPLE_ENTRY_SIZE 0x000000000000000c\n');
    expect((await run('rodso', 'constants', '--prefix', 'X', sample)).out).toContain(
      '#define X_CODE_END 0x2000\n',
    );
    const wrong = await run('rodso', 'constants', '--prefix', '1', sample);
    expect(wrong.error).toBe(
      "firstlight: rodso constants: expected --prefix to be a C identifier, found '1'\n",
    );
    const json = JSON.parse((await run('rodso', 'constants', '--json', sample)).out) as object;
    expect(json).toMatchObject({ codeStart: 4096, callSites: { enter: [0x1010, 0x1020], leave: [0x1018] } });
  });

  it('has help with examples', async () => {
    for (const command of [[], ['verify'], ['symbols'], ['constants']]) {
      const { status, out } = await run('rodso', ...command, '--help');
      expect(status).toBe(0);
      expect(out).toMatch(/\nExamples:\n {2}firstlight rodso /);
    }
  });
});
