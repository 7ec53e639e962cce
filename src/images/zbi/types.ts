/**
 * The Zircon boot image format's numbers. Document: Zircon, `zircon/boot/image.h` of December 2018.
 */

/** Every header and payload starts at a multiple of this. */
export const zbiAlignment = 8;
export const zbiHeaderSize = 32;
export const zbiContainerMagic = 0x868cf7e6;
export const zbiItemMagic = 0xb5781729;
/** What the crc32 field holds where the flag for it is not set. */
export const zbiNoCrc32 = 0x4a87e8d6;

export const zbiFlag = {
  /** In every item. */
  version: 0x00010000,
  /** The crc32 field holds the CRC-32 of the payload. */
  crc32: 0x00020000,
  /** Storage items: the payload is an LZ4 frame, `extra` the size of its content. */
  compressed: 0x00000001,
} as const;

/** Item types under the format's names without their ZBI_TYPE_. */
export const zbiType = {
  CONTAINER: 0x544f4f42,
  KERNEL_X64: 0x4c4e524b,
  KERNEL_ARM64: 0x384e524b,
  DISCARD: 0x50494b53,
  STORAGE_RAMDISK: 0x4b534452,
  STORAGE_BOOTFS: 0x42534642,
  CMDLINE: 0x4c444d43,
  CRASHLOG: 0x4d4f4f42,
  NVRAM: 0x4c4c564e,
  NVRAM_DEPRECATED: 0x4c4c5643,
  PLATFORM_ID: 0x44494c50,
  CPU_CONFIG: 0x43555043,
  CPU_TOPOLOGY: 0x544f504f,
  MEM_CONFIG: 0x434d454d,
  KERNEL_DRIVER: 0x5652444b,
  ACPI_RSDP: 0x50445352,
  SMBIOS: 0x49424d53,
  EFI_MEMORY_MAP: 0x4d494645,
  EFI_SYSTEM_TABLE: 0x53494645,
  E820_TABLE: 0x30323845,
  DEBUG_UART: 0x54524155,
  FRAMEBUFFER: 0x42465753,
  BOOT_CONFIG: 0x47464342,
  BOOT_VERSION: 0x53525642,
  DRV_MAC_ADDRESS: 0x43414d6d,
  DRV_PARTITION_MAP: 0x5452506d,
} as const;

export type ZbiTypeName = keyof typeof zbiType;

const nameOf = new Map<number, ZbiTypeName>(
  Object.entries(zbiType).map(([name, type]) => [type, name as ZbiTypeName]),
);

/** The format's name of a type, or the type's number in hexadecimal. */
export function zbiTypeName(type: number): string {
  return nameOf.get(type) ?? `0x${type.toString(16).padStart(8, '0')}`;
}

/** The type with this name (any case, `-` for `_`) or number (`0x…`), or undefined. */
export function zbiTypeNumber(name: string): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(name)) return parseInt(name, 16);
  const known: Readonly<Record<string, number>> = zbiType;
  const upper = name.toUpperCase().replaceAll('-', '_');
  return Object.hasOwn(known, upper) ? known[upper] : undefined;
}

/** RAM disks, whose payload may be compressed. */
export const isStorage = (type: number) =>
  type === zbiType.STORAGE_RAMDISK || type === zbiType.STORAGE_BOOTFS;

/** Kernels of every machine: `KRN` and a letter. */
export const isKernel = (type: number) => (type & 0x00ffffff) === 0x004e524b;
