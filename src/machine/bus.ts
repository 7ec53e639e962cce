/**
 * The physical address map: which RAM or device answers at an address. Where a device lies over RAM, the device does.
 *
 * The cores reach RAM by themselves; they come here on a TLB miss, to learn what lies at an address, and for
 * every access to a device. Addresses are numbers below 2^53, values unsigned 32-bit numbers.
 */
import { Listeners, record, SECURE_SPACE, type Shape } from '../engine/index.js';
import {
  isMemoryDevice,
  type AccessSize,
  type Device,
  type MemoryDevice,
  type PlainData,
  type Snapshotable,
} from './device.js';
import type { BusListener } from './listener.js';

/**
 * Memory as everybody but the cores sees it: loaders, devices' DMA, debuggers. Offsets are bytes from the start of
 * the RAM. `write` must also drop whatever the cores have decoded from those bytes.
 */
export interface Ram {
  readonly size: number;
  /** A copy of `length` bytes. */
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
}

/** A part of the address space with something in it. */
interface RamMapping {
  readonly kind: 'ram';
  readonly base: number;
  readonly size: number;
  readonly ram: Ram;
}
interface DeviceMapping {
  readonly kind: 'device';
  readonly base: number;
  readonly size: number;
  readonly device: Device;
}
export type Mapping = RamMapping | DeviceMapping;

/** A range of addresses that is all RAM. */
export interface RamPart {
  readonly address: number;
  readonly length: number;
  readonly ram: Ram;
  /** Of the first byte in that RAM. */
  readonly offset: number;
}

/** What `read` gives where nothing answers: the access ends in a synchronous external abort. */
export const EXTERNAL_ABORT = -1;

export class MappingError extends Error {
  override readonly name = 'MappingError';
}

const hex = (n: number): string => `0x${n.toString(16)}`;

export class PhysicalMap implements Snapshotable<{ [name: string]: PlainData }> {
  /** The core on whose behalf the present access is made: banked registers look here. */
  initiator = 0;
  /** Whether it is a Secure one: what a device shows may depend on it. */
  secure = false;
  /** Hears of every access to a device that was answered. */
  readonly listeners = new Listeners<BusListener>();
  /** Hears how many bytes a bus master has moved, each time that one has. */
  readonly transferred = new Listeners<(bytes: number) => void>();
  /** Both sorted by base, each without overlaps. */
  private readonly deviceMappings: DeviceMapping[] = [];
  private readonly ramMappings: RamMapping[] = [];
  /** The device that was found last. */
  private recent: DeviceMapping | undefined;

  /** Attaches a device at a physical address. Throws MappingError if a device has the range or the name. */
  attach(base: number, device: Device): void {
    if (this.devices.some((other) => other.name === device.name)) {
      throw new MappingError(`device ${device.name} at ${hex(base)}: another device has this name`);
    }
    insert(this.deviceMappings, { kind: 'device', base, size: device.size, device });
  }

  /** Attaches RAM at a physical address. Throws MappingError if there is RAM already. */
  attachRam(base: number, ram: Ram): void {
    insert(this.ramMappings, { kind: 'ram', base, size: ram.size, ram });
  }

  get devices(): Device[] {
    return this.deviceMappings.map(({ device }) => device);
  }

  /** What there is, by ascending address, RAM before the devices that lie over it. */
  get mappings(): readonly Mapping[] {
    return [...this.ramMappings, ...this.deviceMappings].sort((a, b) => a.base - b.base);
  }

  /** Where the device of a name is; undefined if there is none. */
  addressOf(name: string): number | undefined {
    return this.deviceMappings.find(({ device }) => device.name === name)?.base;
  }

  /** What answers at this address, or undefined. */
  find(address: number): Mapping | undefined {
    const { recent } = this;
    if (recent !== undefined && contains(recent, address)) return recent;
    const device = search(this.deviceMappings, address);
    if (device === undefined) return search(this.ramMappings, address);
    this.recent = device;
    return device;
  }

  /** Where a Secure access to a physical address goes. */
  secureAddress(physical: number): number {
    const secure = physical + SECURE_SPACE;
    return this.find(secure) === undefined ? physical : secure;
  }

  /** The parts of a range in which RAM answers, by ascending address. */
  ramIn(address: number, length: number): RamPart[] {
    const parts: RamPart[] = [];
    const end = address + length;
    const add = (mapping: RamMapping, from: number, to: number) => {
      if (to > from)
        parts.push({ address: from, length: to - from, ram: mapping.ram, offset: from - mapping.base });
    };
    for (const mapping of this.ramMappings) {
      let from = Math.max(address, mapping.base);
      const to = Math.min(end, mapping.base + mapping.size);
      for (const device of this.deviceMappings) {
        if (device.base >= to || device.base + device.size <= from) continue;
        add(mapping, from, device.base);
        from = device.base + device.size;
      }
      add(mapping, from, to);
    }
    return parts;
  }

