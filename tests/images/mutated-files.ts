/**
 * Every reader of files, and files that are nearly right: whatever the bytes, a reader either answers or throws
 * `ImageError` with one line.
 */
import { readFileSync } from 'node:fs';
import { readBootfs } from '../../src/images/bootfs.js';
import { readCpio, readInitramfs } from '../../src/images/cpio.js';
import { LineTable } from '../../src/images/dwarf/line-table.js';
import { readElf } from '../../src/images/elf/reader.js';
import { ImageError } from '../../src/images/error.js';
import { dtsText } from '../../src/images/fdt/dts.js';
import { readFdt } from '../../src/images/fdt/reader.js';
import { gunzip, gzip } from '../../src/images/gzip.js';
import { readArm64Image } from '../../src/images/kernel/arm64-image.js';
import { readKernel } from '../../src/images/kernel/kernel.js';
import { readSystemMap } from '../../src/images/kernel/system-map.js';
import { readLz4, writeLz4 } from '../../src/images/lz4/frame.js';
import { readRodso } from '../../src/images/rodso/rodso.js';
import { readZbi } from '../../src/images/zbi/reader.js';
import { verifyZbi } from '../../src/images/zbi/verify.js';
import { generator, mutate } from '../mutations.js';

const data = (name: string) =>
  Uint8Array.from(readFileSync(new URL(`../data/images/${name}`, import.meta.url)));
const both = (...files: Uint8Array[]) => Uint8Array.from(Buffer.concat(files));

function image(): Uint8Array {
  const bytes = new Uint8Array(1024);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xfa405a4d, true);
  view.setUint32(56, 0x644d5241, true);
  view.setUint32(60, 64, true);
  view.setUint32(64, 0x4550, true);
  view.setUint16(68, 0xaa64, true);
  view.setUint16(70, 2, true);
  return bytes;
}

export interface Reader {
  /** A file that is as it should be. */
  readonly original: Uint8Array;
  readonly read: (bytes: Uint8Array) => unknown;
}

const lines = (name: string): Reader => ({
  original: data(name),
  read: (bytes) => LineTable.of(readElf(bytes, 'f'), 'f')?.at(0x4008_0010n),
});
const symbols = 'ffff800080000000 T _text\nffff800080000008 t local\n';

export const readers: Readonly<Record<string, Reader>> = {
  devicetree: { original: data('sample.dtb'), read: (bytes) => dtsText(readFdt(bytes, 'f')) },
  ELF: { original: data('sample.elf'), read: (bytes) => readElf(bytes, 'f') },
  'lines/dwarf5.elf': lines('lines/dwarf5.elf'),
  'lines/dwarf4-zlib.elf': lines('lines/dwarf4-zlib.elf'),
  'System.map': { original: new TextEncoder().encode(symbols), read: (bytes) => readSystemMap(bytes, 'f') },
  RODSO: { original: data('sample-rodso.so'), read: (bytes) => readRodso(bytes, 'f') },
  cpio: { original: data('sample.cpio'), read: (bytes) => readCpio(bytes, 'f') },
  gzip: { original: data('named.gz'), read: (bytes) => gunzip(bytes, 'f') },
  'gzip members': {
    original: both(data('named.gz'), gzip(data('sample.cpio'))),
    read: (bytes) => gunzip(bytes, 'f'),
  },
  initramfs: {
    original: both(data('sample.cpio'), gzip(data('sample.cpio'))),
    read: (bytes) => readInitramfs(bytes, 'f'),
  },
  Image: { original: image(), read: (bytes) => readArm64Image(bytes, 'f') },
  kernel: { original: gzip(image()), read: (bytes) => readKernel(bytes, 'f') },
  'boot image': { original: data('sample.zbi'), read: (bytes) => verifyZbi(readZbi(bytes, 'f'), 'f') },
  BOOTFS: { original: data('sample.bootfs').slice(0, 0x2000), read: (bytes) => readBootfs(bytes, 'f') },
  'linked LZ4 frame': { original: data('linked.lz4'), read: (bytes) => readLz4(bytes, 'f') },
  'LZ4 frame with its size': {
    original: writeLz4(data('sample.elf')),
    read: (bytes) => readLz4(bytes, 'f'),
  },
};

/** What a reader should not have done with some of so many mutations of its file, one a line. */
export function readMutated({ original, read }: Reader, count: number, seed: number): string[] {
  const random = generator(seed);
  const wrong: string[] = [];
  for (let round = 0; round < count; round++) {
    const bytes = mutate(original, random);
    try {
      read(bytes);
    } catch (error) {
      if (error instanceof ImageError && /^f: [^\n]+$/.test(error.message)) continue;
      const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
      wrong.push(`mutation ${round} of seed ${seed}: ${what}`);
    }
  }
  return wrong;
}
