/** Runs a batch of translations on QEMU: `qemu-system-aarch64 -M virt,virtualization=on[,secure=on] -cpu cortex-a53`. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DONE,
  layoutDefinitions,
  PROGRAM,
  RAM,
  RAM_BYTES,
  RESULT_BYTES,
  RESULTS,
  type ProgramLevel,
} from './layout.js';

const source = new URL('../../guest/conformance/translation.S', import.meta.url).pathname;
const buildDirectory = new URL('../../.cache/conformance/', import.meta.url).pathname;
const TIMEOUT_MS = 60_000;

/** Assembles the program; throws when clang or ld.lld fails. */
export function buildProgram(level: ProgramLevel): Uint8Array {
  mkdirSync(buildDirectory, { recursive: true });
  const [object, image] = ['translation.o', 'translation.bin'].map((name) => join(buildDirectory, name));
  writeFileSync(join(buildDirectory, 'translation-layout.h'), layoutDefinitions());
  const defines = level === 3 ? ['-DMONITOR'] : [];
  const options = ['--target=aarch64-none-elf', `-I${buildDirectory}`, ...defines];
  execFileSync('clang', [...options, '-c', source, '-o', object]);
  const address = `0x${PROGRAM.toString(16)}`;
  execFileSync('ld.lld', ['-Ttext', address, '-e', '_start', '--oformat', 'binary', object, '-o', image]);
  return readFileSync(image);
}

/** Runs QEMU on `memory`, the beginning of its RAM, until it powers off; answers the results. */
export function runOnQemu(memory: Uint8Array, count: number, level: ProgramLevel): Uint8Array {
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'firstlight-'));
  const ram = join(directory, 'ram');
  try {
    writeFileSync(ram, memory);
    truncateSync(ram, RAM_BYTES);
    execFileSync(
      'qemu-system-aarch64',
      [
        ...['-M', `virt,virtualization=on${level === 3 ? ',secure=on' : ''},memory-backend=ram`],
        ...['-cpu', 'cortex-a53', '-m', '128M'],
        ...['-object', `memory-backend-file,id=ram,size=128M,mem-path=${ram},share=on`],
        ...['-device', `loader,addr=0x${PROGRAM.toString(16)},cpu-num=0`],
        ...['-display', 'none', '-serial', 'none', '-monitor', 'none', '-nodefaults', '-no-reboot'],
      ],
      { timeout: TIMEOUT_MS, stdio: ['ignore', 'ignore', 'inherit'] },
    );
    const bytes = readFileSync(ram);
    if (bytes.readUInt32LE(DONE - RAM) !== 1)
      throw new Error('QEMU did not come to the end of the translations');
    return bytes.subarray(RESULTS - RAM, RESULTS - RAM + count * RESULT_BYTES);
  } finally {
    rmSync(directory, { recursive: true });
  }
}
