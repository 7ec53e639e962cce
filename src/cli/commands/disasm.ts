/** `firstlight disasm F` and `firstlight disasm --words ...`: A64 instructions as text. */
import { InvalidArgumentError } from 'commander';
import {
  elfNames,
  ImageError,
  isElf,
  isMappingSymbol,
  kernelKind,
  machineAArch64,
  nameShownAs,
  readElf,
  readKallsyms,
  readKernel,
  sectionFlag,
  shownName,
  SymbolTable,
  type AddressName,
  type Arm64Image,
  type Elf,
  type ElfSection,
} from '../../images/index.js';
import { examples, UsageError, type AddCommand, type Shell } from '../command.js';
import {
  disassembleRange,
  lineJson,
  lineText,
  type CodeRange,
  type DisassemblyLine,
} from '../disassembly.js';
import { inputName, readInput, type Input } from '../files/index.js';
import { hex } from '../format.js';
import { warn } from '../warnings.js';

interface Options {
  readonly words?: readonly string[];
  readonly base?: bigint;
  readonly section?: string;
  readonly start?: bigint;
  readonly stop?: bigint;
  readonly symbol?: string;
  readonly json?: true;
}

export const addDisasm: AddCommand = (program, shell) => {
  program
    .command('disasm')
    .description('show A64 instructions as text, laid out as llvm-objdump -d does')
    .argument('[file]', 'ELF file, arm64 Image (raw or gzip) or raw code; - for the standard input')
    .option('--words <hex...>', 'instruction words in hexadecimal, instead of a file')
    .option(
      '--base <address>',
      'address of the first byte of a raw file, an Image or the words (default: where an Image is linked, else 0)',
      number,
    )
    .option('--section <name>', 'only this section of an ELF file (default: all executable ones)')
    .option('--symbol <name>', 'only the function of this name, as firstlight elf shows it')
    .option('--start <address>', 'leave out what is before this address', number)
    .option('--stop <address>', 'leave out what is at or after this address', number)
    .option('--json', 'print a JSON array, one object for each instruction')
    .addHelpText(
      'after',
      examples(
        'firstlight disasm --words d503201f 14000001 --base 0x40080000',
        'firstlight disasm vmlinux --symbol start_kernel',
        'firstlight disasm Image --symbol primary_entry',
        'firstlight disasm code.bin --base 0x40080000 --stop 0x40080040',
      ),
    )
    .action(async (file: string | undefined, options: Options) => {
      if ((file === undefined) === (options.words === undefined)) {
        throw new UsageError('expected either a file or --words');
      }
      const ranges =
        file === undefined
          ? [wordsRange(options)]
          : fileRanges(readInput(file, kernelKind()), options, shell);
      await print(
        ranges.flatMap((range) => narrowed(range, options)),
        file && inputName(file),
        options,
        shell,
      );
    });
};

function number(text: string): bigint {
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(text) || BigInt(text) >= 2n ** 64n)
    throw new InvalidArgumentError('expected a number below 2^64, such as 0x40080000.');
  return BigInt(text);
}

/** In a relocatable file (`ET_REL`) every section starts at 0: an address means nothing outside its own. */
const relocatable = 1;

const noSymbols = new SymbolTable([]);

function wordsRange({ words = [], base = 0n, section }: Options): CodeRange {
  if (section !== undefined) throw new UsageError('--section does not go with --words');
  const values = words.flatMap((text) => text.split(/[\s,]+/)).filter((text) => text !== '');
  const bytes = new Uint8Array(4 * values.length);
  values.forEach((text, index) => {
    if (!/^(0x)?[0-9a-f]{1,8}$/i.test(text)) {
      throw new UsageError(`expected a word of up to 8 hexadecimal digits, found '${text}'`);
    }
    new DataView(bytes.buffer).setUint32(4 * index, Number.parseInt(text, 16), true);
  });
  return { address: base, bytes, symbols: noSymbols, targets: noSymbols, data: [] };
}

function fileRanges({ name: file, bytes: input }: Input, options: Options, shell: Shell): CodeRange[] {
  if (isElf(input)) return elfRanges(file, readElf(input, file), options, shell);
  if (options.section !== undefined) throw new UsageError(`${file} is no ELF file and has no sections`);
  const kernel = readKernel(input, file);
  if (kernel.format === 'elf') return elfRanges(file, kernel.elf, options, shell);
  if (kernel.format === 'image') return [imageRange(kernel.image, options)];
  return [
    { address: options.base ?? 0n, bytes: kernel.bytes, symbols: noSymbols, targets: noSymbols, data: [] },
  ];
}

