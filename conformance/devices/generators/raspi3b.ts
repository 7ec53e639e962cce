/** Random but purposeful sequences of operations for each part of board `raspi3b`. */
import { MAP, UNIMPLEMENTED } from '../../../src/machine/boards/raspi3b/memory-map.js';
import { ACCESSES, type Setup } from '../operations.js';
import type { Random } from '../random.js';
import { scratchOf } from '../qemu.js';
import { op, sequence, type Generator, type PartOfBoard } from './common.js';
import { registers, words, wordsOnly, type Registers } from './registers.js';

const setup: Setup = { board: 'raspi3b', cores: 4, hypervisor: true };
const LOCAL = 0x4000_0000;
const INTERRUPTS = MAP.INTERRUPTS.base;

/** Enables all interrupts of the ARM interrupt controller, so that its pending registers tell what is raised. */
const enableAll = [0x10, 0x14, 0x18].map((offset) => op('write32', 0, INTERRUPTS + offset, 0xffff_ffff));
const pending = [0, 4, 8].map((offset) => INTERRUPTS + offset);

/** Registers of a device whose interrupt the ARM interrupt controller shows. */
const device = (name: string, options: Registers): PartOfBoard => ({
  name,
  generate: registers({ prepare: enableAll, watched: pending, ...options }),
  setups: [setup],
});

/** Mailboxes, timers, routes, on every core, with what each core is interrupted by. */
const interrupts: Generator = (random, { cores }, count) =>
  sequence(count, (add) => {
    const core = random.below(cores);
    const other = random.below(cores);
    const steps: (() => void)[] = [
      () => add(op('write32', core, LOCAL + 0x80 + 16 * other + 4 * random.below(4), random.word())),
      () => add(op('write32', core, LOCAL + 0xc0 + 16 * other + 4 * random.below(4), random.word())),
      () => add(op('write32', core, LOCAL + random.pick([0x40, 0x50]) + 4 * other, random.word())),
      () => add(op('write32', core, LOCAL + 0x0c, random.word())),
      () => add(op('write32', core, LOCAL + 0x24, random.word())),
      // The timer does not expire while it is looked at, but its flag can be written.
      () => add(op('write32', core, LOCAL + 0x34, random.word() & ~0x1000_0000)),
      () => add(op('write32', core, LOCAL + 0x38, random.word() & ~0x4000_0000)),
      () => add(op('write32', core, INTERRUPTS + random.pick([0x10, 0x14, 0x18]), random.word())),
      () => add(op('write32', core, INTERRUPTS + random.pick([0x1c, 0x20, 0x24]), random.word())),
      // QEMU 7.2 dies of a FIQ source from 96 on.
      () => add(op('write32', core, INTERRUPTS + 0x0c, random.below(2) * 0x80 + random.below(96))),
      () => add(op('write32', core, INTERRUPTS + 0x0c, 0x80 + 57)),
      // The UART raises its interrupt by what it is told to unmask, once it has sent something.
      () => add(op('write32', core, MAP.UART0.base, 0), op('write32', core, MAP.UART0.base + 0x38, 0x20)),
      () => add(op('write32', core, MAP.UART0.base + 0x38, random.pick([0, 0x7ff]))),
      () => {
        const kind = random.pick(['virtualTimer', 'physicalTimer', 'hypervisorTimer'] as const);
        add(op(kind, core, 0, random.below(2)));
      },
      () => add(op('read32', core, INTERRUPTS + 4 * random.below(12))),
      () => add(op('read32', core, LOCAL + 4 * random.below(64))),
      () => add(op('read32', core, LOCAL + random.pick([0x60, 0x70]) + 4 * other)),
      () => {
        const kind = random.pick(['read8', 'read16', 'read64', 'write8', 'write16', 'write64'] as const);
        add(op(kind, core, random.pick([LOCAL, INTERRUPTS]) + 8 * random.below(32), random.word()));
      },
    ];
    random.pick(steps)();
    if (random.oneIn(2)) add(op('interrupts', random.below(cores), 0));
  });

/** All over the peripherals: what answers, where RAM is, what aborts. */
const map: Generator = (random, _setup, count) => {
  const stubs = Object.values(UNIMPLEMENTED);
  const edges = [
    ...Object.values({ ...MAP, ...UNIMPLEMENTED }).map(({ base, size }) => base + size),
    ...stubs.flatMap(({ base, size }) => [base, base + size - 8, base - 8]),
    ...[scratchOf('raspi3b'), 0x3bff_fff8, 0x3f00_0000, 0x3f00_2ff8, 0x3fff_fff0, LOCAL - 8],
    ...[LOCAL + 0x100, LOCAL + 0x1000, 0x7e00_0000, 0x8000_0000, 0x1_0000_0000, 0xff_ffff_fff8],
  ];
  return sequence(count, (add) => {
    const address = random.pick(edges) + random.pick([0, 0, 4, 1, 2, 3]);
    add(op(random.pick(ACCESSES), 0, address, random.word()));
  });
};

