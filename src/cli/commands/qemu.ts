/** `firstlight qemu`: a machine by QEMU's command line. */
import type { Command } from 'commander';
import { printable } from '../../images/index.js';
import type { AddCommand } from '../command.js';
import { exitStatus } from '../exit-status.js';
import { QemuError } from '../qemu/error.js';
import { qemuHelp } from '../qemu/help.js';
import { ownOptions } from '../qemu/own-options.js';
import { runQemu } from '../qemu/run.js';

export const addQemu: AddCommand = (program, shell) => {
  program
    .command('qemu')
    .description("run a machine by QEMU's command line")
    // All words are QEMU's, or looked for among them.
    .allowUnknownOption()
    .allowExcessArguments()
    .helpOption(false)
    .configureHelp({ formatHelp: () => qemuHelp(ownOptions()) })
    .action(async (_options: unknown, { args }: Command) => {
      try {
        await runQemu(args, shell);
      } catch (error) {
        if (!(error instanceof QemuError)) throw error;
        shell.error(`firstlight: qemu: ${printable(error.message)}\n`);
        shell.exit(exitStatus.no);
      }
    });
};
