/** A command on its way, with the data that is moved for it; and what of that goes into snapshots. */
import { count, oneOf, record, Shape, type Shaped } from '../../../../engine/index.js';
import { parseCommand, type Command } from './command.js';

/** Bytes of a disk's blocks that are announced at a time. */
export const PIECE = 0x2_0000;
const SECTOR = 512;

const taskStages = ['finish', 'read', 'write'] as const;

export interface Task {
  readonly command: Command;
  /** Its data, or the piece of it that is announced. */
  buffer: Uint8Array;
  /** Of a read or a write: the byte at which the next piece is, and bytes that are left from there on. */
  at: number;
  left: number;
  /** How it goes on once what is announced has been moved. */
  stage: (typeof taskStages)[number];
}

const upTo = (most: number): Shape<Uint8Array> =>
  new Shape<Uint8Array>(`at most ${most} bytes`, (value, path) =>
    value instanceof Uint8Array && value.length <= most
      ? undefined
      : `${path}: expected at most ${most} bytes`,
  );
const cdbShape = upTo(16).where(
  'a command descriptor block',
  (cdb) => parseCommand(cdb, cdb.length, SECTOR) !== undefined,
);

export const taskShape = record({
  cdb: cdbShape,
  buffer: upTo(PIECE),
  at: count,
  left: count,
  stage: oneOf(...taskStages),
});
export type SavedTask = Shaped<typeof taskShape>;

export const saveTask = ({ command, buffer, at, left, stage }: Task): SavedTask => ({
  cdb: command.cdb.slice(),
  buffer: buffer.slice(),
  ...{ at, left, stage },
});

/** What the length of its blocks has to do with a command is over once it has begun. */
export function loadTask({ cdb, buffer, at, left, stage }: SavedTask): Task | undefined {
  const command = parseCommand(cdb, cdb.length, SECTOR);
  return command && { command, buffer: buffer.slice(), at, left, stage };
}
