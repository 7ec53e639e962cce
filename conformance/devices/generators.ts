/** Random but purposeful sequences of operations for each part of board `virt`. */
import type { Kind, Operation, Setup } from './operations.js';
import { SCRATCH } from './qemu.js';
import type { Random } from './random.js';

export type Generator = (random: Random, setup: Setup, count: number) => Operation[];

const GICD = 0x0800_0000;
const GICC = 0x0801_0000;
const GICH = 0x0803_0000;
const GICV = 0x0804_0000;
const V2M = 0x0802_0000;
const UART = 0x0900_0000;
const RTC = 0x0901_0000;
const FW_CFG = 0x0902_0000;
const GPIO = 0x0903_0000;
const ECAM = 0x40_1000_0000;

const op = (kind: Kind, core: number, address: number, value: number | bigint = 0): Operation => ({
  kind,
  core,
  address,
  value: BigInt(value),
});

/** Keeps calling `step`, which adds a few operations at a time. */
function sequence(count: number, step: (add: (...operations: Operation[]) => void) => void): Operation[] {
  const operations: Operation[] = [];
  while (operations.length < count) step((...more) => operations.push(...more));
  return operations.slice(0, count);
}

/** Interrupts that something on the board can raise, and some that only software can. */
const INTERRUPTS = [0, 1, 5, 15, 27, 30, 33, 80, 81, 111, 143, 200, 287];

/**
 * With several cores QEMU 7.2 does not bank GICD_ISPENDR0 and GICD_ICPENDR0 as the manual says (IHI 0048B, 4.3.7
 * and 4.3.8): setting a PPI pending has no effect, and clearing it clears every core's. They are left alone then.
 */
const banksPendingWrongly = (cores: number, word: number): boolean => cores > 1 && word === 0;

/** The interrupt controller: setting interrupts up, raising, acknowledging and ending them, on every core. */
const gic: Generator = (random, { cores }, count) =>
  sequence(count, (add) => {
    const core = random.below(cores);
    const id = random.pick(INTERRUPTS);
    const bit = 2 ** (id % 32);
    const word = 4 * Math.floor(id / 32);
    const steps: (() => void)[] = [
      () => add(op('write32', core, GICD, random.pick([0, 1, 1, 2, 3, 3, 3]))),
      () =>
        add(
          op(
            'write32',
            core,
            GICC,
            random.pick([0, 1, 3, 3, 7, 7, 0xb, 0xf, 0x1f, 0x207, 0x3ff, 0xffff_ffff]),
          ),
        ),
      () =>
        add(op('write32', core, GICC + 4, random.pick([0, 0x40, 0x80, 0xf0, 0xff, 0xff, random.below(256)]))),
      () => add(op('write32', core, GICC + random.pick([8, 0x1c]), random.below(8))),
      () => add(op('write32', core, GICD + 0x100 + word, random.oneIn(3) ? random.word() : bit)),
      () => add(op('write32', core, GICD + 0x180 + word, bit)),
      () => {
        if (banksPendingWrongly(cores, word)) return;
        add(op('write32', core, GICD + 0x200 + word, random.oneIn(4) ? random.word() : bit));
      },
      () => {
        if (!banksPendingWrongly(cores, word)) add(op('write32', core, GICD + 0x280 + word, bit));
      },
      () => add(op('write32', core, GICD + random.pick([0x300, 0x380, 0x80]) + word, bit)),
      () => add(op('write8', core, GICD + 0x400 + id, random.pick([0, 0x10, 0x50, 0xa0, 0xa8, 0xff]))),
      () =>
        add(
          op(
            'write8',
            core,
            GICD + 0x800 + id,
            random.pick([1, 1 << random.below(cores), random.below(256)]),
          ),
        ),
      () => add(op('write32', core, GICD + 0xc00 + 4 * Math.floor(id / 16), random.word())),
      () => {
        const value = (random.below(4) << 24) | (random.below(256) << 16) | random.below(16);
        add(op('write32', core, GICD + 0xf00, value));
      },
      // Not 0: QEMU 7.2 then has an SGI pending from nobody, and dies of it when it is acknowledged.
      () =>
        add(op('write8', core, GICD + random.pick([0xf10, 0xf20]) + random.below(16), 1 + random.below(255))),
      () => add(op('write32', core, V2M + 0x40, random.pick([80, 81, 111, 143, 10]))),
      () => add(op(random.pick(['virtualTimer', 'physicalTimer'] as const), core, 0, random.below(2))),
      () => add(op('write32', core, UART + 0x38, random.below(2) * 0x20), op('write32', core, UART, 0x41)),
      () => add(op('write32', core, UART + 0x44, 0x20)),
      () => add(op('read32', core, GICC + 0xc)),
      () => add(op('read32', core, GICC + 0xc), op('write32', core, GICC + 0x10, id)),
      () =>
        add(
          op('write32', core, GICC + random.pick([0x10, 0x1000]), random.oneIn(5) ? random.below(1024) : id),
        ),
      () =>
        add(
          op(
            'write32',
            core,
            GICC + random.pick([0xd0, 0xe0]) + 4 * random.below(4),
            random.oneIn(2) ? 0 : random.word(),
          ),
        ),
      () =>
        add(
          op(
            'read32',
            core,
            GICC + random.pick([0, 4, 8, 0x14, 0x18, 0x1c, 0xd0, 0xdc, 0xe0, 0xec, 0xfc, 0x20]),
          ),
        ),
      () => add(op('read32', core, GICD + random.pick([0x80, 0x100, 0x200, 0x280, 0x300, 0x380]) + word)),
      () => add(op('read32', core, GICD + random.pick([0x400, 0x800]) + (id & ~3))),
      () => add(op('read32', core, GICD + 4 * random.below(0x400))),
      () =>
        add(op(random.pick(['read8', 'read16', 'read64'] as const), core, GICD + 8 * random.below(0x200))),
      () => {
        const offset = 0x80 + 2 * random.below(0x5c0);
        const pending = offset >= 0x200 && offset < 0x300;
        if (pending && banksPendingWrongly(cores, offset & 0x7c)) return;
        add(op(random.pick(['write8', 'write16'] as const), core, GICD + offset, random.word()));
      },
    ];
    random.pick(steps)();
    add(op('interrupts', random.below(cores), 0));
  });

