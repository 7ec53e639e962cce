/** Names from files, whatever their bytes: shown so that a terminal obeys none, found as they are shown. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeText, node, writeBootfs, writeFdt, writeZbi, zbiType } from '../images/index.js';
import { run } from './test-run.js';

const sample = (name: string) => fileURLToPath(new URL(`../../tests/data/images/${name}`, import.meta.url));
let directory: string;
const file = (name: string) => join(directory, name);
beforeAll(() => (directory = mkdtempSync(join(tmpdir(), 'firstlight-names-'))));
afterAll(() => rmSync(directory, { recursive: true }));

const latin1 = (bytes: string) => Buffer.from(bytes, 'latin1');
const utf8 = (text: string) => Buffer.from(text);

/** Names of eight bytes, and how they are shown. */
const names: readonly (readonly [kind: string, bytes: Buffer, shown: string])[] = [
  ['UTF-8', utf8('caféabc'), 'caféabc'],
  ['no UTF-8', latin1('caf\xe9abcd'), 'caf\\xe9abcd'],
  ['a control', latin1('\x1b[31mabc'), '\\x1b[31mabc'],
  ['C1 as a byte', latin1('\x9b31mabcd'), '\\x9b31mabcd'],
  ['C1 in UTF-8', utf8('\u009b31mabc'), '\\u009b31mabc'],
  ['direction', utf8('\u202eabcde'), '\\u202eabcde'],
  ['a backslash', utf8('a\\x1bbcd'), 'a\\\\x1bbcd'],
  ['lines', utf8('ab\ncd\tef'), 'ab\\x0acd\\x09ef'],
];

/** The sample with these bytes for the name of `greeting`, and for that of the code at its entry. */
function elfWith(name: Buffer): string {
  const bytes = readFileSync(sample('sample.elf'));
  const at = bytes.indexOf('\0greeting\0') + 1;
  name.copy(bytes.fill(0, at, at + 8), at);
  // Of the seven symbols at 0x1030 `greeting` is the third and `_start` the last: st_name comes first.
  bytes.copy(bytes, 0x1030 + 6 * 24, 0x1030 + 2 * 24, 0x1030 + 2 * 24 + 4);
  writeFileSync(file('named.elf'), bytes);
  return file('named.elf');
}

const controls = /[^\P{Cc}\n\t]|\p{Bidi_Control}|\p{Cs}/u;

describe.each(names)('a name with %s', (_, bytes, shown) => {
  it('is shown by elf, found by disasm as shown, and exact in JSON', async () => {
    const path = elfWith(bytes);
    const { out } = await run('elf', '--symbols', path);
    expect(out).toContain(` ${shown}\n`);
    expect(out).not.toMatch(controls);
    const { out: code, status } = await run('disasm', path, '--symbol', shown);
    expect(status).toBe(0);
    expect(code).toContain(`<${shown}>:\n`);
    const { out: json } = await run('elf', '--symbols', '--json', path);
    expect(json).not.toMatch(controls);
    const { symbols } = JSON.parse(json) as { symbols: { name: string }[] };
    expect(symbols.at(-1)?.name).toBe(decodeText(bytes));
  });

  it('is shown of devicetrees, BOOTFS and boot images', async () => {
    const name = decodeText(bytes);
    const tree = { root: node('', { [name]: new Uint8Array() }, [node(name)]), reservations: [], bootCpu: 0 };
    writeFileSync(file('a.dtb'), writeFdt(tree));
    const { out: dts } = await run('fdt', file('a.dtb'));
    expect(dts).toBe(`/dts-v1/;\n\n/ {\n\t${shown};\n\n\t${shown} {\n\t};\n};\n`);
    expect(JSON.parse((await run('fdt', '--json', file('a.dtb'))).out).root.children[0].name).toBe(name);

    writeFileSync(file('a.bootfs'), writeBootfs([{ name, data: utf8('data') }]));
    const listed = await run('bootfs', 'list', file('a.bootfs'));
    expect(listed.out.endsWith(`  ${shown}\n`)).toBe(true);
    const extracted = await run('bootfs', 'extract', file('a.bootfs'), shown, '-o', file('out'));
    expect(extracted.status).toBe(0);
    expect(extracted.out).not.toMatch(controls);
    expect(readFileSync(join(file('out'), readdirSync(file('out'))[0]), 'utf8')).toBe('data');
    rmSync(file('out'), { recursive: true });

    writeFileSync(file('a.zbi'), writeZbi([{ type: zbiType.CMDLINE, payload: bytes }]));
    expect((await run('zbi', 'list', file('a.zbi'))).out.endsWith(` text ${shown}\n`)).toBe(true);
    const { items } = JSON.parse((await run('zbi', 'list', '--json', file('a.zbi'))).out);
    expect(items[0].fields.text).toBe(name);
  });
});

describe("a file's own name", () => {
  it('is shown so in messages and headings', async () => {
    const path = file('\x1b[31m\nred');
    writeFileSync(path, readFileSync(sample('sample.elf')));
    const shown = `${directory}/\\x1b[31m\\x0ared`;
    expect((await run('elf', path)).out).toMatch(/^\S+\/\\x1b\[31m\\x0ared: ELF 64-bit/);
    expect(await run('fdt', path)).toEqual({
      status: 2,
      out: '',
      error: `firstlight: ${shown}: at 0x0: expected devicetree magic 0xd00dfeed, found 0x7f454c46\n`,
    });
    expect((await run('elf', `${path}.none`)).error).toBe(
      `firstlight: ${shown}.none: no such file or directory\n`,
    );
  });
});
