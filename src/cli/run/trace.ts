/** `--trace`: events of the machine as lines on the error stream. */
import type { Machine } from '../../machine/index.js';
import {
  EventLog,
  eventText,
  joinEvents,
  type EventCategory,
  type MachineEvent,
} from '../../observe/index.js';

/** Characters that are gathered before they are written, since a boot has millions of events. */
const CHUNK = 0x4000;

/** The events of these categories from now on, as text that is written in large pieces. */
export class Trace {
  /** Whether anything is traced. */
  readonly active: boolean;
  private gathered = '';
  /** The latest event, to which the next may belong. */
  private latest: MachineEvent | undefined;

  constructor(
    machine: Machine,
    categories: readonly EventCategory[],
    /** Where the text goes, which is whole lines. */
    public write: (text: string) => void,
  ) {
    this.active = categories.length > 0;
    if (this.active) EventLog.of(machine).listen((event) => this.hear(event), categories);
  }

  /** Writes what has been gathered. */
  flush(): void {
    this.finishLatest();
    if (this.gathered.length > 0) this.write(this.gathered);
    this.gathered = '';
  }

  private hear(event: MachineEvent): void {
    const joined = this.latest && joinEvents(this.latest, event);
    if (joined === undefined) this.finishLatest();
    this.latest = joined ?? event;
    if (this.gathered.length >= CHUNK) this.flush();
  }
  private finishLatest(): void {
    if (this.latest !== undefined) this.gathered += `${eventText(this.latest)}\n`;
    this.latest = undefined;
  }
}
