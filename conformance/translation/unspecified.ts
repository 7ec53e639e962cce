/** What the comparison leaves out, with the reasons. */

const ATTRIBUTES = 56n;
const PAR_PTW = 1n << 8n;
const PAR_LEVEL = 3n << 1n;
const ESR_S1PTW = 1n << 7n;
const DATA_ABORT_SAME_LEVEL = 0x25;

const exceptionClass = (syndrome: bigint): number => Number(syndrome >> 26n) & 63;

/** PAR_EL1, ESR_EL2, FAR_EL2, HPFAR_EL2 of a translation, without what need not agree. */
export function comparable([par, esr, far, hpfar]: bigint[], operation: string): bigint[] {
  // An external abort on stage 2's walk during stage 1's: the same.
  const isWalk = exceptionClass(esr) === DATA_ABORT_SAME_LEVEL && (esr & ESR_S1PTW) !== 0n;
  return [comparablePar(par, operation.startsWith('S12')), isWalk ? esr & ~3n : esr, far, hpfar];
}

function comparablePar(par: bigint, bothStages: boolean): bigint {
  // A stage 2 fault on the walk of stage 1 is one of stage 2's level; QEMU 7.2 reports stage 1's.
  if ((par & 1n) !== 0n) return (par & PAR_PTW) === 0n ? par : par & ~PAR_LEVEL;
  const attributes = Number(par >> ATTRIBUTES);
  // PAR_EL1.SH is 0b10 for Device and Non-cacheable memory by the manual; QEMU 7.2 gives the descriptor's.
  const outerShareable = (attributes & 0xf0) === 0 || attributes === 0x44;
  const value = outerShareable ? (par & ~0x180n) | 0x100n : par;
  // Device memory of stage 1 that is Normal Non-cacheable in stage 2 becomes nGnRE on QEMU 7.2; it keeps its type.
  return bothStages && (attributes & 0xf0) === 0 ? value & ~(0xcn << ATTRIBUTES) : value;
}
