/**
 * Which translation tables are in use by a core, and how they are to be read: one `TableRange` for each range of
 * addresses that has tables of its own. Arm ARM (DDI 0487) D8.2, TCR_ELx, VTCR_EL2.
 */
import { firstLevel, granulesOfTg0, granulesOfTg1 } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';

/** The register that says where the tables begin. */
export type TableBase = 'TTBR0_EL1' | 'TTBR1_EL1' | 'TTBR0_EL2' | 'TTBR0_EL3' | 'VTTBR_EL2';

export interface TableRange {
  readonly base: TableBase;
  readonly stage: 1 | 2;
  /** Address of the first table: physical, intermediate physical where stage 2 translates it. */
  readonly root: number;
  /** log2 of the bytes of a page: 12 or 16. */
  readonly granule: number;
  /** Bits of the addresses that the tables resolve, from 16 to 48. */
  readonly inputSize: number;
  /** The level of the first table, 0 to 3. */
  readonly startLevel: number;
  /** The first address: those of TTBR1_EL1 end with 2^64. */
  readonly first: bigint;
  /** Of a regime that EL0 has a part in. */
  readonly hasEl0: boolean;
  /** SCTLR_ELx.WXN. */
  readonly writeForbidsExecute: boolean;
  /** MAIR_ELx; 0 for stage 2, whose descriptors have the attributes themselves. */
  readonly attributes: bigint;
  /** The tables of stage 2 that the addresses of these tables go through. */
  readonly through?: TableRange | undefined;
}

const SCTLR_M = 1n;
const SCTLR_WXN = 1n << 19n;
const SCR_NS = 1n;
const HCR_VM = 1n;
const HCR_DC = 1n << 12n;
const HCR_TGE = 1n << 27n;
const EPD0 = 1n << 7n;
const EPD1 = 1n << 23n;
const ADDRESS = 0x0000_ffff_ffff_fffen;

const bits = (value: bigint, lsb: number, width: number): number =>
  Number((value >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n));

/** The tables that translate for a core now: none while its MMU is off. */
export function tablesInUse(machine: Machine, core: number): TableRange[] {
  const register = (name: string): bigint => machine.systemRegister(core, name) ?? 0n;
  // Secure state below EL3 has no EL2.
  const isSecure = machine.options.secure && (register('SCR_EL3') & SCR_NS) === 0n;
  const read: Read = (name) => (isSecure && name === 'HCR_EL2' ? 0n : register(name));
  const stage2 = ofStage2(read);
  const ofGuest = ofEl1(read).map((range) => ({ ...range, through: stage2[0] }));
  return [...ofGuest, ...ofHigherLevel(read, 2), ...ofHigherLevel(read, 3), ...stage2];
}

type Read = (register: string) => bigint;

function ofEl1(read: Read): TableRange[] {
  const control = read('SCTLR_EL1');
  if ((control & SCTLR_M) === 0n || (read('HCR_EL2') & (HCR_DC | HCR_TGE)) !== 0n) return [];
  const tcr = read('TCR_EL1');
  const common = {
    hasEl0: true,
    writeForbidsExecute: (control & SCTLR_WXN) !== 0n,
    attributes: read('MAIR_EL1'),
  };
  const lower =
    (tcr & EPD0) !== 0n
      ? []
      : range('TTBR0_EL1', read, bits(tcr, 0, 6), granulesOfTg0[bits(tcr, 14, 2)], common);
  const upper =
    (tcr & EPD1) !== 0n
      ? []
      : range('TTBR1_EL1', read, bits(tcr, 16, 6), granulesOfTg1[bits(tcr, 30, 2)], common);
  return [...lower, ...upper];
}

function ofHigherLevel(read: Read, level: 2 | 3): TableRange[] {
  const control = read(`SCTLR_EL${level}`);
  if ((control & SCTLR_M) === 0n) return [];
  const tcr = read(`TCR_EL${level}`);
  return range(`TTBR0_EL${level}`, read, bits(tcr, 0, 6), granulesOfTg0[bits(tcr, 14, 2)], {
    hasEl0: false,
    writeForbidsExecute: (control & SCTLR_WXN) !== 0n,
    attributes: read(`MAIR_EL${level}`),
  });
}

/** Sizes out of bounds have no tables: every access faults. */
function range(
  base: TableBase,
  read: Read,
  sizeOffset: number,
  granule: number,
  common: Pick<TableRange, 'hasEl0' | 'writeForbidsExecute' | 'attributes'>,
): TableRange[] {
  if (sizeOffset < 16 || sizeOffset > 39) return [];
  const inputSize = 64 - sizeOffset;
  const startLevel = firstLevel(inputSize, granule);
  const first = base === 'TTBR1_EL1' ? (1n << 64n) - (1n << BigInt(inputSize)) : 0n;
  const root = rootOf(read(base), inputSize - shiftOf(startLevel, granule));
  return [{ base, stage: 1, root, granule, inputSize, startLevel, first, ...common }];
}

function ofStage2(read: Read): TableRange[] {
  if ((read('HCR_EL2') & (HCR_VM | HCR_DC)) === 0n) return [];
  const vtcr = read('VTCR_EL2');
  const granule = granulesOfTg0[bits(vtcr, 14, 2)];
  const inputSize = 64 - bits(vtcr, 0, 6);
  const startLevel = (granule === 12 ? 2 : 3) - bits(vtcr, 6, 2);
  const shift = shiftOf(startLevel, granule);
  // A first table may be up to 16 tables side by side; other sizes do not fit the level.
  if (startLevel < 0 || inputSize > 48 || inputSize <= shift || inputSize > shift + granule - 3 + 4)
    return [];
  return [
    {
      ...{ base: 'VTTBR_EL2', stage: 2, granule, inputSize, startLevel, first: 0n, hasEl0: false },
      ...{ root: rootOf(read('VTTBR_EL2'), inputSize - shift), writeForbidsExecute: false, attributes: 0n },
    },
  ];
}

/** A table is aligned to its size. */
function rootOf(register: bigint, indexBits: number): number {
  const size = 1n << BigInt(indexBits + 3);
  return Number(register & ADDRESS & ~(size - 1n));
}

/** log2 of the bytes that an entry at a level stands for. */
export function shiftOf(level: number, granule: number): number {
  return granule + (3 - level) * (granule - 3);
}
