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

/**
 * The value of a `-drive`; undefined for one that is plugged in nowhere. `isOpen` tells whether a file can be read.
 * @throws QemuError, UsageError
 */
export function parseDrive(
  list: readonly Parameter[],
  { drives }: QemuBoard,
  isOpen: (path: string) => string | undefined,
): DiskFileOptions | undefined {
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
    // A drive without a medium.
    return undefined;
  }
  const reason = isOpen(path);
  if (reason !== undefined) throw new QemuError(`Could not open '${path}': ${reason}`);
  const wrong = list.find(({ name }) => !known.includes(name));
  if (wrong !== undefined)
    throw new QemuError(`Block format '${format}' does not support the option '${wrong.name}'`);
  if (format !== 'raw') throw new UsageError(`-drive format=${format}: expected raw`);
  if (as === 'none') return undefined;
  checkPlace(as, list, drives.present);
  return { path, isRaw: value('format') === 'raw', readOnly, snapshot };
}

function checkPlace(as: string, list: readonly Parameter[], present: readonly string[]): void {
  const number = (name: string): bigint => parseInteger(name, valueOf(list, name) ?? '0');
  const [bus, unit] = [
    number('bus'),
    valueOf(list, 'index') === undefined ? number('unit') : number('index'),
  ];
  if (as !== 'virtio' && (!present.includes(as) || bus > 0n || unit > 0n))
    throw new QemuError(`machine type does not support if=${as},bus=${bus},unit=${unit}`);
  if (as === 'virtio') throw new UsageError('-drive if=virtio: virtio devices come with a later version');
}
