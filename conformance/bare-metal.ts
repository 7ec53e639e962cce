/** Programs in C on board `raspi3b`, `bare-metal/*.c`: what they print on QEMU is what they print here. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { makeMachine } from '../src/index.js';

const sources = new URL('bare-metal/', import.meta.url).pathname;
const INSTRUCTIONS = 2_000_000_000;
const TIMEOUT = 60_000;

function build(source: string, directory: string): string {
  const image = join(directory, `${basename(source, '.c')}.img`);
  execFileSync('clang', [
    ...['--target=aarch64-none-elf', '-mcpu=cortex-a53', '-mgeneral-regs-only', '-ffreestanding', '-O1'],
    ...['-Wall', '-Werror', '-Wno-main-return-type', '-nostdlib', '-fuse-ld=lld', '-Wl,--oformat=binary'],
    ...[`-Wl,-T,${sources}program.ld`, join(sources, 'start.S'), join(sources, source), '-o', image],
  ]);
  return image;
}

function onQemu(image: string): string {
  const args = ['-M', 'raspi3b', '-kernel', image, '-display', 'none', '-no-reboot', '-monitor', 'none'];
  return execFileSync('qemu-system-aarch64', [...args, '-serial', 'stdio'], {
    encoding: 'latin1',
    timeout: TIMEOUT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

function here(image: string): string {
  const bytes = new Uint8Array(readFileSync(image));
  const machine = makeMachine({
    system: 'linux',
    machine: { board: 'raspi3b' },
    seed: 0n,
    files: [{ role: 'kernel', name: basename(image), bytes }],
  });
  let text = '';
  machine.board.serialPorts[0].transmitted.add((byte) => (text += String.fromCharCode(byte)));
  const end = machine.run({ instructions: INSTRUCTIONS });
  return end === 'powered off' ? text : `${text}(${end})`;
}

export interface BareMetalComparison {
  readonly programs: number;
  readonly lines: number;
  /** The first line of each program that is another one on QEMU. */
  readonly differing: readonly string[];
}

/** Compares them all; needs clang, ld.lld and `qemu-system-aarch64`. */
export function bareMetalPrograms(): BareMetalComparison {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-'));
  try {
    const programs = readdirSync(sources).filter((name) => name.endsWith('.c'));
    const result = { programs: programs.length, lines: 0, differing: [] as string[] };
    for (const name of programs) {
      const image = build(name, directory);
      const [expected, found] = [onQemu(image), here(image)].map((text) => text.split('\n'));
      result.lines += expected.length;
      const at = expected.findIndex((line, i) => line !== found[i]);
      if (at >= 0) result.differing.push(`${name}: QEMU "${expected[at]}", here "${found[at] ?? 'nothing'}"`);
      else if (found.length > expected.length)
        result.differing.push(`${name}: here alone "${found[expected.length]}"`);
    }
    return result;
  } finally {
    rmSync(directory, { recursive: true });
  }
}
