/**
 * Loops of one kind of work each. A program runs with few and with many iterations; the difference of the two times
 * is that of a fixed number of instructions, without what it takes to start.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { firstlight, qemu, timed, type Command, type Engine } from './processes.js';
import { build, programs, type Program } from './loop-programs.js';
import { median } from './statistics.js';

export interface LoopSpeed {
  readonly program: Program;
  /** Instructions that were timed. */
  readonly instructions: number;
  /** Millions of instructions a second, medians. */
  readonly firstlight: number;
  readonly qemu: number;
  /** QEMU's speed over firstlight's. */
  readonly ratio: number;
}

const FEW = 100_000;
/** Iterations that take a second or two here. */
const many: Readonly<Record<Program, number>> = {
  integer: 12_000_000,
  fp: 8_000_000,
  simd: 6_000_000,
  memory: 2_500_000,
  pages: 4_000_000,
};

const here = (elf: string): string[] => ['--el', '1', '--kernel', elf];

/** How many instructions a program executes, by our own count. */
async function instructionsOf(elf: string, engine?: Engine): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-'));
  try {
    const stats = join(directory, 'stats.json');
    await timed(firstlight([...here(elf), '--stats', stats], engine));
    return (JSON.parse(readFileSync(stats, 'utf8')) as { instructions: number }).instructions;
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function loopSpeed(program: Program, runs: number, scale: number, engine?: Engine): Promise<LoopSpeed> {
  const few = build(program, FEW);
  const long = build(program, FEW + Math.round(many[program] * scale));
  const onQemu = (elf: string): Command => qemu('virt', '-serial', 'none', '-kernel', elf);
  const seconds = { firstlight: [] as number[], qemu: [] as number[] };
  for (let i = 0; i < runs; i++) {
    const start = await timed(firstlight(here(few), engine));
    seconds.firstlight.push((await timed(firstlight(here(long), engine))) - start);
    const startOnQemu = await timed(onQemu(few));
    seconds.qemu.push((await timed(onQemu(long))) - startOnQemu);
  }
  const instructions = (await instructionsOf(long, engine)) - (await instructionsOf(few, engine));
  const mips = (times: readonly number[]): number => instructions / median(times) / 1e6;
  const speed = { firstlight: mips(seconds.firstlight), qemu: mips(seconds.qemu) };
  return { program, instructions, ...speed, ratio: speed.qemu / speed.firstlight };
}

export async function loopSpeeds(runs: number, scale: number, engine?: Engine): Promise<LoopSpeed[]> {
  const speeds: LoopSpeed[] = [];
  for (const program of programs) speeds.push(await loopSpeed(program, runs, scale, engine));
  return speeds;
}
