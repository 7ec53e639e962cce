/** Guests that show nothing, each for a reason of its own: what is said of it. */
import { describe, expect, it } from 'vitest';
import { planBoot } from '../../boot/index.js';
import { cells, deviceTree, node, readKernel, type DeviceTree } from '../../images/index.js';
import { assemble } from '../../isa/index.js';
import { Machine } from '../../machine/index.js';
import { bootZircon, builtInBootImage } from '../../zircon/index.js';
import { stateHash } from '../snapshot.js';
import { GuestSymbols } from '../symbols/index.js';
import { diagnose, diagnosisLine, diagnosisReport, Watch, type Diagnosis } from './index.js';

const MiB = 2 ** 20;

function code(...lines: readonly string[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(lines, (line) => assemble(line)).buffer);
}

interface Wrong {
  readonly cores?: number;
  readonly append?: string;
  readonly tree?: DeviceTree;
}

function started(bytes: Uint8Array, { cores = 1, append, tree }: Wrong = {}): Machine {
  const machine = new Machine({ ramSize: 16 * MiB, cores });
  const inputs = {
    kernel: { name: 'guest', content: readKernel(bytes) },
    ...(append === undefined ? {} : { append }),
    ...(tree === undefined ? {} : { devicetree: { name: 'tree', tree } }),
  };
  machine.powerUp(planBoot(inputs, machine.board));
  return machine;
}

/** Watches from the start, as the command line does with `--diagnose`. */
function watched(machine: Machine, pieces = 12): Diagnosis {
  const opening = Watch.ofFirst(machine);
  const watch = new Watch(machine);
  for (let piece = 0; piece < pieces; piece++) {
    machine.run({ instructions: 3001, until: machine.now + 1e6 });
    watch.next();
  }
  const diagnosis = diagnose(machine, { watch, opening, symbols: new GuestSymbols(machine) });
  watch.stop();
  opening.stop();
  return diagnosis;
}

/** An arm64 Image, which does nothing. */
function image(): Uint8Array {
  const bytes = new Uint8Array(0x1000);
  const header = new DataView(bytes.buffer);
  header.setUint32(0, assemble('b #64'), true);
  header.setBigUint64(16, 0x1000n, true);
  header.setUint32(56, 0x644d_5241, true);
  header.setUint32(64, assemble('b #0'), true);
  return bytes;
}

