/** `firstlight zbi create|list|extract|verify`: Zircon boot images. */
import type { Command } from 'commander';
import { join } from 'node:path';
import {
  checkZbiItem,
  commandLinePayload,
  cpuPayload,
  fileKind,
  holdsBootfs,
  ImageError,
  isStorage,
  memoryPayload,
  printable,
  readBootfs,
  readZbi,
  shownName,
  verifyZbi,
  writeBootfs,
  writeZbi,
  zbiContent,
  zbiFields,
  zbiFlag,
  zbiType,
  zbiTypeName,
  type Zbi,
  type ZbiInput,
  type ZbiItem,
} from '../../images/index.js';
import { examples, UsageError, type AddCommand, type Shell } from '../command.js';
import { exitStatus } from '../exit-status.js';
import { makeDirectory, readInput, writeOutput } from '../files/index.js';
import { counted, hex, json, jsonText, size, table } from '../format.js';
import { collect, fileEntry, itemEntry, memoryRange, clusterSizes } from '../image-options.js';

interface CreateOptions {
  readonly zbi?: string[];
  readonly kernel?: string;
  readonly bootfs?: string;
  readonly add?: string[];
  readonly ramdisk?: string[];
  readonly cmdline?: string[];
  readonly memory?: string[];
  readonly cpus?: string;
  readonly item?: string[];
  readonly compress: boolean;
}

export const addZbi: AddCommand = (program, shell) => {
  const zbi = program
    .command('zbi')
    .description('make, list, unpack and check Zircon boot images')
    .addHelpText('after', examples('firstlight zbi list boot.zbi', 'firstlight zbi help create'));
  addCreate(zbi);
  addList(zbi, shell);
  addExtract(zbi, shell);
  addVerify(zbi, shell);
};

function addCreate(zbi: Command): void {
  zbi
    .command('create')
    .description('write a boot image: the items of other images, then those that the options make')
    .argument('<output>', 'boot image to write')
    .option('--zbi <file>', 'take all items of this boot image (repeatable)', collect)
    .option('--kernel <file>', 'arm64 kernel item: entry point, memory to reserve, code')
    .option('--bootfs <file>', 'BOOTFS image')
    .option('--add <path=file>', 'make a BOOTFS with this file in it (repeatable)', collect)
    .option('--ramdisk <file>', 'RAM disk (repeatable)', collect)
    .option('--cmdline <text>', 'piece of the kernel command line (repeatable)', collect)
    .option('--memory <base:length[:type]>', 'memory range; type ram, peripheral or reserved', collect)
    .option('--cpus <n[,n...]>', 'CPUs of each cluster')
    .option('--item <type[:extra]=file>', 'item of any type, by name or number (repeatable)', collect)
    .option('--no-compress', 'store RAM disks as they are')
    .addHelpText(
      'after',
      examples(
        'firstlight zbi create boot.zbi --add bin/hello=hello --cmdline userboot.next=bin/hello',
        'firstlight zbi create all.zbi --zbi kernel.zbi --bootfs boot.bootfs --memory 0x40000000:1G --cpus 4',
        'firstlight zbi create disk.zbi --ramdisk disk.img --item nvram=nvram.bin',
      ),
    )
    .action((output: string, options: CreateOptions) => writeOutput(output, writeZbi(createItems(options))));
}

function createItems(options: CreateOptions): ZbiInput[] {
  const { compress, zbi = [], add = [], ramdisk = [], cmdline = [], memory = [], item = [] } = options;
  const items: ZbiInput[] = zbi.flatMap((path) => readImage(path).image.items.map(sameItem));
  const put = (type: number, payload: Uint8Array) =>
    items.push({ type, payload, compress: compress && isStorage(type) });
  if (options.kernel !== undefined) put(zbiType.KERNEL_ARM64, contentOf(options.kernel));
  if (options.bootfs !== undefined) put(zbiType.STORAGE_BOOTFS, bootfsFile(options.bootfs));
  if (add.length > 0) put(zbiType.STORAGE_BOOTFS, writeBootfs(add.map(fileEntry), '--add'));
  for (const file of ramdisk) put(zbiType.STORAGE_RAMDISK, contentOf(file));
  for (const text of cmdline) put(zbiType.CMDLINE, commandLinePayload(text));
  if (memory.length > 0) put(zbiType.MEM_CONFIG, memoryPayload(memory.map(memoryRange)));
  if (options.cpus !== undefined) put(zbiType.CPU_CONFIG, cpuPayload(clusterSizes(options.cpus)));
  for (const text of item) {
    const { type, extra, file } = itemEntry(text);
    items.push({ type, extra, payload: contentOf(file), compress: compress && isStorage(type) });
  }
  return items;
}

/** An item of another image, its payload as stored. */
function sameItem({ type, extra, payload, flags }: ZbiItem): ZbiInput {
  return { type, extra, payload, flags: flags & ~(zbiFlag.version | zbiFlag.crc32) };
}

const contentOf = (path: string): Uint8Array => readInput(path, fileKind.content).bytes;

function readImage(path: string): { file: string; image: Zbi } {
  const { name, bytes } = readInput(path, fileKind.zbi);
  return { file: name, image: readZbi(bytes, name) };
}

function bootfsFile(path: string): Uint8Array {
  const { name, bytes } = readInput(path, fileKind.bootfs);
  readBootfs(bytes, name);
  return bytes;
}

function addList(zbi: Command, { out }: Shell): void {
  zbi
    .command('list')
    .description('list the items, with what they say')
    .argument('<file>', 'boot image; - for the standard input')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples('firstlight zbi list boot.zbi', 'firstlight zbi list --json boot.zbi | jq .items[].type'),
    )
    .action((path: string, options: { json?: true }) => {
      const { file, image } = readImage(path);
      const items = image.items.map((item) => describe(item, file));
      out(options.json ? json({ size: image.size, items }) : listText(file, image.size, items));
    });
}

