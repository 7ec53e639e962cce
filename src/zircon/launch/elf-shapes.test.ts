/**
 * Programs in all shapes that linkers give ELF files, made byte by byte, loaded by userboot: what is in memory must be
 * what the System V ABI, chapter 5, "Program Loading", says of the headers.
 */
import { describe, expect, it } from 'vitest';
import { writeBootfs, writeZbi, zbiType } from '../../images/index.js';
import { assemble } from '../../isa/index.js';
import { bootZircon } from '../boot.js';
import { vdso } from '../images/vdso.js';

const PF = { X: 1, W: 2, R: 4 } as const;
const PT = { LOAD: 1, INTERP: 3, GNU_STACK: 0x6474_e551 } as const;
const PAGE = 0x1000;

/** A program header; the file has `fill` wherever nothing else is said. */
interface Header {
  readonly type?: number;
  readonly flags: number;
  readonly offset: number;
  readonly vaddr: number;
  readonly filesz: number;
  readonly memsz: number;
  readonly align?: number;
}
/** Bytes that must be at an address, relative to that of the code's segment. */
interface Expectation {
  readonly vaddr: number;
  readonly value: number;
}
interface Shape {
  readonly headers: readonly Header[];
  /** Where the code lies in the file and in memory. */
  readonly code: { readonly offset: number; readonly vaddr: number };
  readonly expected?: readonly Expectation[];
  readonly fileSize: number;
  /** Addresses that must be writable. */
  readonly written?: readonly number[];
}

/** What a byte of the file is where nothing else lies: never zero, and different in neighbouring pages. */
const fill = (offset: number): number => 1 + ((offset * 7 + Math.floor(offset / PAGE)) % 255);

/** Loads and compares, writes, then exits with the number of the first check that fails, or 0. */
function code({ code: place, expected = [], written = [] }: Shape): Uint8Array {
  const lines: string[] = ['adr x2, #0', 'mov x10, x1', 'mov x0, #0'];
  const address = (vaddr: number): void => {
    const delta = BigInt.asUintN(64, BigInt(vaddr) - BigInt(place.vaddr));
    lines.push(`movz x3, #${delta & 0xffffn}`);
    for (const shift of [16, 32, 48])
      lines.push(`movk x3, #${(delta >> BigInt(shift)) & 0xffffn}, lsl #${shift}`);
    lines.push('add x3, x2, x3');
  };
  const exits: number[] = [];
  for (const { vaddr, value } of expected) {
    address(vaddr);
    lines.push('add x0, x0, #1', 'ldrb w4, [x3]', `cmp w4, #${value}`);
    exits.push(lines.length);
    lines.push('b.ne');
  }
  for (const vaddr of written) {
    address(vaddr);
    lines.push('strb w0, [x3]');
  }
  lines.push('mov x0, #0');
  for (const at of exits) lines[at] = `b.ne #${(lines.length - at) * 4}`;
  lines.push(`mov x16, #${vdso.callSites.process_exit[0] - 4}`, 'add x9, x10, x16', 'br x9');
  const words = Uint32Array.from(lines, (line) => assemble(line));
  return new Uint8Array(words.buffer);
}

function elf(shape: Shape): Uint8Array {
  const file = Uint8Array.from({ length: shape.fileSize }, (_, offset) => fill(offset));
  const view = new DataView(file.buffer);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  const half = (at: number, value: number): void => view.setUint16(at, value, true);
  const word = (at: number, value: number): void => view.setUint32(at, value, true);
  const xword = (at: number, value: number): void => view.setBigUint64(at, BigInt(value), true);
  half(16, 3);
  half(18, 183);
  word(20, 1);
  xword(24, shape.code.vaddr);
  xword(32, 64);
  half(52, 64);
  half(54, 56);
  half(56, shape.headers.length);
  shape.headers.forEach((header, i) => {
    const at = 64 + i * 56;
    word(at, header.type ?? PT.LOAD);
    word(at + 4, header.flags);
    const { offset, vaddr, filesz, memsz, align = PAGE } = header;
    [offset, vaddr, vaddr, filesz, memsz, align].forEach((value, k) => xword(at + 8 + 8 * k, value));
  });
  file.set(code(shape), shape.code.offset);
  return file;
}

