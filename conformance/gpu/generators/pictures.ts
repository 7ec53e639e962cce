/** What is to be seen of random pixels: every depth, sizes, offsets, palettes; and what is to be seen of no pixels. */
import type { Random } from '../../devices/random.js';
import {
  MAIL0_READ,
  MAIL1_WRITE,
  message,
  picture,
  PROPERTY,
  put,
  randomBytes,
  read,
  VIDEO_RAM,
  wordBytes,
  write,
  type Generator,
  type Step,
} from './common.js';

const PIXELS = VIDEO_RAM + 0x10_0000;
const MESSAGE = 0x10_0000;
/** Bytes of pixels that are not black. */
const PIXEL_BYTES = 0x1_8000;
const FRAMEBUFFER = 1;

interface Mode {
  readonly size: readonly number[];
  readonly virtualSize: readonly number[];
  readonly offset: readonly number[];
  readonly depth: number;
}

function anyMode(random: Random, i: number): Mode {
  // Each of another size, since QEMU keeps a picture of the same size where it cannot draw one.
  const width = 16 + i + random.below(16) * 64;
  const height = 1 + random.below(random.oneIn(8) ? 2560 : 300);
  const other = (size: number): number => random.pick([0, size, size, size + random.below(64), size >> 1]);
  const isPart = random.oneIn(3);
  return {
    size: [width, height],
    virtualSize: isPart
      ? [width + 1 + random.below(64), height + 1 + random.below(64)]
      : [other(width), other(height)],
    offset: [random.pick([0, 1, 7, 40, random.word()]), random.pick([0, 1, 9, 40, random.word()])],
    depth: random.oneIn(8) ? random.pick([0, 1, 4, 12, 15, 17, 64, 0xff_ffff]) : random.pick([8, 16, 24, 32]),
  };
}

/** By one tag each, in any order: each one is clipped as it comes. */
function byProperties(random: Random, { size, virtualSize, offset, depth }: Mode): Step {
  const tags = [
    { tag: 0x4_8003, value: size },
    { tag: 0x4_8004, value: virtualSize },
    { tag: 0x4_8005, value: [depth] },
    { tag: 0x4_8006, value: [random.below(3)] },
    { tag: 0x4_8007, value: [random.below(3)] },
    { tag: 0x4_8009, value: offset },
  ];
  const shuffled = tags.map((tag) => ({ tag, at: random.word() })).sort((a, b) => a.at - b.at);
  const words = message(...shuffled.map(({ tag }) => tag), { tag: 0x4_0001, value: [16, 0] });
  return [put(MESSAGE, words), write(MAIL1_WRITE, MESSAGE | PROPERTY), read(MAIL0_READ)];
}

function byStructure({ size, virtualSize, offset, depth }: Mode): Step {
  const words = wordBytes([...size, ...virtualSize, 0, depth, ...offset, 0, 0]);
  const takeAll = Array.from({ length: 33 }, () => read(MAIL0_READ));
  return [put(MESSAGE, words), write(MAIL1_WRITE, MESSAGE | FRAMEBUFFER), ...takeAll];
}

/** The colours come first: QEMU does not draw anew what has been drawn because of them. */
export const pictures: Generator = (random, steps) => [
  [picture],
  ...Array.from({ length: steps - 1 }, (_, i): Step => {
    const mode = anyMode(random, i);
    const colours = message({
      tag: 0x4_800b,
      value: [0, 256, ...Array.from({ length: 256 }, () => random.word())],
    });
    return [
      put(PIXELS, randomBytes(random, PIXEL_BYTES)),
      put(MESSAGE, colours),
      write(MAIL1_WRITE, MESSAGE | PROPERTY),
      read(MAIL0_READ),
      ...(random.oneIn(4) ? byStructure(mode) : byProperties(random, mode)),
      picture,
    ];
  }),
];
