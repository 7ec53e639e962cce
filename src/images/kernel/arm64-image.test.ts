import { describe, expect, it } from 'vitest';
import { ImageError } from '../error.js';
import { deviceTree, node } from '../fdt/tree.js';
import { writeFdt } from '../fdt/writer.js';
import { gzip } from '../gzip.js';
import { zbiType } from '../zbi/types.js';
import { writeZbi } from '../zbi/writer.js';
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

  /** Zeros but for bytes at some offsets. */
  function file(size: number, parts: Readonly<Record<number, string | readonly number[]>>): Uint8Array {
    const bytes = new Uint8Array(size);
    for (const [at, part] of Object.entries(parts))
      bytes.set(typeof part === 'string' ? new TextEncoder().encode(part) : part, Number(at));
    return bytes;
  }
  const fit = writeFdt(deviceTree(node('', {}, [node('images'), node('configurations')])));
  const zbi = writeZbi([{ type: zbiType.CMDLINE, payload: new Uint8Array(1) }]);
  const pe = (machine: readonly number[]) => file(256, { 0: 'MZ', 0x3c: [0x80], 0x80: 'PE', 0x84: machine });

  it.each<[string, Uint8Array, string]>([
    ['ZBI', zbi, 'a Zircon boot image (firstlight zircon --zbi boots it)'],
    ['ZBI in gzip', gzip(zbi), 'a Zircon boot image (firstlight zircon --zbi boots it)'],
    ['Android', file(4096, { 0: 'ANDROID!' }), 'an Android boot image'],
    ['vendor_boot', file(4096, { 0: 'VNDRBOOT' }), 'an Android vendor_boot image'],
    ['PE for x86-64', pe([0x64, 0x86]), 'a PE/COFF file for x86-64, such as an EFI program'],
    ['PE for arm64', pe([0x64, 0xaa]), 'a PE/COFF file for arm64, such as an EFI program'],
    ['uImage', file(256, { 0: [0x27, 0x05, 0x19, 0x56] }), 'a U-Boot image'],
    ['FIT', fit, 'a U-Boot FIT image'],
    ['devicetree', writeFdt(deviceTree(node(''))), 'a devicetree (boot takes it as --dtb)'],
    ['bzImage', file(4096, { 0: 'MZ', 0x202: 'HdrS' }), 'an x86 bzImage'],
    ['xz', file(64, { 0: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0] }), 'an xz file (xz -d unpacks it)'],
    ['zstd', file(64, { 0: [0x28, 0xb5, 0x2f, 0xfd] }), 'a Zstandard file (zstd -d unpacks it)'],
    ['bzip2', file(64, { 0: 'BZh91AY&SY' }), 'a bzip2 file (bzip2 -d unpacks it)'],
    ['LZ4', file(64, { 0: [4, 0x22, 0x4d, 0x18] }), 'an LZ4 file (lz4 -d unpacks it)'],
    ['legacy LZ4', file(64, { 0: [2, 0x21, 0x4c, 0x18] }), 'a legacy LZ4 file (lz4 -d unpacks it)'],
    ['LZMA', file(64, { 0: [0x5d, 0, 0, 0x80, 0], 5: new Array<number>(8).fill(0xff) }), 'an LZMA file'],
    ['tar', file(512, { 0x101: 'ustar' }), 'a tar archive'],
  ])('names what is no kernel: %s', (_, bytes, what) => {
    expect(() => readKernel(bytes, 'k')).toThrow(ImageError);
    expect(() => readKernel(bytes, 'k')).toThrow(
      `k: at 0x0: expected an arm64 Image, an ELF file or raw code, found ${what}`,
    );
  });

  it('takes the kernel out of an EFI zboot image', () => {
    const packed = gzip(debianHeader());
    const size = [packed.length & 0xff, packed.length >> 8];
    const parts = { 0: 'MZ', 4: 'zimg', 8: [0x40], 12: size, 24: 'gzip', 0x40: [...packed] };
    const image = file(0x40 + packed.length, parts);
    expect(readKernel(image)).toMatchObject({
      format: 'image',
      image: { imageSize: 0x2b30000n, compressed: true },
    });
    expect(readArm64Image(image).bytes).toEqual(debianHeader());
    expect(() => readKernel(file(256, { ...parts, 24: 'zstd' }), 'k')).toThrow(
      'k: at 0x18: expected an EFI zboot image compressed by gzip, found "zstd"',
    );
    expect(() => readKernel(image.subarray(0, 0x50), 'k')).toThrow('k: at 0x40: expected the payload');
  });

  it('takes an Image that begins with MZ and has no PE header, as QEMU does', () => {
    for (const place of [0, 1, 0x40, 0xfffffff0]) {
      const bytes = debianHeader();
      new DataView(bytes.buffer).setUint32(60, place, true);
      expect(readKernel(bytes)).toMatchObject({ format: 'image', image: { peOffset: 0 } });
    }
  });

  it('takes code that begins with MZ and is neither an Image nor a PE file, as QEMU does', () => {
    const code = file(128, { 0: [0x4d, 0x5a, 0x40, 0xfa], 0x3c: [0x40] });
    expect(readKernel(code)).toEqual({ format: 'raw', bytes: code });
    expect(() => readKernel(code.subarray(0, 63), 'k')).toThrow(/an arm64 Image whose header is cut off$/);
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
