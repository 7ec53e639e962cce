/** QEMU's command line, word by word. */
import { QemuError } from '../error.js';
import { optionRows, Settings } from './table.js';
import { unsupported, unsupportedWithValue } from './unsupported.js';

/** The words of options that are not QEMU's: `count` of them, from `at` on; 0 if it is none. */
export type OwnOptions = (args: readonly string[], at: number) => number;

/** @throws QemuError, UsageError */
export function readCommandLine(
  args: readonly string[],
  own: OwnOptions,
): { settings: Settings; rest: string[] } {
  const settings = new Settings();
  const rest: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const count = own(args, at);
    if (count > 0) {
      rest.push(...args.slice(at, at + count));
      at += count - 1;
    } else if (takesValue(args[at])) {
      const value = args[at + 1];
      if (value === undefined) throw new QemuError(`${args[at]}: requires an argument`);
      take(settings, args[at++], value);
    } else take(settings, args[at]);
  }
  return { settings, rest };
}

/** One dash or two. */
const nameOf = (word: string): string => word.replace(/^--?/, '');
const has = (table: object, name: string): boolean => Object.hasOwn(table, name);

function takesValue(word: string): boolean {
  const name = nameOf(word);
  if (!word.startsWith('-') || name === '') return false;
  return has(optionRows, name) ? optionRows[name].value !== undefined : has(unsupportedWithValue, name);
}

function take(settings: Settings, word: string, value = ''): void {
  const name = nameOf(word);
  const text = value === '' ? word : `${word} ${value}`;
  if (!word.startsWith('-') || name === '') {
    settings.drives.push({ text, list: [{ name: 'file', value: word }] });
  } else if (has(optionRows, name)) optionRows[name].take(settings, { text, value });
  else {
    const reasons = { ...unsupported, ...unsupportedWithValue };
    if (!has(reasons, name)) throw new QemuError(`${word}: invalid option`);
    settings.missing.push({ text, reason: reasons[name] });
  }
}
