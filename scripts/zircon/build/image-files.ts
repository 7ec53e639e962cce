/** What the guest's build leaves in the repository: images as files, and modules with what is known of them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hiddenCalls, type SyscallName } from '../../../src/zircon/abi/numbers.js';
import { callSites, writeBootfs, writeZbi, zbiType, type Rodso } from '../../../src/images/index.js';
import { root } from '../abi.js';
import type { GeneratedFile } from '../generated-file.js';

const banner = '// Built by `npm run guest` from guest/; do not edit.\n';
/** Where the kernel has them. */
const images = 'src/zircon/images';
const hex = (value: number): string => `0x${value.toString(16)}`;

/** Base64 as one string, in lines of a bearable length. */
function base64(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString('base64')
      .match(/.{1,100}/g) ?? [];
  return `'\\\n${lines.map((line) => `${line}\\\n`).join('')}'`;
}

const common = ({ soname, buildId, codeStart, codeEnd }: Rodso): string => `  soname: '${soname}',
  buildId: '${buildId}',
  codeStart: ${hex(codeStart)},
  codeEnd: ${hex(codeEnd)},
`;

function symbolNamed({ symbols }: Rodso, name: string): { value: number; size: number } {
  const symbol = symbols.find((candidate) => candidate.name === name);
  if (symbol === undefined) throw new Error(`expected a symbol ${name} in the vDSO`);
  return { value: Number(symbol.value), size: Number(symbol.size) };
}

/** What hiding a call takes: its code, and its entries in the dynamic symbol table. */
function hiddenCall(rodso: Rodso, name: SyscallName): string {
  const { value, size } = symbolNamed(rodso, `_zx_${name}`);
  const entries = rodso.dynamicSymbols
    .filter((symbol) => symbol.name === `zx_${name}` || symbol.name === `_zx_${name}`)
    .map(({ entry }) => hex(entry));
  return `{ name: '${name}', code: ${hex(value)}, size: ${size}, symbols: [${entries.join(', ')}] }`;
}

export function vdsoModule(rodso: Rodso): GeneratedFile {
  const sites = callSites(rodso).map(
    ({ entry, offsets }) => `    ${entry}: [${offsets.map(hex).join(', ')}],\n`,
  );
  const hidden = (variant: 'test1' | 'test2'): string =>
    `    ${variant}: [${hiddenCalls[variant].map((name) => hiddenCall(rodso, name)).join(', ')}],\n`;
  const content = `${banner}
import type { VdsoImage } from './image.js';

// prettier-ignore
export const vdso: VdsoImage = {
${common(rodso)}  constants: ${hex(symbolNamed(rodso, 'vdso_constants').value)},
  callSites: {
${sites.join('')}  },
  hidden: {
${hidden('test1')}${hidden('test2')}  },
};
`;
  return { path: `${images}/vdso.ts`, content };
}

export function userbootModule(rodso: Rodso): GeneratedFile {
  const content = `${banner}
import type { UserbootImage } from './image.js';

// prettier-ignore
export const userboot: UserbootImage = {
${common(rodso)}  entry: ${hex(rodso.entry)},
  entrySize: ${hex(rodso.entrySize ?? 0)},
};
`;
  return { path: `${images}/userboot.ts`, content };
}

/** An image that the kernel carries, and its name. */
export interface EmbeddedImage {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The built-in boot image: a ZBI whose only item is a compressed BOOTFS with the programs. */
export function bootImage(programs: readonly { path: string; bytes: Uint8Array }[]): EmbeddedImage {
  const payload = writeBootfs(programs.map(({ path, bytes }) => ({ name: path, data: bytes })));
  const bytes = writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload, compress: 'linked' }]);
  return { name: 'boot-image.zbi', bytes };
}

/** What `manifest.json` says of each image. */
interface Described {
  readonly size: number;
  readonly sha256: string;
}

const described = ({ bytes }: EmbeddedImage): Described => ({
  size: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
});

/** The images as files, and the manifest, which keeps what it says of images that are not among them. */
export function imageFiles(
  compiler: string,
  embedded: readonly EmbeddedImage[],
): GeneratedFile<string | Uint8Array>[] {
  const manifest = `${images}/manifest.json`;
  const at = join(root, manifest);
  const known = existsSync(at) ? (JSON.parse(readFileSync(at, 'utf8')) as { images: object }).images : {};
  const all = { ...known, ...Object.fromEntries(embedded.map((image) => [image.name, described(image)])) };
  return [
    ...embedded.map(({ name, bytes }) => ({ path: `${images}/${name}`, content: bytes })),
    { path: manifest, content: `${JSON.stringify({ compiler, images: all }, null, 2)}\n` },
  ];
}

/** One module a program, and the table of them by path in BOOTFS, in a folder. */
export function programModules(
  folder: string,
  programs: readonly { path: string; bytes: Uint8Array }[],
): GeneratedFile[] {
  const name = (path: string): string =>
    path.replace(/[^a-zA-Z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase());
  const file = (path: string): string => path.replace(/[^a-zA-Z0-9]+/g, '-');
  const modules = programs.map(({ path, bytes }) => ({
    path: `${folder}/${file(path)}.ts`,
    content: `${banner}\n// prettier-ignore\nexport const ${name(path)} = ${base64(bytes)};\n`,
  }));
  const table = {
    path: `${folder}/index.ts`,
    content: `${banner}
${programs.map(({ path }) => `import { ${name(path)} } from './${file(path)}.js';\n`).join('')}
/** The programs in base64, by their paths in BOOTFS. */
// prettier-ignore
export const programs: Readonly<Record<string, string>> = {
${programs.map(({ path }) => `  '${path}': ${name(path)},\n`).join('')}};
`,
  };
  return [...modules, table];
}
