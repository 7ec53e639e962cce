/** Performs the translations with the engine's system part, on the same memory. */
import { systemOperationNamed } from '../../src/isa/index.js';
import { STATE_END } from '../../src/engine/layout.js';
import { coreModels } from '../../src/engine/core-models.js';
import { CoreState } from '../../src/engine/state.js';
import {
  R,
  storedRegisters,
  System,
  SystemCounter,
  type Halves,
  type SystemEnvironment,
} from '../../src/engine/system/index.js';
import {
  operationsOf,
  ownRegisters,
  RAM,
  RAM_BYTES,
  record,
  RECORD_BYTES,
  RECORDS,
  RESULT_BYTES,
  type ProgramLevel,
} from './layout.js';

const isOwn = (name: string): boolean => (ownRegisters as readonly string[]).includes(name);
const nothing = (): void => undefined;

/** A core that only translates. */
function environmentOf(memory: Uint8Array): SystemEnvironment {
  const view = new DataView(memory.buffer, memory.byteOffset, memory.byteLength);
  const read = (offset: number): number => (offset + 4 <= view.byteLength ? view.getInt32(offset, true) : 0);
  return {
    now: () => 0,
    visibleNow: () => 0,
    instructions: () => 0,
    secureAddress: (physical) => physical,
    readPhysical: (address: number, bytes: 4 | 8, out: Halves): boolean => {
      const offset = address - RAM;
      if (offset < 0 || offset >= RAM_BYTES) return false;
      out[0] = read(offset);
      out[1] = bytes === 8 ? read(offset + 4) : 0;
      return true;
    },
    interruptLines: () => 0,
    firmwareCall: () => false,
    hasSmcFirmware: true,
    flushTlb: nothing,
    flushTlbPage: nothing,
    flushTlbAsid: nothing,
    addressSpaceChanged: nothing,
    isReadable: () => false,
    contextChanged: nothing,
    deadlineChanged: nothing,
    timerLine: nothing,
    pmuLine: nothing,
    waitForInterrupt: nothing,
    waitForEvent: nothing,
    sendEvent: nothing,
    yield: nothing,
    semihostingCall: () => 'none' as const,
    log: nothing,
  };
}

const wordsOf = (level: ProgramLevel): number[] =>
  operationsOf[level].map((name) => {
    const operation = systemOperationNamed(`AT ${name}`);
    if (operation === undefined) throw new Error(`no operation AT ${name}`);
    const { op1, CRn, CRm, op2 } = operation;
    return 0xd508_0000 | (op1 << 16) | (CRn << 12) | (CRm << 8) | (op2 << 5);
  });

/** The results, in the layout of the program's. */
export function runOnEngine(memory: Uint8Array, count: number, level: ProgramLevel): Uint8Array {
  const pages = Math.ceil(STATE_END / 65536);
  const state = new CoreState(new WebAssembly.Memory({ initial: pages }));
  const options = {
    index: 0,
    cores: 1,
    model: coreModels['cortex-a53'],
    el2: true,
    el3: level === 3,
    counter: new SystemCounter(62_500_000),
    peripheralBase: 0,
  };
  const system = new System(state, environmentOf(memory), options);
  system.reset(BigInt(RAM), level);
  const words = wordsOf(level);
  const own = (name: string): string => (isOwn(name) ? name.replace('EL2', `EL${level}`) : name);
  const registerOf = (name: string) => storedRegisters.get(own(name));
  const [esr, far] = [`ESR_EL${level}`, `FAR_EL${level}`].map((name) => storedRegisters.get(name)!);
  const input = new DataView(memory.buffer, memory.byteOffset + RECORDS - RAM, count * RECORD_BYTES);
  const results = new DataView(new ArrayBuffer(count * RESULT_BYTES));
  for (let i = 0; i < count; i++) {
    const at = (offset: number): bigint => input.getBigUint64(i * RECORD_BYTES + offset, true);
    for (const [name, offset] of Object.entries(record)) {
      const register = registerOf(name);
      if (register !== undefined) state.put64(register, at(offset));
    }
    system.pstate.deriveSecurity();
    for (const register of [far, R.HPFAR_EL2, esr]) state.put64(register, 0n);
    state.put64(R.PAR_EL1, 0xffff_ffff_ffff_ffffn);
    state.setX(0, at(record.ADDRESS));
    system.system(words[Number(at(record.OPERATION))]);
    const outcome = [R.PAR_EL1, esr, far, R.HPFAR_EL2];
    for (const [n, register] of outcome.entries()) {
      results.setBigUint64(i * RESULT_BYTES + n * 8, state.get64(register), true);
    }
  }
  return new Uint8Array(results.buffer);
}
