/** `firstlight boot`: boots a kernel on an emulated board. */
import { planBoot } from '../../boot/index.js';
import { Session, type Ending } from '../../host/index.js';
import { readFdt, readKernel } from '../../images/index.js';
import { Machine } from '../../machine/index.js';
import { loadSnapshot, saveSnapshot } from '../../observe/index.js';
import { Console } from '../run/console.js';
import { addBootOptions, type BootOptions } from '../run/options.js';
import { statistics } from '../run/statistics.js';
import { attachTrace } from '../run/trace.js';
import { examples, UsageError, type AddCommand, type Shell } from '../command.js';
import { readInput, writeOutput } from '../files.js';
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
    .action((options: BootOptions) => boot(options, shell));
};

async function boot(options: BootOptions, shell: Shell): Promise<void> {
  const machine = options.load === undefined ? powerUp(options, shell) : resume(options, options.load);
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
  if (options.save !== undefined) writeOutput(options.save, saveSnapshot(machine));
  if (options.stats !== undefined)
    writeOutput(options.stats, json(statistics(machine, ending, wall, before)));
}

/** Nobody watches a run that ends by itself: it keeps to virtual time. */
function isForPerson({ until, failOn, instructions }: BootOptions): boolean {
  return until === undefined && failOn === undefined && instructions === undefined;
}

function powerUp(options: BootOptions, shell: Shell): Machine {
  if (options.kernel === undefined) throw new UsageError('boot: expected --kernel <file> or --load <file>');
  const load = <T>(path: string, read: (bytes: Uint8Array) => T): T => {
    const started = performance.now();
    const result = read(readInput(path));
    const seconds = (performance.now() - started) / 1000;
    if (seconds > 1) shell.error(`firstlight: ${path}: loaded in ${seconds.toFixed(1)} s\n`);
    return result;
  };
  const { kernel, initrd, dtb } = options;
  const inputs = {
    kernel: { name: kernel, content: load(kernel, (bytes) => readKernel(bytes, kernel)) },
    ...(initrd === undefined ? {} : { initrd: { name: initrd, bytes: load(initrd, (bytes) => bytes) } }),
    ...(dtb === undefined
      ? {}
      : { devicetree: { name: dtb, tree: load(dtb, (bytes) => readFdt(bytes, dtb)) } }),
    ...(options.append === undefined ? {} : { append: options.append }),
    seed: options.seed,
  };
  const machine = new Machine({
    board: options.machine,
    cores: options.smp,
    ramSize: options.memory,
    hypervisor: options.el === 2,
  });
  machine.powerUp(planBoot(inputs, machine.board));
  return machine;
}

function resume(options: BootOptions, path: string): Machine {
  const given = (['kernel', 'initrd', 'dtb', 'append'] as const).find((name) => options[name] !== undefined);
  if (given !== undefined) throw new UsageError(`boot: --${given} does not go with --load`);
  return loadSnapshot(readInput(path), path);
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
