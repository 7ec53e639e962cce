/**
 * `npm run conformance`: everything against its oracle, two parts at a time, and a table of the outcomes. Status 1
 * if anything differs that is not listed with its reason, 2 if something that a part needs is missing.
 *
 *     npm run conformance                     all parts
 *     npm run conformance -- llvm dmesg       some
 *     npm run conformance -- --list
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { PartMessage } from './part-process.js';
import { requireAll } from '../scripts/requirements.js';
import { parts, type Outcome } from './parts.js';

// Nothing is to depend on what ran before.
process.env.FIRSTLIGHT_KEPT_REGIONS = 'none';

/** Parts at a time. QEMU runs beside some of them, so more would not be faster on two cores. */
const AT_ONCE = Math.min(2, availableParallelism());

interface Result {
  readonly name: string;
  readonly seconds: number;
  readonly outcome: Outcome;
}

const partProcess = fileURLToPath(new URL('./part-process.ts', import.meta.url));

/** Runs a part in a process of its own, and shows what it printed when it is done. */
function runPart(name: string): Promise<Result> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = fork(partProcess, [name], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const output: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => output.push(chunk));
    let outcome: Outcome = { passed: false, summary: 'ended without an outcome' };
    child.on('message', (message: PartMessage) => (outcome = message.outcome));
    child.on('error', reject);
    child.on('close', () => {
      const seconds = (performance.now() - started) / 1000;
      console.log(`\n=== ${name}: ${parts[name].title}  (${seconds.toFixed(0)} s)`);
      process.stdout.write(Buffer.concat(output));
      resolve({ name, seconds, outcome });
    });
  });
}

async function runAll(names: readonly string[]): Promise<Result[]> {
  const waiting = [...names];
  const results: Result[] = [];
  const worker = async (): Promise<void> => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      results.push(await runPart(name));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results.sort((a, b) => names.indexOf(a.name) - names.indexOf(b.name));
}

function printSummary(results: readonly Result[]): void {
  console.log(`\n${'part'.padEnd(14)} ${'result'.padEnd(7)} ${'seconds'.padStart(7)}  figures`);
  for (const { name, seconds, outcome } of results) {
    const result = outcome.passed ? 'agrees' : 'DIFFERS';
    console.log(
      `${name.padEnd(14)} ${result.padEnd(7)} ${seconds.toFixed(0).padStart(7)}  ${outcome.summary}`,
    );
  }
  const encodings = results.find(({ outcome }) => outcome.encodings !== undefined)?.outcome.encodings;
  if (encodings === undefined) return;
  console.log('\nA64 encodings  in the manual   decoded  executed  differing');
  const numbers = [encodings.encodings, encodings.decoded, encodings.executed, encodings.differing];
  const widths = [28, 9, 9, 10];
  console.log(numbers.map((number, i) => String(number).padStart(widths[i])).join(' '));
}

const given = process.argv.slice(2);
const unknown = given.find((name) => name !== '--list' && !(name in parts));
if (unknown !== undefined) {
  console.error(`conformance: '${unknown}' is not one of ${Object.keys(parts).join(', ')}`);
  process.exitCode = 2;
} else if (given.includes('--list')) {
  for (const [name, { title }] of Object.entries(parts)) console.log(`${name.padEnd(14)} ${title}`);
} else {
  const names = given.length > 0 ? given : Object.keys(parts);
  requireAll(
    'conformance',
    names.flatMap((name) => parts[name].needs),
  );
  const results = await runAll(names);
  printSummary(results);
  process.exitCode = results.every(({ outcome }) => outcome.passed) ? 0 : 1;
}
