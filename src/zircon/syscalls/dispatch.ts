/**
 * The way in from user code: `svc #0` in the vDSO, number in X16, arguments in X0 to X7, result in X0. A call is
 * good only from the vDSO's own call site for its number. Zircon's docs/vdso.md.
 */
import type { CoreState } from '../../engine/index.js';
import { Status } from '../abi/constants.js';
import { syscallNumber, type SyscallName } from '../abi/numbers.js';
import { vdso } from '../images/vdso.js';
import type { Kernel } from '../kernel.js';
import type { Thread } from '../objects/thread.js';
import { VmError } from '../vm/vmar.js';
import { BLOCKED, Call, CallError, type Handler, type Result } from './call.js';
import { handlers } from './table.js';

/** X register that holds the number. */
const NUMBER_REGISTER = 16;
/** X0 to X7 hold the arguments. */
const ARGUMENT_REGISTERS = 8;
/** Bytes of the svc instruction. */
const SVC_BYTES = 4;

export class SystemCalls {
  private readonly call: Call;
  /** By number. */
  private readonly names: readonly SyscallName[];
  private readonly byNumber: readonly Handler[];
  /** By number: distances of the svc instructions from the start of the vDSO's code. */
  private readonly callSites: readonly (readonly number[])[];

  constructor(
    private readonly kernel: Kernel,
    private readonly state: CoreState,
  ) {
    this.call = new Call(kernel, state);
    const names = (Object.keys(syscallNumber) as SyscallName[]).sort(
      (a, b) => syscallNumber[a] - syscallNumber[b],
    );
    this.names = names;
    this.byNumber = names.map((name) => {
      const handler = handlers[name];
      if (handler === undefined) throw new Error(`system call ${name} has no handler`);
      return handler;
    });
    this.callSites = names.map((name) => vdso.callSites[name].map((site) => site - vdso.codeStart));
  }

  /** The thread on the active core has executed svc. */
  enter(thread: Thread): void {
    const number = this.state.xLow(NUMBER_REGISTER) >>> 0;
    const { kernel, state, call } = this;
    const handler = this.isCallSite(thread, number) ? this.byNumber[number] : undefined;
    if (handler === undefined) {
      state.setX(0, BigInt(Status.BAD_SYSCALL));
      kernel.policy.badSyscall(thread);
      return;
    }
    call.thread = thread;
    call.process = thread.process;
    kernel.scheduler.statistics[kernel.activeCore].systemCalls += 1;
    thread.callNumber = number;
    for (const each of kernel.listeners.all) each.callEntered(thread, number, this.registers());
    const result = this.perform(handler, number);
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

  private perform(handler: Handler, number: number): Result {
    try {
      return handler(this.call);
    } catch (error) {
      if (error instanceof CallError || error instanceof VmError) return error.status;
      this.kernel.broken(`system call ${this.names[number]}`, error);
      return BLOCKED;
    }
  }
}
