/** MRS, MSR (register) and MSR (immediate). Arm ARM C5.1, D1.14. */
import { DAIF } from '../../layout.js';
import { readRow, writtenRow, type ImplementedRegister } from './index.js';
import { trappedSystem } from '../exceptions/syndrome.js';
import type { System } from '../system.js';
import { traps } from './traps.js';
import { unallocated } from './unallocated.js';

/** MRS: the word has L = 1. */
export function readRegister(system: System, word: number): boolean {
  const row = readRow(word);
  if (row === undefined) return unallocated(system, word);
  if (!mayRead(system, row)) return system.undefined(word);
  if (isTrapped(system, row, word, false)) return false;
  if (isMissing(system, row, readableWithoutEl2)) system.give(0, 0);
  else if (row.read !== undefined) row.read(system);
  else if (row.cell !== undefined) system.giveCell(row.cell);
  if (system.isEnded) return false;
  const register = word & 31;
  if (register !== 31) system.state.setXHalves(register, system.low, system.high);
  return true;
}

/** MSR (register). */
export function writeRegister(system: System, word: number): boolean {
  const row = writtenRow(word);
  if (row === undefined) return unallocated(system, word);
  if (!mayWrite(system, row)) return system.undefined(word);
  if (isTrapped(system, row, word, true)) return false;
  const { state } = system;
  const register = word & 31;
  const low = register === 31 ? 0 : state.xLow(register);
  const high = register === 31 ? 0 : state.xHigh(register);
  if (isMissing(system, row, writableWithoutEl2)) return true;
  if (row.write !== undefined) row.write(system, low, high);
  else writeCell(system, row, low, high);
  if (!system.isEnded) {
    for (const each of system.listeners.all) each.registerWritten(row.register.name, low, high);
  }
  return system.complete();
}

function writeCell(system: System, row: ImplementedRegister, low: number, high: number): void {
  const { state } = system;
  const { cell, maskLow, maskHigh } = row;
  if (cell === undefined) return;
  const oldLow = state.low(cell);
  const oldHigh = state.high(cell);
  const newLow = (oldLow & ~maskLow) | (low & maskLow);
  const newHigh = (oldHigh & ~maskHigh) | (high & maskHigh);
  state.set64(cell, newLow, newHigh);
  row.written?.(system, newLow ^ oldLow, newHigh ^ oldHigh);
}

/** RVBAR_ELx exists at the highest exception level only. */
function mayRead(system: System, { register }: ImplementedRegister): boolean {
  if (register.read === undefined || system.pstate.el < register.read) return false;
  return !register.name.startsWith('RVBAR') || register.read === system.highestLevel;
}

/** The table gives level 3 also to what only the highest level, whichever it is, may write: CNTFRQ_EL0. */
function mayWrite(system: System, { register }: ImplementedRegister): boolean {
  if (register.write === undefined) return false;
  const isOfHighest = register.write === 3 && register.read !== 3;
  return system.pstate.el >= (isOfHighest ? system.highestLevel : register.write);
}
/** What EL2 and EL3 have of the levels below is there without EL2 too; what EL1 reads in its place cannot be written. */
const ofLevelsBelow = ['SP_EL1', 'DACR32_EL2', 'IFSR32_EL2', 'FPEXC32_EL2', 'DBGVCR32_EL2'];
const writableWithoutEl2: ReadonlySet<string> = new Set(ofLevelsBelow);
const readableWithoutEl2: ReadonlySet<string> = new Set([...ofLevelsBelow, 'VPIDR_EL2', 'VMPIDR_EL2']);
/** At EL3, the other registers of an EL2 that does not exist read as zero and ignore writes. */
function isMissing(system: System, { register }: ImplementedRegister, there: ReadonlySet<string>): boolean {
  const isOfEl2 = !system.options.el2 && system.pstate.el === 3 && register.read === 2;
  return isOfEl2 && !there.has(register.name);
}

/** Takes the trap that is configured for an access; true when the instruction has ended so. */
function isTrapped(system: System, row: ImplementedRegister, word: number, write: boolean): boolean {
  if (row.trap === undefined) return false;
  const target = row.trap(system, write);
  if (target !== 0) system.trap(target, trappedSystem(word));
  return system.isEnded;
}

const PstateField = { SPSel: 0x05, DAIFSet: 0x1e, DAIFClr: 0x1f } as const;

/** MSR (immediate): op1:op2 names the field, CRm is the value. */
export function writePstate(system: System, word: number): boolean {
  const field = ((word >>> 13) & 0x38) | ((word >>> 5) & 7);
  const value = (word >>> 8) & 15;
  const { pstate } = system;
  if (field === PstateField.SPSel) {
    if (pstate.el === 0) return system.undefined(word);
    pstate.select(pstate.el, (value & 1) !== 0);
    return system.complete();
  }
  if (field !== PstateField.DAIFSet && field !== PstateField.DAIFClr) return system.undefined(word);
  const target = traps.interruptMasks(system, true);
  if (target !== 0) return system.trap(target, trappedSystem(word));
  const masks = system.state.low(DAIF);
  system.setMasks(field === PstateField.DAIFSet ? masks | (value << 6) : masks & ~(value << 6));
  return system.complete();
}
