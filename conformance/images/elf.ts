/** Segments, sections and symbols of large ELF files, against binutils' readelf. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  readElf,
  sectionFlagText,
  sectionTypeNames,
  segmentTypeNames,
  symbolBindingNames,
  symbolTypeNames,
  type Elf,
} from '../../src/images/index.js';
import { compareLines, outputOf, type ImageComparison } from './comparison.js';

/** A row of numbers and names: numbers of the patterns' hexadecimal groups lose their leading zeros. */
function rows(text: string, pattern: RegExp, row: (groups: Record<string, string>) => string): string[] {
  return Array.from(text.matchAll(pattern), (match) => row(match.groups ?? {}));
}

const plain = (hexadecimal: string) => BigInt(`0x${hexadecimal}`).toString(16);

const segmentPattern =
  /^ {2}(?<type>[A-Z_]+) +0x(?<offset>\w+) 0x(?<va>\w+) 0x(?<pa>\w+) 0x(?<size>\w+) 0x(?<memory>\w+) (?<flags>[R ][W ][E ]) (?:0x)?(?<align>\w+)$/gm;

function segments(file: string, elf: Elf): ImageComparison {
  const text = outputOf('readelf', ['-Wl', file]).toString('latin1');
  const theirs = rows(text, segmentPattern, (g) =>
    [g.type, g.flags, ...[g.offset, g.va, g.pa, g.size, g.memory, g.align].map(plain)].join(' '),
  );
  const ours = elf.segments.map((s) => {
    const flags = [...'RWE'].map((letter, index) => (s.flags & (4 >> index) ? letter : ' ')).join('');
    const numbers = [s.offset, s.virtualAddress, s.physicalAddress, s.fileSize, s.memorySize, s.alignment];
    return [segmentTypeNames[s.type], flags, ...numbers.map((value) => value.toString(16))].join(' ');
  });
  return compareLines(`segments of ${file}, readelf`, theirs, ours);
}

const sectionPattern =
  /^ {2}\[ *(?<index>\d+)\] (?<name>\S*) +(?<type>[A-Z_<>: 0-9a-f]+?) +(?<address>[0-9a-f]{16}) (?<offset>\w+) (?<size>\w+) (?<entry>\w+) +(?<flags>[A-Zxolp]*) +(?<link>\d+) +(?<info>\d+) +(?<align>\d+)$/gm;

function sectionLines(file: string, elf: Elf): { theirs: string[]; ours: string[] } {
  const text = outputOf('readelf', ['-WS', file]).toString('latin1');
  const theirs = rows(text, sectionPattern, (g) =>
    [
      g.index,
      g.name,
      g.type,
      ...[g.address, g.offset, g.size, g.entry].map(plain),
      ...[g.flags, g.link, g.info, g.align],
    ].join(' '),
  );
  const ours = elf.sections.map((s) => {
    const numbers = [s.address, s.offset, s.size, s.entrySize].map((value) => value.toString(16));
    const flags = sectionFlagText(s.flags, elf.osAbi);
    const rest = [flags, s.link, s.info, s.alignment];
    return [s.index, s.name, sectionTypeNames[s.type], ...numbers, ...rest].join(' ');
  });
  return { theirs, ours };
}

function sections(file: string, elf: Elf): ImageComparison {
  const { theirs, ours } = sectionLines(file, elf);
  return compareLines(`sections of ${file}, readelf`, theirs, ours);
}

/** Random flags, places and names in the section headers of a small program: what readelf lists, we list. */
function damagedSections(file: string): ImageComparison {
  const good = readFileSync(file);
  const headers = Number(good.readBigUInt64LE(40));
  const count = good.readUInt16LE(60);
  const scratch = mkdtempSync(join(tmpdir(), 'firstlight-elf-'));
  const theirs: string[] = [];
  const ours: string[] = [];
  let state = 1;
  const random = (below: number) => (state = (state * 48271) % 2147483647) % below;
  try {
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(good);
      bytes[7] = [0, 3, 9][random(3)];
      const at = headers + (1 + random(count - 1)) * 64;
      for (let bits = random(5); bits > 0; bits--) {
        const byte = at + 8 + random(8);
        bytes[byte] ^= 1 << random(8);
      }
      if (random(4) === 0) bytes.writeUInt32LE(random(1 << 16), at + 24);
      if (random(4) === 0) bytes.writeUInt32LE(0x10000 + random(1 << 16), at);
      if (random(16) === 0) bytes.writeUInt16LE(count + random(9), 62);
      const damaged = join(scratch, 'damaged.elf');
      writeFileSync(damaged, bytes);
      const lines = sectionLines(damaged, readElf(bytes, damaged));
      theirs.push(...lines.theirs);
      ours.push(...lines.ours);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return compareLines(`sections of damaged ${file}, readelf`, theirs, ours);
}

const symbolPattern =
  /^ *(?<number>\d+): (?<value>[0-9a-f]{16}) +(?<size>\w+) (?<type>\w+) +(?<binding>\w+) +\w+ +(?<section>\w+) ?(?<name>.*)$/gm;
const places: Readonly<Record<string, number>> = { UND: 0, ABS: 0xfff1, COM: 0xfff2 };

/** Symbols of sections have no name of their own; readelf shows the section's. */
const nameless = 'SECTION';

function symbols(file: string, elf: Elf): ImageComparison {
  const text = outputOf('readelf', ['-Ws', file]).toString('utf8');
  const table = text.slice(Math.max(0, text.indexOf("'.symtab'")));
  const theirs = rows(table, symbolPattern, (g) => {
    const name = g.type === nameless ? '' : g.name;
    return [plain(g.value), Number(g.size), g.type, g.binding, places[g.section] ?? g.section, name].join(
      ' ',
    );
  });
  const ours = elf.symbols.map((s) => {
    const kind = [symbolTypeNames[s.type], symbolBindingNames[s.binding]];
    return [s.value.toString(16), s.size, ...kind, s.section, s.name].join(' ');
  });
  return compareLines(`symbols of ${file}, readelf`, theirs.slice(1), ours);
}

export function compareElf(files: readonly string[]): ImageComparison[] {
  return [damagedSections('tests/data/images/sample.elf'), ...files.flatMap(compareFile)];
}

function compareFile(file: string): ImageComparison[] {
  const elf = readElf(readFileSync(file), file);
  return [segments(file, elf), sections(file, elf), symbols(file, elf)];
}
