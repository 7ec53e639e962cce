/** A machine with a guest kernel: one inferior, whose threads are the cores. */
import type { Step } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import { tablesInUse, type TableRange } from '../../observe/index.js';
import { VirtualMemory, type PhysicalMemory } from '../memory.js';
import type { RegisterValues } from '../registers.js';
import { TargetError, type DebugMemory, type Target, type ThreadId, type ThreadInfo } from '../target.js';
import { CoreRegisterValues } from './core-registers.js';

const INFERIOR = 1;

export class CoreTarget implements Target {
  readonly isOfCores = true;

  constructor(
    private readonly machine: Machine,
    private readonly physical: PhysicalMemory,
  ) {}

  threads(): readonly ThreadInfo[] {
    return this.machine.cluster.cores.map(({ index, activity, level }) => ({
      ...threadOf(index),
      name: `CPU#${index}`,
      state: activity === 'running' ? `running at EL${level}` : activity,
      core: index,
    }));
  }
  threadOn(core: number): ThreadId {
    return threadOf(core);
  }

  registers(thread: ThreadId): RegisterValues {
    return new CoreRegisterValues(this.machine, this.coreOf(thread));
  }
  memory(thread: ThreadId): DebugMemory {
    const core = this.coreOf(thread);
    return new VirtualMemory(this.physical, (address) => lookUp(this.machine, core, address));
  }
  tables(thread: ThreadId): readonly TableRange[] {
    return tablesInUse(this.machine, this.coreOf(thread));
  }
  holds(): undefined {
    return undefined;
  }
  step(thread: ThreadId): Pick<Step, 'core' | 'holds'> {
    return { core: this.coreOf(thread) };
  }

  private coreOf({ inferior, thread }: ThreadId): number {
    if (inferior !== INFERIOR || thread < 1 || thread > this.machine.cores)
      throw new TargetError(
        `thread ${inferior}.${thread}: there are ${INFERIOR}.1 to ${INFERIOR}.${this.machine.cores}`,
      );
    return thread - 1;
  }
}

const threadOf = (core: number): ThreadId => ({ inferior: INFERIOR, thread: core + 1 });

/**
 * Where a virtual address is by a core's translation regime at the moment: also where the core's level may only execute,
 * and, at EL0, where only EL1 may go.
 */
export function lookUp(machine: Machine, core: number, address: bigint): number | undefined {
  const { cluster } = machine;
  const { system, level } = cluster.cores[core];
  const low = Number(BigInt.asIntN(32, address));
  const high = Number(BigInt.asIntN(32, address >> 32n));
  return cluster.whileActive(core, () => {
    for (const el of level === 0 ? [0, 1] : [level]) {
      for (const access of ['read', 'execute'] as const) {
        const { fault, physical } = system.lookUp(low, high, access, el);
        if (!fault) return physical;
      }
    }
    return undefined;
  });
}
