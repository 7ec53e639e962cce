/** Devices that are mostly registers. */
import type { Random } from '../random.js';
import { GICD, op, sequence, type Generator } from './common.js';

/** Reads and writes over a device's registers, in every size. */
export const registers =
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

export const words = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / 4 + 1 }, (_, i) => from + 4 * i);

/** The match register is kept away from the present, lest the alarm ring by host time. */
export const rtcValue = (random: Random, offset: number): number =>
  offset === 0x04 ? random.pick([0, 1, 0x1000]) : offset === 0x08 ? 0x5e0b_e100 : random.word();
