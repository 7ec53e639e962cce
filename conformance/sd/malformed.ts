/**
 * Sequences that no driver would send: any command with any argument in any state, any value in any register. Nothing
 * throws, nothing takes long, nothing grows.
 */
import { Disk, MemoryStore, type Board } from '../../src/machine/index.js';
import { random, type Random } from '../devices/random.js';
import { boardWith } from './firstlight.js';
import { GPFSEL4, GPFSEL5, SDHCI, SDHOST } from './operations.js';

export interface Malformed {
  readonly sequences: number;
  /** Of one access, and of one alarm, ms. */
  readonly longest: number;
  /** Of the process, from after the first tenth to the end, bytes. */
  readonly grown: number;
}

const CARD = 2 ** 24;
/** Longer than any access takes, ms, though other processes have the core: SDMA of all blocks that there can be is a quarter of a second. */
export const LONGEST = 5000;
export const GROWTH = 64 * 2 ** 20;

type Step = (board: Board, r: Random) => void;

/** A command as either controller takes it, most of them with something in the data lines' way. */
const command: Step = ({ bus }, r) => {
  const index = r.below(64);
  const argument = r.pick([0, 0x4567_0000, 0x8ace_0000, r.word(), r.below(CARD), CARD - r.below(1024)]);
  if (r.oneIn(2)) {
    bus.write(SDHOST + 0x3c, 4, r.pick([512, r.below(2048), r.word()]));
    bus.write(SDHOST + 0x50, 4, r.pick([1, r.below(64), r.word()]));
    bus.write(SDHOST + 4, 4, argument);
    bus.write(SDHOST, 4, 0x8000 | (r.below(64) << 6) | index);
  } else {
    bus.write(SDHCI + 4, 4, r.pick([0x1_0200, r.word()]));
    bus.write(SDHCI + 8, 4, argument);
    bus.write(SDHCI + 0xc, 4, ((index << 24) | (r.below(256) << 16) | r.below(64)) >>> 0);
  }
};

/** What brings a card to where it takes blocks. */
const identify: Step = ({ bus }, r) => {
  const isSdhost = r.oneIn(2);
  bus.write(GPFSEL4, 4, isSdhost ? 0o44_0000_0000 : 0);
  bus.write(GPFSEL5, 4, isSdhost ? 0o4444 : 0);
  bus.write(SDHCI + 0x2c, 4, r.pick([7, 0x0100_0007]));
  const list: readonly (readonly [index: number, argument: number])[] = [
    ...([
      [0, 0],
      [8, 0x1aa],
      [55, 0],
      [41, 0x40ff_8000],
    ] as const),
    ...([
      [2, 0],
      [3, 0],
      [7, 0x4567_0000],
    ] as const),
  ];
  for (const [index, argument] of list) {
    bus.write(isSdhost ? SDHOST + 4 : SDHCI + 8, 4, argument);
    bus.write(isSdhost ? SDHOST : SDHCI + 0xc, 4, isSdhost ? 0x8000 | index : (index << 24) | 0x2_0000);
  }
};

const anyAccess: Step = ({ bus }, r) => {
  const size = r.pick([1, 2, 4] as const);
  const at = (r.oneIn(2) ? SDHCI + r.below(0x100) : SDHOST + r.below(0x80)) & ~(size - 1);
  if (r.oneIn(2)) bus.read(at, size);
  else bus.write(at, size, r.word());
};

const data: Step = ({ bus }, r) => {
  const port = r.oneIn(2) ? SDHCI + 0x20 : SDHOST + 0x40;
  const isRead = r.oneIn(2);
  for (let i = r.below(160); i > 0; i--) {
    if (isRead) bus.read(port, 4);
    else bus.write(port, 4, r.word());
  }
};

const time: Step = ({ clock }, r) =>
  clock.advanceTo(clock.now + r.pick([1, 1000, 1_000_000, 10_000_000_000]));

const steps: readonly Step[] = [command, command, command, identify, anyAccess, anyAccess, data, time];

export function malformed(sequences = 100_000, seed = 1): Malformed {
  const r = random(seed);
  const store = new MemoryStore(new Uint8Array(CARD));
  let board = boardWith(new Disk({ name: 'card', store }));
  let longest = 0;
  let before = 0;
  for (let i = 0; i < sequences; i++) {
    // A card that has been told to be silent is so for good.
    if (i % 100 === 0) board = boardWith(new Disk({ name: 'card', store }));
    if (i === Math.floor(sequences / 10)) before = process.memoryUsage().rss;
    for (let step = 4 + r.below(12); step > 0; step--) {
      const began = performance.now();
      r.pick(steps)(board, r);
      longest = Math.max(longest, performance.now() - began);
    }
  }
  return { sequences, longest, grown: process.memoryUsage().rss - before };
}
