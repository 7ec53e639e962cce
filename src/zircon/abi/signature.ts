/** How the generated tables describe a system call, for dispatch and for tracing. */

/**
 * How an argument register is to be read; `syscalls/entry/registers.ts` does it. `size` and `time` have 64 bits, like u64
 * and s64: sizes in memory, and moments and durations to wait for.
 */
export type RegisterKind =
  'bool' | 'u8' | 'u16' | 'u32' | 's32' | 'u64' | 's64' | 'size' | 'time' | 'handle' | 'pointer' | 'void';

export interface ArgumentSignature {
  readonly name: string;
  /** The C type of the parameter. */
  readonly type: string;
  readonly kind: RegisterKind;
  /** For a pointer: element type (`void`: bytes), direction, and the count as an expression over the arguments. */
  readonly pointee?: {
    readonly type: string;
    readonly direction: 'in' | 'out' | 'inout';
    readonly count: string;
    /** A null pointer is allowed. */
    readonly optional: boolean;
  };
  /** The call consumes this handle: in any case, or if it succeeds. */
  readonly releases?: 'always' | 'on success';
}

export interface VdsoSignature {
  readonly name: string;
  /** Only the vDSO's own code calls it: it has no name in the vDSO's dynamic symbols. */
  readonly internal?: true;
  /** May wait; if it returns ZX_ERR_INTERNAL_INTR_RETRY, the vDSO makes the call again with the same arguments. */
  readonly blocking?: true;
  readonly noreturn?: true;
  readonly returns: RegisterKind;
  /** x0 to x7, in order. Results other than the first are pointers at the end. */
  readonly arguments: readonly ArgumentSignature[];
}

/** A kernel entry. */
export interface SyscallSignature<Name extends string = string> extends VdsoSignature {
  readonly name: Name;
}
