/** `firstlight zircon`: boots a Zircon system on the kernel in TypeScript. */
import type { Command } from 'commander';
import { fileKind } from '../../images/index.js';
import { boards, type Machine } from '../../machine/index.js';
import { eventCategories } from '../../observe/index.js';
import { addToBootImage, bootZircon, builtInBootImage } from '../../zircon/index.js';
import { examples, UsageError, type AddCommand, type Shell } from '../command.js';
import { EXIT_STATUS } from '../exit-status.js';
import { readInput } from '../files/index.js';
import { collect } from '../image-options.js';
import { epochOf } from '../run/clock.js';
import { addRunOptions, addTraceOption, type RunOptions } from '../run/options.js';
import { refuseBesideLoad, resume } from '../run/power-up.js';
import { checkOutputs, runMachine } from '../run/run.js';
import { Trace } from '../run/trace.js';

interface ZirconCommandOptions extends RunOptions {
  readonly zbi?: string;
  readonly add?: readonly string[];
  readonly append?: string;
}

export const addZircon: AddCommand = (program, shell) => {
  const command = program
    .command('zircon')
    .description('boot a Zircon system, its console on this terminal')
    .option('--zbi <file>', 'boot image, instead of the built-in one')
    .option('--add <path=file>', 'put a file into BOOTFS, or replace one; may be given again', collect)
    .option('--append <text>', 'words for the kernel command line: userboot.next=FILE+ARGUMENT, ...');
  addTraceOption(addRunOptions(command, [boards.virt]), eventCategories)
    .addHelpText('after', EXIT_STATUS)
    .addHelpText(
      'after',
      examples(
        'firstlight zircon                      # "help" lists the commands of its shell',
        'firstlight zircon --append "userboot.next=bin/core-tests userboot.shutdown"',
        'firstlight zircon --add bin/mine=./mine --append "userboot.next=bin/mine+arg userboot.shutdown"',
        'firstlight zircon --zbi my.zbi --smp 4 --until "welcome"',
        "firstlight zircon --until '^\\$ ' --save prompt.snapshot",
        'firstlight zircon --load prompt.snapshot',
        'firstlight zircon --trace syscalls,channels --append "userboot.next=bin/hello userboot.shutdown"',
      ) + '\n\ndocs/writing-programs.md: how to write programs for it, and what --append and --trace tell.',
    )
    .action((options: ZirconCommandOptions, self: Command) => {
      refuseBesideLoad(options, self);
      return zircon(options, shell);
    });
};

async function zircon(options: ZirconCommandOptions, shell: Shell): Promise<void> {
  checkOutputs(options);
  const { machine, trace } =
    options.load === undefined ? start(options, shell) : goOn(options.load, options, shell);
  await runMachine({ machine }, options, shell, trace);
}

/** A machine and who watches it. */
type Watched = { readonly machine: Machine; readonly trace: Trace };

const watched = (machine: Machine, { trace = [] }: RunOptions, shell: Shell): Watched => ({
  machine,
  trace: new Trace(machine, trace, shell.error),
});

function start(options: ZirconCommandOptions, shell: Shell): Watched {
  let result: Watched | undefined;
  const { machine } = bootZircon(bootImage(options), {
    seed: options.seed,
    epoch: epochOf(options),
    ...(options.smp === undefined ? {} : { cores: options.smp }),
    ...(options.memory === undefined ? {} : { ramSize: options.memory }),
    ...(options.append === undefined ? {} : { append: options.append }),
    onKernel: (made) => (result = watched(made, options, shell)),
  });
  return result ?? watched(machine, options, shell);
}

function goOn(path: string, options: ZirconCommandOptions, shell: Shell): Watched {
  return watched(resume(path, options, shell).machine, options, shell);
}

function bootImage({ zbi, add }: ZirconCommandOptions): Uint8Array {
  const added = new Map<string, Uint8Array>();
  for (const text of add ?? []) {
    const [path, file] = addition(text);
    if (added.has(path)) throw new UsageError(`--add '${text}': ${path} is added already`);
    added.set(path, readInput(file, fileKind.content).bytes);
  }
  if (zbi === undefined) return builtInBootImage(added);
  const { name, bytes } = readInput(zbi, fileKind.zbi);
  return addToBootImage(bytes, added, name);
}

/** Path in BOOTFS, without slashes in front, and file of `PATH=FILE`. */
function addition(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at <= 0 || at === text.length - 1) {
    throw new UsageError(`--add '${text}': expected PATH=FILE, such as bin/mine=./mine`);
  }
  const path = text.slice(0, at).replace(/^\/+/, '');
  if (path.split('/').some((part) => ['', '.', '..'].includes(part))) {
    throw new UsageError(`--add '${text}': expected a path of names, such as bin/mine`);
  }
  return [path, text.slice(at + 1)];
}
