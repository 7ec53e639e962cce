/** `--record`: a run as a file, from which `firstlight replay` runs it again. */
import { Recorder } from '../../observe/index.js';
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
  { record: path, embed }: RunOptions,
  broken: () => void,
): Promise<Recording | undefined> {
  if (path === undefined) return undefined;
  const beginning: Uint8Array[] = [];
  let take = (bytes: Uint8Array): void => void beginning.push(bytes);
  const recorder = await Recorder.start({
    machine,
    origin,
    firstlight: packageVersion(),
    // What came through the standard input will not be there again; an item without a payload is in no file.
    embed: ({ name, bytes }) => embed === true || name === inputName('-') || bytes.length === 0,
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
