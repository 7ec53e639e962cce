/**
 * The same boot five times: in this process by the interpreter in one go and by the translator in pieces of random length,
 * by the command line and the translator in one go, twice, the second time with the regions that the first has kept, and by the
 * translator, saved in the middle of a turn and continued from the file by the interpreter in a new process. Instruction count, console bytes and the hash of the state must be the same.
 * Zircon's twice, in this process.
 */
import {
  bootInPieces,
  bootInterpreted,
  zirconInPieces,
  zirconInterpreted,
} from './determinism/in-process.js';
import { Processes } from './determinism/processes.js';
import type { BootRecord } from './determinism/record.js';
import { setupName, setups, type Setup } from './determinism/setups.js';

export interface DeterminismResult {
  readonly name: string;
  /** By how it was run. */
  readonly boots: Readonly<Record<string, BootRecord>>;
  readonly same: boolean;
}

async function compareBoots(setup: Setup, processes: Processes): Promise<DeterminismResult> {
  // The processes run beside this one.
  const byCommandLine = processes.whole(setup);
  const interpreted = await bootInterpreted(setup);
  const whole = await byCommandLine;
  const again = await processes.whole(setup);
  const bySnapshot = processes.interrupted(setup);
  const inPieces = await bootInPieces(setup);
  return resultOf(setupName(setup), {
    interpreter: interpreted,
    'in pieces': inPieces,
    'command line': whole,
    'kept regions': again,
    'saved, loaded': await bySnapshot,
  });
}

function resultOf(name: string, boots: DeterminismResult['boots']): DeterminismResult {
  const same = new Set(Object.values(boots).map((boot) => JSON.stringify(boot))).size === 1;
  return { name, boots, same };
}

/** Needs the fixtures. */
export async function determinism(): Promise<DeterminismResult[]> {
  const results: DeterminismResult[] = [];
  const processes = new Processes();
  try {
    for (const setup of setups) results.push(await compareBoots(setup, processes));
  } finally {
    processes.close();
  }
  const zircon = { interpreter: await zirconInterpreted(), 'in pieces': await zirconInPieces() };
  return [...results, resultOf('Zircon', zircon)];
}

export function determinismTable(results: readonly DeterminismResult[]): string {
  const hash = (text: string): string => text.slice(0, 16);
  return results
    .flatMap(({ name: title, boots, same }) => [
      `${title}: ${same ? 'the same' : 'DIFFERENT'}`,
      `  ${'boot'.padEnd(14)} ${'instructions'.padStart(12)}  ${'console'.padEnd(17)} state`,
      ...Object.entries(boots).map(
        ([name, { instructions, console, state }]) =>
          `  ${name.padEnd(14)} ${String(instructions).padStart(12)}  ${hash(console)}  ${hash(state)}`,
      ),
    ])
    .join('\n');
}
