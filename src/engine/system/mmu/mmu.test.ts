import { beforeEach, describe, expect, it } from 'vitest';
import { R } from '../stored-registers.js';
import { TABLES, TestCore } from '../test-core.js';
import { FaultStatus, type Access } from '../translation.js';

// Descriptors. Arm ARM D5.3.
const VALID_BLOCK = 1n;
const PAGE_OR_TABLE = 3n;
const AF = 1n << 10n;
const NG = 1n << 11n;
const EL0 = 1n << 6n;
const READ_ONLY = 1n << 7n;
const PXN = 1n << 53n;
const UXN = 1n << 54n;
const WXN = 1n << 19n;
const base = BigInt(TABLES);

// 4 KiB tables of a 39-bit range: level 1 at 0, level 2 at 0x1000, level 3 at 0x2000.
const LEVEL1 = 0;
const LEVEL2 = 0x1000;
const LEVEL3 = 0x2000;
/** TCR_EL1: T0SZ = T1SZ = 25, 4 KiB granules, 40-bit outputs. */
const TCR = 25n | (25n << 16n) | (2n << 30n) | (2n << 32n);
/** Attribute 0 is Normal, attribute 1 Device-nGnRE. */
const MAIR = 0x04ffn;
const DEVICE = 1n << 2n;

let core: TestCore;

function translate(address: bigint, access: Access = 'read', el = 1) {
  const low = Number(BigInt.asIntN(32, address));
  const high = Number(BigInt.asIntN(32, address >> 32n));
  return core.system.translate(low, high, access, el);
}

/** Fault status with level, undefined where the access is allowed. */
function fault(address: bigint, access: Access = 'read', el = 1): number | undefined {
  const result = translate(address, access, el);
  return result.fault ? result.status : undefined;
}

const allowed = (el: number, address = 0x20_1000n): string =>
  (['read', 'write', 'execute'] as const)
    .filter((access) => fault(address, access, el) === undefined)
    .map((access) => (access === 'execute' ? 'x' : access[0]))
    .join('');

beforeEach(() => {
  core = new TestCore();
  const { state } = core;
  state.put64(R.SCTLR_EL1, 1n);
  state.put64(R.TCR_EL1, TCR);
  state.put64(R.MAIR_EL1, MAIR);
  state.put64(R.TTBR0_EL1, base);
  state.put64(R.TTBR1_EL1, base);
  core.describe(LEVEL1, (base + BigInt(LEVEL2)) | PAGE_OR_TABLE);
  core.describe(LEVEL2, (base + BigInt(LEVEL3)) | PAGE_OR_TABLE);
  // 2 MiB at 0x20_0000: block. 0x1000: page.
  core.describe(LEVEL2 + 8, 0x8020_0000n | AF | VALID_BLOCK);
  core.describe(LEVEL3 + 8, 0x90_1234_5000n | AF | PAGE_OR_TABLE);
});

