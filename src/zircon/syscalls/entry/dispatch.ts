/**
 * The way in from user code: `svc #0` in the vDSO, number in X16, arguments in X0 to X7, result in X0. A call is
 * good only from the vDSO's own call site for its number. Zircon's docs/vdso.md.
 */
import type { CoreState } from '../../../engine/index.js';
import { Status } from '../../abi/constants.js';
import { syscalls } from '../../abi/numbers.js';
import { StatusError } from '../../abi/status-error.js';
import { vdso } from '../../images/vdso.js';
import type { Kernel } from '../../kernel.js';
import type { Thread } from '../../objects/thread.js';
import { Cost } from '../../work.js';
import { BLOCKED, Call, type Result } from '../call.js';
import { handlers } from '../table.js';
import { entries, type Entry } from './handlers.js';
import { Registers } from './registers.js';

/** X register that holds the number. */
const NUMBER_REGISTER = 16;
/** X0 to X7 hold the arguments. */
const ARGUMENT_REGISTERS = 8;
/** Bytes of the svc instruction. */
const SVC_BYTES = 4;

export class SystemCalls {
  private readonly call: Call;
  /** By number. */
  private readonly entries: readonly Entry[];
  /** By number: distances of the svc instructions from the start of the vDSO's code. */
  private readonly callSites: readonly (readonly number[])[];

  constructor(
    private readonly kernel: Kernel,
    private readonly state: CoreState,
  ) {
    this.call = new Call(kernel, state);
    const registers = new Registers(state);
    this.entries = syscalls.map(({ name }) => entries[name](handlers, registers));
    this.callSites = syscalls.map(({ name }) => vdso.callSites[name].map((site) => site - vdso.codeStart));
  }

  /** The thread on the active core has executed svc. */
  enter(thread: Thread): void {
    const number = this.state.xLow(NUMBER_REGISTER) >>> 0;
    const { kernel, state, call } = this;
    kernel.work.add(Cost.call);
    const entry = this.isCallSite(thread, number) ? this.entries[number] : undefined;
    if (entry === undefined) {
      state.setX(0, BigInt(Status.BAD_SYSCALL));
      kernel.policy.badSyscall(thread);
      return;
    }
    call.thread = thread;
    call.process = thread.process;
    kernel.scheduler.statistics[kernel.activeCore].systemCalls += 1;
    thread.callNumber = number;
    for (const each of kernel.listeners.all) each.callEntered(thread, number, this.registers());
    const result = this.perform(entry, number);
    if (result === BLOCKED) return;
    if (typeof result === 'number') state.setXHalves(0, result | 0, result < 0 ? -1 : 0);
    else state.setX(0, result);
    for (const each of kernel.listeners.all) each.callReturned(thread, number, state.x(0));
  }
  private registers(): bigint[] {
    return Array.from({ length: ARGUMENT_REGISTERS }, (_, i) => this.state.x(i));
  }

  /** Whether the svc lies where the vDSO has it for this number. */
  private isCallSite(thread: Thread, number: number): boolean {
    const sites = this.callSites.at(number);
    const { codeBase } = thread.process.aspace;
    if (sites === undefined || codeBase === 0) return false;
    return sites.includes(this.call.returnAddress - SVC_BYTES - codeBase);
  }

  private perform(entry: Entry, number: number): Result {
    try {
      return entry(this.call);
    } catch (error) {
      if (error instanceof StatusError) return error.status;
      this.kernel.broken(`system call ${syscalls[number].name}`, error);
      return BLOCKED;
    }
  }
}
