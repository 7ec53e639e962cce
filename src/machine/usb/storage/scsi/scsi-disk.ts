/**
 * A SCSI disk as QEMU 7.2's scsi-hd: its commands, and the sense data of those that fail. SPC-4, SBC-3. A command is begun,
 * then moves its data in pieces, each of which is announced and gone on from when all of it has been moved.
 */
import { count, flag, integer, nullOr, record, type Shaped } from '../../../../engine/index.js';
import type { Disk } from '../../../disk/index.js';
import { blocksOf, isRead, isVerify, isWrite, OPERATION, parseCommand, type Command } from './command.js';
import { bytes32, bytes64 } from './fields.js';
import { geometryOf, sectorsOf, type Geometry } from './geometry.js';
import { inquiry, inquiryOfNone, mostBlocks, type Identity } from './inquiry.js';
import { modeSelect, modeSense, type ModeDisk } from './mode.js';
import { SENSE, senseData, senseShape, type Sense } from './sense.js';
import { PIECE, type Task } from './task.js';
import { tableOfContents } from './toc.js';
import { unmap } from './unmap.js';

const SECTOR = 512;
/** Most bytes of an answer, or of parameters. */
const LONGEST = 0x1_0000;
const LARGEST_TRANSFER = 2 ** 31 - 1;
/** Bytes of REPORT LUNS: one unit, and what is before it. */
const LUNS = 16;
const READ_CAPACITY_16 = 0x10;

const byte = integer(0, 0xff);
export const scsiDiskShape = record({
  cylinders: integer(0, 0xffff),
  heads: byte,
  sectors: byte,
  blockSize: integer(SECTOR, 0xfe00),
  hasWriteCache: flag,
  /** As it was when it was last told. */
  lastBlock: count,
  /** Of the last command, and whether it is of a unit attention. */
  sense: nullOr(senseShape),
  isAttention: flag,
  /** What has happened to the disk, which the next command is told. */
  attention: nullOr(senseShape),
  isOpen: flag,
  isLocked: flag,
});
export type ScsiDiskState = Shaped<typeof scsiDiskShape>;

/** How a command has ended, or the piece of data that is to be moved next. */
export type Progress =
  | { readonly kind: 'good' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'data'; readonly length: number };

const GOOD: Progress = { kind: 'good' };
const FAILED: Progress = { kind: 'failed' };
const O = OPERATION;
const NOTHING: readonly number[] = [];

/** Commands that are carried out whatever the disk is told of. */
const HEEDLESS: readonly number[] = [
  ...[O.INQUIRY, O.REPORT_LUNS, O.GET_CONFIGURATION, O.GET_EVENT_STATUS_NOTIFICATION],
];
/** Those that need no medium. */
const WITHOUT_MEDIUM: readonly number[] = [
  ...[O.INQUIRY, O.MODE_SENSE_6, O.MODE_SENSE_10, O.RESERVE_6, O.RESERVE_10, O.RELEASE_6, O.RELEASE_10],
  ...[O.START_STOP_UNIT, O.PREVENT_ALLOW_MEDIUM_REMOVAL, O.GET_CONFIGURATION],
  ...[O.GET_EVENT_STATUS_NOTIFICATION, O.MECHANISM_STATUS, O.REQUEST_SENSE],
];

export class ScsiDisk implements ModeDisk {
  blockSize = SECTOR;
  hasWriteCache = true;
  private geometryFound: Geometry;
  private lastBlock: number;
  private sense: Sense | null = null;
  private isAttention = false;
  private attention: Sense | null = SENSE.POWER_ON;
  private isOpen = false;
  private isLocked = false;

  constructor(
    private readonly disk: Disk,
    private readonly identity: Identity,
  ) {
    this.geometryFound = geometryOf(disk);
    this.lastBlock = Math.max(this.blocks - 1, 0);
  }

  get geometry(): Geometry {
    return this.geometryFound;
  }
  get isReadOnly(): boolean {
    return this.disk.isReadOnly;
  }
  get blocks(): number {
    return Math.floor((sectorsOf(this.disk) * SECTOR) / this.blockSize);
  }

