/**
 * What a recording holds of a run, in order: the journal's entries, *marks* that say how the cores were, and the end.
 * Each stands at its position, which is stored as the way from the one before.
 */
import {
  inputEvent,
  inputNumbers,
  inputShape,
  MOST_ERRNO,
  type Entry,
  type EntryKind,
  type EntryOf,
  type InputEvent,
  type InputNumbers,
  type Position,
} from '../../machine/index.js';
import { networkEventFields, type NetworkEvent, type NetworkEventKind } from '../../network/index.js';
import type { Packer, Unpacker } from './packing.js';

/** How every core was: a checksum of its registers. */
export interface Mark {
  readonly kind: 'mark';
  readonly cores: readonly number[];
}
/** How the run ended, and `stateHash` of the machine then. */
export interface End {
  readonly kind: 'end';
  readonly ending: string;
  readonly cores: readonly number[];
  readonly stateHash: string;
}
export type RecordedEvent = Entry | Mark | End;
export type EventRecord = { readonly at: Position; readonly event: RecordedEvent };

type EventKind = EntryKind | 'mark' | 'end';
type EventOf<K extends EventKind> = Extract<RecordedEvent, { readonly kind: K }>;
interface Form<E> {
  write(packer: Packer, event: E): void;
  read(unpacker: Unpacker): E;
}

const MOST_CORES = 256;
/** Events of keyboards and pointers that come at once. */
const MOST_EVENTS = 0x1_0000;
const HASH = 32;

function writeChecksums(packer: Packer, cores: readonly number[]): void {
  packer.number(cores.length);
  for (const checksum of cores) packer.number(checksum);
}
function readChecksums(unpacker: Unpacker): number[] {
  return Array.from({ length: unpacker.number(MOST_CORES) }, () => unpacker.number(2 ** 32 - 1));
}

const hexadecimal = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const fromHexadecimal = (text: string): Uint8Array =>
  Uint8Array.from({ length: text.length / 2 }, (_, i) => parseInt(text.slice(2 * i, 2 * i + 2), 16));

const networkKinds = Object.keys(networkEventFields) as NetworkEventKind[];

/** Of the numbers in them, where it is not what an address can be. */
const mostOf: Readonly<Record<string, number>> = {
  ...{ id: Number.MAX_SAFE_INTEGER, size: Number.MAX_SAFE_INTEGER, code: 0xff },
  ...{ port: 0xffff, guestPort: 0xffff, forward: 0xffff },
};

function writeNetworkEvent(packer: Packer, event: NetworkEvent): void {
  packer.number(networkKinds.indexOf(event.what));
  const values: Readonly<Record<string, unknown>> = event;
  for (const field of networkEventFields[event.what]) {
    if (field === 'bytes') packer.sized(values[field] as Uint8Array);
    else packer.number(values[field] as number);
  }
}
function readNetworkEvent(unpacker: Unpacker): NetworkEvent {
  const what = networkKinds[unpacker.number(networkKinds.length - 1)];
  const fields = networkEventFields[what].map((field) => {
    return [field, field === 'bytes' ? unpacker.sized() : unpacker.number(mostOf[field] ?? 2 ** 32 - 1)];
  });
  return { what, ...Object.fromEntries(fields) } as NetworkEvent;
}

