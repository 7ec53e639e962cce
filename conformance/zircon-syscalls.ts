/**
 * Random system calls at EL0 (guest/fuzz): processes and threads that call everything with anything. Nothing may be
 * thrown in the kernel, and whenever all workers are gone the kernel holds what it held before.
 */
import type { Machine } from '../src/machine/index.js';
import {
  bootZircon,
  builtInBootImage,
  type Kernel,
  type KernelListener,
  type ZirconOptions,
} from '../src/zircon/index.js';
import type { Thread } from '../src/zircon/objects/thread.js';
import { syscallNumber } from '../src/zircon/abi/numbers.js';
import { buildStatic, staticSources } from '../scripts/zircon/build/programs.js';
import { sourcesIn, Workshop } from '../scripts/zircon/build/toolchain.js';

const PROGRAM = 'bin/syscall-fuzz';
const RAM_SIZE = 64 * 2 ** 20;
/** Between two looks. */
const SLICE = 1_000_000;
/** Slices in which no call was made: the workers are stuck. */
const PATIENCE = 200;

/** What the kernel holds. */
interface Holdings {
  readonly vmoPages: number;
  readonly tablePages: number;
  readonly handles: number;
  readonly objects: number;
  readonly queuedBytes: number;
}

export interface SyscallFuzzReport {
  readonly calls: number;
  readonly rounds: number;
  /** Calls by name. */
  readonly byName: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
}

function fuzzProgram(): Uint8Array {
  const workshop = new Workshop();
  try {
    const sources = [...sourcesIn('guest/fuzz'), ...staticSources];
    return buildStatic(workshop, { path: PROGRAM, sources });
  } finally {
    workshop.remove();
  }
}

const holdings = (kernel: Kernel): Holdings => ({
  vmoPages: kernel.vm.pages.used.vmo,
  tablePages: kernel.vm.pages.used.table,
  handles: kernel.handles.count,
  objects: kernel.objects.size,
  queuedBytes: kernel.ipc.bytes,
});

const names = Object.entries(syscallNumber)
  .sort(([, a], [, b]) => a - b)
  .map(([name]) => name);

/** Counts calls. */
class CallCounts implements KernelListener {
  calls = 0;
  readonly byName = new Map<string, number>();

  callEntered(_thread: Thread, number: number): void {
    this.calls += 1;
    this.byName.set(names[number], (this.byName.get(names[number]) ?? 0) + 1);
  }
  callReturned(): void {}
  objectCreated(): void {}
  objectDestroyed(): void {}
  messageWritten(): void {}
  switched(): void {}
}

/** A run: what the console says, compared with what the kernel holds. */
class Run {
  readonly counts = new CallCounts();
  readonly failures: string[] = [];
  rounds = 0;
  private first: Holdings | undefined;
  private line = '';
  private readonly machine: Machine;
  private readonly kernel: Kernel;

  constructor(
    private readonly wanted: number,
    options: ZirconOptions,
  ) {
    const image = builtInBootImage(new Map([[PROGRAM, fuzzProgram()]]));
    const append = `userboot.next=${PROGRAM}`;
    const { machine, kernel } = bootZircon(image, { ...options, ramSize: RAM_SIZE, append });
    this.machine = machine;
    this.kernel = kernel;
    kernel.listeners.add(this.counts);
    machine.logged.add((message) => this.failures.push(message));
    machine.onTransmit = (byte) => {
      this.line += String.fromCharCode(byte);
      if (byte !== 0x0a) return;
      this.said(this.line.trim());
      this.line = '';
    };
  }

  private get isDone(): boolean {
    return this.counts.calls >= this.wanted;
  }

  private said(line: string): void {
    if (/fuzz: failed|kernel: panic|kernel: .* '(userboot|bin.syscall-fuzz)'/.test(line))
      this.failures.push(line);
    if (line.endsWith('fuzz: checkpoint')) this.checkpoint();
  }

  private checkpoint(): void {
    const { kernel, failures } = this;
    this.rounds += 1;
    const now = holdings(kernel);
    this.first ??= now;
    if (JSON.stringify(now) !== JSON.stringify(this.first)) {
      failures.push(`round ${this.rounds}: ${JSON.stringify(now)} instead of ${JSON.stringify(this.first)}`);
    }
    if (this.isDone || failures.length > 0) this.machine.stop();
  }

  run(): void {
    const { machine, counts, failures } = this;
    let quiet = 0;
    while (failures.length === 0) {
      const before = counts.calls;
      const reason = machine.run({ instructions: SLICE });
      if (reason === 'stopped' && this.isDone) return;
      quiet = counts.calls === before ? quiet + 1 : 0;
      const isGoingOn = reason === 'limit' && !(machine.idle && machine.nextDeadline === Infinity);
      if (!isGoingOn || quiet === PATIENCE)
        failures.push(`${reason}, no call any more after ${counts.calls}`);
    }
  }
}

/** Runs until at least so many calls were made and their workers are gone. */
export function fuzzSyscalls({ calls = 2_000_000, seed = 1n, cores = 1 } = {}): SyscallFuzzReport {
  const run = new Run(calls, { seed, cores });
  run.run();
  const { counts, rounds, failures } = run;
  return { calls: counts.calls, rounds, byName: counts.byName, failures };
}
