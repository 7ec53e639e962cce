import { describe, expect, it } from 'vitest';
import { fieldMeanings, memoryAttribute } from './field-meanings.js';
import { fieldsByRegister } from './register-fields.js';
import { registerNamed, registerText } from './index.js';

const text = (name: string, value: bigint, before?: bigint) => {
  const register = registerNamed(name);
  if (register === undefined) throw new Error(name);
  return registerText(register, value, before);
};

describe('fields of system registers', () => {
  it('are of registers that there are, and meanings of fields that there are', () => {
    for (const name of Object.keys(fieldsByRegister)) expect(registerNamed(name)?.name, name).toBe(name);
    for (const [name, meanings] of Object.entries(fieldMeanings)) {
      const fields = registerNamed(name)?.fields.map((field) => field.name) ?? [];
      for (const field of Object.keys(meanings)) expect(fields, name).toContain(field);
    }
  });

  // What Linux writes on its way to start_kernel; Linux, arch/arm64/include/asm/el2_setup.h and mm/proc.S.
  it.each([
    ['SCTLR_EL2', 0x30c5_0830n, 'EIS=1 EOS=1 reserved=0x30850030'],
    ['HCR_EL2', 0x0100_0300_8000_0000n, 'ATA=1 API=1 APK=1 RW=1 (EL1 is AArch64)'],
    ['CNTHCTL_EL2', 3n, 'EL1PCEN=1 (physical timer not trapped) EL1PCTEN=1 (physical counter not trapped)'],
    ['SPSR_EL2', 0x3c5n, 'D=1 (masked) A=1 (masked) I=1 (masked) F=1 (masked) M=5 (EL1h)'],
    ['CPACR_EL1', 0x30_0000n, 'FPEN=3 (not trapped)'],
    ['TTBR1_EL1', 0x0001_0000_4200_1000n, 'ASID=0x1 BADDR=0x42001000'],
    [
      'TCR_EL1',
      0x0040_0032_b559_3519n,
      'NFD1=1 TBI0=1 AS=1 (16-bit ASIDs) IPS=2 (40 bits) TG1=2 (4 KiB) SH1=3 (inner shareable) ' +
        "ORGN1=1 (write-back, write-allocate) IRGN1=1 (write-back, write-allocate) A1=1 (TTBR1's ASID) " +
        'T1SZ=25 (39-bit addresses) SH0=3 (inner shareable) ORGN0=1 (write-back, write-allocate) ' +
        'IRGN0=1 (write-back, write-allocate) T0SZ=25 (39-bit addresses)',
    ],
  ])('%s', (name, value, expected) => {
    expect(text(name, value)).toBe(expected);
  });

  it('are told where they are set no more', () => {
    expect(text('SCTLR_EL1', 0n, 5n)).toBe('C=0 (data not cacheable) M=0 (MMU off)');
    expect(text('VBAR_EL1', 0x4000_0800n)).toBe('');
  });

  // Arm ARM, MAIR_EL1.
  it.each([
    [0x00, 'Device-nGnRnE'],
    [0x04, 'Device-nGnRE'],
    [0x44, 'Normal, non-cacheable'],
    [0xff, 'Normal, write-back'],
    [0xbb, 'Normal, write-through'],
    [0xf0, 'Normal, write-back, tagged'],
    [0x4f, 'Normal, outer non-cacheable, inner write-back'],
    [0xee, 'Normal, write-back read-allocate'],
  ])('memory attribute %i is %s', (value, expected) => {
    expect(memoryAttribute(value)).toBe(expected);
  });
});
