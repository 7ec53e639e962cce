/**
 * The physical address map: which RAM or device answers at an address.
 *
 * The cores reach RAM by themselves; they come here on a TLB miss, to learn what lies at an address, and for
 * every access to a device. Addresses are numbers below 2^53, values unsigned 32-bit numbers.
 */
import { Listeners } from '../engine/index.js';
import type { AccessSize, Device, PlainData, Snapshotable } from './device.js';
import type { BusListener } from './listener.js';

/**
 * Memory as the bus masters other than the cores see it: loaders, fw_cfg's DMA, debuggers. Offsets are bytes
 * from the start of the RAM. `write` must also drop whatever the cores have decoded from those bytes.
 */
export interface Ram {
  readonly size: number;
  /** A copy of `length` bytes. */
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
}

/** A part of the address space with something in it. */
export type Mapping =
  | { readonly kind: 'ram'; readonly base: number; readonly size: number; readonly ram: Ram }
  | { readonly kind: 'device'; readonly base: number; readonly size: number; readonly device: Device };

/** What `read` gives where nothing answers: the access ends in a synchronous external abort. */
export const EXTERNAL_ABORT = -1;

export class MappingError extends Error {
  override readonly name = 'MappingError';
}

const hex = (n: number): string => `0x${n.toString(16)}`;

export class PhysicalMap implements Snapshotable<{ [name: string]: PlainData }> {
  /** The core on whose behalf the present access is made: banked registers look here. */
  initiator = 0;
  /** Hears of every access to a device that was answered. */
  readonly listeners = new Listeners<BusListener>();
  /** Sorted by base, without overlaps. */
  private readonly mappings: Mapping[] = [];
  private recent: Mapping | undefined;

  /** Attaches a device at a physical address. Throws MappingError if the range or the name is taken. */
  attach(base: number, device: Device): void {
    if (this.devices.some((other) => other.name === device.name)) {
      throw new MappingError(`device ${device.name} at ${hex(base)}: another device has this name`);
    }
    this.insert({ kind: 'device', base, size: device.size, device });
  }

  /** Attaches RAM at a physical address. Throws MappingError if the range is taken. */
  attachRam(base: number, ram: Ram): void {
    this.insert({ kind: 'ram', base, size: ram.size, ram });
  }

  get devices(): Device[] {
    return this.mappings.flatMap((mapping) => (mapping.kind === 'device' ? [mapping.device] : []));
  }

  /** Every mapping, by ascending address. */
  get layout(): readonly Mapping[] {
    return this.mappings;
  }

