import { describe, expect, it } from 'vitest';
import { ImageError } from '../error.js';
import { gzip } from '../gzip.js';
import { readArm64Image } from './arm64-image.js';
import { readKernel } from './kernel.js';

/** The header of Debian's linux-image-6.12.117+deb12-arm64, as `od` prints it, then code. */
function debianHeader(): Uint8Array {
  const bytes = new Uint8Array(4096);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xfa405a4d, true);
  view.setUint32(4, 0x1473e83b, true);
  view.setBigUint64(8, 0n, true);
  view.setBigUint64(16, 0x2b30000n, true);
  view.setBigUint64(24, 0xan, true);
  view.setUint32(56, 0x644d5241, true);
  return bytes;
}

/** A PE header as the kernel's, with one section of `rawSize` bytes at 0x200. */
function withPe(bytes: Uint8Array, rawSize: number): Uint8Array {
  const view = new DataView(bytes.buffer);
  view.setUint32(60, 64, true);
  view.setUint32(64, 0x4550, true);
  view.setUint16(68, 0xaa64, true);
  view.setUint16(70, 1, true);
  view.setUint16(84, 0xa0, true);
  view.setUint32(64 + 24 + 0xa0 + 16, rawSize, true);
  view.setUint32(64 + 24 + 0xa0 + 20, 0x200, true);
  return bytes;
}

describe('arm64 Image header', () => {
  it('reads every field', () => {
    const image = readArm64Image(debianHeader());
    expect(image).toMatchObject({
      code0: 0xfa405a4d,
      code1: 0x1473e83b,
      textOffset: 0n,
      imageSize: 0x2b30000n,
      flags: 10n,
      endianness: 'little',
      pageSize: 4096,
      anywhere: true,
      reserved: [0n, 0n, 0n],
      peOffset: 0,
      compressed: false,
    });
  });

  it('takes 0x80000 as the text offset of kernels before 3.17', () => {
    const bytes = debianHeader();
    new DataView(bytes.buffer).setBigUint64(16, 0n, true);
    expect(readArm64Image(bytes).textOffset).toBe(0x80000n);
  });

  it('reads through gzip', () => {
    const bytes = debianHeader();
    const image = readArm64Image(gzip(bytes));
    expect(image.compressed).toBe(true);
    expect(image.bytes).toEqual(bytes);
  });

  it.each([
    [
      'empty',
      new Uint8Array(),
      'k: at 0x0: expected an arm64 Image header (64 bytes), but the file ends at 0x0',
    ],
    ['zeros', new Uint8Array(64), 'k: at 0x38: expected arm64 Image magic 0x644d5241, found 0x00000000'],
    [
      'another format',
      Uint8Array.from({ length: 64 }, (_, i) => [0x7f, 0x45, 0x4c, 0x46][i] ?? 0),
      'k: at 0x38: expected arm64 Image magic 0x644d5241, found an ELF file',
    ],
    [
      'truncated',
      withPe(debianHeader(), 0x10000),
      'k: at 0x200: expected PE section 0 (65536 bytes), but the file ends at 0x1000',
    ],
  ])('refuses a file that is %s in one line', (_, bytes, message) => {
    expect(() => readArm64Image(bytes, 'k')).toThrow(ImageError);
    expect(() => readArm64Image(bytes, 'k')).toThrow(message);
  });

  it('accepts a file that holds all sections', () => {
    expect(readArm64Image(withPe(debianHeader(), 4096 - 0x200)).peOffset).toBe(64);
  });
});

describe('kernel formats', () => {
  it('tells an Image from raw code', () => {
    expect(readKernel(debianHeader()).format).toBe('image');
    expect(readKernel(gzip(debianHeader())).format).toBe('image');
    expect(readKernel(Uint8Array.of(0xc0, 0x03, 0x5f, 0xd6)).format).toBe('raw');
  });

  it('names what is no kernel', () => {
    const zImage = new Uint8Array(256);
    zImage.set([0x18, 0x28, 0x6f, 0x01], 0x24);
    expect(() => readKernel(zImage, 'z')).toThrow(
      'z: at 0x0: expected an arm64 Image, an ELF file or raw code, found a 32-bit Arm zImage',
    );
    expect(() => readKernel(new Uint8Array(), 'e')).toThrow('e: expected a kernel, found an empty file');
  });
});