/** What is on the console when the system stops, and why it does. */
function run(
  file: Uint8Array,
  append = 'userboot.next=test/shape userboot.shutdown',
): { readonly console: string; readonly reason: string } {
  const payload = writeBootfs([{ name: 'test/shape', data: file }]);
  const image = writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload, compress: false }]);
  const { machine } = bootZircon(image, { append, ramSize: 256 * 2 ** 20 });
  let console = '';
  machine.onTransmit = (byte) => (console += String.fromCharCode(byte));
  const reason = machine.run({ instructions: 100_000_000 });
  return { console, reason };
}

/** Code and headers in one segment, at the start of the file. */
const text: Header = { flags: PF.R | PF.X, offset: 0, vaddr: 0, filesz: 0x1000, memsz: 0x1000 };
const plain = { code: { offset: 0x800, vaddr: 0x800 }, fileSize: 0x3000 } as const;

const shapes: Readonly<Record<string, Shape>> = {
  'everything in one segment': { ...plain, headers: [text], expected: [{ vaddr: 0, value: 0x7f }] },
  'read-only data, then code, as lld does': {
    headers: [
      { flags: PF.R, offset: 0, vaddr: 0, filesz: 0x734, memsz: 0x734 },
      { flags: PF.R | PF.X, offset: 0x740, vaddr: 0x1740, filesz: 0x8c0, memsz: 0x8c0 },
      { flags: PF.R | PF.W, offset: 0x1000, vaddr: 0x3000, filesz: 0x10, memsz: 0x10 },
    ],
    code: { offset: 0x740, vaddr: 0x1740 },
    fileSize: 0x1010,
    // One page of the file is mapped twice.
    expected: [
      { vaddr: 0x500, value: fill(0x500) },
      { vaddr: 0x1500, value: fill(0x500) },
      { vaddr: 0x3008, value: fill(0x1008) },
    ],
    written: [0x3008],
  },
  'code that can be executed only': {
    headers: [
      { flags: PF.R, offset: 0, vaddr: 0, filesz: 0x700, memsz: 0x700 },
      { flags: PF.X, offset: 0x800, vaddr: 0x1800, filesz: 0x800, memsz: 0x800 },
    ],
    code: { offset: 0x800, vaddr: 0x1800 },
    fileSize: 0x1000,
    expected: [{ vaddr: 0, value: 0x7f }],
  },
  'addresses that do not begin at 0': {
    headers: [{ ...text, vaddr: 0x4000_0000 }],
    code: { offset: 0x800, vaddr: 0x4000_0800 },
    fileSize: 0x1000,
    expected: [{ vaddr: 0x4000_0000, value: 0x7f }],
  },
  'data that ends amid a page, with zeros behind': {
    ...plain,
    headers: [text, { flags: PF.R | PF.W, offset: 0x1234, vaddr: 0x5234, filesz: 0x100, memsz: 0x9_0000 }],
    expected: [
      { vaddr: 0x5234, value: fill(0x1234) },
      { vaddr: 0x5333, value: fill(0x1333) },
      { vaddr: 0x5334, value: 0 },
      { vaddr: 0x5fff, value: 0 },
      { vaddr: 0x6000, value: 0 },
      { vaddr: 0x9_5233, value: 0 },
    ],
    written: [0x5234, 0x5fff, 0x6000, 0x9_5233],
  },
  'data that ends with a page, with zeros behind': {
    ...plain,
    headers: [text, { flags: PF.R | PF.W, offset: 0x1000, vaddr: 0x1000, filesz: 0x1000, memsz: 0x2001 }],
    expected: [
      { vaddr: 0x1fff, value: fill(0x1fff) },
      { vaddr: 0x2000, value: 0 },
      { vaddr: 0x3000, value: 0 },
    ],
    written: [0x3000],
  },
  'zeros that nobody may write': {
    ...plain,
    headers: [text, { flags: PF.R, offset: 0x1010, vaddr: 0x2010, filesz: 0x10, memsz: 0x1000 }],
    expected: [
      { vaddr: 0x201f, value: fill(0x101f) },
      { vaddr: 0x2020, value: 0 },
      { vaddr: 0x300f, value: 0 },
    ],
  },
  'a segment of zeros only, behind the end of the file': {
    headers: [text, { flags: PF.R | PF.W, offset: 0x7_7010, vaddr: 0x3010, filesz: 0, memsz: 0x2000 }],
    code: plain.code,
    fileSize: 0x1000,
    expected: [
      { vaddr: 0x3010, value: 0 },
      { vaddr: 0x500f, value: 0 },
    ],
    written: [0x3010, 0x500f],
  },
  'a segment of zeros at another place of the page than in the file': {
    ...plain,
    headers: [text, { flags: PF.R | PF.W, offset: 0x1000, vaddr: 0x3f40, filesz: 0, memsz: 0x1000 }],
    expected: [
      { vaddr: 0x3f40, value: 0 },
      { vaddr: 0x4f3f, value: 0 },
    ],
    written: [0x4f3f],
  },
  'empty segments, wherever they are said to be': {
    ...plain,
    headers: [
      text,
      { flags: PF.R | PF.W, offset: 0x9999_9999, vaddr: 0x123, filesz: 0, memsz: 0 },
      { flags: PF.R | PF.W, offset: 0x1000, vaddr: 0x3000, filesz: 8, memsz: 8 },
    ],
    expected: [{ vaddr: 0x3000, value: fill(0x1000) }],
  },
  'data that is said to be writable, not readable': {
    ...plain,
    headers: [text, { flags: PF.W, offset: 0x1000, vaddr: 0x3000, filesz: 8, memsz: 0x4000 }],
    expected: [{ vaddr: 0x3000, value: fill(0x1000) }],
    written: [0x3000, 0x6fff],
  },
  'segments aligned to 64 KiB, far from each other': {
    ...plain,
    headers: [
      { ...text, align: 0x1_0000 },
      { flags: PF.R | PF.W, offset: 0x1f00, vaddr: 0x123_1f00, filesz: 0x200, memsz: 0x201, align: 0x1_0000 },
    ],
    expected: [
      { vaddr: 0x123_1f00, value: fill(0x1f00) },
      { vaddr: 0x123_20ff, value: fill(0x20ff) },
      { vaddr: 0x123_2100, value: 0 },
    ],
  },
  'a stack of its own size': {
    ...plain,
    headers: [
      text,
      { type: PT.GNU_STACK, flags: PF.R | PF.W, offset: 0, vaddr: 0, filesz: 0, memsz: 0x40_0001 },
    ],
  },
  'code that it may write': {
    ...plain,
    headers: [{ ...text, flags: PF.R | PF.W | PF.X }],
    expected: [{ vaddr: 0, value: 0x7f }],
    written: [0x10],
  },
};

