/** The words behind a monitor command. */
import type { GdbSession } from '../gdb/session.js';
import { sameThread, TargetError } from '../target.js';

export const hex = (value: number | bigint, digits = 16): string =>
  `0x${value.toString(16).padStart(digits, '0')}`;

/** A number in C's way, or the value of a register of the thread: `0x40080000`, `64`, `$pc`. */
export function addressOf(session: GdbSession, word: string): bigint {
  const { debug, thread } = session;
  if (word.startsWith('$')) {
    const register = debug.registers.find(({ name }) => name.toLowerCase() === word.slice(1).toLowerCase());
    const value = register && debug.target.registers(thread).read(register);
    if (value === undefined) throw new TargetError(`'${word}': there is no such register`);
    return value;
  }
  if (!/^(0x[0-9a-f]{1,16}|\d{1,20})$/i.test(word) || BigInt(word) >= 2n ** 64n)
    throw new TargetError(`'${word}': expected an address, such as 0x40080000 or $pc`);
  return BigInt(word);
}

/** Throws TargetError for more words, or fewer, than a command takes. */
export function checkCount(words: readonly string[], least: number, most: number, takes: string): void {
  if (words.length < least || words.length > most)
    throw new TargetError(`expected ${takes === '' ? 'nothing' : takes}`);
}

/** The core that a thread is on; undefined if it is on none. */
export function coreOf({ debug, thread }: GdbSession): number | undefined {
  const { target, machine } = debug;
  for (let core = 0; core < machine.cores; core++) {
    const there = target.threadOn(core);
    if (there !== undefined && sameThread(there, thread)) return core;
  }
  return undefined;
}
/** The same. Throws TargetError if it is on none. */
export function coreOrError(session: GdbSession): number {
  const core = coreOf(session);
  const { inferior, thread } = session.thread;
  if (core === undefined) throw new TargetError(`thread ${inferior}.${thread} is on no core`);
  return core;
}
