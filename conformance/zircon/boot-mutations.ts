/**
 * Boot images with something wrong in them. A mutation is made at one layer, and everything around it is made to fit
 * again (sizes, checksums, compression), so that the layers beneath are reached.
 */
import { crc32, writeBootfs, writeLz4, writeZbi, zbiType, type BootfsInput } from '../../src/images/index.js';
import { xxHash32 } from '../../src/images/lz4/xxhash32.js';
import type { Random } from '../../tests/cases/random.js';

export interface Mutation {
  /** The layer that it was made at. */
  readonly layer: Layer;
  readonly image: Uint8Array;
  /** Bytes of programs may differ: once started, they may do whatever a program can. */
  readonly altersPrograms: boolean;
}

const HEADER = 32;
/** Offsets in a ZBI item's header. */
const zbiField = { type: 0, length: 4, extra: 8, flags: 12, reserved: 16, magic: 24, crc: 28 } as const;
const zbiHeaderFields = Object.values(zbiField);
const DIRENT = 12;
const BOOTFS_HEADER = 16;
const ELF_HEADER = 64;
const PROGRAM_HEADER = 56;
/** Offsets in an ELF header of its fields from e_type on, and their sizes. */
const elfFields = [
  ...[16, 18].map((at) => [at, 2] as const),
  ...[20, 48].map((at) => [at, 4] as const),
  ...[24, 32, 40].map((at) => [at, 8] as const),
  ...[52, 54, 56, 58, 60, 62].map((at) => [at, 2] as const),
];
/** The same in a program header. */
const programHeaderFields = [
  ...[0, 4].map((at) => [at, 4] as const),
  ...[8, 16, 24, 32, 40, 48].map((at) => [at, 8] as const),
];

const layers = {
  raw: (mutator: BootMutator) => mutator.rawBytes(),
  truncated: (mutator: BootMutator) => mutator.truncated(),
  'ZBI headers': (mutator: BootMutator) => mutator.zbiHeaders(),
  'ZBI items': (mutator: BootMutator) => mutator.zbiItems(),
  'LZ4 frame': (mutator: BootMutator) => mutator.lz4Frame(),
  BOOTFS: (mutator: BootMutator) => mutator.bootfs(),
  'ELF headers': (mutator: BootMutator) => mutator.elfHeaders(),
  'file contents': (mutator: BootMutator) => mutator.contents(),
} as const;
export type Layer = keyof typeof layers;
const layerNames = Object.keys(layers) as Layer[];
/** Another entry point or other segments are another program, too. */
const altering: readonly Layer[] = ['file contents', 'LZ4 frame', 'BOOTFS', 'ELF headers'];

export class BootMutator {
  private readonly good: Uint8Array;
  private readonly goodFs: Uint8Array;

  constructor(
    private readonly random: Random,
    private readonly files: readonly BootfsInput[],
  ) {
    this.goodFs = writeBootfs(files);
    this.good = this.packed(this.goodFs);
  }

  /** The next one. */
  mutation(): Mutation {
    const layer = this.random.pick(layerNames);
    const altersPrograms = altering.includes(layer);
    return { layer, image: layers[layer](this), altersPrograms };
  }

  private packed(fs: Uint8Array): Uint8Array {
    const compress = this.random.oneIn(2);
    const commandLine = new TextEncoder().encode('kernel.name=mutated\0');
    return writeZbi([
      { type: zbiType.CMDLINE, payload: commandLine },
      { type: zbiType.STORAGE_BOOTFS, payload: fs, compress },
    ]);
  }

  // The layers.

  rawBytes(): Uint8Array {
    const image = this.good.slice();
    this.flip(image, 0, image.length);
    return image;
  }

  /** Shorter or longer than the headers say; the length of the container is put right now and then. */
  truncated(): Uint8Array {
    const { random, good } = this;
    const length = random.oneIn(4) ? random.below(200) : random.below(good.length + 5000);
    const image = new Uint8Array(Math.max(1, length));
    image.set(good.subarray(0, Math.min(image.length, good.length)));
    if (random.oneIn(2) && image.length >= HEADER)
      view(image).setUint32(zbiField.length, image.length - HEADER, true);
    return image;
  }

