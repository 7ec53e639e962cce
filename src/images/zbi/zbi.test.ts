import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readBootfs } from '../bootfs.js';
import { ImageError } from '../error.js';
import { commandLinePayload, cpuPayload, memoryPayload, zbiFields } from './payloads.js';
import { isZbi, readZbi, zbiContent } from './reader.js';
import { zbiType, zbiTypeName, zbiTypeNumber } from './types.js';
import { verifyZbi } from './verify.js';
import { writeZbi } from './writer.js';

const data = (name: string) =>
  Uint8Array.from(readFileSync(new URL(`../../../tests/data/images/${name}`, import.meta.url)));
const sample = readZbi(data('sample.zbi'));
const text = (value: string) => new TextEncoder().encode(value);
const verify = (bytes: Uint8Array) => verifyZbi(readZbi(bytes, 'f'), 'f');

/** A container with one command line, `foo=1`, as Fuchsia's `zbi` writes it. */
const foreign =
  '424f4f5428000000e6f78c86000001000000000000000000291778b5d6e8874a' +
  '434d444c0600000000000000000003000000000000000000291778b5d52b97cb666f6f3d31000000';

/** The sample with words of it replaced. */
function changed(words: Readonly<Record<number, number>>): Uint8Array {
  const bytes = data('sample.zbi');
  for (const [at, word] of Object.entries(words))
    new DataView(bytes.buffer).setUint32(Number(at), word, true);
  return bytes;
}

