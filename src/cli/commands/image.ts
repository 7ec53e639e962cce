/** `firstlight image F`: an arm64 kernel `Image`'s header, and the symbols that a Linux kernel carries. */
import {
  fileKind,
  readArm64Image,
  readKallsyms,
  systemMapText,
  type Arm64Image,
} from '../../images/index.js';
import { examples, UsageError, type AddCommand } from '../command.js';
import { readInput } from '../files/index.js';
import { hex, json, size, table } from '../format.js';

interface Options {
  readonly json?: true;
  readonly symbols?: true;
}

export const addImage: AddCommand = (program, { out }) => {
  program
    .command('image')
    .description("show an arm64 kernel Image's header (raw or gzip)")
    .argument('<file>', 'Image, vmlinuz or Image.gz; - for the standard input')
    .option('--symbols', 'print the symbols that a Linux kernel carries, as in System.map')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      examples(
        'firstlight image Image',
        'firstlight image --json vmlinuz | jq .imageSize',
        'firstlight image --symbols Image > System.map',
      ),
    )
    .action((file: string, options: Options) => {
      const { name, bytes } = readInput(file, fileKind.image);
      const image = readArm64Image(bytes, name);
      if (options.symbols) out(symbolsText(name, image, options));
      else out(options.json ? imageJson(image) : imageText(name, image));
    });
};

function imageJson({ bytes, ...fields }: Arm64Image): string {
  return json({ ...fields, pageSize: fields.pageSize ?? null, size: bytes.length });
}

function imageText(file: string, image: Arm64Image): string {
  const pages = image.pageSize === undefined ? 'page size not stated' : `${image.pageSize / 1024} KiB pages`;
  const placement = image.anywhere ? 'base anywhere in memory' : 'base near the start of RAM';
  const imageSize = image.imageSize === 0n ? 'not stated (before 3.17)' : size(image.imageSize);
  const rows = [
    ['file', `${size(image.bytes.length)}${image.compressed ? ' after gunzip' : ''}`],
    ['code0', hex(image.code0, 8)],
    ['code1', hex(image.code1, 8)],
    ['text_offset', hex(image.textOffset)],
    ['image_size', `${hex(image.imageSize)}: ${imageSize}`],
    ['flags', `${hex(image.flags)}: ${image.endianness}-endian, ${pages}, ${placement}`],
    ['reserved', image.reserved.map((value) => hex(value)).join(' ')],
    ['PE header', image.peOffset === 0 ? 'none' : `at ${hex(image.peOffset)}`],
  ];
  return `${file}: arm64 kernel Image\n${table(rows, '  ')}`;
}

function symbolsText(file: string, image: Arm64Image, options: Options): string {
  const found = readKallsyms(image.bytes);
  if (found === undefined) throw new UsageError(`${file}: expected a kernel with a symbol table, found none`);
  return options.json ? json(found) : systemMapText(found);
}
