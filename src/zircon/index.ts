/** The Zircon kernel in TypeScript, hosted in place of EL1. */
export { bootZircon, resetMachine, ZirconError, type ZirconOptions } from './boot.js';
export { addToBootImage, builtInBootImage, builtInFiles, type BootFiles } from './launch/boot-image.js';
export { Kernel, kernelOf } from './kernel.js';
export type { KernelListener } from './listener.js';
export { LoaderMessage, ObjectType, Status } from './abi/constants.js';
export { syscalls } from './abi/numbers.js';
export type { ArgumentSignature } from './abi/signature.js';
export type { Message } from './objects/channel.js';
export type { Dispatcher } from './objects/dispatcher.js';
export { Process } from './objects/process.js';
export { Thread } from './objects/thread.js';
export { parseProcessArgs } from './launch/processargs.js';
export type { CommitReason, VmListener } from './vm/listener.js';
export type { AddressSpace } from './vm/address-space.js';
export type { Mapping } from './vm/mapping.js';
export type { Vmo } from './vm/vmo.js';
export { loadKernel, saveKernel } from './state/state.js';
export { sysrootLibraries } from './launch/sysroot.js';
