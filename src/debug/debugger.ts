/**
 * Somebody who debugs a machine: has it stand still, looks, sets stops, has it go on. It says only what is to be done;
 * whoever runs the machine (`host/session`, or a loop of the caller's) does it, and tells it of each stop.
 *
 * Looking and stopping change nothing that the guest sees. What is written, and interrupts that are held during steps,
 * enter through the machine's journal between two instructions, so that a recording has them.
 */
import { Listeners, type Stop } from '../engine/index.js';
import type { Machine } from '../machine/index.js';
import { GuestSymbols } from '../observe/index.js';
import { kernelOf } from '../zircon/index.js';
import { PhysicalMemory } from './memory.js';
import { registersOf, type RegisterInfo } from './registers.js';
import { TargetError, type Target, type ThreadId } from './target.js';
import { CoreTarget } from './targets/core-target.js';
import { ZirconTarget } from './targets/zircon-target.js';

/** Why the machine stands still, and the thread that it is about. */
export interface Halt {
  readonly cause: Stop | 'interrupt';
  readonly thread: ThreadId;
}

/** A step of a thread: of one instruction, or while its PC is in a range. */
export interface ThreadStep {
  readonly thread: ThreadId;
  readonly range?: { readonly from: bigint; readonly to: bigint } | undefined;
  /** Its core takes no interrupts meanwhile. */
  readonly holdsInterrupts?: boolean;
}

export interface DebuggerOptions {
  /** The machine stands still until it is resumed. */
  readonly halted?: boolean;
  /** The machine does what was recorded, so nothing of it may be changed: no writes, no interrupts held. */
  readonly readOnly?: boolean;
}

export class Debugger {
  readonly target: Target;
  readonly physical: PhysicalMemory;
  readonly registers: readonly RegisterInfo[];
  readonly isReadOnly: boolean;
  /** Hear that the machine stands still, and why. */
  readonly stopped = new Listeners<(halt: Halt) => void>();
  /** Hear that it is to run on. */
  readonly resumed = new Listeners<() => void>();
  /** Hear that somebody wants its end. */
  readonly killed = new Listeners<() => void>();
  /** Whether somebody is there who may want something of a machine that waits for ever. */
  isAttached = false;
  private halt: Halt | undefined;
  private names: GuestSymbols | undefined;
  /** The core whose interrupts are held. */
  private holding: number | undefined;

  constructor(
    readonly machine: Machine,
    { halted = false, readOnly = false }: DebuggerOptions = {},
  ) {
    this.physical = new PhysicalMemory(machine);
    const isHosted = kernelOf(machine) !== undefined;
    this.target = new (isHosted ? ZirconTarget : CoreTarget)(machine, this.physical);
    this.registers = registersOf(machine);
    this.isReadOnly = readOnly;
    if (halted) this.stopNow();
  }

  /** Names of places in the guest, as it carries them itself; looked for when they are first asked for. */
  get symbols(): GuestSymbols {
    return (this.names ??= new GuestSymbols(this.machine));
  }

  /** Whether the machine must not run. */
  get isHalted(): boolean {
    return this.halt !== undefined;
  }
  /** Why it does not; undefined while it may. */
  get halted(): Halt | undefined {
    return this.halt;
  }

  /** Between two runs: has the machine stand still where it is. */
  stopNow(): void {
    if (this.halt === undefined) this.stop({ cause: 'interrupt', thread: this.someThread() });
  }
  /** A run has ended at one of the machine's stops. */
  reached(): void {
    const cause = this.machine.stops.reached;
    if (cause === undefined || this.halt !== undefined) return;
    this.stop({ cause, thread: this.target.threadOn(cause.core) ?? this.someThread() });
  }

  private stop(halt: Halt): void {
    this.machine.stops.stepping = undefined;
    this.release();
    this.halt = halt;
    for (const hear of this.stopped.all) hear(halt);
  }

  /** Has the machine run on, to make a step or until something stops it. Throws TargetError for a thread that there is not. */
  resume(step?: ThreadStep): void {
    if (step !== undefined) this.prepare(step);
    this.halt = undefined;
    for (const hear of this.resumed.all) hear();
  }

  private prepare({ thread, range, holdsInterrupts = false }: ThreadStep): void {
    const { machine } = this;
    const steps = this.target.step(thread);
    machine.stops.stepping = { ...steps, range };
    if (!holdsInterrupts || this.isReadOnly || steps.core === undefined) return;
    this.holding = steps.core;
    machine.holdInterrupts(steps.core, true);
  }
  private release(): void {
    if (this.holding !== undefined) this.machine.holdInterrupts(this.holding, false);
    this.holding = undefined;
  }

  /** Wants no more of the machine: it runs on. */
  leave(): void {
    this.machine.stops.stepping = undefined;
    this.release();
    this.isAttached = false;
    if (this.isHalted) this.resume();
  }

  /** Starts the machine anew, as by its button. Throws TargetError where that would go astray from a recording. */
  reset(): void {
    if (this.isReadOnly) throw new TargetError('a replay cannot be reset');
    this.machine.reset();
  }
  /** Has whoever runs the machine end. */
  kill(): void {
    for (const hear of this.killed.all) hear();
  }

  /** The thread of the first core that executes one, or any. */
  private someThread(): ThreadId {
    const { machine, target } = this;
    for (const { index, activity } of machine.cluster.cores) {
      const thread = activity === 'running' ? target.threadOn(index) : undefined;
      if (thread !== undefined) return thread;
    }
    return target.threads()[0] ?? { inferior: 1, thread: 1 };
  }
}
