/** General-purpose and SIMD&FP scalar registers, written as the manual writes them: `<Xn|SP>`, `<Wt>`, `<Dd>`. */
import type { Operand } from './operand.js';

const LINK = 30;
const FRAME = 29;

/** Number of a W or X register by its name; `zero` is the name of number 31. */
function registerNumber(text: string, letter: 'w' | 'x', zero: string): number | undefined {
  if (text === zero) return 31;
  if (letter === 'x' && text === 'lr') return LINK;
  if (letter === 'x' && text === 'fp') return FRAME;
  const match = /^([wx])(\d+)$/.exec(text);
  return match !== null && match[1] === letter && Number(match[2]) < 31 ? Number(match[2]) : undefined;
}

function zeroName(letter: 'w' | 'x', stack: boolean): string {
  if (stack) return letter === 'w' ? 'wsp' : 'sp';
  return `${letter}zr`;
}

/** Name of general-purpose register `n`: number 31 is the zero register. */
export function generalName(letter: 'w' | 'x', n: number): string {
  return n === 31 ? `${letter}zr` : `${letter}${n}`;
}

const GENERAL = '[wx]\\d+|[wx]zr|wsp|sp|lr|fp';

/** A register whose width the syntax fixes. */
function fixedWidth(letter: 'w' | 'x', field: string, stack: boolean): Operand {
  const zero = zeroName(letter, stack);
  return {
    fields: [field],
    pattern: GENERAL,
    print: (f) => (f[field] === 31 ? zero : `${letter}${f[field]}`),
    parse(text) {
      const n = registerNumber(text, letter, zero);
      return n === undefined ? undefined : { [field]: n };
    },
  };
}

/** `<Rd>`: 64 bits wide if `sf` is 1, else 32. */
function widthBySf(field: string, stack: boolean): Operand {
  const narrow = fixedWidth('w', field, stack);
  const wide = fixedWidth('x', field, stack);
  return {
    fields: [field, 'sf'],
    pattern: GENERAL,
    print: (f, place) => (f.sf === 1 ? wide : narrow).print(f, place),
    parse(text, known, place) {
      const asNarrow = narrow.parse(text, known, place);
      if (asNarrow !== undefined) return { ...asNarrow, sf: 0 };
      const asWide = wide.parse(text, known, place);
      return asWide === undefined ? undefined : { ...asWide, sf: 1 };
    },
  };
}

/** A SIMD&FP register as a scalar: `b7`, `q31`. */
function scalar(letter: string, field: string): Operand {
  return {
    fields: [field],
    pattern: `${letter}\\d+`,
    print: (f) => `${letter}${f[field]}`,
    parse(text) {
      const n = Number(text.slice(1));
      return n < 32 ? { [field]: n } : undefined;
    },
  };
}

/** The operand that a register notation stands for; undefined where it is no register notation. */
export function registerOperand(notation: string): Operand | undefined {
  const general = /^([WXR])(d|n|m|a|t|t2|s)(\|SP)?$/.exec(notation);
  if (general !== null) {
    const [, letter, suffix, stack] = general;
    const field = `R${suffix}`;
    if (letter === 'R') return widthBySf(field, stack !== undefined);
    return fixedWidth(letter === 'W' ? 'w' : 'x', field, stack !== undefined);
  }
  const simd = /^([BHSDQ])(d|n|m|a|t|t2)$/.exec(notation);
  if (simd !== null) return scalar(simd[1].toLowerCase(), `R${simd[2]}`);
  return undefined;
}
