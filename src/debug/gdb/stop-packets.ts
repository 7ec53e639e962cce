/** Breakpoints and watchpoints: `Z0` to `Z4`, `z0` to `z4`; and how a stop is told. */
import type { Stop } from '../../engine/index.js';
import type { Halt } from '../debugger.js';
import { parseCount, parseNumber, valueToHex } from './hex.js';
import { Reply, type Handler } from './reply.js';
import type { GdbSession, SetStop } from './session.js';
import { threadName } from './thread-names.js';

/** By the digit of the packet: what a stop is told with, and of watchpoints which accesses they are for. */
const kinds = {
  0: { name: 'swbreak' },
  1: { name: 'hwbreak' },
  2: { name: 'watch', access: 'write' },
  3: { name: 'rwatch', access: 'read' },
  4: { name: 'awatch', access: 'access' },
} as const;
type Kind = keyof typeof kinds;
const isKind = (digit: number): digit is Kind => digit in kinds;

/** `TYPE,ADDRESS,LENGTH`; conditions and commands are GDB's own to look at. */
function parse(
  text: string,
): { readonly kind: Kind; readonly address: bigint; readonly length: number } | string {
  const [type, first, second] = text.split(/[,;]/);
  const kind = /^[0-9]$/.test(type) ? Number(type) : NaN;
  if (!isKind(kind)) return Reply.Unsupported;
  const address = parseNumber(first);
  const length = parseCount(second);
  return address === undefined || length === undefined ? Reply.Invalid : { kind, address, length };
}

const keyOf = ({ thread, space }: GdbSession, kind: Kind, address: bigint, length: number): string =>
  [thread.inferior, space, kind, address, length].join();

function insert(session: GdbSession, rest: string): string {
  const asked = parse(rest);
  if (typeof asked === 'string') return asked;
  const { kind, address, length } = asked;
  const { debug, thread, space } = session;
  const { stops } = debug.machine;
  const place = { space, address, holds: debug.target.holds(thread.inferior) };
  const way = kinds[kind];
  const make = (): SetStop => {
    if (!('access' in way)) return { name: way.name, stop: place, remove: stops.addBreakpoint(place) };
    const stop = { ...place, length, access: way.access };
    return { name: way.name, stop, remove: stops.addWatchpoint(stop) };
  };
  try {
    return session.addStop(keyOf(session, kind, address, length), make) ? Reply.Ok : Reply.TooMany;
  } catch (error) {
    if (error instanceof RangeError) return Reply.Invalid;
    throw error;
  }
}

function remove(session: GdbSession, rest: string): string {
  const asked = parse(rest);
  if (typeof asked === 'string') return asked;
  session.removeStop(keyOf(session, asked.kind, asked.address, asked.length));
  return Reply.Ok;
}

export const stopPackets: Readonly<Record<string, Handler<GdbSession>>> = { Z: insert, z: remove };

/** By which a stop is told: of one that somebody outside wanted, either. */
export const Signal = { Interrupt: 2, Trap: 5 } as const;

function reasonOf(session: GdbSession, stop: Stop): string {
  if (stop.kind === 'step') return '';
  const { kind } = stop;
  const name = session.nameOf(kind === 'watchpoint' ? stop.watchpoint : stop.breakpoint);
  if (name === undefined || (kind === 'breakpoint' && !session.tellsBreakpoints)) return '';
  return kind === 'watchpoint' ? `${name}:${stop.address.toString(16)};` : `${name}:;`;
}

/** The registers that GDB wants to know of a thread that has stopped. */
const expedited = ['x29', 'sp', 'pc'];

/** A stop reply: "Stop Reply Packets". `ofInterrupt`: the signal if somebody outside wanted it. */
export function stopReply(session: GdbSession, { cause, thread }: Halt, ofInterrupt: number): string {
  const { target, registers } = session.debug;
  const signal = cause === 'interrupt' ? ofInterrupt : Signal.Trap;
  const reason = cause === 'interrupt' ? '' : reasonOf(session, cause);
  const shown = registers.filter(({ name }) => expedited.includes(name));
  const isThere = session.find(thread) !== undefined;
  const values = isThere ? target.registers(thread).readAll(shown) : [];
  const told = shown.flatMap(({ number, bits }, i) => {
    const value = values[i];
    return value === undefined ? [] : [`${number.toString(16)}:${valueToHex(value, bits / 8)};`];
  });
  return `T0${signal}${reason}thread:${threadName(thread)};${told.join('')}`;
}
