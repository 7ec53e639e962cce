/** Carries out operations on QEMU's boards, by a small program on their cores (`guest/conformance`). */
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
import {
  accessBytes,
  KINDS,
  type Operation,
  type Outcome,
  type Setup,
  type SetupBoard,
} from './operations.js';

const source = new URL('../../guest/conformance/device-probe.S', import.meta.url).pathname;
const buildDirectory = new URL('../../.cache/conformance/', import.meta.url).pathname;

/** How the probe comes to run on a board. */
interface Home {
  /** Where RAM begins; the layout of it is what device-probe.S knows. */
  readonly ram: number;
  readonly ramMiB: number;
  /** The probe, from the start of RAM. */
  readonly code: number;
  readonly defines: readonly string[];
  /** QEMU's options for the board, the probe's file among them. */
  qemu(setup: Setup, probe: string): string[];
}

const homes: Readonly<Record<SetupBoard, Home>> = {
  virt: {
    ram: 0x4000_0000,
    ramMiB: 128,
    code: 0x20_0000,
    defines: [],
    qemu: ({ cores, hypervisor, secure = false }) => {
      const levels = `${hypervisor ? ',virtualization=on' : ''}${secure ? ',secure=on' : ''}`;
      // At EL3 there is no PSCI, and all cores start at once.
      const starting = Array.from({ length: secure ? cores : 1 }, (_, core) => core);
      return [
        ...['-M', `virt,gic-version=2,memory-backend=ram${levels}`],
        ...['-cpu', 'cortex-a53', '-smp', String(cores)],
        ...starting.flatMap((core) => ['-device', `loader,addr=0x40200000,cpu-num=${core}`]),
      ];
    },
  },
  raspi3b: {
    ram: 0,
    ramMiB: 1024,
    code: 0x8_0000, // where QEMU puts a kernel without a header
    defines: ['-DRASPBERRY_PI'],
    qemu: (_setup, probe) => ['-M', 'raspi3b,memory-backend=ram', '-kernel', probe],
  },
};

const HEADER = 0x40_0000;
const OPERATIONS = 0x100_0000;
const RESULTS = 0x500_0000;
const OPERATION_BYTES = 32;
const RESULT_BYTES = 16;
const MAX_OPERATIONS = (RESULTS - OPERATIONS) / OPERATION_BYTES;
/** RAM that the probe leaves alone, from the start of it. */
const SCRATCH_OFFSET = 0x600_0000;
export const scratchOf = (board: SetupBoard): number => homes[board].ram + SCRATCH_OFFSET;
/** What the real time clock shows at the start, in seconds since 1970; it runs with the machine. */
export const EPOCH = Date.UTC(2020, 0, 1) / 1000;

const TIMEOUT_MS = 120_000;

/** Makes the probe for a board, and gives its file. */
function buildProbe(board: SetupBoard): string {
  const { ram, code, defines } = homes[board];
  mkdirSync(buildDirectory, { recursive: true });
  const object = join(buildDirectory, `device-probe-${board}.o`);
  const image = join(buildDirectory, `device-probe-${board}.bin`);
  const options = ['--target=aarch64-none-elf', '-nostdlib', `-DRAM=${ram}`, ...defines];
  execFileSync('clang', [...options, '-c', source, '-o', object]);
  execFileSync('ld.lld', [`-Ttext=${ram + code}`, '--oformat', 'binary', object, '-o', image]);
  return image;
}

function qemuArguments(setup: Setup, ram: string, probe: string): string[] {
  const home = homes[setup.board];
  return [
    ...home.qemu(setup, probe),
    ...['-m', `${home.ramMiB}M`, '-accel', 'tcg,thread=single', '-rtc', 'base=2020-01-01,clock=vm'],
    ...['-object', `memory-backend-file,id=ram,size=${home.ramMiB}M,mem-path=${ram},share=on`],
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
  const { ramMiB, code } = homes[setup.board];
  const probe = buildProbe(setup.board);
  const directory = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'firstlight-'));
  const ram = join(directory, 'ram');
  const file = openSync(ram, 'w+');
  try {
    ftruncateSync(file, ramMiB * 2 ** 20);
    const put = (offset: number, bytes: Uint8Array) => writeSync(file, bytes, 0, bytes.length, offset);
    put(code, readFileSync(probe));
    put(HEADER, new Uint8Array(BigUint64Array.of(0n, BigInt(operations.length), BigInt(setup.cores)).buffer));
    put(OPERATIONS, encode(operations));
    await runToPowerOff(qemuArguments(setup, ram, probe));
    const results = new Uint8Array(operations.length * RESULT_BYTES);
    readSync(file, results, 0, results.length, RESULTS);
    const view = new DataView(results.buffer);
    return operations.map(({ kind }, i) => ({
      // Some of QEMU's devices give more bits than a small access has.
      value: BigInt.asUintN(8 * (accessBytes[kind] ?? 8), view.getBigUint64(i * RESULT_BYTES, true)),
      aborted: view.getBigUint64(i * RESULT_BYTES + 8, true) !== 0n,
    }));
  } finally {
    closeSync(file);
    rmSync(directory, { recursive: true });
  }
}
