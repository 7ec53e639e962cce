/**
 * Address translation against QEMU: random tables, both stages, every granule of a Cortex-A53, all AT operations, from
 * EL2 and from EL3, there in both Security states; PAR_EL1 and the exceptions must agree. Needs `qemu-system-aarch64`,
 * `clang`, `ld.lld`.
 */
import { Random } from '../tests/cases/random.js';
import { runOnEngine } from './translation/engine.js';
import {
  COUNT,
  operationsOf,
  POOL,
  PROGRAM,
  RAM,
  record,
  RECORD_BYTES,
  RECORDS,
  RESULT_BYTES,
  type ProgramLevel,
} from './translation/layout.js';
import { buildProgram, runOnQemu } from './translation/qemu.js';
import { randomSettings, writeRecord } from './translation/records.js';
import { randomPool } from './translation/tables.js';
import { comparable } from './translation/unspecified.js';

export interface TranslationComparison {
  /** Translations that succeeded, by operation; the others ended in a fault or exception. */
  readonly succeeded: Readonly<Record<string, number>>;
  readonly performed: number;
  readonly differing: number;
  readonly examples: readonly string[];
}

function batchMemory(program: Uint8Array, random: Random, count: number, level: ProgramLevel): Uint8Array {
  const memory = new Uint8Array(RECORDS - RAM + count * RECORD_BYTES);
  memory.set(program, PROGRAM - RAM);
  memory.set(randomPool(random), POOL - RAM);
  const view = new DataView(memory.buffer);
  view.setBigUint64(COUNT - RAM, BigInt(count), true);
  const records = new DataView(memory.buffer, RECORDS - RAM);
  for (let i = 0; i < count; i++) writeRecord(records, i, randomSettings(random, level));
  return memory;
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

function describe(
  memory: Uint8Array,
  index: number,
  level: ProgramLevel,
  expected: bigint[],
  got: bigint[],
): string {
  const view = new DataView(memory.buffer, RECORDS - RAM + index * RECORD_BYTES);
  const settings = Object.entries(record).map(([name, offset]) => {
    const value = view.getBigUint64(offset, true);
    return name === 'OPERATION' ? operationsOf[level][Number(value)] : `${name}=${hex(value)}`;
  });
  const names = ['PAR_EL1', `ESR_EL${level}`, `FAR_EL${level}`, 'HPFAR_EL2'];
  const differences = names
    .map((name, n) => `${name}: expected ${hex(expected[n])}, got ${hex(got[n])}`)
    .filter((_, n) => expected[n] !== got[n]);
  return `${settings.join(' ')}\n  ${differences.join('\n  ')}`;
}

/** Compares `batches` of `count` translations from a level, each with tables of its own. */
export function translation({
  level = 2,
  batches = 10,
  count = 20_000,
  seed = 1,
  examples = 10,
}: {
  level?: ProgramLevel;
  batches?: number;
  count?: number;
  seed?: number;
  examples?: number;
} = {}): TranslationComparison {
  const program = buildProgram(level);
  const operations = operationsOf[level];
  const succeeded: Record<string, number> = Object.fromEntries(operations.map((name) => [name, 0]));
  const described: string[] = [];
  let differing = 0;
  for (let batch = 0; batch < batches; batch++) {
    const memory = batchMemory(program, new Random(seed + batch), count, level);
    const views = [runOnQemu(memory, count, level), runOnEngine(memory, count, level)].map(
      (bytes) => new DataView(bytes.buffer, bytes.byteOffset),
    );
    for (let i = 0; i < count; i++) {
      const settings = new DataView(memory.buffer, RECORDS - RAM + i * RECORD_BYTES);
      const operation = operations[Number(settings.getBigUint64(record.OPERATION, true))];
      const [expected, got] = views.map((view) => {
        const outcome = [0, 8, 16, 24].map((at) => view.getBigUint64(i * RESULT_BYTES + at, true));
        return comparable(outcome, operation);
      });
      if (expected[1] === 0n && (expected[0] & 1n) === 0n) succeeded[operation] += 1;
      if (expected.every((value, n) => value === got[n])) continue;
      differing += 1;
      if (described.length < examples) described.push(describe(memory, i, level, expected, got));
    }
  }
  return { succeeded, performed: batches * count, differing, examples: described };
}
