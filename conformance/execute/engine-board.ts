/** The least machine that the execution harness needs around our cores: RAM, a clock, PSCI's SYSTEM_OFF. */
import { Cluster, coreModels, EXTERNAL_ABORT, type Board, type Evaluator } from '../../src/engine/index.js';
import { BUDGET, EL, PC } from '../../src/engine/layout.js';
import { physical } from '../qemu/layout.js';
import type { Placement } from '../qemu/memory-image.js';

const RAM_BYTES = 128 * 2 ** 20;

/** One core with EL2 and 128 MiB of RAM at board `virt`'s address. Nothing else is there: external aborts. */
export class HarnessMachine {
  readonly cluster = new Cluster({
    cores: 1,
    model: coreModels['cortex-a53'],
    el2: true,
    counterFrequency: 62_500_000,
    peripheralBase: 0x0800_0000,
    ramBase: physical.ram,
    ramSize: RAM_BYTES,
  });
  /** What the engine logged, each message once. */
  readonly messages = new Set<string>();
  private now = 0;

  constructor() {
    this.cluster.connect(this.board());
  }

  private board(): Board {
    const advance = (ns: number): void => {
      this.now = ns;
    };
    const clockNow = (): number => this.now;
    return {
      bus: {
        initiator: 0,
        read: () => EXTERNAL_ABORT,
        write: () => false,
        read64: () => false,
        write64: () => false,
      },
      clock: {
        get now() {
          return clockNow();
        },
        deadline: Infinity,
        moveTo: advance,
        advanceTo: advance,
        onDeadlineChange: () => {},
      },
      timerLine: () => {},
      pmuLine: () => {},
      smcFirmware: true,
      // The harness's only SMC from EL2 powers off; tests make none.
      firmwareCall: (_core, conduit) => {
        if (conduit !== 'smc') return false;
        this.cluster.stop();
        return true;
      },
      log: (message) => this.messages.add(message),
    };
  }

  place(placements: readonly Placement[]): void {
    for (const { address, bytes } of placements) this.cluster.ram.write(address - physical.ram, bytes);
  }

  /** A copy of `length` bytes at a physical address. */
  read(address: number, length: number): Uint8Array {
    return this.cluster.ram.read(address - physical.ram, length);
  }

  /** Executes one instruction by the reference evaluator, as the cluster does it by the interpreter. */
  stepReference(evaluator: Evaluator): void {
    const { cluster } = this;
    const [core] = cluster.cores;
    core.takeInterrupts();
    const slow = core.system.needsSlowStepping();
    cluster.pieceLength = 1;
    cluster.state.setLow(BUDGET, 1);
    core.prepare();
    if (!slow || !core.system.beforeInstruction()) {
      const word = slow ? this.word() : 0;
      evaluator.run();
      if (slow) core.system.afterInstruction(word);
    }
    cluster.pieceLength = 0;
    cluster.state.setLow(BUDGET, 0);
    core.executed += 1;
  }

  /** The word at PC; 0 if it cannot be fetched. */
  private word(): number {
    const { state, cores, ram } = this.cluster;
    const translation = cores[0].system.translate(state.low(PC), state.high(PC), 'execute', state.low(EL));
    const offset = translation.fault ? -1 : ram.offsetOf(translation.physical);
    return offset < 0 ? 0 : new DataView(ram.read(offset, 4).buffer).getUint32(0, true);
  }
}
