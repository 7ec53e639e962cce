/** Values of JSON out of their words, with the words of QEMU's json-parser for what is none. */
import { QmpError } from './error.js';
import type { Json, JsonObject } from './json.js';
import type { Token } from './lexer.js';

const wrong = (message: string): QmpError => new QmpError(`JSON parse error, ${message}`);

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export const strayError = ({ text }: Token): QmpError =>
  wrong(`stray '${Buffer.from(text, 'latin1').toString()}'`);

/** The value that the words are. @throws QmpError */
export function parseTokens(tokens: readonly Token[]): Json {
  return new Parser(tokens).value();
}

const constants: ReadonlyMap<string, Json> = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

class Parser {
  private at = 0;

  constructor(private readonly tokens: readonly Token[]) {}

  private take(): Token {
    const token = this.tokens.at(this.at++);
    if (token === undefined) throw wrong('premature EOI');
    return token;
  }
  /** Takes the next word if it is this mark. */
  private takeIf(mark: string): boolean {
    const token = this.tokens.at(this.at);
    const isIt = token?.kind === 'mark' && token.text === mark;
    if (isIt) this.at++;
    return isIt;
  }

  value(): Json {
    const { kind, text } = this.take();
    switch (kind) {
      case 'string':
        return stringOf(text);
      case 'integer':
        return integerOf(text);
      case 'float':
        return Number(text);
      case 'keyword': {
        const constant = constants.get(text);
        if (constant === undefined) throw wrong(`invalid keyword '${text}'`);
        return constant;
      }
      default:
        if (text === '{') return this.object();
        if (text === '[') return this.list();
        throw wrong('expecting value');
    }
  }

  private object(): JsonObject {
    const members = new Map<string, Json>();
    if (this.takeIf('}')) return members;
    for (;;) {
      const name = this.value();
      if (typeof name !== 'string') throw wrong('key is not a string in object');
      if (!this.takeIf(':')) throw wrong('missing : in object pair');
      const value = this.value();
      if (members.has(name)) throw wrong('duplicate key');
      members.set(name, value);
      if (this.takeIf('}')) return members;
      if (!this.takeIf(',')) throw wrong('expected separator in dict');
    }
  }

  private list(): Json[] {
    const items: Json[] = [];
    if (this.takeIf(']')) return items;
    for (;;) {
      items.push(this.value());
      if (this.takeIf(']')) return items;
      if (!this.takeIf(',')) throw wrong('expected separator in list');
    }
  }
}

/** One that does not fit 64 bits, with or without a sign, is a number with a fraction. */
function integerOf(text: string): Json {
  const value = BigInt(text);
  return value >= -(2n ** 63n) && value < 2n ** 64n ? value : Number(text);
}

const escapes: Readonly<Record<string, string>> = {
  ...{ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', '"': '"', "'": "'", '\\': '\\', '/': '/' },
};

/** Of what stands in quotes, each byte a character. */
function stringOf(quoted: string): string {
  let text: string;
  try {
    text = strict.decode(Buffer.from(quoted.slice(1, -1), 'latin1'));
  } catch {
    throw wrong('invalid UTF-8 sequence in string');
  }
  let value = '';
  for (let at = 0; at < text.length;) {
    const escape = text.indexOf('\\', at);
    if (escape < 0) return value + text.slice(at);
    value += text.slice(at, escape);
    const letter = text[escape + 1];
    if (letter === 'u') {
      const { point, length } = pointAt(text, escape);
      if (!isCharacter(point))
        throw wrong(`${(text + quoted[0]).slice(escape, escape + 6)} is not a valid Unicode character`);
      value += String.fromCodePoint(point);
      at = escape + length;
    } else {
      if (!Object.hasOwn(escapes, letter)) throw wrong('invalid escape sequence in string');
      value += escapes[letter];
      at = escape + 2;
    }
  }
  return value;
}

const unit = (text: string, at: number): number => {
  const [, digits] = /^\\u([0-9a-f]{4})/i.exec(text.slice(at, at + 6)) ?? [];
  return digits === undefined ? NaN : parseInt(digits, 16);
};

/** What `\u` and four digits say, or two of them that are a pair of surrogates. NaN where they say nothing. */
function pointAt(text: string, at: number): { readonly point: number; readonly length: number } {
  const first = unit(text, at);
  if (!(first >= 0xd800 && first < 0xdc00)) return { point: first, length: 6 };
  const second = unit(text, at + 6);
  const isPair = second >= 0xdc00 && second < 0xe000;
  return { point: isPair ? 0x10000 + ((first & 0x3ff) << 10) + (second & 0x3ff) : NaN, length: 12 };
}

const isCharacter = (point: number): boolean =>
  point >= 0 &&
  !(point >= 0xd800 && point < 0xe000) &&
  !(point >= 0xfdd0 && point <= 0xfdef) &&
  (point & 0xfffe) !== 0xfffe;
