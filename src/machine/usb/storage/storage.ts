/**
 * QEMU's usb-storage: a SCSI disk by bulk-only transport. A command block comes by one endpoint, its data by either, a
 * status by the other. USB Mass Storage Class BBB 1.0, 5 and 6; where hosts do otherwise, as QEMU 7.2.
 */
import { flag, integer, nullOr, oneOf, record, type Shaped } from '../../../engine/index.js';
import type { Disk } from '../../disk/index.js';
import type { Plug } from '../bus.js';
import { OK, stall, UsbDevice, type Answer, type Setup } from '../device.js';
import { CLASS_FROM_INTERFACE, CLASS_TO_INTERFACE, REQUEST } from '../requests.js';
import type { Transaction } from '../transaction.js';
import { IN_ENDPOINT, OUT_ENDPOINT, storageDescription } from './description.js';
import type { Identity } from './scsi/inquiry.js';
import { ScsiDisk, scsiDiskShape, type Progress } from './scsi/scsi-disk.js';
import { loadTask, PIECE, saveTask, taskShape, type Task } from './scsi/task.js';

const RESET = CLASS_TO_INTERFACE | 0xff;
const GET_MAX_LUN = CLASS_FROM_INTERFACE | 0xfe;

/** The command block wrapper, 5.1, and the status wrapper, 5.2. */
const COMMAND_SIZE = 31;
const COMMAND_SIGNATURE = 0x4342_5355;
const STATUS_SIZE = 13;
const STATUS_SIGNATURE = 0x5342_5355;
const FLAGS_IN = 0x80;

/** What is awaited: a command, its data one way or the other, or that its status is fetched. */
const phases = ['command', 'out', 'in', 'status'] as const;

const uint32 = integer(0, 2 ** 32 - 1);
const ownShape = record({
  phase: oneOf(...phases),
  /** Of the command: its tag, and how many bytes its host still wants to move. */
  tag: uint32,
  left: uint32,
  /** The command, as long as it has not ended; of the piece of data that it has announced, what is left, and where. */
  task: nullOr(taskShape),
  announced: integer(0, PIECE),
  offset: integer(0, PIECE),
  /** What became of the one that has ended: bytes that it had no use for, and whether it has failed. */
  residue: uint32,
  hasFailed: flag,
  /** Only a reset helps a host that moves data the wrong way. */
  needsReset: flag,
  disk: scsiDiskShape,
});
type Own = Shaped<typeof ownShape>;

export class UsbStorage extends UsbDevice<Own> {
  readonly kind = 'usb-storage';
  readonly product = 'QEMU USB MSD';
  readonly description = storageDescription;
  protected readonly ownShape = ownShape;
  private readonly disk: ScsiDisk;
  private phase: (typeof phases)[number] = 'command';
  private tag = 0;
  private left = 0;
  private task: Task | undefined;
  private announced = 0;
  private offset = 0;
  private residue = 0;
  private hasFailed = false;
  private needsReset = false;

  constructor({ port, listener, strings }: Plug, id: string | undefined, disk: Disk, identity: Identity) {
    super(port, listener, id, strings);
    this.disk = new ScsiDisk(disk, identity);
  }

  protected classRequest({ request }: Setup): Answer {
    switch (request) {
      case REQUEST.ENDPOINT_CLEAR_FEATURE:
        return OK;
      case RESET:
        this.phase = 'command';
        return OK;
      case GET_MAX_LUN:
        return [0];
      default:
        return undefined;
    }
  }

  protected override resetOwn(): void {
    this.phase = 'command';
    this.task = undefined;
    this.announced = 0;
    this.residue = 0;
    this.hasFailed = false;
    this.needsReset = false;
  }

  protected transfer(transaction: Transaction): void {
    const { token, endpoint, left } = transaction;
    const isOut = token === 'out' && endpoint === OUT_ENDPOINT;
    const isIn = token === 'in' && endpoint === IN_ENDPOINT;
    if (this.needsReset) stall(transaction);
    else if (isOut && this.phase === 'command') this.takeCommand(transaction);
    else if (isOut && this.phase === 'out' && left <= this.left) this.moveData(transaction);
    else if (isIn && this.phase === 'in') this.moveData(transaction);
    else if (isIn && this.isStatusDue && left >= STATUS_SIZE) this.sendStatus(transaction);
    else stall(transaction);
  }