  /**
   * Begins a command, which may be its end, too; `task` is what it goes on with if not.
   * @param block the command descriptor block, with whatever is behind it
   * @param length bytes of that which are the block's
   */
  begin(
    unit: number,
    block: Uint8Array,
    length: number,
  ): { readonly progress: Progress; readonly task?: Task } {
    const command = parseCommand(block, length, this.blockSize);
    const [operation] = block;
    // The host's next command is told what has happened to the disk, unless it asks for what it has been told before.
    const isTold =
      length > 0 &&
      this.attention !== null &&
      !HEEDLESS.includes(operation) &&
      !(operation === O.REQUEST_SENSE && this.isAttention);
    if (command === undefined) {
      // As on QEMU, the host is not told any more then.
      this.attention = null;
      return { progress: this.fail(SENSE.INVALID_OPCODE) };
    }
    if (command.bytes > LARGEST_TRANSFER) {
      if (isTold) this.attention = null;
      return { progress: this.fail(SENSE.INVALID_FIELD) };
    }
    if (isTold) {
      const told = this.attention ?? SENSE.NONE;
      this.attention = null;
      return { progress: this.fail(told, true) };
    }
    const task: Task = { command, buffer: new Uint8Array(), at: 0, left: 0, stage: 'finish' };
    return { progress: this.perform(task, unit), task };
  }

  /** Goes on once what was announced has been moved, or as much of it as the host wants. */
  next(task: Task): Progress {
    switch (task.stage) {
      case 'read':
        return this.announceBlocks(task);
      case 'write':
        return this.writePiece(task);
      default:
        return task.command.direction === 'out' ? this.takeParameters(task) : this.succeed();
    }
  }

  private fail(sense: Sense, isAttention = false): Progress {
    this.sense = sense;
    this.isAttention = isAttention;
    return FAILED;
  }
  private succeed(): Progress {
    this.sense = null;
    this.isAttention = false;
    return GOOD;
  }

  private get isAvailable(): boolean {
    return !this.isOpen;
  }

  private perform(task: Task, unit: number): Progress {
    const { command } = task;
    const { operation } = command;
    if (unit !== 0 || operation === O.REPORT_LUNS || (operation === O.REQUEST_SENSE && this.sense !== null))
      return this.performForTarget(task, unit);
    if (!this.isAvailable && !WITHOUT_MEDIUM.includes(operation)) return this.fail(SENSE.NO_MEDIUM);
    if (isRead(operation) || isWrite(operation)) return this.beginBlocks(task);
    if (command.bytes > LONGEST) return this.fail(SENSE.INVALID_FIELD);
    const answer = this.answer(command);
    if ('key' in answer) return this.fail(answer);
    return this.send(task, answer, command.bytes);
  }

  /** Announces an answer; none is the end. */
  private send(task: Task, answer: readonly number[], length: number): Progress {
    task.buffer = new Uint8Array(length);
    task.buffer.set(answer.slice(0, length));
    task.stage = 'finish';
    return length === 0 ? this.succeed() : { kind: 'data', length };
  }

  /** What is asked of the target, or of a unit that there is not. */
  private performForTarget(task: Task, unit: number): Progress {
    const { operation, cdb, bytes } = task.command;
    if (unit !== 0 && operation !== O.INQUIRY && operation !== O.REQUEST_SENSE)
      return this.fail(SENSE.LUN_NOT_SUPPORTED);
    if (operation === O.REPORT_LUNS) {
      if (bytes < LUNS || cdb[2] > 2) return this.fail(SENSE.INVALID_FIELD);
      return this.send(task, bytes32(LUNS - 8), LUNS);
    }
    if (operation === O.INQUIRY) {
      const answer = inquiryOfNone(cdb, bytes);
      return answer === undefined ? this.fail(SENSE.INVALID_FIELD) : this.send(task, answer, answer.length);
    }
    const isFixed = (cdb[1] & 1) === 0;
    const data = senseData(unit !== 0 ? SENSE.LUN_NOT_SUPPORTED : (this.sense ?? SENSE.NONE), isFixed);
    if (this.isAttention) {
      this.sense = null;
      this.isAttention = false;
    }
    return this.send(task, data, Math.min(data.length, bytes));
  }

