/** Where the table and LLVM 14 disagree on purpose, and why. */

export interface Difference {
  readonly reason: string;
  /** Says whether a word on which the texts differ (undefined: unallocated) is a case of this difference. */
  readonly covers: (word: number, ours: string | undefined, llvms: string | undefined) => boolean;
}

/** System registers that LLVM names without being asked for their extension, by what they belong to. */
const LATER_REGISTERS: Readonly<Record<string, string>> = {
  'Embedded Trace Extension (ARMv9)': 'TRCRSR TRCEXTINSELR1 TRCEXTINSELR2 TRCEXTINSELR3',
  'Trace Buffer Extension (ARMv9)':
    'TRBLIMITR_EL1 TRBPTR_EL1 TRBBASER_EL1 TRBSR_EL1 TRBMAR_EL1 TRBTRG_EL1 TRBIDR_EL1',
  'RAS extension 1.1 (ARMv8.4)': 'ERXPFGF_EL1 ERXPFGCTL_EL1 ERXPFGCDN_EL1 ERXMISC2_EL1 ERXMISC3_EL1',
  'Performance Monitors of ARMv8.4': 'PMMIR_EL1',
  'Secure EL2 (ARMv8.4)': 'VSTTBR_EL2',
  'ThumbEE, which ARMv8 dropped': 'TEECR32_EL1 TEEHBR32_EL1',
};

const GENERIC_NAME = /\bS[23]_[0-7]_C\d+_C\d+_[0-7]\b/;

/** op0 of MSR, MRS, SYS and SYSL is bits 20:19. */
const isOp0Zero = (word: number): boolean => (word & 0xffd8_0000) >>> 0 === 0xd500_0000;

export const differences: readonly Difference[] = [
  {
    reason:
      'The manual leaves words of the system instructions with op0 0 unallocated unless they are a hint, a ' +
      'barrier or MSR (immediate) to SPSel, DAIFSet or DAIFClr; LLVM prints them as MSR or MRS of a register S0_...',
    covers: (word, ours, llvms) =>
      ours === undefined && isOp0Zero(word) && /^(?:msr S0_|mrs x\w+, S0_)/.test(llvms ?? ''),
  },
  ...Object.entries(LATER_REGISTERS).map(([extension, names]) => ({
    reason: `LLVM names registers of another architecture version: ${extension}`,
    covers: (_word: number, ours: string | undefined, llvms: string | undefined) =>
      ours !== undefined &&
      names.split(' ').some((name) => ours.replace(GENERIC_NAME, name) === llvms && llvms.includes(name)),
  })),
];
