/** Board `virt`: where things are. */
import { scratchOf } from '../../qemu.js';

export const GICD = 0x0800_0000;
export const GICC = 0x0801_0000;
export const GICH = 0x0803_0000;
export const GICV = 0x0804_0000;
export const V2M = 0x0802_0000;
export const UART = 0x0900_0000;
export const SECURE_UART = 0x0904_0000;
export const RTC = 0x0901_0000;
export const FW_CFG = 0x0902_0000;
export const GPIO = 0x0903_0000;
export const ECAM = 0x40_1000_0000;
export const SCRATCH = scratchOf('virt');
