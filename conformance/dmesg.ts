/**
 * The kernel's messages of a boot here and on QEMU: same kernel, same initrd, same command line. Prints every line
 * that differs after times and random values are masked, with its reason where `dmesg/explained.ts` has one.
 */
import { consoleHere, consoleOnQemu } from './dmesg/consoles.js';
import { approximate, areClose, explained } from './dmesg/explained.js';
import { lineDifferences, type LineDifferences } from './dmesg/line-differences.js';
import { maskedLines } from './dmesg/mask.js';
import { setups, type Setup } from './dmesg/setups.js';

export interface DmesgComparison {
  readonly setup: string;
  /** Lines of the boot here. */
  readonly lines: number;
  readonly explained: number;
  readonly unexplained: number;
}

/** A difference as it is printed. */
interface Finding {
  readonly text: string;
  readonly reason: string | undefined;
}

const marks = { here: '+', qemu: '-', moved: '~' } as const;

/** The lines that are nearly the same on both sides, as findings, and the differences without them. */
function takeClose({ here, qemu, moved }: LineDifferences): { close: Finding[]; rest: LineDifferences } {
  const close: Finding[] = [];
  const others = [...qemu];
  const only = here.filter((line) => {
    for (const rule of approximate) {
      const at = others.findIndex((other) => areClose(rule, line, other));
      if (at < 0) continue;
      const [other] = others.splice(at, 1);
      close.push({ text: `+ ${line}\n  - ${other}`, reason: rule.reason });
      return false;
    }
    return true;
  });
  return { close, rest: { here: only, qemu: others, moved } };
}

function findings(differences: LineDifferences): Finding[] {
  const { close, rest } = takeClose(differences);
  const others = (['here', 'qemu', 'moved'] as const).flatMap((side) =>
    rest[side].map((line): Finding => {
      const known = explained.find((entry) => entry.side === side && entry.pattern.test(line));
      return { text: `${marks[side]} ${line}`, reason: known?.reason };
    }),
  );
  return [...close, ...others];
}

async function compareBoots(setup: Setup): Promise<DmesgComparison> {
  const [here, qemu] = await Promise.all([consoleHere(setup), consoleOnQemu(setup)]);
  const lines = maskedLines(here);
  const found = findings(lineDifferences(lines, maskedLines(qemu)));
  console.log(`${setup.name}: ${lines.length} lines ('+' here, '-' QEMU, '~' in another place)`);
  for (const { text, reason } of found) console.log(`  ${text}\n      ${reason ?? 'NOT EXPLAINED'}`);
  const unexplained = found.filter(({ reason }) => reason === undefined).length;
  return { setup: setup.name, lines: lines.length, explained: found.length - unexplained, unexplained };
}

/** Compares the boots of every setup; needs `qemu-system-aarch64` and the fixtures. */
export async function compareDmesg(): Promise<DmesgComparison[]> {
  const comparisons: DmesgComparison[] = [];
  for (const setup of setups) comparisons.push(await compareBoots(setup));
  return comparisons;
}
