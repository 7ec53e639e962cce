/** Reads a flattened devicetree. Document: Devicetree Specification v0.4, chapter 5. */
import { ByteReader } from '../byte-reader.js';
import { StringTable } from '../string-table.js';
import { decodeText } from '../text.js';
import { header, headerSize, headerSizeVersion16, magic, reservationSize, token } from './layout.js';
import { node, type DeviceTree, type DeviceTreeNode, type MemoryReservation } from './tree.js';

/** Linux refuses deeper trees (FDT_MAX_DEPTH in drivers/of/fdt.c). */
const maxDepth = 64;
/** The specification allows 31 characters; real trees use more, none as many as this. */
const maxNameLength = 1024;

/** A part of the blob, from `start` up to but not including `end`. */
interface Block {
  readonly start: number;
  readonly end: number;
}

/** The size that a blob states which starts so; 0 if it is none. */
export function fdtSize(start: Uint8Array): number {
  if (start.length < 8) return 0;
  const view = new DataView(start.buffer, start.byteOffset);
  return view.getUint32(header.magic) === magic ? view.getUint32(header.totalSize) : 0;
}

/**
 * Reads a blob of version 16 or later. Property values are views into `bytes`.
 * @throws ImageError naming the offset of the first thing that is not as the specification demands
 */
export function readFdt(bytes: Uint8Array, file = 'devicetree'): DeviceTree {
  const reader = new ByteReader(bytes, file, false);
  const found = reader.u32(header.magic, 'devicetree magic');
  if (found !== magic) {
    throw reader.error(
      0,
      `expected devicetree magic 0xd00dfeed, found 0x${found.toString(16).padStart(8, '0')}`,
    );
  }
  reader.need(0, headerSizeVersion16, 'a devicetree header');
  const blob = new ByteReader(bytes.subarray(0, totalSize(reader)), file, false);
  checkVersion(blob);
  const structure = blockAt(blob, header.structOffset, structSize(blob), 'the structure block', 4);
  const strings = blockAt(
    blob,
    header.stringsOffset,
    blob.u32(header.stringsSize, ''),
    'the strings block',
    1,
  );
  return {
    root: readStructure(
      blob,
      structure,
      new StringTable(blob, blob.bytes.subarray(strings.start, strings.end), strings.start),
    ),
    reservations: readReservations(blob),
    bootCpu: blob.u32(header.bootCpu, 'boot_cpuid_phys'),
  };
}

function totalSize(reader: ByteReader): number {
  const size = reader.u32(header.totalSize, 'totalsize');
  if (size < headerSizeVersion16 || size > reader.length) {
    throw reader.error(
      header.totalSize,
      `expected a total size from ${headerSizeVersion16} to the file's ${reader.length} bytes, found ${size}`,
    );
  }
  return size;
}

function checkVersion(blob: ByteReader): void {
  const version = blob.u32(header.version, 'version');
  const compatible = blob.u32(header.lastCompatibleVersion, 'last_comp_version');
  if (version < 16)
    throw blob.error(header.version, `expected devicetree version 16 or later, found ${version}`);
  if (compatible > 17) {
    const demand = `expected a devicetree that a reader of version 17 understands`;
    throw blob.error(header.lastCompatibleVersion, `${demand}, found last_comp_version ${compatible}`);
  }
}

/** Up to version 16 the header does not say where the structure block ends: then the blob's end bounds it. */
function structSize(blob: ByteReader): number {
  if (blob.u32(header.version, 'version') >= 17) {
    blob.need(0, headerSize, 'a devicetree header');
    return blob.u32(header.structSize, 'size_dt_struct');
  }
  return Math.max(0, blob.length - blob.u32(header.structOffset, 'off_dt_struct'));
}

