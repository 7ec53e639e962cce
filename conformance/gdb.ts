/**
 * GDB at the same kernel on QEMU and here: one session, command by command, and what GDB says of each. Where it says other
 * things, `gdb/differences.ts` has the reason, or the part fails.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixtures } from './debian.js';
import { compareRegisters, normalized } from './gdb/differences.js';
import { GdbProcess } from './gdb/gdb-process.js';
import { kernelElf, readSystemMap } from './gdb/kernel-elf.js';
import { script, type Places, type Step } from './gdb/script.js';
import { startFirstlight, startQemu, type Boot, type GdbTarget } from './gdb/targets.js';

export const SYSTEM_MAP = '.cache/linux/System.map';
/** `eret` */
const ERET = 0xd69f_03e0;

interface Answer {
  readonly step: Step;
  readonly text: string;
}

/** Where a board puts the kernel, and how many instructions come before it. */
interface BoardPlaces {
  readonly kernel: number;
  readonly stub: number;
}

const boots: readonly (Boot & { readonly places: BoardPlaces })[] = [
  {
    board: 'virt,virtualization=on',
    qemu: ['-cpu', 'cortex-a53', '-nic', 'none'],
    cores: 2,
    mebibytes: 512,
    kernel: fixtures.kernel,
    append: 'nokaslr console=ttyAMA0',
    places: { kernel: 0x4020_0000, stub: 6 },
  },
  {
    board: 'raspi3b',
    qemu: [],
    cores: 4,
    mebibytes: 1024,
    kernel: fixtures.kernel,
    dtb: '.cache/linux/dtbs/broadcom/bcm2837-rpi-3-b.dtb',
    append: 'nokaslr console=ttyS1,115200',
    places: { kernel: 0x20_0000, stub: 6 },
  },
];

/** What was compared, and what differs beyond what has a reason. */
export interface GdbComparison {
  readonly board: string;
  readonly commands: number;
  /** Values of registers of the same name. */
  readonly registers: number;
  /** Commands whose answers differ for each reason. */
  readonly explained: ReadonlyMap<string, number>;
  readonly differing: readonly string[];
}

export async function compareSessions(): Promise<GdbComparison[]> {
  const folder = mkdtempSync(join(tmpdir(), 'gdb-'));
  try {
    const symbols = join(folder, 'vmlinux');
    const map = readFileSync(SYSTEM_MAP, 'utf8');
    writeFileSync(symbols, kernelElf(map));
    const comparisons: GdbComparison[] = [];
    for (const boot of boots) {
      const places = placesOf(map, boot.places);
      // One after the other: two at once take longer than GDB's patience on a small machine.
      const theirs = await sessionWith(startQemu, boot, symbols, places);
      const ours = await sessionWith(startFirstlight, boot, symbols, places);
      comparisons.push(compare(boot, theirs, ours));
    }
    return comparisons;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function sessionWith(
  start: (boot: Boot) => Promise<GdbTarget>,
  boot: Boot,
  symbols: string,
  places: Places,
): Promise<Answer[]> {
  const target = await start(boot);
  try {
    return await session(target, symbols, places, boot.cores);
  } finally {
    target.process.kill('SIGKILL');
  }
}

/** Has a session with a target, and gives what GDB has said. @throws Error if `kill` does not end it */
async function session(target: GdbTarget, symbols: string, places: Places, cores: number): Promise<Answer[]> {
  const gdb = new GdbProcess();
  try {
    for (const command of ['pagination off', 'confirm off', 'width 0', 'architecture aarch64'])
      await gdb.tell(`set ${command}`);
    await gdb.tell(`file ${symbols}`);
    const answers: Answer[] = [];
    for (const step of script(places, target.port, cores))
      answers.push({ step, text: await gdb.tell(step.command, step.interruptAfter) });
    for (let tries = 0; target.status() === undefined; tries++) {
      if (tries > 100) throw new Error(`${target.name} runs on when GDB has killed it`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return answers;
  } finally {
    gdb.close();
  }
}

function compare({ board }: Boot, theirs: readonly Answer[], ours: readonly Answer[]): GdbComparison {
  const explained = new Map<string, number>();
  const explain = (reason: string): void => void explained.set(reason, (explained.get(reason) ?? 0) + 1);
  let registers = 0;
  const differing = ours.flatMap(({ step, text }, i) => {
    const other = theirs[i].text;
    const { command, says } = step;
    if (says !== undefined) {
      return [other, text].every((each) => says.test(each))
        ? []
        : [`${command}\nQEMU: ${other}\nhere: ${text}`];
    }
    if (step.ofRegisters === true) {
      const { compared, reasons, differing } = compareRegisters(other, text);
      reasons.forEach(explain);
      registers += compared;
      return differing;
    }
    const [their, own] = [normalized(other), normalized(text)];
    if (their.text !== own.text) return [`${command}\nQEMU: ${other}\nhere: ${text}`];
    if (other !== text) new Set([...their.reasons, ...own.reasons]).forEach(explain);
    return [];
  });
  return { board, commands: ours.length, registers, explained, differing };
}

function placesOf(systemMap: string, { kernel, stub }: BoardPlaces): Places {
  const names = readSystemMap(systemMap);
  const image = readFileSync(fixtures.kernel);
  const address = (name: string): number => Number(names.get(name)!.address - names.get('_text')!.address);
  const start = address('init_el2');
  const found = Array.from({ length: 400 }, (_, i) => start + 4 * i).find(
    (at) => image.readUInt32LE(at) === ERET,
  );
  if (found === undefined) throw new Error(`${fixtures.kernel}: no eret behind init_el2`);
  return { kernel, eret: kernel + found, stub };
}
