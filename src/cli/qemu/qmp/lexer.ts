/**
 * Words of JSON out of a stream of bytes, as QEMU's json-lexer finds them: strings may stand in single quotes, too, and
 * after what is no word all is left out up to the next bracket, colon, comma or end of the line.
 */

type Kind = 'string' | 'integer' | 'float' | 'keyword';

export interface Token {
  /** A mark is a bracket, a colon or a comma; what is stray is no word. */
  readonly kind: Kind | 'mark' | 'stray';
  /** As it was written, each byte a character. */
  readonly text: string;
}

type State =
  | ('start' | 'double' | 'double escape' | 'single' | 'single escape' | 'keyword')
  | ('sign' | 'zero' | 'digits' | 'point' | 'fraction' | 'exponent' | 'exponent sign' | 'exponent digits');

type On = (byte: number) => boolean;
const code = (character: string): number => character.charCodeAt(0);
const one =
  (characters: string): On =>
  (byte) =>
    characters.includes(String.fromCharCode(byte));
const between =
  (first: string, last: string): On =>
  (byte) =>
    byte >= code(first) && byte <= code(last);
/** What a string may have in it. */
const inside: On = (byte) => byte >= 0x20 && byte <= 0xfd;

const digit = between('0', '9');
const exponent: readonly [On, State] = [one('eE'), 'exponent'];

interface Rule {
  /** What may follow, and the state after it; `end` is a string's. */
  readonly next: readonly (readonly [On, State | 'end'])[];
  /** What the word is, if it can end before anything else. */
  readonly is?: Kind;
}

const rules: Readonly<Record<State, Rule>> = {
  start: {
    next: [
      [one('"'), 'double'],
      [one("'"), 'single'],
      [one('-'), 'sign'],
      [one('0'), 'zero'],
      [digit, 'digits'],
      [between('a', 'z'), 'keyword'],
    ],
  },
  double: {
    next: [
      [one('\\'), 'double escape'],
      [one('"'), 'end'],
      [inside, 'double'],
    ],
  },
  'double escape': { next: [[inside, 'double']] },
  single: {
    next: [
      [one('\\'), 'single escape'],
      [one("'"), 'end'],
      [inside, 'single'],
    ],
  },
  'single escape': { next: [[inside, 'single']] },
  keyword: { next: [[between('a', 'z'), 'keyword']], is: 'keyword' },
  sign: {
    next: [
      [one('0'), 'zero'],
      [digit, 'digits'],
    ],
  },
  zero: { next: [[one('.'), 'point']], is: 'integer' },
  digits: { next: [[digit, 'digits'], [one('.'), 'point'], exponent], is: 'integer' },
  point: { next: [[digit, 'fraction']] },
  fraction: { next: [[digit, 'fraction'], exponent], is: 'float' },
  exponent: {
    next: [
      [one('+-'), 'exponent sign'],
      [digit, 'exponent digits'],
    ],
  },
  'exponent sign': { next: [[digit, 'exponent digits']] },
  'exponent digits': { next: [[digit, 'exponent digits']], is: 'float' },
};

/** By state and byte, the state after it. */
const after = new Map(
  (Object.keys(rules) as State[]).map((state) => {
    const next = Array.from({ length: 256 }, (_, byte) => rules[state].next.find(([on]) => on(byte))?.[1]);
    return [state, next] as const;
  }),
);

const isMark = one('[]{}:,');
const isSpace = one(' \t\r\n');

/** Bytes that a word may have. */
export const LONGEST_TOKEN = 2 ** 26;

export class Lexer {
  private state: State = 'start';
  /** Whether all is left out for now. */
  private isLost = false;
  private word = Buffer.alloc(256);
  private length = 0;

  constructor(private readonly found: (token: Token) => void) {}

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.take(byte);
  }

  private take(byte: number): void {
    if (this.isLost) {
      if (byte >= 0x20 && byte < 0xfe && !isMark(byte)) return;
      this.isLost = false;
    }
    const { is } = rules[this.state];
    const to = after.get(this.state)?.[byte];
    if (to !== undefined && this.length < LONGEST_TOKEN) {
      this.add(byte);
      if (to === 'end') this.end('string');
      else this.state = to;
    } else if (is !== undefined && !(this.state === 'zero' && digit(byte))) {
      this.end(is);
      this.take(byte);
    } else if (this.state === 'start' && isSpace(byte)) {
      return;
    } else {
      const mark = this.state === 'start' && isMark(byte);
      this.add(byte);
      this.end(mark ? 'mark' : 'stray');
      this.isLost = !mark;
    }
  }

  private add(byte: number): void {
    if (this.length === this.word.length) {
      const longer = Buffer.alloc(2 * this.length);
      longer.set(this.word);
      this.word = longer;
    }
    this.word[this.length++] = byte;
  }

  private end(kind: Token['kind']): void {
    const text = this.word.toString('latin1', 0, this.length);
    this.state = 'start';
    this.length = 0;
    if (this.word.length > 2 ** 16) this.word = Buffer.alloc(256);
    this.found({ kind, text });
  }
}
