/** What belongs to no one device: the power firmware and the memory map. */
import { ACCESSES } from '../../operations.js';
import { op, sequence, type Generator } from '../common.js';
import { ECAM, SCRATCH } from './addresses.js';

/** PSCI, as far as it answers without powering anything on or off. */
export const psci: Generator = (random, { cores }, count) =>
  sequence(count, (add) => {
    const id = 0x8400_0000 + random.below(0x20) + (random.oneIn(2) ? 0x4000_0000 : 0);
    const other = random.pick([
      0x95c1_ba5e, 0x95c1_ba5f, 0x95c1_ba60, 0x95c1_ba61, 0x8000_0000, 0x8000_0001, 0,
    ]);
    const harmless = [
      0x8400_0000, 0x8400_0003, 0xc400_0003, 0x8400_0004, 0xc400_0004, 0x8400_0006, 0x95c1_ba60,
    ];
    const features = 0x8400_000a;
    const core = random.below(cores);
    const target = random.pick([0, 1, cores - 1, cores, 0x100, 0x8000_0000, 0x1_0000_0000]);
    const refusedState = 0x0100_0000 | random.below(0x1_0000);
    const steps: (() => void)[] = [
      () => add(op('firmware', core, random.oneIn(2) ? id : other, features)),
      () =>
        add(op('firmware', core, random.oneIn(4) ? random.word() : random.oneIn(4) ? other : id, features)),
      () => add(op('firmware', core, target, random.pick(harmless))),
      () => add(op('firmware', core, refusedState, random.pick([0x8400_0001, 0xc400_0001, 0x95c1_ba5e]))),
      () =>
        add(
          op(
            'firmware',
            core,
            target,
            random.pick([0xc400_0005, 0x8400_0005, 0x8400_0007, 0xc400_0012, 0x8000_0000, 0x1234]),
          ),
        ),
      () => add(op('firmware', core, target, 0x1_8400_0000)),
    ];
    random.pick(steps)();
  });

/** All over the address space: what answers, what reads as ones, what aborts. */
export const map: Generator = (random, _setup, count) =>
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
    const kind = random.pick(ACCESSES);
    // RAM is the probe's own.
    if (address >= 0x4000_0000 && address < 0x4800_0000) add(op('read32', 0, SCRATCH));
    else add(op(kind, 0, address, random.word()));
  });
