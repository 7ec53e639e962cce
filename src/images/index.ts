/** The files a boot starts from, read and written. Formats only: nothing here knows a machine. */
export { ImageError } from './error.js';
export { fileKind, kernelKind, ramdiskKind, startSize, type FileKind } from './file-kind.js';
export { largestContent } from './limits.js';
export { isBootfs, readBootfs, writeBootfs, type BootfsFile, type BootfsInput } from './bootfs.js';
export { fileType, readCpio, readInitramfs, writeCpio, type CpioEntry, type CpioInput } from './cpio.js';
export { concatenate } from './concatenate.js';
export { crc32 } from './crc32.js';
export { deflate, inflate } from './deflate.js';
export { gunzip, gzip, isGzip } from './gzip.js';
export { useHostCodec, type HostCodec } from './host-codec.js';
export {
  fileTypeNames,
  machineAArch64,
  sectionFlag,
  sectionFlagText,
  sectionType,
  sectionTypeNames,
  segmentFlag,
  segmentType,
  segmentTypeNames,
  symbolBindingNames,
  symbolTypeNames,
} from './elf/constants.js';
export { isElf, readElf, type Elf, type ElfSection } from './elf/reader.js';
export type { ElfSegment } from './elf/segments.js';
export type { ElfSymbol } from './elf/symbols.js';
export { setChosen, setMemory, type Chosen } from './fdt/boot-properties.js';
export { dtsText, guessValue, type ValueGuess } from './fdt/dts.js';
export { readFdt } from './fdt/reader.js';
export * from './fdt/tree.js';
export { writeFdt } from './fdt/writer.js';
export { isArm64Image, readArm64Image, type Arm64Image } from './kernel/arm64-image.js';
export { isSystemMap, readSystemMap } from './kernel/system-map.js';
export { LineTable, type SourceLine } from './dwarf/line-table.js';
export { readKallsyms, systemMapText, type KernelSymbol, type KernelSymbols } from './kernel/kallsyms.js';
export { readKernel, type Kernel } from './kernel/kernel.js';
export {
  decodeText,
  encodeText,
  latin1,
  nameShownAs,
  printable,
  printableLines,
  shownName,
  TextStream,
} from './text.js';
export { elfNames, isMappingSymbol, SymbolTable, type AddressName } from './symbol-table.js';
export { isLz4, readLz4, writeLz4 } from './lz4/frame.js';
export {
  kernelDriverPayload,
  kernelDrivers,
  type KernelDriverFields,
  type KernelDriverName,
} from './zbi/kernel-drivers.js';
export {
  commandLinePayload,
  commandLinesOfZbi,
  cpuPayload,
  memoryPayload,
  memoryRangeType,
  parseZbiKernel,
  platformPayload,
  zbiFields,
  type MemoryRange,
  type MemoryRangeType,
  type ZbiFields,
  type ZbiKernel,
} from './zbi/payloads.js';
export { checkZbiCrc, isZbi, readZbi, zbiContent, zbiSize, type Zbi, type ZbiItem } from './zbi/reader.js';
export {
  holdsBootfs,
  isKernel,
  isStorage,
  parseZbiItemName,
  zbiFlag,
  zbiType,
  zbiTypeName,
  zbiTypeNumber,
  type ZbiTypeName,
} from './zbi/types.js';
export { checkZbiItem, verifyZbi, type ZbiCompleteness } from './zbi/verify.js';
export { appendToZbi, writeZbi, type ZbiInput } from './zbi/writer.js';
export {
  callSites,
  constantsHeader,
  symbolsByAddress,
  symbolsHeader,
  type CallSites,
} from './rodso/constants.js';
export type { DynamicSymbol } from './rodso/dynamic.js';
export { readRodso, rodsoPageSize, rodsoViolations, type Rodso } from './rodso/rodso.js';
export { writePng } from './png.js';