function blockAt(blob: ByteReader, field: number, size: number, what: string, alignment: number): Block {
  const start = blob.u32(field, what);
  if (start % alignment !== 0) {
    throw blob.error(field, `expected ${what} at a multiple of ${alignment}, found 0x${start.toString(16)}`);
  }
  if (start + size > blob.length) {
    const end = `0x${blob.length.toString(16)}`;
    throw blob.error(
      field,
      `expected ${what} (${size} bytes) within the blob's ${end}, found it at 0x${start.toString(16)}`,
    );
  }
  return { start, end: start + size };
}

function readReservations(blob: ByteReader): MemoryReservation[] {
  const reservations: MemoryReservation[] = [];
  let at = blob.u32(header.reservationsOffset, 'off_mem_rsvmap');
  for (;;) {
    const address = blob.u64(at, 'a memory reservation, or the zeros that end them');
    const size = blob.u64(at + 8, 'the size of a memory reservation');
    if (address === 0n && size === 0n) return reservations;
    reservations.push({ address, size });
    at += reservationSize;
  }
}

/** Follows the structure block's tokens; `open` holds the nodes that are begun and not yet ended. */
function readStructure(blob: ByteReader, structure: Block, strings: StringTable): DeviceTreeNode {
  const open: DeviceTreeNode[] = [];
  let root: DeviceTreeNode | undefined;
  let at = structure.start;
  for (;;) {
    if (at + 4 > structure.end) throw blob.error(at, 'expected a token, but the structure block ends');
    const found = blob.u32(at, 'a token');
    const parent = open.at(-1);
    if (found === token.beginNode) {
      const nameBytes = blob.cString(at + 4, structure.end, "a node's name");
      if (parent === undefined && root !== undefined) {
        throw blob.error(at, 'expected the end of the tree after its root, found a second root');
      }
      if (open.length === maxDepth) throw blob.error(at, `expected at most ${maxDepth} levels of nodes`);
      const child = node(decodeText(nameBytes));
      parent?.children.push(child);
      root ??= child;
      open.push(child);
      at = align4(at + 4 + nameBytes.length + 1);
    } else if (found === token.property) {
      if (parent === undefined) throw blob.error(at, 'expected a node before a property');
      at = readProperty(blob, structure, strings, at, parent);
    } else if (found === token.endNode) {
      if (open.pop() === undefined) throw blob.error(at, 'expected as many node ends as beginnings');
      at += 4;
    } else if (found === token.nop) {
      at += 4;
    } else if (found === token.end) {
      if (root === undefined || open.length > 0) {
        const state = root === undefined ? 'there is no root node' : `${open.length} nodes are open`;
        throw blob.error(at, `expected a complete tree before its end, but ${state}`);
      }
      return root;
    } else {
      throw blob.error(at, `expected a token (1, 2, 3, 4 or 9), found 0x${found.toString(16)}`);
    }
  }
}

/** Reads the property at `at` into `parent` and returns the offset after it. */
function readProperty(
  blob: ByteReader,
  structure: Block,
  strings: StringTable,
  at: number,
  parent: DeviceTreeNode,
): number {
  if (at + 12 > structure.end) throw blob.error(at, 'expected a property, but the structure block ends');
  const size = blob.u32(at + 4, "a property's length");
  const nameOffset = blob.u32(at + 8, "a property's name");
  if (at + 12 + size > structure.end) {
    throw blob.error(
      at + 4,
      `expected a property that ends within the structure block, found length ${size}`,
    );
  }
  const name = strings.at(nameOffset, at + 8, "a property's name");
  if (name.length > maxNameLength)
    throw blob.error(at + 8, `expected a name of at most ${maxNameLength} characters`);
  if (parent.properties.has(name))
    throw blob.error(at, `expected property ${JSON.stringify(name)} once in a node, found it twice`);
  parent.properties.set(name, blob.slice(at + 12, size, "a property's value"));
  return align4(at + 12 + size);
}

function align4(offset: number): number {
  return Math.ceil(offset / 4) * 4;
}
