/** `firstlight trace`: a boot, instruction by instruction, as a text to read. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { fileKind } from '../../images/index.js';
import { boards, type StopReason } from '../../machine/index.js';
import {
  elfSymbols,
  GuestSymbols,
  readSymbolFile,
  Walk,
  walkWriters,
  type SymbolFile,
  type WalkFormat,
} from '../../observe/index.js';
import { examples, UsageError, type AddCommand, type Shell } from '../command.js';
import { EXIT_STATUS, exitStatus } from '../exit-status.js';
import { checkOutputs, readInput } from '../files/index.js';
import { withDrives, type Drives } from '../run/drives.js';
import { collect } from '../image-options.js';
import { Interruption } from '../run/interruption.js';
import { addProgramOptions, addSizeOptions, parseCount, type BootOptions } from '../run/options.js';
import {
  bootImage,
  powerUp,
  refuseBeside,
  refuseBesideLoad,
  resume,
  startZircon,
  type Started,
} from '../run/power-up.js';
import { namedBy, programFiles } from '../run/run.js';
import { goalOf, parseWhere, whereText, type Where } from '../run/where.js';
import { WalkOutput } from '../run/walk-output.js';

interface TraceOptions extends BootOptions {
  readonly zircon?: true;
  readonly zbi?: string;
  readonly symbols?: readonly string[];
  readonly from?: Where;
  readonly to?: Where;
  readonly count?: number;
  readonly by: 'instruction' | 'region';
  readonly depth?: number;
  readonly core?: readonly number[];
  readonly format: WalkFormat;
  readonly output?: string;
}

export const addTrace: AddCommand = (program, shell) => {
  const command = program
    .command('trace')
    .description(
      'run a boot and write down what each instruction does: registers, memory, tables, exceptions',
    );
  addSizeOptions(addProgramOptions(command), Object.values(boards))
    .option('--zircon', 'the built-in Zircon system, or with --zbi another one, instead of a kernel')
    .option('--zbi <file>', 'boot image for --zircon')
    .option('--load <file>', 'go on from a snapshot')
    .option('--symbols <file>', 'names: System.map or an ELF file, whose source lines it tells, too', collect)
    .option('--from <where>', 'begin there: an instruction count, an address or a symbol', parseWhere)
    .option('--to <where>', 'end before the instruction there', parseWhere)
    .option('--count <n>', 'end after so many instructions that were told of', parseCount)
    .addOption(
      new Option('--by <unit>', 'tell of each instruction, or of functions as a whole')
        .choices(['instruction', 'region'])
        .default('instruction'),
    )
    .option('--depth <n>', 'tell calls that are deeper than so many in a line', parseDepth)
    .option('--core <list>', 'tell only of these cores, such as 0,2', parseCores)
    .addOption(new Option('--format <name>', 'format').choices(Object.keys(walkWriters)).default('text'))
    .option('--output <file>', 'write there instead of to the standard output')
    .option('-q, --quiet', 'nothing on the error stream but errors')
    .addHelpText('after', EXIT_STATUS)
    .addHelpText(
      'after',
      examples(
        'firstlight trace --kernel Image --to start_kernel --depth 2',
        'firstlight trace --kernel Image --to start_kernel --depth 2 --format markdown --output walk.md',
        'firstlight trace --kernel Image --symbols vmlinux --from __primary_switch --count 500',
        'firstlight trace --kernel hello.elf --count 1000 --format json',
        'firstlight trace --zircon --count 2000 --by region',
      ) + '\n\ndocs/tracing.md: how to read it, and the objects of --format json.',
    )
    .action((options: TraceOptions, self: Command) => {
      refuseBesideLoad(options, self);
      if (options.zircon !== undefined) refuseBeside('zircon', besideProgram, self);
      return trace(options, shell);
    });
};

/** What a program is made of, which the Zircon system brings itself. */
const besideProgram = ['kernel', 'bios', 'initrd', 'dtb', 'drive', 'load', 'machine', 'el', 'cpu'];

function parseDepth(text: string): number {
  const depth = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (Number.isNaN(depth)) throw new InvalidArgumentError('expected a whole number from 0.');
  return depth;
}

function parseCores(text: string): number[] {
  const cores = text.split(',').map((core) => (/^\d{1,3}$/.test(core) ? Number(core) : NaN));
  if (cores.some(Number.isNaN)) throw new InvalidArgumentError('expected core numbers such as 0,2.');
  return cores;
}

/** Instructions that are executed, and that are told of, before the host's event loop gets its turn. */
const SLICE = 5_000_000;
const BATCH = 1000;

/** Lets the host do what is to be done beside. */
function hostTurn(drives: Drives): Promise<void> {
  drives.sync();
  return new Promise((resolve) => setImmediate(resolve));
}

function trace(options: TraceOptions, shell: Shell): Promise<void> {
  check(options);
  return withDrives(options.drive ?? [], (drives) => traceWith(drives, options, shell));
}

