/** SVC, HVC, SMC, BRK, HLT, DCPS; the hints. Arm ARM C5.6, C6.2. */
import { PC } from '../../layout.js';
import type { Level } from '../processor-state.js';
import { R } from '../stored-registers.js';
import { ExceptionClass, syndrome, trappedWfx } from './syndrome.js';
import type { System } from '../system.js';

const HCR_TWI = 1 << 13;
const HCR_TWE = 1 << 14;
const HCR_TSC = 1 << 19;
const HCR_HCD = 1 << 29;
const SCR_SMD = 1 << 7;
const SCR_HCE = 1 << 8;
const SCR_TWI = 1 << 12;
const SCR_TWE = 1 << 13;
const SCTLR_NTWI = 1 << 16;
const SCTLR_NTWE = 1 << 18;

/** Exception generating instructions, by opc:op2:LL, bits 23 to 21 and 4 to 0. */
const instructions: Readonly<Record<number, (system: System, word: number, immediate: number) => boolean>> = {
  [0b000_00001]: supervisorCall,
  [0b000_00010]: hypervisorCall,
  [0b000_00011]: secureMonitorCall,
  [0b001_00000]: breakpoint,
  [0b010_00000]: halt,
};

/** DCPSn are for Debug state, which does not exist without an external debugger: undefined. */
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
  // SCR_EL3.HCE goes before HCR_EL2.HCD, which does not exist then. Secure EL1 has no EL2 to call.
  const enabled = options.el3
    ? (state.low(R.SCR_EL3) & SCR_HCE) !== 0 && !(pstate.el === 1 && pstate.secureBelow)
    : (state.low(R.HCR_EL2) & HCR_HCD) === 0;
  if (!options.el2 || !enabled) return system.undefined(word);
  system.debug.completeStep();
  return system.exceptions.synchronous(pstate.el === 3 ? 3 : 2, syndrome(ExceptionClass.Hvc, immediate), 4);
}

/**
 * SMC goes to EL3. Without one it is undefined, unless the board's firmware stands in for it: then HCR_EL2.TSC traps
 * it as well.
 */
function secureMonitorCall(system: System, word: number, immediate: number): boolean {
  const { pstate, environment, options, state } = system;
  if (pstate.el === 0 || !(options.el3 || environment.hasSmcFirmware)) return system.undefined(word);
  if (pstate.el === 1 && (pstate.hypervisorControl & HCR_TSC) !== 0) {
    return system.exceptions.synchronous(2, syndrome(ExceptionClass.Smc, immediate));
  }
  if (firmware(system, 'smc')) return false;
  if (!options.el3 || (state.low(R.SCR_EL3) & SCR_SMD) !== 0) return system.undefined(word);
  system.debug.completeStep();
  return system.exceptions.synchronous(3, syndrome(ExceptionClass.Smc, immediate), 4);
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
  const target = pstate.el > debug.target ? (pstate.el as Level) : debug.target;
  return exceptions.synchronous(target, syndrome(ExceptionClass.Brk, immediate));
}

/** The immediate by which HLT is a semihosting call in A64. Arm, "Semihosting for AArch32 and AArch64" 2.0, section 3. */
const SEMIHOSTING = 0xf000;

/** HLT is undefined without an external debugger, but for semihosting calls. */
function halt(system: System, word: number, immediate: number): boolean {
  const answer = immediate === SEMIHOSTING ? system.environment.semihostingCall() : 'none';
  if (answer === 'none') return system.undefined(word);
  if (answer === 'done') system.advance();
  return false;
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
  const target = waitTrap(system, SCTLR_NTWE, HCR_TWE, SCR_TWE);
  if (target !== 0) return system.trap(target, trappedWfx(true));
  system.advance();
  system.environment.waitForEvent();
  return false;
}

function waitForInterrupt(system: System): boolean {
  const { environment, interrupts } = system;
  if (interrupts.wakes(environment.interruptLines())) return true;
  const target = waitTrap(system, SCTLR_NTWI, HCR_TWI, SCR_TWI);
  if (target !== 0) return system.trap(target, trappedWfx(false));
  system.advance();
  environment.waitForInterrupt();
  return false;
}

/** Level to which an instruction that would wait traps; 0 if it may wait. */
function waitTrap(system: System, enabled: number, trapped: number, monitored: number): 0 | Level {
  const { pstate, state } = system;
  if (pstate.el === 0 && (state.low(R.SCTLR_EL1) & enabled) === 0) return 1;
  if ((pstate.hypervisorControl & trapped) !== 0) return 2;
  return pstate.el < 3 && (state.low(R.SCR_EL3) & monitored) !== 0 ? 3 : 0;
}
