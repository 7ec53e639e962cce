/** Where GDB says other things of firstlight than of QEMU, and why: what is left after these must be the same. */

interface Difference {
  /** Why; empty for what differs from run to run. */
  readonly reason: string;
  readonly pattern: RegExp;
  readonly as: string;
}

const differences: readonly Difference[] = [
  { reason: '', pattern: /127\.0\.0\.1:\d+/g, as: 'HOST' },
  { reason: '', pattern: / +/g, as: ' ' },
  {
    reason: 'threads have names and exception levels: qXfer:threads, which QEMU does not have',
    pattern: /(?:\(CPU#(\d+) \[\w+ ?\]\)|"CPU#(\d+)" \([^)]*\))/g,
    as: 'CPU#$1$2',
  },
  {
    reason: 'so GDB tells by name which has stopped',
    pattern: /(Thread \d+) "CPU#\d+" (hit|received)/g,
    as: '$1 $2',
  },
  {
    reason: 'CPSR has its fields in the description',
    pattern: /^(cpsr 0x[0-9a-f]+) (?:\[.*\]|\d+)$/gm,
    as: '$1',
  },
];

/** A text without what may differ, and for which reasons it is another. */
export function normalized(text: string): { readonly text: string; readonly reasons: string[] } {
  const reasons: string[] = [];
  let rest = text;
  for (const { reason, pattern, as } of differences) {
    const changed = rest.replace(pattern, as);
    if (changed !== rest && reason !== '') reasons.push(reason);
    rest = changed;
  }
  return { text: rest, reasons };
}