describe('stage 1', () => {
  it('finds pages and blocks, in both ranges', () => {
    expect(translate(0x1abcn)).toMatchObject({ fault: false, physical: 0x90_1234_5abc, pageSize: 4096 });
    expect(translate(0x2f_edcbn)).toMatchObject({ fault: false, physical: 0x802f_edcb, pageSize: 0x20_0000 });
    expect(translate(0xffff_ff80_0000_1abcn).physical).toBe(0x90_1234_5abc);
  });

  it('finds a block of 1 GiB', () => {
    core.describe(LEVEL1 + 8, 0xc0_4000_0000n | AF | VALID_BLOCK);
    expect(translate(0x5234_5678n)).toMatchObject({ physical: 0xc0_5234_5678, pageSize: 0x4000_0000 });
  });

  it.each([
    ['an invalid descriptor at level 1', 0x4000_0000n, FaultStatus.Translation | 1],
    ['an invalid descriptor at level 3', 0x2000n, FaultStatus.Translation | 3],
    ['an address beyond the lower range', 0x80_0000_0000n, FaultStatus.Translation],
    ['an address below the upper range', 0xffff_ff7f_ffff_f000n, FaultStatus.Translation],
    ['a tag without TBI', 0x0100_0000_0000_1000n, FaultStatus.Translation],
  ])('faults on %s', (_what, address, status) => {
    expect(fault(address)).toBe(status);
  });

  it('ignores the top byte where TCR_EL1.TBI says so', () => {
    core.state.put64(R.TCR_EL1, TCR | (1n << 37n));
    expect(fault(0xab00_0000_0000_1000n)).toBeUndefined();
    expect(fault(0xab7f_ff80_0000_1000n)).toBe(FaultStatus.Translation);
  });

  it('faults where TCR_EL1.EPD disables walks', () => {
    core.state.put64(R.TCR_EL1, TCR | (1n << 7n));
    expect(fault(0x1000n)).toBe(FaultStatus.Translation);
    expect(fault(0xffff_ff80_0000_1000n)).toBeUndefined();
  });

  it('faults on a clear access flag before it looks at permissions', () => {
    core.describe(LEVEL3 + 8, 0x4000_5000n | READ_ONLY | PAGE_OR_TABLE);
    expect(fault(0x1000n, 'write')).toBe(FaultStatus.AccessFlag | 3);
  });

  it('faults on output addresses beyond TCR_EL1.IPS', () => {
    core.state.put64(R.TCR_EL1, TCR & ~(7n << 32n));
    expect(fault(0x1000n)).toBe(FaultStatus.AddressSize | 3);
    core.describe(LEVEL1, 0x1_0000_0000n | PAGE_OR_TABLE);
    expect(fault(0x1000n)).toBe(FaultStatus.AddressSize | 1);
    core.state.put64(R.TTBR0_EL1, 0x1_0000_0000n);
    expect(fault(0x1000n)).toBe(FaultStatus.AddressSize);
  });

  it('reports an external abort on the walk with its level', () => {
    core.describe(LEVEL1, 0x9000_0000n | PAGE_OR_TABLE);
    expect(fault(0x1000n)).toBe(FaultStatus.ExternalOnWalk | 2);
  });

  // Arm ARM D5.4.1, tables "Access permissions for stage 1" for EL1&0.
  it.each([
    ['AP 00', 0n, 'rwx', 'x'],
    ['AP 01', EL0, 'rw', 'rwx'],
    ['AP 10', READ_ONLY, 'rx', 'x'],
    ['AP 11', READ_ONLY | EL0, 'rx', 'rx'],
    ['AP 11, PXN', READ_ONLY | EL0 | PXN, 'r', 'rx'],
    ['AP 11, UXN', READ_ONLY | EL0 | UXN, 'rx', 'r'],
    ['AP 01, UXN', EL0 | UXN, 'rw', 'rw'],
  ])('gives the permissions of %s', (_what, bits, el1, el0) => {
    core.describe(LEVEL2 + 8, 0x8020_0000n | AF | VALID_BLOCK | bits);
    expect([allowed(1), allowed(0)]).toEqual([el1, el0]);
    expect(fault(0x20_1000n, 'read', 0) ?? FaultStatus.Permission | 2).toBe(FaultStatus.Permission | 2);
  });

  it.each([
    // Without write permission at EL0, EL1 may execute.
    ['APTable 10', 1n << 62n, 'rx', 'rx'],
    ['APTable 01', 1n << 61n, 'rwx', 'x'],
    ['UXNTable', 1n << 60n, 'rw', 'rw'],
    ['PXNTable', 1n << 59n, 'rw', 'rwx'],
  ])('lets %s of a table take permissions away', (_what, bits, el1, el0) => {
    core.describe(LEVEL2 + 8, 0x8020_0000n | AF | VALID_BLOCK | EL0);
    core.describe(LEVEL1, (base + BigInt(LEVEL2)) | PAGE_OR_TABLE | bits);
    expect([allowed(1), allowed(0)]).toEqual([el1, el0]);
  });

  it('forbids executing what can be written under SCTLR_EL1.WXN', () => {
    core.state.put64(R.SCTLR_EL1, 1n | WXN);
    expect([allowed(1), allowed(0)]).toEqual(['rw', 'x']);
  });

  it('tells Device memory and what is not global', () => {
    core.describe(LEVEL3 + 8, 0x4000_5000n | AF | NG | DEVICE | PAGE_OR_TABLE);
    expect(translate(0x1000n)).toMatchObject({ device: true, notGlobal: true, attributes: 0x04 });
    expect(translate(0x20_0000n)).toMatchObject({ device: false, notGlobal: false, attributes: 0xff });
  });

  it('walks 64 KiB granules', () => {
    // T0SZ 22: 42 bits, level 2 at 0, level 3 at 0x1_0000.
    core.state.put64(R.TCR_EL1, 22n | (1n << 14n) | (2n << 32n));
    core.describe(0, (base + 0x1_0000n) | PAGE_OR_TABLE);
    core.describe(8, 0x80_2000_0000n | AF | VALID_BLOCK);
    core.describe(0x1_0000 + 8, 0x4321_0000n | AF | PAGE_OR_TABLE);
    expect(translate(0x1_abcdn)).toMatchObject({ physical: 0x4321_abcd, pageSize: 0x1_0000 });
    expect(translate(0x2123_4567n)).toMatchObject({ physical: 0x80_2123_4567, pageSize: 0x2000_0000 });
  });

  it('takes the granule that a Cortex-A53 does not have as 4 KiB', () => {
    core.state.put64(R.TCR_EL1, TCR | (2n << 14n));
    expect(translate(0x1abcn).physical).toBe(0x90_1234_5abc);
  });

  it('maps addresses to themselves while the MMU is off, as Device memory', () => {
    core.state.put64(R.SCTLR_EL1, 0n);
    expect(translate(0xff_4567_89abn)).toMatchObject({
      fault: false,
      physical: 0xff_4567_89ab,
      device: true,
    });
    expect(translate(0xff_4567_89abn, 'execute').device).toBe(false);
    expect(fault(0x100_0000_0000n)).toBe(FaultStatus.AddressSize);
  });
});

