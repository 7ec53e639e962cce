/** What the descriptors in translation tables say. Arm ARM (DDI 0487) D8.3, "Translation table descriptor formats". */
import { memoryAttribute } from '../../isa/index.js';
import type { TableRange } from './regime.js';

/** What is allowed at one level of privilege, as `rwx` with a dash for what is not. */
export type Permissions = string;

/** How a page or block is mapped. */
export interface Mapping {
  /** At EL1, EL2 or EL3, whosever tables they are; of stage 2 what it leaves of stage 1. */
  readonly privileged: Permissions;
  /** At EL0; undefined in a regime without it. */
  readonly unprivileged: Permissions | undefined;
  /** `Normal, write-back`, `Device-nGnRE`. */
  readonly memory: string;
  readonly shareability: string;
  /** False: it belongs to one ASID. */
  readonly global: boolean;
  /** False: the first access faults, so that it is noticed. */
  readonly accessed: boolean;
}

/** Rights that the tables on the way to a descriptor take away, in bits 63 to 59 as they have them. */
export type TableRights = bigint;

export type Descriptor =
  | { readonly kind: 'invalid' }
  | { readonly kind: 'table'; readonly address: number; readonly rights: TableRights }
  | { readonly kind: 'block' | 'page'; readonly output: number; readonly mapping: Mapping };

const VALID = 1n;
const TABLE_OR_PAGE = 2n;
const AF = 1n << 10n;
const NG = 1n << 11n;
const AP_EL0 = 1n << 6n;
const AP_READ_ONLY = 1n << 7n;
const PXN = 1n << 53n;
const UXN = 1n << 54n;
const TABLE_READ_ONLY = 1n << 62n;
const TABLE_NO_EL0 = 1n << 61n;
const TABLE_UXN = 1n << 60n;
const TABLE_PXN = 1n << 59n;
const TABLE_RIGHTS = 0x1fn << 59n;
const S2AP_READ = 1n << 6n;
const S2AP_WRITE = 1n << 7n;
const OUTPUT = 0x0000_ffff_ffff_f000n;

const sharing = ['non-shareable', 'reserved', 'outer shareable', 'inner shareable'];

/**
 * Takes a descriptor apart.
 * @param shift log2 of the bytes that it stands for. @param rights what the tables before have taken away
 */
export function decodeDescriptor(
  value: bigint,
  level: number,
  shift: number,
  range: TableRange,
  rights: TableRights,
): Descriptor {
  if ((value & VALID) === 0n) return { kind: 'invalid' };
  const isTableOrPage = (value & TABLE_OR_PAGE) !== 0n;
  if (level < 3 && isTableOrPage) {
    const address = Number(value & OUTPUT & ~((1n << BigInt(range.granule)) - 1n));
    return { kind: 'table', address, rights: rights | (value & TABLE_RIGHTS) };
  }
  const isLeaf = level === 3 ? isTableOrPage : level === 2 || (level === 1 && range.granule === 12);
  if (!isLeaf) return { kind: 'invalid' };
  const output = Number(value & OUTPUT & ~((1n << BigInt(shift)) - 1n));
  const mapping = range.stage === 2 ? stage2(value) : stage1(value, range, rights);
  return { kind: level === 3 ? 'page' : 'block', output, mapping };
}

const permissions = (read: boolean, write: boolean, execute: boolean): Permissions =>
  (read ? 'r' : '-') + (write ? 'w' : '-') + (execute ? 'x' : '-');

function stage1(value: bigint, range: TableRange, rights: TableRights): Mapping {
  const has = (bit: bigint, ofTables: bigint): boolean => (value & bit) !== 0n || (rights & ofTables) !== 0n;
  const writable = !has(AP_READ_ONLY, TABLE_READ_ONLY);
  const uxn = has(UXN, TABLE_UXN);
  const el0 = range.hasEl0 && (value & AP_EL0) !== 0n && (rights & TABLE_NO_EL0) === 0n;
  const mayExecute = (never: boolean, write: boolean) => !never && !(range.writeForbidsExecute && write);
  // What EL0 can write EL1 cannot execute.
  const never = range.hasEl0 ? has(PXN, TABLE_PXN) || (el0 && writable) : uxn;
  const attribute = Number((range.attributes >> (((value >> 2n) & 7n) * 8n)) & 0xffn);
  const memory = memoryAttribute(attribute);
  const isOuter = memory.startsWith('Device') || attribute === 0x44;
  return {
    privileged: permissions(true, writable, mayExecute(never, writable)),
    unprivileged: range.hasEl0
      ? permissions(el0, el0 && writable, mayExecute(uxn, el0 && writable))
      : undefined,
    memory,
    shareability: isOuter ? sharing[2] : sharing[Number((value >> 8n) & 3n)],
    global: !range.hasEl0 || (value & NG) === 0n,
    accessed: (value & AF) !== 0n,
  };
}

/** MemAttr[3:0] of a descriptor of stage 2: Device by its low bits, or outer and inner cacheability. */
function stage2(value: bigint): Mapping {
  const attribute = Number((value >> 2n) & 15n);
  const policies = ['', 'non-cacheable', 'write-through', 'write-back'];
  const [outer, inner] = [policies[attribute >> 2], policies[attribute & 3]];
  const memory =
    attribute < 4
      ? memoryAttribute(attribute << 2)
      : `Normal, ${outer === inner ? outer : `outer ${outer}, inner ${inner}`}`;
  const has = (bit: bigint): boolean => (value & bit) !== 0n;
  return {
    privileged: permissions(has(S2AP_READ), has(S2AP_WRITE), !has(UXN)),
    unprivileged: undefined,
    memory,
    shareability: attribute < 4 ? sharing[2] : sharing[Number((value >> 8n) & 3n)],
    global: true,
    accessed: has(AF),
  };
}
