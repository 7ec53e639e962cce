/** Memory faults as exceptions: data and instruction aborts, alignment faults. Arm ARM D1.10, D13.2.37. */
import { PC } from '../../layout.js';
import type { CoreState } from '../../state.js';
import type { Exceptions } from './exceptions.js';
import { highHalf, lowHalf } from '../halves.js';
import type { Level, ProcessorState } from '../processor-state.js';
import { R } from '../stored-registers.js';
import { accessSyndrome, ExceptionClass, ISS_STAGE_1_WALK, ISS_WRITE, syndrome } from './syndrome.js';
import { FaultStatus, type Translation } from '../translation.js';

/** SCR_EL3.EA: EL3 takes external aborts. */
const SCR_EA = 1 << 3;

export class Aborts {
  constructor(
    private readonly state: CoreState,
    private readonly pstate: ProcessorState,
    private readonly exceptions: Exceptions,
  ) {}

  /** Level that takes an abort. At EL3, address translation instructions meet those of stage 2 too. */
  private target(isExternal: boolean, isStage2 = false): Level {
    if (isExternal && (this.state.low(R.SCR_EL3) & SCR_EA) !== 0) return 3;
    return isStage2 && this.pstate.el < 3 ? 2 : this.exceptions.defaultTarget;
  }

  /** A data access failed to translate. `specific` are further bits of the syndrome. */
  data(fault: Translation, low: number, high: number, specific: number, word: number): void {
    const access = fault.stage2 && !fault.onWalk ? accessSyndrome(word) : 0;
    this.take(ExceptionClass.DataAbortLower, fault, low, high, specific | access);
  }

  instruction(fault: Translation, low: number, high: number): void {
    this.take(ExceptionClass.InstructionAbortLower, fault, low, high, 0);
  }

  /** A fault of stage 2 says which intermediate physical address it was about. */
  private take(lower: number, fault: Translation, low: number, high: number, specific: number): void {
    const walk = fault.onWalk ? ISS_STAGE_1_WALK : 0;
    const isExternal = (fault.status & ~3) === FaultStatus.ExternalOnWalk;
    if (fault.stage2 && !isExternal) {
      const page = Math.floor(fault.intermediate / 4096) * 16;
      this.state.set64(R.HPFAR_EL2, lowHalf(page), highHalf(page));
    }
    const target = this.target(isExternal, fault.stage2);
    const same = this.pstate.el === target ? 1 : 0;
    this.exceptions.fault(target, syndrome(lower + same, specific | walk | fault.status), low, high);
  }

  /** A data access whose physical address does not answer, or that is not aligned as it must be. */
  dataAccess(status: number, low: number, high: number, write: boolean): false {
    const target = this.target(status === FaultStatus.External);
    const lower = ExceptionClass.DataAbortLower + (this.pstate.el === target ? 1 : 0);
    return this.exceptions.fault(target, syndrome(lower, (write ? ISS_WRITE : 0) | status), low, high);
  }

  externalInstruction(low: number, high: number): void {
    const target = this.target(true);
    const lower = ExceptionClass.InstructionAbortLower + (this.pstate.el === target ? 1 : 0);
    this.exceptions.fault(target, syndrome(lower, FaultStatus.External), low, high);
  }

  pcAlignment(): void {
    const { state, exceptions } = this;
    const esr = syndrome(ExceptionClass.PcAlignment);
    exceptions.fault(exceptions.defaultTarget, esr, state.low(PC), state.high(PC));
  }

  stackAlignment(): false {
    return this.exceptions.synchronous(this.exceptions.defaultTarget, syndrome(ExceptionClass.SpAlignment));
  }
}
