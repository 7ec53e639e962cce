/**
 * What is said of a real kernel that nobody hears: Debian's, started in ways that leave the screen black. Its own log,
 * read out of its memory, must be what it writes to its console where it has one.
 */
import { readFileSync } from 'node:fs';
import {
  diagnose,
  diagnosisLine,
  GuestSymbols,
  Machine,
  planBoot,
  readKernel,
  Watch,
  type Diagnosis,
} from '../src/index.js';
import { messageText } from '../src/observe/index.js';
import { fixtures } from './debian.js';

interface Screen {
  readonly name: string;
  readonly append: string;
  readonly mebibytes: number;
  readonly initrd: boolean;
  /** Millions of instructions after which it is looked. */
  readonly millions: number;
  /** What must be said. */
  readonly says: readonly RegExp[];
}

const notOurs = /the kernel was given console=ttyS0, but this board's console is ttyAMA0/;

const screens: readonly Screen[] = [
  {
    name: 'a console that it has',
    append: 'console=ttyAMA0',
    mebibytes: 256,
    initrd: true,
    millions: 800,
    says: [/^cpu0 runs at EL1 in \w+.*; its log ends with "/],
  },
  {
    name: 'the console of a PC',
    append: 'console=ttyS0',
    mebibytes: 256,
    initrd: true,
    millions: 2000,
    says: [/^cpu0 waits for an interrupt at EL1 in cpu_do_idle\+0x\w+, physical timer due in/, notOurs],
  },
  {
    name: 'an early console where there is none',
    append: 'console=ttyS0 earlycon=pl011,0x10000000',
    mebibytes: 256,
    initrd: true,
    millions: 20,
    says: [
      /reads pcie-mmio\+0x18 again and again, which gives 0xffffffff, at EL1 in pl011_putc/,
      /earlycon was given address 0x10000000, where the board has pcie-mmio, and uart0 at 0x9000000/,
    ],
  },
  {
    name: 'no root file system',
    append: 'console=ttyS0',
    mebibytes: 256,
    initrd: false,
    millions: 1600,
    says: [/its log ends with "---\[ end Kernel panic - not syncing: VFS: Unable to mount root fs/, notOurs],
  },
  {
    name: 'too little memory',
    append: 'console=ttyS0',
    mebibytes: 52,
    initrd: false,
    millions: 400,
    says: [
      /its log ends with "---\[ end Kernel panic - not syncing: System is deadlocked on memory/,
      notOurs,
    ],
  },
];

function boot({ append, mebibytes, initrd }: Screen): Machine {
  const machine = new Machine({ ramSize: mebibytes * 2 ** 20 });
  const inputs = {
    kernel: { name: fixtures.kernel, content: readKernel(readFileSync(fixtures.kernel), fixtures.kernel) },
    ...(initrd && { initrd: { name: fixtures.initrd, bytes: readFileSync(fixtures.initrd) } }),
    append,
    seed: 7n,
  };
  machine.powerUp(planBoot(inputs, machine.board));
  return machine;
}

function watched(machine: Machine): Diagnosis {
  const watch = new Watch(machine);
  for (let piece = 0; piece < 16; piece++) {
    machine.run({ instructions: 1_000_000, until: machine.now + 1e6 });
    watch.next();
  }
  const diagnosis = diagnose(machine, { watch, symbols: new GuestSymbols(machine) });
  watch.stop();
  return diagnosis;
}

/** The messages of the log that the console does not have, which may be a few behind. */
function missingOn(console: string, { kernelLog }: Diagnosis): string[] {
  const lines = console.split(/\r?\n/);
  return kernelLog.map(messageText).filter((line) => !lines.includes(line));
}

/** Looks at every screen; returns how many were looked at, and what was not said as it should. */
export function compareDiagnoses(): { screens: number; wrong: string[] } {
  const wrong: string[] = [];
  for (const screen of screens) {
    const machine = boot(screen);
    let console_ = '';
    machine.transmitted.add((byte) => (console_ += String.fromCharCode(byte)));
    machine.run({ instructions: screen.millions * 1e6 });
    const diagnosis = watched(machine);
    const line = diagnosisLine(diagnosis);
    console.log(`${screen.name}: ${line}`);
    wrong.push(
      ...screen.says.filter((each) => !each.test(line)).map((each) => `${screen.name}: not ${each}`),
    );
    if (console_ === '') continue;
    const missing = missingOn(console_, diagnosis);
    if (diagnosis.kernelLog.length === 0) wrong.push(`${screen.name}: no log was found`);
    wrong.push(...missing.map((each) => `${screen.name}: not on the console: ${each}`));
  }
  return { screens: screens.length, wrong };
}
