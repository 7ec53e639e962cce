/** Mailbox accesses, and messages to the property channel and the framebuffer's: well made, and malformed. */
import type { Random } from '../../devices/random.js';
import {
  ALIASES,
  get,
  MAIL0_READ,
  MAIL1_WRITE,
  MAILBOX,
  message,
  PROPERTY,
  put,
  read,
  VIDEO_RAM,
  wordBytes,
  write,
  type Generator,
  type Step,
} from './common.js';

/** All that QEMU knows. */
const TAGS = [
  0x1, 0x1_0001, 0x1_0002, 0x1_0003, 0x1_0004, 0x1_0005, 0x1_0006, 0x2_8001, 0x3_0001, 0x3_0002, 0x3_0004,
  0x3_0006, 0x3_0007, 0x3_000a, 0x3_8001, 0x3_8002, 0x3_8004, 0x3_8007, 0x4_0001, 0x4_0002, 0x4_0003,
  0x4_0004, 0x4_0005, 0x4_0006, 0x4_0007, 0x4_0008, 0x4_0009, 0x4_000a, 0x4_0013, 0x4_4003, 0x4_4004,
  0x4_4005, 0x4_4006, 0x4_4007, 0x4_4009, 0x4_400a, 0x4_8001, 0x4_8003, 0x4_8004, 0x4_8005, 0x4_8006,
  0x4_8007, 0x4_8009, 0x4_800a, 0x4_800b, 0x5_0001, 0x6_0001,
];
const WHERE = 0x10_0000;
const PALETTE_BYTES = 0x800;

/** What the framebuffer is like. */
const settings = message(
  ...[0x4_0003, 0x4_0004, 0x4_0009, 0x4_0001].map((tag) => ({ tag, value: [0, 0] })),
  ...[0x4_0005, 0x4_0006, 0x4_0007, 0x4_0008].map((tag) => ({ tag, value: [0] })),
);
const askSettings: Step = [
  put(WHERE, settings),
  write(MAIL1_WRITE, WHERE | PROPERTY),
  read(MAIL0_READ),
  get(WHERE, settings.length),
];

const anyTag = (random: Random): number =>
  random.oneIn(8)
    ? random.pick([0x3_0043, 0, random.word(), random.pick(TAGS) ^ (1 << random.below(32))])
    : random.pick(TAGS);

function tagWords(random: Random): number[] {
  const size = random.oneIn(6)
    ? random.pick([0, 1, 5, 6, 7, 0xffff_ffff, 0xffff_fff0, 0x7fff_fffc, random.word()])
    : 4 * random.below(6);
  const value = Array.from({ length: Math.ceil(Math.min(size, 64) / 4) }, () =>
    random.pick([0, 1, 2, 3, 8, 16, 24, 32, 255, 256, 592, 640, 3840, 4000, random.word()]),
  );
  return [anyTag(random), size, random.oneIn(8) ? random.word() : 0, ...value];
}

function anyMessage(random: Random): Uint8Array {
  const body = Array.from({ length: random.below(5) }, () => tagWords(random)).flat();
  const ended = random.oneIn(4) ? body : [...body, 0];
  const exact = 4 * (ended.length + 2);
  const total = random.oneIn(4)
    ? random.pick([0, 8, 12, exact - 4, exact + 4, exact + 64, exact - 1, 0xffff_ffff, random.word()])
    : exact;
  return wordBytes([total, random.oneIn(8) ? random.word() : 0, ...ended]);
}

/** Peripherals whose registers read alike whoever asks and whenever. */
const PERIPHERALS = [
  0x7e00_b200, 0x7e00_b880, 0x7e00_7000, 0x7e00_7fe0, 0x7ee0_5000, 0x7e21_4000, 0x7ec0_0000,
];
/** Where RAM ends, or peripherals lie beside it. */
const EDGES = [0x3fff_fff0, 0x3fff_ffe0, 0x7fff_fff0, 0xffff_fff0, 0xffff_ffd0, 0x7e00_3ff0, 0x7e00_bbf0];

/** A message, wherever it lies, and what becomes of it. */
function sent(random: Random, channel: number, bytes: Uint8Array): Step {
  const mailbox = MAIL1_WRITE + random.pick([0, 0, 4, 8, 12]);
  const receive = [read(MAIL0_READ + random.pick([0, 0, 4, 8, 12]))];
  if (random.oneIn(16)) {
    const address = random.oneIn(2) ? random.pick(PERIPHERALS) : random.pick(EDGES);
    return [
      write(mailbox, address | channel),
      ...receive,
      ...(address < VIDEO_RAM ? [get(address, 16)] : []),
    ];
  }
  const address = WHERE + 16 * random.below(256);
  const around = get(address - 16, bytes.length + 96);
  return [put(address, bytes), write(mailbox, address + random.pick(ALIASES) + channel), ...receive, around];
}

