/** The command line as users have it, in a directory of its own: for tests that run commands of a shell. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../../src/cli/test-process.js';

const root = join(import.meta.dirname, '..', '..');

/** Whether programs can be compiled here. @throws where tests must not be left out */
export function hasClang(): boolean {
  const found =
    spawnSync('clang', ['--version']).status === 0 && spawnSync('ld.lld', ['--version']).status === 0;
  if (!found && process.env.CI !== undefined)
    throw new Error('clang or lld is missing: apt-get install them');
  return found;
}

export class CommandLine {
  private constructor(readonly directory: string) {}

  /** That of the present source, as a program `firstlight` of a package. */
  static async create(): Promise<CommandLine> {
    const directory = mkdtempSync(join(tmpdir(), 'firstlight-commands-'));
    const program = await buildProgram(join(directory, 'package'));
    chmodSync(program, 0o755);
    // The headers that the package carries.
    symlinkSync(join(root, 'guest'), join(directory, 'package', 'guest'));
    mkdirSync(join(directory, 'bin'));
    symlinkSync(program, join(directory, 'bin', 'firstlight'));
    return new CommandLine(directory);
  }

  /** Runs commands in the directory and returns all that they print. @throws if they fail */
  run(commands: string): string {
    const PATH = `${join(this.directory, 'bin')}:${process.env.PATH}`;
    const script = `set -e -o pipefail; exec 2>&1\n${commands}`;
    const output = execFileSync('bash', ['-c', script], {
      cwd: this.directory,
      encoding: 'utf8',
      env: { ...process.env, PATH, TZ: 'UTC' },
      timeout: 60_000,
      maxBuffer: 1 << 26,
      input: '',
    });
    return output.replaceAll('\r', '');
  }

  /** What a program of the machine prints that userboot starts, without the lines of the log. */
  runProgram(path: string): string {
    const append = `--append "userboot.next=bin/p userboot.shutdown"`;
    const output = this.run(`firstlight zircon --add bin/p=${path} ${append}`);
    const own = output.split('\n').filter((line) => !/^\[\d{5}\.\d{3}\] /.test(line));
    return own.join('\n');
  }

  /** What programs print that are run one after the other from the machine's shell, by their names. */
  runPrograms(paths: readonly string[]): Map<string, string> {
    const added = paths.map((path) => `--add bin/${path}=${path}`).join(' ');
    const typed = `${paths.join('\\n')}\\ndm shutdown\\n`;
    const parts = this.run(`printf '${typed}' | firstlight zircon ${added}`).split('\n$ ').slice(1);
    return new Map(
      paths.map((path, i) => [
        path,
        parts[i].startsWith(`${path}\n`) ? `${parts[i].slice(path.length + 1)}\n` : '',
      ]),
    );
  }

  remove(): void {
    rmSync(this.directory, { recursive: true });
  }
}
