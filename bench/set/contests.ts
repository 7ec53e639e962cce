/** The set on two machines in turn: firstlight and QEMU, firstlight and v86, firstlight in Chromium and in Node. */
import type { Effort } from '../parts.js';
import { buildSet, withFiles, type Architecture } from './build.js';
import { inChromium } from './chromium.js';
import { here, onQemu, type SetMachine } from './machines.js';
import { compete, type PassTimes, type ProgramSpeed, type Summary } from './measure.js';
import { programs } from './programs.js';
import { fetchPcFiles, inV86 } from './v86.js';

interface Side {
  readonly machine: SetMachine;
  readonly architecture: Architecture;
}

export interface SetContest {
  /** What the table stands below. */
  readonly title: string;
  readonly sides: (effort: Effort) => { readonly here: Side; readonly there: Side };
  /** What must be there before. */
  readonly prepare?: () => void;
  readonly targets: Readonly<Record<keyof PassTimes, Summary>>;
}

const arm64 = (machine: SetMachine): Side => ({ machine, architecture: 'arm64' });

export const contests = {
  programs: {
    title: 'C programs under Linux',
    sides: ({ engine }) => ({ here: arm64(here(engine)), there: arm64(onQemu) }),
    targets: { first: { mean: 1.2, least: 0.7 }, warm: { mean: 1.5, least: 0.7 } },
  },
  v86: {
    title: 'the same in v86, built for i386',
    sides: ({ engine }) => ({
      here: arm64(here(engine)),
      there: { machine: inV86, architecture: 'i386' },
    }),
    prepare: fetchPcFiles,
    targets: { first: { mean: 4, least: 0 }, warm: { mean: 4, least: 0 } },
  },
  chromium: {
    title: 'the same in Chromium, beside Node',
    sides: () => ({ here: arm64(inChromium), there: arm64({ ...here(), name: 'Node' }) }),
    // At most 1.3 times Node's time.
    targets: { first: { mean: 1 / 1.3, least: 0 }, warm: { mean: 1 / 1.3, least: 0 } },
  },
} satisfies Readonly<Record<string, SetContest>>;

/** Runs a contest. @throws MarkError */
export async function runContest(contest: SetContest, effort: Effort): Promise<readonly ProgramSpeed[]> {
  contest.prepare?.();
  const { runs, passes, programs: names, clock } = effort;
  const sides = contest.sides(effort);
  const isSameCode = sides.here.architecture === sides.there.architecture;
  const plan = ['set', `${passes}`, '100', ...names];
  const archives = [sides.here, sides.there].map(({ architecture }) => buildSet(architecture)(plan));
  return withFiles(archives, async ([ours, theirs]) => {
    const { speeds } = await compete({
      here: { machine: sides.here.machine, initramfs: ours },
      there: { machine: sides.there.machine, initramfs: theirs },
      runs,
      clock,
      isComparable: (name) => isSameCode || programs.find((each) => each.name === name)?.isFused !== true,
    });
    return speeds;
  });
}
