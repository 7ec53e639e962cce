/**
 * The registers of one core for whoever looks at a machine from outside: always those of that core, wherever its state
 * is at the moment. From a listener too, while an instruction is being executed: PC is then that instruction's.
 */
import { DAIF, FPCR, FPCR_MASK, FPSR, FPSR_MASK, type Cell } from './layout.js';
import type { CoreState } from './state.js';

/** Where a core's registers are. */
export interface RegisterPlace {
  /** The core's state as long as no other core gets its turn. */
  readonly present: CoreState;
  /** Whether it is in the middle of an instruction. */
  readonly isExecuting: boolean;
}

/** Registers of a few bits, with those that can be set: PSTATE.{D,A,I,F} as in SPSR, FPCR and FPSR. */
const narrow: Readonly<Record<string, { readonly cell: Cell; readonly mask: number }>> = {
  daif: { cell: DAIF, mask: 0x3c0 },
  fpcr: { cell: FPCR, mask: FPCR_MASK },
  fpsr: { cell: FPSR, mask: FPSR_MASK },
};

export class CoreRegisters {
  /** `writing` hears of each write before it is done, by the register's name as `write` takes it. */
  constructor(
    private readonly core: RegisterPlace,
    private readonly writing?: (register: string, value: bigint) => void,
  ) {}

  /** Writes a register by its name: also `daif`, `fpcr` and `fpsr`, as MSR writes them. Throws RangeError for one that there is not. */
  write(register: string, value: bigint): void {
    const [, file, number] = /^([xv])(\d+)$/.exec(register) ?? [];
    if (file === 'x') this.setX(Number(number), value);
    else if (file === 'v') this.setV(Number(number), value);
    else if (register === 'sp' || register === 'pc') this[register] = value;
    else if (register === 'nzcv') this.nzcv = Number(BigInt.asIntN(32, value));
    else if (Object.hasOwn(narrow, register)) this.setNarrow(register, value);
    else {
      const others = Object.keys(narrow).join(', ');
      throw new RangeError(`register ${register}: expected x0 to x30, v0 to v31, sp, pc, nzcv, ${others}`);
    }
  }
  private setNarrow(register: string, value: bigint): void {
    const { cell, mask } = narrow[register];
    this.writing?.(register, BigInt.asUintN(32, value));
    this.core.present.setLow(cell, Number(BigInt.asIntN(32, value)) & mask);
  }

  /** X0 to X30, 64 bits. */
  x(number: number): bigint {
    return this.core.present.x(checked(number, 31));
  }
  setX(number: number, value: bigint): void {
    const x = checked(number, 31);
    this.writing?.(`x${x}`, BigInt.asUintN(64, value));
    this.core.present.setX(x, value);
  }
  /** V0 to V31, 128 bits. */
  v(number: number): bigint {
    return this.core.present.v(checked(number, 32));
  }
  setV(number: number, value: bigint): void {
    const v = checked(number, 32);
    this.writing?.(`v${v}`, BigInt.asUintN(128, value));
    this.core.present.setV(v, value);
  }
  /** The selected stack pointer. */
  get sp(): bigint {
    return this.core.present.sp;
  }
  set sp(value: bigint) {
    this.writing?.('sp', BigInt.asUintN(64, value));
    this.core.present.sp = value;
  }
  get pc(): bigint {
    return this.core.present.pc;
  }
  /** Throws while the core is executing an instruction, which says itself where to go on. */
  set pc(value: bigint) {
    if (this.core.isExecuting) throw new Error('PC can be set between instructions only');
    this.writing?.('pc', BigInt.asUintN(64, value));
    this.core.present.pc = value;
  }
  /** PSTATE.NZCV at bits 31 to 28, as in SPSR; signed. Throws RangeError for what is no whole number. */
  get nzcv(): number {
    return this.core.present.nzcv;
  }
  set nzcv(value: number) {
    if (!Number.isInteger(value)) throw new RangeError(`nzcv ${value}: expected a whole number`);
    this.writing?.('nzcv', BigInt.asUintN(32, BigInt(value)));
    this.core.present.nzcv = value;
  }
}

function checked(number: number, count: number): number {
  if (Number.isInteger(number) && number >= 0 && number < count) return number;
  throw new RangeError(`register ${number}: there are 0 to ${count - 1}`);
}
