/** A machine's memory for a debugger: looking changes nothing, in devices neither. */
import { isMemoryDevice, type Machine } from '../machine/index.js';
import type { DebugMemory } from './target.js';

const PAGE = 4096;

/** By physical address: RAM, and devices that hold memory. */
export class PhysicalMemory implements DebugMemory {
  /**
   * Reads other devices, too, a word or what is asked for of it at a time: that may change their state, as reading a data
   * register does.
   */
  readsDevices = false;

  constructor(private readonly machine: Machine) {}

  read(address: bigint, length: number): Uint8Array {
    return inPages(address, length, (at, bytes) => this.readPart(Number(at), bytes));
  }

  /** Within a page. */
  private readPart(address: number, length: number): Uint8Array {
    const { machine } = this;
    const ram = machine.readMemory(address, length);
    if (ram !== undefined) return ram;
    const bytes = new Uint8Array(length);
    for (let i = 0; i < length;) {
      const done = this.readSome(address + i, bytes.subarray(i));
      if (done === 0) return bytes.subarray(0, i);
      i += done;
    }
    return bytes;
  }

  /** As many of the next bytes as are in one place; how many. */
  private readSome(address: number, bytes: Uint8Array): number {
    const { bus } = this.machine.board;
    const mapping = bus.find(address);
    if (mapping === undefined) return 0;
    if (mapping.kind === 'ram') {
      // Up to where a device lies over it.
      const [{ ram, offset, length }] = bus.ramIn(address, bytes.length);
      bytes.set(ram.read(offset, length));
      return length;
    }
    const { device } = mapping;
    const count = Math.min(bytes.length, mapping.base + mapping.size - address);
    if (!isMemoryDevice(device)) return this.readsDevices ? this.readDevice(address, bytes) : 0;
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let i = 0; i < count;) {
      const offset = address - mapping.base + i;
      const first = offset % 4;
      const word = device.instruction(offset - first);
      if (first === 0 && count - i >= 4) {
        view.setUint32(i, word, true);
        i += 4;
      } else {
        bytes[i] = word >>> (8 * first);
        i += 1;
      }
    }
    return count;
  }

  private readDevice(address: number, bytes: Uint8Array): number {
    const size = ([4, 2, 1] as const).find((each) => address % each === 0 && each <= bytes.length) ?? 1;
    const value = this.machine.board.bus.read(address, size);
    if (value < 0) return 0;
    for (let i = 0; i < size; i++) bytes[i] = (value >>> (8 * i)) & 0xff;
    return size;
  }

  write(address: bigint, bytes: Uint8Array): boolean {
    return address < 2n ** 48n && this.machine.writeMemory(Number(address), bytes);
  }
}

/** By virtual address: `physical` finds what is there, for looking at it or for writing to it. */
export class VirtualMemory implements DebugMemory {
  constructor(
    private readonly memory: PhysicalMemory,
    private readonly physical: (address: bigint, write: boolean) => number | undefined,
  ) {}

  read(address: bigint, length: number): Uint8Array {
    return inPages(address, length, (at, bytes) => {
      const physical = this.physical(at, false);
      return physical === undefined ? new Uint8Array() : this.memory.read(BigInt(physical), bytes);
    });
  }

  write(address: bigint, bytes: Uint8Array): boolean {
    const parts = pages(address, bytes.length).map(({ at, offset, length }) => ({
      physical: this.physical(at, true),
      bytes: bytes.subarray(offset, offset + length),
    }));
    const isWhole = parts.every((part) => {
      const { physical } = part;
      return (
        physical !== undefined &&
        this.memory.read(BigInt(physical), part.bytes.length).length === part.bytes.length
      );
    });
    return isWhole && parts.every((part) => this.memory.write(BigInt(part.physical ?? 0), part.bytes));
  }
}

/** The parts of a range of addresses, each within a page. */
function pages(address: bigint, length: number): { at: bigint; offset: number; length: number }[] {
  const parts = [];
  for (let offset = 0; offset < length;) {
    const at = BigInt.asUintN(64, address + BigInt(offset));
    const part = Math.min(length - offset, PAGE - Number(at % BigInt(PAGE)));
    parts.push({ at, offset, length: part });
    offset += part;
  }
  return parts;
}

/** Reads part after part, up to the first that is not whole. */
function inPages(
  address: bigint,
  length: number,
  read: (at: bigint, length: number) => Uint8Array,
): Uint8Array {
  const whole = new Uint8Array(length);
  for (const part of pages(address, length)) {
    const bytes = read(part.at, part.length);
    whole.set(bytes, part.offset);
    if (bytes.length < part.length) return whole.subarray(0, part.offset + bytes.length);
  }
  return whole;
}
