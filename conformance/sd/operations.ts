/** What is done to the board, one after the other, and what a read gives. */

export type Operation =
  | { readonly kind: 'write'; readonly size: 1 | 2 | 4; readonly address: number; readonly value: number }
  | { readonly kind: 'read'; readonly size: 1 | 2 | 4; readonly address: number };

export const SDHOST = 0x3f20_2000;
export const SDHCI = 0x3f30_0000;
export const GPFSEL4 = 0x3f20_0010;
export const GPFSEL5 = 0x3f20_0014;
/** Of the interrupt controller: which of interrupts 32 to 63 pend, and which are enabled. */
export const PENDING_2 = 0x3f00_b208;
export const ENABLE_2 = 0x3f00_b214;
/** RAM for the controller's DMA. */
export const SCRATCH = 0x10_0000;

/** A card: how large it is, and what its blocks hold. */
export interface CardSetup {
  readonly size: number;
  /** Blocks that are not zero, by number: each byte of such a block is `seed + 3 * i`. */
  readonly blocks: ReadonlyMap<number, number>;
}

export const blockBytes = (seed: number): Uint8Array =>
  Uint8Array.from({ length: 512 }, (_, i) => (seed + 3 * i) & 0xff);

export const hex = (n: number): string => `0x${n.toString(16)}`;
export function describe(operation: Operation): string {
  const { kind, size, address } = operation;
  return `${kind}${8 * size} ${hex(address)}${kind === 'write' ? ` ${hex(operation.value)}` : ''}`;
}
