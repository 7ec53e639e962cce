/** Guest RAM with the harness, its page tables and one batch of cases: what QEMU and the interpreter start from. */
import { type Batch, caseCount } from '../execute/records.js';
import { buildHarness } from './harness-image.js';
import { DATA_BYTES, MAX_CASES, RESULT_BYTES, header, physical } from './layout.js';
import { writeAddressSpace } from './page-tables.js';

/** Bytes to be placed at a physical address. */
export interface Placement {
  readonly address: number;
  readonly bytes: Uint8Array;
}

let harness: Uint8Array | undefined;

/** What lies in RAM before the harness is entered at `physical.harness`. Throws `RangeError` for too many cases. */
export function memoryImage(batch: Batch): Placement[] {
  const count = caseCount(batch);
  if (count > MAX_CASES) throw new RangeError(`a batch holds at most ${MAX_CASES} cases, not ${count}`);
  harness ??= buildHarness();
  const low = new Uint8Array(physical.code - physical.ram);
  const view = new DataView(low.buffer);
  writeAddressSpace(view);
  view.setBigUint64(physical.header - physical.ram + header.count, BigInt(count), true);
  return [
    { address: physical.harness, bytes: harness },
    { address: physical.header, bytes: low.subarray(physical.header - physical.ram) },
    { address: physical.data, bytes: batch.data.subarray(0, DATA_BYTES) },
    { address: physical.pristine, bytes: batch.data.subarray(0, DATA_BYTES) },
    { address: physical.cases, bytes: batch.cases },
  ];
}

/** Number of bytes at `physical.results` that `count` cases fill. */
export function resultBytes(count: number): number {
  return count * RESULT_BYTES;
}
