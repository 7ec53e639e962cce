/** SVC, HVC, SMC, BRK, HLT, DCPS; the hints. Arm ARM C5.6, C6.2. */
import { PC } from '../../layout.js';
import { R } from '../stored-registers.js';
import { ExceptionClass, syndrome, trappedWfx } from './syndrome.js';
import type { System } from '../system.js';

const HCR_TWI = 1 << 13;
const HCR_TWE = 1 << 14;
const HCR_TSC = 1 << 19;
const HCR_HCD = 1 << 29;
const SCTLR_NTWI = 1 << 16;
const SCTLR_NTWE = 1 << 18;

/** Exception generating instructions, by opc:op2:LL, bits 23 to 21 and 4 to 0. */
const instructions: Readonly<Record<number, (system: System, word: number, immediate: number) => boolean>> = {
  [0b000_00001]: supervisorCall,
  [0b000_00010]: hypervisorCall,
  [0b000_00011]: secureMonitorCall,
  [0b001_00000]: breakpoint,
};

/** HLT and DCPSn are for Debug state, which does not exist without an external debugger: undefined. */
export function generateException(system: System, word: number): boolean {
  const instruction = instructions[((word >>> 16) & 0xe0) | (word & 31)];
  if (instruction === undefined) return system.undefined(word);
  return instruction(system, word, (word >>> 5) & 0xffff);
}

function supervisorCall(system: System, _word: number, immediate: number): boolean {
  const { exceptions } = system;
  system.debug.completeStep();
  return exceptions.synchronous(exceptions.defaultTarget, syndrome(ExceptionClass.Svc, immediate), 4);
}

function hypervisorCall(system: System, word: number, immediate: number): boolean {
  const { pstate, options, state } = system;
  if (pstate.el === 0) return system.undefined(word);
  if (firmware(system, 'hvc')) return false;
  const disabled = !options.el2 || (state.low(R.HCR_EL2) & HCR_HCD) !== 0;
  if (disabled) return system.undefined(word);
  system.debug.completeStep();
  return system.exceptions.synchronous(2, syndrome(ExceptionClass.Hvc, immediate), 4);
}

/** Without EL3, SMC is undefined unless the board's firmware stands in for it; then HCR_EL2.TSC traps it. */
function secureMonitorCall(system: System, word: number, immediate: number): boolean {
  const { pstate, environment } = system;
  if (pstate.el === 0 || !environment.hasSmcFirmware) return system.undefined(word);
  if (pstate.el === 1 && (pstate.hypervisorControl & HCR_TSC) !== 0) {
    return system.exceptions.synchronous(2, syndrome(ExceptionClass.Smc, immediate));
  }
  return firmware(system, 'smc') ? false : system.undefined(word);
}

/** Offers the call to the board; true when it was one of its firmware's. */
function firmware(system: System, conduit: 'hvc' | 'smc'): boolean {
  const { state, environment } = system;
  const low = state.low(PC);
  const high = state.high(PC);
  system.advance();
  if (environment.firmwareCall(conduit)) return true;
  state.set64(PC, low, high);
  return false;
}

function breakpoint(system: System, _word: number, immediate: number): boolean {
  const { exceptions, pstate, debug } = system;
  const target = pstate.el === 2 ? 2 : debug.target;
  return exceptions.synchronous(target, syndrome(ExceptionClass.Brk, immediate));
}

const Hint = { Yield: 1, Wfe: 2, Wfi: 3, Sev: 4, Sevl: 5 } as const;

/** HINT: CRm:op2 says which; those that are not allocated do nothing. */
export function performHint(system: System, word: number): boolean {
  switch ((word >>> 5) & 0x7f) {
    case Hint.Yield:
      system.environment.yield();
      return true;
    case Hint.Wfe:
      return waitForEvent(system);
    case Hint.Wfi:
      return waitForInterrupt(system);
    case Hint.Sev:
      system.environment.sendEvent();
      return true;
    case Hint.Sevl:
      system.signalEvent();
      return true;
    default:
      return true;
  }
}

function waitForEvent(system: System): boolean {
  if (system.consumeEvent()) return true;
  const target = waitTrap(system, SCTLR_NTWE, HCR_TWE);
  if (target !== 0) return system.trap(target, trappedWfx(true));
  system.advance();
  system.environment.waitForEvent();
  return false;
}

function waitForInterrupt(system: System): boolean {
  const { environment, interrupts } = system;
  if (interrupts.wakes(environment.interruptLines())) return true;
  const target = waitTrap(system, SCTLR_NTWI, HCR_TWI);
  if (target !== 0) return system.trap(target, trappedWfx(false));
  system.advance();
  environment.waitForInterrupt();
  return false;
}

/** Level to which an instruction that would wait traps; 0 if it may wait. */
function waitTrap(system: System, enabled: number, trapped: number): 0 | 1 | 2 {
  const { pstate, state } = system;
  if (pstate.el === 0 && (state.low(R.SCTLR_EL1) & enabled) === 0) return 1;
  return (pstate.hypervisorControl & trapped) !== 0 ? 2 : 0;
}
