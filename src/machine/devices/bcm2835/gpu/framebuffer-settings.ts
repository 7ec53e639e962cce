/**
 * How the GPU of a BCM2835 lays its framebuffer out: what a guest may ask for, and what it gets. Raspberry Pi
 * documentation, "Mailbox property interface", "Frame buffer"; limits and defaults as in QEMU 7.2.
 */
import { integer, record, word, type Shape } from '../../../../engine/index.js';

/** Whole numbers of 32 bits. */
export type FramebufferSettings = {
  /** What is seen, in pixels. */
  width: number;
  height: number;
  /** What is in memory, of which a part may be seen: so many pixels from its left and from its top. */
  virtualWidth: number;
  virtualHeight: number;
  xOffset: number;
  yOffset: number;
  /** Bits of a pixel. */
  depth: number;
  /** 0: BGR; otherwise RGB. */
  pixelOrder: number;
  /** Only kept: nothing lies behind the picture. */
  alphaMode: number;
};

const MOST_WIDTH = 3840;
const MOST_HEIGHT = 2560;
/** For one that asks for 0. */
const SMALL_WIDTH = 592;
const SMALL_HEIGHT = 488;

export const settingsShape: Shape<FramebufferSettings> = record<FramebufferSettings>({
  width: integer(1, MOST_WIDTH),
  height: integer(1, MOST_HEIGHT),
  virtualWidth: integer(1, MOST_WIDTH),
  virtualHeight: integer(1, MOST_HEIGHT),
  xOffset: word,
  yOffset: word,
  depth: word,
  pixelOrder: word,
  alphaMode: word,
});

/** What there is before the guest asks for anything. */
export const settingsAtReset = (): FramebufferSettings => ({
  width: 640,
  height: 480,
  virtualWidth: 640,
  virtualHeight: 480,
  xOffset: 0,
  yOffset: 0,
  depth: 16,
  pixelOrder: 1,
  alphaMode: 2,
});

/** Whether a part of a larger picture is seen. One that is larger in one direction only counts as no larger. */
export const isPart = ({ width, height, virtualWidth, virtualHeight }: FramebufferSettings): boolean =>
  virtualWidth > width && virtualHeight > height;

/** What one gets who asks for this. */
export function clipped(asked: FramebufferSettings): FramebufferSettings {
  const width = Math.min(asked.width, MOST_WIDTH) || SMALL_WIDTH;
  const height = Math.min(asked.height, MOST_HEIGHT) || SMALL_HEIGHT;
  const virtualWidth = Math.min(asked.virtualWidth, MOST_WIDTH) || width;
  const virtualHeight = Math.min(asked.virtualHeight, MOST_HEIGHT) || height;
  const settings = { ...asked, width, height, virtualWidth, virtualHeight };
  if (!isPart(settings)) return settings;
  return {
    ...settings,
    xOffset: Math.min(asked.xOffset, virtualWidth - width),
    yOffset: Math.min(asked.yOffset, virtualHeight - height),
  };
}

/** Bytes from one row to the next. */
export function pitchOf(settings: FramebufferSettings): number {
  const pixels = Math.max(settings.width, settings.virtualWidth);
  return Math.imul(pixels, settings.depth >>> 3) >>> 0;
}

/** Bytes of the whole picture in memory. */
export function sizeOf(settings: FramebufferSettings): number {
  const rows = Math.max(settings.height, settings.virtualHeight);
  return Math.imul(rows, pitchOf(settings)) >>> 0;
}
