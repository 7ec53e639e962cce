/**
 * `npm run bench`: the built package against QEMU on the same machine, in one run, in turn. Status 1 if a target is
 * missed or something went wrong, 2 for wrong use or if something that a part needs is missing. `--help` has the rest.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { requireAll, type Requirement } from '../scripts/requirements.js';
import { checkOutputs, FileError, writeOutput } from '../src/cli/files/index.js';
import {
  append,
  currentCommit,
  entryOf,
  HISTORY,
  HistoryError,
  PAGE,
  readHistory,
  type Surroundings,
} from './history.js';
import { comparison, entryAt, overview, withOverview } from './history-tables.js';
import { ImageError } from '../src/images/index.js';
import { parts, type Effort, type Figures } from './parts.js';
import { engines, type Engine } from './processes.js';
import { Report } from './report.js';
import { benchProgram, ProgramError, readProgram } from './set/foreign.js';
import { programNames } from './set/programs.js';

// Nothing is to depend on what ran before.
process.env.FIRSTLIGHT_KEPT_REGIONS = 'none';

/** Wrong use of the command line. */
class UsageError extends Error {}

/** Options of all measurements. */
interface Options {
  readonly quick?: true;
  readonly runs?: number;
  readonly passes?: number;
  readonly only?: readonly string[];
  readonly engine?: Engine;
  readonly processorTime?: true;
}
interface BenchOptions extends Options {
  readonly json?: true;
  readonly figures?: string;
  readonly minutes?: number;
}

function effortOf({ quick, runs, passes, only, engine, processorTime, minutes }: BenchOptions): Effort {
  const usual = { runs: 5, passes: 6, scale: 1, percent: 100, minutes: 10 };
  const rough = { runs: 1, passes: 4, scale: 0.25, percent: 20, minutes: 2 };
  const effort = quick ? rough : usual;
  return {
    ...effort,
    runs: runs ?? effort.runs,
    passes: passes ?? effort.passes,
    minutes: minutes ?? effort.minutes,
    programs: only ?? programNames,
    engine,
    clock: processorTime ? 'processor' : 'wall',
  };
}

function surroundings(): Surroundings {
  const version = execFileSync('qemu-system-aarch64', ['--version'], { encoding: 'utf8' });
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    node: process.version,
    qemu: /version (\S+)/.exec(version)?.[1] ?? version.split('\n')[0],
  };
}

/** Says what is measured on, builds the package, and hands on where the figures go. */
function begin(needs: readonly Requirement[]): { machine: Surroundings; report: Report } {
  requireAll('bench', ['qemu-system-aarch64', ...needs]);
  const machine = surroundings();
  const report = new Report();
  report.line(`${machine.cores} x ${machine.cpu}; Node ${machine.node}; QEMU ${machine.qemu}`);
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: 'inherit' });
  return { machine, report };
}

/** Runs parts, all that are usual unless some are named. */
async function bench(given: readonly string[], options: BenchOptions): Promise<void> {
  if (options.json && options.processorTime)
    throw new UsageError('--json does not go with --processor-time: the history is of wall time');
  if (options.figures !== undefined) checkOutputs([{ option: '--figures', path: options.figures }], []);
  const names = Object.keys(parts).filter((name) =>
    given.length === 0 ? parts[name].isExtra !== true : given.includes(name),
  );
  const commit = currentCommit();
  const { machine, report } = begin(names.flatMap((name) => parts[name].needs));
  const effort = effortOf(options);
  const figures: Figures = {};
  for (const name of names) await parts[name].run(figures, report, effort);
  if (options.figures !== undefined)
    writeOutput(options.figures, `${JSON.stringify({ commit, machine, ...figures }, null, 2)}\n`);
  if (options.json) {
    const date = new Date().toISOString().slice(0, 10);
    append(
      HISTORY,
      entryOf(figures, { commit, date, engine: effort.engine ?? 'auto', runs: effort.runs, machine }),
    );
    writeOutput(PAGE, withOverview(readFileSync(PAGE, 'utf8'), readHistory(HISTORY)));
  }
  if (!report.met) process.exitCode = 1;
}

