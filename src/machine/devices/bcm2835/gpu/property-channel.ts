/**
 * The mailbox's channel 8, by which a guest asks the GPU's firmware, and tells it, what each tag of a message says.
 * Raspberry Pi documentation, "Mailbox property interface"; where a message is malformed, as QEMU 7.2 has it.
 */
import type { BusMaster } from '../../../dma.js';
import type { Framebuffer } from './framebuffer.js';
import type { FramebufferSettings } from './framebuffer-settings.js';
import type { MailboxChannel } from './mailbox.js';
import { propertyTags, type BoardFacts, type TagContext } from './property-tags.js';

// Offsets in a message.
const CODE = 4;
const TAGS = 8;
// In a tag.
const VALUE_SIZE = 4;
const TAG_CODE = 8;
const VALUE = 12;

const END_TAG = 0;
/** A message's: it has been answered, or only in part; a tag's, beside the length of the answer. */
const ANSWERED = 0x8000_0000;
const PARTLY_ANSWERED = 0x8000_0001;

/**
 * Words that are read and written for one message. QEMU has no such bound, and is lost in a message whose sizes lead
 * back to where it has been.
 */
const MOST_WORDS = 0x1_0000;
/** What every tag costs of them: its number, its size, its code. */
const WORDS_OF_A_TAG = 3;

export class PropertyChannel implements MailboxChannel {
  readonly number = 8;
  readonly zerosFirst = false;
  private readonly board: BoardFacts;

  constructor(
    private readonly memory: BusMaster,
    private readonly framebuffer: Framebuffer,
    board: Pick<BoardFacts, 'revision' | 'mac'>,
  ) {
    this.board = { ...board, videoMemory: framebuffer.videoMemory, framebuffer: framebuffer.base };
  }

  /** The answer takes the message's place, whose address it gives. */
  answer(address: number): number {
    const context = new MessageContext(this.memory, this.board, this.framebuffer.settings);
    const wholly = this.answerTags(address, context);
    if (context.configured) this.framebuffer.configure(context.settings);
    this.memory.writeWord((address + CODE) >>> 0, wholly ? ANSWERED : PARTLY_ANSWERED);
    return (address | this.number) >>> 0;
  }

  /** False if there is more in it than is looked at. */
  private answerTags(address: number, context: MessageContext): boolean {
    const word = (at: number): number => this.memory.readWord(at >>> 0) ?? 0;
    const end = (address + word(address)) >>> 0;
    let at = (address + TAGS) >>> 0;
    while (context.words < MOST_WORDS) {
      if ((at + TAG_CODE) >>> 0 > end) return true;
      const number = word(at);
      const size = word(at + VALUE_SIZE);
      if (number === END_TAG) return true;
      const tag = propertyTags.get(number);
      context.enter((at + VALUE) >>> 0);
      tag?.answer(context);
      this.memory.writeWord((at + TAG_CODE) >>> 0, (ANSWERED | (tag?.length ?? 0)) >>> 0);
      at = (at + VALUE + size) >>> 0;
    }
    return false;
  }
}

class MessageContext implements TagContext {
  settings: FramebufferSettings;
  configured = false;
  /** Read and written so far. */
  words = 0;
  /** Where the present tag's value is. */
  private value = 0;

  constructor(
    private readonly memory: BusMaster,
    readonly board: BoardFacts,
    settings: Readonly<FramebufferSettings>,
  ) {
    this.settings = { ...settings };
  }

  /** Goes on to the tag whose value is there. */
  enter(value: number): void {
    this.value = value;
    this.words += WORDS_OF_A_TAG;
  }

  word(index: number): number {
    this.words++;
    return this.memory.readWord((this.value + 4 * index) >>> 0) ?? 0;
  }
  set(index: number, value: number): void {
    this.words++;
    this.memory.writeWord((this.value + 4 * index) >>> 0, value);
  }
  setMac([a, b, c, d, e, f]: BoardFacts['mac']): void {
    this.set(0, (a | (b << 8) | (c << 16) | (d << 24)) >>> 0);
    this.memory.write((this.value + 4) >>> 0, Uint8Array.of(e, f));
  }
  setColour(index: number, colour: number): void {
    this.words++;
    this.memory.writeWord(this.board.videoMemory.base + 4 * index, colour);
  }
}
