/** What a command of QMP's is: what it takes, and what it answers. */
import type { MonitorHost } from '../monitor/host.js';
import { object, type Member } from './arguments.js';
import type { Json, JsonObject } from './json.js';

export interface QmpContext {
  readonly host: MonitorHost;
  /** Says a line to the user at the terminal. */
  readonly note: (text: string) => void;
}

/** @throws QmpError, QemuError */
export type QmpCommand = (context: QmpContext, given: JsonObject) => Json;

/** A command with these members; one that answers nothing answers an empty object. */
export function command<T>(
  members: { readonly [K in keyof T]: Member<T[K]> },
  run: (context: QmpContext, given: T) => Json | void,
): QmpCommand {
  const read = object(members);
  return (context, given) => run(context, read(given, '')) ?? {};
}
