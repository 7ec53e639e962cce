/** Batches of test cases and their results, as records of bytes that the harness reads and writes in guest memory. */
import { CASE_BYTES, DATA_BYTES } from '../../tests/cases/layout.js';
import { TestCase } from '../../tests/cases/test-case.js';
import { MAX_CHUNKS, RESULT_BYTES, resultField } from '../qemu/layout.js';

type ResultRegister = Exclude<keyof typeof resultField, 'x' | 'v' | 'chunks'>;

/** What a test left behind. */
export class TestResult {
  readonly view: DataView;

  constructor(readonly bytes: Uint8Array = new Uint8Array(RESULT_BYTES)) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, RESULT_BYTES);
  }

  get(register: ResultRegister): bigint {
    return this.view.getBigUint64(resultField[register], true);
  }

  set(register: ResultRegister, value: bigint): void {
    this.view.setBigUint64(resultField[register], value, true);
  }

  x(n: number): bigint {
    return this.view.getBigUint64(resultField.x + 8 * n, true);
  }

  setX(n: number, value: bigint): void {
    this.view.setBigUint64(resultField.x + 8 * n, value, true);
  }

  v(n: number, half: number): bigint {
    return this.view.getBigUint64(resultField.v + 16 * n + 8 * half, true);
  }

  setV(n: number, half: number, value: bigint): void {
    this.view.setBigUint64(resultField.v + 16 * n + 8 * half, value, true);
  }

  /** The first changed 16-byte chunks of the data pages. */
  get chunks(): { offset: number; low: bigint; high: bigint }[] {
    const count = Math.min(Number(this.get('chunkCount')), MAX_CHUNKS);
    return Array.from({ length: count }, (_, i) => {
      const at = resultField.chunks + 24 * i;
      return {
        offset: Number(this.view.getBigUint64(at, true)),
        low: this.view.getBigUint64(at + 8, true),
        high: this.view.getBigUint64(at + 16, true),
      };
    });
  }

  /** Forgets the changed chunks. */
  clearChunks(): void {
    this.bytes.fill(0, resultField.chunks, resultField.chunks + 24 * MAX_CHUNKS);
  }

  /** Records, in the harness's form, what differs between `after` and `before` of the data pages. */
  recordMemory(before: DataView, after: DataView): void {
    let count = 0;
    let hash = 0n;
    const mix = (value: bigint): void => {
      hash = (hash * 0x9e37_79b9_7f4a_7c15n + value) & 0xffff_ffff_ffff_ffffn;
    };
    for (let offset = 0; offset < DATA_BYTES; offset += 16) {
      const low = after.getBigUint64(offset, true);
      const high = after.getBigUint64(offset + 8, true);
      if (low === before.getBigUint64(offset, true) && high === before.getBigUint64(offset + 8, true))
        continue;
      mix(BigInt(offset));
      mix(low);
      mix(high);
      hash = ((hash >> 29n) | (hash << 35n)) & 0xffff_ffff_ffff_ffffn;
      if (count < MAX_CHUNKS) {
        [BigInt(offset), low, high].forEach((value, i) => {
          this.view.setBigUint64(resultField.chunks + 24 * count + 8 * i, value, true);
        });
      }
      count += 1;
    }
    this.set('chunkCount', BigInt(count));
    this.set('chunkHash', hash);
  }
}

/** Cases that run one after another on the same data pages; each finds them as given here. */
export interface Batch {
  /** Contents of the two data pages. */
  readonly data: Uint8Array;
  /** `CASE_BYTES` for each case. */
  readonly cases: Uint8Array;
}

/** A batch of these cases. */
export function batchOf(tests: readonly TestCase[], data: Uint8Array): Batch {
  const cases = new Uint8Array(tests.length * CASE_BYTES);
  tests.forEach((test, i) => cases.set(test.bytes, i * CASE_BYTES));
  return { data, cases };
}

/** Number of cases in `batch`. */
export function caseCount(batch: Batch): number {
  return batch.cases.length / CASE_BYTES;
}

/** Case `index` of `batch`, a view that shares its bytes. */
export function caseAt(batch: Batch, index: number): TestCase {
  return new TestCase(batch.cases.subarray(index * CASE_BYTES, (index + 1) * CASE_BYTES));
}

/** Result `index` of `results`, a view that shares its bytes. */
export function resultAt(results: Uint8Array, index: number): TestResult {
  return new TestResult(results.subarray(index * RESULT_BYTES, (index + 1) * RESULT_BYTES));
}

/** Something that executes A64 code and can be compared: QEMU, the interpreter, the translator, the reference evaluator. */
export interface Executor {
  readonly name: string;
  /** If given, it runs only one of so many cases. */
  readonly oneOf?: number;
  /** Runs all cases; answers `RESULT_BYTES` for each. Throws when a case does not come to its end. */
  run(batch: Batch): Promise<Uint8Array>;
}
