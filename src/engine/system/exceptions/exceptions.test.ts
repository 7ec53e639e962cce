import { describe, expect, it } from 'vitest';
import { DAIF, EL, EXCLUSIVE_ADDRESS, SPSEL } from '../../layout.js';
import { R } from '../stored-registers.js';
import { TestCore } from '../test-core.js';
import { Line } from './interrupts.js';

const RESET = 0x4008_0000n;
const SVC = 0xd400_0001;
const HVC = 0xd400_0002;
const SMC = 0xd400_0003;
const BRK = 0xd420_0000;
const ERET = 0xd69f_03e0;
const WFI = 0xd503_207f;
const VBAR = 0x5_0000n;

/** A core whose vectors of EL1 and EL2 are at VBAR and twice that, in exception level `el`. */
function coreAt(el: 0 | 1 | 2, el2 = true): TestCore {
  const core = new TestCore({ el2 }, el);
  core.state.put64(R.VBAR_EL1, VBAR);
  core.state.put64(R.VBAR_EL2, 2n * VBAR);
  core.state.put64(R.CPACR_EL1, 3n << 20n);
  return core;
}

/** What an exception to `target` left behind. */
function taken(core: TestCore, target: 1 | 2) {
  const { state } = core;
  const [esr, elr, spsr] =
    target === 1 ? [R.ESR_EL1, R.ELR_EL1, R.SPSR_EL1] : [R.ESR_EL2, R.ELR_EL2, R.SPSR_EL2];
  return {
    pc: state.pc,
    el: state.low(EL),
    daif: state.low(DAIF),
    sp: state.low(SPSEL),
    esr: state.get64(esr),
    elr: state.get64(elr),
    spsr: state.get64(spsr),
  };
}

describe('exception entry', () => {
  it('takes SVC from EL0 to EL1, behind the instruction', () => {
    const core = coreAt(0);
    core.state.nzcv = 0xa000_0000;
    core.system.pstate.daif = 0x80;
    expect(core.system.exceptionGenerating(SVC | (0x123 << 5))).toBe(false);
    expect(taken(core, 1)).toEqual({
      pc: VBAR + 0x400n,
      el: 1,
      daif: 0x3c0,
      sp: 1,
      esr: 0x5600_0123n,
      elr: RESET + 4n,
      spsr: 0xa000_0080n,
    });
  });

  it('uses the vectors of SP_EL0 and SP_ELx at the same level', () => {
    const core = coreAt(1);
    core.system.exceptionGenerating(SVC);
    expect(core.state.pc).toBe(VBAR + 0x200n);
    core.system.pstate.select(1, false);
    core.system.exceptionGenerating(SVC);
    expect(core.state.pc).toBe(VBAR);
  });

  it('switches stack pointers', () => {
    const core = coreAt(0);
    core.state.sp = 0x1000n;
    core.state.put64(R.SP_EL1, 0x2000n);
    core.system.exceptionGenerating(SVC);
    expect(core.state.sp).toBe(0x2000n);
    expect(core.state.get64(R.SP_EL0)).toBe(0x1000n);
  });

  it('sends exceptions of EL0 to EL2 under HCR_EL2.TGE', () => {
    const core = coreAt(0);
    core.state.put64(R.HCR_EL2, 0x8800_0000n);
    core.system.exceptionGenerating(SVC);
    expect(taken(core, 2)).toMatchObject({ pc: 2n * VBAR + 0x400n, el: 2, esr: 0x5600_0000n });
  });

  it('takes HVC to EL2, and finds it undefined at EL0, without EL2 and under HCD', () => {
    let core = coreAt(1);
    core.system.exceptionGenerating(HVC | (7 << 5));
    expect(taken(core, 2)).toMatchObject({ pc: 2n * VBAR + 0x400n, esr: 0x5a00_0007n, elr: RESET + 4n });
    core = coreAt(0);
    core.system.exceptionGenerating(HVC);
    expect(taken(core, 1)).toMatchObject({ esr: 0x200_0000n, elr: RESET });
    core = coreAt(1, false);
    core.system.exceptionGenerating(HVC);
    expect(taken(core, 1)).toMatchObject({ esr: 0x200_0000n });
    core = coreAt(1);
    core.state.put64(R.HCR_EL2, 0xa000_0000n);
    core.system.exceptionGenerating(HVC);
    expect(taken(core, 1)).toMatchObject({ esr: 0x200_0000n });
  });

  it('offers HVC to the firmware first', () => {
    const core = coreAt(1, false);
    core.firmware = true;
    expect(core.system.exceptionGenerating(HVC)).toBe(false);
    expect(core.state.pc).toBe(RESET + 4n);
    expect(core.state.low(EL)).toBe(1);
  });

  it('finds SMC undefined without EL3 and without firmware in its place', () => {
    const core = coreAt(1);
    core.system.exceptionGenerating(SMC);
    expect(taken(core, 1)).toMatchObject({ esr: 0x200_0000n });
  });

  it('takes BRK at the instruction, to EL2 under MDCR_EL2.TDE', () => {
    const core = coreAt(1);
    core.system.exceptionGenerating(BRK | (0x800 << 5));
    expect(taken(core, 1)).toMatchObject({ esr: 0xf200_0800n, elr: RESET });
    const other = coreAt(1);
    other.state.put64(R.MDCR_EL2, 0x106n);
    other.system.exceptionGenerating(BRK);
    expect(taken(other, 2)).toMatchObject({ esr: 0xf200_0000n });
  });

  it('traps floating point by CPACR_EL1 and CPTR_EL2', () => {
    const core = coreAt(0);
    core.state.put64(R.CPACR_EL1, 1n << 20n);
    expect(core.system.floatingPointTrap()).toBe(false);
    expect(taken(core, 1)).toMatchObject({ esr: 0x1fe0_0000n, elr: RESET });
    const other = coreAt(1);
    other.state.put64(R.CPTR_EL2, 0x400n);
    other.system.floatingPointTrap();
    expect(taken(other, 2)).toMatchObject({ esr: 0x1fe0_0000n });
  });

  it('calls a supervisor in place of the vectors of EL1', () => {
    const core = coreAt(0);
    const vectors: number[] = [];
    core.system.supervisor = {
      exception: (vector) => {
        vectors.push(vector);
        core.system.returnFromException();
      },
    };
    core.system.exceptionGenerating(SVC);
    expect(vectors).toEqual([0x400]);
    expect(core.state.pc).toBe(RESET + 4n);
    expect(core.state.low(EL)).toBe(0);
  });
});