  zbiHeaders(): Uint8Array {
    const { random } = this;
    const image = this.good.slice();
    const headers = [0, ...itemOffsets(image)];
    const at = random.pick(headers);
    for (let i = 0; i <= random.below(2); i++)
      this.corrupt(image, at + random.pick(zbiHeaderFields), 4, image.length);
    if (at > 0 && random.oneIn(2)) fixCrc(image, at);
    return image;
  }

  /** Other items around the BOOTFS, or several, or containers in containers. */
  zbiItems(): Uint8Array {
    const { random } = this;
    const types = [...Object.values(zbiType), random.word()];
    const bootfs = { type: zbiType.STORAGE_BOOTFS, payload: this.goodFs, compress: random.oneIn(2) };
    const others = Array.from({ length: random.below(20) }, () => ({
      type: random.pick(types),
      payload: this.bytes(random.below(random.oneIn(10) ? 5000 : 40)),
    }));
    const items = random.oneIn(4) ? others : [...others, bootfs, bootfs].slice(random.below(2));
    const inner = writeZbi(items.sort(() => random.below(3) - 1));
    if (random.oneIn(3)) return writeZbi([{ type: zbiType.CONTAINER, payload: inner }]);
    if (!random.oneIn(3)) return inner;
    // A length that leads back or astray, from an item that is no BOOTFS.
    const [first = 0] = itemOffsets(inner);
    this.corrupt(inner, first + zbiField.length, 4, inner.length);
    return inner;
  }

  /** The frame is changed, the item's CRC is right. */
  lz4Frame(): Uint8Array {
    const { random } = this;
    const frame = writeLz4(this.goodFs);
    const image = writeZbi([{ type: zbiType.STORAGE_BOOTFS, payload: this.goodFs, compress: true }]);
    const start = 2 * HEADER;
    switch (random.below(4)) {
      case 0: // The descriptor, its checksum put right.
        this.flip(image, start + 4, start + 14);
        image[start + 14] = (xxHash32(image.subarray(start + 4, start + 14)) >> 8) & 0xff;
        break;
      case 1: // The size of the first block.
        this.corrupt(image, start + 15, 4, frame.length);
        break;
      case 2: // Its end.
        view(image).setUint32(HEADER + zbiField.length, random.below(frame.length), true);
        break;
      default:
        this.flip(image, start, start + frame.length);
    }
    if (random.oneIn(8)) this.corrupt(image, HEADER + zbiField.extra, 4, this.goodFs.length);
    fixCrc(image, HEADER);
    return image;
  }

  /** Header and directory, compressed anew. */
  bootfs(): Uint8Array {
    const { random } = this;
    const fs = this.goodFs.slice();
    const entries = direntOffsets(fs);
    for (let i = 0; i <= random.below(3); i++) {
      const at = random.pick([0, 4, ...entries.flatMap((entry) => [entry, entry + 4, entry + 8])]);
      if (random.oneIn(6)) this.flip(fs, 0, BOOTFS_HEADER + view(fs).getUint32(4, true));
      else this.corrupt(fs, at, 4, fs.length);
    }
    if (!random.oneIn(6)) return this.packed(fs);
    // Less than the directory says, or nothing.
    return this.packed(fs.subarray(0, random.below(fs.length)));
  }

  elfHeaders(): Uint8Array {
    const { random } = this;
    return this.packed(
      this.withFile((file) => {
        const table = Number(view(file).getBigUint64(32, true));
        const count = view(file).getUint16(56, true);
        for (let i = 0; i <= random.below(3); i++) {
          const segment = table + PROGRAM_HEADER * random.below(count);
          const [at, size] = random.pick(random.oneIn(3) ? elfFields : programHeaderFields);
          const base = random.oneIn(3) ? 0 : segment;
          if (random.oneIn(10)) this.flip(file, 0, ELF_HEADER + PROGRAM_HEADER * count);
          else if (random.oneIn(10)) this.swapSegments(file, table, count);
          else this.corrupt(file, base + at, size, file.length);
        }
      }),
    );
  }
  private swapSegments(file: Uint8Array, table: number, count: number): void {
    const [a, b] = [0, 0].map(() => table + PROGRAM_HEADER * this.random.below(count));
    const kept = file.slice(a, a + PROGRAM_HEADER);
    file.copyWithin(a, b, b + PROGRAM_HEADER);
    file.set(kept, b);
  }

