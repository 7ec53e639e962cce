/**
 * The same boot four times: twice in one go, once saved in the middle of a turn and continued from the file in a new
 * process, once run in pieces of random length. Instruction count, console bytes, state hash and the snapshot of
 * the end must be the same.
 */
import { bootInPieces } from './determinism/pieces.js';
import { Processes } from './determinism/processes.js';
import type { BootRecord } from './determinism/record.js';
import { setups, type Setup } from './determinism/setups.js';

export interface DeterminismResult {
  readonly setup: Setup;
  /** By how it was run. */
  readonly boots: Readonly<Record<string, BootRecord>>;
  readonly same: boolean;
}

async function compareBoots(setup: Setup, processes: Processes): Promise<DeterminismResult> {
  const boots = {
    first: await processes.whole(setup),
    second: await processes.whole(setup),
    'saved, loaded': await processes.interrupted(setup),
    'in pieces': await bootInPieces(setup),
  };
  const same = new Set(Object.values(boots).map((boot) => JSON.stringify(boot))).size === 1;
  return { setup, boots, same };
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
  return results;
}

export function determinismTable(results: readonly DeterminismResult[]): string {
  const hash = (text: string): string => text.slice(0, 16);
  return results
    .flatMap(({ setup, boots, same }) => [
      `EL${setup.el}, ${setup.cores} cores, seed ${setup.seed}: ${same ? 'the same' : 'DIFFERENT'}`,
      `  ${'boot'.padEnd(14)} ${'instructions'.padStart(12)}  ${'console'.padEnd(17)} ${'state'.padEnd(17)} snapshot`,
      ...Object.entries(boots).map(
        ([name, { instructions, console, state, snapshot }]) =>
          `  ${name.padEnd(14)} ${String(instructions).padStart(12)}  ${hash(console)}  ${hash(state)}  ${hash(snapshot)}`,
      ),
    ])
    .join('\n');
}