describe('aborts', () => {
  it('reports a data abort with its address', () => {
    const core = coreAt(0);
    core.state.put64(R.SCTLR_EL1, 1n);
    core.state.put64(R.TCR_EL1, (1n << 7n) | 25n);
    const fault = core.system.translate(0x5678, 0x12, 'write', 0);
    core.system.dataAbort(fault, 0x5678, 0x12, true, 0xf900_0020);
    expect(taken(core, 1)).toMatchObject({ esr: 0x9200_0044n, elr: RESET });
    expect(core.state.get64(R.FAR_EL1)).toBe(0x12_0000_5678n);
  });

  // The syndrome of `ldrsh w3, [x1, #2]`: halfword, signed, to 32 bits of X3.
  it('describes the instruction of a stage 2 data abort', () => {
    const core = coreAt(1);
    core.state.put64(R.HCR_EL2, 0x8000_0001n);
    core.state.put64(R.VTCR_EL2, 32n | (1n << 6n) | (2n << 16n));
    core.state.put64(R.VTTBR_EL2, 0x4000_0000n);
    const fault = core.system.translate(0x1002, 0, 'read', 1);
    core.system.dataAbort(fault, 0x1002, 0, false, 0x79c0_0423);
    expect(taken(core, 2)).toMatchObject({ esr: 0x9363_0005n });
    expect(core.state.get64(R.HPFAR_EL2)).toBe(0x10n);
    expect(core.state.get64(R.FAR_EL2)).toBe(0x1002n);
  });

  it('reports alignment faults and misaligned PC and SP', () => {
    let core = coreAt(1);
    core.system.alignmentFault(0x1001, 0, true);
    expect(taken(core, 1)).toMatchObject({ esr: 0x9600_0061n });
    core = coreAt(1);
    core.state.pc = 0x4008_0002n;
    core.system.pcAlignment();
    expect(taken(core, 1)).toMatchObject({ esr: 0x8a00_0000n, elr: 0x4008_0002n });
    expect(core.state.get64(R.FAR_EL1)).toBe(0x4008_0002n);
    core = coreAt(1);
    core.system.stackAlignment();
    expect(taken(core, 1)).toMatchObject({ esr: 0x9a00_0000n });
  });

  it('reports external aborts', () => {
    const core = coreAt(1);
    core.system.externalDataAbort(0x1000, 0, false);
    expect(taken(core, 1)).toMatchObject({ esr: 0x9600_0010n });
    const other = coreAt(0);
    other.system.externalInstructionAbort(0x1000, 0);
    expect(taken(other, 1)).toMatchObject({ esr: 0x8200_0010n });
  });
});

