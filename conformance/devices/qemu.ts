/** Carries out operations on QEMU's board `virt`, by a small program on its cores (`guest/conformance`). */
import { execFileSync, spawn } from 'node:child_process';
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
} from 'node:fs';
import { readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KINDS, type Operation, type Outcome, type Setup } from './operations.js';

const source = new URL('../../guest/conformance/device-probe.S', import.meta.url).pathname;
const buildDirectory = new URL('../../.cache/conformance/', import.meta.url).pathname;

// The layout that device-probe.S knows.
const RAM = 0x4000_0000;
const CODE = 0x4020_0000;
const HEADER = 0x4040_0000;
const OPERATIONS = 0x4100_0000;
const RESULTS = 0x4500_0000;
const RAM_BYTES = 128 * 2 ** 20;

const OPERATION_BYTES = 32;
const RESULT_BYTES = 16;
const MAX_OPERATIONS = (RESULTS - OPERATIONS) / OPERATION_BYTES;
/** RAM that the probe leaves alone. */
export const SCRATCH = 0x4600_0000;
/** What the real time clock shows at the start, in seconds since 1970; it runs with the machine. */
export const EPOCH = Date.UTC(2020, 0, 1) / 1000;

const TIMEOUT_MS = 120_000;

function buildProbe(): Uint8Array {
  mkdirSync(buildDirectory, { recursive: true });
  const object = join(buildDirectory, 'device-probe.o');
  const image = join(buildDirectory, 'device-probe.bin');
  execFileSync('clang', ['--target=aarch64-none-elf', '-nostdlib', '-c', source, '-o', object]);
  execFileSync('ld.lld', [`-Ttext=0x${CODE.toString(16)}`, '--oformat', 'binary', object, '-o', image]);
  return readFileSync(image);
}

function qemuArguments({ cores, hypervisor }: Setup, ram: string): string[] {
  const machine = `virt,gic-version=2,memory-backend=ram${hypervisor ? ',virtualization=on' : ''}`;
  return [
    ...['-M', machine, '-cpu', 'cortex-a53', '-smp', String(cores), '-m', '128M'],
    ...['-accel', 'tcg,thread=single', '-rtc', 'base=2020-01-01,clock=vm'],
    ...['-object', `memory-backend-file,id=ram,size=128M,mem-path=${ram},share=on`],
    ...['-device', `loader,addr=0x${CODE.toString(16)},cpu-num=0`],
    ...['-display', 'none', '-serial', 'null', '-monitor', 'none', '-nic', 'none', '-no-reboot'],
  ];
}

function runToPowerOff(qemu: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('qemu-system-aarch64', qemu, { stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.stderr.on('data', (text: Buffer) => (errors += text.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(`QEMU ended with status ${code}: ${errors.trim()}`));
    });
  });
}

function encode(operations: readonly Operation[]): Uint8Array {
  const bytes = new Uint8Array(operations.length * OPERATION_BYTES);
  const view = new DataView(bytes.buffer);
  operations.forEach(({ kind, core, address, value }, i) => {
    const at = i * OPERATION_BYTES;
    view.setUint32(at, KINDS.indexOf(kind), true);
    view.setUint32(at + 4, core, true);
    view.setBigUint64(at + 8, BigInt(address), true);
    view.setBigUint64(at + 16, value, true);
  });
  return bytes;
}

/** What each operation gave on QEMU 7.2. Throws when QEMU or clang is missing or QEMU does not finish. */
export async function onQemu(operations: readonly Operation[], setup: Setup): Promise<Outcome[]> {
  if (operations.length > MAX_OPERATIONS)
    throw new RangeError(`at most ${MAX_OPERATIONS} operations at once`);
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'firstlight-'));
  const ram = join(directory, 'ram');
  const file = openSync(ram, 'w+');
  try {
    ftruncateSync(file, RAM_BYTES);
    const put = (address: number, bytes: Uint8Array) =>
      writeSync(file, bytes, 0, bytes.length, address - RAM);
    put(CODE, buildProbe());
    put(HEADER, new Uint8Array(BigUint64Array.of(0n, BigInt(operations.length), BigInt(setup.cores)).buffer));
    put(OPERATIONS, encode(operations));
    await runToPowerOff(qemuArguments(setup, ram));
    const results = new Uint8Array(operations.length * RESULT_BYTES);
    readSync(file, results, 0, results.length, RESULTS - RAM);
    const view = new DataView(results.buffer);
    return operations.map((_, i) => ({
      value: view.getBigUint64(i * RESULT_BYTES, true),
      aborted: view.getBigUint64(i * RESULT_BYTES + 8, true) !== 0n,
    }));
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
}
