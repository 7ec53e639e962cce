/** Runs single FP instructions in regions of the translator: all states of a word but the first, with which it becomes one. */
import { Cluster } from '../../src/engine/index.js';
import { emptyBoard, TEST_RAM, testOptions } from '../../src/engine/test-cluster.js';
import { Translator } from '../../src/engine/translator/translator.js';
import { assemble } from '../../src/isa/index.js';
import { RESULT_BYTES, STATE_BYTES, type Group } from './oracle.js';
import { loadState, storeResult } from './states.js';

/** More than a region wants left. */
const PLENTY = 2048;
/** MSR CPACR_EL1, X0: FP is not trapped. */
const SET_CPACR = 0xd518_1040;
const EAGER = { hotness: 1, batch: 1, patience: 0, counts: true };

export class Regions {
  private readonly cluster = new Cluster(
    testOptions,
    (host) => (this.translator = new Translator(host, EAGER)),
  );
  private translator: Translator | undefined;

  constructor() {
    const { cluster } = this;
    cluster.connect(emptyBoard());
    cluster.powerOn(0, BigInt(TEST_RAM), 1);
    cluster.state.setX(0, 0x30_0000n);
    cluster.cores[0].system.system(SET_CPACR);
  }

  /** Instructions that were executed in regions, those that wait for the end of a run among them. */
  get executed(): number {
    return this.translator?.statistics.executed ?? 0;
  }

  /** The results of a group's states. @throws Error if they did not come from a region */
  run({ word, states }: Group): DataView {
    const { cluster } = this;
    const { state } = cluster;
    // Branches lead to the word, so that it is where a region begins, and from the end to itself.
    const code = Uint32Array.of(assemble('b #4'), word, assemble('b #0'));
    cluster.ram.write(0, new Uint8Array(code.buffer));
    const count = states.byteLength / STATE_BYTES;
    const results = new DataView(new ArrayBuffer(count * RESULT_BYTES));
    const before = this.executed;
    for (let i = 0; i < count; i++) {
      cluster.cores[0].registers.pc = BigInt(TEST_RAM);
      loadState(state, states, i * STATE_BYTES);
      cluster.run(PLENTY);
      storeResult(state, results, i * RESULT_BYTES);
    }
    const left = count * PLENTY - (this.executed - before);
    // Of each run the branch to the region, and what is left at the end; and all of the first.
    if (left > 8 * count + PLENTY)
      throw new Error(`0x${word.toString(16)}: ${left} instructions were not executed in regions`);
    return results;
  }
}