describe('exception return', () => {
  it('restores PSTATE and opens the exclusive monitor', () => {
    const core = coreAt(2);
    core.state.put64(R.SPSR_EL2, 0x6000_01c5n);
    core.state.put64(R.ELR_EL2, 0x1234n);
    core.state.put64(EXCLUSIVE_ADDRESS, 0x1000n);
    expect(core.system.exceptionReturn(ERET)).toBe(false);
    expect(core.state.low(EL)).toBe(1);
    expect(core.state.low(SPSEL)).toBe(1);
    expect(core.state.low(DAIF)).toBe(0x1c0);
    expect(core.state.nzcv >>> 0).toBe(0x6000_0000);
    expect(core.state.pc).toBe(0x1234n);
    expect(core.state.get64(EXCLUSIVE_ADDRESS)).toBe(0xffff_ffff_ffff_ffffn);
  });

  it.each([
    ['a higher level', 0x3c9n],
    ['AArch32', 0x1d3n],
    ['EL0 with SP_ELx', 0x3c1n],
    ['a reserved mode', 0x3c2n],
  ])('to %s is illegal: PSTATE.IL, then an Illegal Execution state exception', (_what, spsr) => {
    const core = coreAt(1);
    core.state.put64(R.SPSR_EL1, spsr);
    core.state.put64(R.ELR_EL1, 0x1234n);
    core.system.exceptionReturn(ERET);
    expect(core.state.low(EL)).toBe(1);
    expect(core.system.needsSlowStepping()).toBe(true);
    expect(core.system.beforeInstruction()).toBe(true);
    expect(taken(core, 1)).toMatchObject({ esr: 0x3a00_0000n, elr: 0x1234n, pc: VBAR + 0x200n });
    expect(core.state.get64(R.SPSR_EL1) & (1n << 20n)).not.toBe(0n);
    expect(core.system.needsSlowStepping()).toBe(false);
  });

  it('is undefined at EL0', () => {
    const core = coreAt(0);
    core.system.exceptionReturn(ERET);
    expect(taken(core, 1)).toMatchObject({ esr: 0x200_0000n });
  });
});

describe('interrupts', () => {
  it('are taken at EL1 unless PSTATE masks them', () => {
    const core = coreAt(1);
    expect(core.system.takeInterrupts(Line.Irq | Line.Fiq)).toBe(false);
    core.system.pstate.daif = 0x340;
    expect(core.system.takeInterrupts(Line.Irq | Line.Fiq)).toBe(true);
    expect(taken(core, 1)).toMatchObject({ pc: VBAR + 0x280n, elr: RESET });
  });

  it('take FIQ before IRQ', () => {
    const core = coreAt(0);
    core.system.pstate.daif = 0;
    core.system.takeInterrupts(Line.Irq | Line.Fiq);
    expect(core.state.pc).toBe(VBAR + 0x500n);
  });

  it('go to EL2 by HCR_EL2.IMO, whatever EL1 masks', () => {
    const core = coreAt(1);
    core.state.put64(R.HCR_EL2, 0x8000_0010n);
    expect(core.system.takeInterrupts(Line.Irq)).toBe(true);
    expect(taken(core, 2)).toMatchObject({ pc: 2n * VBAR + 0x480n });
    // At EL2 they are masked by PSTATE.I; one for EL1 waits.
    expect(core.system.takeInterrupts(Line.Irq)).toBe(false);
    core.state.put64(R.HCR_EL2, 0x8000_0000n);
    core.system.pstate.daif = 0;
    expect(core.system.takeInterrupts(Line.Irq)).toBe(false);
  });

  it('are virtual by HCR_EL2.VI', () => {
    const core = coreAt(1);
    core.state.put64(R.HCR_EL2, 0x8000_0090n);
    core.system.pstate.daif = 0;
    expect(core.system.wakes(0)).toBe(true);
    expect(core.system.takeInterrupts(0)).toBe(true);
    expect(core.state.pc).toBe(VBAR + 0x280n);
  });

  it('are taken right after the MSR that unmasks them', () => {
    const core = coreAt(1);
    core.interrupts = 1;
    // msr DAIFClr, #2
    expect(core.system.system(0xd503_42ff)).toBe(false);
    expect(taken(core, 1)).toMatchObject({ pc: VBAR + 0x280n, elr: RESET + 4n });
  });
});

describe('waiting', () => {
  it('suspends the core in WFI unless an interrupt is pending', () => {
    const core = coreAt(1);
    core.interrupts = 1;
    expect(core.system.hint(WFI)).toBe(true);
    core.interrupts = 0;
    expect(core.system.hint(WFI)).toBe(false);
    expect(core.calls).toContain('waitForInterrupt');
    expect(core.state.pc).toBe(RESET + 4n);
  });

  it('traps WFI by SCTLR_EL1.nTWI from EL0 and by HCR_EL2.TWI', () => {
    const core = coreAt(0);
    core.state.put64(R.SCTLR_EL1, 0n);
    core.system.hint(WFI);
    expect(taken(core, 1)).toMatchObject({ esr: 0x7e0_0000n, elr: RESET });
    const other = coreAt(1);
    other.state.put64(R.HCR_EL2, 0x8000_2000n);
    other.system.hint(WFI);
    expect(taken(other, 2)).toMatchObject({ esr: 0x7e0_0000n });
  });
});
