/**
 * A machine in a file. All numbers little-endian:
 *
 * | bytes | what |
 * |---|---|
 * | 8 | magic `FLSNAP\r\n` |
 * | 4 | version of the format and of the state in it |
 * | 4 | CRC-32 of everything behind this header |
 * | 8 | length of everything behind this header |
 * | 4, n | length, then JSON: the machine's options and its state |
 * | 4, 8 each | number of runs of RAM pages: first page, number of pages |
 * | rest | the pages of the runs, deflated |
 *
 * Pages that hold only zeros are left out, so RAM that the guest never touched costs nothing.
 */
import { unzlibSync, zlibSync } from 'fflate';
import { crc32 } from '../images/index.js';
import { Machine, type MachineOptions, type MachineState } from '../machine/index.js';
import { fromJson, toJson } from './plain-data-json.js';

/** Changes whenever a snapshot of an older firstlight can no longer be continued exactly. */
export const SNAPSHOT_VERSION = 1;

const MAGIC = [0x46, 0x4c, 0x53, 0x4e, 0x41, 0x50, 0x0d, 0x0a];
const HEADER = 24;
const PAGE = 4096;

/** A file that is no snapshot, or not one that can be continued. The message is one line. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';
}

type Run = { page: number; count: number };

/** The machine as a file's bytes. */
export function saveSnapshot(machine: Machine, options: Required<MachineOptions>): Uint8Array {
  const runs = touchedRuns(machine);
  const pages = new Uint8Array(runs.reduce((sum, { count }) => sum + count, 0) * PAGE);
  let at = 0;
  for (const { page, count } of runs) {
    pages.set(machine.cluster.ram.view(page * PAGE, count * PAGE), at);
    at += count * PAGE;
  }
  const packed = zlibSync(pages, { level: 1 });
  const json = new TextEncoder().encode(toJson({ options, state: machine.save() }));
  const bytes = new Uint8Array(HEADER + 4 + json.length + 4 + runs.length * 8 + packed.length);
  const view = new DataView(bytes.buffer);
  bytes.set(MAGIC);
  view.setUint32(8, SNAPSHOT_VERSION, true);
  view.setBigUint64(16, BigInt(bytes.length - HEADER), true);
  view.setUint32(HEADER, json.length, true);
  bytes.set(json, HEADER + 4);
  let position = HEADER + 4 + json.length;
  view.setUint32(position, runs.length, true);
  position += 4;
  for (const { page, count } of runs) {
    view.setUint32(position, page, true);
    view.setUint32(position + 4, count, true);
    position += 8;
  }
  bytes.set(packed, position);
  view.setUint32(12, crc32(bytes.subarray(HEADER)), true);
  return bytes;
}

/** RAM pages that hold anything but zeros, as runs. */
function touchedRuns(machine: Machine): Run[] {
  const { ram } = machine.cluster;
  const runs: Run[] = [];
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
 * @throws SnapshotError
 */
export function loadSnapshot(
  bytes: Uint8Array,
  name: string,
): { machine: Machine; options: Required<MachineOptions> } {
  const view = checkHeader(bytes, name);
  const jsonLength = view.getUint32(HEADER, true);
  const jsonEnd = HEADER + 4 + jsonLength;
  const { options, state } = fromJson(
    new TextDecoder().decode(bytes.subarray(HEADER + 4, jsonEnd)),
  ) as unknown as {
    options: Required<MachineOptions>;
    state: MachineState;
  };
  const machine = new Machine(options);
  const count = view.getUint32(jsonEnd, true);
  const pages = unzlibSync(bytes.subarray(jsonEnd + 4 + count * 8));
  let at = 0;
  for (let i = 0; i < count; i++) {
    const page = view.getUint32(jsonEnd + 4 + i * 8, true);
    const length = view.getUint32(jsonEnd + 8 + i * 8, true) * PAGE;
    machine.cluster.ram.write(page * PAGE, pages.subarray(at, at + length));
    at += length;
  }
  machine.load(state);
  return { machine, options };
}

function checkHeader(bytes: Uint8Array, name: string): DataView {
  if (bytes.length < HEADER) {
    throw new SnapshotError(
      `${name}: expected a snapshot of at least ${HEADER} bytes, found ${bytes.length}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) {
    throw new SnapshotError(`${name}: at offset 0x0: expected a snapshot's magic FLSNAP`);
  }
  const version = view.getUint32(8, true);
  if (version !== SNAPSHOT_VERSION) {
    throw new SnapshotError(
      `${name}: at offset 0x8: snapshot of version ${version}, expected ${SNAPSHOT_VERSION}`,
    );
  }
  const length = view.getBigUint64(16, true);
  if (length !== BigInt(bytes.length - HEADER)) {
    throw new SnapshotError(
      `${name}: at offset 0x10: expected ${length} bytes behind the header, found ${bytes.length - HEADER}`,
    );
  }
  if (view.getUint32(12, true) !== crc32(bytes.subarray(HEADER))) {
    throw new SnapshotError(`${name}: at offset 0xc: the checksum does not match, the snapshot is damaged`);
  }
  return view;
}

/** SHA-256 over everything that decides the machine's future, in hexadecimal: equal states, equal hashes. */
export async function stateHash(machine: Machine): Promise<string> {
  const parts: Uint8Array[] = [new TextEncoder().encode(toJson(machine.save()))];
  for (const { page, count } of touchedRuns(machine)) {
    parts.push(new TextEncoder().encode(`${page}+${count}`));
    parts.push(machine.cluster.ram.view(page * PAGE, count * PAGE));
  }
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
