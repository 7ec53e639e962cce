import { describe, expect, it } from 'vitest';
import { registerNamed, systemOperationNamed } from '../../../isa/index.js';
import { EL, SYSREG_TRAPS } from '../../layout.js';
import { R } from '../stored-registers.js';
import { TestCore } from '../test-core.js';
import { plainRegister } from './index.js';

const RESET = 0x4008_0000n;

function operands(name: string): number {
  const register = registerNamed(name) ?? systemOperationNamed(name);
  if (register === undefined) throw new Error(`no register or operation ${name}`);
  const { op0, op1, CRn, CRm, op2 } = register;
  return (op0 << 19) | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
}
const mrs = (name: string, rt = 0): number => (0xd520_0000 | operands(name) | rt) >>> 0;
const msr = (name: string, rt = 0): number => (0xd500_0000 | operands(name) | rt) >>> 0;
/** SYS by an operation's name, with X0. */
const sys = msr;

/** Executes a word at the address after reset. */
function execute(core: TestCore, word: number): boolean {
  core.state.pc = RESET;
  return core.system.system(word);
}
function read(core: TestCore, name: string): bigint {
  expect(execute(core, mrs(name))).toBe(true);
  return core.state.x(0);
}
function write(core: TestCore, name: string, value: bigint): boolean {
  core.state.setX(0, value);
  return execute(core, msr(name));
}

describe('identification', () => {
  // Read from QEMU 7.2, `-M virt,virtualization=on -cpu cortex-a53`.
  it.each([
    ['MIDR_EL1', 0x410f_d034n],
    ['MPIDR_EL1', 0x8000_0000n],
    ['ID_AA64DFR0_EL1', 0x1030_5106n],
    ['ID_AA64ISAR0_EL1', 0x1_1120n],
    ['ID_AA64MMFR1_EL1', 0n],
    ['ID_ISAR5_EL1', 0x1_1121n],
    ['CTR_EL0', 0x8444_8004n],
    ['CLIDR_EL1', 0xa20_0023n],
    ['CCSIDR_EL1', 0x700f_e01an],
    ['DCZID_EL0', 4n],
    ['PMCR_EL0', 0x4103_3000n],
    ['CNTFRQ_EL0', 62_500_000n],
    ['OSLSR_EL1', 0xan],
  ])('%s is that of a Cortex-A53', (name, value) => {
    expect(read(new TestCore(), name)).toBe(value);
  });

  it('says what is not implemented: AArch32, big-endian data', () => {
    expect(read(new TestCore(), 'ID_AA64PFR0_EL1')).toBe(0x111n);
    expect(read(new TestCore({ el2: false }), 'ID_AA64PFR0_EL1')).toBe(0x11n);
    expect(read(new TestCore(), 'ID_AA64MMFR0_EL1')).toBe(0x1022n);
  });

  it('has cores come out of reset at 0, wherever they were started', () => {
    const core = new TestCore({ el3: true }, 3);
    core.state.pc = 0x8_0000n;
    expect(read(core, 'RVBAR_EL3')).toBe(0n);
    const started = new TestCore();
    started.system.reset(0x4008_0000n, 2);
    expect(read(started, 'RVBAR_EL2')).toBe(0n);
  });

  it('numbers cores by affinity, and shows EL1 what EL2 says', () => {
    expect(read(new TestCore({ index: 3 }), 'MPIDR_EL1')).toBe(0x8000_0003n);
    expect(read(new TestCore({ index: 9 }), 'MPIDR_EL1')).toBe(0x8000_0101n);
    const core = new TestCore({}, 1);
    core.state.put64(R.VMPIDR_EL2, 0x8000_0077n);
    expect(read(core, 'MPIDR_EL1')).toBe(0x8000_0077n);
  });
});

