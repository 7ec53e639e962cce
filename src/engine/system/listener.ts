/**
 * Hears what a core does beside computing. A core without a listener pays nothing for it: every call here is
 * made where the host is at work anyway. A listener must not change what it sees.
 */
import type { Level } from './processor-state.js';
import type { Access, Translation } from './translation.js';

/** The interrupt inputs of a core. */
export type LineName = 'irq' | 'fiq' | 'virq' | 'vfiq';

export interface CoreListener {
  /**
   * An exception was taken from level `from`: ELR, SPSR, ESR and FAR of level `target` are set and PC is at the
   * vector, `vector` bytes from VBAR.
   */
  exceptionTaken(from: number, target: Level, vector: number): void;
  /** ERET was executed at level `from`: PSTATE and PC are those of what goes on. */
  exceptionReturned(from: number): void;
  /** A translation entered the TLB: of the virtual address in two halves, for accesses at level `el`. */
  translated(low: number, high: number, access: Access, el: number, translation: Translation): void;
  /** A translation failed, and the abort for it is about to be taken. */
  translationFailed(low: number, high: number, access: Access, translation: Translation): void;
  /** MSR has written a system register of this name, with a value in two halves. */
  registerWritten(name: string, low: number, high: number): void;
  /** A SYS instruction was completed: maintenance of caches and TLBs, address translation. */
  operationDone(word: number, low: number, high: number): void;
  /** An interrupt input changed. The core's state may be elsewhere than in memory. */
  lineChanged(line: LineName, level: boolean): void;
}
