/** `firstlight boot`: boots a kernel on an emulated board. */
import type { Command } from 'commander';
import { Session, type Ending } from '../../host/index.js';
import { saveSnapshot } from '../../observe/index.js';
import { Console } from '../run/console.js';
import { addBootOptions, type BootOptions } from '../run/options.js';
import { statistics } from '../run/statistics.js';
import { attachTrace } from '../run/trace.js';
import { powerUp, refuseBesideLoad, resume } from '../run/power-up.js';
import { withProgress } from '../run/progress.js';
import { examples, type AddCommand, type Shell } from '../command.js';
import { checkOutput, writeOutput } from '../files.js';
import { json } from '../format.js';

const EXIT_STATUS = `
Exit status:
  0    the guest powered off, --until matched, or --instructions were executed
  1    --fail-on matched, or nothing can wake the guest any more
  2    wrong use or bad input
  124  --timeout`;

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
        'firstlight boot --kernel Image --append "console=ttyAMA0" --until "Run /init" --save init.snapshot',
        'firstlight boot --load init.snapshot',
        'firstlight boot --kernel hello.elf --trace exceptions,mmu --instructions 1000',
      ),
    )
    .action((options: BootOptions, command: Command) => {
      refuseBesideLoad(options, command);
      return boot(options, shell);
    });
};

async function boot(options: BootOptions, shell: Shell): Promise<void> {
  for (const output of [options.save, options.stats]) if (output !== undefined) checkOutput(output);
  const machine = options.load === undefined ? powerUp(options, shell) : resume(options.load, shell);
  machine.onLog = (message) => shell.error(`firstlight: ${message}\n`);
  const trace = attachTrace(machine, options.trace ?? [], shell.error);
  const hostClock =
    options.clock === undefined ? Console.interactive && isForPerson(options) : options.clock === 'host';
  const before = machine.instructions;
  const terminal = new Console({
    input: (bytes) => session.receive(bytes),
    quit: () => session.quit(),
  });
  const session = new Session(machine, {
    until: options.until,
    failOn: options.failOn,
    timeout: options.timeout,
    instructions: options.instructions,
    hostClock,
    inputOpen: () => terminal.open,
    transmit: (byte) => terminal.transmit(byte),
    afterSlice: () => {
      terminal.flush();
      trace.flush();
    },
  });
  const started = performance.now();
  terminal.start();
  let ending: Ending;
  try {
    ending = await session.run();
  } finally {
    terminal.stop();
  }
  const wall = (performance.now() - started) / 1000;
  report(ending, shell);
  if (options.stats !== undefined)
    writeOutput(options.stats, json(statistics(machine, ending, wall, before)));
  if (options.save !== undefined) {
    const { save } = options;
    withProgress(`saving ${save}`, 0, shell.error, () => writeOutput(save, saveSnapshot(machine)));
  }
}

/** Nobody watches a run that ends by itself: it keeps to virtual time. */
function isForPerson({ until, failOn, instructions }: BootOptions): boolean {
  return until === undefined && failOn === undefined && instructions === undefined;
}

/** Sets the exit status, and says why where the console does not. */
function report(ending: Ending, shell: Shell): void {
  switch (ending.kind) {
    case 'failed':
      shell.error(`firstlight: --fail-on matched: ${ending.text}\n`);
      shell.exit(1);
      return;
    case 'stuck':
      shell.error('firstlight: the guest is stuck: every core waits, and nothing can wake one\n');
      shell.exit(1);
      return;
    case 'timeout':
      shell.error('firstlight: --timeout reached\n');
      shell.exit(124);
      return;
    default:
      shell.exit(0);
  }
}
