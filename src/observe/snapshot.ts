/**
 * A machine as a file and back. Pages that hold only zeros are left out, so RAM that the guest never touched costs
 * nothing. What a reset starts from is in it too.
 */
import type { GuestRam } from '../engine/index.js';
import {
  boardNamed,
  Machine,
  type MachineConfiguration,
  type MachineState,
  type PlainData,
} from '../machine/index.js';
import { loadKernel, saveKernel } from '../zircon/index.js';
import { isFirmwareRecord, recordFirmware, restoreFirmware, type FirmwareRecord } from './firmware-record.js';
import { fromJson, toJson } from './plain-data-json.js';
import {
  concatenate,
  damaged,
  pack,
  PAGE,
  readSnapshotFile,
  SnapshotError,
  unpack,
  writeSnapshotFile,
  type Run,
  type SnapshotFile,
} from './snapshot-file.js';
import { misfit } from './snapshot-shape.js';

type Content = {
  options: MachineConfiguration;
  state: MachineState;
  /** Null for a machine that was never powered up. */
  firmware: FirmwareRecord | null;
  /** The hosted kernel, if there is one. */
  kernel: PlainData;
};

/** The machine as a file's bytes. */
export function saveSnapshot(machine: Machine): Uint8Array {
  const { ram } = machine.cluster;
  const runs = touchedRuns(ram);
  const recorded = machine.firmware && recordFirmware(machine.firmware, ram);
  const content: Content = {
    options: machine.options,
    state: machine.save(),
    firmware: recorded?.record ?? null,
    kernel: saveKernel(machine),
  };
  const views = runs.map(({ page, count }) => ram.view(page * PAGE, count * PAGE));
  return writeSnapshotFile({
    json: toJson(content),
    runs,
    packed: pack([...views, ...(recorded?.pieces ?? [])]),
  });
}

/** RAM pages that hold anything but zeros, as runs. */
function touchedRuns(ram: GuestRam): Run[] {
  const runs: { page: number; count: number }[] = [];
  for (let page = 0; page < ram.size / PAGE; page++) {
    if (ram.isZero(page * PAGE, PAGE)) continue;
    const last = runs.at(-1);
    if (last !== undefined && last.page + last.count === page) last.count += 1;
    else runs.push({ page, count: 1 });
  }
  return runs;
}

/**
 * Makes the machine that a snapshot holds. `name` is the file's, for messages.
 * @throws SnapshotError, whatever the bytes are
 */
export function loadSnapshot(bytes: Uint8Array, name = 'snapshot'): Machine {
  const file = readSnapshotFile(bytes, name);
  try {
    return restore(file, name);
  } catch (error) {
    if (error instanceof SnapshotError) throw error;
    throw damaged(name, error instanceof Error ? error.message : String(error));
  }
}

function restore(file: SnapshotFile, name: string): Machine {
  const { options, state, firmware, kernel = null } = fromJson(file.json) as unknown as Content;
  const machine = new Machine({ ...options, board: boardNamed(options.board) });
  const wrong = misfit(options, machine.options, 'options') ?? misfit(state, machine.save(), 'state');
  if (wrong !== undefined) throw damaged(name, `${wrong} is not as expected`);
  const { ram } = machine.cluster;
  if (firmware !== null && !isFirmwareRecord(firmware, machine.board)) {
    throw damaged(name, 'firmware is not as expected');
  }
  const pages = pageNumbers(file.runs, ram, name);
  const pieces: Uint8Array[] = [];
  const stored = firmware?.segments.reduce((sum, segment) => sum + segment.stored.length, 0) ?? 0;
  let taken = 0;
  unpack(name, file.packed, (pages.length + stored) * PAGE, (page) => {
    if (taken < pages.length) ram.write(pages[taken] * PAGE, page);
    else pieces.push(page.slice());
    taken += 1;
  });
  machine.load(state, firmware === null ? undefined : restoreFirmware(firmware, ram, pieces));
  if (kernel !== null) loadKernel(machine, kernel);
  return machine;
}

/** The pages of the runs one by one; runs must lie in RAM, in order. */
function pageNumbers(runs: readonly Run[], ram: GuestRam, name: string): number[] {
  let next = 0;
  return runs.flatMap(({ page, count }) => {
    if (page < next || (page + count) * PAGE > ram.size) {
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
  for (const { page, count } of touchedRuns(ram)) {
    parts.push(new TextEncoder().encode(`${page}+${count}`), ram.view(page * PAGE, count * PAGE));
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', concatenate(parts)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
