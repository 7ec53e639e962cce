/** The interrupt controller: distributor, CPU interfaces and virtual interface. */
import type { Operation } from '../../operations.js';
import { op, sequence, type Generator } from '../common.js';
import { GICC, GICD, GICH, GICV, UART, V2M } from './addresses.js';

/** Interrupts that something on the board can raise, and some that only software can. */
const INTERRUPTS = [0, 1, 5, 15, 27, 30, 33, 80, 81, 111, 143, 200, 287];

/**
 * With several cores QEMU 7.2 does not bank GICD_ISPENDR0 and GICD_ICPENDR0 as the manual says (IHI 0048B, 4.3.7
 * and 4.3.8): setting a PPI pending has no effect, and clearing it clears every core's. They are left alone then.
 */
const banksPendingWrongly = (cores: number, word: number): boolean => cores > 1 && word === 0;

/** The interrupt controller: setting interrupts up, raising, acknowledging and ending them, on every core. */
export const gic: Generator = (random, { cores }, count) =>
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
            random.pick(['read8', 'read16', 'write8', 'write16', 'read64'] as const),
            core,
            GICC + 8 * random.below(0x402),
            random.word(),
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
export const gicBusy: Generator = (random, setup, count) => {
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
export const gicVirtual: Generator = (random, { cores }, count) =>
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
