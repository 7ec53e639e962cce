/** `--record`: a run as a file, from which `firstlight replay` runs it again. */
import { Recorder } from '../../observe/index.js';
import { inputName, openOutput } from '../files/index.js';
import { packageVersion } from '../package.js';
import type { RunOptions } from './options.js';
import type { Started } from './power-up.js';

export interface Recording {
  /** Records how the run ended. */
  finish(ending: string): Promise<void>;
}

/** Begins to record what the options ask for; undefined if that is nothing. @throws FileError */
export async function record(
  { machine, origin }: Started,
  { record: path, embed }: RunOptions,
): Promise<Recording | undefined> {
  if (path === undefined) return undefined;
  const beginning: Uint8Array[] = [];
  let take = (bytes: Uint8Array): void => void beginning.push(bytes);
  const recorder = await Recorder.start({
    machine,
    origin,
    firstlight: packageVersion(),
    // What came through the standard input will not be there again.
    embed: ({ name }) => embed === true || name === inputName('-'),
    write: (bytes) => take(bytes),
  });
  const output = openOutput(path, Buffer.concat(beginning));
  beginning.length = 0;
  take = (bytes) => output.write(bytes);
  return {
    finish: async (ending) => {
      await recorder.finish(ending);
      output.close();
    },
  };
}
