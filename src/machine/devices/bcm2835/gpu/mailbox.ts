/**
 * The mailboxes between the ARM and the GPU of a BCM2835: one takes messages to the GPU, the other one its answers.
 * Raspberry Pi documentation, "Mailboxes" and "Accessing mailboxes"; where that is silent, as QEMU 7.2 has it.
 *
 * A message is a word: which channel it is for in its lowest four bits, and above them what that channel takes. The GPU
 * has answered before the write has ended. An answer waits at its channel while the ARM's mailbox is full; whatever is
 * sent to that channel meanwhile is never taken from the GPU's mailbox, as on QEMU, and full is full for good. Also as
 * there, whose mailbox looks for the framebuffer's answer too early, zeros come before that.
 */
import { flag, integer, listOf, record, tuple, word, type Shape } from '../../../../engine/index.js';
import type { AccessSize, Device, Line } from '../../../device.js';
import type { Framebuffer } from './framebuffer.js';
import { settingsShape, type FramebufferSettings } from './framebuffer-settings.js';

// Registers of mailbox 0, from the GPU to the ARM.
const MAIL0_READ = 0x80; // to 0x8c
const MAIL0_PEEK = 0x90;
const MAIL0_STATUS = 0x98;
const MAIL0_CONFIG = 0x9c;
// Of mailbox 1, from the ARM to the GPU.
const MAIL1_WRITE = 0xa0; // to 0xac
const MAIL1_STATUS = 0xb8;
/** A FIFO answers at so many bytes more than its address, too. */
const FIFO_MIRRORS = 0xc;
/** All registers are there four times. */
const REGISTERS = 0x100;

const STATUS_FULL = 0x8000_0000;
const STATUS_EMPTY = 0x4000_0000;

const CONFIG_IHAVEDATAIRQEN = 1 << 0;
const CONFIG_IHAVEDATAIRQPEND = 1 << 4;

/** Messages that a mailbox holds. */
const DEPTH = 32;
/** What an empty mailbox reads as. */
const NO_MESSAGE = 0xf;

/** What takes the messages of one channel. */
export interface MailboxChannel {
  readonly number: number;
  /** Whether zeros come before its answer, as many as there is room for. */
  readonly zerosFirst: boolean;
  /** Does what a message asks for. Gives the answer, which has the channel's number in its lowest bits, too. */
  answer(message: number): number;
}

export type MailboxState = {
  answers: number[];
  /** By channel. */
  waiting: [channel: number, answer: number][];
  neverTaken: number;
  interruptEnabled: boolean;
  framebuffer: FramebufferSettings;
};

export class Mailbox implements Device<MailboxState> {
  readonly size = 0x400;
  readonly shape: Shape<MailboxState>;
  private answers: number[] = [];
  /** Answers that wait until there is room among `answers`. */
  private waiting = new Map<number, number>();
  /** Messages in the GPU's mailbox. */
  private neverTaken = 0;
  private interruptEnabled = false;
  private readonly channels: ReadonlyMap<number, MailboxChannel>;
  /** The GPU reads and writes memory on behalf of a message; by that way it does not come to the mailbox. */
  private isAtWork = false;

  constructor(
    readonly name: string,
    private readonly interrupt: Line,
    channels: readonly MailboxChannel[],
    /** What the channels set up. */
    private readonly framebuffer: Framebuffer,
  ) {
    this.channels = new Map(channels.map((channel) => [channel.number, channel]));
    const waiting = tuple<[number, number]>(integer(0, 15), word);
    this.shape = record<MailboxState>({
      answers: listOf(word, DEPTH),
      waiting: listOf(waiting, this.channels.size),
      neverTaken: integer(0, DEPTH),
      interruptEnabled: flag,
      framebuffer: settingsShape,
    });
  }

  accepts(_offset: number, size: AccessSize | 8): boolean {
    return size !== 8;
  }

  read(offset: number): number {
    if (this.isAtWork) return 0;
    const register = offset % REGISTERS;
    if (register >= MAIL0_READ && register <= MAIL0_READ + FIFO_MIRRORS) return this.take();
    switch (register) {
      case MAIL0_PEEK:
        return this.answers[0] ?? NO_MESSAGE;
      case MAIL0_STATUS:
        return status(this.answers.length);
      case MAIL0_CONFIG:
        return (
          (this.interruptEnabled ? CONFIG_IHAVEDATAIRQEN : 0) |
          (this.answers.length > 0 ? CONFIG_IHAVEDATAIRQPEND : 0)
        );
      case MAIL1_STATUS:
        return status(this.neverTaken);
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    if (this.isAtWork) return;
    const register = offset % REGISTERS;
    if (register >= MAIL1_WRITE && register <= MAIL1_WRITE + FIFO_MIRRORS) this.send(value);
    else if (register === MAIL0_CONFIG) this.interruptEnabled = (value & CONFIG_IHAVEDATAIRQEN) !== 0;
    this.deliver();
  }

  save(): MailboxState {
    const { answers, waiting, neverTaken, interruptEnabled, framebuffer } = this;
    return {
      answers: [...answers],
      waiting: [...waiting],
      neverTaken,
      interruptEnabled,
      framebuffer: framebuffer.save(),
    };
  }
  load({ answers, waiting, neverTaken, interruptEnabled, framebuffer }: MailboxState): void {
    this.answers = [...answers];
    this.waiting = new Map(waiting);
    this.neverTaken = neverTaken;
    this.interruptEnabled = interruptEnabled;
    this.framebuffer.load(framebuffer);
  }

  private take(): number {
    const answer = this.answers.shift() ?? NO_MESSAGE;
    this.deliver();
    return answer;
  }

  private send(message: number): void {
    if (this.neverTaken === DEPTH) return;
    const channel = this.channels.get(message & 0xf);
    if (channel === undefined) return;
    if (this.waiting.has(channel.number)) {
      this.neverTaken += 1;
      return;
    }
    this.isAtWork = true;
    try {
      this.waiting.set(channel.number, channel.answer((message & ~0xf) >>> 0));
    } finally {
      this.isAtWork = false;
    }
    if (channel.zerosFirst) this.answers.push(...new Array<number>(DEPTH - this.answers.length).fill(0));
  }

  /** Lets answers that wait in, those of lower channels first. */
  private deliver(): void {
    for (const number of [...this.waiting.keys()].sort((a, b) => a - b)) {
      if (this.answers.length === DEPTH) break;
      this.answers.push(this.waiting.get(number)!);
      this.waiting.delete(number);
    }
    this.interrupt.set(this.interruptEnabled && this.answers.length > 0);
  }
}

const status = (messages: number): number =>
  messages === 0 ? STATUS_EMPTY : messages === DEPTH ? STATUS_FULL : 0;
