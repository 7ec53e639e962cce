/** `info registers`, `where`. */
import type { GdbSession } from '../gdb/session.js';
import type { RegisterInfo } from '../registers.js';
import { TargetError } from '../target.js';
import { checkCount, coreOrError, hex } from './arguments.js';
import type { MonitorCommand } from './monitor.js';

/** `SCTLR_EL1  0x30d0198d  M=1 C=1 I=1`: the fields that are not 0. */
function registerLine({ name, bits, fields }: RegisterInfo, value: bigint | undefined): string {
  if (value === undefined) return `${name.padEnd(20)} unknown`;
  const parts = fields.flatMap(({ name: field, lsb, width }) => {
    const part = (value >> BigInt(lsb)) & ((1n << BigInt(width)) - 1n);
    return part === 0n ? [] : [`${field}=${width === 1 ? 1 : hex(part, 1)}`];
  });
  return `${name.padEnd(20)} ${hex(value, bits / 4)} ${parts.join(' ')}`.trimEnd();
}

/** Those of an exception level by its name (`el2`), or one, or those whose names begin so. */
function chosen({ debug: { registers } }: GdbSession, word: string | undefined): RegisterInfo[] {
  if (word === undefined) return registers.filter(({ group }) => group === 'core');
  const name = word.toLowerCase();
  const found = registers.filter((register) => {
    const own = register.name.toLowerCase();
    return /^el[0-3]$/.test(name) ? own.endsWith(`_${name}`) : own.startsWith(name);
  });
  if (found.length === 0)
    throw new TargetError(`'${word}': expected el0 to el3, or what a register's name begins with`);
  return found;
}

function show(session: GdbSession, words: readonly string[]): string[] {
  checkCount(words, 0, 1, '[el0 | el1 | el2 | el3 | NAME]');
  const registers = chosen(session, words[0]);
  const values = session.debug.target.registers(session.thread).readAll(registers);
  return registers.map((register, i) => registerLine(register, values[i]));
}

/** Frames that are followed. */
const MOST_FRAMES = 64;

/** Return addresses by the frame records that X29 leads to: AAPCS64, "The Frame Pointer". */
function frames(session: GdbSession): bigint[] {
  const { debug, thread } = session;
  const values = debug.target.registers(thread);
  const memory = debug.target.memory(thread);
  const value = (name: string): bigint => {
    const register = debug.registers.find((each) => each.name === name);
    return (register && values.read(register)) ?? 0n;
  };
  const places = [value('pc')];
  for (let frame = value('x29'); frame !== 0n && places.length < MOST_FRAMES;) {
    const record = memory.read(frame, 16);
    if (record.length < 16) break;
    const view = new DataView(record.buffer, record.byteOffset);
    const caller = view.getBigUint64(8, true);
    if (caller === 0n) break;
    places.push(caller);
    const next = view.getBigUint64(0, true);
    if (next <= frame) break;
    frame = next;
  }
  return places;
}

function where(session: GdbSession, words: readonly string[]): string[] {
  checkCount(words, 0, 0, '');
  const { symbols } = session.debug;
  const core = coreOrError(session);
  return frames(session).map((address, i) => {
    // A return address is behind the call, which may be the last instruction of its function.
    const name = symbols.place(core, i === 0 ? address : address - 4n);
    return `#${i} ${hex(address)} ${name ?? '??'}`;
  });
}

export const registerCommands: readonly MonitorCommand[] = [
  {
    name: 'info registers',
    takes: '[el0 | el1 | el2 | el3 | NAME]',
    help: "the thread's registers, those of a level, or those whose names begin so, with their fields",
    run: show,
  },
  { name: 'where', help: "the calls that lead here, by the kernel's own symbols", run: where },
];