/** An ordinary life of interrupts: everything enabled, so that acknowledging mostly finds something. */
const gicBusy: Generator = (random, setup, count) => {
  const { cores } = setup;
  const start: Operation[] = [op('write32', 0, GICD, 3)];
  for (let core = 0; core < cores; core++) {
    start.push(op('write32', core, GICC, random.pick([7, 0x207, 0xf])), op('write32', core, GICC + 4, 0xf8));
    start.push(op('write32', core, GICD + 0x100, 0xffff_ffff));
    for (let id = 0; id < 32; id += 4) start.push(op('write32', core, GICD + 0x400 + id, random.word()));
  }
  for (let id = 32; id < 288; id++) {
    start.push(op('write8', 0, GICD + 0x400 + id, random.below(16) * 16));
    start.push(op('write8', 0, GICD + 0x800 + id, 1 << random.below(cores)));
  }
  for (let word = 4; word < 36; word += 4) start.push(op('write32', 0, GICD + 0x100 + word, 0xffff_ffff));
  const life = sequence(count - start.length, (add) => {
    const core = random.below(cores);
    const raise: (() => Operation)[] = [
      () => op('write32', core, V2M + 0x40, 80 + random.below(64)),
      () =>
        op(
          'write32',
          core,
          GICD + 0xf00,
          (random.below(3) << 24) | (random.below(256) << 16) | random.below(16),
        ),
      () => op('write32', core, GICD + 0x204 + 4 * random.below(8), 2 ** random.below(32)),
      () => op(random.pick(['virtualTimer', 'physicalTimer'] as const), core, 0, random.below(2)),
      () => op('write32', core, GICD + 0xc08 + 4 * random.below(16), random.word()),
    ];
    for (let i = random.below(3); i > 0; i--) add(random.pick(raise)());
    add(op('interrupts', core, 0), op('read32', core, GICC + 0x18), op('read32', core, GICC + 0xc));
    add(op('read32', core, GICC + 0x14), op('interrupts', random.below(cores), 0));
    // The handler does not know what IAR gave it, so it ends whatever may be active.
    const id = random.oneIn(2) ? random.below(288) : random.below(16) | (random.below(8) << 10);
    add(op('write32', core, GICC + 0x10, id), op('write32', core, GICC + 0x1000, id));
    if (random.oneIn(4)) add(op('write32', core, GICD + 0x380 + 4 * random.below(9), 0xffff_ffff));
    if (random.oneIn(8))
      for (const n of [0, 4, 8, 12])
        add(op('write32', core, GICC + 0xd0 + n, 0), op('write32', core, GICC + 0xe0 + n, 0));
  });
  return [...start, ...life];
};

