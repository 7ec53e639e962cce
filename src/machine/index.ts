/** What surrounds the cores: physical address map, clock, interrupt controllers, devices, boards. */
export * from './device.js';
export * from './clock.js';
export * from './bus.js';
