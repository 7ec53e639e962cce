/**
 * Cases one by one on a machine of our own: the test's own instructions only run there; what the harness does before and
 * after them is done here, register by register.
 */
import type { Cluster, Tier, TierHost } from '../../src/engine/index.js';
import { TABLES_EL2 } from '../../tests/cases/address-space.js';
import { CaseMachine } from '../../tests/cases/case-machine.js';
import { DATA_BYTES, PAD_WORD, caseField } from '../../tests/cases/layout.js';
import type { TestCase } from '../../tests/cases/test-case.js';
import { HARNESS_RAM_BYTES, HARNESS_VA_OFFSET, RESULT_BYTES, physical } from '../qemu/layout.js';
import { memoryImage } from '../qemu/memory-image.js';
import { caseAt, caseCount, resultAt, type Batch, type TestResult } from './records.js';

const VECTORS_EL2 = BigInt(physical.vectorsEl2) + HARNESS_VA_OFFSET;

const cleared = [
  'ESR_EL1',
  'FAR_EL1',
  'ESR_EL2',
  'FAR_EL2',
  'HPFAR_EL2',
  'TPIDR_EL0',
  'TPIDR_EL1',
  'TPIDR_EL2',
  'PAR_EL1',
];

/** The harness's own surroundings, between a test's end and its result. */
const between: readonly (readonly [register: string, value: bigint])[] = [
  ['HCR_EL2', 0x8000_0000n],
  ['CPTR_EL2', 0x33ffn],
  ['MDCR_EL2', 0n],
  ['MDSCR_EL1', 0n],
  ['DBGBCR0_EL1', 0n],
  ['DBGWCR0_EL1', 0n],
  ['CNTKCTL_EL1', 0n],
  ['PMUSERENR_EL0', 0n],
  ['CNTHCTL_EL2', 3n],
];

/** Registers that give EL1 another identity, and those whose values they are put back to. */
const identities = [
  ['VPIDR_EL2', 'MIDR_EL1'],
  ['VMPIDR_EL2', 'MPIDR_EL1'],
] as const;

const toResult: readonly (readonly [register: string, field: Parameters<TestResult['get']>[0]])[] = [
  ['SP_EL0', 'spEl0'],
  ['SP_EL1', 'spEl1'],
  ['ESR_EL2', 'esrEl2'],
  ['ELR_EL2', 'elrEl2'],
  ['SPSR_EL2', 'spsrEl2'],
  ['FAR_EL2', 'farEl2'],
  ['HPFAR_EL2', 'hpfarEl2'],
  ['ESR_EL1', 'esrEl1'],
  ['ELR_EL1', 'elrEl1'],
  ['SPSR_EL1', 'spsrEl1'],
  ['FAR_EL1', 'farEl1'],
  ['FPCR', 'fpcr'],
  ['FPSR', 'fpsr'],
  ['TPIDR_EL0', 'tpidrEl0'],
  ['TPIDR_EL1', 'tpidrEl1'],
  ['PAR_EL1', 'parEl1'],
];

export interface CaseRunner {
  readonly tierOf: (host: TierHost) => Tier;
  /** How often each case runs; the last time counts. */
  readonly times: number;
  /** Called once, before anything runs. */
  prepare?(cluster: Cluster): void;
  /** Runs from a case's first instruction to a vector of EL2; whether it came there. */
  toVector(cluster: Cluster): boolean;
}

/** Whether a core is at one of the vectors of EL2. */
export const isAtVector = ({ state: { pc } }: Cluster): boolean =>
  pc >= VECTORS_EL2 && pc < VECTORS_EL2 + 0x800n;
/** The addresses of those vectors. */
export const vectors = Array.from({ length: 16 }, (_, i) => VECTORS_EL2 + BigInt(i * 0x80));

export class CaseByCase {
  private readonly machine: CaseMachine;

  constructor(private readonly runner: CaseRunner) {
    const { tierOf } = runner;
    this.machine = new CaseMachine({ ramSize: HARNESS_RAM_BYTES, tierOf, firmwareCall: () => false });
    runner.prepare?.(this.machine.cluster);
  }

  run(batch: Batch): Uint8Array {
    const { machine } = this;
    machine.place(memoryImage(batch));
    machine.place([
      { address: physical.code, bytes: padding },
      // The identity mapping, which the harness gives up once its MMU is on.
      { address: TABLES_EL2 + 8, bytes: new Uint8Array(8) },
    ]);
    machine.cluster.powerOn(0, BigInt(physical.harness), 2);
    machine.setTranslation();
    machine.writeRegister('VBAR_EL2', VECTORS_EL2);
    const results = new Uint8Array(caseCount(batch) * RESULT_BYTES);
    for (let i = 0; i < caseCount(batch); i++) this.runCase(batch, i, resultAt(results, i));
    return results;
  }

  private runCase(batch: Batch, index: number, result: TestResult): void {
    const test = caseAt(batch, index);
    const at = physical.code + Number(test.get('pc') & 0x1fffn);
    const words = test.bytes.slice(caseField.words, caseField.words + 4 * test.words.length);
    this.machine.place([{ address: at, bytes: words }]);
    for (let time = 0; time < this.runner.times; time++) {
      for (const register of cleared) this.machine.writeRegister(register, 0n);
      this.machine.enter(test);
      if (!this.runner.toVector(this.machine.cluster)) {
        const pc = this.machine.cluster.state.pc.toString(16);
        throw new Error(`case ${index} did not come to its end: PC 0x${pc}`);
      }
      this.leave(test, batch, result);
    }
    this.machine.place([{ address: at, bytes: padding.subarray(0, words.length) }]);
  }

  private leave(test: TestCase, batch: Batch, result: TestResult): void {
    const { machine } = this;
    const { state } = machine.cluster;
    result.set('vector', (state.pc - VECTORS_EL2) >> 7n);
    result.set('spEl2', state.sp);
    for (let i = 0; i < 31; i++) result.setX(i, state.x(i));
    for (let i = 0; i < 32; i++) {
      result.setV(i, 0, state.v(i) & 0xffff_ffff_ffff_ffffn);
      result.setV(i, 1, state.v(i) >> 64n);
    }
    for (const [register, value] of between) machine.writeRegister(register, value);
    for (const [register, from] of identities) {
      machine.writeRegister(register, machine.readRegister(from));
    }
    for (const [register, field] of toResult) result.set(field, machine.readRegister(register));
    if (!test.touchesMemory) return;
    const before = new DataView(batch.data.buffer, batch.data.byteOffset, DATA_BYTES);
    result.recordMemory(before, new DataView(machine.read(physical.data, DATA_BYTES).buffer));
    if (result.get('chunkCount') > 0n) machine.place([{ address: physical.data, bytes: batch.data }]);
  }
}

const padding = new Uint8Array(new Uint32Array(0x800).fill(PAD_WORD).buffer);