/** The virtual interface: list registers as a hypervisor writes them, and the guest's view of them. */
const gicVirtual: Generator = (random, { cores }, count) =>
  sequence(count, (add) => {
    const core = random.below(cores);
    const id = random.pick([1, 5, 27, 40, 100, 300, 1000]);
    const state = random.below(4) << 28;
    // An EOI bit or a sender for software's interrupts, a physical interrupt for the hardware's. Those are PPIs that
    // are not pending, since QEMU 7.2 does not look again at what a deactivated interrupt lets through.
    const origin = random.oneIn(3)
      ? (1 << 31) | (random.pick([26, 29, 5, 1010]) << 10)
      : random.pick([0, 1 << 19, 3 << 10, 7 << 10]);
    const lr = (id | origin | (random.below(32) << 23) | state | (random.below(2) << 30)) >>> 0;
    const steps: (() => void)[] = [
      () =>
        add(op('write32', core, GICH, random.oneIn(3) ? random.word() : random.pick([1, 1, 3, 9, 0xff, 0]))),
      () =>
        add(
          op(
            'write32',
            core,
            GICH + 0x100 + 4 * random.below(4),
            random.oneIn(8) ? random.word() & ~(1 << 31) : lr,
          ),
        ),
      () => add(op('write32', core, GICH + 0x100 + 4 * random.below(4), lr)),
      () => add(op('write32', core, GICH + random.pick([8, 0xf0]), random.word())),
      () => add(op('write32', core, GICH + 8, random.pick([0xf800_0003, 0xf800_0207, 0x804c_000f]))),
      () => add(op('write32', core, GICV, random.pick([1, 3, 7, 0x207, 0x3ff, 0]))),
      () => add(op('write32', core, GICV + 4, random.pick([0xff, 0xf8, random.below(256)]))),
      () => add(op('write32', core, GICV + random.pick([8, 0x1c]), random.below(8))),
      () => add(op('read32', core, GICV + 0xc)),
      () => add(op('read32', core, GICV + 0xc), op('write32', core, GICV + 0x10, id)),
      () =>
        add(
          op('write32', core, GICV + random.pick([0x10, 0x1000]), random.oneIn(4) ? random.below(1024) : id),
        ),
      () => add(op('write32', core, GICV + random.pick([0xd0, 0xd4, 0xe0]), random.word())),
      () => add(op('read32', core, GICV + random.pick([0, 4, 8, 0x14, 0x18, 0x1c, 0xd0, 0xd4, 0xe0, 0xfc]))),
      () =>
        add(
          op(
            'read32',
            core,
            GICH + random.pick([0, 4, 8, 0x10, 0x20, 0x24, 0x30, 0x34, 0xf0, 0x100, 0x104, 0x108, 0x10c]),
          ),
        ),
    ];
    random.pick(steps)();
    add(op('read32', core, GICH + 0x10), op('read32', core, GICV + 0x18), op('read32', core, GICD + 0x200));
  });

/** Reads and writes over a device's registers, in every size. */
const registers =
  (
    base: number,
    offsets: readonly number[],
    interrupt?: number,
    value?: (random: Random, offset: number) => number,
  ): Generator =>
  (random, _setup, count) =>
    sequence(count, (add) => {
      const offset = random.oneIn(16) ? random.below(0x1000) : random.pick(offsets);
      const kind = random.pick([
        'read32',
        'read32',
        'read8',
        'read16',
        'read64',
        'write32',
        'write32',
        'write8',
        'write16',
        'write64',
      ] as const);
      const word = value === undefined ? random.word() : value(random, offset);
      add(op(kind, 0, base + offset, word));
      if (interrupt !== undefined && random.oneIn(2)) {
        add(op('read32', 0, GICD + 0x200 + 4 * Math.floor((32 + interrupt) / 32)));
      }
    });