describe('access', () => {
  it('is UNDEFINED below a register’s level, and for what is not implemented', () => {
    const core = new TestCore({}, 1);
    expect(execute(core, mrs('HCR_EL2'))).toBe(false);
    expect(core.state.get64(R.ESR_EL1)).toBe(0x200_0000n);
    expect(core.state.get64(R.ELR_EL1)).toBe(RESET);
    execute(core, 0xd538_f000);
    expect(core.state.get64(R.ESR_EL1)).toBe(0x200_0000n);
    expect(core.calls.filter((call) => call.includes('S3_0_C15_C0_0'))).toHaveLength(1);
  });

  it('keeps only the bits that can be written', () => {
    const core = new TestCore();
    write(core, 'VBAR_EL1', 0xffff_ffff_ffff_ffffn);
    expect(core.state.get64(R.VBAR_EL1)).toBe(0xffff_ffff_ffff_f800n);
    write(core, 'HCR_EL2', 0x0100_0300_0000_0000n);
    expect(core.state.get64(R.HCR_EL2)).toBe(0x8000_0000n);
  });

  it('finds SP_EL0 UNDEFINED while it is the stack pointer', () => {
    const core = new TestCore({}, 1);
    expect(write(core, 'SP_EL0', 0x1000n)).toBe(true);
    execute(core, 0xd500_40bf);
    expect(core.state.sp).toBe(0x1000n);
    expect(core.state.low(SYSREG_TRAPS)).toBe(1);
    expect(execute(core, mrs('SP_EL0'))).toBe(false);
    expect(core.state.get64(R.ESR_EL1)).toBe(0x200_0000n);
  });

  it.each([
    ['CTR_EL0', 0x6232_c001n],
    ['CNTVCT_EL0', 0x6234_f801n],
    ['CNTV_CTL_EL0', 0x6232_f807n],
    ['DAIF', 0x6232_d005n],
    ['PMCCNTR_EL0', 0x6230_e41bn],
    ['PMEVCNTR0_EL0', 0x6230_f811n],
  ])('of EL0 to %s traps to EL1 until EL1 allows it', (name, esr) => {
    const core = new TestCore({}, 0);
    core.state.put64(R.SCTLR_EL1, 0n);
    core.state.put64(R.CNTHCTL_EL2, 3n);
    expect(execute(core, mrs(name))).toBe(false);
    expect(core.state.get64(R.ESR_EL1)).toBe(esr);
    const open = new TestCore({}, 0);
    open.state.put64(R.SCTLR_EL1, 0x8200n);
    open.state.put64(R.CNTKCTL_EL1, 0x303n);
    open.state.put64(R.PMUSERENR_EL0, 1n);
    expect(execute(open, mrs(name))).toBe(true);
  });

  it.each([
    ['TVM', 26, () => msr('TTBR0_EL1')],
    ['TRVM', 30, () => mrs('SCTLR_EL1')],
    ['TID1', 16, () => mrs('REVIDR_EL1')],
    ['TID2', 17, () => mrs('CTR_EL0')],
    ['TID3', 18, () => mrs('ID_AA64PFR0_EL1')],
    ['TACR', 21, () => mrs('ACTLR_EL1')],
    ['TSW', 22, () => sys('DC CISW')],
    ['TPC', 23, () => sys('DC CIVAC')],
    ['TPU', 24, () => sys('IC IVAU')],
    ['TTLB', 25, () => sys('TLBI VMALLE1')],
    ['TIDCP', 20, () => mrs('L2CTLR_EL1')],
  ])('of EL1 traps to EL2 by HCR_EL2.%s', (_name, bit, word) => {
    const core = new TestCore({}, 1);
    execute(core, word());
    expect(core.state.low(EL)).toBe(1);
    const trapped = new TestCore({}, 1);
    trapped.state.put64(R.HCR_EL2, 0x8000_0000n | (1n << BigInt(bit)));
    trapped.system.pstate.derive();
    expect(execute(trapped, word())).toBe(false);
    expect(trapped.state.low(EL)).toBe(2);
    expect(trapped.state.get64(R.ESR_EL2) >> 26n).toBe(0x18n);
    expect(trapped.state.get64(R.ELR_EL2)).toBe(RESET);
  });

  it('tells generated code what it may access by itself', () => {
    expect(plainRegister(3, 3, 13, 0, 2)).toMatchObject({ cell: R.TPIDR_EL0, read: 0, write: 0 });
    expect(plainRegister(3, 3, 13, 0, 3)).toMatchObject({ cell: R.TPIDRRO_EL0, read: 0, write: 1 });
    expect(plainRegister(3, 0, 1, 0, 0)).toMatchObject({ cell: R.SCTLR_EL1, read: 1, write: undefined });
    expect(plainRegister(3, 0, 4, 1, 0)).toMatchObject({ cell: R.SP_EL0, read: 1, write: 1 });
    expect(plainRegister(3, 0, 0, 0, 0)).toBeUndefined();
    expect(plainRegister(3, 3, 14, 0, 2)).toBeUndefined();
  });
});

describe('what follows from a write', () => {
  it('drops translations when they change', () => {
    const core = new TestCore({}, 1);
    write(core, 'TCR_EL1', 0x19n);
    write(core, 'TTBR0_EL1', 0x4000_0000n);
    write(core, 'TTBR0_EL1', 0x4000_0000n);
    expect(core.calls.filter((call) => call === 'flushTlb el1')).toHaveLength(1);
    expect(core.calls.filter((call) => call === 'addressSpaceChanged')).toHaveLength(1);
    expect(write(core, 'SCTLR_EL1', 1n)).toBe(false);
    expect(core.state.pc).toBe(RESET + 4n);
    expect(core.calls).toContain('contextChanged');
  });
});

describe('operations', () => {
  it('invalidate TLBs by address, by ASID and in full, here or everywhere', () => {
    const core = new TestCore({}, 1);
    core.state.setX(0, 0x00ab_0fff_ffff_8000n);
    execute(core, sys('TLBI VAE1IS'));
    execute(core, sys('TLBI VMALLE1'));
    execute(core, sys('TLBI ASIDE1IS'));
    expect(core.calls).toEqual([
      'flushTlbPage el1 0xfffffffff8000000 shared',
      'flushTlb el1',
      'flushTlbAsid 0xab shared',
    ]);
  });

  it('translate into PAR_EL1', () => {
    const core = new TestCore();
    core.state.put64(R.SCTLR_EL1, 0n);
    core.state.setX(0, 0x1234_5678n);
    execute(core, sys('AT S1E1R'));
    expect(core.state.get64(R.PAR_EL1)).toBe(0x1234_5b00n);
    core.state.setX(0, 0x100_0000_0000n);
    execute(core, sys('AT S1E1R'));
    expect(core.state.get64(R.PAR_EL1)).toBe(0x801n);
  });

  it('fault with CM and WnR set', () => {
    const core = new TestCore({}, 1);
    core.state.setX(0, 0x100_0000_0000n);
    expect(execute(core, sys('DC CIVAC'))).toBe(false);
    expect(core.state.get64(R.ESR_EL1)).toBe(0x9600_0140n);
    expect(core.state.get64(R.FAR_EL1)).toBe(0x100_0000_0000n);
  });
});