describe('boot images', () => {
  it('reads what was written by the document with other means', () => {
    expect(isZbi(data('sample.zbi'))).toBe(true);
    expect(verifyZbi(sample)).toBe('complete');
    expect(sample.size).toBe(data('sample.zbi').length);
    expect(sample.items.map(({ type }) => zbiTypeName(type))).toEqual([
      'KERNEL_ARM64',
      'STORAGE_BOOTFS',
      'CMDLINE',
      'CMDLINE',
      'MEM_CONFIG',
      'CPU_CONFIG',
      'PLATFORM_ID',
      'STORAGE_RAMDISK',
      '0x12345678',
    ]);
    expect(zbiContent(sample.items[1])).toEqual(data('sample.bootfs'));
    expect(sample.items.map((item) => zbiFields(item))).toEqual([
      { entry: 0x50n, reserveMemorySize: 0x20000n },
      {},
      { text: 'userboot.next=bin/hello+a' },
      { text: 'aslr.disable' },
      {
        ranges: [
          { base: 0x40000000n, length: 0x20000000n, type: 'ram' },
          { base: 0x08000000n, length: 0x01000000n, type: 'peripheral' },
        ],
      },
      { clusters: [4, 4] },
      { vendor: 3, product: 1, board: 'qemu' },
      {},
      {},
    ]);
  });

  it('writes the same bytes, but for the CRC-32 that one item lacks', () => {
    const written = writeZbi(
      sample.items.map(({ type, extra, payload }) => ({
        type,
        extra,
        payload,
        flags: type === zbiType.STORAGE_BOOTFS ? 1 : 0,
      })),
    );
    const expected = data('sample.zbi');
    expect(verify(written)).toBe('complete');
    const { offset } = sample.items[3];
    for (const image of [written, expected])
      image.fill(0, offset + 12, offset + 16).fill(0, offset + 28, offset + 32);
    expect(Buffer.compare(written, expected)).toBe(0);
  });

  it('makes the items that describe a machine as they were written by other means', () => {
    expect(commandLinePayload('aslr.disable')).toEqual(sample.items[3].payload);
    expect(
      memoryPayload([
        { base: 0x40000000n, length: 0x20000000n, type: 'ram' },
        { base: 0x08000000n, length: 0x01000000n, type: 'peripheral' },
      ]),
    ).toEqual(sample.items[4].payload);
    expect(cpuPayload([4, 4])).toEqual(sample.items[5].payload);
  });

  it('compresses RAM disks and puts the kernel first', () => {
    const image = readZbi(
      writeZbi([
        { type: zbiType.STORAGE_BOOTFS, payload: data('sample.bootfs'), compress: true },
        { type: zbiType.KERNEL_ARM64, payload: sample.items[0].payload },
      ]),
    );
    expect(verifyZbi(image)).toBe('complete');
    expect(image.items[0].type).toBe(zbiType.KERNEL_ARM64);
    expect(image.items[1].extra).toBe(data('sample.bootfs').length);
    expect(image.items[1].payload.length).toBeLessThan(2000);
    expect(readBootfs(zbiContent(image.items[1]))).toHaveLength(4);
  });

  it('takes an image that Fuchsia made: the CRC-32 covers header and payload', () => {
    const image = Uint8Array.from(Buffer.from(foreign, 'hex'));
    const { items } = readZbi(image);
    expect(verify(image)).toBe('partial');
    expect(items.map((item) => zbiFields(item))).toEqual([{ text: 'foo=1' }]);
    expect(writeZbi(items)).toEqual(image);
    for (let at = 32; at < 64 + 6; at++) {
      const damaged = image.slice();
      damaged[at] ^= 0x10;
      expect(() => verify(damaged), `byte ${at}`).toThrow(ImageError);
    }
  });

  it('reads the text of items with and without a NUL', () => {
    const items = ['CMDLINE', 'IMAGE_ARGS', 'SERIAL_NUMBER'] as const;
    const image = writeZbi(items.map((name) => ({ type: zbiType[name], payload: text(name) })));
    expect(readZbi(image).items.map((item) => zbiFields(item))).toEqual(
      items.map((name) => ({ text: name })),
    );
    const [file] = readZbi(
      writeZbi([{ type: zbiType.BOOTLOADER_FILE, payload: text('\x03a.bcontent') }]),
    ).items;
    expect(zbiFields(file)).toEqual({ name: 'a.b', size: 7 });
  });

  it('compresses and decompresses every item that stands for storage', () => {
    const names = ['STORAGE_RAMDISK', 'STORAGE_BOOTFS', 'STORAGE_BOOTFS_FACTORY', 'STORAGE_KERNEL'] as const;
    const payload = data('sample.bootfs');
    const image = readZbi(writeZbi(names.map((name) => ({ type: zbiType[name], payload, compress: true }))));
    expect(verifyZbi(image)).toBe('partial');
    for (const item of image.items) expect(zbiContent(item)).toEqual(payload);
  });

  it('knows types by name and number', () => {
    expect(zbiTypeName(0x5254534b)).toBe('STORAGE_KERNEL');
    expect(zbiTypeName(zbiTypeNumber('devicetree') ?? 0)).toBe('DEVICETREE');
    expect(new Set(Object.values(zbiType)).size).toBe(Object.keys(zbiType).length);
    expect(zbiTypeNumber('storage-bootfs')).toBe(0x42534642);
    expect(zbiTypeNumber('0x12345678')).toBe(0x12345678);
    expect(zbiTypeNumber('constructor')).toBeUndefined();
  });

  // The kernel's header is at 0x20 and the BOOTFS's at 0x60.
  it.each([
    ['empty', new Uint8Array(), 'at 0x0: expected a boot image (4 bytes), but the file ends at 0x0'],
    [
      'another type',
      changed({ 0: 0x384e524b }),
      'at 0x0: expected container type 0x544f4f42, found 0x384e524b',
    ],
    [
      'another container magic',
      changed({ 8: 1 }),
      'at 0x8: expected container magic 0x868cf7e6, found 0x00000001',
    ],
    [
      'container flags',
      changed({ 12: 0x30000 }),
      'at 0xc: expected container flags 0x00010000, found 0x00030000',
    ],
    [
      'a container length off by 4',
      changed({ 4: 12 }),
      'at 0x4: expected a container length that is a multiple of 8, found 12',
    ],
    [
      'a container past the end',
      changed({ 4: 0xfffffff8 }),
      "at 0x20: expected the container's items (4294967288 bytes)",
    ],
    [
      'a container too short for an item',
      changed({ 4: 0x48 }),
      "at 0x60: expected an item's header (32 bytes), but the container ends at 0x68",
    ],
    [
      'a container in the container',
      changed({ 0x20: 0x544f4f42 }),
      'at 0x20: expected an item, found a container within the container',
    ],
    [
      'an item length past the end',
      changed({ 0x24: 0xffffffff }),
      'at 0x24: expected a length of KERNEL_ARM64 within the ',
    ],
    [
      'no version flag',
      changed({ 0x2c: 0x20000 }),
      'at 0x2c: expected flags of KERNEL_ARM64 with the version bit 0x10000, found 0x00020000',
    ],
    ['a reserved word', changed({ 0x34: 7 }), 'at 0x34: expected a reserved word of 0, found 0x00000007'],
    ['another item magic', changed({ 0x38: 7 }), 'at 0x38: expected item magic 0xb5781729, found 0x00000007'],
    [
      'a CRC-32 without its flag',
      changed({ 0x2c: 0x10000 }),
      'at 0x3c: expected 0x4a87e8d6 for no CRC-32, found 0x',
    ],
    [
      'a wrong CRC-32',
      changed({ 0x40: 7 }),
      "at 0x3c: expected the CRC-32 of KERNEL_ARM64's header and payload, 0x",
    ],
    [
      'a wrong content size',
      writeZbi([{ ...sample.items[1], extra: 7 }]),
      'at 0x28: expected the size of the content of STORAGE_BOOTFS, 24576, found 7',
    ],
    [
      'a BOOTFS that is none',
      writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload: text('none') }]),
      'BOOTFS: at 0x0: expected BOOTFS magic',
    ],
    [
      'a frame that is none',
      writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload: text('none'), flags: 1 }]),
      'LZ4 frame of STORAGE_BOOTFS: at 0x0: expected LZ4 frame magic',
    ],
    [
      'a name longer than its item',
      writeZbi([{ type: zbiType.BOOTLOADER_FILE, payload: text('\x09short') }]),
      "BOOTLOADER_FILE: at 0x1: expected a file's name (9 bytes), but the file ends at 0x6",
    ],
    [
      'a factory BOOTFS that is none',
      writeZbi([{ type: zbiType.STORAGE_BOOTFS_FACTORY, payload: text('none') }]),
      'BOOTFS: at 0x0: expected BOOTFS magic',
    ],
    [
      'half a memory range',
      writeZbi([{ type: zbiType.MEM_CONFIG, payload: new Uint8Array(12) }]),
      'MEM_CONFIG: expected ranges of 24 bytes, found 12 bytes',
    ],
    [
      'a memory range of no type',
      writeZbi([{ type: zbiType.MEM_CONFIG, payload: new Uint8Array(24) }]),
      "MEM_CONFIG: at 0x10: expected a range's type of 1 to 3, found 0",
    ],
    [
      'a cluster too few',
      writeZbi([{ type: zbiType.CPU_CONFIG, payload: cpuPayload([1, 2]).subarray(0, 32) }]),
      'CPU_CONFIG: expected a payload of 48 bytes, found 32',
    ],
    [
      'half a topology node',
      writeZbi([{ type: zbiType.CPU_TOPOLOGY, payload: new Uint8Array(33) }]),
      'CPU_TOPOLOGY: expected nodes of 32 bytes, found 33 bytes',
    ],
    [
      'a topology node that is its own parent',
      writeZbi([{ type: zbiType.CPU_TOPOLOGY, payload: new Uint8Array(32) }]),
      'CPU_TOPOLOGY: at 0x2: expected a parent before node 0, found 0',
    ],
    [
      'a short UART',
      writeZbi([{ type: zbiType.DEBUG_UART, payload: new Uint8Array(8) }]),
      'DEBUG_UART: expected a payload of 16 bytes, found 8',
    ],
    [
      'a short address',
      writeZbi([{ type: zbiType.SMBIOS, payload: new Uint8Array(4) }]),
      'SMBIOS: expected a payload of 8 bytes, found 4',
    ],
    [
      'a short kernel',
      writeZbi([{ type: zbiType.KERNEL_ARM64, payload: new Uint8Array(4) }]),
      'KERNEL_ARM64: at 0x0: expected the entry point (8 bytes)',
    ],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => verify(bytes)).toThrow(ImageError);
    expect(() => verify(bytes)).toThrow(`f: ${message}`);
  });

  it('tells partial images, two kernels, and kernels in the wrong place', () => {
    const kernel = { type: zbiType.KERNEL_ARM64, payload: sample.items[0].payload };
    const text = { type: zbiType.CMDLINE, payload: commandLinePayload('x') };
    expect(verify(writeZbi([text]))).toBe('partial');
    expect(() => verify(writeZbi([kernel, kernel]))).toThrow('f: at 0x60: expected one kernel, found 2');
    const items = writeZbi([kernel, text]);
    const swapped = Buffer.concat([items.subarray(0, 32), items.subarray(96), items.subarray(32, 96)]);
    expect(() => verify(Uint8Array.from(swapped))).toThrow(
      'f: at 0x48: expected the kernel to be the first item',
    );
  });
});