/** The history as tables: all commits, then two of them figure by figure, the last two unless named. */
function history(before: string | undefined, after: string | undefined): void {
  const entries = readHistory(HISTORY);
  const report = new Report();
  report.lines(overview(entries));
  const later = after === undefined ? entries.at(-1) : entryAt(entries, after);
  const earlier = before === undefined ? entries.at(-2) : entryAt(entries, before);
  if (earlier === undefined || later === undefined) return;
  report.line('');
  report.lines(comparison(earlier, later));
}

const atLeastOne = (text: string): number => {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('expected a number from 1 to 9999.');
  return Number(text);
};
const someOf =
  (known: readonly string[]) =>
  (text: string): string[] => {
    const names = text.split(',');
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined)
      throw new InvalidArgumentError(`'${unknown}' is not one of ${known.join(', ')}.`);
    return names;
  };

const measuring = (command: Command): Command =>
  command
    .option('--quick', 'fewer and shorter runs: figures are rough')
    .option('--runs <n>', 'runs of each machine, in turn (5, with --quick 1)', atLeastOne)
    .option('--passes <n>', 'passes of each program (6, with --quick 4)', atLeastOne)
    .option('--processor-time', 'programs by the time that their threads run: rough, for a busy machine')
    .addOption(new Option('--engine <engine>', 'how firstlight executes').choices(engines));

function partsHelp(): string {
  const rows = Object.entries(parts).map(([name, { title }]) => `  ${name.padEnd(10)} ${title}`);
  const extra = Object.keys(parts).filter((name) => parts[name].isExtra === true);
  return ['', `Parts, all but ${extra.join(', ')} unless some are named:`, ...rows].join('\n');
}

function commandLine(): Command {
  const program = measuring(new Command('bench'))
    .description("firstlight's speed beside QEMU's on this machine, both in turn")
    .usage('[options] [part...]')
    .addArgument(new Argument('[part...]', 'what to measure').choices(Object.keys(parts)))
    .option('--only <programs>', `of the part programs these, with commas between them`, someOf(programNames))
    .option('--minutes <n>', 'of the part growth (10, with --quick 2)', atLeastOne)
    .option('--json', `add the speeds to ${HISTORY}, and to the table in ${PAGE}`)
    .option('--figures <file>', 'write all figures to a file as JSON')
    .showSuggestionAfterError(false)
    .enablePositionalOptions()
    .addHelpText('after', partsHelp)
    .action((given: string[], options: BenchOptions) => bench(given, options));
  measuring(program.command('program'))
    .description('time a static arm64 ELF program under Linux')
    .argument('<file>')
    .argument('[arguments...]', 'what the program is given')
    .passThroughOptions()
    .action(async (file: string, args: string[], options: Options) => {
      const program = readProgram(file, args);
      const { report } = begin(['fixtures', 'clang', 'ld.lld']);
      await benchProgram(program, effortOf(options), report);
    });
  program
    .command('history')
    .description(`show ${HISTORY} as tables`)
    .argument('[before]', 'a commit, the last but one unless given')
    .argument('[after]', 'the commit to compare with it, the last unless given')
    .action(history);
  return program;
}

/** Errors whose message is the whole story. */
const expected = [FileError, HistoryError, ImageError, ProgramError, UsageError];

async function main(): Promise<void> {
  const program = commandLine();
  const inOneLine = (command: Command): void => {
    command.exitOverride().configureOutput({
      outputError: (message, write) => write(`bench: ${message.trim().replace(/^error: /, '')}\n`),
    });
    command.commands.forEach(inOneLine);
  };
  inOneLine(program);
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    console.error(`bench: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    process.exitCode = expected.some((kind) => error instanceof kind) ? 2 : 1;
  }
}

await main();
