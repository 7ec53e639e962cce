/**
 * The GPU's bus: RAM four times, once for each way of its caches, and the peripherals at 0x7e000000. Who reaches memory
 * by itself on this board (the DMA controller, the framebuffer, the property channel, USB) uses such addresses. What is
 * between the peripherals there is the second alias of RAM. BCM2835 ARM Peripherals, section 1.2.4.
 */
import { PhysicalMap, type Ram } from '../../bus.js';
import type { Device } from '../../device.js';
import { PERIPHERALS } from './memory-map.js';

const ALIASES = 4;
const ALIAS_STEP = 2 ** 30;

export interface GpuBus {
  readonly map: PhysicalMap;
  /** Attaches a peripheral for the cores, at their address, and for the GPU. */
  attach(base: number, device: Device): void;
}

/** The GPU's map beside that of the cores, `bus`, whose listeners hear of what happens there, too. */
export function gpuBus(bus: PhysicalMap, ram: Ram): GpuBus {
  const map = new PhysicalMap();
  for (let alias = 0; alias < ALIASES; alias++) map.attachRam(alias * ALIAS_STEP, ram);
  map.transferred.add((moved) => {
    for (const hear of bus.transferred.all) hear(moved);
  });
  map.listeners.add({
    deviceAccessed: (...access) => {
      for (const each of bus.listeners.all) each.deviceAccessed(...access);
    },
  });
  return {
    map,
    attach: (base, device) => {
      bus.attach(base, device);
      map.attach(base - PERIPHERALS.base + PERIPHERALS.gpuBase, device);
    },
  };
}
