/** A machine with a hosted Zircon kernel: its processes are the inferiors, by koid, with their threads. */
import type { Step } from '../../engine/index.js';
import type { Machine } from '../../machine/index.js';
import { hostedThreads, tablesInUse, type TableRange } from '../../observe/index.js';
import { kernelOf, Process, Thread, type Kernel } from '../../zircon/index.js';
import { VirtualMemory, type PhysicalMemory } from '../memory.js';
import type { RegisterInfo, RegisterValues } from '../registers.js';
import { TargetError, type DebugMemory, type Target, type ThreadId, type ThreadInfo } from '../target.js';
import { CoreRegisterValues } from './core-registers.js';

export class ZirconTarget implements Target {
  readonly isOfCores = false;

  constructor(
    private readonly machine: Machine,
    private readonly physical: PhysicalMemory,
  ) {}

  /** Not of one kernel: a reset of the machine has another take its place. */
  private get kernel(): Kernel {
    const kernel = kernelOf(this.machine);
    if (kernel === undefined) throw new TargetError('the machine hosts no kernel');
    return kernel;
  }

  threads(): readonly ThreadInfo[] {
    const { kernel } = this;
    return hostedThreads(this.machine)
      .map(({ process, pid, tid, name, state }) => {
        const thread = kernel.objects.get(tid) as Thread;
        const core = kernel.scheduler.isOnCore(thread) ? thread.core : undefined;
        return { inferior: pid, thread: tid, name: `${process}:${name}`, state, core };
      })
      .sort((a, b) => a.inferior - b.inferior || a.thread - b.thread);
  }

  threadOn(core: number): ThreadId | undefined {
    const { kernel } = this;
    const thread = core < kernel.cores ? kernel.scheduler.current(core) : undefined;
    return thread && { inferior: thread.process.koid, thread: thread.koid };
  }

  registers(id: ThreadId): RegisterValues {
    const thread = this.threadOf(id);
    return this.kernel.scheduler.isOnCore(thread)
      ? new CoreRegisterValues(this.machine, thread.core)
      : new ContextRegisters(thread);
  }

  memory({ inferior }: ThreadId): DebugMemory {
    const process = this.processOf(inferior);
    const { ram } = this.machine.cluster;
    return new VirtualMemory(this.physical, (address, write) => {
      // Kernel addresses are nobody's.
      if (address >= 2n ** 48n) return undefined;
      const offset = process.aspace.look(Number(address), write);
      return offset < 0 ? undefined : ram.base + offset;
    });
  }

  /** The kernel's tables lead nowhere: what is different between processes is where those of TTBR0_EL1 begin. */
  tables({ inferior }: ThreadId): readonly TableRange[] {
    const { root } = this.processOf(inferior).aspace.translationTable;
    return tablesInUse(this.machine, 0).map((range) =>
      range.base === 'TTBR0_EL1' ? { ...range, root } : range,
    );
  }

  holds(inferior: number): (core: number) => boolean {
    return (core) => this.threadOn(core)?.inferior === inferior;
  }

  step(id: ThreadId): Pick<Step, 'core' | 'holds'> {
    const thread = this.threadOf(id);
    return { holds: (core) => this.kernel.scheduler.current(core) === thread };
  }

  private processOf(koid: number): Process {
    const process = this.kernel.objects.get(koid);
    if (!(process instanceof Process)) throw new TargetError(`process ${koid}: there is none`);
    return process;
  }
  private threadOf({ inferior, thread: koid }: ThreadId): Thread {
    const thread = this.kernel.objects.get(koid);
    if (!(thread instanceof Thread) || thread.process.koid !== inferior || thread.life !== 'alive')
      throw new TargetError(`thread ${inferior}.${koid}: there is none`);
    return thread;
  }
}

/** Of a thread that is not on a core: what it goes on with. */
class ContextRegisters implements RegisterValues {
  constructor(private readonly thread: Thread) {}

  read({ name }: RegisterInfo): bigint | undefined {
    const { context } = this.thread;
    const [, file, digits] = /^([xv])(\d+)$/.exec(name) ?? [];
    const number = Number(digits);
    if (file === 'x') return context.general[number];
    if (file === 'v') return (context.vectors[2 * number + 1] << 64n) | context.vectors[2 * number];
    const value = {
      sp: context.sp,
      pc: context.pc,
      cpsr: context.pstate,
      fpsr: context.fpsr,
      fpcr: context.fpcr,
      TPIDR_EL0: context.tpidr,
    }[name];
    return typeof value === 'number' ? BigInt(value >>> 0) : value;
  }
  readAll(registers: readonly RegisterInfo[]): readonly (bigint | undefined)[] {
    return registers.map((each) => this.read(each));
  }
  /** The kernel has it in its hands. */
  write(): boolean {
    return false;
  }
}
