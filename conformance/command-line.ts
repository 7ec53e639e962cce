/** `firstlight qemu` against QEMU: what it refuses, what its monitor answers, what QMP does, and what is logged. */
export { compareLogs } from './command-line/log.js';
export { compareMonitors } from './command-line/monitor.js';
export { compareQmp } from './command-line/qmp.js';
export { compareRefusals } from './command-line/refusals.js';