const words = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / 4 + 1 }, (_, i) => from + 4 * i);

/** The match register is kept away from the present, lest the alarm ring by host time. */
const rtcValue = (random: Random, offset: number): number =>
  offset === 0x04 ? random.pick([0, 1, 0x1000]) : offset === 0x08 ? 0x5e0b_e100 : random.word();

/** fw_cfg: selecting, reading, and DMA descriptors in RAM. */
const fwCfg: Generator = (random, _setup, count) =>
  sequence(count, (add) => {
    const key = random.pick([0, 1, 5, 0x19, 0x20, 0x21, 0x24, 0x48, 0x3f, 0x40, 0x4000, 0x8000, 0xffff]);
    const swapped = ((key & 0xff) << 8) | (key >> 8);
    // The directory's entries differ: QEMU has files for firmware that are not here.
    const selectable = [0, 1, 5, 0x20, 0x21, 0x40, 0xffff].includes(key) ? swapped : 0;
    const bigEndian = (n: number): bigint => BigInt(new DataView(Uint32Array.of(n).buffer).getUint32(0));
    const steps: (() => void)[] = [
      () => add(op('write16', 0, FW_CFG + 8, selectable)),
      () => add(op(random.pick(['read8', 'read16', 'read32', 'read64'] as const), 0, FW_CFG)),
      () =>
        add(op(random.pick(['read8', 'read16', 'read32', 'read64'] as const), 0, FW_CFG + random.below(24))),
      () =>
        add(
          op(
            random.pick(['write8', 'write32', 'write64'] as const),
            0,
            FW_CFG + random.below(16),
            random.word(),
          ),
        ),
      () => {
        const selector = random.pick([0, 1, 5, 0x40]) << 16;
        const control = selector | random.pick([0x2, 0xa, 0xa, 0x4, 0xc, 0x10, 0x8, 0x6, 0]);
        const length = random.below(12);
        const target = random.oneIn(6) ? 0x1_0000_0000 * 0 + 0x0c00_0000 : SCRATCH + 0x100 + random.below(8);
        add(
          op('write32', 0, SCRATCH, bigEndian(control >>> 0)),
          op('write32', 0, SCRATCH + 4, bigEndian(length)),
        );
        add(op('write32', 0, SCRATCH + 8, 0), op('write32', 0, SCRATCH + 12, bigEndian(target)));
        add(
          op('write64', 0, SCRATCH + 0x100, 0x1122_3344_5566_7788n),
          op('write64', 0, SCRATCH + 0x108, -1n & 0xffff_ffff_ffff_ffffn),
        );
        if (random.oneIn(2)) add(op('write64', 0, FW_CFG + 16, bigEndian(SCRATCH) << 32n));
        else add(op('write32', 0, FW_CFG + 20, bigEndian(SCRATCH)));
        add(op('read32', 0, SCRATCH), op('read64', 0, SCRATCH + 0x100), op('read64', 0, SCRATCH + 0x108));
      },
    ];
    random.pick(steps)();
  });

/** Flash: commands in order and out of order, over a few addresses. */
const flash: Generator = (random, _setup, count) =>
  sequence(count, (add) => {
    const address =
      random.pick([0, 0x400_0000]) + random.pick([0, 0x40, 0x44, 0x154, 0x1_0000, 0x4_0000, 0x3fc_0000]);
    const twice = (command: number): number => (command << 16) | command;
    const commands = [
      0x10, 0x20, 0x28, 0x40, 0x50, 0x60, 0x70, 0x90, 0x98, 0xe8, 0xf0, 0xff, 0xff, 0xd0, 0x01, 0x00, 0x55,
    ];
    const steps: (() => void)[] = [
      () =>
        add(
          op(
            random.pick(['write8', 'write16', 'write32'] as const),
            0,
            address,
            twice(random.pick(commands)),
          ),
        ),
      () =>
        add(
          op('write32', 0, address, twice(0x40)),
          op(random.pick(['write8', 'write32'] as const), 0, address, random.word()),
        ),
      () => add(op('write32', 0, address, twice(0x20)), op('write32', 0, address, twice(0xd0))),
      () => {
        const n = random.below(5);
        add(op('write32', 0, address, twice(0xe8)), op('write32', 0, address, twice(n)));
        for (let i = 0; i <= n; i++) add(op('write32', 0, (address & ~0xff) + 4 * i, random.word()));
        add(op('write32', 0, address, twice(0xd0)));
      },
      () => {
        add(op('write32', 0, address, twice(0xff)), op('write32', 0, address, twice(0x98)));
        const offset = 4 * random.below(0x60);
        add(op('read32', 0, (address & ~0xffff) + offset), op('write32', 0, address, twice(0xff)));
      },
      () => add(op(random.pick(['read8', 'read16', 'read32', 'read64'] as const), 0, address)),
      () => add(op('read32', 0, (address & ~0xffff) + 4 * random.below(0x60))),
    ];
    random.pick(steps)();
  });

