/** `firstlight bootfs create|list|extract`: the file system of Zircon's first files. */
import type { Command } from 'commander';
import { dirname, join } from 'node:path';
import {
  fileKind,
  ImageError,
  isLz4,
  isZbi,
  nameShownAs,
  printable,
  readBootfs,
  readLz4,
  readZbi,
  shownName,
  writeBootfs,
  zbiContent,
  zbiType,
  type BootfsFile,
} from '../../images/index.js';
import { examples, type AddCommand, type Shell } from '../command.js';
import { makeDirectory, readInput, writeOutput } from '../files/index.js';
import { counted, hex, json, size, table } from '../format.js';
import { fileEntry } from '../image-options.js';

export const addBootfs: AddCommand = (program, shell) => {
  const bootfs = program
    .command('bootfs')
    .description("make, list and unpack BOOTFS images, the file system of Zircon's first files")
    .addHelpText('after', examples('firstlight bootfs list boot.zbi', 'firstlight bootfs help create'));
  addCreate(bootfs);
  addList(bootfs, shell);
  addExtract(bootfs, shell);
};

function addCreate(bootfs: Command): void {
  bootfs
    .command('create')
    .description('write an image with the files given, in their order')
    .argument('<output>', 'image to write')
    .argument('[path=file...]', 'path in the image, and the file that goes there')
    .addHelpText(
      'after',
      examples('firstlight bootfs create boot.bootfs bin/hello=hello lib/ld.so.1=ld.so.1'),
    )
    .action((output: string, entries: string[]) =>
      writeOutput(output, writeBootfs(entries.map(fileEntry), output)),
    );
}

/** The image in a file: as it is, in an LZ4 frame, or the first one of a boot image. */
function readFiles(path: string): { name: string; files: BootfsFile[] } {
  const { name, bytes } = readInput(path, fileKind.bootfs);
  if (isLz4(bytes)) return { name, files: readBootfs(readLz4(bytes, name), name) };
  if (!isZbi(bytes)) return { name, files: readBootfs(bytes, name) };
  const item = readZbi(bytes, name).items.find(({ type }) => type === zbiType.STORAGE_BOOTFS);
  if (item === undefined) throw new ImageError(name, undefined, 'expected a STORAGE_BOOTFS item, found none');
  return { name, files: readBootfs(zbiContent(item, name), `${name}: BOOTFS`) };
}

function addList(bootfs: Command, { out }: Shell): void {
  bootfs
    .command('list')
    .description('list the files of an image, raw, in an LZ4 frame or in a boot image')
    .argument('<file>', 'BOOTFS or boot image; - for the standard input')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'firstlight bootfs list boot.bootfs',
        'firstlight bootfs list --json boot.zbi | jq .files[].name',
      ),
    )
    .action((path: string, options: { json?: true }) => {
      const { name: file, files: found } = readFiles(path);
      const files = found.map(({ name, offset, data }) => ({ name, offset, size: data.length }));
      const total = files.reduce((sum, entry) => sum + entry.size, 0);
      const rows = files.map((entry) => [hex(entry.offset, 8), String(entry.size), shownName(entry.name)]);
      const text = `${file}: BOOTFS, ${counted(files.length, 'file')}, ${size(total)}\n`;
      out(options.json ? json({ files }) : text + table([['offset', 'size', 'name'], ...rows], '  '));
    });
}

/** A name that is no UTF-8 is written as it is shown: Node writes no other. */
const fileName = (name: string): string => (/\p{Cs}/u.test(name) ? shownName(name) : name);

function addExtract(bootfs: Command, { out }: Shell): void {
  bootfs
    .command('extract')
    .description('write the files of an image below a directory')
    .argument('<file>', 'BOOTFS or boot image; - for the standard input')
    .argument('[name...]', 'only these files')
    .option('-o, --output <directory>', 'where to write', '.')
    .addHelpText(
      'after',
      examples('firstlight bootfs extract boot.zbi -o boot', 'firstlight bootfs extract boot.zbi bin/hello'),
    )
    .action((path: string, names: string[], { output }: { output: string }) => {
      const { name: file, files } = readFiles(path);
      const isMeant = (shown: string, name: string) => name === nameShownAs(shown) || name === shown;
      const missing = names.find((shown) => !files.some(({ name }) => isMeant(shown, name)));
      if (missing !== undefined)
        throw new ImageError(file, undefined, `expected a file ${missing}, found none`);
      const wanted = files.filter(
        ({ name }) => names.length === 0 || names.some((shown) => isMeant(shown, name)),
      );
      const outside = wanted.find(({ name }) =>
        name.split('/').some((part) => ['', '.', '..'].includes(part)),
      );
      if (outside !== undefined) {
        const found = `found ${outside.name}`;
        throw new ImageError(file, undefined, `expected a name that stays in the directory, ${found}`);
      }
      for (const { name, data } of wanted) {
        const path = join(output, fileName(name));
        makeDirectory(dirname(path));
        writeOutput(path, data);
        out(`${printable(path)}\n`);
      }
    });
}
