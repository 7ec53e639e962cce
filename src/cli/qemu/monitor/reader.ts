/**
 * What stands behind a command's name: options, a format, expressions, words. Numbers are 64 bits wide and expressions
 * are QEMU's: `+ - | & ^ * / %`, parentheses, a character in quotes, a register of the present core (`$pc`, `$x0`).
 */
import { MonitorError } from './error.js';

export type RegisterOf = (name: string) => bigint | undefined;

const syntax = (message: string): MonitorError => new MonitorError(message, true);
/** So that no line is too much for the host's stack. */
const DEEPEST = 200;
const wide = (value: bigint): bigint => BigInt.asUintN(64, value);

export class Reader {
  private at = 0;
  /** Operands within operands. */
  private depth = 0;

  constructor(
    private readonly text: string,
    private readonly registerOf: RegisterOf,
  ) {
    this.skip();
  }

  private get rest(): string {
    return this.text.slice(this.at);
  }
  private skip(): void {
    while (/\s/.test(this.text.charAt(this.at))) this.at++;
  }
  private match(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.rest)?.[0];
    if (found === undefined) return undefined;
    this.at += found.length;
    this.skip();
    return found;
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  /** `-a` for each of these letters; the others are refused. */
  options(letters: string, name: string): string {
    let found = '';
    for (let option = this.match(/^-[a-z](?=\s|$)/i); option; option = this.match(/^-[a-z](?=\s|$)/i)) {
      if (!letters.includes(option[1])) throw syntax(`${name}: unsupported option ${option}`);
      found += option[1];
    }
    return found;
  }

  /** `/4xw`. */
  format(): string | undefined {
    return this.match(/^\/\S*/)?.slice(1);
  }

  /** The next word, which may be in quotes. */
  word(): string | undefined {
    const quoted = this.match(/^"(?:[^"\\]|\\.)*"/);
    if (quoted !== undefined) return quoted.slice(1, -1).replace(/\\(.)/g, '$1');
    return this.match(/^\S+/);
  }

  /** A sum of products, as QEMU reads them: `|`, `&` and `^` bind as `*` is bound by `+`. */
  expression(): bigint {
    let value = this.logic();
    for (let operator = this.match(/^[+-]/); operator; operator = this.match(/^[+-]/)) {
      const other = this.logic();
      value = wide(operator === '+' ? value + other : value - other);
    }
    return value;
  }

  private logic(): bigint {
    let value = this.product();
    for (let operator = this.match(/^[&|^]/); operator; operator = this.match(/^[&|^]/)) {
      const other = this.product();
      value = operator === '&' ? value & other : operator === '|' ? value | other : value ^ other;
    }
    return value;
  }

  private product(): bigint {
    let value = this.operand();
    for (let operator = this.match(/^[*/%]/); operator; operator = this.match(/^[*/%]/)) {
      const other = this.operand();
      if (operator !== '*' && other === 0n) throw syntax('division by zero');
      const [a, b] = [BigInt.asIntN(64, value), BigInt.asIntN(64, other)];
      value = wide(operator === '*' ? a * b : operator === '/' ? a / b : a % b);
    }
    return value;
  }

  private operand(): bigint {
    if (++this.depth > DEEPEST) throw syntax('expression too deep');
    const value = this.innerOperand();
    this.depth--;
    return value;
  }

  private innerOperand(): bigint {
    if (this.isAtEnd) throw syntax('unexpected end of expression');
    if (this.match(/^\+/)) return this.operand();
    if (this.match(/^-/)) return wide(-this.operand());
    if (this.match(/^~/)) return wide(~this.operand());
    if (this.match(/^\(/)) {
      const value = this.expression();
      if (!this.match(/^\)/)) throw syntax("')' expected");
      return value;
    }
    const letter = this.match(/^'[^']'/);
    if (letter !== undefined) return BigInt(letter.charCodeAt(1));
    const register = this.match(/^\$\w+/);
    if (register !== undefined) {
      const value = this.registerOf(register.slice(1));
      if (value === undefined) throw syntax('unknown register');
      return value;
    }
    const number = this.match(/^(0x[0-9a-f]+|\d+)/i);
    if (number === undefined) throw syntax(`invalid char '${this.rest[0]}' in expression`);
    return wide(BigInt(/^0[0-7]+$/.test(number) ? `0o${number.slice(1)}` : number));
  }

  /** Throws where something is left. */
  end(name: string): void {
    if (!this.isAtEnd) throw syntax(`${name}: extraneous characters at the end of line`);
  }
}
