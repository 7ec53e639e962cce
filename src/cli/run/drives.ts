/** `--drive`: disks from files, as QEMU spells them. */
import { InvalidArgumentError } from 'commander';
import { printable } from '../../images/index.js';
import type { Disk } from '../../machine/index.js';
import { FileError, openDiskFile, type DiskFile, type DiskFileOptions } from '../files/index.js';

type Setting = (drive: DiskFileOptions, value: string) => DiskFileOptions;

const isOn = (value: string): boolean => {
  if (value === 'on' || value === 'off') return value === 'on';
  throw new InvalidArgumentError(`expected on or off, found '${value}'.`);
};
/** Takes one value only. */
const only =
  (key: string, expected: string): Setting =>
  (drive, value) => {
    if (value === expected) return drive;
    throw new InvalidArgumentError(`expected ${key}=${expected}, found ${key}=${value}.`);
  };

const settings: Readonly<Record<string, Setting>> = {
  file: (drive, value) => ({ ...drive, path: value }),
  format: (drive, value) => ({ ...only('format', 'raw')(drive, value), isRaw: true }),
  /** A name that nothing asks for. */
  id: (drive) => drive,
  if: only('if', 'sd'),
  index: only('index', '0'),
  media: only('media', 'disk'),
  readonly: (drive, value) => ({ ...drive, readOnly: isOn(value) }),
  snapshot: (drive, value) => ({ ...drive, snapshot: isOn(value) }),
};
/** Those that may stand without a value. */
const flags: readonly string[] = ['readonly', 'snapshot'];

/**
 * `F`, or `file=F`, and what follows behind commas: `format=raw`, `readonly`, `snapshot`, `if=sd`, `id=NAME`. A comma in
 * a value is doubled.
 */
export function parseDrive(text: string): DiskFileOptions {
  const words = text
    .replaceAll(',,', '\0')
    .split(',')
    .map((word) => word.replaceAll('\0', ','));
  const drive = words.reduce<DiskFileOptions>(
    (sum, word, i) => {
      const [, key = word, value = flags.includes(word) ? 'on' : undefined] =
        /^(\w+)=(.*)$/s.exec(word) ?? [];
      if (value === undefined && i === 0) return { ...sum, path: word };
      if (value === undefined || !Object.hasOwn(settings, key)) {
        const known = Object.keys(settings).join(', ');
        throw new InvalidArgumentError(`'${printable(word)}': expected one of ${known}, with a value.`);
      }
      return settings[key](sum, value);
    },
    { path: '' },
  );
  if (drive.path === '') throw new InvalidArgumentError('expected a file.');
  return drive;
}

/** `--drive`, which may be given again. */
export const collectDrive = (text: string, before: readonly DiskFileOptions[] = []): DiskFileOptions[] => [
  ...before,
  parseDrive(text),
];

/** The files behind a machine's disks. */
export class Drives {
  readonly disks: readonly Disk[];
  /** Called once when the system can no longer read or write one. */
  onFailure: () => void = () => undefined;
  private readonly files: DiskFile[] = [];
  private failure: FileError | undefined;

  /** @throws FileError */
  constructor(drives: readonly DiskFileOptions[]) {
    try {
      for (const drive of drives) this.files.push(openDiskFile(drive, (error) => this.failed(error)));
    } catch (error) {
      this.close();
      throw error;
    }
    this.disks = this.files.map(({ disk }) => disk);
  }

  /** After each slice of a run: has the system put on its disk what was written. */
  sync(): void {
    for (const file of this.files) file.sync();
  }

  close(): void {
    for (const file of this.files.splice(0)) file.close();
  }

  /** @throws FileError if the system could not read or write all that it was given */
  check(): void {
    if (this.failure !== undefined) throw this.failure;
  }

  private failed(error: FileError): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.onFailure();
  }
}

/** Does something with the disks of a command, and closes them whatever becomes of it. @throws FileError */
export async function withDrives(
  options: readonly DiskFileOptions[],
  act: (drives: Drives) => Promise<void>,
): Promise<void> {
  const drives = new Drives(options);
  try {
    await act(drives);
  } finally {
    drives.close();
  }
  drives.check();
}
