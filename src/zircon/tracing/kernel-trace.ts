/**
 * The kernel trace: what happens in the kernel, as records that zx_ktrace_read gives to tracing tools. It hears of it as
 * every other listener does, and costs nothing while it is off. <zircon/ktrace.h>, docs/kernel_cmdline.md.
 */
import { BlockedState, KtraceConstant, KtraceGroup, KtraceTag } from '../abi/constants.js';
import { syscallNumber, syscalls } from '../abi/numbers.js';
import { structs } from '../abi/structs.js';
import { numericOption } from '../command-line.js';
import type { Kernel } from '../kernel.js';
import type { KernelListener } from '../listener.js';
import { Channel, type Message } from '../objects/channel.js';
import type { Dispatcher } from '../objects/dispatcher.js';
import { Port } from '../objects/port.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';
import type { Inspector } from '../state/inspector.js';
import type { Transient } from '../state/field-types.js';
import { TraceBuffer } from './trace-buffer.js';

const MEBIBYTE = 2 ** 20;
/** ktrace.bufsize unless given, and at most, in MiB. */
const BUFFER_SIZE = 32;
const BUFFER_MAX = 256;
/** Bit of KTRACE_GRP_* in a tag. */
const GROUP_SHIFT = 20;
/** Numbers of probes are below this. */
export const PROBES_MAX = 0x800;
/** KTRACE_TAG of a probe: its number goes to bits 8 and up. */
const PROBE_TAG = ((KtraceGroup.PROBE << GROUP_SHIFT) | (PROBES_MAX << 8)) >>> 0;
/** What a tool calls the state of the thread that a core leaves. */
const threadState = { ready: 1, blocked: 3, sleeping: 4, suspended: 5, dead: 6 } as const;
/** Kernel threads, by numbers that no koid has: the cores' idle loops. */
const idleThread = (core: number): number => 1 + core;

/** A call that its thread has not yet returned from: its number, and its result. */
interface PendingReturn {
  readonly number: number;
  readonly result: number;
}

const low = (value: bigint): number => Number(BigInt.asUintN(32, value));
const high = (value: bigint): number => low(value >> 32n);

/** Calls with records of their own: what they say of the object of the handle in X0 when they begin, and when they end. */
const described = new Map<
  number,
  {
    readonly begin: (
      koid: number,
      registers: readonly bigint[],
    ) => readonly [tag: number, ...words: number[]];
    readonly end?: (
      koid: number,
      status: number,
      signals: number,
    ) => readonly [tag: number, ...words: number[]];
  }
>([
  [
    syscallNumber.port_wait,
    {
      begin: (koid) => [KtraceTag.PORT_WAIT, koid],
      end: (koid, status) => [KtraceTag.PORT_WAIT_DONE, koid, status],
    },
  ],
  [syscallNumber.port_queue, { begin: (koid) => [KtraceTag.PORT_QUEUE, koid, structs.zx_port_packet.size] }],
  [
    syscallNumber.object_wait_one,
    {
      begin: (koid, [, signals, deadline]) => [
        KtraceTag.WAIT_ONE,
        koid,
        low(signals),
        low(deadline),
        high(deadline),
      ],
      end: (koid, status, signals) => [KtraceTag.WAIT_ONE_DONE, koid, status, signals],
    },
  ],
]);

export class KernelTrace implements KernelListener {
  private readonly buffer: TraceBuffer;
  /** Bits of KTRACE_GRP_* that are recorded; 0 while it is off. */
  private groups = 0;
  /** Names of probes, whose numbers count from 1. */
  private readonly probes: string[] = [];
  /** Objects of which is not told yet, since they are still being made. */
  private readonly fresh: Dispatcher[] = [];
  /** By koid of a thread: that of the object that it waits for. */
  private readonly waits = new Map<number, number>();
  /** By koid of a thread: the call that it returns from when it is on a core again. */
  private readonly returns = new Map<number, PendingReturn>();
  private leave: Transient<(() => void) | undefined>;

  constructor(private readonly kernel: Kernel) {
    const megabytes = numericOption(kernel.commandLine, 'ktrace.bufsize', 1) ?? BUFFER_SIZE;
    this.buffer = new TraceBuffer(Math.min(megabytes, BUFFER_MAX) * MEBIBYTE);
    this.describe();
  }

  // What zx_ktrace_* do.

