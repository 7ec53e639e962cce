/**
 * Boards against QEMU's: random accesses, the same on both, every value and every abort compared.
 *
 * `npx tsx conformance/devices.ts [operations] [seed] [device]` runs it alone; a device is known by its board, too:
 * `'virt PL011'`.
 */
import { requireAll } from '../scripts/requirements.js';
import { onFirstlight } from './devices/firstlight.js';
import { generators } from './devices/generators/index.js';
import { describe, isAligned, type Operation, type Outcome } from './devices/operations.js';
import { onQemu } from './devices/qemu.js';
import { random } from './devices/random.js';
import { parts } from './parts.js';

export interface DeviceComparison {
  device: string;
  cores: number;
  operations: number;
  differing: number;
  /** The first few differences, each in a line, with the operation before it. */
  examples: string[];
}

export interface DeviceOptions {
  /** Operations per device and setup. */
  count?: number;
  seed?: number;
  /** Only the devices whose names contain this. */
  only?: string;
}

const show = ({ value, aborted }: Outcome): string => (aborted ? 'abort' : `0x${value.toString(16)}`);

/** Compares every device in every setup; needs `qemu-system-aarch64`, `clang` and `ld.lld`. */
export async function devices({ count = 20_000, seed = 1, only = '' }: DeviceOptions = {}): Promise<
  DeviceComparison[]
> {
  const comparisons: DeviceComparison[] = [];
  for (const { name, generate, setups } of generators) {
    for (const setup of setups) {
      const device = `${setup.board} ${name}`;
      if (!device.includes(only)) continue;
      const operations = generate(random(seed + setup.cores), setup, count).filter(isAligned);
      const expected = await onQemu(operations, setup);
      const found = onFirstlight(operations, setup);
      comparisons.push({ device, cores: setup.cores, ...compare(operations, expected, found) });
    }
  }
  return comparisons;
}

function compare(
  operations: readonly Operation[],
  expected: readonly Outcome[],
  found: readonly Outcome[],
): Pick<DeviceComparison, 'operations' | 'differing' | 'examples'> {
  const examples: string[] = [];
  let differing = 0;
  operations.forEach((operation, i) => {
    const same = expected[i].aborted
      ? found[i].aborted
      : !found[i].aborted && expected[i].value === found[i].value;
    if (same) return;
    differing++;
    if (examples.length >= 8) return;
    const before = i === 0 ? '' : `, after ${describe(operations[i - 1])}`;
    examples.push(`#${i} ${describe(operation)}: QEMU ${show(expected[i])}, here ${show(found[i])}${before}`);
  });
  return { operations: operations.length, differing, examples };
}

if (process.argv[1]?.endsWith('devices.ts')) {
  requireAll('devices', parts.devices.needs);
  const [count, seed, only] = process.argv.slice(2);
  const results = await devices({
    ...(count === undefined ? {} : { count: Number(count) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
    ...(only === undefined ? {} : { only }),
  });
  for (const { device, cores, operations, differing, examples } of results) {
    console.log(`${device}, ${cores} cores: ${operations} operations, ${differing} differing`);
    for (const example of examples) console.log(`  ${example}`);
  }
}
