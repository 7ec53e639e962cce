/**
 * The SD card and its two controllers against QEMU's: random sequences, the same on both, every value compared, and what
 * is on the disk at the end.
 *
 * `npx tsx conformance/sd.ts [rounds] [seed]` runs it alone.
 */
import { closeSync, ftruncateSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { requireAll } from '../scripts/requirements.js';
import { Disk, MemoryStore } from '../src/machine/disk/index.js';
import { random, type Random } from './devices/random.js';
import { parts } from './parts.js';
import { boardWith, perform } from './sd/firstlight.js';
import { sequence } from './sd/generator.js';
import { blockBytes, describe, hex, type CardSetup, type Operation } from './sd/operations.js';
import { onQemu } from './sd/qtest.js';

export interface SdComparison {
  readonly operations: number;
  readonly differing: number;
  /** The first few differences, each in some lines, with the operations before it. */
  readonly examples: readonly string[];
}

/** Byte addressed, byte addressed with blocks of 1024 in its CSD, and block addressed. */
const SIZES = [2 ** 22, 2 ** 22, 2 ** 31, 2 ** 32];
const OPERATIONS = 6000;
/** Bytes at both ends of the card that are compared. */
const COMPARED = 2 ** 22;

function setupFor(r: Random): CardSetup {
  const size = r.pick(SIZES);
  const blocks = new Map(Array.from({ length: 48 }, () => [r.below(80), r.below(256)] as const));
  for (let i = 1; i < 4; i++) blocks.set(size / 512 - i, i);
  return { size, blocks };
}

function memoryDisk({ size, blocks }: CardSetup): Disk {
  const store = new MemoryStore();
  for (const [block, seed] of blocks) store.write(block * 512, blockBytes(seed));
  if (store.size < size) store.write(size - 1, Uint8Array.of(0));
  return new Disk({ name: 'card', store });
}

/** Compares in some rounds; needs `qemu-system-aarch64`. */
export async function sd({ rounds = 24, seed = 1 } = {}): Promise<SdComparison> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-sd-'));
  const examples: string[] = [];
  let operations = 0;
  let differing = 0;
  try {
    for (let round = 0; round < rounds; round++) {
      const r = random(seed * 1000 + round);
      const setup = setupFor(r);
      const sent = sequence(r, setup, OPERATIONS);
      const { differences, count } = await compareRound(sent, setup, join(directory, `card${round}`));
      operations += sent.length;
      differing += count;
      for (const each of differences.slice(0, 2))
        examples.push(`round ${round}, ${setup.size} bytes: ${each}`);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return { operations, differing, examples: examples.slice(0, 8) };
}

async function compareRound(
  sent: readonly Operation[],
  setup: CardSetup,
  image: string,
): Promise<{ differences: string[]; count: number }> {
  const file = openSync(image, 'w+');
  try {
    ftruncateSync(file, setup.size);
    for (const [block, seed] of setup.blocks) writeSync(file, blockBytes(seed), 0, 512, block * 512);
    const expected = await onQemu(sent, image);
    const disk = memoryDisk(setup);
    const board = boardWith(disk);
    const found = sent.map((operation) => perform(board, operation));
    const at = sent.flatMap((_, i) => (expected[i] === found[i] ? [] : [i]));
    const differences = at.slice(0, 2).map((i) => {
      const before = sent.slice(Math.max(0, i - 24), i).map((each, k, all) => {
        const j = i - all.length + k;
        return `    ${describe(each)}${each.kind === 'read' ? ` = ${hex(expected[j])}` : ''}`;
      });
      const last = `#${i} ${describe(sent[i])}: QEMU ${hex(expected[i])}, here ${hex(found[i])}`;
      return [last, 'after', ...before].join('\n');
    });
    const blocks = differingBlocks(file, disk, setup.size);
    if (blocks.length > 0)
      differences.push(`blocks that differ at the end: ${blocks.slice(0, 8).join(', ')}`);
    return { differences, count: at.length + blocks.length };
  } finally {
    closeSync(file);
    rmSync(image);
  }
}

function differingBlocks(file: number, disk: Disk, size: number): number[] {
  const starts = size > 2 * COMPARED ? [0, size - COMPARED] : [0];
  return starts.flatMap((start) => {
    const length = Math.min(size, COMPARED);
    const expected = new Uint8Array(length);
    const found = new Uint8Array(length);
    readSync(file, expected, 0, length, start);
    disk.read(start, found);
    return Array.from({ length: length / 512 }, (_, i) => i).flatMap((i) =>
      Buffer.compare(expected.subarray(i * 512, i * 512 + 512), found.subarray(i * 512, i * 512 + 512)) === 0
        ? []
        : [start / 512 + i],
    );
  });
}

if (process.argv[1]?.endsWith('conformance/sd.ts')) {
  requireAll('sd', parts.sd.needs);
  const [rounds, seed] = process.argv.slice(2);
  const { operations, differing, examples } = await sd({
    ...(rounds === undefined ? {} : { rounds: Number(rounds) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
  for (const example of examples) console.log(example + '\n');
  console.log(`${operations} operations, ${differing} differing`);
}