describe('userboot loads', () => {
  it.each(Object.entries(shapes))('%s', (_, shape) => {
    const { console, reason } = run(elf(shape));
    expect(reason).toBe('powered off');
    expect(console).toContain('userboot: test/shape exited with 0\r\n');
  });
});

describe('userboot does not load', () => {
  const wrong: Readonly<Record<string, [Header, string]>> = {
    'a segment larger in the file than in memory': [
      { flags: PF.R, offset: 0x1000, vaddr: 0x3000, filesz: 8, memsz: 7 },
      'ELF segment larger in the file than in memory',
    ],
    'a segment behind the end of the file': [
      { flags: PF.R, offset: 0x2000, vaddr: 0x3000, filesz: 0x1001, memsz: 0x2000 },
      "ELF segment beyond the file's end",
    ],
    'a segment at another place of the page': [
      { flags: PF.R, offset: 0x1000, vaddr: 0x3010, filesz: 8, memsz: 8 },
      'ELF segment on other places of pages in the file than in memory',
    ],
    'segments on one page': [
      { flags: PF.R, offset: 0xf00, vaddr: 0xf00, filesz: 8, memsz: 8 },
      'ELF segments that overlap or are not in order',
    ],
    'more than there is address space': [
      { flags: PF.R, offset: 0x1000, vaddr: 2 ** 48 - 0x1000, filesz: 8, memsz: 0x1000 },
      'ELF segment beyond the address space',
    ],
  };
  it.each(Object.entries(wrong))('%s', (_, [header, message]) => {
    const { console, reason } = run(elf({ ...plain, headers: [text, header] }));
    expect(reason).toBe('halted');
    expect(console).toContain(`userboot: test/shape: ${message}, at 0x78\r\n`);
  });
});

describe('userboot powers off', () => {
  it.each([
    ['userboot.shutdown', 'powered off'],
    ['userboot.shutdown=true', 'powered off'],
    ['userboot.shutdown=wheee', 'powered off'],
    ['userboot.shutdown=false', 'halted'],
    ['userboot.shutdown=0', 'halted'],
    ['userboot.shutdown=off', 'halted'],
    ['', 'halted'],
  ])('with %j: %s', (option, reason) => {
    const file = elf({ ...plain, headers: [text] });
    expect(run(file, `userboot=test/shape ${option}`).reason).toBe(reason);
  });
});
