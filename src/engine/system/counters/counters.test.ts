import { describe, expect, it } from 'vitest';
import { registerNamed } from '../../../isa/index.js';
import { R } from '../stored-registers.js';
import { TestCore } from '../test-core.js';

function word(name: string, isRead: boolean): number {
  const register = registerNamed(name);
  if (register === undefined) throw new Error(`no register ${name}`);
  const { op0, op1, CRn, CRm, op2 } = register;
  const numbers = (op0 << 19) | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
  return ((isRead ? 0xd520_0000 : 0xd500_0000) | numbers) >>> 0;
}
function read(core: TestCore, name: string): bigint {
  core.system.system(word(name, true));
  return core.state.x(0);
}
function write(core: TestCore, name: string, value: bigint): void {
  core.state.setX(0, value);
  core.system.system(word(name, false));
}

describe('generic timers', () => {
  it('count 62.5 MHz of virtual time', () => {
    const core = new TestCore();
    core.time = 16_000_000_015;
    expect(read(core, 'CNTPCT_EL0')).toBe(1_000_000_000n);
    write(core, 'CNTVOFF_EL2', 400n);
    expect(read(core, 'CNTVCT_EL0')).toBe(999_999_600n);
    write(core, 'CNTVOFF_EL2', 1_000_000_001n);
    expect(read(core, 'CNTVCT_EL0')).toBe(0xffff_ffff_ffff_ffffn);
  });

  it.each([
    ['physical', 'CNTP_TVAL_EL0', 'CNTP_CTL_EL0', 'CNTP_CVAL_EL0'],
    ['virtual', 'CNTV_TVAL_EL0', 'CNTV_CTL_EL0', 'CNTV_CVAL_EL0'],
    ['hypervisor', 'CNTHP_TVAL_EL2', 'CNTHP_CTL_EL2', 'CNTHP_CVAL_EL2'],
  ] as const)('%s: TVAL sets CVAL; the line rises at the deadline', (line, value, control, compare) => {
    const core = new TestCore();
    core.time = 1600;
    write(core, value, 10n);
    expect(read(core, compare)).toBe(110n);
    expect(core.system.nextDeadline()).toBe(Infinity);
    write(core, control, 1n);
    expect(core.system.nextDeadline()).toBe(1760);
    expect(core.lines[line] ?? false).toBe(false);
    expect(read(core, control)).toBe(1n);
    core.time = 1760;
    core.system.updateLines(true);
    expect(core.lines[line]).toBe(true);
    expect(read(core, control)).toBe(5n);
    expect(core.system.nextDeadline()).toBe(Infinity);
    core.time = 1792;
    expect(read(core, value)).toBe(0xffff_fffen);
    write(core, control, 3n);
    expect(core.lines[line]).toBe(false);
    expect(read(core, control)).toBe(7n);
    write(core, control, 0n);
    expect(read(core, control)).toBe(0n);
  });

  it('heed CNTVOFF_EL2 in the virtual deadline', () => {
    const core = new TestCore();
    core.time = 160;
    write(core, 'CNTVOFF_EL2', 1000n);
    write(core, 'CNTV_CVAL_EL0', 5n);
    write(core, 'CNTV_CTL_EL0', 1n);
    // The virtual count is 10 - 1000, which as an unsigned number is beyond 5.
    expect(core.lines.virtual).toBe(true);
    write(core, 'CNTVOFF_EL2', 0n);
    write(core, 'CNTV_CVAL_EL0', 20n);
    expect(core.lines.virtual).toBe(false);
    expect(core.system.nextDeadline()).toBe(320);
  });

  it('never come to a deadline that virtual time does not reach', () => {
    const core = new TestCore();
    write(core, 'CNTP_CVAL_EL0', 0xffff_ffff_ffff_ffffn);
    write(core, 'CNTP_CTL_EL0', 1n);
    expect(core.lines.physical ?? false).toBe(false);
    expect(core.system.nextDeadline()).toBeGreaterThan(2 ** 53);
  });

  it('keep their lines over a snapshot, and let them fall later', () => {
    const core = new TestCore();
    write(core, 'CNTP_CVAL_EL0', 0n);
    write(core, 'CNTP_CTL_EL0', 1n);
    const snapshot = core.system.save();
    const other = new TestCore();
    other.state.u8.set(core.state.u8);
    delete other.lines.physical;
    other.system.load(snapshot);
    expect(other.lines.physical).toBeUndefined();
    write(other, 'CNTP_CTL_EL0', 3n);
    expect(other.lines.physical).toBe(false);
  });
});

describe('performance monitors', () => {
  const ENABLED = 1n;
  const CYCLES = 1n << 31n;

  it('count cycles while enabled', () => {
    const core = new TestCore({}, 1);
    write(core, 'PMCNTENSET_EL0', CYCLES);
    core.time = 100;
    expect(read(core, 'PMCCNTR_EL0')).toBe(0n);
    write(core, 'PMCR_EL0', ENABLED);
    core.time = 350;
    expect(read(core, 'PMCCNTR_EL0')).toBe(250n);
    write(core, 'PMCR_EL0', 0n);
    core.time = 1000;
    expect(read(core, 'PMCCNTR_EL0')).toBe(250n);
    write(core, 'PMCR_EL0', 4n);
    expect(read(core, 'PMCCNTR_EL0')).toBe(0n);
  });

  it('do not count at a level that the filter excludes', () => {
    const core = new TestCore({}, 1);
    write(core, 'PMCCFILTR_EL0', 1n << 31n);
    write(core, 'PMCNTENSET_EL0', CYCLES);
    write(core, 'PMCR_EL0', ENABLED);
    core.state.put64(R.SPSR_EL1, 0n);
    core.time = 100;
    core.system.returnFromException();
    core.time = 130;
    core.system.exceptionGenerating(0xd400_0001);
    core.time = 500;
    expect(read(core, 'PMCCNTR_EL0')).toBe(30n);
  });

  it('divide by 64, and keep the rest', () => {
    const core = new TestCore({}, 1);
    write(core, 'PMCNTENSET_EL0', CYCLES);
    write(core, 'PMCR_EL0', 9n);
    core.time = 100;
    expect(read(core, 'PMCCNTR_EL0')).toBe(1n);
    core.time = 128;
    expect(read(core, 'PMCCNTR_EL0')).toBe(2n);
  });

  it('count events and raise the interrupt when one overflows', () => {
    const core = new TestCore({}, 1);
    write(core, 'PMSELR_EL0', 2n);
    write(core, 'PMXEVTYPER_EL0', 8n);
    write(core, 'PMXEVCNTR_EL0', 0xffff_fff0n);
    write(core, 'PMINTENSET_EL1', 4n);
    write(core, 'PMCNTENSET_EL0', 4n);
    write(core, 'PMCR_EL0', ENABLED);
    expect(core.system.nextDeadline()).toBe(16);
    core.time = 16;
    core.system.updateLines(true);
    expect(core.lines.pmu).toBe(true);
    expect(read(core, 'PMOVSCLR_EL0')).toBe(4n);
    expect(read(core, 'PMEVCNTR2_EL0')).toBe(0n);
    write(core, 'PMOVSCLR_EL0', 4n);
    expect(core.lines.pmu).toBe(false);
  });

  it('count software increments', () => {
    const core = new TestCore({}, 1);
    write(core, 'PMCNTENSET_EL0', 1n);
    write(core, 'PMSWINC_EL0', 1n);
    write(core, 'PMCR_EL0', ENABLED);
    write(core, 'PMSWINC_EL0', 3n);
    expect(read(core, 'PMEVCNTR0_EL0')).toBe(1n);
  });
});
