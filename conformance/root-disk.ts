/**
 * Debian's kernel on board raspi3b with its root on the SD card, here and on QEMU: files are written, found again after
 * a reboot, and on the image after `poweroff`, whose file system is whole.
 *
 * `npx tsx conformance/root-disk.ts [here|qemu]` runs it alone.
 */
import { spawn, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDiskFile } from '../src/cli/files/index.js';
import { makeMachine, type Machine } from '../src/index.js';
import { makeRootImage, rootImage, rootInitrd } from '../scripts/root-image.js';

const linux = '.cache/linux';
const kernel = join(linux, 'Image');
const devicetree = join(linux, 'dtbs/broadcom/bcm2837-rpi-3-b.dtb');
/** The mini UART, whose input works on both. */
const APPEND = 'console=ttyS1,115200 root=/dev/mmcblk0 rootwait rw';
const PORT = 'uart1';

/** The shell's line editor asks where the cursor is. */
const PROMPT = /\/root # (\x1b\[6n)?$/;
/** What the root file system says when it has the machine. */
const STARTED = 'ROOT_REACHED';
/** What is typed at the first prompt, and at the one after the reboot. */
const typed = [
  'echo written > mark; dd if=/dev/urandom of=big bs=64k count=24 2>/dev/null; sha256sum big > sum; sync; nproc; reboot\n',
  'cat mark; sha256sum -c sum; rm big; poweroff\n',
];
const expected = ['\r\n4\r\n', '\r\nwritten\r\n', 'big: OK', 'reboot: Power down'];

const TIMEOUT_MS = 400_000;

export interface RootDiskReport {
  readonly where: string;
  /** What is not as it should be, one line each. */
  readonly problems: readonly string[];
}

/** Needs QEMU, the fixtures, and what root-image needs, with e2fsck. */
export async function rootDisk(only?: string): Promise<RootDiskReport[]> {
  makeRootImage();
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-root-disk-'));
  const reports: RootDiskReport[] = [];
  try {
    for (const [where, run] of [
      ['here', here],
      ['qemu', qemu],
    ] as const) {
      if (only !== undefined && only !== where) continue;
      const image = join(directory, `${where}.img`);
      copyFileSync(rootImage, image);
      const console = await run(image);
      const absent = expected.filter((text) => !console.includes(text));
      reports.push({
        where,
        problems: [
          ...absent.map((text) => `no ${JSON.stringify(text)}: ...${console.slice(-300)}`),
          ...inspect(image),
        ],
      });
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
  return reports;
}

/** Answers the first prompt after each start. Gives what is to be typed now. */
function typist(): (console: string) => string | undefined {
  let answered = 0;
  return (console) => {
    const starts = console.split(STARTED).length - 1;
    if (starts === answered || !PROMPT.test(console.slice(-20))) return undefined;
    return typed[answered++];
  };
}

async function here(image: string): Promise<string> {
  const disk = openDiskFile({ path: image }, (error) => {
    throw error;
  });
  const file = (role: 'kernel' | 'initrd' | 'devicetree', name: string) => ({
    role,
    name,
    bytes: readFileSync(name),
  });
  try {
    const machine = makeMachine({
      system: 'linux',
      machine: { board: 'raspi3b' },
      append: APPEND,
      files: [file('kernel', kernel), file('initrd', rootInitrd), file('devicetree', devicetree)],
      disks: [disk.disk],
    });
    return talk(machine);
  } finally {
    disk.close();
  }
}

function talk(machine: Machine): string {
  const next = typist();
  let console = '';
  const port = machine.board.serialPorts.find(({ name }) => name === PORT);
  port?.transmitted.add((byte) => (console += String.fromCharCode(byte)));
  const began = performance.now();
  while (performance.now() - began < TIMEOUT_MS) {
    const reason = machine.run({ instructions: 5_000_000 });
    if (reason === 'powered off') return console;
    if (reason === 'reset') machine.reset();
    const words = next(console);
    if (words !== undefined) machine.receive(new TextEncoder().encode(words), PORT);
  }
  return console;
}

function qemu(image: string): Promise<string> {
  const child = spawn('qemu-system-aarch64', [
    ...['-M', 'raspi3b', '-m', '1G', '-smp', '4', '-display', 'none', '-monitor', 'none'],
    ...['-kernel', kernel, '-dtb', devicetree, '-initrd', rootInitrd, '-append', APPEND],
    ...['-drive', `if=sd,format=raw,file=${image}`, '-serial', 'null', '-serial', 'stdio'],
  ]);
  return new Promise((resolve, reject) => {
    const next = typist();
    let console = '';
    const timer = setTimeout(() => child.kill('SIGKILL'), TIMEOUT_MS);
    child.stdout.on('data', (data: Buffer) => {
      console += data.toString('latin1');
      const words = next(console);
      if (words !== undefined) child.stdin.write(words);
    });
    child.on('error', reject);
    child.on('close', () => {
      clearTimeout(timer);
      resolve(console);
    });
  });
}

/** What is wrong with the image. */
function inspect(image: string): string[] {
  const run = (program: string, ...args: string[]) =>
    spawnSync(program, args, {
      encoding: 'utf8',
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    });
  const check = run('e2fsck', '-fn', image);
  const mark = run('debugfs', '-R', 'cat /root/mark', image).stdout;
  return [
    ...(check.status === 0 ? [] : [`e2fsck: ${check.stdout.trim().split('\n').at(-1)}`]),
    ...(mark === 'written\n' ? [] : [`/root/mark on the image is ${JSON.stringify(mark)}`]),
  ];
}

if (process.argv[1]?.endsWith('conformance/root-disk.ts')) {
  for (const { where, problems } of await rootDisk(process.argv[2]))
    console.log(`${where}: ${problems.length === 0 ? 'as it should be' : problems.join('\n')}`);
}
