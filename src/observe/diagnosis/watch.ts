/**
 * Watches a machine for a while to learn what it does: the exceptions that its cores take, the device registers that
 * they use, and where they are between pieces of the run. Like all listening it changes nothing. What repeats is
 * counted, not kept, and of what comes in great numbers only the first is looked at, so a guest in an endless loop
 * costs no more than another.
 */
import type { Machine } from '../../machine/index.js';
import { EventLog } from '../event-log.js';
import type {
  DeviceEvent,
  EventCategory,
  EventPlace,
  ExceptionEvent,
  MachineEvent,
  PsciEvent,
} from '../events.js';

/** An exception that a core took, once or several times; the latest. */
export interface SeenException {
  readonly event: ExceptionEvent;
  readonly count: number;
}

/** An access to a device's register, and by which core. */
export type DeviceAccess = DeviceEvent & { readonly at: EventPlace };

/** A use of a device's register. */
export interface SeenAccess {
  /** The latest access. */
  readonly event: DeviceAccess;
  readonly count: number;
}

/** Different exceptions of a core that are kept. */
const KEPT = 12;
/** Of these the latest are looked through for the same again: loops of several exceptions are counted too. */
const LOOP = 4;
/** Events in a piece of the run after which the rest of the piece is not listened to. */
const ENOUGH = 5000;
/** Exceptions of a machine that has just been started. */
const FIRST = 64;
/** Registers of devices whose uses are counted. */
const REGISTERS = 32;
/** Places of a core that are kept. */
const SAMPLES = 64;

type Taken = { event: ExceptionEvent; count: number };

const keyOf = ({ type, device, offset }: DeviceEvent): string => `${type} ${device}+${offset}`;

export class Watch {
  /** Of each core, the oldest first. */
  private readonly taken: Taken[][];
  private readonly places: bigint[][];
  private readonly accesses = new Map<string, { event: DeviceAccess; count: number }>();
  private leave: (() => void) | undefined;
  private heard = 0;
  /** Exceptions, and accesses to devices. */
  readonly total = { exceptions: 0, accesses: 0 };
  lastAccess: DeviceAccess | undefined;
  lastCall: PsciEvent | undefined;

  /** Watches from now on. */
  constructor(
    private readonly machine: Machine,
    private readonly categories: readonly EventCategory[] = ['exceptions', 'devices', 'psci'],
    private readonly enough = ENOUGH,
  ) {
    this.taken = Array.from({ length: machine.cores }, () => []);
    this.places = this.taken.map(() => []);
    this.listen();
  }

  /**
   * Watches for the first few exceptions, and then no more: whoever has no vectors yet never comes out of the second
   * one, and the first one is what has to be known.
   */
  static ofFirst(machine: Machine): Watch {
    return new Watch(machine, ['exceptions'], FIRST);
  }

  /** To be called between pieces of the run: notes where the cores are, and listens to the next piece. */
  next(): void {
    for (const [core, places] of this.places.entries()) {
      if (this.machine.cluster.cores[core].activity === 'off') continue;
      places.push(this.machine.core(core).pc);
      if (places.length > SAMPLES) places.shift();
    }
    this.heard = 0;
    this.listen();
  }

  /** Watches no more. What has been seen stays. */
  stop(): void {
    this.leave?.();
    this.leave = undefined;
  }

  /** The latest exceptions of a core, the oldest first. */
  exceptions(core: number): readonly SeenException[] {
    return this.taken[core];
  }
  /** Where a core was between pieces, the latest last. */
  samples(core: number): readonly bigint[] {
    return this.places[core];
  }
  /** The registers that were used most. */
  get mostUsed(): readonly SeenAccess[] {
    return [...this.accesses.values()].sort((a, b) => b.count - a.count);
  }

  private listen(): void {
    this.leave ??= EventLog.of(this.machine).listen((event) => this.hear(event), this.categories);
  }

  private hear(event: MachineEvent): void {
    switch (event.type) {
      case 'exception':
        this.total.exceptions += 1;
        if (event.at.core !== undefined) this.count(this.taken[event.at.core], event);
        break;
      case 'device read':
      case 'device write':
        this.total.accesses += 1;
        this.lastAccess = event;
        this.countAccess(event);
        break;
      case 'PSCI':
        this.lastCall = event;
        break;
      default: // The other kinds of the categories only count as something that happened.
    }
    this.heard += 1;
    if (this.heard >= this.enough) this.stop();
  }

  private count(taken: Taken[], event: ExceptionEvent): void {
    const same = taken.slice(-LOOP).find((each) => isSameException(each.event, event));
    if (same !== undefined) {
      same.event = event;
      same.count += 1;
      return;
    }
    taken.push({ event, count: 1 });
    if (taken.length > KEPT) taken.shift();
  }

  /** There are many registers: those that are used least make room. */
  private countAccess(event: DeviceAccess): void {
    const key = keyOf(event);
    const known = this.accesses.get(key);
    if (known !== undefined) {
      known.count += 1;
      known.event = event;
    } else {
      const least = this.mostUsed.at(-1);
      if (this.accesses.size >= REGISTERS && least !== undefined) this.accesses.delete(keyOf(least.event));
      this.accesses.set(key, { event, count: 1 });
    }
  }
}

/** Interrupts are all the same, wherever they come. */
export function isSameException(a: ExceptionEvent, b: ExceptionEvent): boolean {
  if (a.vector !== b.vector || a.to !== b.to || a.from !== b.from || a.syndrome !== b.syndrome) return false;
  if (a.syndrome === undefined) return true;
  return a.returnAddress === b.returnAddress && a.faultAddress === b.faultAddress;
}
