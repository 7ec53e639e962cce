/** A guest that makes semihosting calls: the registers of its cores, and memory at their virtual addresses. */
import type { Cluster, CoreRegisters } from '../../engine/index.js';
import type { PhysicalMap } from '../bus.js';

/** A call names memory that there is not: EFAULT. */
export class GuestFault extends Error {
  override readonly name = 'GuestFault';
}

/** Within one such page addresses are consecutive. */
const PAGE = 4096;

export class Guest {
  constructor(
    private readonly cluster: Cluster,
    private readonly bus: PhysicalMap,
    /** A physical address as for a load at the core's level, also where it is written to: so QEMU 7.2 finds memory. */
    private readonly translate: (core: number, virtual: bigint) => number | undefined,
  ) {}

  registers(core: number): CoreRegisters {
    return this.cluster.cores[core].registers;
  }

  /** Copies bytes out of RAM or flash. Throws GuestFault where neither is. */
  read(core: number, address: bigint, length: number): Uint8Array {
    const content = new Uint8Array(length);
    this.pieces(core, address, length, (physical, at, size) => {
      content.set(this.readPhysical(physical, size), at);
    });
    return content;
  }

  /** Copies bytes to RAM. Throws GuestFault where there is none, perhaps with some written. */
  write(core: number, address: bigint, content: Uint8Array): void {
    this.pieces(core, address, content.length, (physical, at, size) => {
      if (!this.bus.writeBytes(physical, content.subarray(at, at + size))) throw new GuestFault();
    });
  }

  readNumber(core: number, address: bigint): bigint {
    const bytes = this.read(core, address, 8);
    return new DataView(bytes.buffer).getBigUint64(0, true);
  }
  writeNumber(core: number, address: bigint, value: bigint): void {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
    this.write(core, address, bytes);
  }

  /** Bytes up to a zero, or the first `most`. Throws GuestFault. */
  readText(core: number, address: bigint, most: number): Uint8Array {
    const parts: number[] = [];
    for (let at = address; parts.length < most;) {
      const piece = this.read(core, at, Math.min(most - parts.length, PAGE - Number(at % BigInt(PAGE))));
      const end = piece.indexOf(0);
      for (const byte of end < 0 ? piece : piece.subarray(0, end)) parts.push(byte);
      if (end >= 0) break;
      at += BigInt(piece.length);
    }
    return Uint8Array.from(parts);
  }

  private pieces(
    core: number,
    address: bigint,
    length: number,
    each: (physical: number, at: number, size: number) => void,
  ): void {
    for (let at = 0; at < length;) {
      const virtual = BigInt.asUintN(64, address + BigInt(at));
      const size = Math.min(length - at, PAGE - Number(virtual % BigInt(PAGE)));
      const physical = this.translate(core, virtual);
      if (physical === undefined) throw new GuestFault();
      each(physical, at, size);
      at += size;
    }
  }

  private readPhysical(physical: number, size: number): Uint8Array {
    return this.bus.readBytes(physical, size) ?? this.readFlash(physical, size);
  }

  private readFlash(physical: number, size: number): Uint8Array {
    return Uint8Array.from({ length: size }, (_, i) => {
      const word = this.bus.instruction(physical + i - ((physical + i) % 4));
      if (word === undefined) throw new GuestFault();
      return (word >>> (8 * ((physical + i) % 4))) & 0xff;
    });
  }
}
