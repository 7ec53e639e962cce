import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { ByteReader } from './byte-reader.js';
import { StringTable } from './string-table.js';
import {
  decodeStray,
  decodeText,
  encodeText,
  nameShownAs,
  printable,
  printableLines,
  shownName,
  TextStream,
} from './text.js';

const bytes = (...values: (number | string)[]) =>
  Uint8Array.from(values.flatMap((value) => (typeof value === 'number' ? [value] : [...Buffer.from(value)])));

/** Marsaglia's xorshift32. */
function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Bytes that are or nearly are UTF-8, by what decides that. */
function nearlyUtf8(random: (below: number) => number): Uint8Array {
  const telling = [
    0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xed, 0xef,
  ];
  const last = [0xf0, 0xf1, 0xf4, 0xf5, 0xff];
  const all = [...telling, ...last];
  return Uint8Array.from({ length: random(12) }, () => all[random(all.length)]);
}

describe('text from bytes', () => {
  it('is what it says, in every script', () => {
    for (const text of ['', 'plain', 'café', '日本語', '\ufeffmark', '😀 \u{10ffff}', '\0\x1b\x7f']) {
      expect(decodeText(bytes(text))).toBe(text);
      expect(decodeStray(bytes(text)).text).toBe(text);
      expect(encodeText(text)).toEqual(bytes(text));
    }
  });

  it("has what is no UTF-8 as Python's surrogateescape has it", () => {
    // b'caf\xe9 \xc3\xa9 \xed\xa0\x80\xf4\x90'.decode('utf-8', 'surrogateescape')
    const stray = bytes('caf', 0xe9, ' é ', 0xed, 0xa0, 0x80, 0xf4, 0x90);
    expect(decodeText(stray)).toBe('caf\udce9 é \udced\udca0\udc80\udcf4\udc90');
    expect(JSON.stringify(decodeText(bytes(0xff)))).toBe('"\\udcff"');
  });

  it('gives the bytes again, whatever they were, and escapes none that are UTF-8', () => {
    const random = generator(0x7e57);
    let valid = 0;
    for (let round = 0; round < 5_000; round++) {
      const original = nearlyUtf8(random);
      const text = decodeText(original);
      expect(Buffer.compare(encodeText(text), original)).toBe(0);
      expect(/\p{Cs}/u.test(text)).toBe(!isUtf8(original));
      if (isUtf8(original)) expect(text).toBe(Buffer.from(original).toString());
      expect(nameShownAs(shownName(text))).toBe(text);
      valid += Number(isUtf8(original));
    }
    expect(valid).toBeGreaterThan(400);
  });

  it('is the same if its bytes come one by one', () => {
    const random = generator(0x57e9);
    for (let round = 0; round < 2000; round++) {
      const original = bytes(...nearlyUtf8(random), ...nearlyUtf8(random), '\n');
      const stream = new TextStream();
      expect(Array.from(original, (byte) => stream.push(byte)).join('')).toBe(decodeText(original));
    }
    const stream = new TextStream();
    expect([...bytes('a€b')].map((byte) => stream.push(byte))).toEqual(['a', '', '', '€', 'b']);
  });

  it('is the same from every byte of a table on', () => {
    const random = generator(0xab1e);
    for (let round = 0; round < 2000; round++) {
      const table = bytes(...nearlyUtf8(random), ...nearlyUtf8(random), 0);
      const strings = new StringTable(new ByteReader(table, 'f', true), table, 0);
      for (let at = 0; at < table.length; at++) {
        const end = table.indexOf(0, at);
        expect(strings.at(at, 0, 'a name')).toBe(decodeText(table.subarray(at, end)));
      }
    }
  });

  it('costs no more where many names share the end of a long one', () => {
    const table = new Uint8Array(1 << 20).fill(0x61);
    table.set(bytes('é'));
    table[table.length - 1] = 0;
    const strings = new StringTable(new ByteReader(table, 'f', true), table, 0);
    let characters = 0;
    for (let at = 0; at < 100_000; at++) characters += strings.at(at, 0, 'a name').length;
    expect(characters).toBeGreaterThan(1e11 - 1e10);
  });
});

describe('text for people', () => {
  const nasty = 'a\x1b[31mb\x07\x7f\x9bc\u202ed\u2066e\u2028f\r\n\tg\\h\udc80i\ud800';

  it('has no character that a terminal or a reader of lines might obey', () => {
    const shown = 'a\\x1b[31mb\\x07\\x7f\\u009bc\\u202ed\\u2066e\\u2028f\\x0d\\x0a\\x09g';
    expect(printable(nasty)).toBe(`${shown}\\h\\x80i\\ud800`);
    expect(shownName(nasty)).toBe(`${shown}\\\\h\\x80i\\ud800`);
    expect(printableLines('a\r\n\tb\x1bc')).toBe('a\r\n\tb\\x1bc');
    for (let point = 0; point < 0x20000; point++) {
      const character = String.fromCodePoint(point);
      const isControl = point < 0x20 || (point >= 0x7f && point < 0xa0);
      if (isControl || (point >= 0xd800 && point < 0xe000)) expect(printable(character)).toMatch(/^\\[xu]/);
    }
  });

  it('leaves what is none alone', () => {
    const text = 'naïve — “quoted” עברית العربية 👩‍🔧';
    expect(printable(text)).toBe(text);
    expect(shownName(text)).toBe(text);
  });

  it('shows each name in a way of its own', () => {
    for (const name of [nasty, '\\x1b', '\\\\x1b', '\x1b', '\\', '\\u009b', '\u009b', '\udc9b'])
      expect(nameShownAs(shownName(name))).toBe(name);
    expect(nameShownAs('caf\\xe9')).toBe('caf\udce9');
    expect(nameShownAs('C:\\temp')).toBe('C:\\temp');
  });
});
