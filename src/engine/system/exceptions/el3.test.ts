/** EL3: where exceptions go and come from, and what it keeps from the levels below. Values are QEMU 7.2's. */
import { describe, expect, it } from 'vitest';
import { registerNamed } from '../../../isa/index.js';
import { EL } from '../../layout.js';
import { Line } from './interrupts.js';
import { R } from '../stored-registers.js';
import { TestCore } from '../test-core.js';
import { FaultStatus } from '../translation.js';

const RESET = 0x4008_0000n;
const SMC = 0xd400_0003;
const HVC = 0xd400_0002;
const ERET = 0xd69f_03e0;
const WFI = 0xd503_207f;

// SCR_EL3.
const NS = 1n << 0n;
const IRQ = 1n << 1n;
const FIQ = 1n << 2n;
const EA = 1n << 3n;
const SMD = 1n << 7n;
const HCE = 1n << 8n;
const RW = 1n << 10n;
const ST = 1n << 11n;
const TWI = 1n << 12n;

/** A core with EL3 that has come to level `el` with SCR_EL3 as given. */
function coreAt(el: 0 | 1 | 2 | 3, scr: bigint, options: { el2?: boolean } = {}): TestCore {
  const core = new TestCore({ el3: true, ...options }, 3);
  core.state.put64(R.VBAR_EL1, 0x1_0000n);
  core.state.put64(R.VBAR_EL2, 0x2_0000n);
  core.state.put64(R.VBAR_EL3, 0x3_0000n);
  core.state.put64(R.HCR_EL2, 0x8000_0000n);
  write(core, 'SCR_EL3', scr);
  core.system.pstate.select(el, el !== 0);
  core.state.pc = RESET;
  return core;
}

function operands(name: string): number {
  const register = registerNamed(name);
  if (register === undefined) throw new Error(`no register ${name}`);
  const { op0, op1, CRn, CRm, op2 } = register;
  return (op0 << 19) | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
}
const mrs = (name: string): number => (0xd520_0000 | operands(name)) >>> 0;
function read(core: TestCore, name: string): bigint | undefined {
  return core.system.system(mrs(name)) ? core.state.x(0) : undefined;
}
function write(core: TestCore, name: string, value: bigint): void {
  core.state.setX(0, value);
  core.system.system((0xd500_0000 | operands(name)) >>> 0);
}
const level = (core: TestCore): number => core.state.low(EL);

describe('a core with EL3', () => {
  it('comes out of reset at EL3, in Secure state', () => {
    const core = new TestCore({ el3: true }, 3);
    expect(read(core, 'CurrentEL')).toBe(0xcn);
    expect(read(core, 'SCR_EL3')).toBe(0x30n);
    expect(read(core, 'SCTLR_EL3')).toBe(0xc5_0838n);
    expect(read(core, 'HCR_EL2')).toBe(0n);
    expect(core.system.pstate.secure).toBe(true);
  });

  it('is left in Non-secure state by firmware for a start below it', () => {
    const core = new TestCore({ el3: true }, 2);
    expect(core.state.get64(R.SCR_EL3)).toBe(0x531n);
    expect(core.state.get64(R.HCR_EL2)).toBe(0x8000_0000n);
    expect(core.system.pstate.secure).toBe(false);
    const withoutEl2 = new TestCore({ el2: false, el3: true }, 1);
    expect(withoutEl2.state.get64(R.SCR_EL3)).toBe(0x431n);
  });

  it.each([
    ['ID_AA64PFR0_EL1', true, 0x2222n],
    ['ID_AA64PFR0_EL1', false, 0x2022n],
    ['ID_PFR1_EL1', true, 0x1_1011n],
    ['ID_DFR0_EL1', true, 0x301_0066n],
    ['ID_AA64MMFR0_EL1', true, 0x1122n],
    ['PMCEID0_EL0', true, 0x2_0001n],
  ])('says in %s what QEMU’s says (EL2: %s)', (name, el2, value) => {
    expect(read(new TestCore({ el2, el3: true }, 3), name)).toBe(value);
  });

  it.each([
    ['SCR_EL3', true, 0x3fbfn],
    ['SCR_EL3', false, 0x3ebfn],
    ['SDER32_EL3', true, 0xffff_ffff_ffff_ffffn],
    ['MDCR_EL3', true, 0xffff_ffff_ffff_ffffn],
    ['AMAIR_EL3', true, 0n],
    ['AFSR0_EL3', true, 0n],
    ['ACTLR_EL3', true, 0n],
    ['HCR_EL2', true, 0x3_dfff_ffffn],
    ['HCR_EL2', false, 0n],
    ['TTBR0_EL2', false, 0n],
    ['SPSR_irq', false, 0n],
    ['VPIDR_EL2', false, 0x410f_d034n],
    ['SP_EL1', false, 0xffff_ffff_ffff_ffffn],
    ['IFSR32_EL2', false, 0xffff_ffff_ffff_ffffn],
  ])('keeps of %s (EL2: %s) %s', (name, el2, value) => {
    const core = new TestCore({ el2, el3: true }, 3);
    write(core, name, 0xffff_ffff_ffff_ffffn);
    expect(read(core, name)).toBe(value);
  });

  it('has its registers to itself', () => {
    const core = coreAt(2, NS | RW);
    expect(read(core, 'SCR_EL3')).toBeUndefined();
    expect(core.state.get64(R.ESR_EL2)).toBe(0x200_0000n);
    expect(core.calls.filter((call) => call.includes('implemented'))).toHaveLength(0);
  });
});

