/** How an image becomes a running machine: the arm64 boot protocol and what a boot loader does for it. */
export { BootError } from './error.js';
export { planBoot, type BootBoard, type BootInputs, type BootPlan } from './boot-plan.js';
export { parsePlacing, placingText, type LoadedImage, type Placing } from './loaded.js';
export type { Segment } from './segments.js';
export { bootItems, commandLineItems, loadedBootImage, withItems, type ItemBoard } from './boot-items.js';
export { planMexec } from './mexec.js';
