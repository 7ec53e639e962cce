/** Chains of DMA control blocks, on any channel, from anywhere to anywhere. */
import type { Random } from '../../devices/random.js';
import {
  ALIASES,
  get,
  message,
  PROPERTY,
  put,
  randomBytes,
  read,
  wordBytes,
  write,
  type Generator,
  type Step,
} from './common.js';
import { enableInterrupts } from './messages.js';

/** Far apart, so that no transfer goes over the control blocks. */
const BLOCKS = 0x0200_0000;
const SOURCE = 0x0300_0000;
const DEST = 0x0400_0000;
const AREA = 0x1000;
const MESSAGE = 0x0600_0000;

const DMA = 0x3f00_7000;
const DMA15 = 0x3fe0_5000;
const INT_STATUS = DMA + 0xfe0;
const ENABLE = DMA + 0xff0;
const CS_ACTIVE = 1;
const CS_END_INT = 6;
const CS_RESET = 0x8000_0000;

const channelBase = (channel: number): number => (channel === 15 ? DMA15 : DMA + 0x100 * channel);

/** Registers of the GPU's bus that whoever reads them changes in a way that can be seen, or not. */
const DEVICES = [0x7e00_b880, 0x7e00_b898, 0x7e00_7000, 0x7e00_7020, 0x7ee0_5004, 0x7e21_4000, 0x7ec0_0ffc];
const EDGES = [0x3fff_ffe8, 0x7fff_ffe8, 0xffff_ffe8, 0xbfff_ffea, 0x7e00_3fe8, 0x7e00_4fe8, 0x7e00_bbf0];

function place(random: Random, area: number): number {
  if (random.oneIn(12)) return random.pick(DEVICES) + 4 * random.below(3);
  if (random.oneIn(12)) return random.pick(EDGES);
  return area + 0x400 + random.below(0x400) * (random.oneIn(8) ? 1 : 4) + random.pick(ALIASES);
}

/** Bits of the transfer information that something depends on, and some that nothing does. */
function information(random: Random): number {
  const bits = [1 << 0, 1 << 1, 1 << 4, 1 << 8].filter(() => !random.oneIn(3));
  const rare = [1 << 7, 1 << 11, 1 << 3, 1 << 5, 1 << 6, 1 << 9, 1 << 10, 0x1f << 16].filter(() =>
    random.oneIn(8),
  );
  return [...bits, ...rare].reduce((all, bit) => all | bit, 0);
}

function controlBlock(random: Random, next: number): Uint8Array {
  const ti = information(random);
  const area = random.oneIn(6) ? SOURCE : DEST;
  const row = 4 * random.below(random.oneIn(4) ? 64 : 8);
  const length = ti & 2 ? (random.below(8) << 16) | row : 4 * random.below(random.oneIn(4) ? 256 : 16);
  const stride = (random.below(65) - 32) & 0xffff;
  const strides = ((random.below(65) - 32) << 16) | stride;
  return wordBytes([ti, place(random, SOURCE), place(random, area), length, strides, next, 0, 0]);
}

/** Control blocks one after the other, of which each one leads to the next. */
function chain(random: Random): { first: number; operations: Step } {
  const blocks = 1 + random.below(4);
  const spacing = random.pick([32, 32, 64, 36]);
  const first = BLOCKS + random.below(64) * (random.oneIn(4) ? 4 : 32);
  const alias = random.pick(ALIASES);
  const operations = Array.from({ length: blocks }, (_, i) => {
    const next = i + 1 < blocks ? first + spacing * (i + 1) + random.pick(ALIASES) : 0;
    return put(first + spacing * i, controlBlock(random, next));
  });
  return { first: first + alias, operations };
}

const registers = (base: number): Step =>
  [0, 4, 8, 0xc, 0x10, 0x14, 0x18, 0x1c, 0x20].map((at) => read(base + at));

function transfer(random: Random): Step {
  const base = channelBase(random.below(16));
  const { first, operations } = chain(random);
  return [
    put(SOURCE, randomBytes(random, AREA)),
    ...operations,
    write(base + 4, first),
    write(
      base,
      CS_ACTIVE | (random.oneIn(2) ? CS_END_INT : 0) | (random.oneIn(8) ? random.word() & 0x3fff_ffff : 0),
    ),
    ...registers(base),
    read(INT_STATUS),
    read(0x3f00_b204),
    get(DEST, AREA),
    get(SOURCE, AREA),
    ...(random.oneIn(4) ? [] : [write(base, CS_END_INT)]),
  ];
}

function access(random: Random): Step {
  const channel = random.below(16);
  const base = channelBase(channel);
  const register = base + random.pick([0, 0, 4, 8, 0x14, 0x20, 0x24, 4 * random.below(64)]);
  // Nothing is at 0, so an active channel is soon at its end.
  if (random.oneIn(3))
    return [
      write(base, random.pick([0, CS_RESET, 1 << 30, CS_END_INT, random.word() & ~1])),
      ...registers(base),
    ];
  if (random.oneIn(8)) return [write(ENABLE, random.oneIn(2) ? 0xffff : random.word()), read(ENABLE)];
  if (random.oneIn(8)) return [write(INT_STATUS, random.word()), read(INT_STATUS), read(0x3f00_b204)];
  if (random.oneIn(8)) return [write(base + 0x20, random.word()), read(register)];
  return [read(register), read(INT_STATUS)];
}

/** A transfer that sends a message, and one that fetches the answer. */
function byMailbox(random: Random): Step {
  const base = channelBase(random.below(16));
  const words = message({ tag: 0x1_0002, value: [0] }, { tag: 0x4_0008, value: [0] });
  const send = wordBytes([0, SOURCE, 0x7e00_b8a0, 4, 0, BLOCKS + 32, 0, 0]);
  const receive = wordBytes([1, 0x7e00_b880, DEST, 4, 0, 0, 0, 0]);
  return [
    put(MESSAGE, words),
    put(SOURCE, wordBytes([MESSAGE | PROPERTY])),
    put(BLOCKS, send),
    put(BLOCKS + 32, receive),
    write(base + 4, BLOCKS),
    write(base, 0),
    write(base, CS_ACTIVE),
    ...registers(base),
    get(DEST, 4),
    get(MESSAGE, words.length),
  ];
}

/** Chains that come to an end. */
export const controlBlocks: Generator = (random, steps) => [
  enableInterrupts,
  ...Array.from({ length: steps - 1 }, (): Step => {
    if (random.oneIn(3)) return access(random);
    return random.oneIn(16) ? byMailbox(random) : transfer(random);
  }),
];
