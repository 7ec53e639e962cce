/** fw_cfg and flash. */
import type { Operation } from '../../operations.js';
import type { Random } from '../../random.js';
import { op, sequence, type Generator } from '../common.js';
import { FW_CFG, SCRATCH } from './addresses.js';

/** Keys of fw_cfg, with bit 14 too (for data that is written) and with bit 15 (of the architecture). */
const FW_CFG_KEYS = [0, 1, 5, 0x20, 0x21, 0x3f, 0x40, 0x4000, 0x4005, 0x4040, 0x7fff, 0x8000, 0xc001, 0xffff];
const RAM_END = 0x4800_0000;
/** Nothing answers there. */
const NOWHERE = 0x0c00_0000;

const bigEndian = (n: number): bigint => BigInt(new DataView(Uint32Array.of(n).buffer).getUint32(0));

/** A DMA transfer, and what it leaves in memory: in RAM, across its end, and where there is none. */
function fwCfgDma(random: Random): Operation[] {
  const control =
    (random.pick(FW_CFG_KEYS) << 16) |
    random.pick([0x2, 0xa, 0xa, 0xa, 0x4, 0xc, 0x10, 0x18, 0x12, 0x8, 0x6, 0]);
  const length = random.oneIn(8) ? random.pick([0x1_0000, 0x12_3456]) : random.below(12);
  const target = random.pick([
    SCRATCH + 0x100 + random.below(8),
    SCRATCH + 0x100 + random.below(8),
    SCRATCH + 0x100 + random.below(8),
    RAM_END - 8 + random.below(8),
    RAM_END,
    NOWHERE,
    NOWHERE + 2 ** 40,
  ]);
  const descriptor = random.pick([
    SCRATCH,
    SCRATCH,
    SCRATCH,
    SCRATCH + 4,
    RAM_END - 16,
    RAM_END - 8,
    NOWHERE,
  ]);
  const put = [control >>> 0, length, Math.floor(target / 2 ** 32), target >>> 0]
    .map((word, i) => op('write32', 0, descriptor + 4 * i, bigEndian(word)))
    .filter(({ address }) => address < RAM_END && address >= SCRATCH);
  const start = random.oneIn(2)
    ? [op('write64', 0, FW_CFG + 16, bigEndian(descriptor) << 32n)]
    : [op('write32', 0, FW_CFG + 20, bigEndian(descriptor))];
  const watched = [SCRATCH, SCRATCH + 0x100, SCRATCH + 0x108, SCRATCH + 0x1_00f8, RAM_END - 16, RAM_END - 8];
  return [
    ...watched.map((address) => op('write64', 0, address, 0x1122_3344_5566_7788n)),
    ...put,
    ...start,
    ...watched.map((address) => op('read64', 0, address)),
    op('read32', 0, FW_CFG),
  ];
}

/** fw_cfg: selecting, reading, and DMA. */
export const fwCfg: Generator = (random, _setup, count) =>
  sequence(count, (add) => {
    // Without the directory, and the files behind the first two: QEMU has files for firmware that are not here.
    const key = random.pick(FW_CFG_KEYS);
    const selectable = ((key & 0xff) << 8) | (key >> 8);
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
      () => add(...fwCfgDma(random)),
    ];
    random.pick(steps)();
  });

/** Flash: commands in order and out of order, over a few addresses. */
export const flash: Generator = (random, _setup, count) =>
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
