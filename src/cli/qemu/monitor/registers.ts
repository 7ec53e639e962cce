/** `info registers`: a core's registers as QEMU lays them out. */
import { inspectRegister, type Core } from '../../../engine/index.js';
import type { Machine } from '../../../machine/index.js';

const hex = (value: bigint, digits: number): string => value.toString(16).padStart(digits, '0');

export function* registerLines(machine: Machine, index: number): Generator<string> {
  const { cluster } = machine;
  yield '';
  yield `CPU#${index}`;
  yield* cluster.whileActive(index, () => coreLines(cluster.cores[index], machine.board.secure));
}

function coreLines(core: Core, hasSecureState: boolean): string[] {
  const { state, system } = core;
  const general = Array.from(
    { length: 31 },
    (_, i) => `X${String(i).padStart(2, '0')}=${hex(state.x(i), 16)}`,
  );
  const all = [` PC=${hex(state.pc, 16)}`, ...general, ` SP=${hex(state.sp, 16)}`];
  const rows = Array.from({ length: 11 }, (_, i) => all.slice(3 * i, 3 * i + 3).join(' '));
  const head = pstateText(core, hasSecureState);
  if (isFpDisabled(core)) return [...rows, `${head}    FPU disabled`];
  const control = (name: string): string => hex(inspectRegister(system, name) ?? 0n, 8);
  const vectors = Array.from({ length: 16 }, (_, i) => `${vector(core, 2 * i)} ${vector(core, 2 * i + 1)}`);
  return [...rows, `${head}     FPCR=${control('FPCR')} FPSR=${control('FPSR')}`, ...vectors];
}

function vector({ state }: Core, number: number): string {
  const value = state.v(number);
  return `Q${String(number).padStart(2, '0')}=${hex(value >> 64n, 16)}:${hex(BigInt.asUintN(64, value), 16)}`;
}

function pstateText({ system, level }: Core, hasSecureState: boolean): string {
  const pstate = system.pstate.spsr >>> 0;
  const flags = Array.from('NZCV', (letter, i) => ((pstate >>> (31 - i)) & 1 ? letter : '-')).join('');
  const isNonSecure = ((inspectRegister(system, 'SCR_EL3') ?? 1n) & 1n) === 1n;
  const world = !hasSecureState || level === 3 ? '' : isNonSecure ? 'NS ' : 'S ';
  return `PSTATE=${hex(BigInt(pstate), 8)} ${flags} ${world}EL${level}${pstate & 1 ? 'h' : 't'}`;
}

/** Whether an access to the floating-point registers would trap, by CPACR_EL1, CPTR_EL2 and CPTR_EL3. */
function isFpDisabled({ system, level }: Core): boolean {
  const bits = (name: string, lsb: bigint, width: bigint, absent: bigint): bigint =>
    ((inspectRegister(system, name) ?? absent << lsb) >> lsb) & ((1n << width) - 1n);
  const enable = bits('CPACR_EL1', 20n, 2n, 3n);
  if (level <= 1 && (enable === 0n || enable === 2n || (enable === 1n && level === 0))) return true;
  if (level <= 2 && bits('CPTR_EL2', 10n, 1n, 0n) === 1n) return true;
  return bits('CPTR_EL3', 10n, 1n, 0n) === 1n;
}
