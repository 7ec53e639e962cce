/** Registers: `g`, `G`, `p`, `P`. */
import type { RegisterInfo } from '../registers.js';
import { bytesToHex, hexToBytes, parseCount, valueOf, valueToHex } from './hex.js';
import { Reply, type Handler } from './reply.js';
import type { GdbSession } from './session.js';
import { parseThread } from './thread-names.js';
import type { ThreadId } from '../target.js';

const bytesIn = ({ bits }: RegisterInfo): number => bits / 8;

/** A value as it is told; `x` where there is none. */
function valueText(register: RegisterInfo, value: bigint | undefined): string {
  return value === undefined ? 'xx'.repeat(bytesIn(register)) : valueToHex(value, bytesIn(register));
}

function numbered({ debug }: GdbSession, text: string): RegisterInfo | undefined {
  const number = parseCount(text);
  return number === undefined ? undefined : debug.registers[number];
}

/**
 * What `g` has. Of inferiors beyond the first GDB expects no more than the standard registers, whatever the description
 * says, and asks for the others by number.
 */
function gathered({ debug: { registers, target } }: GdbSession): readonly RegisterInfo[] {
  return target.isOfCores ? registers : registers.filter(({ group }) => group !== 'system');
}

function readAll(session: GdbSession, thread: ThreadId): string {
  const registers = gathered(session);
  const values = session.debug.target.registers(thread).readAll(registers);
  return registers.map((register, i) => valueText(register, values[i])).join('');
}

/** Writes what has changed. GDB writes all of them when one of several is meant. */
function writeAll(session: GdbSession, thread: ThreadId, rest: string): string {
  const { debug } = session;
  const registers = gathered(session);
  const bytes = hexToBytes(rest);
  if (bytes === undefined) return Reply.Invalid;
  if (debug.isReadOnly) return Reply.NotAllowed;
  const values = debug.target.registers(thread);
  const before = values.readAll(registers);
  let at = 0;
  for (const [i, register] of registers.entries()) {
    const part = bytes.subarray(at, at + bytesIn(register));
    at += bytesIn(register);
    if (part.length < bytesIn(register)) break;
    if (valueToHex(before[i] ?? 0n, part.length) === bytesToHex(part)) continue;
    if (!values.write(register, valueOf(part))) return Reply.BadAddress;
  }
  return Reply.Ok;
}

function read(session: GdbSession, thread: ThreadId, rest: string): string {
  const register = numbered(session, rest);
  if (register === undefined) return Reply.BadAddress;
  return valueText(register, session.debug.target.registers(thread).read(register));
}

function write(session: GdbSession, thread: ThreadId, rest: string): string {
  const { debug } = session;
  const [number, text = ''] = rest.split('=');
  const register = numbered(session, number);
  const bytes = hexToBytes(text);
  if (register === undefined || bytes?.length !== bytesIn(register)) return Reply.BadAddress;
  if (debug.isReadOnly) return Reply.NotAllowed;
  return debug.target.registers(thread).write(register, valueOf(bytes)) ? Reply.Ok : Reply.BadAddress;
}

/**
 * A packet of the thread that is chosen; or of the one named behind it, as LLDB has it ("LLDB GDB remote extensions",
 * `QThreadSuffixSupported`). Else LLDB would have memory read by whatever thread it asked for registers of last.
 */
const ofThread =
  (handle: (session: GdbSession, thread: ThreadId, rest: string) => string): Handler<GdbSession> =>
  (session, rest) => {
    const [, before, name] = /^(.*);thread:([^;]*);?$/.exec(rest) ?? [];
    if (before === undefined) return handle(session, session.thread, rest);
    const pattern = parseThread(name);
    const thread = pattern && session.find(pattern);
    return thread === undefined ? Reply.Invalid : handle(session, thread, before);
  };

export const registerPackets: Readonly<Record<string, Handler<GdbSession>>> = {
  g: ofThread((session, thread, rest) => (rest === '' ? readAll(session, thread) : Reply.Unsupported)),
  G: ofThread(writeAll),
  p: ofThread(read),
  P: ofThread(write),
  QThreadSuffixSupported: () => Reply.Ok,
};
