/** Where a machine is to stop for somebody outside. */
export type { Breakpoint, Space, Step, Stop, Watchpoint } from './stop.js';
export { Marks } from './marks.js';
export { Stops } from './stops.js';