  /** Records these groups from now on, all of them for 0. */
  start(groups: number): void {
    this.groups = groups === 0 ? KtraceGroup.ALL : groups & KtraceGroup.ALL;
    const { objects, cores } = this.kernel;
    for (let core = 0; core < cores; core++)
      this.name(KtraceTag.KTHREAD_NAME, idleThread(core), 0, `idle ${core}`);
    for (const object of objects.values()) if (!this.fresh.includes(object)) this.nameTask(object);
    this.attach();
  }
  stop(): void {
    this.flush();
    this.groups = 0;
    this.detach();
    this.fresh.length = 0;
    this.waits.clear();
    this.returns.clear();
  }
  /** Forgets all records but those that say what is traced. */
  rewind(): void {
    this.buffer.clear();
    this.describe();
  }
  /** The number of a probe by its name, maybe a new one; undefined if there are too many. */
  probe(name: string): number | undefined {
    const known = this.probes.indexOf(name) + 1;
    if (known > 0) return known;
    if (this.probes.length + 1 >= PROBES_MAX) return undefined;
    this.probes.push(name);
    this.name(KtraceTag.PROBE_NAME, this.probes.length, 0, name);
    return this.probes.length;
  }
  /** A program's own record; whether it is kept. */
  write(probe: number, words: readonly [number, number]): boolean {
    if ((this.groups & KtraceGroup.PROBE) === 0) return false;
    this.flush();
    const tag = (PROBE_TAG | (probe << 8)) >>> 0;
    return this.keep(this.buffer.putProbe(tag, this.current, this.ticks, words));
  }
  /** Bytes of records. */
  get length(): number {
    this.flush();
    return this.buffer.length;
  }
  read(offset: number, length: number): Uint8Array {
    this.flush();
    return this.buffer.read(offset, length);
  }

  /** Listens if it is on; also after the state was loaded from a snapshot. */
  attach(): void {
    if (this.groups !== 0) this.leave ??= this.kernel.listeners.add(this);
  }
  detach(): void {
    this.leave?.();
    this.leave = undefined;
  }

  // What it hears.

  callEntered(thread: Thread, number: number, registers: readonly bigint[]): void {
    this.short(KtraceTag.SYSCALL_ENTER, number);
    const record = described.get(number);
    const koid = record && thread.process.handles.get(low(registers[0]))?.object.koid;
    if (record === undefined || koid === undefined) return;
    const [tag, ...words] = record.begin(koid, registers);
    this.record(tag, words);
    if (record.end !== undefined) this.waits.set(thread.koid, koid);
  }
  callReturned(thread: Thread, number: number, result: bigint): void {
    const returns = { number, result: low(result) };
    if (this.kernel.scheduler.isCurrent(thread)) this.returned(thread, returns);
    else this.returns.set(thread.koid, returns);
  }
  private returned({ koid }: Thread, { number, result }: PendingReturn): void {
    const object = this.waits.get(koid);
    const record = described.get(number)?.end;
    this.waits.delete(koid);
    this.returns.delete(koid);
    if (object !== undefined && record !== undefined) {
      const [tag, ...words] = record(object, result, this.kernel.objects.get(object)?.signals ?? 0);
      this.record(tag, words);
    }
    this.short(KtraceTag.SYSCALL_EXIT, number);
  }
  objectCreated(object: Dispatcher): void {
    this.fresh.push(object);
  }
  objectDestroyed({ koid }: Dispatcher): void {
    this.record(KtraceTag.OBJECT_DELETE, [koid]);
  }
  threadStarted({ koid, process }: Thread, isFirst: boolean): void {
    if (isFirst) this.record(KtraceTag.PROC_START, [koid, process.koid]);
    this.record(KtraceTag.THREAD_START, [koid]);
  }
  threadEnded({ koid }: Thread): void {
    this.waits.delete(koid);
    this.returns.delete(koid);
    this.record(KtraceTag.THREAD_EXIT, [], koid);
  }
  processEnded({ koid }: Process): void {
    this.record(KtraceTag.PROC_EXIT, [koid]);
  }
  messageWritten({ koid }: Channel, { bytes, handles }: Message): void {
    this.record(KtraceTag.CHANNEL_WRITE, [koid, bytes.length, handles.length]);
  }
  messageRead({ koid }: Channel, { bytes, handles }: Message): void {
    this.record(KtraceTag.CHANNEL_READ, [koid, bytes.length, handles.length]);
  }
  switched(core: number, from: Thread | undefined, to: Thread | undefined): void {
    const words = [
      to?.koid ?? 0,
      (stateOf(from) << 16) | core,
      from?.koid ?? idleThread(core),
      to?.koid ?? idleThread(core),
    ];
    this.record(KtraceTag.CONTEXT_SWITCH, words, from?.koid ?? 0);
    const returns = to && this.returns.get(to.koid);
    if (to !== undefined && returns !== undefined) this.returned(to, returns);
  }
  interruptTaken(number: number): void {
    this.short(KtraceTag.IRQ_ENTER, number);
  }
  interruptEnded(number: number): void {
    this.short(KtraceTag.IRQ_EXIT, number);
  }
  faultTaken(address: number, flags: number): void {
    this.record(KtraceTag.PAGE_FAULT, this.faultWords(address, flags));
  }
  faultEnded(address: number, flags: number): void {
    this.record(KtraceTag.PAGE_FAULT_EXIT, this.faultWords(address, flags));
  }
  private faultWords(address: number, flags: number): number[] {
    return [Math.floor(address / 2 ** 32), address, flags, this.kernel.activeCore];
  }

