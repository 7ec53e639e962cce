/** `firstlight zircon`: boots a Zircon system on the kernel in TypeScript. */
import type { Command } from 'commander';
import { fileKind, zbiTypeName } from '../../images/index.js';
import { boards } from '../../machine/index.js';
import { eventCategories, type OriginFile } from '../../observe/index.js';
import { examples, UsageError, type AddCommand, type Shell } from '../command.js';
import { EXIT_STATUS } from '../exit-status.js';
import { readInput } from '../files/index.js';
import { collect, optionalItemEntry } from '../image-options.js';
import { addRunOptions, addTraceOption, type RunOptions } from '../run/options.js';
import { bootImage, refuseBesideLoad, resume, startZircon } from '../run/power-up.js';
import { checkRun, namedBy, runMachine } from '../run/run.js';

interface ZirconCommandOptions extends RunOptions {
  readonly zbi?: string;
  readonly add?: readonly string[];
  readonly append?: string;
  readonly item?: readonly string[];
}

export const addZircon: AddCommand = (program, shell) => {
  const command = program
    .command('zircon')
    .description('boot a Zircon system, its console on this terminal')
    .option('--zbi <file>', 'boot image, instead of the built-in one')
    .option('--add <path=file>', 'put a file into BOOTFS, or replace one; may be given again', collect)
    .option('--append <text>', 'words for the kernel command line: userboot.next=FILE+ARGUMENT, ...')
    .option(
      '--item <type[:extra][=file]>',
      'add an item to the boot image, or replace one that tells of the board; may be given again',
      collect,
    );
  addTraceOption(addRunOptions(command, [boards.virt]), eventCategories)
    .addHelpText('after', EXIT_STATUS)
    .addHelpText(
      'after',
      examples(
        'firstlight zircon                      # "help" lists the commands of its shell',
        'firstlight zircon --append "userboot.next=bin/core-tests userboot.shutdown"',
        'firstlight zircon --add bin/mine=./mine --append "userboot.next=bin/mine+arg userboot.shutdown"',
        'firstlight zircon --zbi my.zbi --item crashlog=last.txt --item platform-id=other-board.bin',
        'firstlight zircon --zbi my.zbi --smp 4 --until "welcome"',
        "firstlight zircon --until '^\\$ ' --save prompt.snapshot",
        'firstlight zircon --load prompt.snapshot',
        'firstlight zircon --record shell.recording   # and then: firstlight replay shell.recording',
        'firstlight zircon --trace syscalls,channels --append "userboot.next=bin/hello userboot.shutdown"',
      ) + '\n\ndocs/writing-programs.md: how to write programs for it, and what --append and --trace tell.',
    )
    .action((options: ZirconCommandOptions, self: Command) => {
      refuseBesideLoad(options, self);
      return zircon(options, shell);
    });
};

async function zircon(options: ZirconCommandOptions, shell: Shell): Promise<void> {
  const added = (options.add ?? []).flatMap((text) => namedBy('--add', addition(text)[1]));
  const items = (options.item ?? []).flatMap((text) => namedBy('--item', optionalItemEntry(text).file));
  checkRun(options, [...namedBy('--zbi', options.zbi), ...added, ...items]);
  const started =
    options.load === undefined
      ? startZircon(options, filesOf(options), shell)
      : resume(options.load, options, shell);
  await runMachine(started, options, shell);
}

function filesOf({ zbi, add = [], item = [] }: ZirconCommandOptions): OriginFile[] {
  const added = new Map<string, OriginFile>();
  for (const text of add) {
    const [path, file] = addition(text);
    if (added.has(path)) throw new UsageError(`--add '${text}': ${path} is added already`);
    added.set(path, { role: 'bootfs', path, ...readInput(file, fileKind.content) });
  }
  return [...bootImage(zbi), ...added.values(), ...item.map(itemFile)];
}

function itemFile(text: string): OriginFile {
  const { type, extra, file } = optionalItemEntry(text);
  const path = `${zbiTypeName(type)}${extra === undefined ? '' : `:${extra}`}`;
  const content =
    file === undefined ? { name: path, bytes: new Uint8Array() } : readInput(file, fileKind.content);
  return { role: 'item', path, ...content };
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
