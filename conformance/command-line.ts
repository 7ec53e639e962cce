/** `firstlight qemu` against QEMU: what it refuses, and what its monitor answers. */
export { compareMonitors } from './command-line/monitor.js';
export { compareRefusals } from './command-line/refusals.js';
