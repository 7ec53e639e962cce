/** What a run leaves in files at its end: `--save`, `--screenshot` and `--stats`. */
import type { Ending } from '../../host/index.js';
import { writePng } from '../../images/index.js';
import type { Machine, Picture } from '../../machine/index.js';
import { saveSnapshot } from '../../observe/index.js';
import { UsageError, type Shell } from '../command.js';
import { writeOutput } from '../files/index.js';
import { json } from '../format.js';
import type { RunOptions } from './options.js';
import { withProgress } from './progress.js';
import { statistics } from './statistics.js';

/** A run that has come to its end. */
interface Ended {
  readonly machine: Machine;
  readonly ending: Ending;
  /** Of wall time. */
  readonly seconds: number;
  /** Executed by the machine before this run. */
  readonly instructionsBefore: number;
}

/** Throws UsageError if what the options ask for is not to be had of this machine. */
export function checkResults({ screenshot }: RunOptions, machine: Machine): void {
  if (screenshot !== undefined) pictureOf(machine);
}

/** Writes what the options ask for, and then has `last` done. Each is worth having without the others. */
export function writeResults(
  { save, screenshot, stats, quiet }: RunOptions,
  { machine, ending, seconds, instructionsBefore }: Ended,
  shell: Shell,
  last: () => void,
): void {
  doAll(
    () => {
      if (save === undefined) return;
      withProgress(`saving ${save}`, 0, quiet ? undefined : shell.error, () =>
        writeOutput(save, saveSnapshot(machine)),
      );
    },
    () => {
      if (screenshot !== undefined) writeOutput(screenshot, writePng(pictureOf(machine)));
    },
    () => {
      if (stats !== undefined)
        writeOutput(stats, json(statistics(machine, ending, seconds, instructionsBefore)));
    },
    last,
  );
}

/** Does all of it, whatever fails, and throws what the first failure has thrown. */
function doAll(...parts: readonly (() => void)[]): void {
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      part();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

function pictureOf(machine: Machine): Picture {
  const picture = machine.picture();
  if (picture === undefined) throw new UsageError(`--screenshot: board ${machine.board.name} has no screen`);
  return picture;
}