  private takeCommand(transaction: Transaction): void {
    if (transaction.left !== COMMAND_SIZE) return stall(transaction);
    const wrapper = transaction.take(COMMAND_SIZE);
    const view = new DataView(wrapper.buffer, wrapper.byteOffset, wrapper.length);
    if (view.getUint32(0, true) !== COMMAND_SIGNATURE) return stall(transaction);
    this.tag = view.getUint32(4, true);
    this.left = view.getUint32(8, true);
    this.phase = this.left === 0 ? 'status' : (wrapper[12] & FLAGS_IN) !== 0 ? 'in' : 'out';
    this.announced = 0;
    this.residue = 0;
    const { progress, task } = this.disk.begin(wrapper[13], wrapper.subarray(15), wrapper[14]);
    this.task = task;
    this.follow(progress);
  }

  /** Data is there to be moved, or the command has ended. */
  private follow(progress: Progress): void {
    if (progress.kind === 'data') {
      this.needsReset = (this.phase === 'out') !== (this.task?.command.direction === 'out');
      this.announced = this.needsReset ? 0 : progress.length;
      this.offset = 0;
      return;
    }
    this.task = undefined;
    this.announced = 0;
    this.residue = this.left;
    this.hasFailed = progress.kind === 'failed';
    if (this.left === 0) this.phase = 'status';
  }

  /** What the command has no use for is taken all the same, or sent as zeros. */
  private moveData(transaction: Transaction): void {
    const { phase } = this;
    for (;;) {
      if (this.announced > 0) this.movePiece(transaction);
      if (this.residue !== 0) this.moveOn(transaction, transaction.left);
      if (transaction.left === 0 || this.phase !== phase) return;
      if (this.announced === 0) {
        transaction.outcome = 'pending';
        return;
      }
    }
  }

  private movePiece(transaction: Transaction): void {
    const { task, offset } = this;
    if (task === undefined) return;
    const length = Math.min(transaction.left, this.announced);
    if (transaction.token === 'in') transaction.send(task.buffer.subarray(offset, offset + length));
    else task.buffer.set(transaction.take(length), offset);
    this.announced -= length;
    this.offset += length;
    this.left -= Math.min(length, this.left);
    if (this.announced === 0 || this.left === 0) this.follow(this.disk.next(task));
  }

  private moveOn(transaction: Transaction, length: number): void {
    if (length === 0) return;
    transaction.skip(length);
    this.left -= Math.min(length, this.left);
    if (this.left === 0) this.phase = 'status';
  }

  /** Whether the status is what a host fetches next, although the command may not have ended. */
  private get isStatusDue(): boolean {
    return this.phase === 'status' || (this.phase === 'out' && this.left === 0);
  }

  private sendStatus(transaction: Transaction): void {
    if (this.task !== undefined) {
      transaction.outcome = 'pending';
      return;
    }
    const status = new Uint8Array(STATUS_SIZE);
    const view = new DataView(status.buffer);
    view.setUint32(0, STATUS_SIGNATURE, true);
    view.setUint32(4, this.tag, true);
    view.setUint32(8, this.residue, true);
    view.setUint8(12, this.hasFailed ? 1 : 0);
    transaction.send(status);
    this.residue = 0;
    this.hasFailed = false;
    this.phase = 'command';
  }

  protected saveOwn(): Own {
    const { phase, tag, left, task, announced, offset, residue, hasFailed, needsReset, disk } = this;
    return {
      ...{ phase, tag, left, announced, offset, residue, hasFailed, needsReset },
      task: task === undefined ? null : saveTask(task),
      disk: disk.save(),
    };
  }
  protected loadOwn(own: Own): void {
    this.phase = own.phase;
    this.tag = own.tag;
    this.left = own.left;
    this.task = own.task === null ? undefined : loadTask(own.task);
    this.announced = own.announced;
    this.offset = own.offset;
    this.residue = own.residue;
    this.hasFailed = own.hasFailed;
    this.needsReset = own.needsReset;
    this.disk.load(own.disk);
  }
}
