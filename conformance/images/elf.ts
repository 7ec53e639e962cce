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

interface Lines {
  readonly theirs: string[];
  readonly ours: string[];
}

const plain = (hexadecimal: string) => BigInt(`0x${hexadecimal}`).toString(16);

const segmentPattern =
  /^ {2}(?<type>[A-Z_]+) +0x(?<offset>\w+) 0x(?<va>\w+) 0x(?<pa>\w+) 0x(?<size>\w+) 0x(?<memory>\w+) (?<flags>[R ][W ][E ]) (?:0x)?(?<align>\w+)$/gm;

function segmentLines(file: string, elf: Elf): Lines {
  const text = outputOf('readelf', ['-Wl', file]).toString('latin1');
  const theirs = rows(text, segmentPattern, (g) =>
    [g.type, g.flags, ...[g.offset, g.va, g.pa, g.size, g.memory, g.align].map(plain)].join(' '),
  );
  const ours = elf.segments.map((s) => {
    const flags = [...'RWE'].map((letter, index) => (s.flags & (4 >> index) ? letter : ' ')).join('');
    const numbers = [s.offset, s.virtualAddress, s.physicalAddress, s.fileSize, s.memorySize, s.alignment];
    return [segmentTypeNames[s.type], flags, ...numbers.map((value) => value.toString(16))].join(' ');
  });
  return { theirs, ours };
}

function segments(file: string, elf: Elf): ImageComparison {
  const { theirs, ours } = segmentLines(file, elf);
  return compareLines(`segments of ${file}, readelf`, theirs, ours);
}

const sectionPattern =
  /^ {2}\[ *(?<index>\d+)\] (?<name>\S*) +(?<type>[A-Z_<>: 0-9a-f]+?) +(?<address>[0-9a-f]{16}) (?<offset>\w+) (?<size>\w+) (?<entry>\w+) +(?<flags>[A-Zxolp]*) +(?<link>\d+) +(?<info>\d+) +(?<align>\d+)$/gm;

function sectionLines(file: string, elf: Elf): Lines {
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

type Random = (below: number) => number;

/** Any number of 64 bits, large and small ones alike. */
const random64 = (random: Random): bigint => (BigInt(random(2 ** 31)) << 33n) >> BigInt(random(64));

/** Random flags, places, sizes and names in a section header. */
function damageSections(bytes: Buffer, random: Random): void {
  const count = bytes.readUInt16LE(60);
  bytes[7] = [0, 3, 9][random(3)];
  const at = Number(bytes.readBigUInt64LE(40)) + (1 + random(count - 1)) * 64;
  for (let bits = random(5); bits > 0; bits--) {
    const byte = at + 8 + random(8);
    bytes[byte] ^= 1 << random(8);
  }
  if (random(4) === 0) bytes.writeBigUInt64LE(random64(random), at + 24);
  if (random(4) === 0) bytes.writeBigUInt64LE(random64(random), at + 32);
  if (random(4) === 0) bytes.writeUInt32LE(0x10000 + random(1 << 16), at);
  if (random(16) === 0) bytes.writeUInt16LE(count + random(9), 62);
}

/** Random places, addresses and sizes in a program header; headers in another place, of another size or number. */
function damageSegments(bytes: Buffer, random: Random): void {
  const at = Number(bytes.readBigUInt64LE(32)) + random(bytes.readUInt16LE(56)) * 56;
  for (let field = 8; field < 48; field += 8) {
    if (random(4) === 0) bytes.writeBigUInt64LE(random64(random), at + field);
  }
  if (random(8) === 0) bytes.writeBigUInt64LE(BigInt(bytes.length) + random64(random), 32);
  if (random(8) === 0) bytes.writeUInt16LE(random(72), 54);
  if (random(8) === 0) bytes.writeUInt16LE(random(2) === 0 ? 0xffff : 100 + random(1000), 56);
}

/** What readelf lists of a small program that is damaged in many ways, we list. */
function damaged(
  what: string,
  file: string,
  damage: (bytes: Buffer, random: Random) => void,
  linesOf: (file: string, elf: Elf) => Lines,
): ImageComparison {
  const good = readFileSync(file);
  const scratch = mkdtempSync(join(tmpdir(), 'firstlight-elf-'));
  const theirs: string[] = [];
  const ours: string[] = [];
  let state = 1;
  const random = (below: number) => (state = (state * 48271) % 2147483647) % below;
  try {
    for (let round = 0; round < 200; round++) {
      const bytes = Buffer.from(good);
      damage(bytes, random);
      const path = join(scratch, 'damaged.elf');
      writeFileSync(path, bytes);
      const lines = linesOf(path, readElf(bytes, path));
      theirs.push(`file ${round}`, ...lines.theirs);
      ours.push(`file ${round}`, ...lines.ours);
    }
  } finally {
    rmSync(scratch, { recursive: true });
  }
  return compareLines(`${what} of damaged ${file}, readelf`, theirs, ours);
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
  const sample = 'tests/data/images/sample.elf';
  return [
    damaged('segments', sample, damageSegments, segmentLines),
    damaged('sections', sample, damageSections, sectionLines),
    ...files.flatMap(compareFile),
  ];
}

function compareFile(file: string): ImageComparison[] {
  const elf = readElf(readFileSync(file), file);
  return [segments(file, elf), sections(file, elf), symbols(file, elf)];
}
