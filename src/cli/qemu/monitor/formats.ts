/** How `x`, `xp` and `print` show numbers: `/4xw` is four words in hexadecimal. */
import { disassemble } from '../../../isa/index.js';
import { MonitorError } from './error.js';

export const letters = 'xduoci';
export type Letter = 'x' | 'd' | 'u' | 'o' | 'c' | 'i';
export type Size = 1 | 2 | 4 | 8;
const sizes: Readonly<Record<string, Size>> = { b: 1, h: 2, w: 4, g: 8 };

export interface Format {
  readonly count: number;
  readonly letter: Letter;
  readonly size: Size;
}

/** What is not said is as it was said last. */
export class Formats {
  private letter: Letter = 'x';
  private size: Size = 4;

  /** @throws MonitorError */
  parse(text: string | undefined): Format {
    const [, digits, rest] = /^(\d*)(.*)$/s.exec(text ?? '') ?? [];
    let letter: Letter | undefined;
    let size: Size | undefined;
    for (const character of rest) {
      if (letters.includes(character)) letter = character as Letter;
      else if (character in sizes) size = sizes[character];
      else throw new MonitorError(`invalid char in format: '${character}'`, true);
    }
    this.letter = letter ?? this.letter;
    this.size = size ?? this.size;
    const count = digits === '' ? 1 : Math.min(Number(digits), MOST);
    return { count, letter: this.letter, size: this.size };
  }

  /** As `print` shows a number. */
  print(text: string | undefined, value: bigint): string {
    const { letter } = this.parse(text);
    const signed = BigInt.asIntN(64, value);
    switch (letter) {
      case 'x':
        return value === 0n ? '0' : `0x${value.toString(16)}`;
      case 'o':
        return value === 0n ? '0' : `0${value.toString(8)}`;
      case 'u':
        return String(value);
      case 'c':
        return character(Number(BigInt.asUintN(32, value)));
      default:
        return String(signed);
    }
  }
}

/** Of a count, so that nobody waits for ever. */
const MOST = 2 ** 20;

function character(value: number): string {
  const named: Readonly<Record<number, string>> = { 10: '\\n', 13: '\\r', 39: "\\'", 92: '\\\\' };
  if (value in named) return `'${named[value]}'`;
  if (value >= 32 && value <= 126) return `'${String.fromCharCode(value)}'`;
  return `'\\x${value.toString(16).padStart(2, '0')}'`;
}

/** Decimal and octal digits that the largest number of a size has, as columns. */
const widths: Readonly<Record<Size, { readonly d: number; readonly o: number }>> = {
  1: { d: 3, o: 3 },
  2: { d: 5, o: 6 },
  4: { d: 10, o: 11 },
  8: { d: 20, o: 22 },
};

function shown(value: bigint, { letter, size }: Format): string {
  switch (letter) {
    case 'x':
      return `0x${value.toString(16).padStart(2 * size, '0')}`;
    case 'o':
      return (value === 0n ? '0' : `0${value.toString(8)}`).padStart(widths[size].o);
    case 'c':
      return character(Number(value));
    default:
      // Only those of 64 bits are ever negative.
      return String(letter === 'd' ? BigInt.asIntN(64, value) : value).padStart(widths[size].d);
  }
}

/** Bytes at an address; undefined where they cannot be read. */
export type Read = (address: bigint, length: number) => Uint8Array | undefined;

const hex = (value: bigint, digits: number): string => value.toString(16).padStart(digits, '0');

/** A dump of memory, up to where it cannot be read. */
export function* dump(start: bigint, format: Format, read: Read): Generator<string> {
  if (format.letter === 'i') {
    yield* instructions(start, format.count, read);
    return;
  }
  // Characters are bytes, as many as the numbers would have.
  const length = format.count * format.size;
  const size = format.letter === 'c' ? 1 : format.size;
  const line = format.size === 1 ? 8 : 16;
  for (let done = 0; done < length; done += line) {
    const address = BigInt.asUintN(64, start + BigInt(done));
    const bytes = read(address, Math.min(line, length - done));
    if (bytes === undefined) {
      yield `${hex(address, 16)}: Cannot access memory`;
      return;
    }
    const values = Array.from({ length: bytes.length / size }, (_, i) => {
      const value = bytes
        .subarray(i * size, (i + 1) * size)
        .reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
      return shown(value, format);
    });
    yield `${hex(address, 16)}: ${values.join(' ')}`;
  }
}

function* instructions(start: bigint, count: number, read: Read): Generator<string> {
  for (let i = 0; i < count; i++) {
    const address = BigInt.asUintN(64, start + BigInt(4 * i));
    const bytes = read(address, 4);
    if (bytes === undefined) {
      yield `0x${address.toString(16)}: unable to read memory`;
      return;
    }
    const word = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
    const text = disassemble(word, address);
    const data = `.byte    ${Array.from(bytes, (byte) => `0x${byte.toString(16).padStart(2, '0')}`).join(', ')}`;
    const [name, ...operands] = (text ?? '').split(' ');
    const code = text === undefined ? data : `${name.padEnd(8)} ${operands.join(' ')}`.trimEnd();
    yield `0x${hex(address, 8)}:  ${hex(BigInt(word), 8)}  ${code}`;
  }
}
