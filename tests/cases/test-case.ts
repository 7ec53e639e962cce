/** One test case as a record of bytes, the same that the harness of `conformance/` reads in guest memory. */
import { CASE_BYTES, MAX_WORDS, caseField } from './layout.js';

export type CaseRegister = Exclude<keyof typeof caseField, 'x' | 'v' | 'count' | 'flags' | 'words'>;

/** One test: complete register state before it, system registers that shape it, and 1 to 24 words. */
export class TestCase {
  readonly view: DataView;

  constructor(readonly bytes: Uint8Array = new Uint8Array(CASE_BYTES)) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, CASE_BYTES);
  }

  get(register: CaseRegister): bigint {
    return this.view.getBigUint64(caseField[register], true);
  }

  set(register: CaseRegister, value: bigint): void {
    this.view.setBigUint64(caseField[register], value, true);
  }

  x(n: number): bigint {
    return this.view.getBigUint64(caseField.x + 8 * n, true);
  }

  setX(n: number, value: bigint): void {
    this.view.setBigUint64(caseField.x + 8 * n, value, true);
  }

  /** Half `half` (0 low, 1 high) of V register `n`. */
  v(n: number, half: number): bigint {
    return this.view.getBigUint64(caseField.v + 16 * n + 8 * half, true);
  }

  setV(n: number, half: number, value: bigint): void {
    this.view.setBigUint64(caseField.v + 16 * n + 8 * half, value, true);
  }

  get words(): number[] {
    const count = this.view.getUint32(caseField.count, true);
    return Array.from({ length: count }, (_, i) => this.view.getUint32(caseField.words + 4 * i, true));
  }

  set words(words: readonly number[]) {
    if (words.length < 1 || words.length > MAX_WORDS) {
      throw new RangeError(`a test case holds 1 to ${MAX_WORDS} words, not ${words.length}`);
    }
    this.view.setUint32(caseField.count, words.length, true);
    words.forEach((word, i) => this.view.setUint32(caseField.words + 4 * i, word, true));
  }

  /** Whether the data pages are compared, and restored, after the test. */
  get touchesMemory(): boolean {
    return (this.view.getUint32(caseField.flags, true) & 1) === 1;
  }

  set touchesMemory(value: boolean) {
    this.view.setUint32(caseField.flags, value ? 1 : 0, true);
  }

  /** The exception level it starts at, 0 to 2. */
  get level(): number {
    return Number((this.get('spsr') >> 2n) & 3n);
  }

  /** The stack pointer that it starts with. */
  get stackPointer(): 'spEl0' | 'spEl1' | 'spEl2' {
    if (this.level === 0 || (this.get('spsr') & 1n) === 0n) return 'spEl0';
    return this.level === 1 ? 'spEl1' : 'spEl2';
  }
}
