import { describe, expect, it } from 'vitest';
import { PhysicalMap } from '../../../bus.js';
import { Framebuffer } from './framebuffer.js';

const VIDEO = 0x10_0000;

function build() {
  const bytes = new Uint8Array(0x40_0000);
  const bus = new PhysicalMap();
  bus.attachRam(0, {
    size: bytes.length,
    read: (offset, length) => bytes.slice(offset, offset + length),
    write: (offset, data) => bytes.set(data, offset),
  });
  const framebuffer = new Framebuffer(bus, { base: VIDEO, size: 0x30_0000 });
  const small = { ...framebuffer.settings, width: 2, height: 2, virtualWidth: 2, virtualHeight: 2 };
  /** The picture of some pixels, its first four as colours. */
  const shown = (changed: Partial<typeof small>, pixels: number[]): string[] => {
    bytes.set(pixels, framebuffer.base);
    framebuffer.configure({ ...small, ...changed });
    const { width, height, pixels: shown } = framebuffer.picture();
    expect(shown).toHaveLength(4 * width * height);
    return Array.from({ length: 4 }, (_, i) => Buffer.from(shown.subarray(4 * i, 4 * i + 4)).toString('hex'));
  };
  return { bytes, framebuffer, shown };
}

// Colours are QEMU's, whose pictures conformance/gpu.ts compares.
describe('the framebuffer', () => {
  it('is 640 by 480 and black at first', () => {
    const { width, height, pixels } = build().framebuffer.picture();
    expect([width, height]).toEqual([640, 480]);
    expect(pixels.every((sample, i) => sample === (i % 4 === 3 ? 255 : 0))).toBe(true);
  });

  it('shows pixels of each depth, red or blue first', () => {
    const { bytes, shown } = build();
    const rgb565 = [0x00, 0xf8, 0xe0, 0x07, 0x1f, 0x00, 0xff, 0xff];
    expect(shown({ depth: 16 }, rgb565)).toEqual(['f80000ff', '00fc00ff', '0000f8ff', 'f8fcf8ff']);
    const rgb24 = Array.from({ length: 12 }, (_, i) => i + 1);
    expect(shown({ depth: 24 }, rgb24)).toEqual(['010203ff', '040506ff', '070809ff', '0a0b0cff']);
    const rgb32 = Array.from({ length: 16 }, (_, i) => i + 1);
    const swapped = ['030201ff', '070605ff', '0b0a09ff', '0f0e0dff'];
    expect(shown({ depth: 32, pixelOrder: 0 }, rgb32)).toEqual(swapped);
    bytes.set([0x11, 0x22, 0x33, 0], VIDEO + 4 * 5);
    expect(shown({ depth: 8 }, [5, 0, 5, 0])).toEqual(['112233ff', '000000ff', '112233ff', '000000ff']);
    expect(shown({ depth: 15 }, rgb32)).toEqual(Array<string>(4).fill('000000ff'));
  });

  it('shows a part of a larger picture', () => {
    const { shown } = build();
    const pixels = Array.from({ length: 16 }, (_, i) => i);
    const changed = { depth: 32, virtualWidth: 3, virtualHeight: 3, yOffset: 1 };
    const rows = [...Array.from({ length: 12 }, () => 0), ...pixels];
    expect(shown(changed, rows)).toEqual(['000102ff', '040506ff', '0c0d0eff', '000000ff']);
  });

  it('is black where its pixels are not all in RAM', () => {
    const { shown } = build();
    const pixels = Array.from({ length: 16 }, (_, i) => i + 1);
    const changed = { width: 1920, height: 1080, virtualWidth: 1920, virtualHeight: 1080, depth: 32 };
    expect(shown(changed, pixels)[0]).toBe('000000ff');
  });
});