describe('the EL2 regime', () => {
  beforeEach(() => {
    core.state.put64(R.SCTLR_EL2, 1n);
    core.state.put64(R.TCR_EL2, 25n | (2n << 16n));
    core.state.put64(R.TTBR0_EL2, base);
  });
  it('has one range and one level of privilege', () => {
    core.describe(LEVEL3 + 8, 0x4000_5000n | AF | EL0 | PXN | PAGE_OR_TABLE);
    expect(allowed(2, 0x1000n)).toBe('rwx');
    core.describe(LEVEL3 + 8, 0x4000_5000n | AF | UXN | READ_ONLY | PAGE_OR_TABLE);
    expect(allowed(2, 0x1000n)).toBe('r');
    expect(fault(0xffff_ff80_0000_1000n, 'read', 2)).toBe(FaultStatus.Translation);
  });
});

describe('stage 2', () => {
  const S2_READ = 1n << 6n;
  const S2_WRITE = 1n << 7n;
  const NORMAL = 0xfn << 2n;
  const ROOT = 0x1_0000;
  const TABLES_BLOCK = base | AF | S2_READ | S2_WRITE | NORMAL | VALID_BLOCK;

  beforeEach(() => {
    core.state.put64(R.HCR_EL2, 0x8000_0001n);
    // 32-bit intermediate addresses, beginning at level 1 (SL0 1), 4 KiB, 40-bit outputs.
    core.state.put64(R.VTCR_EL2, 32n | (1n << 6n) | (2n << 16n));
    core.state.put64(R.VTTBR_EL2, base + BigInt(ROOT));
    core.describe(ROOT + 8, TABLES_BLOCK);
    core.describe(ROOT + 16, 0xa0_8000_0000n | AF | S2_READ | NORMAL | VALID_BLOCK);
  });

  it('translates what stage 1 gives', () => {
    expect(translate(0x20_1234n)).toMatchObject({ fault: false, physical: 0xa0_8020_1234, write: false });
  });

  it('reports its own faults with the intermediate address', () => {
    expect(translate(0x20_1234n, 'write')).toMatchObject({
      fault: true,
      stage2: true,
      onWalk: false,
      status: FaultStatus.Permission | 1,
      intermediate: 0x8020_1234,
    });
    core.describe(LEVEL2 + 8, 0xc020_0000n | AF | VALID_BLOCK);
    expect(translate(0x20_1234n)).toMatchObject({ stage2: true, status: FaultStatus.Translation | 1 });
  });

  it('translates the walk of stage 1 too', () => {
    core.describe(ROOT + 8, 0n);
    expect(translate(0x20_1234n)).toMatchObject({
      fault: true,
      stage2: true,
      onWalk: true,
      status: FaultStatus.Translation | 1,
      intermediate: TABLES,
    });
  });

  it('protects the walk from Device memory under HCR_EL2.PTW', () => {
    core.state.put64(R.HCR_EL2, 0x8000_0005n);
    core.describe(ROOT + 8, TABLES_BLOCK & ~NORMAL);
    expect(translate(0x20_1234n)).toMatchObject({ onWalk: true, status: FaultStatus.Permission | 1 });
  });

  it('leaves EL2 alone', () => {
    core.state.put64(R.SCTLR_EL2, 0n);
    expect(translate(0x1_0000n, 'read', 2)).toMatchObject({ fault: false, physical: 0x1_0000 });
  });
});
