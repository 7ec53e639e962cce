/**
 * The C programs of the benchmark (guest/bench-linux) under Linux, each with a little of its usual work: every pass has
 * the same checksum, here and on QEMU.
 */
import { readFileSync } from 'node:fs';
import { Machine, planBoot, readKernel } from '../src/index.js';
import { buildSet, withFiles } from '../bench/set/build.js';
import { APPEND, onQemu, runPlan } from '../bench/set/machines.js';
import { checksumOf } from '../bench/set/measure.js';
import { MarkReader, type Passes } from '../bench/set/marks.js';
import { programNames } from '../bench/set/programs.js';
import { fixtures } from './debian.js';

const PASSES = 2;
/** Of the usual work. */
const PERCENT = 2;

export interface ChecksumComparison {
  readonly programs: number;
  readonly passes: number;
  readonly differing: readonly string[];
}

/** Runs the initramfs to its end on a machine of this process. */
function runHere(initramfs: Uint8Array): Passes {
  const machine = new Machine({ ramSize: 2 ** 30, epoch: 0 });
  const kernel = {
    name: fixtures.kernel,
    content: readKernel(readFileSync(fixtures.kernel), fixtures.kernel),
  };
  const initrd = { name: 'initramfs', bytes: initramfs };
  machine.powerUp(planBoot({ kernel, initrd, append: APPEND, seed: 0n }, machine.board));
  const reader = new MarkReader();
  let line = '';
  machine.onTransmit = (byte) => {
    line += String.fromCharCode(byte);
    if (!line.endsWith('\n')) return;
    reader.hear(line, 0);
    line = '';
  };
  while (machine.run({ instructions: 2 ** 30 }) === 'limit');
  return reader.finish();
}

/** @throws MarkError where a program fails on either side */
export async function benchPrograms(): Promise<ChecksumComparison> {
  const initramfs = buildSet('arm64')(['set', `${PASSES}`, `${PERCENT}`, ...programNames]);
  const here = runHere(initramfs);
  const there = await withFiles([initramfs], ([file]) => runPlan(onQemu, file, 'wall'));
  const differing = programNames.flatMap((name) => {
    const [ours, theirs] = [checksumOf(name, 'firstlight', [here]), checksumOf(name, 'QEMU', [there])];
    return ours === theirs ? [] : [`${name}: ${ours} here, ${theirs} on QEMU`];
  });
  return { programs: programNames.length, passes: PASSES, differing };
}