/** In the order of their numbers in the file. */
const forms: { readonly [K in EventKind]: Form<EventOf<K>> } = {
  input: {
    write: (packer, { port, bytes }: EntryOf<'input'>) => {
      packer.text(port);
      packer.sized(bytes);
    },
    read: (unpacker) => ({ kind: 'input', port: unpacker.text(), bytes: unpacker.sized() }),
  },
  rate: {
    write: (packer, { rate }) => packer.number(rate),
    read: (unpacker) => ({ kind: 'rate', rate: unpacker.number() }),
  },
  skip: {
    write: (packer, { ns }) => packer.number(ns),
    read: (unpacker) => ({ kind: 'skip', ns: unpacker.number() }),
  },
  memory: {
    write: (packer, { address, bytes }) => {
      packer.number(address);
      packer.sized(bytes);
    },
    read: (unpacker) => ({ kind: 'memory', address: unpacker.number(), bytes: unpacker.sized() }),
  },
  register: {
    write: (packer, { core, register, value }) => {
      packer.number(core);
      packer.text(register);
      packer.wide(value);
    },
    read: (unpacker) => ({
      kind: 'register',
      core: unpacker.number(),
      register: unpacker.text(),
      value: unpacker.wide(),
    }),
  },
  reset: { write: () => undefined, read: () => ({ kind: 'reset' }) },
  mark: {
    write: (packer, { cores }) => writeChecksums(packer, cores),
    read: (unpacker) => ({ kind: 'mark', cores: readChecksums(unpacker) }),
  },
  end: {
    write: (packer, { ending, cores, stateHash }) => {
      packer.text(ending);
      writeChecksums(packer, cores);
      packer.raw(fromHexadecimal(stateHash));
    },
    read: (unpacker) => ({
      kind: 'end',
      ending: unpacker.text(),
      cores: readChecksums(unpacker),
      stateHash: hexadecimal(unpacker.raw(HASH)),
    }),
  },
  hold: {
    write: (packer, { core, held }) => {
      packer.number(core);
      packer.number(held ? 1 : 0);
    },
    read: (unpacker) => ({ kind: 'hold', core: unpacker.number(), held: unpacker.number(1) === 1 }),
  },
  break: {
    write: (packer, { port }) => packer.text(port),
    read: (unpacker) => ({ kind: 'break', port: unpacker.text() }),
  },
  button: { write: () => undefined, read: () => ({ kind: 'button' }) },
  network: {
    write: (packer, { network, event }) => {
      packer.text(network);
      writeNetworkEvent(packer, event);
    },
    read: (unpacker) => ({ kind: 'network', network: unpacker.text(), event: readNetworkEvent(unpacker) }),
  },
  events: {
    write: (packer, { events }: EntryOf<'events'>) => {
      packer.number(events.length);
      for (const number of events.flatMap(inputNumbers)) packer.signed(number);
    },
    read: (unpacker) => {
      const numbers = (): InputNumbers => [unpacker.signed(), unpacker.signed(), unpacker.signed()];
      const read = (): InputEvent => {
        const event = numbers();
        const misfit = inputShape.misfit(event, 'input');
        if (misfit !== undefined) throw unpacker.wrong(misfit);
        return inputEvent(event);
      };
      return { kind: 'events', events: Array.from({ length: unpacker.number(MOST_EVENTS) }, read) };
    },
  },
  semihosting: {
    write: (packer, { core, error, value, bytes }) => {
      for (const number of [core, error, value]) packer.number(number);
      packer.sized(bytes);
    },
    read: (unpacker) => ({
      kind: 'semihosting',
      core: unpacker.number(),
      error: unpacker.number(MOST_ERRNO),
      value: unpacker.number(),
      bytes: unpacker.sized(),
    }),
  },
};
const kinds = Object.keys(forms) as EventKind[];

/** Writes an event, and where it is after the one at `before`. @throws RangeError if that is not after it */
export function writeEvent(packer: Packer, before: Position, { at, event }: EventRecord): void {
  packer.number(kinds.indexOf(event.kind));
  packer.number(at.instructions - before.instructions);
  packer.number(at.now - before.now);
  (forms[event.kind] as Form<RecordedEvent>).write(packer, event);
}

export function readEvent(unpacker: Unpacker, before: Position): EventRecord {
  const number = unpacker.number();
  const kind = kinds[number];
  if (kind === undefined) throw unpacker.wrong(`a record of an unknown kind ${number}`);
  const at = {
    instructions: before.instructions + unpacker.number(),
    now: before.now + unpacker.number(),
  };
  if (!Number.isSafeInteger(at.instructions) || !Number.isSafeInteger(at.now))
    throw unpacker.wrong('a position beyond counting');
  return { at, event: forms[kind].read(unpacker) };
}
