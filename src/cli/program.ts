/** All commands in one program. What is wrong is told in one line on the error stream; `exit-status.ts`. */
import { Command, CommanderError } from 'commander';
import { BootError } from '../boot/index.js';
import { ImageError } from '../images/index.js';
import { BoardError } from '../machine/index.js';
import { SnapshotError } from '../observe/index.js';
import { ZirconError } from '../zircon/index.js';
import { examples, UsageError, type AddCommand, type Output, type Shell } from './command.js';
import { addBoot } from './commands/boot.js';
import { addBootfs } from './commands/bootfs.js';
import { addDisasm } from './commands/disasm.js';
import { addElf } from './commands/elf.js';
import { addFdt } from './commands/fdt.js';
import { addImage } from './commands/image.js';
import { addRodso } from './commands/rodso.js';
import { addSysroot } from './commands/sysroot.js';
import { addZbi } from './commands/zbi.js';
import { EXIT_STATUS, exitStatus } from './exit-status.js';
import { FileError } from './files/index.js';
import { addZircon } from './commands/zircon.js';
import { packageVersion } from './package.js';

const commands: readonly AddCommand[] = [
  addBoot,
  addZircon,
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
  ...[UsageError, FileError, ImageError, BootError],
  ...[BoardError, SnapshotError, ZirconError],
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
      outputError: (message, write) => write(`firstlight: ${oneLine(message)}\n`),
    })
    .addHelpText(
      'after',
      examples(
        'firstlight zircon                          # the built-in system, to its shell',
        'firstlight boot --kernel Image --append "console=ttyAMA0"',
        'firstlight help zircon',
      ),
    )
    .addHelpText('after', EXIT_STATUS);
  for (const add of commands) add(program, shell);
  return program;
}

function oneLine(message: string): string {
  return message
    .trim()
    .replace(/^error: /, '')
    .split('\n')
    .join(' ');
}

/** Runs one command line (without the program's name) and returns its exit status. Never throws. */
export async function runProgram(args: readonly string[], output: Output): Promise<number> {
  let status: number = exitStatus.done;
  const program = buildProgram({ ...output, exit: (wanted) => (status = wanted) });
  try {
    if (args.length === 0) throw new UsageError('expected a command (firstlight --help lists them)');
    await program.parseAsync(args, { from: 'user' });
    return status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitStatus.done : exitStatus.wrong;
    const line = error instanceof Error ? error.message : String(error);
    const expected = expectedErrors.some((type) => error instanceof type);
    output.error(`firstlight: ${expected ? '' : 'internal error: '}${oneLine(line)}\n`);
    return exitStatus.wrong;
  }
}
