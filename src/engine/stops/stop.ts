/** What a machine stops at for somebody outside. The guest sees nothing of it. */

/** Whether addresses are a core's virtual ones, in its translation regime at the moment, or physical ones. */
export type Space = 'virtual' | 'physical';

interface Place {
  readonly space: Space;
  /** An unsigned number, 64 bits; of a physical one below 2^48. */
  readonly address: bigint;
  /** Whether it holds for what a core executes now; always unless given. */
  readonly holds?: ((core: number) => boolean) | undefined;
}

/** Stops before the instruction at an address is executed. */
export type Breakpoint = Place;

/** Stops before an instruction that reads or writes any of `length` bytes. */
export interface Watchpoint extends Place {
  /** 1 or more. */
  readonly length: number;
  readonly access: 'read' | 'write' | 'access';
}

/**
 * A step: one instruction of a core, or of whatever `holds` says, on any core. While PC is in the range, if there is one,
 * it goes on.
 */
export interface Step {
  readonly core?: number | undefined;
  readonly range?: { readonly from: bigint; readonly to: bigint } | undefined;
  /** Whether it is what a core executes now; always unless given. */
  readonly holds?: ((core: number) => boolean) | undefined;
}

/** Why a machine stands still. PC of the core is at the instruction that comes next. */
export type Stop =
  | { readonly kind: 'breakpoint'; readonly core: number; readonly breakpoint: Breakpoint }
  | {
      readonly kind: 'watchpoint';
      readonly core: number;
      readonly watchpoint: Watchpoint;
      /** Of the first of the watched bytes that the instruction is about to access. */
      readonly address: bigint;
      readonly write: boolean;
    }
  | { readonly kind: 'step'; readonly core: number };

/** Of a virtual address what is compared, bits 48 to 0, as `comparable` gives it of one in halves. */
export function comparableAddress(address: bigint): number {
  return Number(BigInt.asUintN(49, address));
}
