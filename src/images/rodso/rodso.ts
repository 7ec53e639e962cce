/**
 * RODSO, the read-only dynamic shared object: an ELF file of two segments, constants and code, that is in the file
 * exactly as in memory and needs no relocation. Zircon's vDSO and userboot are such files. Document: Zircon,
 * docs/vdso.md, "Read-Only Dynamic Shared Object Layout".
 */
import { ImageError } from '../error.js';
import { machineAArch64, sectionFlag, segmentFlag, segmentType } from '../elf/constants.js';
import { readElf, type Elf } from '../elf/reader.js';
import type { ElfSegment } from '../elf/segments.js';
import type { ElfSymbol } from '../elf/symbols.js';
import { dynamicTag, readDynamic, type DynamicInformation, type DynamicSymbol } from './dynamic.js';

export const rodsoPageSize = 4096;

export interface Rodso {
  readonly soname: string;
  /** Lower-case hexadecimal; empty if the file has none. */
  readonly buildId: string;
  /** Offset of the first page of code, and of the page after the last. */
  readonly codeStart: number;
  readonly codeEnd: number;
  /** Offset of the entry point; 0 if there is none. */
  readonly entry: number;
  /** Bytes of the function at the entry; undefined if the file's symbols do not say. */
  readonly entrySize: number | undefined;
  readonly dynamicSymbols: readonly DynamicSymbol[];
  /** All symbols, or the dynamic ones of a stripped file. */
  readonly symbols: readonly ElfSymbol[];
  /** The file as memory holds it, in whole pages, without section headers. */
  readonly image: Uint8Array;
}

/** Reads a file that keeps all rules. @throws ImageError for the first that it breaks */
export function readRodso(bytes: Uint8Array, file = 'RODSO'): Rodso {
  const elf = readSoundElf(bytes, file);
  const dynamic = readDynamic(bytes, elf, file);
  const [violation] = violations(elf, dynamic);
  const code = codeSegment(elf);
  if (violation !== undefined || code === undefined)
    throw new ImageError(file, undefined, violation ?? 'expected a segment of code');
  const entry = Number(elf.entry);
  const codeStart = code.dataOffset;
  const codeEnd = pageUp(code.dataOffset + code.data.length);
  return {
    soname: dynamic.soname,
    buildId: buildId(elf),
    codeStart,
    codeEnd,
    entry,
    entrySize: entrySize(elf, entry),
    dynamicSymbols: dynamic.symbols,
    symbols: elf.symbols,
    image: memoryImage(bytes, codeEnd, code),
  };
}

/** Every rule that the file breaks, one line each. @throws ImageError if it is not even an ELF file with dynamic symbols */
export function rodsoViolations(bytes: Uint8Array, file = 'RODSO'): string[] {
  const elf = readSoundElf(bytes, file);
  return violations(elf, readDynamic(bytes, elf, file));
}

function readSoundElf(bytes: Uint8Array, file: string): Elf {
  const elf = readElf(bytes, file);
  const [problem] = [...elf.segmentProblems, ...elf.problems];
  if (problem !== undefined) throw problem;
  return elf;
}

const loads = (elf: Elf): ElfSegment[] => elf.segments.filter(({ type }) => type === segmentType.load);
const codeSegment = (elf: Elf): ElfSegment | undefined => loads(elf)[1];
const pageUp = (offset: number): number => Math.ceil(offset / rodsoPageSize) * rodsoPageSize;
const hex = (value: number | bigint): string => `0x${value.toString(16)}`;

function violations(elf: Elf, dynamic: DynamicInformation): string[] {
  return [
    ...fileViolations(elf),
    ...segmentViolations(loads(elf)),
    ...entryViolations(elf),
    ...sectionViolations(elf),
    ...dynamicViolations(dynamic),
  ];
}

const sharedObject = 3;

function fileViolations({ type, machine, segments }: Elf): string[] {
  const found: string[] = [];
  if (type !== sharedObject) found.push(`expected a shared object (ET_DYN), found e_type ${type}`);
  if (machine !== machineAArch64) found.push(`expected AArch64 (machine 183), found machine ${machine}`);
  const forbidden = [
    [segmentType.interpreter, 'PT_INTERP'],
    [7, 'PT_TLS'],
  ] as const;
  for (const [number, name] of forbidden) {
    if (segments.some((segment) => segment.type === number)) found.push(`expected no ${name} segment`);
  }
  const stack = segments.find((segment) => segment.type === 0x6474_e551);
  if (stack && stack.flags & segmentFlag.execute) found.push('expected a stack that is not executable');
  return found;
}

