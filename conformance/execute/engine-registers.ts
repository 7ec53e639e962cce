/** System registers of our core from outside, by the names of the manual: as MSR and MRS at EL2 do it. */
import { registerNamed, type SystemRegister } from '../../src/isa/index.js';
import type { HarnessMachine } from './engine-board.js';

function operandBits({ op0, op1, CRn, CRm, op2 }: SystemRegister): number {
  return (op0 << 19) | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
}

function registerOf(name: string): SystemRegister {
  const register = registerNamed(name);
  if (register === undefined) throw new RangeError(`no system register '${name}'`);
  return register;
}

/** Writes a system register. The core must be at EL2; X0 is overwritten. */
export function writeSystemRegister(machine: HarnessMachine, name: string, value: bigint): void {
  const { state, cores } = machine.cluster;
  state.setX(0, value);
  cores[0].system.system((0xd500_0000 | operandBits(registerOf(name))) >>> 0);
}

/** Reads a system register. The core must be at EL2; X0 is overwritten. */
export function readSystemRegister(machine: HarnessMachine, name: string): bigint {
  const { state, cores } = machine.cluster;
  cores[0].system.system((0xd520_0000 | operandBits(registerOf(name))) >>> 0);
  return state.x(0);
}
