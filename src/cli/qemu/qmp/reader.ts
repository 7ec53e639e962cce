/** Values of JSON out of a stream of bytes: each as soon as its brackets are closed. */
import { QmpError } from './error.js';
import type { Json } from './json.js';
import { Lexer, LONGEST_TOKEN, type Token } from './lexer.js';
import { parseTokens, strayError } from './parser.js';

/** QEMU's limits of one value: words, and brackets within brackets. */
const MOST_TOKENS = 2 ** 21;
const DEEPEST = 1024;

export class JsonReader {
  private lexer = this.begin();
  private tokens: Token[] = [];
  private size = 0;
  private braces = 0;
  private brackets = 0;

  constructor(private readonly heard: (value: Json | QmpError) => void) {}

  private begin(): Lexer {
    return new Lexer((token) => this.take(token));
  }

  /** Forgets what is not whole yet. */
  reset(): void {
    this.lexer = this.begin();
    this.clear();
  }

  receive(bytes: Uint8Array): void {
    this.lexer.receive(bytes);
  }

  private clear(): void {
    this.tokens = [];
    this.size = this.braces = this.brackets = 0;
  }

  private take(token: Token): void {
    let value: Json | QmpError | undefined;
    try {
      value = this.added(token);
    } catch (error) {
      if (!(error instanceof QmpError)) throw error;
      value = error;
    }
    if (value === undefined) return;
    this.clear();
    this.heard(value);
  }

  /** The value that ends with this word, if one does. @throws QmpError */
  private added(token: Token): Json | undefined {
    if (token.kind === 'stray') throw strayError(token);
    if (token.kind === 'mark') {
      const mark = token.text;
      if (mark === '{') this.braces++;
      else if (mark === '}') this.braces--;
      else if (mark === '[') this.brackets++;
      else if (mark === ']') this.brackets--;
    }
    this.size += token.text.length;
    if (this.size >= LONGEST_TOKEN) throw new QmpError('JSON token size limit exceeded');
    if (this.tokens.length >= MOST_TOKENS) throw new QmpError('JSON token count limit exceeded');
    if (this.brackets + this.braces > DEEPEST) throw new QmpError('JSON nesting depth limit exceeded');
    this.tokens.push(token);
    const isWhole = this.braces < 0 || this.brackets < 0 || (this.braces === 0 && this.brackets === 0);
    return isWhole ? parseTokens(this.tokens) : undefined;
  }
}