describe('SMC', () => {
  it.each([1, 2, 3] as const)('from EL%i goes to EL3, and returns behind it', (el) => {
    const core = coreAt(el, NS | RW);
    core.system.exceptionGenerating(SMC | (0x1234 << 5));
    expect(level(core)).toBe(3);
    expect(core.state.pc).toBe(0x3_0000n + (el === 3 ? 0x200n : 0x400n));
    expect(core.state.get64(R.ESR_EL3)).toBe(0x5e00_1234n);
    expect(core.state.get64(R.ELR_EL3)).toBe(RESET + 4n);
    expect(core.state.get64(R.SPSR_EL3)).toBe(BigInt(0x4000_03c1 + (el << 2)));
  });
  it('is UNDEFINED under SCR_EL3.SMD, trapped under HCR_EL2.TSC in Non-secure EL1 only', () => {
    const off = coreAt(1, NS | RW | SMD);
    off.system.exceptionGenerating(SMC);
    expect([level(off), off.state.get64(R.ESR_EL1)]).toEqual([1, 0x200_0000n]);
    const trapped = coreAt(1, NS | RW | SMD);
    trapped.state.put64(R.HCR_EL2, 0x8008_0000n);
    trapped.system.exceptionGenerating(SMC);
    expect([level(trapped), trapped.state.get64(R.ESR_EL2) >> 26n]).toEqual([2, 0x17n]);
    const secure = coreAt(1, RW);
    secure.state.put64(R.HCR_EL2, 0x8008_0000n);
    secure.system.exceptionGenerating(SMC);
    expect(level(secure)).toBe(3);
  });
});

it.each([
  ['HVC from Non-secure EL1', 1, NS | RW | HCE, 2],
  ['HVC without SCR_EL3.HCE', 1, NS | RW, 1],
  ['HVC from Secure EL1', 1, RW | HCE, 1],
  ['HVC from EL3', 3, RW | HCE, 3],
] as const)('%s', (_what, from, scr, to) => {
  const core = coreAt(from, scr);
  core.system.exceptionGenerating(HVC);
  expect(level(core)).toBe(to);
});

describe('ERET from EL3', () => {
  it.each([
    ['EL2', 0x3c9, NS | RW, 2],
    ['EL1', 0x3c5, NS | RW, 1],
    ['EL3', 0x3cd, NS | RW, 3],
    ['Secure EL1', 0x3c5, RW, 1],
    ['EL0', 0x3c0, RW, 0],
  ] as const)('goes to %s', (_to, spsr, scr, el) => {
    const core = coreAt(3, scr);
    core.state.put64(R.SPSR_EL3, BigInt(spsr));
    core.state.put64(R.ELR_EL3, 0x1234n);
    core.system.exceptionReturn(ERET);
    expect([level(core), core.system.pstate.illegal, core.state.pc]).toEqual([el, false, 0x1234n]);
  });
  it.each([
    ['EL2 in Secure state', 0x3c9, RW],
    ['EL2, which is AArch32', 0x3c9, NS],
    ['AArch32', 0x1d3, NS | RW],
  ])('does not go to %s', (_to, spsr, scr) => {
    const core = coreAt(3, scr);
    core.state.put64(R.SPSR_EL3, BigInt(spsr));
    core.system.exceptionReturn(ERET);
    expect([level(core), core.system.pstate.illegal]).toEqual([3, true]);
  });
});

