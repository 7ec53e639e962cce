/** The kernel command line: words `option` or `option=value`, separated by spaces. Zircon's docs/kernel_cmdline.md. */

/** The value of the last word `name=value`, empty for a bare word, undefined if there is none. */
export function optionValue(commandLine: string, name: string): string | undefined {
  const words = commandLine.split(/\s+/).filter((word) => word.split('=')[0] === name);
  return words.at(-1)?.slice(name.length + 1);
}

/** Whether an option is given and not switched off by `0`, `false` or `off`. */
export function hasOption(commandLine: string, name: string): boolean {
  const value = optionValue(commandLine, name);
  return value !== undefined && value !== 'false' && value !== '0' && value !== 'off';
}

/** The value of an option that is a whole number, at least `least`; undefined if it is not given, or something else. */
export function numericOption(commandLine: string, name: string, least = 0): number | undefined {
  const value = optionValue(commandLine, name) ?? '';
  const number = value === '' ? NaN : Number(value);
  return Number.isSafeInteger(number) && number >= least ? number : undefined;
}

/** The bytes of an option in hexadecimal digits, other characters left out; none if it is not given. */
export function hexadecimalOption(commandLine: string, name: string): Uint8Array {
  const digits = (optionValue(commandLine, name) ?? '').replace(/^0x/i, '').replace(/[^0-9a-f]/gi, '');
  return Uint8Array.from(digits.match(/..?/g) ?? [], (pair) => parseInt(pair, 16));
}

/** kernel.memory-limit-mb in bytes; Infinity without it. */
export function memoryLimit(commandLine: string): number {
  return (numericOption(commandLine, 'kernel.memory-limit-mb') ?? Infinity) * 2 ** 20;
}
