/** `firstlight replay`: runs a recorded run again. */
import { fileKind } from '../../images/index.js';
import {
  eventCategories,
  Player,
  readRecording,
  recordingKind,
  type RecordedFile,
  type Recording,
} from '../../observe/index.js';
import { examples, UsageError, type AddCommand, type Shell } from '../command.js';
import { EXIT_STATUS } from '../exit-status.js';
import { readInput } from '../files/index.js';
import { collect } from '../image-options.js';
import { withDrives } from '../run/drives.js';
import { addEndOptions, addScreenshotOption, addTraceOption, type RunOptions } from '../run/options.js';
import { startMachine } from '../run/power-up.js';
import { checkRun, namedBy, runMachine } from '../run/run.js';

type ReplayOptions = Omit<RunOptions, 'seed'> & { readonly file?: readonly string[] };

export const addReplay: AddCommand = (program, shell) => {
  const command = program
    .command('replay')
    .description('run again what --record recorded, its console on this terminal')
    .argument('<recording>', 'recording that boot or zircon wrote')
    .option('--file <name=path>', 'where a boot file is now; may be given again', collect);
  addTraceOption(addScreenshotOption(addEndOptions(command)), eventCategories)
    .addHelpText(
      'after',
      '\nThe status is 0 where the replay ends as the recording did, and 1 where it goes astray: one line\nsays at which instruction, and what differs. What is typed does not enter; Ctrl-A x quits.',
    )
    .addHelpText('after', EXIT_STATUS)
    .addHelpText(
      'after',
      examples(
        'firstlight zircon --record shell.recording',
        'firstlight replay shell.recording',
        'firstlight replay shell.recording --until "welcome" --save there.snapshot',
        'firstlight replay linux.recording --file Image=/boot/Image --trace exceptions',
      ),
    )
    .action((path: string, options: ReplayOptions) => replay(path, options, shell));
};

async function replay(path: string, given: ReplayOptions, shell: Shell): Promise<void> {
  const options = { ...given, seed: 0n };
  const moved = (given.file ?? []).flatMap((text) =>
    namedBy('--file', text.slice(text.lastIndexOf('=') + 1)),
  );
  checkRun(options, [...namedBy('the recording', path), ...moved]);
  const { name, bytes } = readInput(path, recordingKind);
  const recording = readRecording(bytes, name);
  const places = placesOf(given.file ?? [], recording);
  const apart = recording.header.disks.filter(({ embedded }) => !embedded);
  const drives = apart.map(({ name: disk, readOnly }) => {
    // What is replayed is over, and so are its writes.
    return { path: places.get(disk) ?? disk, isRaw: true, readOnly, snapshot: true };
  });
  await withDrives(drives, async (opened) => {
    const origin = await recording.origin(
      (file) => readFile(file, places),
      (disk) => opened.disks[apart.indexOf(disk)],
    );
    const started = startMachine(origin, options.trace ?? [], shell);
    const player = new Player(started.machine, recording);
    await runMachine({ ...started, drives: opened, player }, options, shell);
  });
}

function readFile({ name }: RecordedFile, moved: ReadonlyMap<string, string>): Uint8Array {
  return readInput(moved.get(name) ?? name, fileKind.content).bytes;
}

/** Where files are, by the names that the recording has for them. */
function placesOf(texts: readonly string[], { header, name: recording }: Recording): Map<string, string> {
  return new Map(
    texts.map((text) => {
      const at = text.lastIndexOf('=');
      if (at <= 0 || at === text.length - 1)
        throw new UsageError(`--file '${text}': expected NAME=PATH, such as Image=/boot/Image`);
      const name = text.slice(0, at);
      const all = [...header.files, ...header.disks];
      const found = all.find((file) => file.name === name || file.name.endsWith(`/${name}`));
      if (found === undefined)
        throw new UsageError(`--file '${text}': ${recording} has no file of that name${known(all)}`);
      return [found.name, text.slice(at + 1)];
    }),
  );
}

const known = (files: readonly { readonly name: string }[]): string =>
  files.length === 0 ? '' : `, but ${files.map(({ name }) => name).join(', ')}`;
