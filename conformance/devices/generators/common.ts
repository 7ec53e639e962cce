/** What the generators share: the board's addresses and the making of sequences. */
import type { Kind, Operation, Setup } from '../operations.js';
import type { Random } from '../random.js';

export type Generator = (random: Random, setup: Setup, count: number) => Operation[];

export const GICD = 0x0800_0000;
export const GICC = 0x0801_0000;
export const GICH = 0x0803_0000;
export const GICV = 0x0804_0000;
export const V2M = 0x0802_0000;
export const UART = 0x0900_0000;
export const RTC = 0x0901_0000;
export const FW_CFG = 0x0902_0000;
export const GPIO = 0x0903_0000;
export const ECAM = 0x40_1000_0000;

export const op = (kind: Kind, core: number, address: number, value: number | bigint = 0): Operation => ({
  kind,
  core,
  address,
  value: BigInt(value),
});

/** Keeps calling `step`, which adds a few operations at a time. */
export function sequence(
  count: number,
  step: (add: (...operations: Operation[]) => void) => void,
): Operation[] {
  const operations: Operation[] = [];
  while (operations.length < count) step((...more) => operations.push(...more));
  return operations.slice(0, count);
}
