/** What becomes of a snapshot: it is refused in one line, or what it makes runs, and nothing is thrown in the host. */
import { loadSnapshot, SnapshotError, type Machine } from '../../src/index.js';
import { kernelOf } from '../../src/zircon/index.js';

const INSTRUCTIONS = 100_000;
/** Virtual ns that may pass: a machine that waits does not execute. */
const TIME = 1e9;

export interface Trial {
  /** The message that it was refused with; undefined if it ran. */
  readonly refusal: string | undefined;
  /** What must not happen, if it did. */
  readonly failure: string | undefined;
  /** Milliseconds of the processor's time. */
  readonly cost: number;
}

export function tryOut(bytes: Uint8Array): Trial {
  const before = process.cpuUsage();
  const outcome = loadAndRun(bytes);
  const { user, system } = process.cpuUsage(before);
  return { refusal: undefined, failure: undefined, ...outcome, cost: (user + system) / 1000 };
}

function loadAndRun(bytes: Uint8Array): { refusal?: string; failure?: string } {
  let machine: Machine;
  try {
    machine = loadSnapshot(bytes, 'file');
  } catch (error) {
    if (!(error instanceof SnapshotError)) return { failure: `loading threw ${told(error)}` };
    const isLine = /^file: [^\n]+$/.test(error.message) && error.message.length < 2000;
    return isLine ? { refusal: error.message } : { failure: `refused in more than a line: ${error.message}` };
  }
  try {
    const failure = run(machine);
    return failure === undefined ? {} : { failure };
  } catch (error) {
    return { failure: `running threw ${told(error)}` };
  }
}

function run(machine: Machine): string | undefined {
  const logged: string[] = [];
  machine.logged.add((message) => logged.push(message));
  machine.run({ instructions: INSTRUCTIONS, until: machine.now + TIME });
  const thrown = logged.find((message) => /\n\s+at /.test(message));
  if (thrown !== undefined) return `the kernel threw ${thrown}`;
  const panicked = kernelOf(machine)?.panicked;
  return panicked === undefined ? undefined : `the kernel panicked: ${panicked}`;
}

const told = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
