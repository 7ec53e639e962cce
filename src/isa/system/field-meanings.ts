/** What values of fields of system registers mean, in a few words. Arm ARM (DDI 0487) D19.2, C5.2. */

/** A meaning for each value that has one, or made from the value. */
export type Meaning = Readonly<Record<number, string>> | ((value: number) => string | undefined);

const shareability = { 0: 'non-shareable', 2: 'outer shareable', 3: 'inner shareable' };
const cacheability = {
  0: 'non-cacheable',
  1: 'write-back, write-allocate',
  2: 'write-through',
  3: 'write-back, no write-allocate',
};
const addressSize = {
  ...{ 0: '32 bits', 1: '36 bits', 2: '40 bits', 3: '42 bits' },
  ...{ 4: '44 bits', 5: '48 bits', 6: '52 bits', 7: '56 bits' },
};
const rangeSize = (offset: number): string => `${64 - offset}-bit addresses`;
const granule0 = { 0: '4 KiB', 1: '64 KiB', 2: '16 KiB' };
const granule1 = { 1: '16 KiB', 2: '4 KiB', 3: '64 KiB' };
const range0 = {
  TG0: granule0,
  SH0: shareability,
  ORGN0: cacheability,
  IRGN0: cacheability,
  T0SZ: rangeSize,
};
const range1 = {
  TG1: granule1,
  SH1: shareability,
  ORGN1: cacheability,
  IRGN1: cacheability,
  T1SZ: rangeSize,
};
const oneRange = { ...range0, PS: addressSize };
const access = { 0: 'trapped', 1: 'trapped at EL0', 2: 'trapped', 3: 'not trapped' };
const modes: Readonly<Record<number, string>> = {
  ...{ 0: 'EL0t', 4: 'EL1t', 5: 'EL1h', 8: 'EL2t', 9: 'EL2h', 12: 'EL3t', 13: 'EL3h' },
  ...{ 16: 'AArch32 User', 17: 'AArch32 FIQ', 18: 'AArch32 IRQ', 19: 'AArch32 Supervisor' },
  ...{
    22: 'AArch32 Monitor',
    23: 'AArch32 Abort',
    26: 'AArch32 Hyp',
    27: 'AArch32 Undefined',
    31: 'AArch32 System',
  },
};
const spsr = { D: { 1: 'masked' }, A: { 1: 'masked' }, I: { 1: 'masked' }, F: { 1: 'masked' }, M: modes };
const sctlr = {
  M: { 0: 'MMU off', 1: 'MMU on' },
  C: { 0: 'data not cacheable', 1: 'data cacheable' },
  I: { 0: 'instructions not cacheable', 1: 'instructions cacheable' },
  A: { 1: 'alignment checked' },
  EE: { 0: 'little-endian', 1: 'big-endian' },
  WXN: { 1: 'what can be written cannot be executed' },
};
const processor = {
  Implementer: { 0x41: 'Arm', 0x42: 'Broadcom', 0x51: 'Qualcomm', 0x61: 'Apple' },
  PartNum: {
    0xd03: 'Cortex-A53',
    0xd04: 'Cortex-A35',
    0xd05: 'Cortex-A55',
    0xd07: 'Cortex-A57',
    0xd08: 'Cortex-A72',
  },
  Architecture: { 15: 'by the ID registers' },
};
const states = { 0: 'none', 1: 'AArch64', 2: 'AArch64 and AArch32' };
const exists = { 0: 'yes', 15: 'no' };
const lineOfWords = (log2: number): string => `${4 << log2} bytes`;
const timer = { ISTATUS: { 1: 'due' }, IMASK: { 1: 'masked' }, ENABLE: { 0: 'off', 1: 'on' } };
const traps = (what: string) => ({ 0: `${what} trapped`, 1: `${what} not trapped` });

/** One attribute of MAIR_ELx. */
export function memoryAttribute(value: number): string {
  const device = { 0x00: 'nGnRnE', 0x04: 'nGnRE', 0x08: 'nGRE', 0x0c: 'GRE' }[value];
  if (device !== undefined) return `Device-${device}`;
  if (value === 0xf0) return 'Normal, write-back, tagged';
  if ((value & 0xf0) === 0) return 'Device, unpredictable';
  const [outer, inner] = [value >> 4, value & 15].map(cachePolicy);
  return outer === inner ? `Normal, ${outer}` : `Normal, outer ${outer}, inner ${inner}`;
}

function cachePolicy(bits: number): string {
  if (bits === 4) return 'non-cacheable';
  const policy = (bits & 4) === 0 ? 'write-through' : 'write-back';
  const allocation = ['no-allocate', 'write-allocate', 'read-allocate', ''][bits & 3];
  const transient = (bits & 8) === 0 ? 'transient' : '';
  return [policy, allocation, transient].filter((word) => word !== '').join(' ');
}

