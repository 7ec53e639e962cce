/**
 * A power cut of firstlight: the process is killed at random moments while a guest writes to its card. Whatever the
 * guest was told is written must be in the file, each block whole, and the next process must take the disk.
 *
 * `npx tsx conformance/disks.ts [kills] [seed]` runs it alone.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../src/cli/test-process.js';
import { sdWriter } from '../tests/programs/sd-writer.js';
import { random } from './devices/random.js';

export interface KillReport {
  readonly kills: number;
  /** Blocks that the guests were told are written, in all runs. */
  readonly blocks: number;
  /** What was lost or torn, one line each. */
  readonly problems: readonly string[];
}

const BLOCK = 512;
/** The card has so many; each is written over and over. */
const BLOCKS = 1024;
/** Every other time the file is shorter than the card, and grows as the guest writes. */
const SHORT = 0.6 * BLOCKS * BLOCK;
/** The kill comes so long after the first line of a run, ms. */
const LONGEST = 250;
/** Runs at a time. */
const LANES = 3;

/** Kills so many runs; needs nothing but Node. */
export async function killDisks({ kills = 200, seed = 1 } = {}): Promise<KillReport> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-disks-'));
  const kernel = join(directory, 'writer.bin');
  const report = { kills, blocks: 0, problems: [] as string[] };
  try {
    const program = await buildProgram(directory);
    writeFileSync(kernel, sdWriter(BLOCKS, 2 ** 31 - 1));
    const r = random(seed);
    let next = 0;
    const lane = async (image: string): Promise<void> => {
      while (next < kills) {
        const kill = next++;
        writeFileSync(image, new Uint8Array(kill % 2 === 0 ? BLOCKS * BLOCK : SHORT));
        const words = ['boot', '-q', '-M', 'raspi3b', '--kernel', kernel, '--drive', image];
        const { last, error } = await killed([program, ...words], r.below(LONGEST));
        if (last === undefined) report.problems.push(`kill ${kill}: nothing was written: ${error}`);
        else {
          report.blocks += last + 1;
          const wrong = lost(readFileSync(image), last);
          report.problems.push(...wrong.map((what) => `kill ${kill}, told ${last}: ${what}`));
        }
      }
    };
    const images = Array.from({ length: LANES }, (_, i) => join(directory, `card${i}.img`));
    await Promise.all(images.map(lane));
    const left = readdirSync(directory).filter((name) => name.startsWith('.card'));
    if (left.length > LANES) report.problems.push(`locks of killed processes are left: ${left.join(', ')}`);
  } finally {
    rmSync(directory, { recursive: true });
  }
  return report;
}

/** Runs until so long after the first line. Gives the last whole line, which is the number of a block. */
function killed(
  command: readonly string[],
  after: number,
): Promise<{ last: number | undefined; error: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'pipe'] });
    let rest = '';
    let error = '';
    let last: number | undefined;
    let isTimed = false;
    child.stdout.on('data', (data: Buffer) => {
      const lines = (rest + data.toString('latin1')).split('\n');
      rest = lines.pop() ?? '';
      const line = lines.at(-1);
      if (line === undefined) return;
      last = parseInt(line, 16);
      if (!isTimed) setTimeout(() => child.kill('SIGKILL'), after);
      isTimed = true;
    });
    child.stderr.on('data', (data: Buffer) => (error += data.toString()));
    child.on('error', reject);
    child.on('close', () => resolve({ last, error: error.trim() }));
  });
}

/** What is wrong with a disk whose guest was told that blocks up to the number `last` are written. */
function lost(image: Buffer, last: number): string[] {
  return Array.from({ length: Math.min(last + 1, BLOCKS) }, (_, i) => i).flatMap((place) => {
    // The last number up to `last` that was written there; a later one may be there already.
    const told = last - ((last - place) % BLOCKS);
    const block = image.subarray(place * BLOCK, (place + 1) * BLOCK);
    if (block.length < BLOCK) return [`block ${place} is not in the file`];
    const found = block.readUInt32LE();
    const words = new Uint32Array(block.buffer.slice(block.byteOffset, block.byteOffset + BLOCK));
    if (words.some((word) => word !== found)) return [`block ${place} is torn`];
    return found >= told && found % BLOCKS === place ? [] : [`block ${place} has ${found}, expected ${told}`];
  });
}

if (process.argv[1]?.endsWith('conformance/disks.ts')) {
  const [kills, seed] = process.argv.slice(2);
  const report = await killDisks({
    ...(kills === undefined ? {} : { kills: Number(kills) }),
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
  for (const problem of report.problems.slice(0, 10)) console.log(problem);
  console.log(`${report.kills} kills, ${report.blocks} blocks, ${report.problems.length} problems`);
}