interface Description {
  readonly offset: number;
  readonly type: string;
  readonly length: number;
  readonly extra: number;
  readonly flags: number;
  readonly crc32: string;
  readonly compressed: boolean;
  /** Absent where the payload could not be read. */
  readonly fields?: object;
  readonly files?: readonly { name: string; offset: number; size: number }[];
  readonly problem?: string;
}

/** A list shows bad items too; what is wrong with one stands beside it. */
function describe(item: ZbiItem, file: string): Description {
  const { offset, extra, flags, payload } = item;
  const known = {
    offset,
    type: zbiTypeName(item.type),
    length: payload.length,
    extra,
    flags,
    crc32: flags & zbiFlag.crc32 ? hex(item.crc32, 8) : 'none',
    compressed: isStorage(item.type) && (flags & zbiFlag.compressed) !== 0,
  };
  try {
    checkZbiItem(item, file);
    const files = holdsBootfs(item.type) ? bootfsFiles(zbiContent(item, file), file) : undefined;
    return { ...known, fields: zbiFields(item, file), ...(files && { files }) };
  } catch (error) {
    if (error instanceof ImageError) return { ...known, problem: error.message };
    throw error;
  }
}

const bootfsFiles = (image: Uint8Array, file: string): Description['files'] =>
  readBootfs(image, file).map(({ name, offset, data }) => ({ name, offset, size: data.length }));

function listText(file: string, bytes: number, items: readonly Description[]): string {
  const rows = items.map((item) => [hex(item.offset, 8), item.type, String(item.length), note(item)]);
  return `${file}: boot image, ${size(bytes)}\n${table([['offset', 'type', 'length', 'contents'], ...rows], '  ')}`;
}

function note(item: Description): string {
  if (item.problem !== undefined) return `bad: ${item.problem}`;
  const parts = item.compressed ? [`LZ4 of ${item.extra} bytes`] : [];
  if (item.files) parts.push(counted(item.files.length, 'file'));
  for (const [name, value] of Object.entries(item.fields ?? {})) parts.push(`${name} ${fieldText(value)}`);
  return parts.join(', ');
}

function fieldText(value: unknown): string {
  if (typeof value === 'bigint') return hex(value);
  if (typeof value === 'string') return shownName(value);
  return jsonText(value, 1).replace(/\s+/g, ' ');
}

interface ExtractOptions {
  readonly output: string;
  readonly raw?: true;
}

function addExtract(zbi: Command, { out }: Shell): void {
  zbi
    .command('extract')
    .description('write every item to a file of its own, NNN.TYPE.bin, .txt or .dtb')
    .argument('<file>', 'boot image; - for the standard input')
    .argument('[number...]', 'only these items, counted from 0')
    .option('-o, --output <directory>', 'where to write', '.')
    .option('--raw', 'leave compressed payloads compressed')
    .addHelpText(
      'after',
      examples('firstlight zbi extract boot.zbi -o parts', 'firstlight zbi extract boot.zbi 0 --raw'),
    )
    .action((path: string, numbers: string[], options: ExtractOptions) => {
      const { file, image } = readImage(path);
      const { items } = image;
      const missing = numbers.find((text) => !/^\d+$/.test(text) || Number(text) >= items.length);
      if (missing !== undefined)
        throw new UsageError(`expected numbers below ${items.length}, as ${file} has it, found '${missing}'`);
      const files = new Map<string, Uint8Array>();
      items.forEach((item, index) => {
        if (numbers.length > 0 && !numbers.some((number) => Number(number) === index)) return;
        const content = options.raw ? item.payload : zbiContent(item, file);
        files.set(join(options.output, itemFileName(item, index)), content);
      });
      makeDirectory(options.output);
      for (const [path, content] of files) {
        writeOutput(path, content);
        out(`${printable(path)}\n`);
      }
    });
}

const extensions: Readonly<Record<number, string>> = {
  [zbiType.CMDLINE]: 'txt',
  [zbiType.CRASHLOG]: 'txt',
  [zbiType.IMAGE_ARGS]: 'txt',
  [zbiType.SERIAL_NUMBER]: 'txt',
  [zbiType.DEVICETREE]: 'dtb',
};

function itemFileName({ type }: ZbiItem, index: number): string {
  return `${String(index).padStart(3, '0')}.${zbiTypeName(type)}.${extensions[type] ?? 'bin'}`;
}

function addVerify(zbi: Command, { out, exit }: Shell): void {
  zbi
    .command('verify')
    .description('check every header, CRC-32, LZ4 frame, BOOTFS and payload')
    .argument('<file>', 'boot image; - for the standard input')
    .option('--json', 'print JSON, of an image that is not sound as well')
    .addHelpText(
      'after',
      examples('firstlight zbi verify boot.zbi', 'firstlight zbi verify --json boot.zbi | jq .sound'),
    )
    .action((path: string, options: { json?: true }) => {
      const { name: file, bytes } = readInput(path, fileKind.zbi);
      try {
        const image = readZbi(bytes, file);
        const completeness = verifyZbi(image, file);
        const items = image.items.length;
        out(
          options.json
            ? json({ sound: true, completeness, items })
            : `${file}: sound ${completeness} boot image, ${counted(items, 'item')}\n`,
        );
      } catch (error) {
        if (!options.json || !(error instanceof ImageError)) throw error;
        out(json({ sound: false, problem: error.message }));
        exit(exitStatus.wrong);
      }
    });
}
