/** The host services that meanings call (`ir/nodes.ts` says what each is), for the core that is executing. */
import { accessFlags } from './access-flags.js';
import { hostNames, type HostName } from './ir/nodes.js';
import { SCRATCH } from './layout.js';
import type { AccessContext, MemoryAccess } from './memory-access.js';
import type { CoreState } from './state.js';

/** What a service acts on. */
export interface ServiceContext extends AccessContext {
  readonly state: CoreState;
  readonly access: MemoryAccess;
  /** Current exception level. */
  readonly level: number;
}

/** Does a service, given its argument in halves. Whether the instruction completes normally. */
type Service = (core: ServiceContext, low: number, high: number) => boolean;

const byName: Readonly<Record<HostName, Service>> = {
  undefined: (core) => core.system.undefined(core.word()),
  exceptionGenerating: (core) => core.system.exceptionGenerating(core.word()),
  exceptionReturn: (core) => core.system.exceptionReturn(core.word()),
  system: (core) => core.system.system(core.word()),
  hint: (core) => core.system.hint(core.word()),
  floatingPointTrap: (core) => core.system.floatingPointTrap(),
  stackAlignment: (core) => core.system.stackAlignment(),
  alignmentFault: (core, low, high) => core.system.alignmentFault(low, high, isStore(core.word())),
  zeroBlock,
};

/** The services as generated code names them. */
export const services: readonly Service[] = hostNames.map((name) => byName[name]);

/** An access of 8 bytes, aligned to 8. */
const ZERO_EIGHT = accessFlags(8, {});
const SCRATCH_WORD = SCRATCH >> 2;

/** DC ZVA: 64 bytes of zero at the block that holds the address. */
function zeroBlock(core: ServiceContext, low: number, high: number): boolean {
  const { access, state, system, tlb } = core;
  const word = core.word();
  if (system.trapsZeroBlock(word)) return false;
  const block = low & ~63;
  let known = tlb.writable(core.level, block, high);
  if (known < 0 && access.fillTlb(core, block, high, ZERO_EIGHT, true))
    known = tlb.writable(core.level, block, high);
  if (known >= 0) {
    state.u8.fill(0, known, known + 64);
    return true;
  }
  if (!system.zeroBlock(word, low, high)) return false;
  for (let i = 0; i < 64; i += 8) {
    state.i32.fill(0, SCRATCH_WORD, SCRATCH_WORD + 2);
    if (!access.access(core, block + i, high, ZERO_EIGHT, true)) return false;
  }
  return true;
}

/** Bit 22 (L) of load/store exclusive and ordered encodings. */
function isStore(word: number): boolean {
  return (word & 0x0040_0000) === 0;
}
