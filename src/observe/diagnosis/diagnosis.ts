/**
 * What a guest does of which nothing is seen: the state of its cores, what has been seen of them while somebody
 * watched, and what follows from that. Looking changes nothing in the machine.
 */
import type { Machine } from '../../machine/index.js';
import { consoleState, type ConsoleState } from './console-advice.js';
import { coreState, type CoreState, type Sources } from './core-state.js';
import { interruptNames } from './interrupt-names.js';
import { branchesToItself, endlessAccess, endlessException } from './endless.js';
import { kernelLog, type KernelMessage } from './kernel-log.js';
import { hostedThreads, type ThreadState } from './threads.js';
import type { DeviceAccess, SeenAccess } from './watch.js';
import type { PsciEvent } from '../events.js';

/** Messages of the kernel that are read. */
const MESSAGES = 12;

export interface Diagnosis {
  /** Instructions that all cores have executed, and virtual ns that have passed. */
  readonly instructions: number;
  readonly time: number;
  readonly cores: readonly CoreState[];
  /** Registers of devices, those that were used most first. */
  readonly accesses: readonly SeenAccess[];
  readonly lastAccess: DeviceAccess | undefined;
  readonly lastCall: PsciEvent | undefined;
  readonly console: ConsoleState;
  /** The latest messages in the log of a Linux kernel, the oldest first. */
  readonly kernelLog: readonly KernelMessage[];
  /** Whether waiting longer will hardly bring anything. */
  readonly leadsNowhere: boolean;
  /** Of a hosted kernel. */
  readonly threads: readonly ThreadState[];
  /** What is known of the places that appear in it. */
  readonly names: Names;
}

/** Names for numbers. */
export interface Names {
  readonly interrupts: ReadonlyMap<number, string>;
  /** What the code at a virtual address of a core is called. */
  place(core: number, address: bigint): string | undefined;
  /** What is where a core's virtual address is in physical memory; undefined if it is nowhere. */
  target(core: number, address: bigint): { readonly physical: number; readonly holds: string } | undefined;
}

export function diagnose(machine: Machine, sources: Sources): Diagnosis {
  const { bus } = machine.board;
  const { watch, symbols } = sources;
  const cores = machine.cluster.cores.map(({ index }) => coreState(machine, index, sources));
  const accesses = watch.mostUsed;
  const console = consoleState(machine);
  // Once the places of the cores have been looked up, it is known where the kernel has its memory.
  const memory = symbols.kernelMemory;
  return {
    instructions: machine.instructions,
    time: machine.now,
    cores,
    accesses,
    lastAccess: watch.lastAccess,
    lastCall: watch.lastCall,
    console,
    kernelLog: memory === undefined ? [] : kernelLog(memory, MESSAGES),
    leadsNowhere:
      console.advice.length > 0 ||
      machine.idle ||
      endlessAccess(accesses) !== undefined ||
      cores.some((core) => endlessException(core) !== undefined || branchesToItself(core)),
    threads: hostedThreads(machine),
    names: {
      interrupts: interruptNames(machine.board),
      place: (core, address) => symbols.place(core, address),
      target: (core, address) => {
        const physical = machine.translate(core, address);
        if (physical === undefined) return undefined;
        const found = bus.find(physical);
        return {
          physical,
          holds: found === undefined ? 'nothing' : found.kind === 'ram' ? 'RAM' : found.device.name,
        };
      },
    },
  };
}