  /** Of a command without blocks: what is sent, or what is wrong; with parameters, nothing yet. */
  private answer(command: Command): readonly number[] | Sense {
    const { cdb, operation, block, bytes } = command;
    switch (operation) {
      case O.TEST_UNIT_READY:
      case O.SYNCHRONIZE_CACHE_10:
      case O.MODE_SELECT_6:
      case O.MODE_SELECT_10:
      case O.UNMAP:
      case O.WRITE_SAME_10:
      case O.WRITE_SAME_16:
      case O.FORMAT_UNIT:
        return NOTHING;
      case O.VERIFY_10:
      case O.VERIFY_12:
      case O.VERIFY_16:
        return (cdb[1] & 6) === 0 ? NOTHING : SENSE.INVALID_FIELD;
      case O.INQUIRY:
        return inquiry(cdb, bytes, this.identity, this.blockSize) ?? SENSE.INVALID_FIELD;
      case O.MODE_SENSE_6:
      case O.MODE_SENSE_10:
        return modeSense(command, this);
      case O.READ_TOC:
        return tableOfContents(cdb, this.blocks) ?? SENSE.INVALID_FIELD;
      case O.RESERVE_6:
      case O.RELEASE_6:
        return (cdb[1] & 1) === 0 ? NOTHING : SENSE.INVALID_FIELD;
      case O.RESERVE_10:
      case O.RELEASE_10:
        return (cdb[1] & 3) === 0 ? NOTHING : SENSE.INVALID_FIELD;
      case O.START_STOP_UNIT:
        return this.startOrStop(cdb[4]);
      case O.PREVENT_ALLOW_MEDIUM_REMOVAL:
        this.isLocked = (cdb[4] & 1) !== 0;
        return NOTHING;
      case O.READ_CAPACITY_10: {
        const last = this.capacity((cdb[8] & 1) !== 0, block);
        if (typeof last !== 'number') return last;
        return [...bytes32(Math.min(last, 0xffff_ffff)), 0, 0, this.blockSize >> 8, 0];
      }
      case O.SERVICE_ACTION_IN_16: {
        if ((cdb[1] & 0x1f) !== READ_CAPACITY_16) return SENSE.INVALID_FIELD;
        const last = this.capacity((cdb[14] & 1) !== 0, block);
        if (typeof last !== 'number') return last;
        // Provisioned thinly.
        return [...bytes64(last), 0, 0, this.blockSize >> 8, 0, 0, 0, 0x80, 0];
      }
      case O.REQUEST_SENSE:
        return senseData(SENSE.NONE, (cdb[1] & 1) === 0);
      case O.SEEK_10:
        return block > this.lastBlock ? SENSE.LBA_OUT_OF_RANGE : NOTHING;
      // What only drives for compact discs have.
      case O.GET_CONFIGURATION:
      case O.GET_EVENT_STATUS_NOTIFICATION:
      case O.READ_DISC_INFORMATION:
      case O.READ_DVD_STRUCTURE:
      case O.MECHANISM_STATUS:
        return SENSE.INVALID_FIELD;
      default:
        return SENSE.INVALID_OPCODE;
    }
  }

  /** The last block, which reads and writes are checked against from now on. */
  private capacity(isPartial: boolean, block: number): number | Sense {
    if (sectorsOf(this.disk) === 0) return SENSE.LUN_NOT_READY;
    if (!isPartial && block !== 0) return SENSE.INVALID_FIELD;
    this.lastBlock = Math.max(this.blocks - 1, 0);
    return this.lastBlock;
  }

  private startOrStop(what: number): readonly number[] | Sense {
    const isStart = (what & 1) !== 0;
    const isEject = (what & 2) !== 0;
    // Power conditions change nothing.
    if ((what & 0xf0) !== 0 || !isEject || !this.identity.isRemovable) return NOTHING;
    if (!isStart && !this.isOpen && this.isLocked) return SENSE.REMOVAL_PREVENTED;
    this.isOpen = !isStart;
    return NOTHING;
  }

  // Blocks.

  private isWithin(block: number, count: number): boolean {
    return block + count <= this.lastBlock + 1;
  }

