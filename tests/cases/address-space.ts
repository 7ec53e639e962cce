/**
 * The address space of the execution tests, as VMSAv8-64 tables: 4 KiB granule, 39-bit addresses, so the walk
 * starts at level 1. Arm ARM, D5.2 and D5.3. Two data pages appear in the window many times over, with
 * different rights, between unmapped pages: thus every page edge is next to another kind of page.
 */
import { PAGE, VECTORS_OFFSET, WINDOW, physical } from './layout.js';

const VALID = 1n;
const TABLE_OR_PAGE = 3n;
const AF = 1n << 10n;
const INNER_SHAREABLE = 3n << 8n;
const AP_EL0 = 1n << 6n;
const AP_READ_ONLY = 1n << 7n;
const PXN = 1n << 53n;
const UXN = 1n << 54n;
const attributes = { normal: 0n, device: 1n << 2n, nonCacheable: 2n << 2n } as const;

/** MAIR_ELx to go with `attributes`: Normal write-back, Device-nGnRE, Normal non-cacheable. */
const MAIR = 0x44_04ffn;
/** T0SZ 25, 4 KiB, inner shareable, write-back; PS 40 bits; TBI; bits 31 and 23 are RES1. */
const TCR_EL2 = 0x8080_0000n | (2n << 16n) | (1n << 20n) | 0x3500n | 25n;
/** T0SZ and T1SZ 25, 4 KiB both (TG1 encodes it as 2), IPS 40 bits, TBI1. */
const TCR_EL1 = (2n << 32n) | (1n << 38n) | (2n << 30n) | (0x35n << 24n) | (25n << 16n) | 0x3500n | 25n;
/** Stage 2: T0SZ 24 (40 bits), start at level 1, 4 KiB, inner shareable, write-back, PS 40 bits; bit 31 is RES1. */
const VTCR_EL2 = 0x8000_0000n | (2n << 16n) | 0x3500n | (1n << 6n) | 24n;
/** SCTLR_EL2 with its RES1 bits, MMU and caches on. */
export const SCTLR_EL2 = 0x30c5_0830n | 0x1005n;

/** How a page of the window is mapped, for EL1&0; EL2 has no EL0 rights and one execute-never bit. */
export interface WindowPage {
  /** Page number in the window. */
  readonly page: number;
  readonly address: bigint;
  readonly rights: 'rw' | 'ro' | 'el1-rw' | 'el1-ro' | 'code';
  readonly accessed: boolean;
  readonly memory: keyof typeof attributes;
}

const A = BigInt(physical.data);
const B = A + BigInt(PAGE);
const beyondRam = 0x1_0000_0000n;
const beyondAddressSize = 0x1_0000_0000_0000n - 0x1000n;

function page(
  number: number,
  address: bigint,
  rights: WindowPage['rights'] = 'rw',
  options: { accessed?: boolean; memory?: WindowPage['memory'] } = {},
): WindowPage {
  return {
    page: number,
    address,
    rights,
    accessed: options.accessed ?? true,
    memory: options.memory ?? 'normal',
  };
}

/** Pages of the window in address order; the page numbers left out are unmapped. */
const windowPages: readonly WindowPage[] = [
  page(0x00, BigInt(physical.code), 'code'),
  page(0x01, BigInt(physical.code + PAGE), 'code'),
  page(0x10, A),
  page(0x11, B),
  page(0x13, A, 'ro'),
  page(0x14, B),
  page(0x15, A, 'el1-rw'),
  page(0x16, B),
  page(0x17, A, 'rw', { accessed: false }),
  page(0x18, B),
  page(0x19, A, 'el1-ro'),
  page(0x1a, B),
  page(0x1b, beyondRam),
  page(0x1c, A),
  page(0x1d, beyondAddressSize),
  page(0x1e, B),
  page(0x1f, A, 'rw', { memory: 'nonCacheable' }),
  page(0x20, B),
  page(0x180, A, 'rw', { memory: 'device' }),
  page(VECTORS_OFFSET / PAGE, BigInt(physical.vectors), 'code'),
];

function descriptorEl1({ address, rights, accessed, memory }: WindowPage): bigint {
  let bits = address | TABLE_OR_PAGE | INNER_SHAREABLE | attributes[memory];
  if (accessed) bits |= AF;
  if (!rights.startsWith('el1')) bits |= AP_EL0;
  if (rights.endsWith('ro') || rights === 'code') bits |= AP_READ_ONLY;
  if (rights !== 'code') bits |= PXN | UXN;
  return bits;
}

