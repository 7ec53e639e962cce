/** MRS, MSR, SYS and SYSL of what does not exist. */
import { genericName } from '../../../isa/index.js';
import { trappedSystem } from '../exceptions/syndrome.js';
import type { System } from '../system.js';

const HCR_TIDCP = 1 << 20;

/**
 * A register or operation that is not implemented at any level: UNDEFINED, and worth a note. In the space of
 * IMPLEMENTATION DEFINED ones (CRn 11 and 15), HCR_EL2.TIDCP traps first.
 */
export function unallocated(system: System, word: number): false {
  const { pstate, environment } = system;
  const CRn = (word >>> 12) & 15;
  const isTrapped =
    pstate.el === 1 && (CRn === 11 || CRn === 15) && (pstate.hypervisorControl & HCR_TIDCP) !== 0;
  if (isTrapped) return system.trap(2, trappedSystem(word));
  environment.log(`system register ${nameOf(word)} is not implemented: UNDEFINED at EL${pstate.el}`);
  return system.undefined(word);
}

function nameOf(word: number): string {
  return genericName({
    op0: (word >>> 19) & 3,
    op1: (word >>> 16) & 7,
    CRn: (word >>> 12) & 15,
    CRm: (word >>> 8) & 15,
    op2: (word >>> 5) & 7,
  });
}
