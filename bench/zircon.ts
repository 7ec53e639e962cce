/**
 * Zircon's services timed, start to prompt, and the unpacking of a large BOOTFS. What is timed lies between two lines
 * on the console; the clock is the host's. guest/bench-zircon has the operations.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildBench } from '../scripts/zircon/build/bench.js';
import { bootOnQemu, LAST_LINE } from './boot.js';
import { firstlightCommand, timed, timeLines, type Command, type Engine } from './processes.js';
import { median } from './statistics.js';

/** One operation: ns of wall time each, all runs. */
export interface ServiceTime {
  readonly name: string;
  readonly nanoseconds: readonly number[];
}

export interface ZirconTimes {
  readonly services: readonly ServiceTime[];
  /** Seconds to decompress the large BOOTFS, each run. */
  readonly unpacking: readonly number[];
  /** Seconds from the start of the process. */
  readonly firstLine: readonly number[];
  readonly prompt: readonly number[];
  readonly qemuLinux: readonly number[];
}

/**
 * Real Zircon of December 2018 on QEMU 7.2 TCG (virt, cortex-a53) on a machine of this class: ns an operation. Where
 * nothing is given, nothing was measured there.
 */
const realZircon: Readonly<Record<string, number>> = {
  'null-call': 1540,
  'clock-get': 1700,
  'ticks-get': 180,
  'event-create': 3600,
  'channel-create': 5800,
  'channel-write-read': 1e9 / 123_000,
  'thread-create': 38_000,
  'process-start-wait': 600_000,
};
/** Seconds from QEMU's start to real Zircon's first line of userboot, at best. */
const realFirstLine = 0.22;

const BUILD = '.cache/bench';
const PROMPT = '\n$ ';
/** With a few others of the kind around, and with 100,000: how much longer it may take, as caches of the host have an end. */
const manyRatio = 2;
/** RAM for the tables of so many processes. */
const RAM = '2G';
/** Bytes of the large BOOTFS. */
const BOOTFS_SIZE = 32 * 2 ** 20;

const zircon = (args: readonly string[], engine?: Engine): Command =>
  firstlightCommand('zircon', args, engine);

/** ns an operation, by name, in one run of the program. `percent`: of the usual counts. */
async function runBench(program: string, percent: number, engine?: Engine): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  let begun: { name: string; count: number; at: number } | undefined;
  const append = `userboot.next=bin/bench+${percent} userboot.shutdown`;
  const args = ['-m', RAM, '--add', `bin/bench=${program}`, '--append', append];
  await timeLines(zircon(args, engine), (line, at) => {
    const [, name, count] = /^begin (\S+) (\d+)/.exec(line) ?? [];
    if (name !== undefined) begun = { name, count: Number(count), at };
    if (!line.startsWith('end') || begun === undefined) return;
    times.set(begun.name, ((at - begun.at) * 1e6) / begun.count);
  });
  return times;
}

async function serviceTimes(runs: number, percent: number, engine?: Engine): Promise<ServiceTime[]> {
  const program = join(BUILD, 'bench-zircon');
  writeFileSync(program, buildBench());
  const all = new Map<string, number[]>();
  for (let i = 0; i < runs; i++) {
    for (const [name, time] of await runBench(program, percent, engine))
      all.set(name, [...(all.get(name) ?? []), time]);
  }
  return [...all].map(([name, nanoseconds]) => ({ name, nanoseconds }));
}

/** Bytes that LZ4 brings to a third or so: words from a small vocabulary, the same at every call. */
function compressible(size: number): Uint8Array {
  const bytes = Buffer.alloc(size);
  let state = 1;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0);
  const vocabulary = Array.from({ length: 512 }, () => next().toString(36) + (next() >>> 8).toString(36));
  for (let at = 0; at < size;) at += bytes.write(`${vocabulary[next() >>> 23]} `, at, 'latin1');
  return bytes;
}

/** Seconds between userboot's lines before and after it decompresses a BOOTFS with a large file in it. */
async function unpacking(runs: number, engine?: Engine): Promise<number[]> {
  const file = join(BUILD, 'large');
  writeFileSync(file, compressible(BOOTFS_SIZE));
  const seconds: number[] = [];
  for (let i = 0; i < runs; i++) {
    let begun = NaN;
    const append = 'userboot.next=bin/hello userboot.shutdown';
    const command = zircon(['--add', `data/large=${file}`, '--append', append], engine);
    await timeLines(command, (line, at) => {
      if (line.includes('userboot: BOOTFS at ')) begun = at;
      if (line.includes('userboot: BOOTFS is ')) seconds.push((at - begun) / 1000);
    });
  }
  return seconds;
}

export async function zirconTimes(runs: number, percent: number, engine?: Engine): Promise<ZirconTimes> {
  mkdirSync(BUILD, { recursive: true });
  const services = await serviceTimes(runs, percent, engine);
  const starts = { firstLine: [] as number[], prompt: [] as number[], qemuLinux: [] as number[] };
  for (let i = 0; i < runs; i++) {
    starts.firstLine.push(await timed(zircon([], engine), 'userboot: '));
    starts.prompt.push(await timed(zircon([], engine), PROMPT));
    starts.qemuLinux.push(await timed(bootOnQemu, LAST_LINE));
  }
  return { services, unpacking: await unpacking(runs, engine), ...starts };
}

/** Prints them, and each target with whether it is met. */
export function reportZircon(
  times: ZirconTimes,
  line: (text: string) => void,
  target: (text: string, met: boolean) => void,
): void {
  line('\nZircon, medians: ns an operation');
  line('  operation           firstlight  Zircon on QEMU');
  for (const { name, nanoseconds } of times.services) {
    const real = name in realZircon ? realZircon[name].toFixed(0) : '';
    line(`  ${name.padEnd(18)} ${median(nanoseconds).toFixed(0).padStart(11)} ${real.padStart(15)}`);
  }
  line(
    `  a BOOTFS of ${BOOTFS_SIZE / 2 ** 20} MiB decompressed by userboot in ${median(times.unpacking).toFixed(2)} s`,
  );
  for (const { name, nanoseconds } of times.services) {
    const time = median(nanoseconds);
    const real = realZircon[name];
    if (real === undefined) continue;
    target(`${name}: ${(time / real).toFixed(2)} times real Zircon's time on QEMU, at most 1`, time <= real);
  }
  for (const { name, nanoseconds } of times.services) {
    const few = times.services.find((each) => each.name === name.replace(/-many$/, '-few'));
    if (few === undefined || !name.endsWith('-many')) continue;
    const ratio = median(nanoseconds) / median(few.nanoseconds);
    target(
      `${name}: ${ratio.toFixed(2)} times as long as among few, at most ${manyRatio}`,
      ratio <= manyRatio,
    );
  }
  const firstLine = median(times.firstLine);
  const prompt = median(times.prompt);
  const linux = median(times.qemuLinux);
  const first = `${firstLine.toFixed(2)} s to userboot's first line, at most ${realFirstLine} as real Zircon's`;
  target(first, firstLine <= realFirstLine);
  const seconds = `${prompt.toFixed(2)} s to the prompt, at most the ${linux.toFixed(2)} s of Linux to /init on QEMU`;
  target(seconds, prompt <= linux);
}
