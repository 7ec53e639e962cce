/**
 * The registers of one core for whoever looks at a machine from outside: always those of that core, wherever its state
 * is at the moment. From a listener too, while an instruction is being executed: PC is then that instruction's.
 */
import type { CoreState } from './state.js';

/** Where a core's registers are. */
export interface RegisterPlace {
  /** The core's state as long as no other core gets its turn. */
  readonly present: CoreState;
  /** Whether it is in the middle of an instruction. */
  readonly isExecuting: boolean;
}

export class CoreRegisters {
  constructor(private readonly core: RegisterPlace) {}

  /** X0 to X30, 64 bits. */
  x(number: number): bigint {
    return this.core.present.x(checked(number, 31));
  }
  setX(number: number, value: bigint): void {
    this.core.present.setX(checked(number, 31), value);
  }
  /** V0 to V31, 128 bits. */
  v(number: number): bigint {
    return this.core.present.v(checked(number, 32));
  }
  setV(number: number, value: bigint): void {
    this.core.present.setV(checked(number, 32), value);
  }
  /** The selected stack pointer. */
  get sp(): bigint {
    return this.core.present.sp;
  }
  set sp(value: bigint) {
    this.core.present.sp = value;
  }
  get pc(): bigint {
    return this.core.present.pc;
  }
  /** Throws while the core is executing an instruction, which says itself where to go on. */
  set pc(value: bigint) {
    if (this.core.isExecuting) throw new Error('PC can be set between instructions only');
    this.core.present.pc = value;
  }
  /** PSTATE.NZCV at bits 31 to 28, as in SPSR; signed. */
  get nzcv(): number {
    return this.core.present.nzcv;
  }
  set nzcv(value: number) {
    this.core.present.nzcv = value;
  }
}

function checked(number: number, count: number): number {
  if (Number.isInteger(number) && number >= 0 && number < count) return number;
  throw new RangeError(`register ${number}: there are 0 to ${count - 1}`);
}
