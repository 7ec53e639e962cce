/** One core with a little RAM and no devices, for tests of what runs code. */
import { assemble } from '../isa/index.js';
import { EXTERNAL_ABORT, type Board } from './bus.js';
import { Cluster, type ClusterOptions } from './cluster.js';
import { coreModels } from './core-models.js';

/** Physical address of RAM and its bytes. */
export const TEST_RAM = 0x4000_0000;
export const TEST_RAM_SIZE = 0x10_0000;

/** A board with a clock and nothing else. */
export function emptyBoard(): Board {
  const clock = {
    now: 0,
    deadline: Infinity,
    moveTo: (ns: number) => void (clock.now = ns),
    advanceTo: (ns: number) => void (clock.now = ns),
    onDeadlineChange: () => {},
  };
  return {
    bus: {
      initiator: 0,
      secure: false,
      secureAddress: (physical) => physical,
      read: () => EXTERNAL_ABORT,
      write: () => false,
      read64: () => false,
      write64: () => false,
    },
    clock,
    timerLine: () => {},
    pmuLine: () => {},
    hasSmcFirmware: () => false,
    firmwareCall: () => false,
    log: () => {},
  };
}

/** Instruction words of assembler text, as bytes. */
export function code(...texts: readonly string[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(texts, (text) => assemble(text)).buffer);
}

/** What the cluster is made with. */
export const testOptions: ClusterOptions = {
  cores: 1,
  model: coreModels['cortex-a53'],
  el2: false,
  el3: false,
  counterFrequency: 62_500_000,
  peripheralBase: 0,
  ramBase: TEST_RAM,
  ramSize: TEST_RAM_SIZE,
};

/** The cluster, its core at EL1 with the MMU off, about to execute what is at `pc`, so many instructions a second. */
export function testCluster(pc = TEST_RAM, rate?: number): Cluster {
  const cluster = new Cluster({ ...testOptions, ...(rate === undefined ? {} : { rate }) });
  cluster.connect(emptyBoard());
  cluster.powerOn(0, BigInt(pc), 1);
  return cluster;
}