describe('a guest that shows nothing', () => {
  const again =
    'cpu0 takes the same exception again and again: undefined instruction from EL2 at 0x200, to VBAR_EL2+0x200 = 0x200, ESR 0x2000000, no vectors have been set';
  const first = `${again}; its first exception was: `;

  it.each<[string, Uint8Array, string]>([
    [
      'a file of zeros',
      new Uint8Array(4096),
      `${first}undefined instruction from EL2 at 0x40080000, to VBAR_EL2+0x200 = 0x200, ESR 0x2000000, no vectors have been set`,
    ],
    [
      'code for a Raspberry Pi 3, which waits for its UART',
      code('movz x1, #0x3f20, lsl #16', 'movk x1, #0x1000', 'ldr w2, [x1, #0x18]', 'tbnz w2, #5, #-4'),
      `${first}data abort (external abort) from EL2 at 0x40080008, to VBAR_EL2+0x200 = 0x200, ESR 0x96000010, FAR 0x3f201018 (physical 0x3f201018: nothing), no vectors have been set`,
    ],
    [
      'a jump to nowhere',
      code('movz x1, #0x80, lsl #32', 'br x1'),
      `${first}instruction abort (external abort) from EL2 at 0x8000000000, to VBAR_EL2+0x200 = 0x200, ESR 0x86000010, FAR 0x8000000000 (physical 0x8000000000: pcie-mmio-high), no vectors have been set`,
    ],
    [
      'a wait that nothing ends',
      code('msr daifset, #15', 'wfi', 'b #-4'),
      'cpu0 waits for an interrupt at EL2 in 0x40080008, and its interrupt controller is not switched on',
    ],
    ['a wait for an event', code('wfe', 'b #-4'), 'cpu0 waits for an event (WFE) at EL2 in 0x40080004'],
    ['an endless loop', code('nop', 'b #0'), 'cpu0 branches to itself at EL2 in 0x40080004'],
    [
      'a longer one',
      code('nop', 'nop', 'b #-8'),
      'cpu0 stays between 0x40080000 and 0x40080008 at EL2 in 0x40080004',
    ],
    [
      'a device that is never ready',
      code('movz x1, #0x0a00, lsl #16', 'ldr w2, [x1, #8]', 'cbz w2, #-4'),
      'cpu0 reads virtio-mmio0+0x8 again and again, which gives 0x0, at EL2 in 0x40080004',
    ],
    ['cores that are off', code('movz w0, #0x8400, lsl #16', 'movk w0, #2', 'smc #0'), 'every core is off'],
  ])('%s', (_what, bytes, line) => {
    const diagnosis = watched(started(bytes));
    // Where in a loop the last piece ended is not the point.
    const place =
      /(between 0x\w+ and 0x\w+ at EL2 in|again, which gives 0x0, at EL2 in|\(WFE\) at EL2 in) 0x\w+$/;
    const told = (text: string): string => text.replace(place, '$1 ...');
    expect(told(diagnosisLine(diagnosis))).toBe(told(line));
  });

  it.each<[string, Wrong, string[]]>([
    [
      'the console of a PC',
      { append: 'quiet console=ttyS0,115200 console=tty0' },
      ["the kernel was given console=ttyS0 console=tty0, but this board's console is ttyAMA0"],
    ],
    [
      'an early console in another device',
      { append: 'console=ttyAMA0 earlycon=pl011,mmio32,0x9010000' },
      ['earlycon was given address 0x9010000, where the board has rtc, and uart0 at 0x9000000'],
    ],
    [
      'an early console nowhere',
      { append: 'earlycon=pl011,0xa100000 console=ttyAMA0' },
      ['earlycon was given address 0xa100000, where the board has nothing, and uart0 at 0x9000000'],
    ],
    [
      'no console in a devicetree without one',
      { tree: deviceTree(node('', { '#address-cells': cells(2), '#size-cells': cells(2) })) },
      ['the kernel was given no console=ttyAMA0, and its devicetree names no console (stdout-path)'],
    ],
    ['no console, which the devicetree names', {}, []],
    [
      'the right console, and the right address',
      { append: 'earlycon=pl011,0x9000000 console=ttyAMA0,115200n8' },
      [],
    ],
  ])('a kernel with %s', (_what, wrong, advice) => {
    const diagnosis = watched(started(image(), wrong), 1);
    expect(diagnosis.console.advice).toEqual(advice);
    expect(diagnosisLine(diagnosis).split('; ').slice(1)).toEqual(advice);
  });

  it('of several cores the one that tells most, and all of them in the report', () => {
    // CPU_ON for the second core, which branches to itself; the first one waits.
    const cpuOn = ['movz w0, #0x8400, lsl #16', 'movk w0, #3', 'movk x0, #0xc400, lsl #16'];
    const start = ['mov x1, #1', 'adr x2, #12', 'smc #0', 'wfi', 'b #0'];
    const diagnosis = watched(started(code(...cpuOn, ...start), { cores: 3 }));
    expect(diagnosisLine(diagnosis)).toBe('cpu1 branches to itself at EL2 in 0x4008001c; 1 more core is on');
    const report = diagnosisReport(diagnosis);
    expect(report).toContain('last firmware call: CPU_ON = 0');
    expect(report.filter((line) => line.startsWith('cpu'))).toEqual([
      'cpu0 waits for an interrupt at EL2 in 0x4008001c, and its interrupt controller is not switched on',
      'cpu1 branches to itself at EL2 in 0x4008001c',
      'cpu2 is off',
    ]);
  });

  it('the instruction at PC, in flash too', () => {
    const machine = started(code('mov x0, #0x1000', 'br x0'));
    machine.board.bus.place(0x1000, code('b #0'));
    expect(diagnosisReport(watched(machine))).toContain('  pc 0x1000: b 0x1000');
  });

  it('what can wake a core: a timer, or the interrupts that are enabled, by name', () => {
    // The distributor and the CPU interface on; the UART's interrupt, 33, enabled for the first core.
    const gic = [
      ...['movz x1, #0x0800, lsl #16', 'mov w2, #1', 'str w2, [x1]'],
      ...['mov w2, #2', 'str w2, [x1, #0x104]', 'movz x3, #0x0801, lsl #16', 'mov w2, #1', 'str w2, [x3]'],
      ...['mov w2, #255', 'str w2, [x3, #4]'],
    ];
    const wait = ['wfi', 'b #-4'];
    expect(diagnosisLine(watched(started(code(...gic, ...wait))))).toMatch(/for 33 \(pl011\)$/);
    const timer = [
      'mov x4, #1',
      'movz x5, #0x4000, lsl #16',
      'msr cntv_tval_el0, x5',
      'msr cntv_ctl_el0, x4',
    ];
    expect(diagnosisLine(watched(started(code(...gic, ...timer, ...wait)), 1))).toMatch(
      /waits for an interrupt at EL2 in 0x\w+, virtual timer due in 17\.2 s$/,
    );
  });

  it('is not disturbed by being looked at', async () => {
    const bytes = code('mrs x1, cntvct_el0', 'add x2, x2, x1', 'svc #0', 'b #-12');
    const [seen, unseen] = [started(bytes), started(bytes)];
    diagnosisReport(watched(seen));
    for (let piece = 0; piece < 12; piece++) unseen.run({ instructions: 3001, until: unseen.now + 1e6 });
    expect(await stateHash(seen)).toBe(await stateHash(unseen));
    expect(seen.cluster.cores[0].system.listeners.all).toEqual([]);
    expect(seen.board.bus.listeners.all).toEqual([]);
  });
});

describe('a hosted kernel', () => {
  it('has threads, each of which is at something', () => {
    const { machine } = bootZircon(builtInBootImage(), { ramSize: 64 * MiB });
    for (let piece = 0; piece < 100; piece++) machine.run({ until: machine.now + 1e6 });
    const watch = new Watch(machine);
    const report = diagnosisReport(diagnose(machine, { watch, symbols: new GuestSymbols(machine) }));
    watch.stop();
    expect(report.some((line) => /^thread bin\/sh \d+\.\d+ \(\S+\): blocked in \w+$/.test(line))).toBe(true);
  });
});
