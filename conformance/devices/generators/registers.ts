/** Devices that are mostly registers. */
import type { Kind, Operation } from '../operations.js';
import type { Random } from '../random.js';
import { op, sequence, type Generator } from './common.js';

const everySize = [
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
] as const;
/** Of a device whose model in QEMU ends the process where others answer smaller accesses. */
export const wordsOnly = ['read32', 'write32'] as const;

export interface Registers {
  readonly base: number;
  /** Bytes of address space; 4 KiB unless given. */
  readonly size?: number;
  /** Those that are tried. */
  readonly offsets: readonly number[];
  /** Whether it is any offset of the device now and then, which not all models in QEMU survive; true unless given. */
  readonly anywhere?: boolean;
  /** Of those, which ones are only written, since what they read is not the same twice. */
  readonly unread?: readonly number[];
  /** Accesses, of every size unless given. */
  readonly kinds?: readonly Kind[];
  /** What is done first. */
  readonly prepare?: readonly Operation[];
  /** Registers elsewhere that tell of the device's interrupt. */
  readonly watched?: readonly number[];
  /** What is written at an offset, where that is not just any word. */
  readonly value?: (random: Random, offset: number) => number;
}

/** Reads and writes over a device's registers, in every size. */
export const registers =
  ({
    base,
    size = 0x1000,
    offsets,
    anywhere = true,
    unread = [],
    kinds = everySize,
    prepare = [],
    watched,
    value,
  }: Registers): Generator =>
  (random, _setup, count) =>
    sequence(
      count,
      (add) => {
        const offset = anywhere && random.oneIn(16) ? random.below(size) : random.pick(offsets);
        const kind = random.pick(kinds);
        const word = value === undefined ? random.word() : value(random, offset);
        const changes = unread.some((each) => each >= (offset & ~7) && each < (offset & ~7) + 8);
        if (!changes || kind.startsWith('write')) add(op(kind, 0, base + offset, word));
        if (watched !== undefined && random.oneIn(2)) add(op('read32', 0, random.pick(watched)));
      },
      prepare,
    );

export const words = (from: number, to: number): number[] =>
  Array.from({ length: (to - from) / 4 + 1 }, (_, i) => from + 4 * i);
