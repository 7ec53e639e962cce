/** The options that `firstlight qemu` takes beside QEMU's: how the run ends, and what is written of it. */
import { Command, CommanderError, Option } from 'commander';
import { machineCategories } from '../../observe/index.js';
import { UsageError } from '../command.js';
import {
  addEndOptions,
  addSemihostingFilesOption,
  addKeysOption,
  addRateOption,
  addRecordOptions,
  addScreenshotOption,
  addTraceOption,
  type RunOptions,
} from '../run/options.js';
import { addAllowOption } from '../run/networks.js';
import type { OwnOptions } from './options/command-line.js';

export type QemuRunOptions = Omit<RunOptions, 'seed'> & { readonly lenient?: true };

export function ownOptions(): Command {
  const command = new Command('firstlight qemu')
    .usage('[QEMU option...] [option...]')
    .helpOption(false)
    .exitOverride()
    .option('--lenient', 'leave out what is not here, and say so, instead of refusing it')
    .addOption(
      new Option(
        '--clock <kind>',
        'guest time: as the host, or by instructions (default with -icount)',
      ).choices(['virtual', 'host']),
    );
  addSemihostingFilesOption(addAllowOption(command));
  addRateOption(command);
  addKeysOption(addRecordOptions(command));
  addTraceOption(addScreenshotOption(addEndOptions(command)), machineCategories);
  return command;
}

/** Finds these among QEMU's. They begin with two dashes. */
export function finder({ options }: Command): OwnOptions {
  return (args, at) => {
    const [, name, value] = /^(--[^=]+)(=.*)?$/s.exec(args[at]) ?? [];
    const option = options.find(({ long }) => long === name);
    if (option === undefined) return 0;
    return option.required && value === undefined && at + 1 < args.length ? 2 : 1;
  };
}

/** @throws UsageError */
export function parseOwn(command: Command, words: readonly string[]): QemuRunOptions {
  let wrong = '';
  command.configureOutput({ outputError: (message) => (wrong = message.trim().replace(/^error: /, '')) });
  try {
    return command.parse(words, { from: 'user' }).opts<QemuRunOptions>();
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(wrong);
    throw error;
  }
}
