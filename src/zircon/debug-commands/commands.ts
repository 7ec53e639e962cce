/**
 * The kernel console's commands, which programs send by zx_debug_send_command: the shell's `k COMMAND`. What they print
 * goes to the serial console alone. docs/hacking.md, docs/testing.md, docs/memory.md, docs/oom.md.
 */
import type { Kernel } from '../kernel.js';
import { jobLines, handleLines, processLines, threadLines } from './tasks.js';
import { memoryLines, outOfMemoryLines, vmoLines } from './memory.js';
import { unitTestLines } from './unit-tests.js';

/** Lines that the command prints. */
type Run = (kernel: Kernel, words: readonly string[]) => Iterable<string>;

interface Command {
  /** The words that may follow its name, as the usage line has them; none unless given. */
  readonly usage?: string;
  readonly accepts: (words: readonly string[]) => boolean;
  readonly help: string;
  readonly run: Run;
}

const nothing: Command['accepts'] = (words) => words.length === 0;
const atMostOne: Command['accepts'] = (words) => words.length <= 1;
const oneOf =
  (...allowed: readonly string[]): Command['accepts'] =>
  (words) =>
    words.length === 1 && allowed.includes(words[0]);
const nothingOr =
  (...allowed: readonly string[]): Command['accepts'] =>
  (words) =>
    nothing(words) || oneOf(...allowed)(words);

const commands: Readonly<Record<string, Command>> = {
  help: { accepts: nothing, help: 'this list', run: () => helpLines() },
  handles: {
    usage: '[KOID]',
    accepts: atMostOne,
    help: 'handles by type of object; handles KOID: of a process',
    run: handleLines,
  },
  jobs: { accepts: nothing, help: 'the tree of jobs and their processes', run: jobLines },
  mem: { accepts: nothing, help: 'memory by what it is used for', run: memoryLines },
  oom: {
    usage: 'info',
    accepts: oneOf('info'),
    help: 'oom info: when memory counts as short',
    run: outOfMemoryLines,
  },
  ps: {
    usage: '[help]',
    accepts: nothingOr('help'),
    help: 'processes, with their handles by type; ps help',
    run: processLines,
  },
  threads: { accepts: nothing, help: 'threads', run: threadLines },
  ut: {
    usage: '[all | NAME]',
    accepts: atMostOne,
    help: "the kernel's unit tests: ut all, ut NAME; ut lists them",
    run: unitTestLines,
  },
  vmos: {
    usage: 'all | hidden',
    accepts: oneOf('all', 'hidden'),
    help: 'vmos all, vmos hidden: those that no process maps',
    run: vmoLines,
  },
};

/** Where the commands are two words, the first one is `zx`. */
const GROUP = 'zx';

function* helpLines(): Iterable<string> {
  yield 'command list:';
  for (const [name, { help }] of Object.entries(commands)) yield `\t${name.padEnd(16)}: ${help}`;
}

function* linesOf(kernel: Kernel, name: string, words: readonly string[]): Iterable<string> {
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) yield 'command not found';
  else if (command.accepts(words)) yield* command.run(kernel, words);
  else yield ['usage:', name, command.usage ?? ''].join(' ').trimEnd();
}

/** Carries out commands, one a line or between semicolons. */
export function runDebugCommands(kernel: Kernel, text: string): void {
  for (const line of text.split(/[\n;]/)) {
    const words = line.trim().split(/\s+/);
    if (words[0] === GROUP) words.shift();
    const [name = '', ...others] = words;
    if (name === '') continue;
    for (const each of linesOf(kernel, name, others)) kernel.console.write(`${each}\n`);
  }
}
