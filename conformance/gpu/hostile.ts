/**
 * Messages and control blocks of anything at all, to board `raspi3b` alone, since QEMU hangs or ends at some: nothing
 * throws, nothing takes long, nothing grows.
 */
import { random, type Random } from '../devices/random.js';
import { buildBoard, carryOut } from './firstlight.js';
import {
  ALIASES,
  MAIL0_READ,
  MAIL1_WRITE,
  PROPERTY,
  put,
  randomBytes,
  read,
  write,
  type Step,
} from './generators/common.js';

export interface Hostility {
  readonly messages: number;
  readonly controlBlocks: number;
  /** Milliseconds of the step that took longest. */
  readonly longest: number;
  /** Bytes of the host's heap that are in use at the end, more than at a tenth of the way. */
  readonly growth: number;
}

const DMA = 0x3f00_7000;
const WHERE = 0x10_0000;
const ACTIVE = 1;
/** What a sequence of messages would take a guest, in nanoseconds. */
const PAUSE = 10_000;

/** A word that leads somewhere: to what is near, to a device, or anywhere. */
const anyWord = (random: Random): number =>
  random.pick([
    WHERE + 4 * random.below(0x100) + random.pick(ALIASES),
    0x7e00_0000 + 4 * random.below(0x40_0000),
    -4 * random.below(16),
    random.word(),
    4 * random.below(64),
  ]);

function anyBytes(random: Random): Uint8Array {
  const bytes = randomBytes(random, 256);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < bytes.length; at += 4)
    if (!random.oneIn(8)) view.setUint32(at, anyWord(random), true);
  return bytes;
}

function message(random: Random): Step {
  const bytes = anyBytes(random);
  const view = new DataView(bytes.buffer);
  if (!random.oneIn(4)) view.setUint32(0, random.pick([256, 0x1000_0000, 0xfff_fff0]), true);
  for (let at = 8; at < 64; at += 12 + 4 * random.below(3)) {
    view.setUint32(at, random.pick([0x4_8003, 0x4_800b, 0x4_0001, 0x3_0002, 0x4_8005]), true);
    view.setUint32(at + 4, random.pick([0, 4, 8, -12, -24, -4, random.word()]), true);
  }
  const address = random.oneIn(16) ? random.word() & ~0xf : WHERE;
  return [
    put(WHERE, bytes),
    write(MAIL1_WRITE, address | random.pick([1, PROPERTY, PROPERTY])),
    read(MAIL0_READ),
  ];
}

function controlBlock(random: Random): Step {
  const base = DMA + 0x100 * random.below(15);
  const first = WHERE + 32 * random.below(8);
  return [
    put(WHERE, anyBytes(random)),
    write(base, random.oneIn(2) ? 0x8000_0000 : 0),
    write(base + 4, random.oneIn(8) ? random.word() : first),
    write(base, ACTIVE | (random.oneIn(8) ? random.word() : 0)),
    read(base),
  ];
}

/** The host is never away for long, whatever else it does, and has as much memory in the end. */
export const isHarmless = ({ longest, growth }: Hostility): boolean =>
  longest < 5000 && growth < 64 * 2 ** 20;

/** So many of each. */
export function hostile(count: number, seed = 1): Hostility {
  const board = buildBoard();
  const choices = random(seed);
  let longest = 0;
  let usedBefore = 0;
  for (let i = 0; i < count; i++) {
    if (i === Math.floor(count / 10)) usedBefore = process.memoryUsage().heapUsed;
    for (const step of [message(choices), controlBlock(choices)]) {
      const began = performance.now();
      for (const operation of step) carryOut(board, operation);
      board.clock.advanceTo(board.clock.now + PAUSE);
      longest = Math.max(longest, performance.now() - began);
    }
  }
  const growth = Math.max(0, process.memoryUsage().heapUsed - usedBefore);
  return { messages: count, controlBlocks: count, longest, growth };
}
