/**
 * The mailbox's channel 1, by which a guest sets the framebuffer up with one structure of ten words. Raspberry Pi
 * documentation, "Framebuffer interface"; superseded by the property channel.
 */
import type { BusMaster } from '../../../dma.js';
import type { Framebuffer } from './framebuffer.js';
import { clipped, pitchOf, sizeOf } from './framebuffer-settings.js';
import type { MailboxChannel } from './mailbox.js';

// Offsets in the structure.
const WIDTH = 0;
const HEIGHT = 4;
const VIRTUAL_WIDTH = 8;
const VIRTUAL_HEIGHT = 12;
const PITCH = 16;
const DEPTH = 20;
const X_OFFSET = 24;
const Y_OFFSET = 28;
const POINTER = 32;
const SIZE = 36;

export class FramebufferChannel implements MailboxChannel {
  readonly number = 1;
  readonly zerosFirst = true;

  constructor(
    private readonly memory: BusMaster,
    private readonly framebuffer: Framebuffer,
  ) {}

  /** Pitch, pointer and size are the GPU's to fill in. The answer says no more than that it is done. */
  answer(address: number): number {
    const asked = (offset: number): number => this.memory.readWord((address + offset) >>> 0) ?? 0;
    const fill = (offset: number, value: number): void => {
      this.memory.writeWord((address + offset) >>> 0, value);
    };
    const settings = clipped({
      ...this.framebuffer.settings,
      width: asked(WIDTH),
      height: asked(HEIGHT),
      virtualWidth: asked(VIRTUAL_WIDTH),
      virtualHeight: asked(VIRTUAL_HEIGHT),
      depth: asked(DEPTH),
      xOffset: asked(X_OFFSET),
      yOffset: asked(Y_OFFSET),
    });
    fill(PITCH, pitchOf(settings));
    fill(POINTER, this.framebuffer.base);
    fill(SIZE, sizeOf(settings));
    this.framebuffer.configure(settings);
    return this.number;
  }
}
