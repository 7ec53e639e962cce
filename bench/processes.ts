/** firstlight and QEMU as processes, timed from their start. firstlight is what `npm run build` made. */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import type { EngineName } from '../src/engine/index.js';

export const fixtures = {
  kernel: '.cache/linux/Image',
  initrd: '.cache/linux/initrd.gz',
  raspi3b: '.cache/linux/dtbs/broadcom/bcm2837-rpi-3-b.dtb',
};

/** Seconds after which a run counts as failed. */
const TIMEOUT = 1800;

export interface Command {
  readonly file: string;
  readonly args: readonly string[];
}

/** How firstlight executes: its own choice unless given. */
export const engines = ['auto', 'interpreter', 'translator'] as const satisfies readonly EngineName[];
export type Engine = (typeof engines)[number];

/** A command of firstlight's that runs a machine. */
export const firstlightCommand = (command: string, args: readonly string[], engine?: Engine): Command => ({
  file: process.execPath,
  args: [
    ...['bin/firstlight', command, '--clock', 'virtual'],
    ...(engine === undefined ? [] : ['--engine', engine]),
    ...args,
  ],
});
export const firstlight = (args: readonly string[], engine?: Engine): Command =>
  firstlightCommand('boot', args, engine);

/** QEMU with the same core; its translator in one thread, as we have one. */
export const qemu = (machine: string, ...args: string[]): Command => ({
  file: 'qemu-system-aarch64',
  args: [
    ...['-M', machine, '-cpu', 'cortex-a53', '-accel', 'tcg,thread=single', '-m', '1G'],
    ...['-nic', 'none', '-display', 'none', '-monitor', 'none'],
    ...args,
  ],
});

/**
 * Seconds from the start of the process until it has written `text`, when it is killed, or without `text` until it
 * ends. `watch` hears the process's number. Throws when the process does not come so far.
 */
export function timed(command: Command, text?: string, watch?: (pid: number) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command.file, command.args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT * 1000);
    if (watch !== undefined && child.pid !== undefined) watch(child.pid);
    let seconds: number | undefined;
    let output = '';
    child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
      if (text === undefined || seconds !== undefined) return;
      output = (output + chunk).slice(-chunk.length - text.length);
      if (!output.includes(text)) return;
      seconds = (performance.now() - started) / 1000;
      child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      if (text === undefined && status === 0) seconds = (performance.now() - started) / 1000;
      if (seconds === undefined) reject(new Error(`${command.file} ended with status ${status ?? 'none'}`));
      else resolve(seconds);
    });
  });
}

/** Characters of a line that has no end yet which are kept. */
const LONGEST_LINE = 0x1_0000;

/** Of the host, or how long the threads of a process have run: little of it is lost to others on a busy machine. */
export type Clock = 'wall' | 'processor';

/** ms that all threads of a process have run (Linux, Documentation/scheduler/sched-stats.rst); 0 once it has ended. */
function processorTime(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  try {
    const times = readdirSync(tasks).map((task) => {
      const [nanoseconds] = readFileSync(`${tasks}/${task}/schedstat`, 'latin1').split(' ');
      return Number(nanoseconds) / 1e6;
    });
    return times.reduce((sum, time) => sum + time, 0);
  } catch {
    return 0;
  }
}

/** Runs a process to its end, which must be status 0; `hear` gets each line it writes, and when, in ms. */
export function timeLines(
  command: Command,
  hear: (line: string, at: number) => void,
  clock: Clock = 'wall',
): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command.file, command.args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT * 1000);
    let rest = '';
    child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
      const at = clock === 'wall' ? performance.now() : processorTime(child.pid ?? 0);
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(-LONGEST_LINE);
      for (const line of lines) hear(line, at);
    });
    child.on('error', reject);
    child.on('close', (status) => {
      clearTimeout(timer);
      if (status === 0) resolve();
      else reject(new Error(`${command.file} ended with status ${status ?? 'none'}`));
    });
  });
}
