/** One part of the conformance run in a process of its own; its outcome goes to the parent as a message. */
import { parts, type Outcome } from './parts.js';

export interface PartMessage {
  readonly outcome: Outcome;
}

const [name] = process.argv.slice(2);
const outcome = await parts[name].run();
process.exitCode = outcome.passed ? 0 : 1;
process.send?.({ outcome } satisfies PartMessage);
