/** `--record`: a run as a file, from which `firstlight replay` runs it again. */
import { printable } from '../../images/index.js';
import type { Disk } from '../../machine/index.js';
import { Recorder } from '../../observe/index.js';
import type { Shell } from '../command.js';
import { FileError, inputName, openOutput } from '../files/index.js';
import { packageVersion } from '../package.js';
import type { RunOptions } from './options.js';
import type { Started } from './power-up.js';

export interface Recording {
  /** Records how the run ended. */
  finish(ending: string): Promise<void>;
  /** Throws FileError if not all of it could be written. */
  check(): void;
}

/**
 * Begins to record what the options ask for; undefined if that is nothing. `broken` is called when no more of it can be
 * written.
 * @throws FileError if nothing can
 */
export async function record(
  { machine, origin }: Started,
  { record: path, embed, quiet }: RunOptions,
  broken: () => void,
  shell: Shell,
): Promise<Recording | undefined> {
  if (path === undefined) return undefined;
  for (const disk of machine.disks) {
    if (embed === true) checkEmbeddable(disk);
    else if (!disk.isReadOnly && disk.changes === undefined && quiet !== true)
      shell.error(
        `firstlight: the run changes ${printable(disk.name)}, and a replay needs it as it is now: keep a copy\n`,
      );
  }
  const beginning: Uint8Array[] = [];
  let take = (bytes: Uint8Array): void => void beginning.push(bytes);
  const recorder = await Recorder.start({
    machine,
    origin,
    firstlight: packageVersion(),
    // What came through the standard input will not be there again; an item without a payload is in no file.
    embed: ({ role, name, bytes }) =>
      embed === true || role === 'data' || name === inputName('-') || bytes.length === 0,
    embedDisks: embed === true,
    write: (bytes) => take(bytes),
  });
  const output = openOutput(path, Buffer.concat(beginning));
  beginning.length = 0;
  let failure: FileError | undefined;
  const attempt = (act: () => void): void => {
    if (failure !== undefined) return;
    try {
      act();
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      failure = error;
      broken();
    }
  };
  take = (bytes) => attempt(() => output.write(bytes));
  return {
    finish: async (ending) => {
      await recorder.finish(ending);
      attempt(() => output.close());
    },
    check: () => {
      if (failure !== undefined) throw failure;
    },
  };
}

/** Larger ones would make recordings that cannot be read. */
const LARGEST_EMBEDDED = 2 ** 30;

function checkEmbeddable({ name, size }: Disk): void {
  if (size <= LARGEST_EMBEDDED) return;
  throw new FileError(
    `${printable(name)}: expected a disk of at most ${LARGEST_EMBEDDED / 2 ** 30} GiB for --embed, found ${size} bytes`,
  );
}
