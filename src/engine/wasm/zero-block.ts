/** DC ZVA: done in line where it cannot trap and the TLB lets the block be written, else by the host. */
import { EL, SYSREG_TRAPS, TLB_TAG_WRITE } from '../layout.js';
import { R } from '../system/stored-registers.js';
import type { Code } from './code.js';
import { lookUp, pushHostAddress } from './guest-memory.js';
import type { Site } from './site.js';

/** Bytes of the block: DCZID_EL0. */
const BLOCK = 64;
/** SCTLR_EL1.DZE: EL0 may do it. */
const DZE_SHIFT = 14n;

/** Zeroes the block of the address (i64) that `push` pushes; `otherwise` has the host do it. */
export function emitZeroBlock(code: Code, site: Site, push: () => void, otherwise: () => void): void {
  const block = code.temporary('i64');
  push();
  code.i64(BigInt(-BLOCK));
  code.op('i64.and');
  code.set(block);
  const entry = lookUp(code, site, block, { bytes: 1, options: {} }, TLB_TAG_WRITE);
  pushMayNotTrap(code, site);
  code.op('i32.and');
  code.expect(true);
  code.if(() => {
    const host = code.temporary('i32');
    pushHostAddress(code, block, entry);
    code.set(host);
    for (let at = 0; at < BLOCK; at += 8) {
      code.get(host);
      code.i64(0n);
      code.access('i64.store', at);
    }
  }, otherwise);
}

/** Pushes whether it certainly does not trap: by what EL2 and EL3 control, or EL0 without SCTLR_EL1.DZE. */
function pushMayNotTrap(code: Code, site: Site): void {
  const { state } = site.context;
  state.pushCell(R.SCTLR_EL1);
  code.i64(DZE_SHIFT);
  code.op('i64.shr_u');
  code.op('i32.wrap_i64');
  code.i32(1);
  code.op('i32.and');
  state.pushCell(EL);
  code.op('i32.or');
  code.i32(0);
  code.op('i32.ne');
  state.pushCell(SYSREG_TRAPS);
  code.op('i32.eqz');
  code.op('i32.and');
}
