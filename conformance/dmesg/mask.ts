/** What two boots of the same kernel may always say differently: times and random values. */

interface Mask {
  readonly pattern: RegExp;
  readonly replacement: string;
}

const masks: readonly Mask[] = [
  { pattern: /^\[ *\d+\.\d{6}\] /, replacement: '' },
  // Rounded to the 4 ms of a tick.
  { pattern: /(deferred pages initialised in )\d+ms/, replacement: '$1#ms' },
  { pattern: /(audit: type=\d+ audit\()\d+\.\d{3}(:\d+\))/, replacement: '$1#$2' },
];

/** The console's lines, without times and random values. */
export function maskedLines(console: string): string[] {
  return console
    .split(/\r*\n/)
    .map((line) =>
      masks.reduce((text, { pattern, replacement }) => text.replace(pattern, replacement), line.trimEnd()),
    );
}
