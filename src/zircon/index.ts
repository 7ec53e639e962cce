/** The Zircon kernel in TypeScript, hosted in place of EL1. */
export { bootZircon, resetMachine, ZirconError, type ZirconOptions } from './boot.js';
export { addToBootImage, builtInBootImage, type BootFiles } from './boot-image.js';
export { Kernel, kernelOf, type CallListener, type KernelOptions } from './kernel.js';
export { loadKernel, saveKernel } from './state.js';