describe('interrupts', () => {
  it.each([
    ['IRQ', Line.Irq, NS | RW | IRQ, 1, 3, 0x480n],
    ['IRQ', Line.Irq, NS | RW | FIQ, 1, 1, 0x280n],
    ['FIQ', Line.Fiq, NS | RW | FIQ, 2, 3, 0x500n],
    ['FIQ', Line.Fiq, RW | FIQ, 1, 3, 0x500n],
  ])('%s (line %i, SCR_EL3 %s) from EL%i goes to EL%i', (_name, line, scr, from, to, vector) => {
    const core = coreAt(from as 1 | 2, scr);
    core.system.pstate.daif = to === 1 ? 0 : 0x3c0;
    expect(core.system.takeInterrupts(line)).toBe(true);
    expect([level(core), core.state.pc]).toEqual([to, BigInt(to) * 0x1_0000n + vector]);
  });
  it('are masked by PSTATE at EL3, and never taken there for a lower level', () => {
    const core = coreAt(3, NS | RW | FIQ);
    expect(core.system.takeInterrupts(Line.Fiq)).toBe(false);
    core.system.pstate.daif = 0;
    expect(core.system.takeInterrupts(Line.Irq)).toBe(false);
    expect(core.system.takeInterrupts(Line.Fiq)).toBe(true);
    expect(core.state.pc).toBe(0x3_0300n);
  });
});

describe('traps to EL3', () => {
  it('take CPACR_EL1 and CPTR_EL2 by CPTR_EL3.TCPAC', () => {
    for (const [name, el] of [
      ['CPACR_EL1', 1],
      ['CPTR_EL2', 2],
    ] as const) {
      const core = coreAt(el, NS | RW);
      core.state.put64(R.CPTR_EL3, 1n << 31n);
      expect(read(core, name)).toBeUndefined();
      expect([level(core), core.state.get64(R.ESR_EL3) >> 26n]).toEqual([3, 0x18n]);
    }
  });
  it('take floating point at every level by CPTR_EL3.TFP', () => {
    const core = coreAt(3, NS | RW);
    core.state.put64(R.CPTR_EL3, 1n << 10n);
    core.system.floatingPointTrap();
    expect([level(core), core.state.get64(R.ESR_EL3)]).toEqual([3, 0x1fe0_0000n]);
  });
  it('take debug and performance monitor registers by MDCR_EL3', () => {
    for (const [name, bit] of [
      ['MDSCR_EL1', 9n],
      ['OSLSR_EL1', 10n],
      ['PMCR_EL0', 6n],
    ] as const) {
      const core = coreAt(2, NS | RW);
      core.state.put64(R.MDCR_EL3, 1n << bit);
      expect(read(core, name)).toBeUndefined();
      expect(level(core)).toBe(3);
    }
  });
  it('take WFI by SCR_EL3.TWI', () => {
    const core = coreAt(1, NS | RW | TWI);
    core.system.hint(WFI);
    expect([level(core), core.state.get64(R.ESR_EL3)]).toEqual([3, 0x7e0_0000n]);
  });
  it('take external aborts by SCR_EL3.EA', () => {
    const core = coreAt(1, NS | RW | EA);
    core.system.externalDataAbort(0x1000, 0, false);
    expect([level(core), core.state.get64(R.ESR_EL3)]).toEqual([3, 0x9200_0010n]);
  });
  // Arm ARM, AArch64.DataAbort(): SCR_EL3.EA goes before the stage. QEMU 7.2 does not heed it.
  it.each([
    [3, R.ESR_EL3, NS | RW | EA],
    [2, R.ESR_EL2, NS | RW],
  ] as const)('take those on a walk of stage 2 too, which go to EL%i', (target, esr, scr) => {
    const core = coreAt(1, scr);
    const { state, system } = core;
    state.put64(R.HCR_EL2, 0x8000_0001n);
    // 40-bit addresses, from level 1; nothing is at the tables.
    state.put64(R.VTCR_EL2, 0x8002_3558n);
    state.put64(R.VTTBR_EL2, 0xff_0000_0000n);
    const fault = system.translate(0x1000, 0, 'read', 1);
    expect(fault).toMatchObject({ fault: true, stage2: true, status: FaultStatus.ExternalOnWalk | 1 });
    system.dataAbort(fault, 0x1000, 0, false, 0xf940_0020);
    expect([level(core), state.get64(esr) >> 26n, state.get64(R.HPFAR_EL2)]).toEqual([target, 0x24n, 0n]);
  });
  it('take the secure timer from Secure EL1 until SCR_EL3.ST is set; elsewhere it is UNDEFINED', () => {
    const trapped = coreAt(1, RW);
    expect(read(trapped, 'CNTPS_CTL_EL1')).toBeUndefined();
    expect(level(trapped)).toBe(3);
    expect(read(coreAt(1, RW | ST), 'CNTPS_CTL_EL1')).toBe(0n);
    expect(read(coreAt(3, RW), 'CNTPS_CTL_EL1')).toBe(0n);
    const nonSecure = coreAt(1, NS | RW | ST);
    expect(read(nonSecure, 'CNTPS_CTL_EL1')).toBeUndefined();
    expect([level(nonSecure), nonSecure.state.get64(R.ESR_EL1)]).toEqual([1, 0x200_0000n]);
  });
});

