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
  readonly help: string;
  readonly run: Run;
}

const commands: Readonly<Record<string, Command>> = {
  help: { help: 'this list', run: () => helpLines() },
  handles: { help: 'handles by type of object; handles KOID: of a process', run: handleLines },
  jobs: { help: 'the tree of jobs and their processes', run: jobLines },
  mem: { help: 'memory by what it is used for', run: memoryLines },
  oom: { help: 'oom info: when memory counts as short', run: outOfMemoryLines },
  ps: { help: 'processes, with their handles by type; ps help', run: processLines },
  threads: { help: 'threads', run: threadLines },
  ut: { help: "the kernel's unit tests: ut all, ut NAME; ut lists them", run: unitTestLines },
  vmos: { help: 'vmos all, vmos hidden: those that no process maps', run: vmoLines },
};

/** Where the commands are two words, the first one is `zx`. */
const GROUP = 'zx';

function* helpLines(): Iterable<string> {
  yield 'command list:';
  for (const [name, { help }] of Object.entries(commands)) yield `\t${name.padEnd(16)}: ${help}`;
}

/** Carries out commands, one a line or between semicolons. */
export function runDebugCommands(kernel: Kernel, text: string): void {
  for (const line of text.split(/[\n;]/)) {
    const words = line.trim().split(/\s+/);
    if (words[0] === GROUP) words.shift();
    const [name = '', ...others] = words;
    if (name === '') continue;
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) kernel.console.write('command not found\n');
    else for (const each of command.run(kernel, others)) kernel.console.write(`${each}\n`);
  }
}
