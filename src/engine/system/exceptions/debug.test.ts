import { describe, expect, it } from 'vitest';
import { R, storedRegisters } from '../stored-registers.js';
import { TestCore } from '../test-core.js';

const RESET = 0x4008_0000n;
const SS = 1n;
const KDE = 1n << 13n;
const MDE = 1n << 15n;
const NOP = 0xd503_201f;
const LDXR = 0xc85f_7c20;

function put(core: TestCore, name: string, value: bigint): void {
  const register = storedRegisters.get(name);
  if (register === undefined) throw new Error(`no register ${name}`);
  core.state.put64(register, value);
}

/** A core at EL1 with debug exceptions enabled from EL0. */
function debugged(mdscr: bigint): TestCore {
  const core = new TestCore({}, 1);
  core.state.put64(R.OSLSR_EL1, 8n);
  core.state.put64(R.MDSCR_EL1, mdscr);
  return core;
}

/** Returns to EL0 at the reset address with these SPSR bits. */
function enterEl0(core: TestCore, spsr = 0n): void {
  core.state.put64(R.SPSR_EL1, spsr);
  core.state.put64(R.ELR_EL1, RESET);
  core.system.returnFromException();
}

describe('software step', () => {
  it('runs one instruction and then takes the exception', () => {
    const core = debugged(SS);
    expect(core.system.needsSlowStepping()).toBe(false);
    enterEl0(core, 1n << 21n);
    expect(core.system.needsSlowStepping()).toBe(true);
    expect(core.system.beforeInstruction()).toBe(false);
    core.state.pc += 4n;
    core.time += 1;
    core.system.afterInstruction(NOP);
    expect(core.system.beforeInstruction()).toBe(true);
    expect(core.state.get64(R.ESR_EL1)).toBe(0xcb00_0022n);
    expect(core.state.get64(R.ELR_EL1)).toBe(RESET + 4n);
    expect(core.state.get64(R.SPSR_EL1)).toBe(0n);
    expect(core.system.needsSlowStepping()).toBe(false);
  });

  it('says that the stepped instruction was a load-exclusive', () => {
    const core = debugged(SS);
    enterEl0(core, 1n << 21n);
    core.system.beforeInstruction();
    core.system.afterInstruction(LDXR);
    core.system.beforeInstruction();
    expect(core.state.get64(R.ESR_EL1)).toBe(0xcb00_0062n);
  });

  it('comes before the first instruction when SPSR.SS is 0, with no valid syndrome', () => {
    const core = debugged(SS);
    enterEl0(core);
    expect(core.system.beforeInstruction()).toBe(true);
    expect(core.state.get64(R.ESR_EL1)).toBe(0xca00_0022n);
  });

  it('counts SVC as done, but not an instruction that faults', () => {
    const core = debugged(SS);
    enterEl0(core, 1n << 21n);
    core.system.beforeInstruction();
    core.system.exceptionGenerating(0xd400_0001);
    core.system.afterInstruction(0xd400_0001);
    expect(core.state.get64(R.SPSR_EL1)).toBe(0n);
    enterEl0(core, 1n << 21n);
    core.system.beforeInstruction();
    core.system.undefined(0);
    core.system.afterInstruction(0);
    expect(core.state.get64(R.SPSR_EL1)).toBe(1n << 21n);
  });

  it('needs KDE and PSTATE.D clear at EL1, and the OS lock open', () => {
    const core = debugged(SS);
    core.system.pstate.daif = 0;
    expect(core.system.needsSlowStepping()).toBe(false);
    core.state.put64(R.MDSCR_EL1, SS | KDE);
    expect(core.system.needsSlowStepping()).toBe(true);
    core.system.pstate.daif = 0x200;
    expect(core.system.needsSlowStepping()).toBe(false);
    core.system.pstate.daif = 0;
    core.state.put64(R.OSLSR_EL1, 0xan);
    expect(core.system.needsSlowStepping()).toBe(false);
  });
});