  /** Anything in a file: dynamic section, relocations, symbols, code; or the file is cut off. */
  contents(): Uint8Array {
    const { random } = this;
    if (random.oneIn(8)) {
      const at = random.below(this.files.length);
      const cut = (file: BootfsInput): BootfsInput => ({
        name: file.name,
        data: file.data.subarray(0, random.below(file.data.length)),
      });
      return this.packed(writeBootfs(this.files.map((file, i) => (i === at ? cut(file) : file))));
    }
    return this.packed(
      this.withFile((file) => {
        // Most of what a dynamic linker reads lies in front.
        this.flip(file, 0, random.oneIn(2) ? file.length : Math.min(file.length, 2048));
      }),
    );
  }

  private withFile(change: (file: Uint8Array) => void): Uint8Array {
    const at = this.random.below(this.files.length);
    return writeBootfs(
      this.files.map((file, i) => {
        if (i !== at) return file;
        const data = file.data.slice();
        change(data);
        return { name: file.name, data };
      }),
    );
  }

  // Bytes.

  private bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.random.word());
  }

  /** Changes bits or bytes in a range, once or a few times. */
  private flip(bytes: Uint8Array, start: number, end: number): void {
    const { random } = this;
    const times = random.oneIn(3) ? 1 + random.below(16) : 1;
    for (let i = 0; i < times; i++) {
      const at = start + random.below(end - start);
      if (at >= bytes.length) continue;
      bytes[at] = random.oneIn(2) ? bytes[at] ^ (1 << random.below(8)) : random.word();
    }
  }

  /** Gives a little-endian field another value: near its own, at a limit, misaligned, or any. `size`: of the whole. */
  private corrupt(bytes: Uint8Array, at: number, width: 2 | 4 | 8, size: number): void {
    if (at + width > bytes.length) return;
    const { random } = this;
    const data = view(bytes);
    const all = (1n << BigInt(8 * width)) - 1n;
    const low = BigInt(data.getUint16(at, true));
    const value =
      width === 2 ? low : width === 4 ? BigInt(data.getUint32(at, true)) : data.getBigUint64(at, true);
    const near = [1n, -1n, 4n, -4n, 8n, 4096n, -4096n, 4095n].map((step) => value + step);
    const limits = [0n, 1n, 7n, all, all - 7n, all - 4095n, all >> 1n, (all >> 1n) + 1n];
    const sizes = [
      BigInt(size),
      BigInt(size) + 1n,
      BigInt(size) - 1n,
      BigInt(size) & ~4095n,
      1n << 30n,
      1n << 47n,
    ];
    const changed = random.pick([
      random.pick(near),
      random.pick(limits),
      random.pick(sizes),
      value ^ (1n << BigInt(random.below(8 * width))),
      random.long(),
    ]);
    const result = BigInt.asUintN(8 * width, changed);
    for (let i = 0; i < width; i++) bytes[at + i] = Number((result >> BigInt(8 * i)) & 0xffn);
  }
}

const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Where the headers of the items in a good image are. */
function itemOffsets(image: Uint8Array): number[] {
  const offsets: number[] = [];
  for (let at = HEADER; at + HEADER <= image.length;) {
    offsets.push(at);
    at += HEADER + Math.ceil(view(image).getUint32(at + zbiField.length, true) / 8) * 8;
  }
  return offsets;
}

/** Where the entries of a good BOOTFS are. */
function direntOffsets(fs: Uint8Array): number[] {
  const offsets: number[] = [];
  const end = BOOTFS_HEADER + view(fs).getUint32(4, true);
  for (let at = BOOTFS_HEADER; at < end;) {
    offsets.push(at);
    at += DIRENT + Math.ceil(view(fs).getUint32(at, true) / 4) * 4;
  }
  return offsets;
}

/** Makes an item's CRC right for its header and the payload that this now says, if the image holds all of it. */
function fixCrc(image: Uint8Array, at: number): void {
  const payload = at + HEADER;
  const length = view(image).getUint32(at + zbiField.length, true);
  if (payload + length > image.length) return;
  view(image).setUint32(at + zbiField.crc, 0, true);
  view(image).setUint32(at + zbiField.crc, crc32(image.subarray(at, payload + length)), true);
}
