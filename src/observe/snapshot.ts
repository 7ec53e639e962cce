/**
 * A machine as a file and back. Pages that hold only zeros are left out, so RAM that the guest never touched costs
 * nothing. What a reset starts from is in it too.
 *
 * The file says, by a fingerprint, of which classes and fields its state is made. What is read is checked as a whole, the
 * machine's state by its devices' shapes and the kernel's by its classes' fields, before anybody gets the machine.
 */
import { nullOr, ShapeError, type GuestRam } from '../engine/index.js';
import { concatenate, crc32 } from '../images/index.js';
import {
  boardNamed,
  BoardError,
  configurationShape,
  Machine,
  type Disk,
  type MachineState,
  type PlainData,
} from '../machine/index.js';
import { kernelSchema, loadKernel, PersistError, saveKernel } from '../zircon/index.js';
import {
  changedCount,
  changedPages,
  changedPlaces,
  checkDisks,
  disksShape,
  recordDisks,
  type DiskRecord,
} from './disk-record.js';
import { firmwareShape, recordFirmware, restoreFirmware, type FirmwareRecord } from './firmware-record.js';
import { fromJson, toJson } from './plain-data-json.js';
import {
  damaged,
  pack,
  PAGE,
  readSnapshotFile,
  runsOf,
  SnapshotError,
  unpack,
  writeSnapshotFile,
  type Run,
  type SnapshotFile,
} from './snapshot-file.js';

/** What stands in the file, besides RAM. */
type Content = {
  /** `fingerprint` of the machine. */
  fingerprint: PlainData;
  /** `MachineConfiguration`. */
  options: PlainData;
  /** `MachineState`. */
  state: PlainData;
  /** `FirmwareRecord`, or null for a machine that was never powered up. */
  firmware: PlainData;
  /** The hosted kernel, or null if there is none. */
  kernel: PlainData;
  /** `DiskRecord`s. */
  disks: PlainData;
};

/** Stands for all the shapes of a machine's state: it changes when a class gets or loses a field, or another type of it. */
export function fingerprint(machine: Machine): string {
  const text = [machine.shape.text, firmwareShape(machine.board).text, kernelSchema()].join('\n');
  return crc32(new TextEncoder().encode(text)).toString(16).padStart(8, '0');
}

/** The machine as a file's bytes. */
export function saveSnapshot(machine: Machine): Uint8Array {
  const { ram } = machine.cluster;
  const runs = runsOf(touchedPages(ram));
  const recorded = machine.firmware && recordFirmware(machine.firmware, ram);
  const content = {
    fingerprint: fingerprint(machine),
    options: machine.options,
    state: machine.save(),
    firmware: recorded?.record ?? null,
    kernel: saveKernel(machine),
    disks: recordDisks(machine.disks),
  };
  function* pages(): Generator<Uint8Array> {
    for (const { page, count } of runs) yield ram.view(page * PAGE, count * PAGE);
    yield* recorded?.pieces ?? [];
    yield* changedPages(machine.disks);
  }
  return writeSnapshotFile(toJson(content), runs, pack(pages()));
}

/** RAM pages that hold anything but zeros. */
function* touchedPages(ram: GuestRam): Generator<number> {
  for (let page = 0; page < ram.total / PAGE; page++) {
    if (!ram.isZero(page * PAGE, PAGE)) yield page;
  }
}

/**
 * Makes the machine that a snapshot holds. `name` is the file's, for messages; `disks` are those that it was saved with,
 * with the same content.
 * @throws SnapshotError, whatever the bytes are
 */
export function loadSnapshot(bytes: Uint8Array, name = 'snapshot', disks: readonly Disk[] = []): Machine {
  const file = readSnapshotFile(bytes, name);
  try {
    return restore(file, name, disks);
  } catch (error) {
    if (isRefusal(error)) throw damaged(name, error.message);
    throw error;
  }
}

/** What parts of a machine throw for a state that cannot be. */
const isRefusal = (error: unknown): error is Error =>
  [ShapeError, PersistError, BoardError].some((type) => error instanceof type);

function restore(file: SnapshotFile, name: string, disks: readonly Disk[]): Machine {
  const { options, state, firmware, kernel, ...rest } = readContent(file.json, name);
  const { board, ...others } = configurationShape.check(options, 'options');
  const diskRecords = disksShape.check(rest.disks, 'disks');
  checkDisks(diskRecords, disks, name);
  const machine = new Machine({ ...others, board: boardNamed(board), disks });
  if (rest.fingerprint !== fingerprint(machine)) {
    throw new SnapshotError(`${name}: the snapshot was saved by another firstlight, which kept other things`);
  }
  const { ram } = machine.cluster;
  const record = nullOr(firmwareShape(machine.board)).check(firmware, 'firmware');
  const pieces = readPages(file, machine, record, diskRecords, name);
  // Checks the state itself.
  const restored = record === null ? undefined : restoreFirmware(record, ram, pieces);
  machine.load(state as unknown as MachineState, restored);
  if (kernel !== null) loadKernel(machine, kernel);
  return machine;
}

function readContent(json: string, name: string): Content {
  const content = parsed(json, name);
  const keys = ['disks', 'fingerprint', 'firmware', 'kernel', 'options', 'state'];
  const isContent =
    typeof content === 'object' && content !== null && Object.keys(content).sort().join() === keys.join();
  if (!isContent) throw damaged(name, `expected ${keys.join(', ')}, and nothing else`);
  return content as Content;
}
function parsed(json: string, name: string): PlainData {
  try {
    return fromJson(json);
  } catch {
    throw damaged(name, 'its state is not JSON');
  }
}

/** Fills RAM and what disks have kept aside; gives the pieces of the firmware that are stored. */
function readPages(
  { runs, packed }: SnapshotFile,
  machine: Machine,
  firmware: FirmwareRecord | null,
  diskRecords: readonly DiskRecord[],
  name: string,
): Uint8Array[] {
  const { ram } = machine.cluster;
  const places = changedPlaces(diskRecords, machine.disks);
  const pages = pageNumbers(runs, ram, name);
  const stored = firmware?.segments.reduce((sum, segment) => sum + segment.stored.length, 0) ?? 0;
  const pieces: Uint8Array[] = [];
  let taken = 0;
  unpack(name, packed, (pages.length + stored + changedCount(diskRecords)) * PAGE, (page) => {
    if (taken < pages.length) ram.write(pages[taken] * PAGE, page);
    else if (taken < pages.length + stored) pieces.push(page.slice());
    else {
      const place = places.next().value;
      place?.disk.write(place.offset, page);
    }
    taken += 1;
  });
  return pieces;
}

/** The pages of the runs one by one; runs must lie in RAM, in order. */
function pageNumbers(runs: readonly Run[], ram: GuestRam, name: string): number[] {
  let next = 0;
  return runs.flatMap(({ page, count }) => {
    if (page < next || (page + count) * PAGE > ram.total) {
      throw damaged(name, `pages ${page} to ${page + count} are not in RAM or not in order`);
    }
    next = page + count;
    return Array.from({ length: count }, (_, i) => page + i);
  });
}

/** SHA-256 over everything that decides the machine's future, in hexadecimal: equal states, equal hashes. */
export async function stateHash(machine: Machine): Promise<string> {
  const { ram } = machine.cluster;
  const parts: Uint8Array[] = [new TextEncoder().encode(toJson([machine.save(), saveKernel(machine)]))];
  for (const { page, count } of runsOf(touchedPages(ram))) {
    parts.push(new TextEncoder().encode(`${page}+${count}`), ram.view(page * PAGE, count * PAGE));
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', concatenate(parts)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
