/**
 * QEMU's firmware configuration device, memory-mapped (QEMU, docs/specs/fw_cfg): a set of read-only blobs, chosen by
 * a selector and read byte by byte or by DMA. All its registers are big-endian.
 *
 * It offers what describes this machine. QEMU's ACPI and SMBIOS tables, meant for UEFI firmware, are not here.
 */
import { count, integer, record, word, type Shaped } from '../../engine/index.js';
import type { AccessSize, Device } from '../device.js';
import type { BusMaster } from '../dma.js';

// Register offsets.
const DATA = 0;
const SELECTOR = 8;
const DMA_HIGH = 16;
const DMA_LOW = 20;
const END = 24;

// Selector keys.
const FW_CFG_SIGNATURE = 0x00;
const FW_CFG_ID = 0x01;
const FW_CFG_NB_CPUS = 0x05;
const FW_CFG_FILE_DIR = 0x19;
const FW_CFG_FILE_FIRST = 0x20;
/** A bit of the key that says that data will be written, and otherwise nothing. */
const FW_CFG_WRITE_CHANNEL = 0x4000;

/** FW_CFG_ID: the traditional interface and DMA. */
const FEATURES = 3;
const DMA_SIGNATURE = new TextEncoder().encode('QEMU CFG');

// FWCfgDmaAccess.control.
const DMA_ERROR = 1 << 0;
const DMA_READ = 1 << 1;
const DMA_SKIP = 1 << 2;
const DMA_SELECT = 1 << 3;
const DMA_WRITE = 1 << 4;

const DIRECTORY_ENTRY = 64;

const stateShape = record({ selector: integer(0, 0xffff), offset: count, dmaHigh: word });
export type FwCfgState = Shaped<typeof stateShape>;

const nothing = new Uint8Array(0);

export class FwCfg implements Device<FwCfgState> {
  readonly size = END;
  readonly shape = stateShape;
  private s: FwCfgState = { selector: 0, offset: 0, dmaHigh: 0 };
  private readonly entries = new Map<number, Uint8Array>();

  constructor(
    readonly name: string,
    cores: number,
    private readonly memory: BusMaster,
  ) {
    this.entries.set(FW_CFG_SIGNATURE, new TextEncoder().encode('QEMU'));
    this.entries.set(FW_CFG_ID, littleEndian(FEATURES, 4));
    this.entries.set(FW_CFG_NB_CPUS, littleEndian(cores, 2));
    this.addFiles([
      ['bios-geometry', nothing],
      ['bootorder', nothing],
      ['etc/boot-fail-wait', littleEndian(0xffff_ffff, 4)], // never
    ]);
  }

  /** Data is read at its first address, in any size; the selector is written by halfwords; DMA starts by a doubleword, or by words, high part first. */
  accepts(offset: number, size: AccessSize | 8, isWrite: boolean): boolean {
    if (offset < SELECTOR) return offset === DATA;
    if (offset < SELECTOR + 2) return isWrite && size === 2;
    if (offset < DMA_HIGH) return false;
    return !isWrite || size === 4 || (size === 8 && offset === DMA_HIGH);
  }

  read(offset: number, size: AccessSize): number {
    const bytes = offset < SELECTOR ? this.take(size) : DMA_SIGNATURE.subarray(offset - DMA_HIGH);
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = (value << 8) | (bytes[i] ?? 0);
    return value >>> 0;
  }

  write(offset: number, _size: AccessSize, value: number): void {
    switch (offset) {
      case SELECTOR:
        this.select(((value & 0xff) << 8) | (value >>> 8));
        break;
      case DMA_HIGH:
        this.s.dmaHigh = swap32(value);
        break;
      case DMA_LOW: {
        const address = this.s.dmaHigh * 2 ** 32 + swap32(value);
        this.s.dmaHigh = 0;
        this.dma(address);
        break;
      }
      case DATA: // writing data is a thing of the past
        break;
    }
  }

  save(): FwCfgState {
    return { ...this.s };
  }

  load(state: FwCfgState): void {
    this.s = { ...state };
  }

  private select(key: number): void {
    this.s.selector = key;
    this.s.offset = 0;
  }

  private get blob(): Uint8Array {
    return this.entries.get(this.s.selector & ~FW_CFG_WRITE_CHANNEL) ?? nothing;
  }

  /** Up to `count` bytes of the selected blob, moving on; past the end there are none. */
  private take(count: number): Uint8Array {
    const bytes = this.blob.subarray(this.s.offset, this.s.offset + count);
    this.s.offset += bytes.length;
    return bytes;
  }

  /** Carries out the FWCfgDmaAccess at `address` and writes its result there. */
  private dma(address: number): void {
    const access = this.memory.read(address, 16);
    let error = access === undefined;
    if (access !== undefined) {
      const view = new DataView(access.buffer, access.byteOffset);
      const control = view.getUint32(0);
      const target = view.getUint32(8) * 2 ** 32 + view.getUint32(12);
      if (control & DMA_SELECT) this.select(control >>> 16);
      error = !this.transfer(control, target, view.getUint32(4));
    }
    this.memory.write(address, Uint8Array.of(0, 0, 0, error ? DMA_ERROR : 0));
  }

  /** False if it failed. What lies past the blob's end reads as zeros; nothing can be written. */
  private transfer(control: number, target: number, length: number): boolean {
    if (control & DMA_READ) return this.fill(target, length);
    if (control & (DMA_WRITE | DMA_SKIP)) this.take(length);
    return (control & DMA_WRITE) === 0 || length === 0;
  }

  /** Copies the blob's next bytes and then zeros. */
  private fill(target: number, length: number): boolean {
    const bytes = this.take(length);
    if (!this.memory.write(target, bytes)) return false;
    return this.memory.clear(target + bytes.length, length - bytes.length);
  }

  /** The files, by ascending name, and the directory that lists them. */
  private addFiles(files: [name: string, bytes: Uint8Array][]): void {
    const directory = new Uint8Array(4 + files.length * DIRECTORY_ENTRY);
    const view = new DataView(directory.buffer);
    view.setUint32(0, files.length);
    files.forEach(([name, bytes], i) => {
      const entry = 4 + i * DIRECTORY_ENTRY;
      view.setUint32(entry, bytes.length);
      view.setUint16(entry + 4, FW_CFG_FILE_FIRST + i);
      directory.set(new TextEncoder().encode(name), entry + 8);
      this.entries.set(FW_CFG_FILE_FIRST + i, bytes);
    });
    this.entries.set(FW_CFG_FILE_DIR, directory);
  }
}

const littleEndian = (value: number, size: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 0xff);

const swap32 = (value: number): number =>
  (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;