function segmentViolations(segments: readonly ElfSegment[]): string[] {
  const [constants, code] = segments;
  if (constants === undefined || code === undefined || segments.length > 2)
    return [`expected exactly two PT_LOAD segments, found ${segments.length}`];
  const found: string[] = [];
  const { read, execute } = segmentFlag;
  if (constants.flags !== read)
    found.push(`expected the first segment read-only, found flags ${constants.flags}`);
  if (code.flags !== (read | execute)) {
    found.push(`expected the second segment readable and executable, found flags ${code.flags}`);
  }
  segments.forEach((segment, index) => {
    const { offset, virtualAddress, fileSize, memorySize } = segment;
    if (offset !== virtualAddress) {
      found.push(
        `expected segment ${index} in memory as in the file, found offset ${hex(offset)} at ${hex(virtualAddress)}`,
      );
    }
    if (offset % BigInt(rodsoPageSize) !== 0n)
      found.push(`expected segment ${index} on a page, found offset ${hex(offset)}`);
    if (fileSize !== memorySize) {
      found.push(
        `expected segment ${index} whole in the file, found ${hex(fileSize)} of ${hex(memorySize)} bytes`,
      );
    }
  });
  if (constants.dataOffset !== 0)
    found.push(`expected the first segment at 0, found ${hex(constants.offset)}`);
  if (code.dataOffset !== pageUp(constants.data.length)) {
    found.push(
      `expected code at ${hex(pageUp(constants.data.length))}, right behind the constants, found ${hex(code.offset)}`,
    );
  }
  return found;
}

function entryViolations(elf: Elf): string[] {
  const code = codeSegment(elf);
  if (elf.entry === 0n || code === undefined) return [];
  const end = code.virtualAddress + code.memorySize;
  const inside = elf.entry >= code.virtualAddress && elf.entry < end && elf.entry % 4n === 0n;
  return inside ? [] : [`expected the entry point at an instruction of the code, found ${hex(elf.entry)}`];
}

/** Sections that would hold what a RODSO has not: present in an unstripped file, if at all. */
function sectionViolations({ sections }: Elf): string[] {
  const found: string[] = [];
  for (const { name, flags, size } of sections) {
    if (!(flags & BigInt(sectionFlag.alloc)) || size === 0n) continue;
    if (flags & BigInt(sectionFlag.write))
      found.push(`expected no writable data, found ${size} bytes of ${name}`);
    else if (/^\.(got|plt|rel)/.test(name)) found.push(`expected no ${name}, found ${size} bytes`);
  }
  return found;
}

/** What a dynamic section may not ask for. */
const forbiddenTags: readonly (readonly [bigint, string])[] = [
  [dynamicTag.needed, 'other libraries (DT_NEEDED)'],
  [dynamicTag.rel, 'relocations (DT_REL)'],
  [dynamicTag.rela, 'relocations (DT_RELA)'],
  [dynamicTag.relr, 'relocations (DT_RELR)'],
  [dynamicTag.pltRelocations, 'relocations of a PLT (DT_JMPREL)'],
  [dynamicTag.textRelocations, 'relocations of code (DT_TEXTREL)'],
  [dynamicTag.pltGot, 'GOT (DT_PLTGOT)'],
  [dynamicTag.init, 'initializer (DT_INIT)'],
  [dynamicTag.fini, 'finalizer (DT_FINI)'],
  [dynamicTag.initArray, 'initializers (DT_INIT_ARRAY)'],
  [dynamicTag.finiArray, 'finalizers (DT_FINI_ARRAY)'],
];

function dynamicViolations({ tags, symbols }: DynamicInformation): string[] {
  const wanted = forbiddenTags.filter(([tag]) => tags.has(tag)).map(([, what]) => `expected no ${what}`);
  const undefinedSymbols = symbols
    .filter(({ section }) => section === 0)
    .map(({ name }) => `expected every symbol defined, found ${name} undefined`);
  return [...wanted, ...undefinedSymbols];
}

const functionType = 2;

function entrySize(elf: Elf, entry: number): number | undefined {
  if (entry === 0) return undefined;
  const symbol = elf.symbols.find(
    ({ type, value, size }) => type === functionType && value === BigInt(entry) && size > 0n,
  );
  return symbol && Number(symbol.size);
}

/** The payload of the note named GNU of type 3 (NT_GNU_BUILD_ID). */
function buildId({ segments }: Elf): string {
  const note = segments.find(({ type }) => type === segmentType.note);
  if (note === undefined || note.data.length < 16) return '';
  const view = new DataView(note.data.buffer, note.data.byteOffset, note.data.byteLength);
  const nameSize = view.getUint32(0, true);
  const size = view.getUint32(4, true);
  const type = view.getUint32(8, true);
  if (nameSize !== 4 || type !== 3) return '';
  return [...note.data.subarray(16, 16 + size)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `brk #1`, which fills what the last page has beyond the code. */
const breakpoint = 0xd420_0020;

/** The pages of both segments, with the file header's references to section headers cleared: those are not in it. */
function memoryImage(bytes: Uint8Array, codeEnd: number, code: ElfSegment): Uint8Array {
  const image = new Uint8Array(codeEnd);
  const used = code.dataOffset + code.data.length;
  const view = new DataView(image.buffer);
  for (let at = used - (used % 4); at < codeEnd; at += 4) view.setUint32(at, breakpoint, true);
  image.set(bytes.subarray(0, used));
  image.fill(0, 0x28, 0x30); // e_shoff
  image.fill(0, 0x3a, 0x40); // e_shentsize, e_shnum, e_shstrndx
  return image;
}