const legacy = (random: Random): Uint8Array =>
  wordBytes(
    Array.from({ length: 10 }, () => random.pick([0, 1, 8, 16, 24, 32, 100, 640, 480, 4000, random.word()])),
  );

const palette = (random: Random): Uint8Array => {
  const length = random.pick([0, 1, 2, 16, 256, 257, random.word()]);
  const colours = Array.from({ length: Math.min(length, 256) }, () => random.word());
  return message({
    tag: 0x4_800b,
    value: [random.pick([0, 1, 128, 255, 256, random.word()]), length, ...colours],
  });
};

/** Messages that are read at once, wherever they lie and whatever is in them. */
export const messages: Generator = (random, steps) =>
  Array.from({ length: steps }, (_, i) => {
    if (i % 4 === 3) return askSettings;
    if (random.oneIn(8)) return sent(random, 1, legacy(random));
    if (random.oneIn(8)) return [...sent(random, PROPERTY, palette(random)), get(VIDEO_RAM, PALETTE_BYTES)];
    return sent(random, random.oneIn(16) ? random.below(16) : PROPERTY, anyMessage(random));
  });

const PENDING = [0x3f00_b200, 0x3f00_b204, 0x3f00_b208];
/** All interrupts of the ARM interrupt controller, lest what is pending be hidden. */
export const enableInterrupts: Step = [0x210, 0x214, 0x218].map((at) => write(0x3f00_b000 + at, 0xffff_ffff));

/** The mailbox's registers in any order, so that it comes to be full. */
export const mailbox: Generator = (random, steps) => [
  enableInterrupts,
  [put(WHERE, settings)],
  ...Array.from({ length: steps - 2 }, (): Step => {
    const mirror = 0x100 * random.below(4);
    const register =
      mirror +
      random.pick([0x80, 0x84, 0x8c, 0x90, 0x94, 0x98, 0x9c, 0xb0, 0xb8, 0xbc, 4 * random.below(64)]);
    if (random.oneIn(3)) return [read(MAILBOX + register), read(MAILBOX + 0x98)];
    if (random.oneIn(6)) return [write(MAILBOX + register, random.word() & ~0xf), ...PENDING.map(read)];
    const channel = random.pick([1, 8, 8, random.below(16)]);
    // Far above the other messages: a structure of the framebuffer's is filled in.
    const address = channel === 8 ? WHERE : 0x20_0000;
    return [
      write(MAIL1_WRITE + mirror, address | channel),
      read(MAILBOX + 0x98),
      read(MAILBOX + 0xb8),
      ...PENDING.map(read),
    ];
  }),
];

/** Every tag that the firmware's documentation has, QEMU knows it or not, with a large value that is not zero. */
const DOCUMENTED = [
  ...TAGS,
  0x1_0007,
  0x2_0001,
  0x2_0002,
  0x3_0003,
  0x3_0008,
  0x3_0009,
  0x3_000b,
  0x3_000c,
  0x3_000d,
  0x3_000e,
  0x3_000f,
  0x3_0010,
  0x3_0014,
  0x3_0020,
  0x3_0021,
  0x3_0030,
  0x3_0041,
  0x3_0042,
  0x3_0043,
  0x3_0046,
  0x3_0047,
  0x3_0048,
  0x3_0049,
  0x3_0054,
  0x3_0055,
  0x3_0056,
  0x3_0058,
  0x3_0059,
  0x3_0064,
  0x3_0066,
  0x3_8009,
  0x3_8021,
  0x3_8030,
  0x3_8041,
  0x3_8042,
  0x3_8043,
  0x3_8048,
  0x3_8049,
  0x4_000b,
  0x4_000f,
  0x4_0011,
  0x4_800e,
  0x4_800f,
  0x4_8010,
  0x4_8011,
  0x4_8021,
  0x4_8023,
  0x6_0002,
];
const CLOCK_TAGS = [0x3_0001, 0x3_0002, 0x3_0004, 0x3_0007, 0x3_8002];
const CLOCKS = 16;

const alone = (tag: number, value: readonly number[]): Step => {
  const bytes = message({ tag, value });
  return [
    put(WHERE, bytes),
    write(MAIL1_WRITE, WHERE | PROPERTY),
    read(MAIL0_READ),
    get(WHERE, bytes.length),
  ];
};

/** Each tag in a message of its own, and each clock by each tag that has clocks. */
export const tags: readonly Step[] = [
  ...DOCUMENTED.map((tag) => alone(tag, [3, 2, 0x5a5a_0003, 0x5a5a_0004, 0x5a5a_0005])),
  ...CLOCK_TAGS.flatMap((tag) => Array.from({ length: CLOCKS }, (_, clock) => alone(tag, [clock, 0]))),
];
