/**
 * QEMU's lists of parameters, `type=virt,secure=on`: a comma within a value is written twice, and the first value may
 * stand without its name. QEMU has two readers of them, which differ in what a word without `=` means.
 */
import { QemuError } from '../error.js';

export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** The words between commas, of which two in a row are one within a word. */
function words(text: string): string[] {
  const found: string[] = [''];
  for (let at = 0; at < text.length; at++) {
    if (text[at] !== ',') found[found.length - 1] += text[at];
    else if (text[at + 1] === ',') found[found.length - 1] += text[at++];
    else found.push('');
  }
  // What ends with a comma has nothing behind it.
  return found.at(-1) === '' ? found.slice(0, -1) : found;
}

function parameters(
  text: string,
  first: string | undefined,
  bare: (word: string) => Parameter,
): readonly Parameter[] {
  return words(text).map((word, i) => {
    const equals = word.indexOf('=');
    if (equals >= 0) return { name: word.slice(0, equals), value: word.slice(equals + 1) };
    return i === 0 && first !== undefined ? { name: first, value: word } : bare(word);
  });
}

/** As `-machine`, `-smp`, `-accel` and `-display` are read. @throws QemuError for a word without `=` */
export function strictList(text: string, first?: string): readonly Parameter[] {
  return parameters(text, first, (word) => {
    throw new QemuError(`Expected '=' after parameter '${word}'`);
  });
}

/** As all other options are read: a word without `=` is on, and off with `no` in front. */
export function looseList(text: string, first?: string): readonly Parameter[] {
  return parameters(text, first, (word) =>
    word.startsWith('no') ? { name: word.slice(2), value: 'off' } : { name: word, value: 'on' },
  );
}

/** The value of a name, which is its last. */
export function valueOf(list: readonly Parameter[], name: string): string | undefined {
  return list.findLast((each) => each.name === name)?.value;
}

/** Throws QemuError for a name that is not one of these. */
export function checkNames(list: readonly Parameter[], known: readonly string[]): void {
  const wrong = list.find(({ name }) => !known.includes(name));
  if (wrong !== undefined) throw new QemuError(`Invalid parameter '${wrong.name}'`);
}
