/**
 * What the GPU of board `raspi3b` does, against QEMU: the mailbox with its messages, DMA, and what is to be seen.
 *
 * `npx tsx conformance/gpu.ts [steps] [seed] [name]` runs it alone; `npx tsx conformance/gpu.ts hostile 100000 [seed]`
 * sends so many messages and control blocks of anything at all to this board alone.
 */
import { requireAll } from '../scripts/requirements.js';
import type { Board } from '../src/machine/index.js';
import { random } from './devices/random.js';
import { buildBoard, carryOut } from './gpu/firstlight.js';
import { PROPERTY, type Step } from './gpu/generators/common.js';
import { generators } from './gpu/generators/index.js';
import { describe, difference, type Operation } from './gpu/operations.js';
import { hostile } from './gpu/hostile.js';
import { onQemu } from './gpu/qemu.js';

export interface GpuComparison {
  readonly name: string;
  /** Steps that QEMU does not come to the end of, which are left out. */
  readonly endless: number;
  readonly operations: number;
  readonly differing: number;
  /** The first differences, each in a line, with the operations before it. */
  readonly examples: readonly string[];
}

export interface GpuOptions {
  /** Steps of each, instead of as many as usual. */
  readonly steps?: number;
  readonly seed?: number;
  /** Only those whose names contain this. */
  readonly only?: string;
}

/** Compares everything; needs `qemu-system-aarch64`. */
export async function gpu({ steps, seed = 1, only = '' }: GpuOptions = {}): Promise<GpuComparison[]> {
  const comparisons: GpuComparison[] = [];
  for (const { name, generate, steps: usual } of generators) {
    if (!name.includes(only)) continue;
    const generated = generate(random(seed), steps ?? usual);
    const board = buildBoard();
    const ending = generated.filter((step) => !isEndless(board, step));
    comparisons.push({ name, endless: generated.length - ending.length, ...(await compare(ending.flat())) });
  }
  return comparisons;
}

/** What a message's code says if the GPU has not come to the message's end. */
const PARTLY_ANSWERED = 0x8000_0001;

/** Carries a step out, and finds out whether it has sent a message without end. */
function isEndless(board: Board, step: Step): boolean {
  return step.some((operation) => {
    carryOut(board, operation);
    if (operation.kind !== 'write' || (operation.value & 0xf) !== PROPERTY) return false;
    return board.bus.read((operation.value & 0x3fff_fff0) + 4, 4) === PARTLY_ANSWERED;
  });
}

async function compare(
  operations: readonly Operation[],
): Promise<Pick<GpuComparison, 'operations' | 'differing' | 'examples'>> {
  const expected = await onQemu(operations);
  const board = buildBoard();
  const examples: string[] = [];
  let differing = 0;
  operations.forEach((operation, i) => {
    const different = difference(expected[i], carryOut(board, operation));
    if (different === undefined) return;
    differing++;
    if (examples.length >= 8) return;
    const before = operations.slice(Math.max(0, i - 6), i).map((each) => `\n    ${describe(each)}`);
    examples.push(`#${i} ${describe(operation)}: ${different}, after${before.join('')}`);
  });
  return { operations: operations.length, differing, examples };
}

if (process.argv[1]?.endsWith('gpu.ts') && process.argv[2] === 'hostile') {
  const [count, seed = '1'] = process.argv.slice(3);
  console.log(hostile(Number(count), Number(seed)));
} else if (process.argv[1]?.endsWith('gpu.ts')) {
  requireAll('gpu', ['qemu-system-aarch64']);
  const [steps, seed, only] = process.argv.slice(2);
  const results = await gpu({
    ...(steps === undefined ? {} : { steps: Number(steps) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(only === undefined ? {} : { only }),
  });
  for (const { name, endless, operations, differing, examples } of results) {
    console.log(`${name}: ${operations} operations, ${differing} differing, ${endless} steps without end`);
    for (const example of examples) console.log(`  ${example}`);
  }
}
