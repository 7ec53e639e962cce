/**
 * The payloads of the items that tell a kernel about its machine, as fields and back. Document: Zircon,
 * `zircon/boot/image.h`.
 */
import { ByteReader } from '../byte-reader.js';
import { decodeText, encodeText } from '../text.js';
import { kernelDriverFields } from './kernel-drivers.js';
import { readZbi, type ZbiItem } from './reader.js';
import { zbiHeaderSize, zbiType, zbiTypeName } from './types.js';

/** `zbi_mem_range_t.type`. */
export const memoryRangeType = { ram: 1, peripheral: 2, reserved: 3 } as const;
export type MemoryRangeType = keyof typeof memoryRangeType;

/** A range of physical addresses. */
export interface MemoryRange {
  readonly base: bigint;
  readonly length: bigint;
  readonly type: MemoryRangeType;
}

/** What an item says; `fields` of types that are not known here are empty. */
export type ZbiFields = Readonly<Record<string, unknown>>;

const memoryRangeSize = 24;
const clusterSize = 16;
/** `zbi_topology_node_t`: the entity is a union that starts at 8 and has 24 bytes. */
const topologyNodeSize = 32;
const boardNameSize = 32;

type Decode = (reader: ByteReader, extra: number) => ZbiFields;

const decoders: Readonly<Record<number, Decode>> = {
  [zbiType.CMDLINE]: text,
  [zbiType.IMAGE_ARGS]: text,
  [zbiType.SERIAL_NUMBER]: text,
  [zbiType.KERNEL_ARM64]: kernel,
  [zbiType.KERNEL_X64]: kernel,
  [zbiType.KERNEL_RISCV64]: kernel,
  [zbiType.MEM_CONFIG]: memoryConfig,
  [zbiType.CPU_CONFIG]: cpuConfig,
  [zbiType.CPU_TOPOLOGY]: topology,
  [zbiType.NVRAM]: region,
  [zbiType.NVRAM_DEPRECATED]: region,
  [zbiType.PLATFORM_ID]: platform,
  [zbiType.DEBUG_UART]: uart,
  [zbiType.KERNEL_DRIVER]: kernelDriverFields,
  [zbiType.ACPI_RSDP]: address,
  [zbiType.SMBIOS]: address,
  [zbiType.EFI_SYSTEM_TABLE]: address,
  [zbiType.BOOTLOADER_FILE]: bootloaderFile,
};

/**
 * What an item's payload says, as named fields.
 * @throws ImageError if the payload is not as its type demands. Offsets count from the payload's start
 */
export function zbiFields(item: ZbiItem, file = 'boot image'): ZbiFields {
  const decode = decoders[item.type];
  if (decode === undefined) return {};
  return decode(new ByteReader(item.payload, `${file}: ${zbiTypeName(item.type)}`, true), item.extra);
}

function exactly(reader: ByteReader, size: number): void {
  if (reader.length !== size) {
    throw reader.error(undefined, `expected a payload of ${size} bytes, found ${reader.length}`);
  }
}

/** Text that a NUL may end: in 2018 a command line's was demanded, today it is not. */
function text(reader: ByteReader): ZbiFields {
  return { text: decodeText(reader.bytes).replace(/\0.*$/s, '') };
}

/** A length byte, the name, then the file. */
function bootloaderFile(reader: ByteReader): ZbiFields {
  const length = reader.u8(0, "the length of a file's name");
  return { name: decodeText(reader.slice(1, length, "a file's name")), size: reader.length - 1 - length };
}

function kernel(reader: ByteReader): ZbiFields {
  return {
    entry: reader.u64(0, 'the entry point'),
    reserveMemorySize: reader.u64(8, 'the size of the memory to reserve'),
  };
}

function memoryConfig(reader: ByteReader): ZbiFields {
  if (reader.length === 0 || reader.length % memoryRangeSize !== 0) {
    throw reader.error(
      undefined,
      `expected ranges of ${memoryRangeSize} bytes, found ${reader.length} bytes`,
    );
  }
  const ranges: MemoryRange[] = [];
  for (let at = 0; at < reader.length; at += memoryRangeSize) {
    const number = reader.u32(at + 16, "a range's type");
    const type = (Object.keys(memoryRangeType) as MemoryRangeType[]).find(
      (name) => memoryRangeType[name] === number,
    );
    if (type === undefined) throw reader.error(at + 16, `expected a range's type of 1 to 3, found ${number}`);
    const base = reader.u64(at, "a range's base");
    const length = reader.u64(at + 8, "a range's length");
    if (base + length > 1n << 64n) throw reader.error(at + 8, 'expected a range that ends within 64 bits');
    ranges.push({ base, length, type });
  }
  return { ranges };
}

function cpuConfig(reader: ByteReader): ZbiFields {
  const count = reader.u32(0, 'the number of clusters');
  exactly(reader, clusterSize + count * clusterSize);
  const clusters = Array.from({ length: count }, (_, i) =>
    reader.u32(clusterSize * (i + 1), "a cluster's CPUs"),
  );
  return { clusters };
}

const entityNames = [
  'undefined',
  'processor',
  'cluster',
  'cache',
  'die',
  'socket',
  'power plane',
  'NUMA region',
];
const noParent = 0xffff;

