/** What surrounds the cores: physical address map, clock, interrupt controllers, devices, boards. */
export { coreModels, type CoreModel, type CoreModelName } from '../engine/index.js';
export * from './device.js';
export * from './clock.js';
export * from './bus.js';
export * from './devicetree.js';
export { SDHC_LARGEST as LARGEST_DISK } from './sd/index.js';
export { Disk, DISK_PAGE, MemoryStore, type DiskOptions, type DiskStore } from './disk/index.js';
export type { Display, Picture } from './display.js';
export type { BusMaster } from './dma.js';
export type {
  Board,
  BoardKind,
  BoardOptions,
  BoardState,
  DriveInterface,
  KernelDevices,
  Placement,
  Program,
  Range,
  StartUp,
} from './boards/board.js';
export { boardNamed, boards, type BoardName } from './boards/boards.js';
export { BoardError, sizeText } from './boards/limits.js';
export type { CoreInputs, CoreOutputs } from './core-wires.js';
export type { CoreStart, Firmware } from './firmware.js';
export type {
  InterruptController,
  InterruptListener,
  InterruptOverview,
  InterruptState,
} from './interrupts/interrupt-controller.js';
export { psciNode } from './psci/devicetree.js';
export * from './psci/psci.js';
export { InputQueue } from './input-queue.js';
export {
  inputEvent,
  inputNumbers,
  inputShape,
  keyCode,
  keyNames,
  TABLET_MOST,
  type Button,
  type InputEvent,
  type InputNumbers,
} from './input/index.js';
export {
  Journal,
  type Entry,
  type EntryKind,
  type EntryOf,
  type JournalListener,
  type Position,
} from './journal.js';
export type { BusListener, PsciListener } from './listener.js';
export { SplitMix64 } from './random.js';
export {
  answered,
  Errno,
  failed,
  MOST_ERRNO,
  type FileAnswer,
  type FileRequest,
  type Semihosting,
  type SemihostingConfiguration,
  type SemihostingFiles,
} from './semihosting/index.js';
export type { SerialPort } from './serial-port.js';
export {
  LONGEST_SERIAL,
  misplaced,
  USB_BUS,
  usbDevice,
  UsbError,
  usbKinds,
  type UsbKind,
  type UsbSpecification,
} from './usb/index.js';
export { configurationShape, type MachineConfiguration, type MachineOptions } from './configuration.js';
export { Machine, type MachineState, type RunLimits, type StopReason } from './machine.js';
