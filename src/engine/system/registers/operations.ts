/** The operations of SYS: address translation, cache and TLB maintenance. Arm ARM C5.3 to C5.5, D4.4, D5.10. */
import { systemOperations } from '../../../isa/index.js';
import { SECURE_SPACE } from '../../bus.js';
import type { Regime } from '../environment.js';
import { highHalf, lowHalf } from '../halves.js';
import { R } from '../stored-registers.js';
import { ISS_CACHE_MAINTENANCE, ISS_WRITE, trappedSystem } from '../exceptions/syndrome.js';
import type { System } from '../system.js';
import { FaultStatus, type Access, type Translation } from '../translation.js';
import { traps, type Trap } from './traps.js';
import { unallocated } from './unallocated.js';

interface Operation {
  readonly level: number;
  readonly trap: Trap | undefined;
  /** Acts on the value of Xt. */
  readonly run: (system: System, low: number, high: number) => void;
}

const HCR_FB = 1 << 9;

/** What an abort of a cache maintenance or address translation instruction says. */
const MAINTENANCE = ISS_CACHE_MAINTENANCE | ISS_WRITE;

// Address translation.

function addressTranslation(name: string): Operation['run'] {
  const [, stages, el, kind] = /^S(12?)E(\d)([RW])$/.exec(name) ?? [];
  const access: Access = kind === 'W' ? 'write' : 'read';
  const level = Number(el);
  return (system, low, high) => {
    const result = system.mmu.translate(low, high, access, level, stages === '1' ? 1 : 2);
    if (result.fault && isException(system, result)) {
      system.abort(result, low, high, MAINTENANCE);
      return;
    }
    const [parLow, parHigh] = result.fault ? faultedPar(result) : translatedPar(result);
    system.state.set64(R.PAR_EL1, parLow, parHigh);
  };
}

/** External aborts are exceptions, and so, below EL2, are stage 2 faults on the walk of stage 1. */
function isException(system: System, result: Translation): boolean {
  if ((result.status & ~3) === FaultStatus.ExternalOnWalk) return true;
  return result.onWalk && system.pstate.el < 2;
}

/** PAR_EL1 after a translation: ATTR, PA, a bit that reads 1, NS, SH. */
function translatedPar(result: Translation): [low: number, high: number] {
  const physical = result.physical % SECURE_SPACE;
  const nonSecure = result.secure ? 0 : 1 << 9;
  const low = (lowHalf(physical) & ~0xfff) | (1 << 11) | nonSecure | (result.shareability << 7);
  return [low, highHalf(physical) | (result.attributes << 24)];
}

/** PAR_EL1 after a fault: a bit that reads 1, S (stage 2), PTW, FST, F. */
function faultedPar(result: Translation): [low: number, high: number] {
  const stage = (result.stage2 ? 1 << 9 : 0) | (result.onWalk ? 1 << 8 : 0);
  return [(1 << 11) | stage | (result.status << 1) | 1, 0];
}

// Caches. Memory has no caches here, and decoded code follows every store by itself, so only faults and traps show.

/**
 * By address: needs to be allowed to read from EL0 on, DC IVAC to write. Who changes code does this for each piece of it, so
 * what is known of the page is not looked up in the tables again.
 */
function byAddress(access: 'read' | 'write'): Operation['run'] {
  return (system, low, high) => {
    if (access === 'read' && system.environment.isReadable(low, high)) return;
    const { el } = system.pstate;
    const result = system.mmu.translate(low, high, access, el);
    if (!result.fault) return;
    const isPermission = (result.status & ~3) === FaultStatus.Permission;
    if (!isPermission || el === 0 || access === 'write' || result.stage2)
      system.abort(result, low, high, MAINTENANCE);
  };
}

const nothing = () => undefined;

const cacheRules: Readonly<Record<string, { trap: Trap | undefined; run: Operation['run'] }>> = {
  'IC IALLU': { trap: traps.toUnification, run: nothing },
  'IC IALLUIS': { trap: traps.toUnification, run: nothing },
  'IC IVAU': { trap: traps.toUnification, run: byAddress('read') },
  'DC CVAU': { trap: traps.toUnification, run: byAddress('read') },
  'DC IVAC': { trap: traps.toCoherency, run: byAddress('write') },
  'DC CVAC': { trap: traps.toCoherency, run: byAddress('read') },
  'DC CIVAC': { trap: traps.toCoherency, run: byAddress('read') },
  'DC ISW': { trap: traps.bySetWay, run: nothing },
  'DC CSW': { trap: traps.bySetWay, run: nothing },
  'DC CISW': { trap: traps.bySetWay, run: nothing },
};

// TLBs. Cached translations have an ASID but no VMID: operations that select by it drop them all.

function regimeOf(name: string): Regime {
  if (name.includes('E3')) return 'el3';
  return name.includes('E2') && !name.startsWith('IPAS2') ? 'el2' : 'el1';
}

function tlbInvalidation(name: string): Operation['run'] {
  const regime = regimeOf(name);
  const byVirtualAddress = /^VAA?L?E[123]/.test(name);
  const byAsid = name.startsWith('ASIDE1');
  return (system, low, high) => {
    const { environment } = system;
    const shared = name.endsWith('IS') || (system.pstate.hypervisorControl & HCR_FB) !== 0;
    if (byAsid) {
      environment.flushTlbAsid(high >>> 16, shared);
    } else if (byVirtualAddress) {
      // Bits 43:0 of the argument are bits 55:12 of the address, which is sign-extended.
      const upper = (low >>> 20) | (high << 12);
      environment.flushTlbPage(regime, low << 12, (upper << 8) >> 8, shared);
    } else {
      environment.flushTlb(regime, shared);
    }
  };
}

function rules(instruction: string, name: string): Pick<Operation, 'trap' | 'run'> | undefined {
  if (instruction === 'AT') return { trap: undefined, run: addressTranslation(name) };
  if (instruction === 'TLBI') return { trap: traps.tlb, run: tlbInvalidation(name) };
  return cacheRules[`${instruction} ${name}`];
}

const keyOf = (op1: number, CRn: number, CRm: number, op2: number) =>
  (op1 << 11) | (CRn << 7) | (CRm << 3) | op2;

const operations = new Map<number, Operation>();
for (const { instruction, name, op1, CRn, CRm, op2, level } of systemOperations) {
  const rule = rules(instruction, name);
  if (rule !== undefined) operations.set(keyOf(op1, CRn, CRm, op2), { level, ...rule });
}

/** SYS (DC ZVA has a service of its own). */
export function performOperation(system: System, word: number): boolean {
  const operation = operations.get((word >>> 5) & 0x3fff);
  if (operation === undefined) return unallocated(system, word);
  if (system.pstate.el < operation.level) return system.undefined(word);
  const target = operation.trap === undefined ? 0 : operation.trap(system, true);
  if (target !== 0) return system.trap(target, trappedSystem(word));
  const register = word & 31;
  const { state } = system;
  const low = register === 31 ? 0 : state.xLow(register);
  const high = register === 31 ? 0 : state.xHigh(register);
  operation.run(system, low, high);
  if (!system.isEnded) {
    for (const each of system.listeners.all) each.operationDone(word, low, high);
  }
  return system.complete();
}