  /** The devices that lie over RAM: the cores must come here for what is in them and beside them in their pages. */
  get overRam(): readonly { readonly base: number; readonly size: number }[] {
    return this.deviceMappings.filter((device) =>
      this.ramMappings.some(
        (ram) => device.base < ram.base + ram.size && device.base + device.size > ram.base,
      ),
    );
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
    if (length === 0) return new Uint8Array(0);
    const [part] = this.ramIn(address, length);
    return part?.length === length ? part.ram.read(part.offset, length) : undefined;
  }

  /** What a fetch reads, from RAM or a device that holds memory; undefined elsewhere, and where no multiple of 4 is. */
  instruction(address: number): number | undefined {
    const mapping = this.find(address);
    if (mapping === undefined || address % 4 !== 0) return undefined;
    const offset = address - mapping.base;
    if (mapping.kind === 'ram') return readRam(mapping.ram, offset, 4);
    return isMemoryDevice(mapping.device) ? mapping.device.instruction(offset) : undefined;
  }

  /** The devices that hold memory, by ascending address. */
  get memories(): { readonly base: number; readonly device: MemoryDevice }[] {
    return this.deviceMappings.flatMap(({ base, device }) =>
      isMemoryDevice(device) ? [{ base, device }] : [],
    );
  }

  /** Puts bytes into such devices, over the bounds between them too; false, and nothing done, if some lie elsewhere. */
  place(address: number, bytes: Uint8Array): boolean {
    const end = address + bytes.length;
    const inside = this.memories
      .map(({ base, device }) => ({
        device,
        offset: Math.max(address - base, 0),
        piece: bytes.subarray(
          Math.max(base - address, 0),
          Math.max(Math.min(end, base + device.size) - address, 0),
        ),
      }))
      .filter(({ piece }) => piece.length > 0);
    if (inside.reduce((sum, { piece }) => sum + piece.length, 0) !== bytes.length) return false;
    for (const { device, offset, piece } of inside) device.place(offset, piece);
    return true;
  }

  /** Whether all of a range lies within one RAM. */
  isRam(address: number, length: number): boolean {
    return length === 0 || this.ramIn(address, length)[0]?.length === length;
  }

  /** Copies bytes to RAM; false, and nothing written, if they would not lie within one RAM. */
  writeBytes(address: number, bytes: Uint8Array): boolean {
    if (bytes.length === 0) return true;
    const [part] = this.ramIn(address, bytes.length);
    if (part?.length !== bytes.length) return false;
    part.ram.write(part.offset, bytes);
    return true;
  }

  get shape(): Shape<{ [name: string]: PlainData }> {
    return record(Object.fromEntries(this.devices.map(({ name, shape }) => [name, shape])));
  }
  /** The state of every device, by name. RAM is the engine's to save. */
  save(): { [name: string]: PlainData } {
    return Object.fromEntries(this.devices.map((device) => [device.name, device.save()]));
  }

  /** Gives every device its state back, but for some that keep theirs. */
  load(state: { [name: string]: PlainData }, but: readonly Device[] = []): void {
    for (const device of this.devices) if (!but.includes(device)) device.load(state[device.name]);
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
}

type Area = { readonly base: number; readonly size: number };

const contains = ({ base, size }: Area, address: number): boolean => address >= base && address - base < size;

/** The area that contains an address, among areas sorted by base. */
function search<T extends Area>(areas: readonly T[], address: number): T | undefined {
  let low = 0;
  let high = areas.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const area = areas[middle];
    if (address < area.base) high = middle - 1;
    else if (address - area.base >= area.size) low = middle + 1;
    else return area;
  }
  return undefined;
}

/** Puts an area where it belongs. Throws MappingError if it overlaps another one. */
function insert<T extends Area>(areas: T[], area: T): void {
  const { base, size } = area;
  const overlapped = areas.find((other) => base < other.base + other.size && other.base < base + size);
  if (overlapped !== undefined) {
    throw new MappingError(
      `range ${hex(base)}+${hex(size)} overlaps ${hex(overlapped.base)}+${hex(overlapped.size)}`,
    );
  }
  const next = areas.findIndex((other) => other.base > base);
  areas.splice(next < 0 ? areas.length : next, 0, area);
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
