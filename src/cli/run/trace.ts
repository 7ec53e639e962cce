/** `--trace`: events of the machine as lines on the error stream. */
import type { Machine } from '../../machine/index.js';
import { EventLog, eventText, type EventCategory } from '../../observe/index.js';

/** Characters that are gathered before they are written, since a boot has millions of events. */
const CHUNK = 0x4000;

export interface Trace {
  /** Writes what has been gathered. */
  flush(): void;
}

/** Shows the events of these categories from now on. */
export function attachTrace(
  machine: Machine,
  categories: readonly EventCategory[],
  write: (text: string) => void,
): Trace {
  let gathered = '';
  const flush = () => {
    if (gathered.length > 0) write(gathered);
    gathered = '';
  };
  if (categories.length > 0) {
    EventLog.of(machine).listen((event) => {
      gathered += `${eventText(event)}\n`;
      if (gathered.length >= CHUNK) flush();
    }, categories);
  }
  return { flush };
}
