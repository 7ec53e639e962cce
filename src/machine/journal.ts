/**
 * The journal of a machine: every way in from outside, each as an *entry*. Nothing else changes a machine that has been
 * started, so the same machine given the same entries at the same positions does the same.
 */
import { Listeners } from '../engine/index.js';
import type { NetworkEvent } from '../network/index.js';
import type { InputEvent } from './input/index.js';
import type { FileAnswer } from './semihosting/files.js';

/**
 * How far a machine has come: instructions of all cores, and virtual ns, since time passes too while every core waits.
 */
export interface Position {
  readonly instructions: number;
  readonly now: number;
}

/** Something that came from outside between two instructions. */
export type Entry =
  /** Bytes on the receive line of a serial port. */
  | { readonly kind: 'input'; readonly port: string; readonly bytes: Uint8Array }
  /** From the next turn on a core executes so many instructions to a second of virtual time. */
  | { readonly kind: 'rate'; readonly rate: number }
  /** Virtual time moves on to `ns` while the cores stand still. */
  | { readonly kind: 'skip'; readonly ns: number }
  /** Bytes written to RAM at a physical address. */
  | { readonly kind: 'memory'; readonly address: number; readonly bytes: Uint8Array }
  /** A core's register written, by its name as `CoreRegisters.write` takes it; the value as an unsigned number. */
  | { readonly kind: 'register'; readonly core: number; readonly register: string; readonly value: bigint }
  /** A reset, be it that the guest has asked for it or somebody outside. */
  | { readonly kind: 'reset' }
  /** A break condition on the receive line of a serial port. */
  | { readonly kind: 'break'; readonly port: string }
  /** The button that asks a guest to switch itself off. */
  | { readonly kind: 'button' }
  /** Something from the host for a guest's network, by its name. */
  | { readonly kind: 'network'; readonly network: string; readonly event: NetworkEvent }
  /** What comes from keyboards and pointers. */
  | { readonly kind: 'events'; readonly events: readonly InputEvent[] }
  /** What the host answers to a semihosting call of a core for a file. */
  | ({ readonly kind: 'semihosting'; readonly core: number } & FileAnswer)
  /** From now on a core takes no interrupts, as if it were not there, or takes them again. */
  | { readonly kind: 'hold'; readonly core: number; readonly held: boolean };

export type EntryKind = Entry['kind'];
/** The entries of one kind. */
export type EntryOf<K extends EntryKind> = Extract<Entry, { readonly kind: K }>;

/** Hears of entries. Bytes in them are somebody else's, and may change later. */
export type JournalListener = (entry: Entry, at: Position) => void;

/** The ways in, and how far the machine has come. */
export interface Ways extends Position {
  receive(bytes: Iterable<number>, port: string): void;
  setRate(rate: number): void;
  skipTo(ns: number): void;
  writeMemory(address: number, bytes: Uint8Array): boolean;
  core(index: number): { write(register: string, value: bigint): void };
  reset(): void;
  receiveBreak(port: string): void;
  pressPowerButton(): void;
  sendInput(events: readonly InputEvent[]): void;
  holdInterrupts(core: number, held: boolean): void;
  enterNetwork(network: string, event: NetworkEvent): number;
  answerSemihosting(core: number, answer: FileAnswer): void;
}

const appliers: { readonly [K in EntryKind]: (machine: Ways, entry: EntryOf<K>) => void } = {
  input: (machine, { bytes, port }) => machine.receive(bytes, port),
  rate: (machine, { rate }) => machine.setRate(rate),
  skip: (machine, { ns }) => machine.skipTo(ns),
  memory: (machine, { address, bytes }) => {
    if (machine.writeMemory(address, bytes)) return;
    throw new RangeError(`0x${address.toString(16)}+0x${bytes.length.toString(16)} is not in RAM`);
  },
  register: (machine, { core, register, value }) => machine.core(core).write(register, value),
  reset: (machine) => machine.reset(),
  break: (machine, { port }) => machine.receiveBreak(port),
  button: (machine) => machine.pressPowerButton(),
  events: (machine, { events }) => machine.sendInput(events),
  hold: (machine, { core, held }) => machine.holdInterrupts(core, held),
  semihosting: (machine, { core, ...answer }) => machine.answerSemihosting(core, answer),
  network: (machine, { network, event }) => void machine.enterNetwork(network, event),
};

export class Journal {
  /** Hear of each entry before the machine takes it. While somebody does, nothing enters in the middle of a run. */
  readonly entered = new Listeners<JournalListener>();
  /** Hear that a run has ended, wherever it did. */
  readonly ran = new Listeners<(at: Position) => void>();
  private isRunning = false;
  private isFresh = true;

  constructor(private readonly machine: Ways) {}

  /** Whether the machine is as it was made: it has not run, and nothing has entered. */
  get isAtStart(): boolean {
    return this.isFresh;
  }

  get position(): Position {
    const { instructions, now } = this.machine;
    return { instructions, now };
  }

  /** Does a run, during which nothing enters. */
  during<T>(run: () => T): T {
    this.isRunning = true;
    this.isFresh = false;
    try {
      return run();
    } finally {
      this.isRunning = false;
      if (this.ran.all.length > 0) for (const hear of this.ran.all) hear(this.position);
    }
  }

  /** Throws an Error where an entry would have no position: in the middle of a run that is recorded. */
  admit(what: string): void {
    if (this.isRunning && this.entered.all.length > 0) {
      throw new Error(`${what}: a machine that is recorded takes it between two runs only`);
    }
  }
  /** Throws an Error for what only the guest or its firmware does, in a run, if the machine is recorded. */
  refuseBetween(what: string): void {
    if (!this.isRunning) this.refuse(what);
  }
  /** Throws an Error for what is no entry, if the machine is recorded. */
  refuse(what: string): void {
    if (this.entered.all.length > 0) throw new Error(`a machine that is recorded cannot be ${what}`);
  }
  /** Tells of an entry that the machine is about to take. */
  enter(entry: Entry): void {
    this.admit(entry.kind);
    this.isFresh = false;
    if (this.entered.all.length > 0) for (const hear of this.entered.all) hear(entry, this.position);
  }

  /** Has an entry enter again. @throws RangeError for one that this machine cannot take */
  apply<K extends EntryKind>(entry: EntryOf<K>): void {
    const apply = appliers[entry.kind] as (machine: Ways, entry: EntryOf<K>) => void;
    apply(this.machine, entry);
  }
}
