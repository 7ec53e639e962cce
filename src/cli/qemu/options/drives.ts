/** `-drive`: a disk, and what it is plugged in as. */
import { UsageError } from '../../command.js';
import type { DiskFileOptions } from '../../files/index.js';
import { QemuError } from '../error.js';
import type { QemuBoard } from './boards.js';
import { valueOf, type Parameter } from './lists.js';
import { parseInteger, parseSwitch } from './values.js';

const known = [
  ...[
    'file',
    'format',
    'driver',
    'if',
    'id',
    'index',
    'bus',
    'unit',
    'media',
    'readonly',
    'read-only',
    'snapshot',
  ],
  ...['cache', 'aio', 'discard', 'detect-zeroes', 'werror', 'rerror', 'auto-read-only'],
];
const interfaces = ['none', 'ide', 'scsi', 'floppy', 'pflash', 'mtd', 'sd', 'virtio', 'xen'];
const formats = [
  'raw',
  'qcow2',
  'qcow',
  'qed',
  'vdi',
  'vhdx',
  'vmdk',
  'vpc',
  'bochs',
  'cloop',
  'dmg',
  'parallels',
];
const caches = ['none', 'writeback', 'unsafe', 'writethrough', 'directsync', 'off'];

/** A disk, by the name that monitors have for it. */
export interface Drive extends DiskFileOptions {
  readonly name: string;
}

/** Where drives are plugged in: for a new one of no unit in particular, the first place of its interface that is free. */
export class DrivePlaces {
  private readonly taken = new Set<string>();

  constructor(private readonly drives: QemuBoard['drives']) {}

  /** Takes the place that a `-drive` asks for: its number. @throws QemuError, UsageError where there is none */
  take(as: string, list: readonly Parameter[]): bigint {
    const number = (name: string): bigint | undefined => {
      const value = valueOf(list, name);
      return value === undefined ? undefined : parseInteger(name, value);
    };
    const bus = number('bus') ?? 0n;
    const asked = number('index') ?? number('unit');
    const unit = asked ?? this.firstFree(as, bus);
    const place = [as, bus, unit].join();
    if (this.taken.has(place))
      throw new QemuError(`drive with bus=${bus}, unit=${unit} (index=${unit}) exists`);
    this.taken.add(place);
    if (as === 'none') return unit;
    const { interfaces: present } = this.drives;
    const found = Object.hasOwn(present, as) ? present[as] : undefined;
    if (found === undefined || (found.units < Infinity && (bus > 0n || unit >= found.units)))
      throw new QemuError(`machine type does not support if=${as},bus=${bus},unit=${unit}`);
    if (found.missing !== undefined) throw new UsageError(`-drive if=${as}: ${found.missing}`);
    return unit;
  }

  private firstFree(as: string, bus: bigint): bigint {
    let unit = 0n;
    while (this.taken.has([as, bus, unit].join())) unit += 1n;
    return unit;
  }
}

/** A drive, and how devices call it: by what it is plugged in as, and its unit, unless it has a name. */
export interface QemuDrive {
  readonly id: string;
  readonly isLoose: boolean;
  /** Undefined for a drive without a medium. */
  readonly file: Drive | undefined;
}

/**
 * The value of a `-drive`. `isOpen` tells whether a file can be read.
 * @throws QemuError, UsageError
 */
export function parseDrive(
  list: readonly Parameter[],
  { drives }: QemuBoard,
  places: DrivePlaces,
  isOpen: (path: string) => string | undefined,
): QemuDrive {
  const value = (name: string): string | undefined => valueOf(list, name);
  const as = value('if') ?? drives.usual;
  if (!interfaces.includes(as)) throw new QemuError(`unsupported bus type '${as}'`);
  const media = value('media') ?? 'disk';
  if (!['disk', 'cdrom'].includes(media)) throw new QemuError(`'${media}' invalid media`);
  const cache = value('cache');
  if (cache !== undefined && !caches.includes(cache)) throw new QemuError('invalid cache option');
  const format = value('format') ?? value('driver') ?? 'raw';
  if (!formats.includes(format)) throw new QemuError(`Unknown driver '${format}'`);
  const readOnly = parseSwitch('read-only', value('readonly') ?? value('read-only') ?? 'off');
  const snapshot = parseSwitch('snapshot', value('snapshot') ?? 'off');
  const path = value('file');
  if (path === undefined) {
    if (value('format') ?? value('driver'))
      throw new QemuError('A block device must be specified for "file"');
    if (list.some(({ name }) => !known.includes(name)))
      throw new QemuError('Must specify either driver or file');
    return { id: value('id') ?? as, isLoose: true, file: undefined };
  }
  const reason = isOpen(path);
  if (reason !== undefined) throw new QemuError(`Could not open '${path}': ${reason}`);
  const wrong = list.find(({ name }) => !known.includes(name));
  if (wrong !== undefined)
    throw new QemuError(`Block format '${format}' does not support the option '${wrong.name}'`);
  if (format !== 'raw') throw new UsageError(`-drive format=${format}: expected raw`);
  const unit = places.take(as, list);
  const name = value('id') ?? `${as}${unit}`;
  const file = { name, path, isRaw: value('format') === 'raw', readOnly, snapshot };
  return { id: name, isLoose: as === 'none', file };
}
