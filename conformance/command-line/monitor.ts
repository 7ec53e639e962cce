/** The monitor's answers against those of QEMU's, about machines in the same state. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planBoot } from '../../src/boot/index.js';
import { Monitor } from '../../src/cli/qemu/monitor/monitor.js';
import { MonitorHost } from '../../src/cli/qemu/monitor/host.js';
import { Debugger } from '../../src/debug/index.js';
import { readKernel } from '../../src/images/index.js';
import { Machine, type MachineOptions } from '../../src/machine/index.js';
import { image } from './image.js';

interface Setup {
  readonly name: string;
  readonly qemu: readonly string[];
  readonly machine: MachineOptions;
  /** Whether all cores are on: of one that is off nothing is in its registers here. */
  readonly allOn?: boolean;
  /** What an Image does, which stays where it comes to in the end. */
  readonly program: readonly string[];
}

/** Values in all registers, flags, and then one instruction for ever. */
const registers = [
  ...Array.from({ length: 30 }, (_, i) => `movz x${i}, #${0x1111 + i}, lsl #${16 * (i % 4)}`),
  ...['mov sp, x5', 'mov x30, #-1', 'fmov d3, x7', 'dup v4.2d, x9', 'movi v31.16b, #0xa5'],
  ...['movz x1, #0x100, lsl #16', 'msr fpcr, x1', 'subs x2, x2, x2', 'b #0'],
];
/** Down to EL1 with SP_EL0, where floating point traps. */
const below = [
  ...['mov x0, #0x80000000', 'msr hcr_el2, x0', 'movz x0, #0x3c4', 'msr spsr_el2, x0'],
  ...['adr x1, #12', 'msr elr_el2, x1', 'eret', 'mov x3, #3', 'b #0'],
];

const virt = ['-M', 'virt,virtualization=on', '-cpu', 'cortex-a53', '-net', 'none'];
const setups: readonly Setup[] = [
  {
    name: 'virt, EL2',
    qemu: virt,
    machine: { ramSize: 2 ** 27 },
    program: registers,
  },
  { name: 'virt, EL1', qemu: virt, machine: { ramSize: 2 ** 27 }, program: below },
  {
    name: 'virt, secure',
    qemu: ['-M', 'virt,virtualization=on,secure=on', '-cpu', 'cortex-a53', '-net', 'none'],
    machine: { ramSize: 2 ** 27, secure: true },
    program: registers,
  },
  {
    name: 'raspi3b',
    qemu: ['-M', 'raspi3b'],
    machine: { board: 'raspi3b' },
    allOn: true,
    program: registers,
  },
];

const before = [
  'info status',
  'info registers',
  'info cpus',
  'info name',
  'info uuid',
  'info irq',
  'info mtree -f',
];
const formats = ['x', 'd', 'u', 'o', 'c'].flatMap((letter) =>
  ['b', 'h', 'w', 'g'].map((size) => `xp/7${letter}${size} 0x200040+base`),
);
const after = [
  ...['info registers', 'info registers 0', 'x/9xw 0x200000+base', 'x/3xg 0x200000+base', 'xp/20xb base'],
  ...formats,
  ...['xp/2 base', 'x base', 'xp/0x base', 'xp/2xw 0x99999999999', 'x/2i 0x99999999999', 'xp'],
  ...[
    'p 1+2',
    'p/x -1',
    'p/o 8',
    'p/u 5',
    'p/d -5',
    'p/c 65',
    "p/c '~'",
    'p/c 10',
    'p/x (1+2)*3',
    'p 6&3|8^1',
  ],
  ...[
    'p 1-2-3',
    'p ~0',
    'p 2*3+4',
    'p 010',
    'p/x 0',
    'p/d 7/2',
    'p -7%3',
    'p 5/0',
    'p 1+',
    'p (1',
    'p $foo',
    'p @',
  ],
  ...[
    'p 1 2',
    'x/q 0',
    'x/4xz 0',
    'xp/-1x 0',
    'cpu 0',
    'cpu 99',
    'cpu',
    'cpu x',
    'info cpus',
    'info registers 99',
  ],
  ...[
    'info registers -z',
    'info foo',
    'foo',
    'stop foo',
    'info status foo',
    'info mtree foo',
    '  info   status',
    '',
  ],
  ...['help cont', 'help nosuch', 'help info foo', 'help info registers', 'help x', 'help quit', 'help cpu'],
  ...[
    'savevm a',
    'savevm',
    'loadvm a',
    'loadvm',
    'help loadvm',
    'info snapshots',
    'gva2gpa 0x200000+base',
    'sum 0x200000+base 1000',
    'sum base 16',
  ],
  ...['memsave 0 16', 'screendump', 'pmemsave base 4 "/nope/x"'],
];

