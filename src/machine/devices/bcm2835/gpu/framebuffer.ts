/** What a BCM2835's GPU shows: a rectangle of its memory, read when somebody looks. */
import type { PhysicalMap } from '../../../bus.js';
import type { Snapshotable } from '../../../device.js';
import type { Display, Picture } from '../../../display.js';
import {
  isPart,
  pitchOf,
  settingsAtReset,
  settingsShape,
  type FramebufferSettings,
} from './framebuffer-settings.js';

/** From the start of the GPU's memory, where the palette is: a word for each colour. */
const PIXELS = 0x10_0000;
const PALETTE_BYTES = 256 * 4;

/** A pixel's colour: red in the lowest byte, then green and blue. */
type PixelReader = (row: DataView, x: number, palette: DataView) => number;

/** By the bits of a pixel. All else is black. */
const pixelReaders: Readonly<Partial<Record<number, PixelReader>>> = {
  8: (row, x, palette) => palette.getUint32(4 * row.getUint8(x), true),
  16: (row, x) => {
    const pixel = row.getUint16(2 * x, true);
    return ((pixel & 0xf800) >> 8) | ((pixel & 0x07e0) << 5) | ((pixel & 0x001f) << 19);
  },
  24: (row, x) => row.getUint16(3 * x, true) | (row.getUint8(3 * x + 2) << 16),
  32: (row, x) => row.getUint32(4 * x, true),
};
const black: PixelReader = () => 0;

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

export class Framebuffer implements Display, Snapshotable<FramebufferSettings> {
  readonly shape = settingsShape;
  /** The GPU's address of the first pixel. */
  readonly base: number;
  private present = settingsAtReset();

  constructor(
    /** As the GPU sees it. */
    private readonly bus: PhysicalMap,
    /** The GPU's own memory. */
    readonly videoMemory: { readonly base: number; readonly size: number },
  ) {
    this.base = videoMemory.base + PIXELS;
  }

  get settings(): Readonly<FramebufferSettings> {
    return this.present;
  }

  /** Takes settings that have been `clipped`. */
  configure(settings: FramebufferSettings): void {
    this.present = settings;
  }

  /** Black as a whole where not all of it lies in RAM. */
  picture(): Picture {
    const { width, height, depth, xOffset, yOffset, pixelOrder } = this.present;
    const pixels = new Uint8ClampedArray(width * height * 4);
    const pitch = pitchOf(this.present);
    const [left, top] = isPart(this.present) ? [xOffset, yOffset] : [0, 0];
    // QEMU 7.2 counts the pixels to the left as bytes.
    const source = this.bus.readBytes(this.base + left + top * pitch, height * pitch);
    const palette = viewOf(
      this.bus.readBytes(this.videoMemory.base, PALETTE_BYTES) ?? new Uint8Array(PALETTE_BYTES),
    );
    const read = (source && pixelReaders[depth]) ?? black;
    const [red, blue] = pixelOrder === 0 ? [16, 0] : [0, 16];
    let at = 0;
    for (let y = 0; y < height; y++) {
      const row = viewOf(source?.subarray(y * pitch, (y + 1) * pitch) ?? new Uint8Array());
      for (let x = 0; x < width; x++) {
        const colour = read(row, x, palette);
        pixels[at++] = (colour >>> red) & 0xff;
        pixels[at++] = (colour >>> 8) & 0xff;
        pixels[at++] = (colour >>> blue) & 0xff;
        pixels[at++] = 0xff;
      }
    }
    return { width, height, pixels };
  }

  save(): FramebufferSettings {
    return { ...this.present };
  }
  load(state: FramebufferSettings): void {
    this.present = { ...state };
  }
}
