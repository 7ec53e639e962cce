/**
 * firstlight as a library: everything that the command line does, as a typed API. `docs/library.md` shows it.
 */
export { BootError, planBoot, type BootBoard, type BootInputs, type BootPlan } from './boot/index.js';
export { CoreState } from './engine/index.js';
export { Session, type Ending, type SessionOptions } from './host/index.js';
export { ImageError, readFdt, readKernel, type DeviceTree, type Kernel } from './images/index.js';
export { assemble, disassemble } from './isa/index.js';
export {
  BoardError,
  Machine,
  type Firmware,
  type MachineOptions,
  type MachineState,
  type RunLimits,
  type StopReason,
} from './machine/index.js';
export { loadSnapshot, saveSnapshot, SnapshotError, stateHash } from './observe/index.js';