  /** What is mapped at this address, or undefined. */
  find(address: number): Mapping | undefined {
    const recent = this.recent;
    if (recent !== undefined && address >= recent.base && address - recent.base < recent.size) return recent;
    let low = 0;
    let high = this.mappings.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const mapping = this.mappings[middle];
      if (address < mapping.base) high = middle - 1;
      else if (address - mapping.base >= mapping.size) low = middle + 1;
      else return (this.recent = mapping);
    }
    return undefined;
  }

  /** Reads 1, 2 or 4 bytes; EXTERNAL_ABORT where nothing answers. */
  read(address: number, size: AccessSize): number {
    const mapping = this.find(address);
    if (mapping === undefined) return EXTERNAL_ABORT;
    const offset = address - mapping.base;
    if (mapping.kind === 'ram') return readRam(mapping.ram, offset, size);
    if (!answers(mapping.device, offset, size, false)) return EXTERNAL_ABORT;
    return this.readDevice(mapping.device, offset, size);
  }

  /** Writes 1, 2 or 4 bytes; false (external abort) where nothing answers. */
  write(address: number, size: AccessSize, value: number): boolean {
    const mapping = this.find(address);
    if (mapping === undefined) return false;
    const offset = address - mapping.base;
    if (mapping.kind === 'ram') return writeRam(mapping.ram, offset, size, value);
    if (!answers(mapping.device, offset, size, true)) return false;
    this.writeDevice(mapping.device, offset, size, truncate(value, size));
    return true;
  }

  /** Reads 8 bytes as two words, low first, into `words[0]` and `words[1]`; false where nothing answers. */
  read64(address: number, words: Uint32Array): boolean {
    const mapping = this.find(address);
    if (mapping === undefined) return false;
    const offset = address - mapping.base;
    if (mapping.kind === 'ram') {
      if (offset + 8 > mapping.size) return false;
      words[0] = readRam(mapping.ram, offset, 4);
      words[1] = readRam(mapping.ram, offset + 4, 4);
      return true;
    }
    if (!answers(mapping.device, offset, 8, false)) return false;
    words[0] = this.readDevice(mapping.device, offset, 4);
    words[1] = this.readDevice(mapping.device, offset + 4, 4);
    return true;
  }

  /** Writes 8 bytes as two words, low first; false (external abort) where nothing answers. */
  write64(address: number, low: number, high: number): boolean {
    const mapping = this.find(address);
    if (mapping === undefined) return false;
    const offset = address - mapping.base;
    if (mapping.kind === 'ram') {
      if (offset + 8 > mapping.size) return false;
      return writeRam(mapping.ram, offset, 4, low) && writeRam(mapping.ram, offset + 4, 4, high);
    }
    if (!answers(mapping.device, offset, 8, true)) return false;
    this.writeDevice(mapping.device, offset, 4, low >>> 0);
    this.writeDevice(mapping.device, offset + 4, 4, high >>> 0);
    return true;
  }

  /** Copies `length` bytes of RAM; undefined if they do not lie within one RAM. */
  readBytes(address: number, length: number): Uint8Array | undefined {
    const mapping = this.find(address);
    if (mapping?.kind !== 'ram' || address - mapping.base + length > mapping.size) return undefined;
    return mapping.ram.read(address - mapping.base, length);
  }

  /** Copies bytes to RAM; false, and nothing written, if they would not lie within one RAM. */
  writeBytes(address: number, bytes: Uint8Array): boolean {
    const mapping = this.find(address);
    if (mapping?.kind !== 'ram' || address - mapping.base + bytes.length > mapping.size) return false;
    mapping.ram.write(address - mapping.base, bytes);
    return true;
  }

  /** The state of every device, by name. RAM is the engine's to save. */
  save(): { [name: string]: PlainData } {
    return Object.fromEntries(this.devices.map((device) => [device.name, device.save()]));
  }

  load(state: { [name: string]: PlainData }): void {
    for (const device of this.devices) {
      const saved = state[device.name];
      if (saved === undefined)
        throw new MappingError(`machine state: nothing saved for device ${device.name}`);
      device.load(saved);
    }
  }

  private readDevice(device: Device, offset: number, size: AccessSize): number {
    const value = truncate(device.read(offset, size), size);
    for (const each of this.listeners.all) each.deviceAccessed(device.name, offset, size, false, value);
    return value;
  }

  private writeDevice(device: Device, offset: number, size: AccessSize, value: number): void {
    for (const each of this.listeners.all) each.deviceAccessed(device.name, offset, size, true, value);
    device.write(offset, size, value);
  }

  private insert(mapping: Mapping): void {
    const index = this.mappings.findIndex((other) => other.base > mapping.base);
    const place = index < 0 ? this.mappings.length : index;
    const before = this.mappings[place - 1];
    const after = this.mappings[place];
    const overlapped =
      before !== undefined && before.base + before.size > mapping.base
        ? before
        : after !== undefined && mapping.base + mapping.size > after.base
          ? after
          : undefined;
    if (overlapped !== undefined) {
      throw new MappingError(
        `range ${hex(mapping.base)}+${hex(mapping.size)} overlaps ${hex(overlapped.base)}+${hex(overlapped.size)}`,
      );
    }
    this.mappings.splice(place, 0, mapping);
  }
}

/** Unaligned accesses reach no device; a device may turn further accesses away. */
function answers(device: Device, offset: number, size: AccessSize | 8, isWrite: boolean): boolean {
  if (offset % size !== 0 || offset + size > device.size) return false;
  return device.accepts === undefined || device.accepts(offset, size, isWrite);
}

const truncate = (value: number, size: AccessSize): number =>
  size === 4 ? value >>> 0 : size === 2 ? value & 0xffff : value & 0xff;

function readRam(ram: Ram, offset: number, size: AccessSize): number {
  if (offset + size > ram.size) return EXTERNAL_ABORT;
  const bytes = ram.read(offset, size);
  let value = 0;
  for (let i = size - 1; i >= 0; i--) value = value * 256 + bytes[i];
  return value;
}

function writeRam(ram: Ram, offset: number, size: AccessSize, value: number): boolean {
  if (offset + size > ram.size) return false;
  ram.write(
    offset,
    Uint8Array.from({ length: size }, (_, i) => (value >>> (8 * i)) & 0xff),
  );
  return true;
}
