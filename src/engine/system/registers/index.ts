/** Which behaviour an MRS or MSR finds: the rows of the instruction set's table joined with what they do here. */
import { registerToRead, registerToWrite, systemRegisters, type SystemRegister } from '../../../isa/index.js';
import { storedRegisters, type StoredRegister } from '../stored-registers.js';
import { coveredTraps } from './traps.js';
import type { Behaviour, Behaviours } from './behaviour.js';
import { controlBehaviours } from './control.js';
import { debugBehaviours } from './debug.js';
import { identification } from './identification.js';
import { performanceMonitorBehaviours } from './performance-monitors.js';
import { timerBehaviours } from './timers.js';

const behaviours: Behaviours = {
  ...identification,
  ...controlBehaviours,
  ...timerBehaviours,
  ...performanceMonitorBehaviours,
  ...debugBehaviours,
};

/** An implemented register. */
export interface ImplementedRegister extends Behaviour {
  readonly register: SystemRegister;
  /** Where it is stored; undefined for one that is computed. */
  readonly cell: StoredRegister | undefined;
  /** Halves of the bits that a default write changes. */
  readonly maskLow: number;
  readonly maskHigh: number;
}

/** Words of MRS and MSR hold `o0:op1:CRn:CRm:op2`, 15 bits, from bit 5 on. */
const KEYS = 1 << 15;
export function keyOf(word: number): number {
  return (word >>> 5) & (KEYS - 1);
}

const readable = new Array<ImplementedRegister | undefined>(KEYS).fill(undefined);
const writable = new Array<ImplementedRegister | undefined>(KEYS).fill(undefined);
const named = new Map<string, ImplementedRegister>();

for (const register of systemRegisters) {
  const { name, op0, op1, CRn, CRm, op2 } = register;
  const cell = storedRegisters.get(name);
  const behaviour = behaviours[name];
  if (cell === undefined && behaviour === undefined) continue;
  const row: ImplementedRegister = {
    ...behaviour,
    register,
    cell,
    maskLow: Number(BigInt.asIntN(32, cell?.mask ?? 0n)),
    maskHigh: Number(BigInt.asIntN(32, (cell?.mask ?? 0n) >> 32n)),
  };
  const key = ((op0 & 1) << 14) | (op1 << 11) | (CRn << 7) | (CRm << 3) | op2;
  named.set(name, row);
  if (register.read !== undefined) readable[key] = row;
  if (register.write !== undefined) writable[key] = row;
}

/** The row of a register by the manual's name. */
export function namedRow(name: string): ImplementedRegister | undefined {
  return named.get(name);
}
/** What an MRS word reads; undefined where nothing is implemented. */
export function readRow(word: number): ImplementedRegister | undefined {
  return readable[keyOf(word)];
}
/** What an MSR (register) word writes. */
export function writtenRow(word: number): ImplementedRegister | undefined {
  return writable[keyOf(word)];
}

/** A register that generated code may access by itself. */
export interface PlainRegister {
  readonly cell: StoredRegister;
  /** The lowest level that may read, and write, it so; undefined: the host has to. */
  readonly read: number | undefined;
  readonly write: number | undefined;
  /** The bits that MSR changes. */
  readonly mask: bigint;
}

/**
 * Whether MRS, and MSR, of a register are nothing but a move from or to its cell, at the given level and above,
 * as long as SYSREG_TRAPS is 0. So are writes of some of the bits, where nobody can trap them: of VBAR_ELx. Undefined where neither is.
 */
export function plainRegister(
  op0: number,
  op1: number,
  CRn: number,
  CRm: number,
  op2: number,
): PlainRegister | undefined {
  const encoding = { op0, op1, CRn, CRm, op2 };
  const word = (((op0 & 1) << 14) | (op1 << 11) | (CRn << 7) | (CRm << 3) | op2) << 5;
  const row = readable[keyOf(word)] ?? writable[keyOf(word)];
  if (row === undefined || row.cell === undefined) return undefined;
  const isStackPointer = row.register.name === 'SP_EL0';
  if (row.trap !== undefined && !coveredTraps.has(row.trap) && !isStackPointer) return undefined;
  const { mask } = row.cell;
  const isWhole = row.maskLow === -1 && row.maskHigh === -1;
  const read = row.read === undefined ? registerToRead(encoding)?.read : undefined;
  const writes = row.write === undefined && row.written === undefined && (isWhole || row.trap === undefined);
  const write = writes ? registerToWrite(encoding)?.write : undefined;
  return read === undefined && write === undefined ? undefined : { cell: row.cell, read, write, mask };
}
