/** System registers as a debugger reads them: by name, without traps and without effects. */
import { FPCR, FPSR, SPSEL, X_SP_SLOT } from '../layout.js';
import type { Level } from './processor-state.js';
import { namedRow } from './registers/index.js';
import { storedRegisters } from './stored-registers.js';
import type { System } from './system.js';

/** Registers that are not in a cell of their own name, or whose MRS does more than read. */
const special: Readonly<Record<string, (system: System) => bigint | undefined>> = {
  FPCR: ({ state }) => BigInt(state.low(FPCR) >>> 0),
  FPSR: ({ state }) => BigInt(state.low(FPSR) >>> 0),
  SPSel: ({ state }) => BigInt(state.low(SPSEL)),
  SP_EL0: (system) => stackPointer(system, 0),
  SP_EL1: (system) => stackPointer(system, 1),
  SP_EL2: (system) => stackPointer(system, 2),
  SP_EL3: (system) => stackPointer(system, 3),
};

/** The selected stack pointer is in its X slot, not in its cell. */
function stackPointer(system: System, level: 0 | Level): bigint | undefined {
  const { state, pstate } = system;
  const selected = pstate.ownStack ? pstate.el : 0;
  if (selected === level) return state.x(X_SP_SLOT);
  const cell = storedRegisters.get(`SP_EL${level}`);
  return cell === undefined ? undefined : state.get64(cell);
}

/**
 * The value of a system register by the manual's name (`VBAR_EL1`), 64 bits; undefined for one that is not
 * implemented or can only be written. Counters of the PMU are as they were when they were last looked at. The
 * core's state must be the one in memory.
 */
export function inspectRegister(system: System, name: string): bigint | undefined {
  if (name in special) return special[name](system);
  const row = namedRow(name);
  if (row === undefined || row.register.read === undefined) return undefined;
  const isCounter = name.startsWith('PM');
  if (row.read === undefined || isCounter) return row.cell && system.state.get64(row.cell);
  const { low, high } = system;
  row.read(system);
  const value = BigInt.asUintN(64, (BigInt(system.high) << 32n) | BigInt(system.low >>> 0));
  system.give(low, high);
  return value;
}
