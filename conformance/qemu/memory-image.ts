/** Guest RAM with the harness, its page tables and one batch of cases: what QEMU and the interpreter start from. */
import { TABLES_EL2, translationRegisters, writeAddressSpace } from '../../tests/cases/address-space.js';
import type { Placement } from '../../tests/cases/case-machine.js';
import { DATA_BYTES } from '../../tests/cases/layout.js';
import { type Batch, caseCount } from '../execute/records.js';
import { buildHarness } from './harness-image.js';
import { HARNESS_VA_OFFSET, MAX_CASES, RESULT_BYTES, header, physical } from './layout.js';

/** Where the header holds a register's value. */
const headerPlaces: Readonly<Record<string, number>> = {
  MAIR_EL2: header.mairEl2,
  TCR_EL2: header.tcrEl2,
  TTBR0_EL2: header.ttbr0El2,
  MAIR_EL1: header.mairEl1,
  TCR_EL1: header.tcrEl1,
  TTBR0_EL1: header.ttbrEl1,
  TTBR1_EL1: header.ttbrEl1,
  VBAR_EL1: header.vbarEl1,
  VTTBR_EL2: header.vttbrEl2,
  VTCR_EL2: header.vtcrEl2,
  SCTLR_EL2: header.sctlrEl2,
};
/** A block of 1 GiB: valid, read and written at EL2, accessed, inner shareable, Normal memory. */
const GIGABYTE = 0x4000_0000n | 0x741n;

/** The cases' tables; the harness at its own address and, until its MMU is on, at its physical one; the header. */
function lowMemory(count: number): Uint8Array {
  const low = new Uint8Array(physical.code - physical.ram);
  const view = new DataView(low.buffer);
  writeAddressSpace(view);
  for (const address of [0x4000_0000n, 0x4000_0000n + HARNESS_VA_OFFSET]) {
    view.setBigUint64(TABLES_EL2 - physical.ram + Number((address >> 30n) & 511n) * 8, GIGABYTE, true);
  }
  const at = physical.header - physical.ram;
  view.setBigUint64(at + header.count, BigInt(count), true);
  for (const [name, value] of translationRegisters) view.setBigUint64(at + headerPlaces[name], value, true);
  return low;
}

let harness: Uint8Array | undefined;

/** What lies in RAM before the harness is entered at `physical.harness`. Throws `RangeError` for too many cases. */
export function memoryImage(batch: Batch): Placement[] {
  const count = caseCount(batch);
  if (count > MAX_CASES) throw new RangeError(`a batch holds at most ${MAX_CASES} cases, not ${count}`);
  harness ??= buildHarness();
  return [
    { address: physical.harness, bytes: harness },
    { address: physical.header, bytes: lowMemory(count).subarray(physical.header - physical.ram) },
    { address: physical.data, bytes: batch.data.subarray(0, DATA_BYTES) },
    { address: physical.pristine, bytes: batch.data.subarray(0, DATA_BYTES) },
    { address: physical.cases, bytes: batch.cases },
  ];
}

/** Number of bytes at `physical.results` that `count` cases fill. */
export function resultBytes(count: number): number {
  return count * RESULT_BYTES;
}
