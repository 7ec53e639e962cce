/** A kernel on a small machine whose system calls tests make directly, with arguments instead of user code. */
import { Machine } from '../machine/index.js';
import { Status, VmFlag } from './abi/constants.js';
import { syscallNumber, type SyscallName } from './abi/numbers.js';
import { StatusError } from './abi/status-error.js';
import { Kernel } from './kernel.js';
import { Process } from './objects/process.js';
import { Thread } from './objects/thread.js';
import { BLOCKED, Call, type Result } from './syscalls/call.js';
import { entries } from './syscalls/entry/handlers.js';
import { Registers } from './syscalls/entry/registers.js';
import { handlers } from './syscalls/table.js';

const RAM_SIZE = 16 * 2 ** 20;
/** Bytes of memory that a test process has for arguments. */
const SCRATCH_SIZE = 512 * 1024;
/** A user address at which nothing is mapped. */
export const BAD_POINTER = 0x1000;

/** A kernel whose time stands still until a test moves it. */
class TestKernel extends Kernel {
  private time: number | undefined;

  override get now(): number {
    return this.time ?? 0;
  }
  /** Lets ns pass; what is due by then happens. */
  advance(duration: number): void {
    const end = this.now + duration;
    for (;;) {
      const deadline = this.scheduler.timerDeadline(0);
      this.time = Math.max(this.now, Math.min(deadline, end));
      if (deadline > end) return;
      this.scheduler.timerFired(0);
    }
  }
}

export type Argument = number | bigint;

/** A process with memory for arguments, and the threads of it that a test asks for. */
export class TestProcess {
  readonly process: Process;
  readonly thread: TestThread;
  private readonly base: number;
  private used = 0;

  constructor(private readonly bench: TestBench) {
    const { kernel } = bench;
    this.process = new Process(kernel, kernel.rootJob, 'test');
    this.thread = this.newThread();
    const { rootVmar } = this.process.aspace;
    const vmo = kernel.vm.createPaged(SCRATCH_SIZE);
    const flags = VmFlag.PERM_READ | VmFlag.PERM_WRITE;
    this.base = rootVmar.map({ vmo, size: SCRATCH_SIZE, flags }).base;
  }

  newThread(): TestThread {
    return new TestThread(this.bench, this);
  }

  // Memory.

  /** Address of fresh bytes, 8-byte aligned, zeroed unless given. */
  allocate(bytes: number | Uint8Array): number {
    const address = this.base + this.used;
    const length = typeof bytes === 'number' ? bytes : bytes.length;
    this.used += (length + 7) & ~7;
    if (this.used > SCRATCH_SIZE)
      throw new RangeError('the test has used its memory up: release it sometimes');
    this.write(address, typeof bytes === 'number' ? new Uint8Array(bytes) : bytes);
    return address;
  }
  /** Everything allocated may be used again. */
  release(): void {
    this.used = 0;
  }
  write(address: number, bytes: Uint8Array): void {
    if (!this.process.aspace.copyOut(address, bytes)) throw new RangeError('no memory there');
  }
  read(address: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    if (!this.process.aspace.copyIn(address, bytes)) throw new RangeError('no memory there');
    return bytes;
  }
  words(...values: number[]): number {
    return this.allocate(new Uint8Array(Uint32Array.from(values).buffer));
  }
  u32(address: number): number {
    return new DataView(this.read(address, 4).buffer).getUint32(0, true);
  }
  u64(address: number): number {
    return Number(new DataView(this.read(address, 8).buffer).getBigUint64(0, true));
  }

  // Calls by the first thread.

  call(name: SyscallName, ...args: readonly Argument[]): number {
    return this.thread.call(name, ...args);
  }
  /** A call that makes handles: their values, written at the pointers that follow the arguments. */
  make(name: SyscallName, count: number, ...args: readonly Argument[]): number[] {
    const outs = Array.from({ length: count }, () => this.allocate(4));
    const status = this.call(name, ...args, ...outs);
    if (status !== Status.OK) throw new Error(`${name} returned ${status}`);
    return outs.map((out) => this.u32(out));
  }
}

/** A thread that never runs, but makes system calls. */
export class TestThread {
  readonly thread: Thread;

  constructor(
    private readonly bench: TestBench,
    owner: TestProcess,
  ) {
    const { process } = owner;
    this.thread = new Thread(bench.kernel, process, 'test');
    process.addThread(this.thread);
    this.thread.life = 'alive';
    process.state = 'running';
  }

  /** Makes a call that may block. */
  start(name: SyscallName, ...args: readonly Argument[]): Result {
    return this.bench.perform(this.thread, name, args);
  }
  /** Makes a call that must not stay blocked; its result, as a signed number. */
  call(name: SyscallName, ...args: readonly Argument[]): number {
    const result = this.start(name, ...args);
    if (result !== BLOCKED) return Number(result);
    if (this.isBlocked) throw new Error(`${name} blocks`);
    return this.result;
  }
  get isBlocked(): boolean {
    return this.thread.wait !== undefined;
  }
  /** What the last call that blocked has returned. */
  get result(): number {
    return Number(BigInt.asIntN(64, this.thread.context.general[0]));
  }
}

export class TestBench {
  readonly machine = new Machine({ ramSize: RAM_SIZE });
  readonly kernel: TestKernel;
  private readonly theCall: Call;
  private readonly registers = new Registers(this.machine.cluster.state);

  constructor(seed = 1n) {
    this.kernel = new TestKernel(this.machine, { commandLine: '', seed });
    this.theCall = new Call(this.kernel, this.machine.cluster.state);
  }

  newProcess(): TestProcess {
    return new TestProcess(this);
  }

  perform(thread: Thread, name: SyscallName, args: readonly Argument[]): Result {
    if (!(name in syscallNumber)) throw new RangeError(`${name} is no system call`);
    const { theCall } = this;
    const { state } = this.machine.cluster;
    args.forEach((value, i) => state.setX(i, BigInt.asUintN(64, BigInt(value))));
    theCall.thread = thread;
    theCall.process = thread.process;
    try {
      return entries[name](handlers, this.registers)(theCall);
    } catch (error) {
      if (error instanceof StatusError) return error.status;
      throw error;
    }
  }
}
