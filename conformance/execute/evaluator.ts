/**
 * The reference evaluator as an executor. It is slow, so it runs the test's own instructions only: what the
 * harness does before and after them is done here, register by register.
 */
import { Evaluator } from '../../src/engine/index.js';
import {
  DATA_BYTES,
  HARNESS_VA_OFFSET,
  PAD_WORD,
  RESULT_BYTES,
  caseField,
  header,
  physical,
} from '../qemu/layout.js';
import { memoryImage } from '../qemu/memory-image.js';
import { HarnessMachine } from './engine-board.js';
import { readSystemRegister, writeSystemRegister } from './engine-registers.js';
import {
  caseAt,
  caseCount,
  resultAt,
  type Batch,
  type Executor,
  type TestCase,
  type TestResult,
} from './records.js';

/** Steps that a case takes at most, the HVC of the EL1 vectors included. */
const MAX_STEPS = 200;
const ERET = 0xd69f_03e0;
const VECTORS_EL2 = BigInt(physical.vectorsEl2) + HARNESS_VA_OFFSET;

/** Registers that the header gives, in the order in which the harness writes them. */
const fromHeader: readonly (readonly [register: string, offset: number])[] = [
  ['MAIR_EL2', header.mairEl2],
  ['TCR_EL2', header.tcrEl2],
  ['TTBR0_EL2', header.ttbr0El2],
  ['MAIR_EL1', header.mairEl1],
  ['TCR_EL1', header.tcrEl1],
  ['TTBR0_EL1', header.ttbrEl1],
  ['TTBR1_EL1', header.ttbrEl1],
  ['VBAR_EL1', header.vbarEl1],
  ['VTTBR_EL2', header.vttbrEl2],
  ['VTCR_EL2', header.vtcrEl2],
  ['SCTLR_EL2', header.sctlrEl2],
];

/** Registers that a case gives; HCR_EL2 and SCTLR_EL2 last, as in the harness. */
const fromCase: readonly (readonly [register: string, field: Parameters<TestCase['get']>[0]])[] = [
  ['SP_EL0', 'spEl0'],
  ['SP_EL1', 'spEl1'],
  ['ELR_EL2', 'pc'],
  ['SPSR_EL2', 'spsr'],
  ['SCTLR_EL1', 'sctlrEl1'],
  ['CPACR_EL1', 'cpacrEl1'],
  ['MDSCR_EL1', 'mdscrEl1'],
  ['MDCR_EL2', 'mdcrEl2'],
  ['DBGBVR0_EL1', 'dbgbvr0'],
  ['DBGBCR0_EL1', 'dbgbcr0'],
  ['DBGWVR0_EL1', 'dbgwvr0'],
  ['DBGWCR0_EL1', 'dbgwcr0'],
  ['ELR_EL1', 'elrEl1'],
  ['SPSR_EL1', 'spsrEl1'],
  ['FPCR', 'fpcr'],
  ['FPSR', 'fpsr'],
  ['CPTR_EL2', 'cptrEl2'],
  ['HCR_EL2', 'hcrEl2'],
  ['SCTLR_EL2', 'sctlrEl2'],
];

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

class EvaluatorRun {
  private readonly machine = new HarnessMachine();
  private readonly core = this.machine.cluster.cores[0];
  private readonly evaluator = new Evaluator(this.machine.cluster, this.core);

  run(batch: Batch): Uint8Array {
    const { machine } = this;
    machine.place(memoryImage(batch));
    machine.place([{ address: physical.code, bytes: padding }]);
    machine.cluster.powerOn(0, BigInt(physical.harness), 2);
    const values = new DataView(machine.read(physical.header, 0x100).buffer);
    for (const [register, offset] of fromHeader) {
      writeSystemRegister(machine, register, values.getBigUint64(offset, true));
    }
    // The identity mapping, which the harness gives up once its MMU is on.
    const level1 = Number(values.getBigUint64(header.ttbr0El2, true));
    machine.place([{ address: level1 + 8, bytes: new Uint8Array(8) }]);
    writeSystemRegister(machine, 'VBAR_EL2', VECTORS_EL2);
    writeSystemRegister(machine, 'OSLAR_EL1', 0n);
    const results = new Uint8Array(caseCount(batch) * RESULT_BYTES);
    for (let i = 0; i < caseCount(batch); i++) this.runCase(batch, i, resultAt(results, i));
    return results;
  }

  private runCase(batch: Batch, index: number, result: TestResult): void {
    const test = caseAt(batch, index);
    const at = physical.code + Number(test.get('pc') & 0x1fffn);
    const words = test.bytes.slice(caseField.words, caseField.words + 4 * test.words.length);
    this.machine.place([{ address: at, bytes: words }]);
    this.enter(test);
    this.stepToVector(index);
    this.leave(test, batch, result);
    this.machine.place([{ address: at, bytes: padding.subarray(0, words.length) }]);
  }

  /** Loads the case's state and returns from EL2 to its first instruction. */
  private enter(test: TestCase): void {
    const { machine } = this;
    const { state } = machine.cluster;
    for (const register of cleared) writeSystemRegister(machine, register, 0n);
    for (const [register, field] of fromCase) writeSystemRegister(machine, register, test.get(field));
    state.sp = test.get('spEl2');
    for (let i = 0; i < 31; i++) state.setX(i, test.x(i));
    for (let i = 0; i < 32; i++) state.setV(i, (test.v(i, 1) << 64n) | test.v(i, 0));
    this.core.system.exceptionReturn(ERET);
  }

  private stepToVector(index: number): void {
    const { state } = this.machine.cluster;
    for (let steps = 0; steps < MAX_STEPS; steps++) {
      if (state.pc >= VECTORS_EL2 && state.pc < VECTORS_EL2 + 0x800n) return;
      this.machine.stepReference(this.evaluator);
    }
    throw new Error(`the evaluator did not come to the end of case ${index}: PC 0x${state.pc.toString(16)}`);
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
    for (const [register, value] of between) writeSystemRegister(machine, register, value);
    for (const [register, from] of identities) {
      writeSystemRegister(machine, register, readSystemRegister(machine, from));
    }
    for (const [register, field] of toResult) result.set(field, readSystemRegister(machine, register));
    if (!test.touchesMemory) return;
    const before = new DataView(batch.data.buffer, batch.data.byteOffset, DATA_BYTES);
    result.recordMemory(before, new DataView(machine.read(physical.data, DATA_BYTES).buffer));
    if (result.get('chunkCount') > 0n) machine.place([{ address: physical.data, bytes: batch.data }]);
  }
}

const padding = new Uint8Array(new Uint32Array(0x800).fill(PAD_WORD).buffer);

let evaluation: EvaluatorRun | undefined;

/** `src/engine`'s reference evaluator in BigInt. */
export const evaluator: Executor = {
  name: 'reference evaluator',
  run: async (batch) => {
    evaluation ??= new EvaluatorRun();
    return evaluation.run(batch);
  },
};
