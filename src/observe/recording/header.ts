/** The header of a recording: its machine's origin, files by their hashes, and contents where they are in the recording. */
import {
  count,
  flag,
  listOf,
  nullOr,
  oneOf,
  record,
  ShapeError,
  text,
  type Shaped,
} from '../../engine/index.js';
import { printable } from '../../images/index.js';
import { configurationShape, Disk, MemoryStore, type Machine } from '../../machine/index.js';
import { builtInBootImage } from '../../zircon/index.js';
import { describeDisk, diskFields } from '../disk-record.js';
import { fromJson, toJson } from '../plain-data-json.js';
import type { Chunk } from './chunks.js';
import { RecordingError } from './error.js';
import { repeated, roles, rolesOf, systems, type Origin, type OriginFile } from './origin.js';

const isShowable = (words: string): boolean => printable(words) === words;
/** Text that may stand in a message. */
const showable = text.where('text of one line', isShowable);

const fileShape = record({
  role: oneOf(...roles),
  name: showable,
  path: nullOr(showable),
  size: count,
  sha256: text.where('a SHA-256 in hexadecimal', (digits) => /^[0-9a-f]{64}$/.test(digits)),
  /** Whether a chunk of kind `file` follows with its content. */
  embedded: flag,
});
const diskShape = record({ ...diskFields, embedded: flag });
const contentShape = record({
  /** The version that recorded it, for messages. */
  firstlight: showable,
  system: oneOf(...systems),
  machine: configurationShape.where('names of one line', ({ board, cpu, networks }) =>
    isShowable([board, cpu, ...networks.map(({ id }) => id)].join(' ')),
  ),
  append: nullOr(text),
  /** Decimal. */
  seed: text.where(
    'a number of 64 bits',
    (digits) => /^\d{1,20}$/.test(digits) && BigInt(digits) < 2n ** 64n,
  ),
  /** Of the built-in boot image, where it is used: SHA-256. */
  builtIn: nullOr(text),
  files: listOf(fileShape, 1000),
  /** Chunks of kind `file` with their contents follow those of the files. */
  disks: listOf(diskShape, 100),
});

const headerShape = contentShape.where('files that such a machine is made of', ({ system, files }) => {
  const single = files.filter(({ role }) => !repeated.includes(role)).map(({ role }) => role);
  return (
    files.every(
      ({ role, path }) => rolesOf[system].includes(role) && (path !== null) === repeated.includes(role),
    ) && new Set(single).size === single.length
  );
});
export type RecordedFile = Shaped<typeof fileShape>;
export type RecordedDisk = Shaped<typeof diskShape>;
export type Header = Shaped<typeof headerShape>;

/** SHA-256 in hexadecimal. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const usesBuiltIn = ({ system, files }: Pick<Header, 'system'> & { files: readonly { role: string }[] }) =>
  system === 'zircon' && files.every(({ role }) => role !== 'zbi');

/** Which contents a recording holds. */
export interface Embedding {
  readonly file: (file: OriginFile) => boolean;
  readonly disks: boolean;
}

/** The header for a machine made by `makeMachine`, which has not run. */
export async function headerFor(
  machine: Machine,
  origin: Origin,
  firstlight: string,
  embedding: Embedding,
): Promise<Header> {
  const files = origin.files.map(async (file) => ({
    role: file.role,
    name: printable(file.name),
    path: file.path ?? null,
    size: file.bytes.length,
    sha256: await sha256(file.bytes),
    embedded: embedding.file(file),
  }));
  return {
    firstlight,
    system: origin.system,
    machine: machine.options,
    append: origin.append ?? null,
    seed: String(origin.seed ?? 0n),
    builtIn: usesBuiltIn(origin) ? await sha256(builtInBootImage()) : null,
    files: await Promise.all(files),
    disks: machine.disks.map((disk) => ({ ...describeDisk(disk), embedded: embedding.disks })),
  };
}

export const headerBytes = (header: Header): Uint8Array => new TextEncoder().encode(toJson(header));

/** @throws RecordingError */
export function readHeader({ content }: Chunk, name: string): Header {
  try {
    return headerShape.check(fromJson(new TextDecoder().decode(content)), 'header');
  } catch (error) {
    if (error instanceof SyntaxError) throw new RecordingError(`${name}: its header is not JSON`);
    if (error instanceof ShapeError) throw new RecordingError(`${name}: ${printable(error.message)}`);
    throw error;
  }
}

/** Reads a file that is not in the recording. */
export type FileReader = (file: RecordedFile) => Uint8Array | Promise<Uint8Array>;
/** Opens a disk that is not in the recording, so that it keeps its changes aside. */
export type DiskOpener = (disk: RecordedDisk) => Disk;

/**
 * The origin with the contents of all files and disks, each of which must be what it was.
 * @throws RecordingError
 */
export async function originOf(
  header: Header,
  embedded: readonly Uint8Array[],
  read: FileReader,
  open: DiskOpener,
  name: string,
): Promise<Origin> {
  if (usesBuiltIn(header) && header.builtIn !== (await sha256(builtInBootImage()))) {
    throw new RecordingError(
      `${name}: recorded by firstlight ${header.firstlight}, whose built-in boot image was another one`,
    );
  }
  const inside = embedded.values();
  const files: OriginFile[] = [];
  for (const file of header.files) {
    const bytes = file.embedded ? (inside.next().value ?? new Uint8Array()) : await read(file);
    const found = await sha256(bytes);
    if (found !== file.sha256) {
      const where = file.embedded ? `${name}: the ${file.role} in it` : `${file.name}: the ${file.role}`;
      throw new RecordingError(`${where} has changed: expected SHA-256 ${file.sha256}, found ${found}`);
    }
    files.push({
      role: file.role,
      name: file.name,
      bytes,
      ...(file.path === null ? {} : { path: file.path }),
    });
  }
  const disks = header.disks.map((disk) => {
    return disk.embedded ? embeddedDisk(disk, inside.next().value ?? new Uint8Array()) : open(disk);
  });
  for (const [i, disk] of disks.entries()) checkContent(header.disks[i], disk, name);
  const { system, machine, append, seed } = header;
  return {
    system,
    machine,
    ...(append === null ? {} : { append }),
    seed: BigInt(seed),
    files,
    ...(disks.length === 0 ? {} : { disks }),
  };
}

const embeddedDisk = ({ name, readOnly }: RecordedDisk, content: Uint8Array): Disk =>
  new Disk({ name, store: new MemoryStore(content), readOnly, scratch: new MemoryStore() });

function checkContent(recorded: RecordedDisk, disk: Disk, name: string): void {
  const found = disk.original.sha256();
  if (found === recorded.sha256) return;
  const where = recorded.embedded ? `${name}: the disk in it` : `${recorded.name}: the disk`;
  throw new RecordingError(`${where} has changed: expected SHA-256 ${recorded.sha256}, found ${found}`);
}
