/** `firstlight elf F`: an ELF file's headers, segments, sections and symbols. */
import {
  fileKind,
  fileTypeNames,
  machineAArch64,
  readElf,
  sectionFlagText,
  sectionTypeNames,
  segmentTypeNames,
  shownName,
  symbolBindingNames,
  symbolTypeNames,
  type Elf,
  type ElfSection,
  type ElfSegment,
  type ElfSymbol,
} from '../../images/index.js';
import { examples, type AddCommand } from '../command.js';
import { readInput } from '../files/index.js';
import { counted, hex, json, table } from '../format.js';
import { warn } from '../warnings.js';

interface Options {
  readonly json?: true;
  readonly symbols?: true;
}

export const addElf: AddCommand = (program, { out, error }) => {
  program
    .command('elf')
    .description("show a 64-bit ELF file's header, segments, sections and symbols")
    .argument('<file>', 'ELF file; - for the standard input')
    .option('--symbols', 'list the symbols too')
    .option('--json', 'print JSON')
    .addHelpText('after', examples('firstlight elf vmlinux', 'firstlight elf --symbols --json userboot.so'))
    .action((file: string, options: Options) => {
      const { name, bytes } = readInput(file, fileKind.elf);
      const elf = readElf(bytes, name);
      warn([...elf.segmentProblems, ...elf.problems], error);
      out(options.json ? elfJson(elf, options) : elfText(name, elf, options));
    });
};

const named = (names: Readonly<Record<number, string>>, value: number) => names[value] ?? hex(value);

function elfJson(
  { segments, sections, symbols, segmentProblems: _, problems: __, ...header }: Elf,
  options: Options,
): string {
  return json({
    ...header,
    type: named(fileTypeNames, header.type),
    segments: segments.map(({ data: _, dataOffset: __, ...segment }) => ({
      ...segment,
      type: named(segmentTypeNames, segment.type),
      flags: segmentFlags(segment),
    })),
    sections: sections.map(({ data: _, dataOffset: __, ...section }) => ({
      ...section,
      type: named(sectionTypeNames, section.type),
      flags: sectionFlagText(section.flags, header.osAbi),
    })),
    ...(options.symbols && { symbols: symbols.map(symbolJson) }),
  });
}

function symbolJson(symbol: ElfSymbol): object {
  return {
    ...symbol,
    type: named(symbolTypeNames, symbol.type),
    binding: named(symbolBindingNames, symbol.binding),
  };
}

function elfText(file: string, elf: Elf, options: Options): string {
  const machine = elf.machine === machineAArch64 ? 'AArch64' : `machine ${elf.machine}`;
  const kind = `${named(fileTypeNames, elf.type)}, ${machine}, entry ${hex(elf.entry)}`;
  return [
    `${file}: ELF 64-bit little-endian ${kind}\n`,
    `\nSegments\n${table([segmentHead, ...elf.segments.map(segmentRow)], '  ')}`,
    `\nSections\n${table([sectionHead, ...elf.sections.map((section) => sectionRow(section, elf.osAbi))], '  ')}`,
    options.symbols ? `\nSymbols\n${table([symbolHead, ...elf.symbols.map(symbolRow)], '  ')}` : '',
    options.symbols ? '' : `\n${counted(elf.symbols.length, 'symbol')} (--symbols lists them)\n`,
  ].join('');
}

const segmentHead = ['type', 'flags', 'offset', 'virtual', 'physical', 'file size', 'memory size', 'align'];

function segmentRow(segment: ElfSegment): string[] {
  return [
    named(segmentTypeNames, segment.type),
    segmentFlags(segment),
    hex(segment.offset),
    hex(segment.virtualAddress),
    hex(segment.physicalAddress),
    hex(segment.fileSize),
    hex(segment.memorySize),
    hex(segment.alignment),
  ];
}

function segmentFlags({ flags }: Pick<ElfSegment, 'flags'>): string {
  return [...'RWE'].map((letter, index) => (flags & (4 >> index) ? letter : '-')).join('');
}

const sectionHead = ['index', 'name', 'type', 'flags', 'address', 'offset', 'size', 'link', 'info', 'align'];

function sectionRow(section: ElfSection, osAbi: number): string[] {
  return [
    String(section.index),
    shownName(section.name),
    named(sectionTypeNames, section.type),
    sectionFlagText(section.flags, osAbi),
    hex(section.address),
    hex(section.offset),
    hex(section.size),
    String(section.link),
    String(section.info),
    String(section.alignment),
  ];
}

const symbolHead = ['value', 'size', 'type', 'binding', 'section', 'name'];

function symbolRow(symbol: ElfSymbol): string[] {
  const places: Readonly<Record<number, string>> = { 0: 'undefined', 0xfff1: 'absolute', 0xfff2: 'common' };
  return [
    hex(symbol.value, 16),
    String(symbol.size),
    named(symbolTypeNames, symbol.type),
    named(symbolBindingNames, symbol.binding),
    places[symbol.section] ?? String(symbol.section),
    shownName(symbol.name),
  ];
}
