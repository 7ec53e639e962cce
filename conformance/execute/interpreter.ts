/** The interpreter as an executor: it runs the very harness that QEMU runs. */
import { CaseMachine } from '../../tests/cases/case-machine.js';
import { HARNESS_RAM_BYTES, header, physical } from '../qemu/layout.js';
import { memoryImage, resultBytes } from '../qemu/memory-image.js';
import { caseCount, type Executor } from './records.js';

/** Instructions that a case takes at most, the harness's own and its comparison of the data pages included. */
const CASE_INSTRUCTIONS = 8_000;
const START_INSTRUCTIONS = 40_000;

let machine: CaseMachine | undefined;

function status(from: CaseMachine, offset: number): number {
  return Number(new DataView(from.read(physical.header + offset, 8).buffer).getBigUint64(0, true));
}

/** The harness's only SMC powers off. */
function harnessMachine(): CaseMachine {
  const made: CaseMachine = new CaseMachine({
    ramSize: HARNESS_RAM_BYTES,
    firmwareCall: (_core, conduit) => {
      if (conduit !== 'smc') return false;
      made.cluster.stop();
      return true;
    },
  });
  return made;
}

/** `src/engine`'s interpreter in WebAssembly. */
export const interpreter: Executor = {
  name: 'interpreter',
  run: async (batch) => {
    machine ??= harnessMachine();
    const resultLength = resultBytes(caseCount(batch));
    machine.place([
      ...memoryImage(batch),
      { address: physical.results, bytes: new Uint8Array(resultLength) },
    ]);
    machine.cluster.powerOn(0, BigInt(physical.harness), 2);
    machine.cluster.run(START_INSTRUCTIONS + caseCount(batch) * CASE_INSTRUCTIONS);
    if (status(machine, header.done) !== 1) {
      throw new Error(`the interpreter did not come to the end of case ${status(machine, header.progress)}`);
    }
    return machine.read(physical.results, resultLength);
  },
};