export interface MonitorComparison {
  readonly commands: number;
  readonly differing: readonly string[];
}

export async function compareMonitors(): Promise<MonitorComparison> {
  const differing: string[] = [];
  let commands = 0;
  for (const setup of setups) {
    const base = setup.machine.board === 'raspi3b' ? '0' : '0x40000000';
    const lines = after.map((line) => line.replace('base', base));
    const first = setup.allOn === true ? [...before, 'info registers -a'] : before;
    const [ours, qemu] = [answersHere(setup, first, lines), await answersOfQemu(setup, first, lines)];
    for (const [i, command] of [...first, ...lines].entries()) {
      commands++;
      if (command === 'info mtree -f') {
        differing.push(
          ...differingRanges(ours[i], qemu[i]).map((each) => `${setup.name}: ${command}: ${each}`),
        );
        continue;
      }
      const [one, other] = [comparable(ours[i]), comparable(qemu[i])];
      if (one !== other) differing.push(`${setup.name}: ${command}\n${one}\nQEMU:\n${other}`);
    }
  }
  return { commands, differing };
}

/** What is at which address has other names here, and fw_cfg's registers are one region. */
function ranges(answer = ''): Set<string> {
  const view = answer.split('FlatView').find((each) => each.includes('AS "memory"')) ?? '';
  const found = view.matchAll(/^  ([0-9a-f]+-[0-9a-f]+) \(prio -?\d+, (ram|romd|i\/o)\): (.*)$/gm);
  return new Set(
    Array.from(found).flatMap(([, range, kind, name]) => (/^fw/.test(name) ? [] : [`${range} ${kind}`])),
  );
}
function differingRanges(ours: string | undefined, qemu: string | undefined): string[] {
  const [here, there] = [ranges(ours), ranges(qemu)];
  return [
    ...[...here].filter((each) => !there.has(each)).map((each) => `only here: ${each}`),
    ...[...there].filter((each) => !here.has(each)).map((each) => `only on QEMU: ${each}`),
    ...(here.size === 0 ? ['nothing here'] : []),
  ];
}

/** Threads have the host's numbers. */
const comparable = (answer = 'nothing'): string => answer.replace(/thread_id=\d+/g, 'thread_id=N');

function answersHere(
  { machine: options, program }: Setup,
  first: readonly string[],
  lines: readonly string[],
): string[] {
  const machine = new Machine(options);
  const kernel = { name: 'image', content: readKernel(image(program), 'image') };
  machine.powerUp(planBoot({ kernel }, machine.board));
  const debug = new Debugger(machine, { halted: true });
  const none = (): undefined => undefined;
  const host = new MonitorHost(
    debug,
    { input: none, quit: none, nudge: none, moveGdb: none },
    { name: undefined, reboots: true, uses: () => [] },
  );
  let text = '';
  const monitor = new Monitor(host, (each) => (text += each));
  const say = (each: readonly string[]): void =>
    each.forEach((line) => monitor.receive(Buffer.from(`${line}\n`)));
  monitor.focus(true);
  say(first);
  host.resume();
  machine.run({ instructions: 20_000 });
  host.stop();
  say(lines);
  return answers(text);
}

async function answersOfQemu(
  { qemu, program }: Setup,
  first: readonly string[],
  lines: readonly string[],
): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-monitor-'));
  try {
    writeFileSync(join(directory, 'image'), image(program));
    const child = spawn(
      'qemu-system-aarch64',
      [
        ...qemu,
        '-kernel',
        join(directory, 'image'),
        '-S',
        '-display',
        'none',
        '-serial',
        'null',
        '-monitor',
        'stdio',
      ],
      { stdio: ['pipe', 'pipe', 'ignore'] },
    );
    const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString('latin1')));
    const ended = new Promise((resolve) => child.on('close', resolve));
    const say = (each: readonly string[]): boolean =>
      child.stdin.write(each.map((line) => `${line}\n`).join(''));
    const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
    say([...first, 'cont']);
    await wait(1000);
    say(['stop', ...lines]);
    // What is not read when it quits is lost.
    const expected = first.length + lines.length + 2;
    for (let i = 0; i < 300 && answers(text).length <= expected; i++) await wait(100);
    say(['quit']);
    await ended;
    clearTimeout(timer);
    const all = answers(text);
    // Without those to `cont` and `stop`.
    return [...all.slice(0, first.length), ...all.slice(first.length + 2)];
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** What stands between prompts, without the line that was typed. */
function answers(text: string): string[] {
  return text
    .replaceAll('\r', '')
    .split('(qemu) ')
    .slice(1)
    .map((part) => part.slice(part.indexOf('\n') + 1).trimEnd());
}
