/** What one connection to GDB knows: threads chosen, stops set, what it has agreed to. */
import type { Breakpoint, Space, Watchpoint } from '../../engine/index.js';
import type { Debugger } from '../debugger.js';
import type { ThreadId, ThreadInfo } from '../target.js';
import { matches, type ThreadPattern } from './thread-names.js';

/** A stop that GDB has set: by which name it is told when it is hit. */
export interface SetStop {
  readonly name: string;
  readonly stop: Breakpoint | Watchpoint;
  readonly remove: () => void;
}

/** How steps are made, as QEMU's `sstep` has it: NOIRQ and NOTIMER are what may be chosen. */
export const StepBit = { ENABLE: 1, NOIRQ: 2, NOTIMER: 4 } as const;

/** What breakpoints and watchpoints a connection may have. */
const MOST_STOPS = 4096;

export class GdbSession {
  /** The thread that registers and memory are asked of. */
  private chosen: ThreadId | undefined;
  /** The thread that `c` and `s` are for; undefined: any. */
  continued: ThreadId | undefined;
  /** Inferiors that GDB wants no more of. */
  readonly detached = new Set<number>();
  stepBits = StepBit.ENABLE | StepBit.NOIRQ | StepBit.NOTIMER;
  /** Whether addresses of memory, and of stops, are virtual ones. */
  space: Space = 'virtual';
  /** GDB understands why a breakpoint stop is one. */
  tellsBreakpoints = false;
  /** How many threads of a list have been told. */
  listed = 0;
  /** By what they are. */
  private readonly stops = new Map<string, SetStop>();

  constructor(readonly debug: Debugger) {}

  /** The threads that GDB knows of. */
  get threads(): readonly ThreadInfo[] {
    return this.debug.target.threads().filter(({ inferior }) => !this.detached.has(inferior));
  }
  find(pattern: ThreadPattern): ThreadInfo | undefined {
    return this.threads.find((each) => matches(pattern, each));
  }

  get thread(): ThreadId {
    return this.chosen ?? this.debug.halted?.thread ?? this.threads[0] ?? { inferior: 1, thread: 1 };
  }
  set thread(thread: ThreadId | undefined) {
    this.chosen = thread;
  }

  /** Sets a stop, unless it is set; false if there are too many. */
  addStop(key: string, make: () => SetStop): boolean {
    if (this.stops.has(key)) return true;
    if (this.stops.size >= MOST_STOPS) return false;
    this.stops.set(key, make());
    return true;
  }
  removeStop(key: string): void {
    this.stops.get(key)?.remove();
    this.stops.delete(key);
  }
  /** What GDB calls a stop that it has set; undefined for one that somebody else has. */
  nameOf(stop: Breakpoint | Watchpoint): string | undefined {
    return [...this.stops.values()].find((each) => each.stop === stop)?.name;
  }
  removeStops(): void {
    for (const key of [...this.stops.keys()]) this.removeStop(key);
  }
}
