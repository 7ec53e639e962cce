/** What surrounds the cores: physical address map, clock, interrupt controllers, devices, boards. */
export * from './device.js';
export * from './clock.js';
export * from './bus.js';
export * from './devicetree.js';
export { boards, type BoardName } from './boards/boards.js';
export * from './boards/virt.js';
export * from './psci/psci.js';
export type { BusListener, InterruptListener, PsciListener } from './listener.js';
export type { CoreInputs } from './gicv2/gicv2.js';
export {
  Machine,
  type Firmware,
  type MachineOptions,
  type MachineState,
  type RunLimits,
  type StopReason,
} from './machine.js';
export { MAP, PPI, SPI } from './boards/virt-memory-map.js';