/** A compare register is set so that it matches in an hour. */
const compareNever = (random: Random, offset: number): number =>
  offset >= 0x0c && offset <= 0x18 ? 0xd000_0000 : random.word();

/** Most of what is written has the password; some bits are never set. */
const withPassword =
  (never: number) =>
  (random: Random): number =>
    (random.oneIn(4) ? random.word() : 0x5a00_0000 + (random.word() & 0xff_ffff)) & ~never;

/** No blocks: memory stays as it is. */
const withoutDma = (random: Random, offset: number): number => (offset < 8 ? 0 : random.word());

/** Registers of the clock manager: those that make PLLs, channels and clocks what they are. */
const clocks = [
  ...words(0, 0x174),
  ...words(0x190, 0x1d4),
  ...[0x100, 0x120, 0x140, 0x160, 0x1e0].flatMap((pll) =>
    [0x1000, 0x1100, 0x1200, 0x1300].map((o) => o + pll),
  ),
  ...[0x14, 0x34, 0x54, 0x74, 0xf4].map((ana1) => 0x1000 + ana1),
  ...[0x1520, 0x1540, 0x1560, 0x1620, 0x1640],
];
/** Of a clock's source beyond those that there are QEMU 7.2 dies. */
const clockValue = (random: Random, offset: number): number => {
  const word = random.oneIn(3) ? random.word() : random.pick([0, 1, 4, 5, 6, 7]) + (random.below(16) << 4);
  const isControl = offset % 8 === 0 && (offset & 0x1fff) < 0x1e0;
  const value = isControl ? (word & ~0xf) | random.below(10) : word;
  return ((random.oneIn(8) ? 0 : 0x5a00_0000) + (value & 0xff_ffff)) >>> 0;
};

const usb = [
  ...[...words(0, 0x6c), 0x100, 0x104, ...words(0x400, 0x444), 0x800, 0xe00, 0xe04],
  ...[0x08, 0x14, 0x18, 0x414, 0x418, 0x440, 0x440, 0x440],
  ...[0x500, 0x508, 0x50c, 0x500, 0x508, 0x50c, 0x51c, 0x5e0, 0x5e8, 0x5ec, 0x5fc],
];

/** Every register of every device, as it is at the start, but for those that tell the host's time or chance. */
const resetValues: Generator = () => {
  const changing = [MAP.SYSTEM_TIMER.base + 4, MAP.RNG.base + 8, MAP.DWC2.base + 0x408];
  return Object.values({ ...MAP, ...UNIMPLEMENTED, LOCAL: { base: LOCAL, size: 0x100 } })
    .filter(({ size }) => size <= 0x2000)
    .flatMap(({ base, size }) => words(base, base + size - 4))
    .filter((address) => !changing.includes(address))
    .map((address) => op('read32', 0, address));
};

export const raspi3b: readonly PartOfBoard[] = [
  { name: 'values at reset', generate: resetValues, setups: [setup] },
  { name: 'interrupt controllers', generate: interrupts, setups: [setup] },
  { name: 'memory map', generate: map, setups: [setup] },
  device('PL011', { base: MAP.UART0.base, offsets: words(0, 0x4c) }),
  device('mini UART', { ...MAP.AUX, offsets: [0, 4, ...words(0x40, 0x68)] }),
  // The counter is the host's time, and what it is compared with comes when that says.
  device('system timer', { ...MAP.SYSTEM_TIMER, offsets: [0, 0x1c], unread: [4, 8], value: compareNever }),
  device('GPIO', { ...MAP.GPIO, offsets: words(0, 0xa0) }),
  device('MPHI', { ...MAP.MPHI, offsets: [0x28, 0x2c, 0x4c, 0x50, 0x1f0, 0x1f4] }),
  device('power management', { ...MAP.POWER, offsets: [0x1c, 0x20, 0x24], value: withPassword(0x20) }),
  device('clock manager', { ...MAP.CPRMAN, offsets: clocks, value: clockValue }),
  // A frame's bits left are those of the host's time for the first millisecond.
  device('DWC2', { ...MAP.DWC2, offsets: usb, anywhere: false, unread: [0x408] }),
  // The numbers differ.
  device('random numbers', {
    ...MAP.RNG,
    offsets: [0, 4, 8, 0xc],
    unread: [8, 0xc],
    anywhere: false,
    kinds: wordsOnly,
  }),
  device('thermal', { ...MAP.THERMAL, offsets: [0, 4], anywhere: false, kinds: wordsOnly }),
  // Without a card; conformance/sd.ts has them with one.
  device('SDHOST', { ...MAP.SDHOST, offsets: words(0, 0x50) }),
  device('SDHCI', { ...MAP.SDHCI, offsets: [...words(8, 0x5c), 0xfc], value: withoutDma }),
];