async function traceWith(drives: Drives, options: TraceOptions, shell: Shell): Promise<void> {
  const files = (options.symbols ?? []).map((path) => {
    const { bytes, name } = readInput(path, fileKind.symbols);
    return readSymbolFile(bytes, name);
  });
  // Time is counted in instructions, so that the same trace comes out every time.
  const started = start({ ...options, clock: 'virtual' }, drives, shell);
  const { machine } = started;
  const wanted = options.core?.find((core) => core >= machine.cores);
  if (wanted !== undefined)
    throw new UsageError(`--core: expected cores below ${machine.cores}, found ${wanted}`);
  if (!options.quiet) machine.logged.add((text) => shell.error(`firstlight: ${text}\n`));
  const symbols = symbolsOf(started, files);
  const output = new WalkOutput(shell, options.output);
  let isInterrupted = false;
  const interrupt = (): void => {
    isInterrupted = true;
    machine.stop();
  };
  const interruption = new Interruption(shell, interrupt);
  drives.onFailure = interrupt;
  try {
    const run = { started, drives, symbols, output, isInterrupted: () => isInterrupted };
    const missed = (await runTo(run, options)) ?? (await walk(run, options, shell));
    if (missed !== undefined && !isInterrupted) {
      shell.error(`firstlight: ${missed}\n`);
      shell.exit(exitStatus.no);
    }
  } finally {
    interruption.stop();
    output.close();
  }
  if (interruption.status !== undefined) shell.exit(interruption.status);
}

function check(options: TraceOptions): void {
  const { zircon, zbi, load, symbols = [], output, from, to } = options;
  if (zbi !== undefined && zircon === undefined) throw new UsageError('--zbi goes with --zircon');
  if (from?.kind === 'instructions' && to?.kind === 'instructions' && to.count < from.count)
    throw new UsageError(`--to: expected ${from.count} instructions or more, as --from, found ${to.count}`);
  checkOutputs(namedBy('--output', output), [
    ...programFiles(options),
    ...namedBy('--zbi', zbi),
    ...namedBy('--load', load),
    ...symbols.flatMap((path) => namedBy('--symbols', path)),
  ]);
}

function start(options: TraceOptions, drives: Drives, shell: Shell): Started {
  if (options.load !== undefined) return resume(options.load, options, shell, drives.disks);
  if (options.zircon === undefined) return powerUp(options, drives, shell);
  return startZircon(options, bootImage(options.zbi), shell);
}

/** Names from files first, then those that the guest brings, wherever in memory it lies. */
function symbolsOf({ machine, elf }: Started, files: readonly SymbolFile[]): GuestSymbols {
  const own = elf === undefined ? [] : [elfSymbols(elf, 'the kernel')];
  const symbols = new GuestSymbols(machine, undefined, [...files, ...own]);
  if (symbols.named('_text') === undefined) symbols.searchMemory();
  return symbols;
}

interface Run {
  readonly started: Started;
  readonly drives: Drives;
  readonly symbols: GuestSymbols;
  readonly output: WalkOutput;
  readonly isInterrupted: () => boolean;
}

/** Runs to where the walk begins; answers why it has not come there. */
async function runTo(
  { started, drives, symbols, isInterrupted }: Run,
  { from }: TraceOptions,
): Promise<string | undefined> {
  if (from === undefined) return undefined;
  const { machine } = started;
  const goal = goalOf(machine, from, symbols, '--from');
  const last = machine.instructions + goal.instructions;
  try {
    while (!isInterrupted() && machine.instructions < last) {
      const reason = machine.run({ instructions: Math.min(SLICE, last - machine.instructions) });
      if (reason === 'break') return undefined;
      if (reason === 'reset') machine.reset();
      else if (reason !== 'limit' && reason !== 'stopped')
        return `--from: ${whereText(from)} was not reached: ${endingText(reason)} after ${machine.instructions} instructions`;
      await hostTurn(drives);
    }
    return undefined;
  } finally {
    goal.leave();
  }
}

/** Walks; answers why it has not come to where it was to end. */
async function walk(run: Run, options: TraceOptions, shell: Shell): Promise<string | undefined> {
  const { started, drives, symbols, output, isInterrupted } = run;
  const { to, count = Infinity, by, depth, core } = options;
  const { machine } = started;
  const writer = walkWriters[options.format]();
  const goal = to && goalOf(machine, to, symbols, '--to');
  const last = machine.instructions + (goal?.instructions ?? Infinity);
  const walking = new Walk(machine, { by, symbols, depth, cores: core }, (item) =>
    output.add(writer.write(item)),
  );
  let reason = 'interrupted';
  let missed: string | undefined;
  try {
    while (!isInterrupted()) {
      if (walking.told >= count || machine.instructions >= last) {
        reason = walking.told >= count ? '--count' : `--to ${to === undefined ? '' : whereText(to)}`;
        break;
      }
      if (!walking.steps(BATCH, { told: count, instructions: last })) {
        reason = endOf(walking.ending, to);
        if (to !== undefined && walking.ending !== 'break')
          missed = `--to: ${whereText(to)} was not reached: ${reason} after ${machine.instructions} instructions`;
        break;
      }
      output.flush();
      await hostTurn(drives);
      if (options.output === undefined) await shell.backlog?.();
    }
  } finally {
    goal?.leave();
    walking.end(reason);
    output.add(writer.end());
  }
  return missed;
}

function endOf(ending: StopReason | undefined, to: Where | undefined): string {
  if (ending === 'break' && to !== undefined) return `--to ${whereText(to)}`;
  return ending === undefined ? 'interrupted' : endingText(ending);
}

const endings: Readonly<Partial<Record<StopReason, string>>> = {
  'powered off': 'the guest switched the machine off',
  reset: 'the guest reset the machine',
  halted: 'the kernel gave up',
  idle: 'nothing can wake the guest any more',
};

const endingText = (reason: StopReason): string => endings[reason] ?? reason;
