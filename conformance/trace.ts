/**
 * Walks against QEMU, instruction by instruction: what the walk says of registers, put together from the start on, is at
 * each instruction what QEMU has. Of Debian's kernel on both boards, and of a listed kernel on `raspi3b`.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GuestSymbols, Machine, makeMachine, Walk, walkWriters } from '../src/index.js';
import type { Step } from '../src/observe/index.js';
import { Places } from '../src/observe/walk/places.js';
import { Walker } from '../src/observe/walk/walker.js';
import { listingFirmware, listingImage } from '../tests/programs/head-listing.js';
import { qemuSteps, type QemuStep } from './trace/qemu-steps.js';

const fixtures = '.cache/linux';
const CONSOLE = 'console=ttyAMA0';
/** Instructions of Debian's kernel, and of the listing: nearly all before what clears its BSS, which is not listed. */
const BOOTED = 20_000;
const LISTED = 5000;

export interface TraceComparison {
  readonly what: string;
  readonly compared: number;
  /** The first difference, if there is one. */
  readonly differing: string | undefined;
}

/** Registers as a walk tells of them. */
class Told {
  readonly registers = Array<bigint>(32).fill(0n);

  constructor(private nzcv: number) {}

  add({ registers }: Step): void {
    for (const { name, value } of registers) {
      if (name === 'nzcv') this.nzcv = Number(value);
      else if (name === 'sp') this.registers[31] = value;
      else if (name.startsWith('x')) this.registers[Number(name.slice(1))] = value;
    }
  }

  /** What is otherwise on QEMU before a step. */
  difference(step: Step, theirs: QemuStep): string | undefined {
    if (step.virtual !== theirs.pc) return `PC ${hex(step.virtual)}, QEMU's ${hex(theirs.pc)}`;
    if (step.level !== theirs.level) return `EL${step.level}, QEMU's EL${theirs.level}`;
    if (this.nzcv !== theirs.nzcv) return `flags ${this.nzcv}, QEMU's ${theirs.nzcv}`;
    const at = this.registers.findIndex((value, i) => value !== theirs.registers[i]);
    return at < 0 ? undefined : `X${at} ${hex(this.registers[at])}, QEMU's ${hex(theirs.registers[at])}`;
  }
}

const hex = (value: bigint): string => `0x${value.toString(16)}`;

async function compare(
  what: string,
  machine: Machine,
  args: readonly string[],
  wanted: number,
): Promise<TraceComparison> {
  const theirs = await qemuSteps(args, wanted);
  if (theirs.length < wanted)
    return { what, compared: 0, differing: `QEMU told of ${theirs.length} instructions only` };
  const told = new Told(theirs[0].nzcv);
  const walker = new Walker(machine, new Places(machine, new GuestSymbols(machine)));
  for (const [compared, expected] of theirs.entries()) {
    const step = stepOfFirst(walker);
    const differing =
      step === undefined ? `the walk ended: ${walker.ending}` : told.difference(step, expected);
    if (step === undefined || differing !== undefined)
      return { what, compared, differing: `instruction ${compared} (${step?.text}): ${differing}` };
    told.add(step);
  }
  walker.stop();
  return { what, compared: theirs.length, differing: undefined };
}

/** The next step of core 0, which is what QEMU tells of: the others wait by then, on `raspi3b` in a loop. */
function stepOfFirst(walker: Walker): Step | undefined {
  let step = walker.step();
  while (step !== undefined && step.core !== 0) step = walker.step();
  return step;
}

function debianKernel(kernel: string, board: 'virt' | 'raspi3b' = 'virt', dtb?: string): Machine {
  const file = (role: 'kernel' | 'devicetree', name: string) => ({
    ...{ role, name, bytes: new Uint8Array(readFileSync(name)) },
  });
  return makeMachine({
    system: 'linux',
    machine: { board },
    append: CONSOLE,
    seed: 0n,
    files: [file('kernel', kernel), ...(dtb === undefined ? [] : [file('devicetree', dtb)])],
  });
}

function listedKernel(): Machine {
  const machine = new Machine({ board: 'raspi3b' });
  machine.powerUp(listingFirmware(machine.cores));
  return machine;
}

/** The kernel whose walk is in `trace/head-walk.txt`, as far as `start_kernel`, and how much of it is compared. */
const READ = { version: '6.12.117-1~deb12u1', instructions: 100_000 } as const;

/** The walk as text, against one that was read through: firstlight trace --to start_kernel --depth 1. */
function compareText(): TraceComparison[] {
  const packages = JSON.parse(readFileSync(join(fixtures, 'package.json'), 'utf8')) as { version: string }[];
  if (packages[0]?.version !== READ.version) return [];
  const machine = debianKernel(join(fixtures, 'Image'));
  const symbols = new GuestSymbols(machine);
  const writer = walkWriters.text();
  let text = '';
  const walk = new Walk(
    machine,
    { by: 'instruction', symbols, depth: 1 },
    (item) => (text += writer.write(item)),
  );
  walk.steps(READ.instructions);
  const theirs = readFileSync(new URL('./trace/head-walk.txt', import.meta.url), 'utf8').split('\n');
  const ours = text.trimEnd().split('\n');
  const at = ours.findIndex((line, i) => line !== theirs[i]);
  const differing = at < 0 ? undefined : `line ${at + 1}: ${ours[at]}, as read ${theirs[at]}`;
  return [{ what: "lines of Debian's kernel's walk", compared: at < 0 ? ours.length : at, differing }];
}

export async function compareTraces(): Promise<TraceComparison[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'firstlight-trace-'));
  try {
    const debian = join(fixtures, 'Image');
    const listed = join(scratch, 'Image');
    writeFileSync(listed, listingImage());
    const virt = ['-M', 'virt,virtualization=on', '-cpu', 'cortex-a53', '-m', '1G', '-nic', 'none'];
    const boot = ['-kernel', debian, '-append', CONSOLE];
    const dtb = join(fixtures, 'dtbs/broadcom/bcm2837-rpi-3-b.dtb');
    const raspi3b = ['-M', 'raspi3b', '-dtb', dtb];
    return [
      ...compareText(),
      await compare("Debian's kernel on virt", debianKernel(debian), [...virt, ...boot], BOOTED),
      await compare(
        "Debian's kernel on raspi3b",
        debianKernel(debian, 'raspi3b', dtb),
        [...raspi3b, ...boot],
        BOOTED,
      ),
      await compare('the listed kernel on raspi3b', listedKernel(), [...raspi3b, '-kernel', listed], LISTED),
    ];
  } finally {
    rmSync(scratch, { recursive: true });
  }
}
