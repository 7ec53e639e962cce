/**
 * The registers of a thread by number and name, in the groups and the order of GDB's target descriptions for AArch64
 * ("Standard Target Features" in GDB's manual), with all system registers that the engine has behind them.
 */
import type { Machine } from '../machine/index.js';
import { systemRegisters, type RegisterField } from '../isa/index.js';

export interface RegisterInfo {
  /** By which packets call it. */
  readonly number: number;
  readonly name: string;
  readonly bits: 32 | 64 | 128;
  readonly group: 'core' | 'fpu' | 'system';
  /** Named parts, the highest first. */
  readonly fields: readonly RegisterField[];
}

/** The registers of one thread. Values are unsigned numbers. */
export interface RegisterValues {
  /** Undefined for one that is not known. */
  read(register: RegisterInfo): bigint | undefined;
  /** Those of some registers at once. */
  readAll(registers: readonly RegisterInfo[]): readonly (bigint | undefined)[];
  /** False for one that cannot be written. */
  write(register: RegisterInfo, value: bigint): boolean;
}

/** PSTATE as SPSR has it. */
const pstateFields: readonly RegisterField[] = [
  ...(['N', 'Z', 'C', 'V'] as const).map((name, i) => ({ name, lsb: 31 - i, width: 1 })),
  { name: 'SS', lsb: 21, width: 1 },
  { name: 'IL', lsb: 20, width: 1 },
  ...(['D', 'A', 'I', 'F'] as const).map((name, i) => ({ name, lsb: 9 - i, width: 1 })),
  { name: 'EL', lsb: 2, width: 2 },
  { name: 'SP', lsb: 0, width: 1 },
];

type Row = Omit<RegisterInfo, 'number'>;
const numbered = (count: number, row: (i: number) => Row): Row[] =>
  Array.from({ length: count }, (_, i) => row(i));
const plain = (name: string, bits: RegisterInfo['bits'], group: RegisterInfo['group']): Row => ({
  name,
  bits,
  group,
  fields: [],
});

const standard: readonly Row[] = [
  ...numbered(31, (i) => plain(`x${i}`, 64, 'core')),
  plain('sp', 64, 'core'),
  plain('pc', 64, 'core'),
  { ...plain('cpsr', 32, 'core'), fields: pstateFields },
  ...numbered(32, (i) => plain(`v${i}`, 128, 'fpu')),
  plain('fpsr', 32, 'fpu'),
  plain('fpcr', 32, 'fpu'),
];

/** These are among the standard ones. */
const known = ['FPSR', 'FPCR'];

/** All registers of a machine's cores. */
export function registersOf(machine: Machine): readonly RegisterInfo[] {
  const system = systemRegisters.filter(
    ({ name }) => !known.includes(name) && machine.systemRegister(0, name) !== undefined,
  );
  const rows = [
    ...standard,
    ...system.map(({ name, fields }): Row => ({ ...plain(name, 64, 'system'), fields })),
  ];
  return rows.map((row, number) => ({ ...row, number }));
}
