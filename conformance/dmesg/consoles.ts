/** What the kernel writes to the console up to /init, here and on QEMU. */
import { spawn } from 'node:child_process';
import { Session } from '../../src/index.js';
import { debianMachine, debianRaspi3b, fixtures, LAST_LINE } from '../debian.js';
import type { Setup } from './setups.js';

/** Seconds of wall time; a boot takes about ten. */
const TIMEOUT = 240;

export async function consoleHere(setup: Setup): Promise<string> {
  const options = { ...setup, seed: 0n };
  const machine = setup.board === 'raspi3b' ? debianRaspi3b(options) : debianMachine(options);
  const bytes: number[] = [];
  const session = new Session(machine, {
    until: new RegExp(LAST_LINE),
    timeout: TIMEOUT,
    transmit: (byte) => bytes.push(byte),
  });
  const { kind } = await session.run();
  const text = Buffer.from(bytes).toString('latin1');
  if (kind !== 'matched') throw new Error(`the boot here ended without ${LAST_LINE}: ${kind}\n${tail(text)}`);
  return text;
}

/**
 * QEMU counts instructions, one a nanosecond, and its clock begins at 1970 as ours does: so that what depends on
 * time comes out the same, however busy the host is.
 */
function qemuArguments({ board, el, cores, mebibytes, append }: Setup): string[] {
  const virt = ['-M', `virt,virtualization=${el === 2 ? 'on' : 'off'}`, '-cpu', 'cortex-a53'];
  return [
    ...(board === 'raspi3b' ? ['-M', board, '-dtb', fixtures.raspi3b] : virt),
    ...['-smp', String(cores), '-m', `${mebibytes}M`, '-nic', 'none'],
    ...['-icount', 'shift=0,sleep=off', '-rtc', 'base=1970-01-01,clock=vm', '-seed', '1'],
    ...['-display', 'none', '-monitor', 'none', '-serial', 'stdio', '-no-reboot'],
    ...['-kernel', fixtures.kernel, '-initrd', fixtures.initrd, '-append', append],
  ];
}

export function consoleOnQemu(setup: Setup): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('qemu-system-aarch64', qemuArguments(setup), {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT * 1000);
    let text = '';
    child.stdout.setEncoding('latin1').on('data', (chunk: string) => {
      text += chunk;
      if (text.includes(LAST_LINE)) child.kill('SIGKILL');
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      if (text.includes(LAST_LINE)) resolve(text.slice(0, text.indexOf(LAST_LINE) + LAST_LINE.length));
      else reject(new Error(`QEMU's boot ended without ${LAST_LINE}\n${tail(text)}`));
    });
  });
}

const tail = (text: string): string => text.split('\n').slice(-10).join('\n');
