/**
 * Flattens a devicetree. Document: Devicetree Specification v0.4, chapter 5. The layout is `dtc`'s: header,
 * reservations, structure, strings; a name that ends another one shares its bytes.
 */
import {
  header,
  headerSize,
  lastCompatibleVersion,
  magic,
  reservationSize,
  token,
  version,
} from './layout.js';
import { encodeText, latin1 } from '../text.js';
import type { DeviceTree, DeviceTreeNode, MemoryReservation } from './tree.js';

/** Writes a blob of version 17. `padding` bytes of free space are added at its end. */
export function writeFdt(tree: DeviceTree, padding = 0): Uint8Array {
  const names = new StringsBlock();
  const structure = new GrowingBytes();
  writeNode(structure, names, tree.root);
  structure.u32(token.end);

  const reservations = writeReservations(tree.reservations);
  const strings = names.bytes();
  const structOffset = headerSize + reservations.length;
  const stringsOffset = structOffset + structure.length;
  const totalSize = stringsOffset + strings.length + padding;
  const blob = new Uint8Array(totalSize);
  const view = new DataView(blob.buffer);
  const fields: Record<keyof typeof header, number> = {
    magic,
    totalSize,
    structOffset,
    stringsOffset,
    reservationsOffset: headerSize,
    version,
    lastCompatibleVersion,
    bootCpu: tree.bootCpu,
    stringsSize: strings.length,
    structSize: structure.length,
  };
  for (const field of Object.keys(header) as (keyof typeof header)[])
    view.setUint32(header[field], fields[field]);
  blob.set(reservations, headerSize);
  blob.set(structure.bytes(), structOffset);
  blob.set(strings, stringsOffset);
  return blob;
}

function writeNode(
  out: GrowingBytes,
  names: StringsBlock,
  { name, properties, children }: DeviceTreeNode,
): void {
  out.u32(token.beginNode);
  out.append(encodeText(`${name}\0`));
  out.align4();
  for (const [property, value] of properties) {
    out.u32(token.property);
    out.u32(value.length);
    out.u32(names.offsetOf(property));
    out.append(value);
    out.align4();
  }
  for (const child of children) writeNode(out, names, child);
  out.u32(token.endNode);
}

function writeReservations(reservations: readonly MemoryReservation[]): Uint8Array {
  const bytes = new Uint8Array((reservations.length + 1) * reservationSize);
  const view = new DataView(bytes.buffer);
  reservations.forEach(({ address, size }, index) => {
    view.setBigUint64(index * reservationSize, address);
    view.setBigUint64(index * reservationSize + 8, size);
  });
  return bytes;
}

/** The strings block: each name once; the end of a name serves as another. */
class StringsBlock {
  /** One character a byte. */
  private text = '';
  private readonly offsets = new Map<string, number>();

  offsetOf(name: string): number {
    const bytes = latin1(encodeText(name));
    const known = this.offsets.get(bytes);
    if (known !== undefined) return known;
    const start = this.text.length;
    this.text += `${bytes}\0`;
    for (let i = 0; i <= bytes.length; i++) {
      const ending = bytes.slice(i);
      if (!this.offsets.has(ending)) this.offsets.set(ending, start + i);
    }
    return start;
  }

  bytes(): Uint8Array {
    return Uint8Array.from(this.text, (character) => character.charCodeAt(0));
  }
}

class GrowingBytes {
  private buffer = new Uint8Array(4096);
  length = 0;

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  u32(value: number): void {
    this.reserve(4);
    new DataView(this.buffer.buffer).setUint32(this.length, value);
    this.length += 4;
  }

  align4(): void {
    this.append(new Uint8Array(-this.length & 3));
  }

  bytes(): Uint8Array {
    return this.buffer.subarray(0, this.length);
  }

  private reserve(size: number): void {
    if (this.length + size <= this.buffer.length) return;
    const larger = new Uint8Array(2 * (this.length + size));
    larger.set(this.bytes());
    this.buffer = larger;
  }
}