function descriptorEl2({ address, rights, accessed, memory }: WindowPage): bigint {
  let bits = address | TABLE_OR_PAGE | INNER_SHAREABLE | attributes[memory] | AP_EL0;
  if (accessed) bits |= AF;
  if (rights.endsWith('ro') || rights === 'code') bits |= AP_READ_ONLY;
  if (rights !== 'code') bits |= UXN;
  return bits;
}

/** Three levels of tables for the window, from physical address `base`. */
function writeWindow(ram: DataView, base: number, descriptor: (page: WindowPage) => bigint): void {
  const put = (table: number, index: bigint, value: bigint): void => {
    ram.setBigUint64(table - physical.ram + Number(index & 511n) * 8, value, true);
  };
  const [level1, level2, level3] = [base, base + PAGE, base + 2 * PAGE];
  put(level1, WINDOW >> 30n, BigInt(level2) | TABLE_OR_PAGE);
  put(level2, WINDOW >> 21n, BigInt(level3) | TABLE_OR_PAGE);
  for (const entry of windowPages) put(level3, (WINDOW >> 12n) + BigInt(entry.page), descriptor(entry));
}

const STAGE2_NORMAL = 0xfn << 2n;
const STAGE2_READ = 1n << 6n;
const STAGE2_WRITE = 1n << 7n;

/**
 * Stage 2, in force in cases with HCR_EL2.VM: the memory around vectors and tables as it is, and the code; data page B
 * read-only; nothing else.
 */
function writeStage2(ram: DataView, base: number): void {
  const put = (table: number, index: number, value: bigint): void => {
    ram.setBigUint64(table - physical.ram + index * 8, value, true);
  };
  const leaf = AF | INNER_SHAREABLE | STAGE2_NORMAL | STAGE2_READ;
  // Two concatenated first-level tables, then one of each further level.
  const [level1, level2, level3] = [base, base + 2 * PAGE, base + 3 * PAGE];
  put(level1, 1, BigInt(level2) | TABLE_OR_PAGE);
  const block = 0x20_0000;
  for (const address of [physical.vectors, physical.tables]) {
    put(level2, (address / block) & 511, BigInt(address - (address % block)) | leaf | STAGE2_WRITE | VALID);
  }
  put(level2, (physical.code / block) & 511, BigInt(level3) | TABLE_OR_PAGE);
  const writable: readonly number[] = [physical.data];
  for (const address of [physical.code, physical.code + PAGE, physical.data, physical.data + PAGE]) {
    const rights = writable.includes(address) ? STAGE2_WRITE : 0n;
    put(level3, (address / PAGE) & 511, BigInt(address) | leaf | rights | TABLE_OR_PAGE);
  }
}

/** First-level tables of EL1&0, of EL2, and of stage 2. */
const TABLES_EL1 = physical.tables;
export const TABLES_EL2 = physical.tables + 4 * PAGE;
const TABLES_STAGE2 = physical.tables + 8 * PAGE;
/** Bytes of all tables, from `physical.tables` on. */
export const TABLE_BYTES = 16 * PAGE;

/** Writes the tables of both regimes and of stage 2 into `ram`, which begins at `physical.ram`. */
export function writeAddressSpace(ram: DataView): void {
  writeWindow(ram, TABLES_EL1, descriptorEl1);
  writeWindow(ram, TABLES_EL2, descriptorEl2);
  writeStage2(ram, TABLES_STAGE2);
}

/** The registers that go with them, in the order in which they are to be written. */
export const translationRegisters: readonly (readonly [register: string, value: bigint])[] = [
  ['MAIR_EL2', MAIR],
  ['TCR_EL2', TCR_EL2],
  ['TTBR0_EL2', BigInt(TABLES_EL2)],
  ['MAIR_EL1', MAIR],
  ['TCR_EL1', TCR_EL1],
  ['TTBR0_EL1', BigInt(TABLES_EL1)],
  ['TTBR1_EL1', BigInt(TABLES_EL1)],
  ['VBAR_EL1', WINDOW + BigInt(VECTORS_OFFSET)],
  ['VTTBR_EL2', BigInt(TABLES_STAGE2)],
  ['VTCR_EL2', VTCR_EL2],
  ['SCTLR_EL2', SCTLR_EL2],
];