/** All over the address space: what answers, what reads as ones, what aborts. */
const map: Generator = (random, _setup, count) =>
  sequence(count, (add) => {
    const edges = [
      0x0800_1000,
      0x0801_2000,
      0x0802_1000,
      0x0803_0000,
      0x0804_0000,
      0x0808_0000,
      0x0900_1000,
      0x0902_0018,
      0x0904_0000,
      0x0908_0000,
      0x0a00_0000,
      0x0a00_0200,
      0x0a00_3e00,
      0x0a00_4000,
      0x0c00_0000,
      0x0dff_fff8,
      0x0e00_0000,
      0x0f00_0000,
      0x1000_0000,
      0x2000_0000,
      0x3efe_fff8,
      0x3eff_0000,
      0x3f00_0000,
      0x47ff_fff8,
      0x4800_0000,
      0x8000_0000,
      0x1_0000_0000,
      0x40_0fff_fff8,
      ECAM,
      ECAM + 0x8000,
      ECAM + 0x0fff_fff8,
      0x40_2000_0000,
      0x80_0000_0000,
      0xff_ffff_fff8,
    ];
    const address = random.pick(edges) + random.pick([0, 0, 4, 8, 12, 0x40, 1, 2, 3]);
    const kind = random.pick([
      'read8',
      'read16',
      'read32',
      'read64',
      'write8',
      'write16',
      'write32',
      'write64',
    ] as const);
    // RAM is the probe's own.
    if (address >= 0x4000_0000 && address < 0x4800_0000) add(op('read32', 0, SCRATCH));
    else add(op(kind, 0, address, random.word()));
  });

/** Every part of the board under its name, with the setups in which it is tried. */
export const generators: { name: string; generate: Generator; setups: Setup[] }[] = [
  { name: 'GICv2', generate: gic, setups: [1, 2, 4, 8].map((cores) => ({ cores, hypervisor: false })) },
  {
    name: 'GICv2 in use',
    generate: gicBusy,
    setups: [1, 3, 8].map((cores) => ({ cores, hypervisor: cores === 3 })),
  },
  {
    name: 'GICv2 virtual interface',
    generate: gicVirtual,
    setups: [1, 4].map((cores) => ({ cores, hypervisor: true })),
  },
  { name: 'PL011', generate: registers(UART, words(0, 0x4c), 1), setups: [{ cores: 1, hypervisor: false }] },
  {
    name: 'PL031',
    generate: registers(RTC, words(0, 0x20), 2, rtcValue),
    setups: [{ cores: 1, hypervisor: false }],
  },
  {
    name: 'PL061',
    generate: registers(GPIO, [0x3fc, 0x20, 0x154, ...words(0x400, 0x420)], 7),
    setups: [{ cores: 1, hypervisor: false }],
  },
  {
    name: 'GICv2m',
    generate: registers(V2M, [0x8, 0x40, 0xfcc], 48),
    setups: [{ cores: 1, hypervisor: false }],
  },
  {
    name: 'fw_cfg',
    generate: fwCfg,
    setups: [
      { cores: 1, hypervisor: false },
      { cores: 4, hypervisor: false },
    ],
  },
  { name: 'flash', generate: flash, setups: [{ cores: 1, hypervisor: false }] },
  {
    name: 'PCIe host',
    generate: registers(ECAM, words(0, 0x120)),
    setups: [{ cores: 1, hypervisor: false }],
  },
  { name: 'memory map', generate: map, setups: [{ cores: 1, hypervisor: false }] },
];