  private beginBlocks(task: Task): Progress {
    const { command } = task;
    const { cdb, operation, block } = command;
    const count = blocksOf(command);
    if (isWrite(operation) && this.isReadOnly) return this.fail(SENSE.WRITE_PROTECTED);
    // Of protection there is none.
    if ((cdb[1] & 0xe0) !== 0) return this.fail(SENSE.INVALID_FIELD);
    if (!this.isWithin(block, count)) return this.fail(SENSE.LBA_OUT_OF_RANGE);
    task.at = block * this.blockSize;
    task.left = count * this.blockSize;
    return this.announceBlocks(task);
  }

  private announceBlocks(task: Task): Progress {
    if (task.left === 0) return this.succeed();
    const length = Math.min(task.left, PIECE);
    task.buffer = new Uint8Array(length);
    if (task.command.direction === 'out') task.stage = 'write';
    else {
      this.disk.read(task.at, task.buffer);
      task.stage = 'read';
      this.advance(task);
    }
    return { kind: 'data', length };
  }

  private writePiece(task: Task): Progress {
    if (!this.isAvailable) return this.fail(SENSE.NO_MEDIUM);
    if (!this.disk.write(task.at, task.buffer)) return this.fail(SENSE.IO_ERROR);
    this.advance(task);
    return this.announceBlocks(task);
  }

  private advance(task: Task): void {
    task.at += task.buffer.length;
    task.left -= task.buffer.length;
  }

  // Commands with parameters.

  private takeParameters({ command, buffer }: Task): Progress {
    const wrong = this.apply(command, buffer);
    return wrong === undefined ? this.succeed() : this.fail(wrong);
  }

  private apply(command: Command, parameters: Uint8Array): Sense | undefined {
    const { operation, cdb } = command;
    switch (operation) {
      case O.MODE_SELECT_6:
      case O.MODE_SELECT_10:
        return modeSelect(command, parameters, this);
      case O.UNMAP:
        return unmap(cdb, parameters, this.isReadOnly, (block, count) => this.isWithin(block, count));
      case O.WRITE_SAME_10:
      case O.WRITE_SAME_16:
        return this.writeSame(command, parameters);
      default:
        return isVerify(operation) ? SENSE.INVALID_FIELD : undefined;
    }
  }

  private writeSame(command: Command, content: Uint8Array): Sense | undefined {
    const { cdb, block } = command;
    const count = blocksOf(command);
    // No block's own number in it, and no anchoring. More than it says that it does is more than anybody waits for.
    if (count === 0 || (cdb[1] & 0x16) !== 0 || count > mostBlocks(this.blockSize))
      return SENSE.INVALID_FIELD;
    if (this.isReadOnly) return SENSE.WRITE_PROTECTED;
    if (!this.isWithin(block, count)) return SENSE.LBA_OUT_OF_RANGE;
    const repeats = Math.floor(PIECE / this.blockSize);
    const piece = new Uint8Array(Math.min(repeats, count) * this.blockSize);
    for (let at = 0; at < piece.length; at += this.blockSize)
      piece.set(content.subarray(0, this.blockSize), at);
    const total = count * this.blockSize;
    for (let done = 0; done < total; done += piece.length) {
      const part = piece.subarray(0, Math.min(piece.length, total - done));
      if (!this.disk.write(block * this.blockSize + done, part)) return SENSE.IO_ERROR;
    }
    return undefined;
  }

  save(): ScsiDiskState {
    const { blockSize, hasWriteCache, lastBlock, sense, isAttention, attention, isOpen, isLocked } = this;
    const told = { sense: sense && { ...sense }, attention: attention && { ...attention }, isAttention };
    return { ...this.geometryFound, blockSize, hasWriteCache, lastBlock, isOpen, isLocked, ...told };
  }
  load(state: ScsiDiskState): void {
    const { cylinders, heads, sectors } = state;
    this.geometryFound = { cylinders, heads, sectors };
    this.blockSize = state.blockSize;
    this.hasWriteCache = state.hasWriteCache;
    this.lastBlock = state.lastBlock;
    this.sense = state.sense;
    this.isAttention = state.isAttention;
    this.attention = state.attention;
    this.isOpen = state.isOpen;
    this.isLocked = state.isLocked;
  }
}