describe('EL2 in Secure state', () => {
  it('configures nothing below EL3', () => {
    const core = coreAt(1, RW);
    core.state.put64(R.HCR_EL2, 0x8000_0000n | (1n << 30n) | (1n << 26n) | (1n << 4n));
    core.state.put64(R.VPIDR_EL2, 0x77n);
    core.system.pstate.daif = 0;
    expect(read(core, 'SCTLR_EL1')).toBe(0xc5_0838n);
    expect(read(core, 'MIDR_EL1')).toBe(0x410f_d034n);
    core.system.takeInterrupts(Line.Irq);
    expect(level(core)).toBe(1);
  });
  it('comes and goes with SCR_EL3.NS, and translations below EL3 with it', () => {
    const core = coreAt(3, RW);
    core.calls.length = 0;
    write(core, 'SCR_EL3', RW | NS);
    expect(core.system.pstate.el2Enabled).toBe(true);
    expect(core.calls).toContain('flushTlb belowEl3');
  });
});

describe('address translation at EL3', () => {
  const at = (core: TestCore, word: number, address: bigint): void => {
    core.state.setX(0, address);
    core.system.system(word);
  };
  const S1E3R = 0xd50e_7800;
  const S12E1R = 0xd50c_7880;

  it('says in PAR_EL1.NS which physical address space it leads to', () => {
    const core = coreAt(3, NS | RW);
    at(core, S1E3R, 0x1234_5000n);
    expect(core.state.get64(R.PAR_EL1)).toBe(0x1234_5900n);
    at(core, S12E1R, 0x1234_5000n);
    expect(core.state.get64(R.PAR_EL1)).toBe(0x1234_5b00n);
  });

  it('takes an abort on the walk of stage 2 itself', () => {
    const core = coreAt(3, NS | RW);
    core.state.put64(R.HCR_EL2, 0x8000_0001n);
    core.state.put64(R.VTCR_EL2, 0x8002_3559n);
    core.state.put64(R.VTTBR_EL2, 0x1000n);
    at(core, S12E1R, 0x1234_5000n);
    // External abort at level 1, CM and WnR, from the same level.
    expect([level(core), core.state.get64(R.ESR_EL3)]).toEqual([3, 0x9600_0155n]);
  });
});

describe('Performance Monitors in Secure state', () => {
  const CYCLES = 0x11n;
  const SPME = 1n << 17n;
  /** [event counter 0, cycle counter] after 100 ns at a level. */
  function counted(el: 1 | 3, scr: bigint, mdcr: bigint, pmcr: bigint, filter = 0n): (bigint | undefined)[] {
    const core = coreAt(3, scr);
    write(core, 'MDCR_EL3', mdcr);
    write(core, 'PMEVTYPER0_EL0', CYCLES | filter);
    write(core, 'PMCCFILTR_EL0', filter);
    write(core, 'PMCNTENSET_EL0', 0x8000_0001n);
    core.system.pstate.select(el, true);
    write(core, 'PMCR_EL0', pmcr | 1n);
    core.time += 100;
    return [read(core, 'PMEVCNTR0_EL0'), read(core, 'PMCCNTR_EL0')];
  }
  const DP = 1n << 5n;
  it.each([
    ['events are not counted at EL3', counted(3, NS | RW, 0n, 0n), [0n, 100n]],
    ['nor cycles, where PMCR_EL0.DP says so', counted(3, NS | RW, 0n, DP), [0n, 0n]],
    ['MDCR_EL3.SPME allows it', counted(3, NS | RW, SPME, DP), [100n, 100n]],
    ['Secure EL1 is no other', counted(1, RW, 0n, 0n), [0n, 100n]],
    ['Non-secure EL1 is', counted(1, NS | RW, 0n, 0n), [100n, 100n]],
    ['P alone leaves EL3 out', counted(3, RW, SPME, 0n, 1n << 31n), [0n, 0n]],
    ['P and M do not', counted(3, RW, SPME, 0n, (1n << 31n) | (1n << 26n)), [100n, 100n]],
    [
      'P leaves Secure EL1 out whatever NSK says',
      counted(1, RW, SPME, 0n, (1n << 31n) | (1n << 29n)),
      [0n, 0n],
    ],
  ])('%s', (_what, found, expected) => {
    expect(found).toEqual(expected);
  });
});
