/** What differs between the places where the code of a meaning runs. */
import type { HostName, Immediate, Subroutine } from '../ir/nodes.js';
import type { SlotAllocator } from '../interpreter/slots.js';

/** Everything about where the code runs that instructions depend on. */
export interface Frame {
  /** Local with the address of the decoded entry. */
  readonly entry: number;
  /** Places of the operands in the decoded entry. */
  readonly slots: SlotAllocator;
  /** Pushes the byte address of the data TLB. */
  pushTlb(): void;
  /** Pushes PC_BASE. */
  pushPcBase(): void;
  /** Makes the position visible to the host, before a call. */
  sync(): void;
  /** Leaves after the host redirected execution. */
  redirect(): void;
  /** Branches to the address (i64) in a local. Ends the instruction. */
  branch(target: number): void;
  /** Branches to an instruction `offset` bytes away. Ends the instruction. */
  branchRelative(offset: Immediate): void;
  hostFunction(name: HostName): number;
  slowAccess(kind: 'load' | 'store'): number;
  subroutine(subroutine: Subroutine): number;
}

/** The frame of a subroutine: it has values and cells only. */
export interface SubroutineFrame {
  subroutine(subroutine: Subroutine): number;
}
