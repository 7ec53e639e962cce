/**
 * The disks of a machine in a snapshot. What a disk holds is not in it, but which content that is; only what a disk has
 * kept aside (`--drive F,snapshot`) is, in pages. docs/decisions/disks.md.
 */
import { count, flag, integer, listOf, nullOr, record, text, tuple, type Shaped } from '../engine/index.js';
import { printable } from '../images/index.js';
import { DISK_PAGE, type Disk } from '../machine/index.js';
import { runsOf, SnapshotError } from './snapshot-file.js';

/** As a recording's header has it, too. */
export const diskFields = {
  /** How messages call it: its path, say. */
  name: text.where('text of one line', (name) => printable(name) === name),
  size: count,
  /** Of what it was made of. */
  sha256: text.where('a SHA-256 in hexadecimal', (digits) => /^[0-9a-f]{64}$/.test(digits)),
  readOnly: flag,
} as const;
/** Beyond the last page of the largest disk. */
const PAGES = 2 ** 29;
const pageRun = tuple<[number, number]>(integer(0, PAGES), integer(1, PAGES)).where(
  'pages of a disk',
  ([first, length]) => first + length <= PAGES,
);
const diskShape = record({
  ...diskFields,
  /** Runs of the pages that were written, first page and number; null if they were written to the disk itself. */
  changes: nullOr(listOf(pageRun)),
});
export const disksShape = listOf(diskShape);
export type DiskRecord = Shaped<typeof diskShape>;

/** What its content is, which takes as long as reading all of it. */
export const describeDisk = ({ name, original, isReadOnly }: Disk): Omit<DiskRecord, 'changes'> => ({
  name: printable(name),
  size: original.size,
  sha256: original.sha256(),
  readOnly: isReadOnly,
});

export function recordDisks(disks: readonly Disk[]): DiskRecord[] {
  return disks.map((disk) => ({
    ...describeDisk(disk),
    changes:
      disk.changes === undefined
        ? null
        : runsOf(disk.changes.pages()).map(({ page, count }) => [page, count]),
  }));
}

/** The pages of all runs, in order. */
export function* changedPages(disks: readonly Disk[]): Generator<Uint8Array> {
  for (const { changes } of disks) {
    for (const page of changes?.pages() ?? []) {
      const bytes = new Uint8Array(DISK_PAGE);
      changes?.read(page * DISK_PAGE, bytes);
      yield bytes;
    }
  }
}

/** Where the pages go that a snapshot has of its disks, in order. */
export function* changedPlaces(
  records: readonly DiskRecord[],
  disks: readonly Disk[],
): Generator<{ readonly disk: Disk; readonly offset: number }, undefined> {
  for (const [i, { changes }] of records.entries()) {
    for (const [first, length] of changes ?? []) {
      for (let page = first; page < first + length; page++)
        yield { disk: disks[i], offset: page * DISK_PAGE };
    }
  }
}
export const changedCount = (records: readonly DiskRecord[]): number =>
  records.flatMap(({ changes }) => changes ?? []).reduce((sum, [, length]) => sum + length, 0);

/** @throws SnapshotError if disks are not those of the snapshot `name` */
export function checkDisks(records: readonly DiskRecord[], disks: readonly Disk[], name: string): void {
  const names = records.map((each) => each.name).join(', ');
  if (records.length !== disks.length) {
    const expected = records.length === 0 ? 'no disk' : `the disk it was saved with, ${names}`;
    throw new SnapshotError(
      `${name}: expected ${expected}, found ${disks.length === 0 ? 'none' : disks.length}`,
    );
  }
  for (const [i, recorded] of records.entries()) checkDisk(recorded, disks[i], name);
}

function checkDisk(recorded: DiskRecord, disk: Disk, name: string): void {
  const wrong = (what: string) => new SnapshotError(`${printable(disk.name)}: ${what}, as ${name} was saved`);
  if (recorded.readOnly !== disk.isReadOnly)
    throw wrong(`expected a disk that is ${recorded.readOnly ? 'read-only' : 'written to'}`);
  if (recorded.changes !== null && disk.changes === undefined)
    throw wrong('expected a disk whose changes are kept aside (snapshot)');
  const { sha256 } = describeDisk(disk);
  if (sha256 === recorded.sha256) return;
  throw new SnapshotError(
    `${printable(disk.name)}: the disk has changed since ${name} was saved: expected SHA-256 ${recorded.sha256}, found ${sha256}`,
  );
}
