/**
 * What the GPU's firmware answers to the tags of a property message, as QEMU 7.2 does. Raspberry Pi documentation,
 * "Mailbox property interface", whose names these are.
 */
import { clipped, pitchOf, sizeOf, type FramebufferSettings } from './framebuffer-settings.js';

/** A tag's value in memory, by words, and what a message may read and change beside it. */
export interface TagContext {
  word(index: number): number;
  set(index: number, value: number): void;
  /** Six bytes from the start of the value on. */
  setMac(mac: BoardFacts['mac']): void;
  setColour(index: number, colour: number): void;
  readonly board: BoardFacts;
  /** Of the framebuffer, as the message has made them so far. */
  settings: FramebufferSettings;
  /** Whether it has set them. */
  configured: boolean;
}

/** What the firmware knows of its board. */
export interface BoardFacts {
  readonly revision: number;
  readonly mac: Uint8Array;
  readonly videoMemory: { readonly base: number; readonly size: number };
  /** Where its pixels are. */
  readonly framebuffer: number;
}

export interface Tag {
  /** Bytes of the value that the answer says it has. */
  readonly length: number;
  answer(context: TagContext): void;
}

const FIRMWARE_REVISION = 346_337;

const EMMC_CLOCK = 1;
const UART_CLOCK = 2;
/** Hz. */
const clockRates: Readonly<Partial<Record<number, number>>> = { [EMMC_CLOCK]: 50e6, [UART_CLOCK]: 3e6 };
const OTHER_CLOCK_RATE = 700e6;

/** Thousandths of a degree. */
const TEMPERATURE = 25_000;
const MOST_TEMPERATURE = 99_000;

/** Those that the GPU leaves to the ARM: 2 to 5. */
const DMA_CHANNELS = 0x3c;

const MOST_COLOURS = 256;
const INVALID_PALETTE = 1;

/** The value as it is. */
const asItIs = (length: number): Tag => ({ length, answer: () => undefined });
/** These words from the start of the value on. */
const words = (...values: ((context: TagContext) => number)[]): Tag => ({
  length: 4 * values.length,
  answer: (context) => values.forEach((value, i) => context.set(i, value(context))),
});
const constant =
  (value: number): (() => number) =>
  () =>
    value;
/** What is asked for by number in the first word, which stays, in the second one. */
const second = (value: (context: TagContext) => number): Tag => ({
  length: 8,
  answer: (context) => context.set(1, value(context)),
});

const clockRate = second((context) => clockRates[context.word(0)] ?? OTHER_CLOCK_RATE);
const overscan = words(constant(0), constant(0), constant(0), constant(0));

const setPalette: Tag = {
  length: 4,
  answer: (context) => {
    const offset = context.word(0);
    const length = context.word(1);
    const isValid = offset < MOST_COLOURS && length >= 1 && length <= MOST_COLOURS;
    for (let i = 0; isValid && i < length; i++) context.setColour(offset + i, context.word(2 + i));
    context.set(0, isValid ? 0 : INVALID_PALETTE);
  },
};

type Setting = keyof FramebufferSettings;
/** Settings of the framebuffer that go together: one tag gets them, one tests what would be set, one sets them. */
const framebufferTags: readonly { readonly number: number; readonly settings: readonly Setting[] }[] = [
  { number: 3, settings: ['width', 'height'] },
  { number: 4, settings: ['virtualWidth', 'virtualHeight'] },
  { number: 5, settings: ['depth'] },
  { number: 6, settings: ['pixelOrder'] },
  { number: 7, settings: ['alphaMode'] },
  { number: 9, settings: ['xOffset', 'yOffset'] },
];
const GET = 0x4_0000;
const TEST = 0x4_4000;
const SET = 0x4_8000;

function tagsOf(number: number, settings: readonly Setting[]): [number, Tag][] {
  const get = words(...settings.map((setting) => (context: TagContext) => context.settings[setting]));
  const set: Tag = {
    length: get.length,
    answer: (context) => {
      const asked = Object.fromEntries(settings.map((setting, i) => [setting, context.word(i)]));
      context.settings = clipped({ ...context.settings, ...asked });
      context.configured = true;
      get.answer(context);
    },
  };
  return [
    [GET | number, get],
    [TEST | number, asItIs(get.length)],
    [SET | number, set],
  ];
}

/** By number. A tag that is not here keeps its value, and its answer has no length. */
export const propertyTags: ReadonlyMap<number, Tag> = new Map<number, Tag>([
  [0x0_0001, words(constant(FIRMWARE_REVISION))],
  [0x1_0001, asItIs(4)], // get board model
  [0x1_0002, words(({ board }) => board.revision)],
  [0x1_0003, { length: 6, answer: (context) => context.setMac(context.board.mac) }],
  [0x1_0004, asItIs(8)], // get board serial
  [0x1_0005, words(constant(0), ({ board }) => board.videoMemory.base)], // get ARM memory
  [
    0x1_0006,
    words(
      ({ board }) => board.videoMemory.base,
      ({ board }) => board.videoMemory.size,
    ),
  ], // get VC memory
  [0x2_8001, second((context) => context.word(1) & 1)], // set power state
  [0x3_0001, second(constant(1))], // get clock state
  [0x3_0002, clockRate], // get clock rate
  [0x3_0004, clockRate], // get max clock rate
  [0x3_0006, second(constant(TEMPERATURE))], // get temperature
  [0x3_0007, clockRate], // get min clock rate
  [0x3_000a, second(constant(MOST_TEMPERATURE))], // get max temperature
  [0x3_8001, asItIs(8)], // set clock state
  [0x3_8002, asItIs(8)], // set clock rate
  [0x3_8004, asItIs(8)], // set max clock rate
  [0x3_8007, asItIs(8)], // set min clock rate
  [
    0x4_0001,
    words(
      ({ board }) => board.framebuffer,
      ({ settings }) => sizeOf(settings),
    ),
  ], // allocate buffer
  [0x4_0002, asItIs(4)], // blank screen
  [0x4_0008, words(({ settings }) => pitchOf(settings))], // get pitch
  [0x4_000a, overscan], // get overscan
  [0x4_0013, words(constant(1))], // get number of displays
  [0x4_400a, overscan], // test overscan
  [0x4_800a, overscan], // set overscan
  [0x4_800b, setPalette],
  [0x6_0001, words(constant(DMA_CHANNELS))], // get DMA channels
  ...framebufferTags.flatMap(({ number, settings }) => tagsOf(number, settings)),
]);
