import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../test-run.js';

let directory: string;
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'firstlight-'))));
afterAll(() => rmSync(directory, { recursive: true }));

/** The sample with some bytes changed, as a file; its section headers are at 0x1138, its program headers at 64. */
function damaged(name: string, patch: (view: DataView) => void): string {
  const bytes = Uint8Array.from(
    readFileSync(new URL('../../../tests/data/images/sample.elf', import.meta.url)),
  );
  patch(new DataView(bytes.buffer));
  const path = join(directory, name);
  writeFileSync(path, bytes);
  return path;
}

const rodata = 0x1138 + 2 * 64;

describe('firstlight elf', () => {
  it('shows numbers of 2^53 and more exactly, as readelf does, in JSON too', async () => {
    const path = damaged('huge.elf', (v) => {
      v.setBigUint64(rodata + 24, 2n ** 53n + 1n, true);
      v.setBigUint64(rodata + 32, 2n ** 64n - 1n, true);
    });
    const warning =
      `firstlight: warning: ${path}: at 0x11d0: expected section 2 within the file's 4920 bytes, ` +
      'found 0x20000000000001 and 18446744073709551615 bytes\n';
    const text = await run('elf', path);
    expect(text).toMatchObject({ status: 0, error: warning });
    expect(text.out).toMatch(/ \.rodata +PROGBITS +A +0x4008100c +0x20000000000001 +0xffffffffffffffff /);
    const json = await run('elf', '--json', path);
    expect(json).toMatchObject({ status: 0, error: warning });
    expect(JSON.parse(json.out).sections[2]).toEqual({
      index: 2,
      name: '.rodata',
      type: 'PROGBITS',
      flags: 'A',
      address: '0x4008100c',
      offset: '0x20000000000001',
      size: '0xffffffffffffffff',
      link: 0,
      info: 0,
      alignment: '0x1',
      entrySize: '0x0',
    });
  });

  it.each<[string, (view: DataView) => void, string]>([
    ['size of headers', (v) => v.setUint16(54, 60, true), 'at 0x36: expected program headers of 56 bytes'],
    ['place of headers', (v) => v.setBigUint64(32, 2n ** 50n, true), 'at 0x4000000000000: expected 6'],
    ['number of headers', (v) => v.setUint16(56, 0xffff, true), 'at 0x1164: expected the number of segments'],
    ['place of a segment', (v) => v.setBigUint64(72, 5000n, true), 'at 0x48: expected segment 0 within'],
  ])('lists a file with a damaged %s; disasm does; boot refuses it', async (what, patch, problem) => {
    const path = damaged(`${what}.elf`, patch);
    const listed = await run('elf', path);
    expect(listed.status).toBe(0);
    expect(listed.out).toContain('.shstrtab');
    expect(listed.error).toMatch(/^firstlight: warning: [^\n]+\n$/);
    expect(listed.error).toContain(`${path}: ${problem}`);
    const code = await run('disasm', path);
    expect(code).toMatchObject({ status: 0, error: listed.error });
    expect(code.out).toContain('<_start>:');
    const error = listed.error.replace('warning: ', '');
    expect(await run('boot', '--kernel', path)).toEqual({ status: 2, out: '', error });
  });
});
