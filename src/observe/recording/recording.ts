/** A recording, read. */
import type { Position } from '../../machine/index.js';
import { readChunks, type Chunk } from './chunks.js';
import { RecordingError, wrongAt } from './error.js';
import { originOf, readHeader, type DiskOpener, type FileReader, type Header } from './header.js';
import type { Origin } from './origin.js';
import { Unpacker } from './packing.js';
import { readEvent, type End, type EventRecord } from './records.js';

export interface Recording {
  /** How messages call it. */
  readonly name: string;
  readonly header: Header;
  /** Where the machine was when recording began, and as far as its run is known. */
  readonly from: Position;
  readonly to: Position;
  /** How the run ended; undefined if the file was cut off before that. */
  readonly end: End | undefined;
  /** All that was recorded, in order. */
  events(): Generator<EventRecord, undefined>;
  /**
   * What the machine was made of. `read` gives the files that are not in the recording, `open` the disks.
   * @throws RecordingError for a file or a disk that has changed
   */
  origin(read?: FileReader, open?: DiskOpener): Promise<Origin>;
}

/**
 * Reads and checks a whole recording. `name` is the file's, for messages. One that was cut off, when whatever recorded it
 * was killed, goes as far as its last whole chunk.
 * @throws RecordingError
 */
export function readRecording(bytes: Uint8Array, name = 'recording'): Recording {
  const { chunks, isCutOff } = readChunks(bytes, name);
  const [first, ...rest] = chunks;
  if (first?.kind !== 'header') {
    throw first === undefined && isCutOff
      ? new RecordingError(`${name}: the recording was cut off before anything happened`)
      : wrongAt(name, first?.offset ?? bytes.length, 'expected the header of a recording');
  }
  const header = readHeader(first, name);
  const count = [...header.files, ...header.disks].filter(({ embedded }) => embedded).length;
  const files = rest.slice(0, count);
  const records = rest.slice(count);
  const wrong = [...files.filter(({ kind }) => kind !== 'file'), ...records.filter(isNoRecords)][0];
  if (wrong !== undefined)
    throw wrongAt(name, wrong.offset, `a chunk of kind ${wrong.kind} in a wrong place`);
  if (files.length < count)
    throw new RecordingError(`${name}: the recording was cut off before all of its ${count} files`);
  const embedded = files.map(({ content }) => content);
  return {
    name,
    header,
    ...survey(records, name, isCutOff),
    events: () => eventsOf(records, name),
    origin: (read = unreadable, open = unopenable) => originOf(header, embedded, read, open, name),
  };
}

const isNoRecords = ({ kind }: Chunk): boolean => kind !== 'records';

const unreadable: FileReader = ({ name, role }) => {
  throw new RecordingError(`${name}: the ${role} is not in the recording`);
};
const unopenable: DiskOpener = ({ name }) => {
  throw new RecordingError(`${name}: the disk is not in the recording`);
};

/** Reads all records once, so that what is wrong is found before anything runs. */
function survey(
  records: readonly Chunk[],
  name: string,
  isCutOff: boolean,
): Pick<Recording, 'from' | 'to' | 'end'> {
  let from: Position | undefined;
  let to: Position | undefined;
  let end: End | undefined;
  for (const { at, event } of eventsOf(records, name)) {
    if (end !== undefined) throw new RecordingError(`${name}: the recording goes on behind its end`);
    from ??= at;
    to = at;
    if (event.kind === 'end') end = event;
  }
  if (from === undefined || to === undefined) {
    if (isCutOff || records.length === 0)
      throw new RecordingError(`${name}: the recording was cut off before anything happened`);
    throw new RecordingError(`${name}: the recording is empty`);
  }
  if (end !== undefined && isCutOff)
    throw new RecordingError(`${name}: the recording goes on behind its end`);
  return { from, to, end };
}

function* eventsOf(chunks: readonly Chunk[], name: string): Generator<EventRecord, undefined> {
  let before: Position = { instructions: 0, now: 0 };
  for (const { content, offset } of chunks) {
    const unpacker = new Unpacker(content, name, offset);
    while (!unpacker.isAtEnd) {
      const next = readEvent(unpacker, before);
      yield next;
      before = next.at;
    }
  }
}
