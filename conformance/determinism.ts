/**
 * The same boot four times: in this process in one go and in pieces of random length, by the command line in one go,
 * and saved in the middle of a turn and continued from the file in a new process. Instruction count, console bytes
 * and the hash of the state must be the same.
 */
import { bootInOneGo, bootInPieces } from './determinism/in-process.js';
import { Processes } from './determinism/processes.js';
import type { BootRecord } from './determinism/record.js';
import { setupName, setups, type Setup } from './determinism/setups.js';

export interface DeterminismResult {
  readonly setup: Setup;
  /** By how it was run. */
  readonly boots: Readonly<Record<string, BootRecord>>;
  readonly same: boolean;
}

async function compareBoots(setup: Setup, processes: Processes): Promise<DeterminismResult> {
  // The processes run beside this one.
  const byCommandLine = processes.whole(setup);
  const inOneGo = await bootInOneGo(setup);
  const whole = await byCommandLine;
  const bySnapshot = processes.interrupted(setup);
  const inPieces = await bootInPieces(setup);
  const boots = {
    'in one go': inOneGo,
    'in pieces': inPieces,
    'command line': whole,
    'saved, loaded': await bySnapshot,
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
      `${setupName(setup)}: ${same ? 'the same' : 'DIFFERENT'}`,
      `  ${'boot'.padEnd(14)} ${'instructions'.padStart(12)}  ${'console'.padEnd(17)} state`,
      ...Object.entries(boots).map(
        ([name, { instructions, console, state }]) =>
          `  ${name.padEnd(14)} ${String(instructions).padStart(12)}  ${hash(console)}  ${hash(state)}`,
      ),
    ])
    .join('\n');
}
