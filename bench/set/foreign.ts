/** A program of anybody's, timed under Linux here and on QEMU: a process a pass. */
import { fileKind, isElf, readElf } from '../../src/images/index.js';
import { readInput } from '../../src/cli/files/index.js';
import type { Effort } from '../parts.js';
import type { Report } from '../report.js';
import { buildSet, withFiles } from './build.js';
import { here, onQemu } from './machines.js';
import { compete, speedTable } from './measure.js';
import type { Passes } from './marks.js';

export class ProgramError extends Error {}

const AARCH64 = 183;
const INTERPRETER = 3;
/** What init has room for (guest/bench-linux/runtime/init.c), less what the plan begins with. */
const MOST_ARGUMENTS = 1000;
const MOST_BYTES = 65_000;

export interface ForeignProgram {
  readonly file: string;
  readonly bytes: Uint8Array;
  readonly args: readonly string[];
}

/** A program and what it is given. @throws ProgramError, ImageError */
export function readProgram(file: string, args: readonly string[]): ForeignProgram {
  const expected = (what: string): ProgramError => new ProgramError(`${file}: expected ${what}`);
  const size = args.reduce((sum, word) => sum + Buffer.byteLength(word) + 1, 0);
  if (args.length > MOST_ARGUMENTS || size > MOST_BYTES)
    throw new ProgramError(`expected at most ${MOST_ARGUMENTS} arguments and ${MOST_BYTES} bytes of them`);
  const { bytes } = readInput(file, fileKind.elf);
  if (!isElf(bytes)) throw expected('an ELF program');
  const { machine, segments } = readElf(bytes, file);
  if (machine !== AARCH64) throw expected(`a program for arm64 (e_machine ${AARCH64}), found ${machine}`);
  if (segments.some(({ type }) => type === INTERPRETER))
    throw expected('a static program, found a dynamic one');
  return { file, bytes, args };
}

/** Times it and reports that. @throws MarkError */
export async function benchProgram(program: ForeignProgram, effort: Effort, report: Report): Promise<void> {
  const { file, bytes, args } = program;
  const { runs, passes, engine, clock } = effort;
  const plan = ['program', `${passes}`, ...args];
  const archive = buildSet('arm64')(plan, { program: bytes });
  const outcome = await withFiles([archive], ([initramfs]) =>
    compete({
      here: { machine: here(engine), initramfs },
      there: { machine: onQemu, initramfs },
      runs,
      clock,
      isComparable: () => true,
    }),
  );
  show('firstlight', outcome.here, report);
  show('QEMU', outcome.there, report);
  report.line(`\n${file}, medians of ${runs} runs each, in turn: seconds from start to end`);
  report.lines(speedTable(outcome.speeds, 'QEMU'));
}

/** What the first pass said, and how the program ended, from what waitpid(2) gives. */
function show(machine: string, passes: Passes, report: Report): void {
  const [first] = passes.get('program') ?? [];
  const status = Number(`0x${first.checksum}`);
  const signal = status & 0x7f;
  const ending = signal === 0 ? `with status ${(status >> 8) & 0xff}` : `by signal ${signal}`;
  report.line(`\nOn ${machine} it says, and ends ${ending}:`);
  report.lines(first.output.map((line) => `  ${line}`));
}
