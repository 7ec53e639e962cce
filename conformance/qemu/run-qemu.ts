/** Runs the execution harness on QEMU's board `virt`; guest RAM is a file, so cases and results are file bytes. */
import { spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Batch, type Executor, caseCount } from '../execute/records.js';
import { HARNESS_RAM_BYTES, header, physical } from './layout.js';
import { memoryImage, resultBytes } from './memory-image.js';

const TIMEOUT_MS = 60_000;

/** A batch that QEMU did not finish. */
export class QemuError extends Error {
  /** `caseIndex` is the case that was running. */
  constructor(
    message: string,
    readonly caseIndex: number,
  ) {
    super(message);
    this.name = 'QemuError';
  }
}

function argumentsFor(ram: string): string[] {
  return [
    ...['-M', 'virt,virtualization=on,memory-backend=ram', '-cpu', 'cortex-a53', '-m', '128M'],
    ...['-object', `memory-backend-file,id=ram,size=128M,mem-path=${ram},share=on`],
    ...['-device', `loader,addr=0x${physical.harness.toString(16)},cpu-num=0`],
    ...['-display', 'none', '-serial', 'none', '-monitor', 'none', '-nodefaults', '-no-reboot'],
  ];
}

/** Runs QEMU until it powers off or `TIMEOUT_MS` have passed; answers what it wrote to standard error. */
function runUntilPowerOff(ram: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('qemu-system-aarch64', argumentsFor(ram), { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(errors);
    });
  });
}

function readAt(file: number, address: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  readSync(file, bytes, 0, length, address - physical.ram);
  return bytes;
}

/** QEMU as an executor: `qemu-system-aarch64 -M virt,virtualization=on -cpu cortex-a53`. */
export const qemu: Executor = {
  name: 'QEMU',
  async run(batch: Batch): Promise<Uint8Array> {
    const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'firstlight-'));
    const ram = join(directory, 'ram');
    const file = openSync(ram, 'w+');
    try {
      ftruncateSync(file, HARNESS_RAM_BYTES);
      for (const { address, bytes } of memoryImage(batch)) {
        writeSync(file, bytes, 0, bytes.length, address - physical.ram);
      }
      const errors = await runUntilPowerOff(ram);
      const status = new DataView(readAt(file, physical.header, 0x18).buffer);
      const progress = Number(status.getBigUint64(header.progress, true));
      if (status.getBigUint64(header.done, true) !== 1n) {
        throw new QemuError(
          `QEMU stopped in case ${progress} of ${caseCount(batch)}: ${errors.trim()}`,
          progress,
        );
      }
      return readAt(file, physical.results, resultBytes(caseCount(batch)));
    } finally {
      closeSync(file);
      rmSync(directory, { recursive: true });
    }
  },
};
