/** What is in the machine's slots for disks, as `info block` and `query-block` tell it. */
import type { Machine } from '../../../machine/index.js';
import { QemuError } from '../error.js';
import { qemuBoards, type QemuBoard } from '../options/boards.js';
import type { Json } from '../qmp/json.js';
import type { MonitorRow } from './commands.js';
import type { MonitorHost } from './host.js';

interface Block {
  readonly device: string;
  /** What it is plugged into, in QEMU's tree of objects, and whether its medium can be taken out there. */
  readonly owner: string;
  readonly isRemovable: boolean;
  /** Nothing, in a slot that is empty. */
  readonly inserted?: {
    readonly node: string;
    readonly path: string;
    readonly isReadOnly: boolean;
    readonly size: number;
  };
}

const boards: Readonly<Record<string, QemuBoard>> = qemuBoards;

/** A slot for an SD card is there without one, too. */
function blocks({ machine, drives }: MonitorHost): readonly Block[] {
  const all = machine.disks.map(({ size, isReadOnly, name }, i): Block => {
    const { name: device = `sd${i}`, path = name } = drives.at(i) ?? {};
    return { device, ...ownerOf(machine, i), inserted: { node: `#block${i}`, path, isReadOnly, size } };
  });
  const hasSlot = Object.hasOwn(boards[machine.options.board].drives.interfaces, 'sd');
  const isFilled = all.some(({ owner }) => owner === SLOT.owner);
  return isFilled || !hasSlot ? all : [...all, { device: 'sd0', ...SLOT }];
}

const SLOT = { owner: '/machine/unattached/device[0]', isRemovable: true };

/** What has a disk: a memory stick, or else the board's slot. */
function ownerOf({ options: { usb } }: Machine, disk: number): Pick<Block, 'owner' | 'isRemovable'> {
  const device = usb.find((each) => each.kind === 'usb-storage' && each.disk === disk);
  if (device?.kind !== 'usb-storage') return SLOT;
  const { id, removable: isRemovable } = device;
  const nameless = usb.filter((each) => each.id === null).indexOf(device);
  const parent = id === null ? `peripheral-anon/device[${nameless}]/scsi` : `peripheral/${id}/${id}`;
  return { owner: `/machine/${parent}.0/legacy[0]`, isRemovable };
}

function lines({ device, owner, isRemovable, inserted }: Block): string[] {
  const head =
    inserted === undefined
      ? `${device}: [not inserted]`
      : `${device} (${inserted.node}): ${inserted.path} (raw${inserted.isReadOnly ? ', read-only' : ''})`;
  return [
    head,
    `    Attached to:      ${owner}`,
    ...(isRemovable ? ['    Removable device: not locked, tray closed'] : []),
    ...(inserted === undefined ? [] : ['    Cache mode:       writeback']),
  ];
}

/** `info block [device]`. */
export const blockRow: MonitorRow = {
  parameters: '[device]',
  help: 'show info of one block device or all block devices',
  run: ({ host }, reader, name) => {
    const device = reader.word();
    reader.end(name);
    const asked = blocks(host).filter((block) => device === undefined || block.device === device);
    return asked.flatMap((block, i) => [...(i > 0 ? [''] : []), ...lines(block)]);
  },
};

export const blockList = (host: MonitorHost): Json =>
  blocks(host).map(({ device, owner, isRemovable, inserted }) => ({
    device,
    qdev: owner,
    type: 'unknown',
    removable: isRemovable,
    locked: false,
    ...(inserted && { inserted: medium(inserted) }),
  }));

function medium({ node, path, isReadOnly, size }: NonNullable<Block['inserted']>): Json {
  const throttling = ['iops', 'iops_rd', 'iops_wr', 'bps', 'bps_rd', 'bps_wr'];
  return {
    'node-name': node,
    file: path,
    drv: 'raw',
    ro: isReadOnly,
    encrypted: false,
    backing_file_depth: 0n,
    write_threshold: 0n,
    detect_zeroes: 'off',
    cache: { writeback: true, direct: false, 'no-flush': false },
    image: { filename: path, format: 'raw', 'virtual-size': BigInt(size), 'dirty-flag': false },
    ...Object.fromEntries(throttling.map((name) => [name, 0n])),
  };
}

/** `savevm`, `loadvm`: the images that disks have here have no place for snapshots. @throws QemuError */
export function refuseSnapshots({ drives }: MonitorHost): never {
  const found = drives.find(({ readOnly, snapshot }) => readOnly !== true && snapshot !== true);
  throw new QemuError(
    found === undefined
      ? 'no block device can store vmstate for snapshot'
      : `Device '${found.name}' is writable but does not support snapshots`,
  );
}
