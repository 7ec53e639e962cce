/** `monitor` commands: words to text. What is wrong with one is told in one line. */
import { printableAscii } from '../gdb/hex.js';
import type { GdbSession } from '../gdb/session.js';
import { TargetError } from '../target.js';
import { deviceCommands } from './devices.js';
import { mmuCommands } from './mmu.js';
import { registerCommands } from './registers.js';

export interface MonitorCommand {
  /** As it is typed: `info mmu`. */
  readonly name: string;
  /** What may come behind it: `[ADDRESS]`. */
  readonly takes?: string;
  readonly help: string;
  /** Lines; `words` come behind the name. Throws TargetError for what cannot be done, or is wrong. */
  readonly run: (session: GdbSession, words: readonly string[]) => readonly string[];
}

const ownCommands: readonly MonitorCommand[] = [
  {
    name: 'help',
    help: 'this list',
    run: () =>
      commands.map(({ name, takes = '', help }) => `${`${name} ${takes}`.trimEnd().padEnd(34)} ${help}`),
  },
];

const commands: readonly MonitorCommand[] = [
  ...ownCommands,
  ...mmuCommands,
  ...registerCommands,
  ...deviceCommands,
];

/** What a command line says. */
export function runMonitor(session: GdbSession, line: string): string {
  const words = line.split(/\s+/).filter((word) => word !== '');
  const found = commands
    .map((command) => ({ command, parts: command.name.split(' ') }))
    .filter(({ parts }) => parts.every((part, i) => words[i] === part))
    .sort((a, b) => b.parts.length - a.parts.length)[0];
  if (found === undefined)
    return `unknown command '${printableAscii(line.trim())}': monitor help lists them\n`;
  try {
    const lines = found.command.run(session, words.slice(found.parts.length));
    return lines.map((each) => `${each}\n`).join('');
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return `${found.command.name}: ${error.message}\n`;
  }
}
