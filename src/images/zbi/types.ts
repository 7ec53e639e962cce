/**
 * The Zircon boot image format's numbers. Documents: Zircon, `zircon/boot/image.h` of December 2018; for the item types
 * that came later, Fuchsia's SDK, `lib/zbi-format/zbi.h` of 2024.
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
  /** The crc32 field holds a CRC-32: see `zbiCrc32`. */
  crc32: 0x00020000,
  /** Storage items: the payload is an LZ4 frame, `extra` the size of its content. */
  compressed: 0x00000001,
} as const;

/** Item types under the format's names without their ZBI_TYPE_. */
export const zbiType = {
  CONTAINER: 0x544f4f42,
  KERNEL_X64: 0x4c4e524b,
  KERNEL_ARM64: 0x384e524b,
  KERNEL_RISCV64: 0x564e524b,
  DISCARD: 0x50494b53,
  STORAGE_RAMDISK: 0x4b534452,
  STORAGE_BOOTFS: 0x42534642,
  STORAGE_BOOTFS_FACTORY: 0x46534642,
  STORAGE_KERNEL: 0x5254534b,
  CMDLINE: 0x4c444d43,
  CRASHLOG: 0x4d4f4f42,
  NVRAM: 0x4c4c564e,
  NVRAM_DEPRECATED: 0x4c4c5643,
  PLATFORM_ID: 0x44494c50,
  CPU_CONFIG: 0x43555043,
  CPU_TOPOLOGY: 0x544f504f,
  /** Plain CPU_TOPOLOGY today, when the two above are DEPRECATED_CPU_TOPOLOGY_V1 and _V2. */
  CPU_TOPOLOGY_V3: 0x43505533,
  MEM_CONFIG: 0x434d454d,
  KERNEL_DRIVER: 0x5652444b,
  ACPI_RSDP: 0x50445352,
  SMBIOS: 0x49424d53,
  EFI_MEMORY_MAP: 0x4d494645,
  EFI_SYSTEM_TABLE: 0x53494645,
  EFI_MEMORY_ATTRIBUTES_TABLE: 0x54414d45,
  E820_TABLE: 0x30323845,
  DEBUG_UART: 0x54524155,
  FRAMEBUFFER: 0x42465753,
  BOOT_CONFIG: 0x47464342,
  BOOT_VERSION: 0x53525642,
  IMAGE_ARGS: 0x47524149,
  HW_REBOOT_REASON: 0x42525748,
  SERIAL_NUMBER: 0x4e4c5253,
  BOOTLOADER_FILE: 0x4c465442,
  DEVICETREE: 0xd00dfeed,
  SECURE_ENTROPY: 0x444e4152,
  DEBUGDATA: 0x44474244,
  RISCV64_ISA_STRTAB: 0x41534956,
  DRV_MAC_ADDRESS: 0x43414d6d,
  DRV_PARTITION_MAP: 0x5452506d,
  DRV_BOARD_PRIVATE: 0x524f426d,
  DRV_BOARD_INFO: 0x4953426d,
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

/** `TYPE` or `TYPE:EXTRA`: a type's name or number, and the header's `extra` word; undefined for anything else. */
export function parseZbiItemName(text: string): { type: number; extra?: number } | undefined {
  const [, name = '', extra] = /^([^:]+)(?::(0x[0-9a-f]+|\d+))?$/i.exec(text) ?? [];
  const type = zbiTypeNumber(name);
  if (type === undefined || Number(extra ?? 0) >= 2 ** 32) return undefined;
  return extra === undefined ? { type } : { type, extra: Number(extra) };
}

/** Items whose payload may be compressed. */
export const isStorage = (type: number) =>
  type === zbiType.STORAGE_RAMDISK || type === zbiType.STORAGE_KERNEL || holdsBootfs(type);

/** Items whose content is a BOOTFS image. */
export const holdsBootfs = (type: number) =>
  type === zbiType.STORAGE_BOOTFS || type === zbiType.STORAGE_BOOTFS_FACTORY;

/** Kernels of every machine: `KRN` and a letter. */
export const isKernel = (type: number) => (type & 0x00ffffff) === 0x004e524b;
