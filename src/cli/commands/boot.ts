/** `firstlight boot`: boots a kernel on an emulated board. */
import type { Command } from 'commander';
import { examples, type AddCommand, type Shell } from '../command.js';
import { EXIT_STATUS } from '../exit-status.js';
import { withDrives } from '../run/drives.js';
import { networkOptions, withNetworks } from '../run/networks.js';
import { addBootOptions, type BootOptions } from '../run/options.js';
import { powerUp, refuseBesideLoad, resume } from '../run/power-up.js';
import { checkRun, programFiles, runMachine } from '../run/run.js';

export const addBoot: AddCommand = (program, shell) => {
  addBootOptions(
    program.command('boot').description('boot a kernel on an emulated board, its console on this terminal'),
  )
    .addHelpText('after', EXIT_STATUS)
    .addHelpText(
      'after',
      examples(
        'firstlight boot --kernel Image --initrd initrd.gz --append "console=ttyAMA0"',
        'firstlight boot --kernel Image --smp 4 -m 2G --append "console=ttyAMA0" --until "login:" --timeout 60',
        'firstlight boot --kernel Image --initrd initrd.gz --append "console=ttyAMA0" --until "Run /init" --save init.snapshot',
        'firstlight boot --load init.snapshot',
        'firstlight boot --kernel Image --append "console=ttyAMA0" --record boot.recording',
        'firstlight boot --kernel hello.elf --trace exceptions,mmu --instructions 1000',
        'firstlight boot -M raspi3b --kernel Image --dtb bcm2837-rpi-3-b.dtb --initrd initrd.gz --nic user,hostfwd=tcp::5555-:22',
        'firstlight boot -M raspi3b --kernel Image --dtb bcm2837-rpi-3-b.dtb --initrd initrd.gz --drive root.img,snapshot',
      ),
    )
    .action((options: BootOptions, command: Command) => {
      refuseBesideLoad(options, command);
      return boot(options, shell);
    });
};

async function boot(options: BootOptions, shell: Shell): Promise<void> {
  const { drive = [], load } = options;
  checkRun(options, programFiles(options));
  await withDrives(drive, async (drives) => {
    await withNetworks(networkOptions(options), async (networks) => {
      const started =
        load === undefined
          ? powerUp(options, drives, shell, networks)
          : resume(load, options, shell, drives.disks);
      await runMachine({ ...started, drives, networks }, options, shell);
    });
  });
}
