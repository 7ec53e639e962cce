/** fw_cfg and flash. */
import { SCRATCH } from '../qemu.js';
import { FW_CFG, op, sequence, type Generator } from './common.js';

/** fw_cfg: selecting, reading, and DMA descriptors in RAM. */
export const fwCfg: Generator = (random, _setup, count) =>
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