describe('breakpoints', () => {
  /** E, PMC 0b10 (EL0), BAS 0b1111. */
  const AT_EL0 = 1n | (2n << 1n) | (0xfn << 5n);

  it('hit before their instruction', () => {
    const core = debugged(MDE);
    put(core, 'DBGBVR3_EL1', RESET + 4n);
    put(core, 'DBGBCR3_EL1', AT_EL0);
    enterEl0(core);
    expect(core.system.needsSlowStepping()).toBe(true);
    expect(core.system.beforeInstruction()).toBe(false);
    core.state.pc = RESET + 4n;
    expect(core.system.beforeInstruction()).toBe(true);
    expect(core.state.get64(R.ESR_EL1)).toBe(0xc200_0022n);
    expect(core.state.get64(R.ELR_EL1)).toBe(RESET + 4n);
  });

  it('can be linked to a context', () => {
    const core = debugged(MDE);
    put(core, 'DBGBVR0_EL1', RESET);
    put(core, 'DBGBCR0_EL1', AT_EL0 | (1n << 20n) | (5n << 16n));
    put(core, 'DBGBVR5_EL1', 77n);
    put(core, 'DBGBCR5_EL1', AT_EL0 | (3n << 20n));
    core.state.put64(R.CONTEXTIDR_EL1, 76n);
    enterEl0(core);
    expect(core.system.beforeInstruction()).toBe(false);
    core.state.put64(R.CONTEXTIDR_EL1, 77n);
    expect(core.system.beforeInstruction()).toBe(true);
  });
});

describe('watchpoints', () => {
  /** E, PAC 0b10 (EL0), stores only, bytes 4 to 7. */
  const STORES = 1n | (2n << 1n) | (2n << 3n) | (0xf0n << 5n);

  it('hit by the bytes, the kind and the level of an access', () => {
    const core = debugged(MDE);
    put(core, 'DBGWVR1_EL1', 0x12_3000n);
    put(core, 'DBGWCR1_EL1', STORES);
    enterEl0(core);
    const { system } = core;
    expect(system.watchesPage(0x12_3ff0, 0)).toBe(true);
    expect(system.watchesPage(0x12_4000, 0)).toBe(false);
    expect(system.checkWatchpoint(0x12_3004, 0, 4, false, 0)).toBe(false);
    expect(system.checkWatchpoint(0x12_3000, 0, 4, true, 0)).toBe(false);
    expect(system.checkWatchpoint(0x12_3002, 0, 4, true, 0)).toBe(true);
    expect(core.state.get64(R.ESR_EL1)).toBe(0xd200_0062n);
    expect(core.state.get64(R.FAR_EL1)).toBe(0x12_3004n);
  });

  it('are hit by accesses that begin before them, 4 GiB below included', () => {
    const core = debugged(MDE);
    put(core, 'DBGWVR1_EL1', 0x1_0000_0000n);
    put(core, 'DBGWCR1_EL1', 1n | (2n << 1n) | (2n << 3n) | (0x3n << 5n));
    enterEl0(core);
    expect(core.system.checkWatchpoint(-8, 0, 8, true, 0)).toBe(false);
    expect(core.system.checkWatchpoint(-7, 0, 8, true, 0)).toBe(true);
    expect(core.state.get64(R.FAR_EL1)).toBe(0x1_0000_0000n);
  });

  it('have their pages watched while debug exceptions are disabled', () => {
    const core = debugged(MDE);
    put(core, 'DBGWVR1_EL1', 0x12_3000n);
    put(core, 'DBGWCR1_EL1', STORES | (1n << 1n));
    expect(core.system.checkWatchpoint(0x12_3004, 0, 4, true, 1)).toBe(false);
    expect(core.system.watchesPage(0x12_3000, 0)).toBe(true);
  });

  it('cover a range by MASK', () => {
    const core = debugged(MDE);
    put(core, 'DBGWVR0_EL1', 0x12_0000n);
    put(core, 'DBGWCR0_EL1', 1n | (2n << 1n) | (3n << 3n) | (0xffn << 5n) | (16n << 24n));
    enterEl0(core);
    expect(core.system.watchesPage(0x12_f000, 0)).toBe(true);
    expect(core.system.checkWatchpoint(0x12_fffe, 0, 8, false, 0)).toBe(true);
    expect(core.state.get64(R.ESR_EL1)).toBe(0xd200_0022n);
  });
});