const attributes = Object.fromEntries(
  Array.from({ length: 8 }, (_, index) => [`Attr${index}`, memoryAttribute]),
);

/** By register, then by field. */
export const fieldMeanings: Readonly<Record<string, Readonly<Record<string, Meaning>>>> = {
  MIDR_EL1: processor,
  VPIDR_EL2: processor,
  ID_AA64PFR0_EL1: {
    ...{ EL0: states, EL1: states, EL2: states, EL3: states },
    FP: { ...exists, 1: 'yes, with half precision' },
    AdvSIMD: { ...exists, 1: 'yes, with half precision' },
    GIC: { 0: 'memory-mapped', 1: 'GICv3 system registers', 3: 'GICv4.1 system registers' },
  },
  ID_AA64ISAR0_EL1: { AES: { 1: 'AES', 2: 'AES and PMULL' } },
  ID_AA64DFR0_EL1: { PMUVer: { 0: 'none', 1: 'PMUv3', 15: 'not PMUv3' } },
  ID_AA64MMFR0_EL1: {
    PARange: addressSize,
    ASIDBits: { 0: '8 bits', 2: '16 bits' },
    TGran4: exists,
    TGran64: exists,
    TGran16: { 0: 'no', 1: 'yes' },
  },
  ID_AA64MMFR1_EL1: { VMIDBits: { 0: '8 bits', 2: '16 bits' }, VH: { 0: 'no', 1: 'yes' } },
  CCSIDR_EL1: {
    NumSets: (value) => `${value + 1} sets`,
    Associativity: (value) => `${value + 1} ways`,
    LineSize: (value) => `${16 << value} bytes`,
  },
  CTR_EL0: {
    ...{ IminLine: lineOfWords, DminLine: lineOfWords, CWG: lineOfWords, ERG: lineOfWords },
    L1Ip: { 0: 'VPIPT', 2: 'VIPT', 3: 'PIPT' },
  },
  DCZID_EL0: { BS: lineOfWords, DZP: { 0: 'DC ZVA allowed', 1: 'DC ZVA not allowed' } },
  CurrentEL: { EL: (level) => `EL${level}` },
  SPSel: { SP: { 0: 'SP_EL0', 1: 'SP_ELx' } },
  SCTLR_EL1: { ...sctlr, SPAN: { 0: 'exceptions set PAN', 1: 'exceptions leave PAN as it is' } },
  SCTLR_EL2: sctlr,
  SCTLR_EL3: sctlr,
  CPACR_EL1: { FPEN: access, ZEN: access, SMEN: access },
  CPTR_EL2: { TFP: { 0: 'FP not trapped', 1: 'FP trapped' } },
  CPTR_EL3: { TFP: { 0: 'FP not trapped', 1: 'FP trapped' } },
  HCR_EL2: {
    RW: { 0: 'EL1 is AArch32', 1: 'EL1 is AArch64' },
    VM: { 1: 'stage 2 on' },
    E2H: { 1: 'EL2 hosts the operating system' },
    TGE: { 1: 'exceptions from EL0 go to EL2' },
    HCD: { 1: 'HVC undefined' },
    IMO: { 1: 'IRQs go to EL2' },
    FMO: { 1: 'FIQs go to EL2' },
    AMO: { 1: 'SErrors go to EL2' },
  },
  SCR_EL3: {
    NS: { 0: 'secure', 1: 'non-secure' },
    RW: { 0: 'EL2 is AArch32', 1: 'EL2 is AArch64' },
    HCE: { 0: 'HVC undefined', 1: 'HVC allowed' },
    SMD: { 0: 'SMC allowed', 1: 'SMC undefined' },
  },
  TCR_EL1: {
    ...range0,
    ...range1,
    IPS: addressSize,
    AS: { 0: '8-bit ASIDs', 1: '16-bit ASIDs' },
    A1: { 0: "TTBR0's ASID", 1: "TTBR1's ASID" },
  },
  TCR_EL2: oneRange,
  TCR_EL3: oneRange,
  VTCR_EL2: oneRange,
  MAIR_EL1: attributes,
  MAIR_EL2: attributes,
  MAIR_EL3: attributes,
  SPSR_EL1: spsr,
  SPSR_EL2: spsr,
  SPSR_EL3: spsr,
  DAIF: { D: spsr.D, A: spsr.A, I: spsr.I, F: spsr.F },
  CNTHCTL_EL2: { EL1PCEN: traps('physical timer'), EL1PCTEN: traps('physical counter') },
  CNTKCTL_EL1: { EL0VCTEN: traps('virtual counter'), EL0PCTEN: traps('physical counter') },
  CNTP_CTL_EL0: timer,
  CNTV_CTL_EL0: timer,
  CNTHP_CTL_EL2: timer,
  CNTPS_CTL_EL1: timer,
};

/** Fields that are the high bits of an address: shown as the address. */
export const addressFields: ReadonlySet<string> = new Set(['BADDR', 'PA', 'FIPA']);
