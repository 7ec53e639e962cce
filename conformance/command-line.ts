/** `firstlight qemu` against QEMU: what it refuses, what its monitor answers, and what QMP does. */
export { compareMonitors } from './command-line/monitor.js';
export { compareQmp } from './command-line/qmp.js';
export { compareRefusals } from './command-line/refusals.js';
