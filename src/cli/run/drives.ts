/** `--drive`: disks from files, as QEMU spells them. */
import { InvalidArgumentError } from 'commander';
import { printable } from '../../images/index.js';
import type { Disk, UsbSpecification } from '../../machine/index.js';
import { UsageError } from '../command.js';
import { FileError, openDiskFile, type DiskFile, type DiskFileOptions } from '../files/index.js';
import { QemuError } from '../qemu/error.js';
import { StorageDrives } from '../qemu/options/storage.js';

/** A disk, and what it is plugged in as: the board's SD card, or whatever a device has that asks for it by its name. */
export interface DriveOptions extends DiskFileOptions {
  readonly id?: string;
  readonly isLoose?: boolean;
}

type Setting = (drive: DriveOptions, value: string) => DriveOptions;

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
  id: (drive, id) => ({ ...drive, id }),
  if: (drive, value) => {
    if (value === 'sd' || value === 'none') return { ...drive, isLoose: value === 'none' };
    throw new InvalidArgumentError(`expected if=sd or if=none, found if=${value}.`);
  },
  index: only('index', '0'),
  media: only('media', 'disk'),
  readonly: (drive, value) => ({ ...drive, readOnly: isOn(value) }),
  snapshot: (drive, value) => ({ ...drive, snapshot: isOn(value) }),
};
/** Those that may stand without a value. */
const flags: readonly string[] = ['readonly', 'snapshot'];

/**
 * `F`, or `file=F`, and what follows behind commas: `format=raw`, `readonly`, `snapshot`, `if=sd` or `if=none`, `id=NAME`. A comma in
 * a value is doubled.
 */
export function parseDrive(text: string): DriveOptions {
  const words = text
    .replaceAll(',,', '\0')
    .split(',')
    .map((word) => word.replaceAll('\0', ','));
  const drive = words.reduce<DriveOptions>(
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
export const collectDrive = (text: string, before: readonly DriveOptions[] = []): DriveOptions[] => [
  ...before,
  parseDrive(text),
];

/**
 * Devices with the drives that they ask for, in QEMU's words where that cannot be.
 * @throws UsageError for that, and for a drive that no device has
 */
export function plugDrives(
  devices: readonly UsbSpecification[],
  drives: readonly DriveOptions[],
): readonly UsbSpecification[] {
  const named = drives.flatMap(({ id, isLoose }, disk) =>
    id === undefined ? [] : [{ id, disk, isTaken: isLoose !== true }],
  );
  const twice = named.find(({ id }, i) => named.findIndex((each) => each.id === id) !== i);
  if (twice !== undefined)
    throw new UsageError(`--drive id=${printable(twice.id)}: another drive has that name`);
  const storage = new StorageDrives(named);
  const plugged = devices.map((device) => {
    try {
      return storage.plug(device);
    } catch (error) {
      if (!(error instanceof QemuError)) throw error;
      throw new UsageError(`--device ${device.kind}: ${printable(error.message)}`);
    }
  });
  const lost = drives.find(
    ({ isLoose }, disk) => isLoose === true && !plugged.some((each) => has(each, disk)),
  );
  if (lost !== undefined)
    throw new UsageError(
      `--drive ${printable(lost.path)}: if=none, and no device has it: expected --device usb-storage,drive=ID and id=ID`,
    );
  return plugged;
}

const has = (device: UsbSpecification, disk: number): boolean =>
  device.kind === 'usb-storage' && device.disk === disk;

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