/** A whole kernel, with the symbols that it carries, where it is linked or moved to `--base`. */
function imageRange({ bytes }: Arm64Image, { base }: Options): CodeRange {
  const found = readKallsyms(bytes);
  const address = base ?? found?.linkAddress ?? 0n;
  const moved = (found?.symbols ?? []).map(({ address: linked, name }) => ({
    address: linked - (found?.linkAddress ?? 0n) + address,
    name,
  }));
  const symbols = new SymbolTable(moved);
  return { address, bytes, symbols, targets: symbols, data: [] };
}

function elfRanges(
  file: string,
  elf: Elf,
  { section: wanted, base }: Options,
  { error }: Shell,
): CodeRange[] {
  warn([...elf.segmentProblems, ...elf.problems], error);
  if (base !== undefined) throw new UsageError(`${file} is an ELF file and says its own addresses`);
  if (elf.machine !== machineAArch64) {
    throw new ImageError(file, 18, `expected ELF machine 183 (AArch64), found ${elf.machine}`);
  }
  const executable = BigInt(sectionFlag.execute);
  const sections = elf.sections.filter(({ name, flags, data }) =>
    wanted === undefined
      ? (flags & executable) !== 0n && data.length > 0
      : name === nameShownAs(wanted) || name === wanted,
  );
  if (wanted !== undefined && sections.length === 0) throw new UsageError(`${file} has no section ${wanted}`);
  const everywhere = new SymbolTable(withSectionNames(elfNames(elf), elf.sections));
  return sections.map((section) => {
    const { index, name, address, data: bytes } = section;
    const symbols = new SymbolTable(withSectionNames(elfNames(elf, index), [section]));
    const title = `Disassembly of section ${shownName(name)}:`;
    const targets = elf.type === relocatable ? symbols : everywhere;
    return { title, address, bytes, symbols, targets, data: dataMarks(elf, index) };
  });
}

/** Where no symbol begins at a section's start, the section's name stands there. */
function withSectionNames(names: AddressName[], sections: readonly ElfSection[]): AddressName[] {
  const named = new Set(names.map(({ address }) => address));
  const inMemory = sections.filter(({ flags }) => (flags & BigInt(sectionFlag.alloc)) !== 0n);
  const starts = inMemory.filter(({ address }) => !named.has(address));
  return [...names, ...starts.map(({ address, name }) => ({ address, name }))];
}

/** Where mapping symbols say that data (`$d`) and code (`$x`) begin. */
function dataMarks(elf: Elf, section: number): CodeRange['data'] {
  return elf.symbols
    .filter((symbol) => symbol.section === section && isMappingSymbol(symbol))
    .map(({ value, name }) => ({ address: value, isData: name[1] === 'd' }))
    .sort((a, b) => (a.address < b.address ? -1 : Number(a.address > b.address)));
}

/** What `--symbol`, `--start` and `--stop` leave of a run. */
function narrowed(range: CodeRange, { symbol, start, stop }: Options): CodeRange[] {
  let from = range.address;
  let to = range.address + BigInt(range.bytes.length);
  if (start !== undefined && stop !== undefined && start >= stop) {
    throw new UsageError(`expected --start below --stop, found ${hex(start)} and ${hex(stop)}`);
  }
  if (symbol !== undefined) {
    const at = range.symbols.addressOf(nameShownAs(symbol)) ?? range.symbols.addressOf(symbol);
    if (at === undefined) return [];
    const next = range.symbols.after(at)?.address;
    from = at;
    if (next !== undefined && next < to) to = next;
  }
  if (start !== undefined && start > from) from = start;
  if (stop !== undefined && stop < to) to = stop;
  if (from >= to) return [];
  const bytes = range.bytes.subarray(Number(from - range.address), Number(to - range.address));
  return [{ ...range, address: from, bytes }];
}

/** Lines between which a closed pipe is noticed. */
const batch = 1024;

async function print(
  ranges: readonly CodeRange[],
  file: string | undefined,
  options: Options,
  { out, backlog }: Shell,
) {
  if (ranges.length === 0 && options.symbol !== undefined) {
    throw new UsageError(`${file ?? '--words'} has no code named ${options.symbol}`);
  }
  const lines: string[] = [];
  let separator = '[\n';
  const flush = async () => {
    out(lines.splice(0).join(''));
    await new Promise((resolve) => setImmediate(resolve));
    await backlog?.();
  };
  const push = (line: DisassemblyLine) => {
    lines.push(options.json ? `${separator}${lineJson(line)}` : lineText(line));
    separator = ',\n';
  };
  for (const range of ranges) {
    if (range.title !== undefined && !options.json) lines.push(`\n${range.title}\n`);
    for (const line of disassembleRange(range)) {
      push(line);
      if (lines.length >= batch) await flush();
    }
  }
  if (options.json) lines.push(separator === '[\n' ? '[]\n' : '\n]\n');
  await flush();
}
