/** All commands in one program. What is wrong is told in one line on the error stream; `exit-status.ts`. */
import { Command, CommanderError } from 'commander';
import { BootError } from '../boot/index.js';
import { ImageError, printableLines } from '../images/index.js';
import { BoardError } from '../machine/index.js';
import { DivergenceError, LockstepError, RecordingError, SnapshotError } from '../observe/index.js';
import { ZirconError } from '../zircon/index.js';
import { examples, UsageError, type AddCommand, type Output, type Shell } from './command.js';
import { addBoot } from './commands/boot.js';
import { addBootfs } from './commands/bootfs.js';
import { addDisasm } from './commands/disasm.js';
import { addElf } from './commands/elf.js';
import { addFdt } from './commands/fdt.js';
import { addImage } from './commands/image.js';
import { addQemu } from './commands/qemu.js';
import { addReplay } from './commands/replay.js';
import { addRodso } from './commands/rodso.js';
import { addSysroot } from './commands/sysroot.js';
import { addTrace } from './commands/trace.js';
import { addZbi } from './commands/zbi.js';
import { EXIT_STATUS, exitStatus } from './exit-status.js';
import { FileError } from './files/index.js';
import { addZircon } from './commands/zircon.js';
import { packageVersion } from './package.js';

const commands: readonly AddCommand[] = [
  addBoot,
  addQemu,
  addZircon,
  addReplay,
  addTrace,
  addImage,
  addFdt,
  addElf,
  addDisasm,
  addZbi,
  addBootfs,
  addSysroot,
  addRodso,
];

/** Errors that are the user's or a file's, not the program's: their message is the whole story. */
const expectedErrors = [
  ...[FileError, ImageError, BootError, BoardError],
  ...[SnapshotError, RecordingError, ZirconError],
];

function buildProgram(shell: Shell): Command {
  const program = new Command('firstlight');
  program
    .description('Boots AArch64 systems from the first instruction after reset, and shows every step.')
    .version(packageVersion())
    .showSuggestionAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: shell.out,
      writeErr: shell.error,
    })
    .addHelpText(
      'after',
      examples(
        'firstlight zircon                          # the built-in system, to its shell',
        'firstlight boot --kernel Image --append "console=ttyAMA0"',
        'firstlight help zircon',
      ) + '\n\nWherever a file is read, - is the standard input.',
    )
    .addHelpText('after', EXIT_STATUS);
  for (const add of commands) add(program, shell);
  sayWhereAndWhat(program);
  return program;
}

/** Makes a command and those in it tell in one line which of them is used wrongly, where commander does not. */
function sayWhereAndWhat(command: Command): void {
  command.configureOutput({
    outputError: (message, write) => write(errorLine(command, message)),
  });
  command.commands.forEach(sayWhereAndWhat);
  if (command.commands.length > 0) makeGroup(command);
}

/** A command that has others: by itself it does nothing. */
function makeGroup(group: Command): void {
  const find = (names: readonly string[]): Command =>
    names.reduce((above, name) => {
      const found = above.commands.find((each) => each.name() === name);
      if (found === undefined) throw new UsageError(`unknown command '${name}'`);
      return found;
    }, group);
  group
    .helpCommand(false)
    .allowExcessArguments()
    .action((_options: unknown, { args }: Command) => {
      find(args.slice(0, 1));
      const help = ['firstlight', ...pathOf(group), '--help'].join(' ');
      throw new UsageError(`expected a command (${help} lists them)`);
    });
  group
    .command('help')
    .description('display help for a command')
    .argument('[command...]')
    .action((names: string[]) => find(names).outputHelp());
}

/** The names of the commands that lead to one, without the program's. */
function pathOf(command: Command): string[] {
  return command.parent === null ? [] : [...pathOf(command.parent), command.name()];
}

/** `firstlight: zbi list: ...`. */
function errorLine(command: Command | undefined, message: string): string {
  const where = command === undefined ? '' : pathOf(command).join(' ');
  return `firstlight: ${where === '' ? '' : `${where}: `}${oneLine(message)}\n`;
}

function oneLine(message: string): string {
  return message
    .trim()
    .replace(/^error: /, '')
    .split('\n')
    .join(' ');
}

/** Whatever a file or a guest has given a name, its text does to the terminal nothing but be read. */
function withoutControls(output: Output): Output {
  return {
    ...output,
    out: (data) => output.out(typeof data === 'string' ? printableLines(data) : data),
    error: (text) => output.error(printableLines(text)),
  };
}

/** Runs one command line (without the program's name) and returns its exit status. Never throws. */
export async function runProgram(args: readonly string[], streams: Output): Promise<number> {
  const output = withoutControls(streams);
  let status: number = exitStatus.done;
  const program = buildProgram({ ...output, exit: (wanted) => (status = wanted) });
  let command: Command | undefined;
  program.hook('preAction', (_, acting) => void (command = acting));
  try {
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.wrong;
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof DivergenceError || error instanceof LockstepError) {
      output.error(errorLine(undefined, message));
      return exitStatus.no;
    }
    if (error instanceof UsageError) output.error(errorLine(command, message));
    else if (expectedErrors.some((type) => error instanceof type))
      output.error(errorLine(undefined, message));
    else output.error(errorLine(undefined, `internal error: ${message}`));
    return exitStatus.wrong;
  }
}
