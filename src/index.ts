/**
 * firstlight as a library: everything that the command line does, as a typed API. `docs/library.md` shows it.
 */
export {
  BootError,
  planBoot,
  type BootBoard,
  type BootInputs,
  type BootPlan,
  type CoreStart,
  type Segment,
} from './boot/index.js';
export { CoreState, type Access } from './engine/index.js';
export { Session, type Ending, type SessionOptions } from './host/index.js';
export {
  dtsText,
  gunzip,
  gzip,
  ImageError,
  isGzip,
  readArm64Image,
  readBootfs,
  readCpio,
  readElf,
  readFdt,
  readKallsyms,
  readKernel,
  readZbi,
  SymbolTable,
  verifyZbi,
  writeBootfs,
  writeCpio,
  writeFdt,
  writeZbi,
  zbiContent,
  zbiType,
  type Arm64Image,
  type BootfsFile,
  type BootfsInput,
  type CpioEntry,
  type CpioInput,
  type DeviceTree,
  type Elf,
  type Kernel,
  type KernelSymbols,
  type Zbi,
  type ZbiInput,
  type ZbiItem,
} from './images/index.js';
export { a64, assemble, AssemblyError, decode, disassemble, systemRegisters } from './isa/index.js';
export {
  BoardError,
  boards,
  Machine,
  type BoardName,
  type Firmware,
  type MachineOptions,
  type MachineState,
  type RunLimits,
  type StopReason,
} from './machine/index.js';
export {
  eventCategories,
  EventLog,
  eventText,
  loadSnapshot,
  saveSnapshot,
  SNAPSHOT_VERSION,
  SnapshotError,
  stateHash,
  type EventCategory,
  type EventPlace,
  type MachineEvent,
} from './observe/index.js';
export {
  addToBootImage,
  bootZircon,
  builtInBootImage,
  ZirconError,
  type BootFiles,
  type ZirconOptions,
} from './zircon/index.js';