  // Into the buffer.

  private get current(): number {
    return this.kernel.scheduler.current(this.kernel.activeCore)?.koid ?? 0;
  }
  private get ticks(): number {
    const { kernel } = this;
    return kernel.machine.cluster.counter.countFrom(kernel.now);
  }
  private isWanted(tag: number): boolean {
    return ((tag >>> GROUP_SHIFT) & this.groups) !== 0;
  }
  private record(tag: number, words: readonly number[], thread = this.current): void {
    this.flush();
    if (this.isWanted(tag)) this.keep(this.buffer.put(tag, thread, this.ticks, words));
  }
  /** What a core does, by a number: `(number << 8) | core`. */
  private short(tag: number, number: number): void {
    this.flush();
    if (this.isWanted(tag))
      this.keep(this.buffer.putShort(tag, (number << 8) | this.kernel.activeCore, this.ticks));
  }
  private name(tag: number, id: number, argument: number, name: string): void {
    this.keep(this.buffer.putName(tag, id, argument, name));
  }
  /** Where there is no room any more, the trace ends. */
  private keep(isKept: boolean): boolean {
    if (!isKept && this.groups !== 0) {
      this.fresh.length = 0;
      this.stop();
    }
    return isKept;
  }

  /** Tells of the objects that have been made. */
  private flush(): void {
    for (const object of this.fresh.splice(0)) this.created(object);
  }
  private created(object: Dispatcher): void {
    const { koid } = object;
    const put = (tag: number, words: readonly number[]): void => {
      if (this.isWanted(tag)) this.keep(this.buffer.put(tag, this.current, this.ticks, words));
    };
    if (object instanceof Process) put(KtraceTag.PROC_CREATE, [koid]);
    else if (object instanceof Thread) put(KtraceTag.THREAD_CREATE, [koid, object.process.koid]);
    else if (object instanceof Port) put(KtraceTag.PORT_CREATE, [koid]);
    // Once for both ends.
    else if (object instanceof Channel && object.relatedKoid > koid)
      put(KtraceTag.CHANNEL_CREATE, [koid, object.relatedKoid]);
    if (this.isWanted(KtraceTag.PROC_NAME)) this.nameTask(object);
  }
  private nameTask(object: Dispatcher): void {
    if (object instanceof Process) this.name(KtraceTag.PROC_NAME, object.koid, 0, object.name);
    else if (object instanceof Thread)
      this.name(KtraceTag.THREAD_NAME, object.koid, object.process.koid, object.name);
  }

  /** What a trace begins with: its format, the counter, names of what has only numbers. */
  private describe(): void {
    const { buffer, kernel } = this;
    const rate = BigInt(Math.floor(kernel.machine.cluster.counter.frequency / 1000));
    buffer.put(KtraceTag.VERSION, 0, this.ticks, [KtraceConstant.VERSION]);
    buffer.put(KtraceTag.TICKS_PER_MS, 0, this.ticks, [low(rate), high(rate)]);
    for (const [number, { name }] of syscalls.entries()) this.name(KtraceTag.SYSCALL_NAME, number, 0, name);
    for (const [i, name] of this.probes.entries()) this.name(KtraceTag.PROBE_NAME, i + 1, 0, name);
  }

  audit(inspector: Inspector): void {
    inspector.ensure(this.buffer.isSound(BUFFER_MAX * MEBIBYTE), 'the trace fits its buffer');
    inspector.index(this.groups, KtraceGroup.ALL + 1, 'groups of the trace');
    inspector.ensure(this.probes.length < PROBES_MAX, 'probes have numbers');
    for (const { number } of this.returns.values()) inspector.index(number, syscalls.length, 'a call');
  }
}

function stateOf(thread: Thread | undefined): number {
  if (thread === undefined) return threadState.ready;
  if (thread.life === 'dead' || thread.killed) return threadState.dead;
  if (thread.wait?.state === BlockedState.SLEEPING) return threadState.sleeping;
  if (thread.wait !== undefined) return threadState.blocked;
  return thread.suspensions > 0 ? threadState.suspended : threadState.ready;
}