function topology(reader: ByteReader): ZbiFields {
  const size = topologyNodeSize;
  if (reader.length === 0 || reader.length % size !== 0) {
    throw reader.error(undefined, `expected nodes of ${size} bytes, found ${reader.length} bytes`);
  }
  const nodes = Array.from({ length: reader.length / size }, (_, index) => {
    const at = index * size;
    const entity = reader.u8(at, "a node's entity");
    if (entity >= entityNames.length) throw reader.error(at, `expected an entity of 0 to 7, found ${entity}`);
    const parent = reader.u16(at + 2, "a node's parent");
    if (parent !== noParent && parent >= index) {
      throw reader.error(at + 2, `expected a parent before node ${index}, found ${parent}`);
    }
    return { entity: entityNames[entity], parent: parent === noParent ? undefined : parent };
  });
  return { nodes };
}

function region(reader: ByteReader): ZbiFields {
  exactly(reader, 16);
  return { base: reader.u64(0, 'the base'), length: reader.u64(8, 'the length') };
}

function platform(reader: ByteReader): ZbiFields {
  exactly(reader, 8 + boardNameSize);
  const board = decodeText(reader.slice(8, boardNameSize, "the board's name"));
  return {
    vendor: reader.u32(0, 'the vendor'),
    product: reader.u32(4, 'the product'),
    board: board.replace(/\0.*$/s, ''),
  };
}

function uart(reader: ByteReader): ZbiFields {
  exactly(reader, 16);
  return {
    base: reader.u64(0, 'the base'),
    type: reader.u32(8, 'the type'),
    irq: reader.u32(12, 'the interrupt'),
  };
}

function address(reader: ByteReader): ZbiFields {
  exactly(reader, 8);
  return { address: reader.u64(0, 'an address') };
}

/** The payload of a CMDLINE item: UTF-8 ended by NUL, as kernels of 2018 demand. */
export function commandLinePayload(text: string): Uint8Array {
  return encodeText(`${text}\0`);
}

/** The payload of a MEM_CONFIG item. */
export function memoryPayload(ranges: readonly MemoryRange[]): Uint8Array {
  const payload = new Uint8Array(ranges.length * memoryRangeSize);
  const view = new DataView(payload.buffer);
  ranges.forEach(({ base, length, type }, index) => {
    view.setBigUint64(index * memoryRangeSize, base, true);
    view.setBigUint64(index * memoryRangeSize + 8, length, true);
    view.setUint32(index * memoryRangeSize + 16, memoryRangeType[type], true);
  });
  return payload;
}

/** The payload of a CPU_CONFIG item. @param clusters number of CPUs of each cluster */
export function cpuPayload(clusters: readonly number[]): Uint8Array {
  const payload = new Uint8Array((clusters.length + 1) * clusterSize);
  const view = new DataView(payload.buffer);
  view.setUint32(0, clusters.length, true);
  clusters.forEach((cpus, index) => view.setUint32((index + 1) * clusterSize, cpus, true));
  return payload;
}

/** The payload of a PLATFORM_ID item. @param board at most 31 bytes of UTF-8 */
export function platformPayload(vendor: number, product: number, board: string): Uint8Array {
  const payload = new Uint8Array(8 + boardNameSize);
  const view = new DataView(payload.buffer);
  view.setUint32(0, vendor, true);
  view.setUint32(4, product, true);
  payload.set(encodeText(board).subarray(0, boardNameSize - 1), 8);
  return payload;
}

/** A kernel as a boot loader puts it into memory. */
export interface ZbiKernel {
  /** From the container's header to the end of the kernel item's payload. */
  readonly bytes: Uint8Array;
  /** Bytes from there to the first instruction. */
  readonly entry: number;
  /** Bytes behind it that it needs. */
  readonly reserve: number;
}

/**
 * The arm64 kernel that a boot image begins with.
 * @throws ImageError if it begins with something else
 */
export function parseZbiKernel(image: Uint8Array, file = 'boot image'): ZbiKernel {
  const reader = new ByteReader(image, file, true);
  const [item] = readZbi(image, file).items;
  if (item?.type !== zbiType.KERNEL_ARM64) {
    const found = item === undefined ? 'no item' : zbiTypeName(item.type);
    throw reader.error(zbiHeaderSize, `expected a kernel for arm64 as the first item, found ${found}`);
  }
  const payload = item.offset + zbiHeaderSize;
  const size = payload + item.payload.length;
  const entry = reader.size64(payload, "the kernel's entry point");
  if (entry < payload || entry >= size)
    throw reader.error(payload, `expected an entry point within the kernel, found ${entry}`);
  const reserve = reader.size64(payload + 8, 'the memory that the kernel needs behind it');
  return { bytes: image.subarray(0, size), entry, reserve };
}

/** The kernel command lines in a boot image, in order. @throws ImageError */
export function commandLinesOfZbi(image: Uint8Array, file = 'boot image'): string[] {
  return readZbi(image, file)
    .items.filter((item) => item.type === zbiType.CMDLINE)
    .map(({ payload }) => decodeText(payload).replace(/\0[^]*$/, ''));
}
