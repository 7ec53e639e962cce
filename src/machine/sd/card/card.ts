/**
 * An SD memory card: SD Specifications Part 1, Physical Layer Simplified Specification 2.00, with the behaviour of
 * QEMU's card. Its content is a disk; what the disk has no bytes for reads as zeros.
 *
 * A command and data are answered at once, so what the card has taken is on the disk. Only an erasure of
 * much takes time: the card is busy, as the specification allows, and erases on piece by piece.
 */
import {
  bytes,
  count,
  flag,
  integer,
  listOf,
  nullOr,
  oneOf,
  record,
  word,
  type Shaped,
} from '../../../engine/index.js';
import type { Alarm, Clock } from '../../clock.js';
import type { Snapshotable } from '../../device.js';
import type { Disk } from '../../disk/index.js';
import { appCommands, commands, isObeyedLocked, type Response } from './commands.js';
import { readers, writers } from './data.js';
import {
  BLOCK,
  capacityFor,
  CID,
  CSD_COPY,
  CSD_FLAGS,
  CSD_PERM_WRITE_PROTECT,
  CSD_TMP_WRITE_PROTECT,
  csdFor,
  SDSC_LARGEST,
} from './registers.js';
import {
  ADDRESS_ERROR,
  APP_CMD,
  CARD_IS_LOCKED,
  cardStates,
  CLEARED_BY_COMMAND,
  CLEARED_BY_READ,
  CURRENT_STATE,
  ERASE_SEQ_ERROR,
  ERROR,
  ILLEGAL_COMMAND,
  OCR_BUSY,
  OCR_CCS,
  OCR_VOLTAGES,
  OUT_OF_RANGE,
  READY_FOR_DATA,
  WP_ERASE_SKIP,
  WP_VIOLATION,
  type CardState,
} from './status.js';

/** Bytes of a write protect group. */
const GROUP = 2 ** 21;
const POWER_UP_NS = 500_000;
/** Bytes that are erased at once, and time until the next ones are. */
const ERASED_AT_ONCE = 4 * 2 ** 20;
const ERASE_NS = 1_000_000;

const stateShape = record({
  state: oneOf(...cardStates),
  /** Card status, 4.10.1. */
  status: word,
  ocr: word,
  /** RCA, by which the host calls the card. */
  address: integer(0, 0xffff),
  /** What CMD8 was last given. */
  interfaceCondition: word,
  csd: bytes(16),
  /** Of the SD status, 4.10.2, the one field that changes. */
  busWidth: integer(0, 3),
  /** Write protect groups that are set, by number. */
  protectedGroups: listOf(integer(0, SDSC_LARGEST / GROUP), SDSC_LARGEST / GROUP + 1),
  blockLength: integer(0, BLOCK),
  eraseStart: nullOr(word),
  eraseEnd: nullOr(word),
  /** What is still to be erased while the card is busy with it. */
  erasing: nullOr(record({ next: count, end: count })),
  password: bytes(16),
  passwordLength: integer(0, 16),
  /** The last command that was obeyed: data is its. */
  command: integer(0, 63),
  expectsAppCommand: flag,
  blocksWritten: count,
  /** Where the block is that is being read or written, and the next byte in it. */
  dataAddress: count,
  dataOffset: integer(0, BLOCK),
  data: bytes(BLOCK),
});
export type SdCardState = Shaped<typeof stateShape>;

const none = new Uint8Array(0);

export class SdCard implements Snapshotable<SdCardState> {
  readonly shape = stateShape;
  /** Bytes; a power of two. */
  readonly capacity: number;
  s: SdCardState;
  private readonly powerUpAlarm: Alarm;
  private readonly eraseAlarm: Alarm;

  /** Without a disk it is a slot with nothing in it. */
  constructor(
    name: string,
    private readonly clock: Clock,
    readonly disk: Disk | undefined,
  ) {
    this.capacity = capacityFor(disk?.size ?? 0);
    this.powerUpAlarm = clock.alarm(`${name} power up`, () => this.powerUp());
    this.eraseAlarm = clock.alarm(`${name} erase`, () => this.eraseOn());
    this.s = this.initial();
  }

  /** A command, and the bytes of the card's response; none if it gives none. */
  perform(index: number, argument: number): Uint8Array {
    if (this.disk === undefined) return none;
    const { s } = this;
    const before = s.state;
    const response = this.obey(index, argument);
    if (response === 'illegal') {
      s.status |= ILLEGAL_COMMAND;
      return none;
    }
    s.command = index;
    s.status = (s.status & ~CURRENT_STATE) | (cardStates.indexOf(before) << 9);
    const bytes = this.respond(response);
    s.status &= ~CLEARED_BY_COMMAND;
    return bytes;
  }

  /** The next bytes on the data lines; zeros where the card sends none. */
  read(into: Uint8Array): void {
    const { s } = this;
    for (let done = 0; done < into.length;) {
      const reader = this.movesData('data') ? readers[s.command] : undefined;
      const given = reader?.(this, into.subarray(done)) ?? 0;
      if (given === 0) into.fill(0, done);
      done = given === 0 ? into.length : done + given;
    }
  }

  /** Bytes on the data lines, which the card takes as long as it waits for some. */
  write(bytes: Uint8Array): void {
    const { s } = this;
    for (let done = 0; done < bytes.length;) {
      const writer = this.movesData('rcv') ? writers[s.command] : undefined;
      const taken = writer?.(this, bytes.subarray(done)) ?? 0;
      if (taken === 0) return;
      done += taken;
    }
  }

  private movesData(state: CardState): boolean {
    return this.s.state === state && (this.s.status & (ADDRESS_ERROR | WP_VIOLATION)) === 0;
  }

  get isSending(): boolean {
    return this.s.state === 'data';
  }

  /** CMD0: as at power-on, but for what ACMD22 tells. */
  reset(): void {
    this.eraseAlarm.cancel();
    this.s = { ...this.initial(), blocksWritten: this.s.blocksWritten };
  }

  save(): SdCardState {
    return structuredClone(this.s);
  }
  /** A reset has no clock's state behind it that would set the alarms. */
  load(state: SdCardState): void {
    this.powerUpAlarm.cancel();
    this.eraseAlarm.cancel();
    this.s = structuredClone(state);
  }

  // What commands are made of.

  /** The buffer of a block. */
  get data(): Uint8Array {
    return this.s.data;
  }

  powerUp(): void {
    this.powerUpAlarm.cancel();
    this.s.ocr |= OCR_BUSY | (this.capacity > SDSC_LARGEST ? OCR_CCS : 0);
  }
  beginPowerUp(): void {
    if (this.powerUpAlarm.deadline === Infinity) this.powerUpAlarm.set(this.clock.now + POWER_UP_NS);
  }

  send(): Response {
    this.s.state = 'data';
    this.s.dataOffset = 0;
    return 'R1';
  }
  receive(address: number): Response {
    this.s.state = 'rcv';
    this.s.dataAddress = address;
    this.s.dataOffset = 0;
    return 'R1';
  }
  /** The first four bytes of what is sent next. */
  putWord(value: number): void {
    new DataView(this.data.buffer, this.data.byteOffset).setUint32(0, value, true);
  }

  /** What an argument that is an address means in bytes. */
  byteAddress(argument: number): number {
    return this.s.ocr & OCR_CCS ? argument * BLOCK : argument;
  }
  /** Whether the card has so many bytes there; if not, its status says so. */
  isInRange(address: number, length: number): boolean {
    if (address + length <= this.capacity) return true;
    this.s.status |= ADDRESS_ERROR;
    return false;
  }

  /** Bytes from the disk into the buffer. */
  readDisk(address: number, length: number): void {
    this.disk?.read(address, this.data.subarray(0, length));
  }
  /** The first bytes of the buffer onto the disk. */
  writeDisk(address: number, length: number): void {
    const { s } = this;
    const isWritten =
      this.isInRange(address, length) && this.disk?.write(address, this.data.subarray(0, length));
    if (isWritten !== true) s.status |= ERROR;
    s.csd[CSD_FLAGS] |= CSD_COPY;
    s.blocksWritten += 1;
  }

  /** Notes in the status if the card, or the group of an address, is protected. */
  checkWriteProtection(address: number): void {
    if (this.isProtected || this.isGroupProtected(address)) this.s.status |= WP_VIOLATION;
  }
  isGroupProtected(address: number): boolean {
    return this.capacity <= SDSC_LARGEST && this.s.protectedGroups.includes(Math.floor(address / GROUP));
  }
  protectGroup(address: number, isProtected: boolean): void {
    const group = Math.floor(address / GROUP);
    const others = this.s.protectedGroups.filter((each) => each !== group);
    this.s.protectedGroups = isProtected ? [...others, group] : others;
  }
  /** A bit for each of the 32 groups from an address on. */
  protectedGroups(address: number): number {
    const first = Math.floor(address / GROUP);
    return this.s.protectedGroups
      .filter((group) => group >= first && group < first + 32 && group * GROUP < this.capacity)
      .reduce((bits, group) => bits | (1 << (group - first)), 0);
  }

  /** CMD38: erases from the block at CMD32's address to the one at CMD33's. */
  erase(): void {
    const { s } = this;
    if (this.isProtected) {
      s.status |= WP_VIOLATION;
      return;
    }
    const { eraseStart, eraseEnd } = s;
    s.eraseStart = null;
    s.eraseEnd = null;
    if (eraseStart === null || eraseEnd === null) {
      s.status |= ERASE_SEQ_ERROR;
      return;
    }
    const [next, last] = [this.byteAddress(eraseStart), this.byteAddress(eraseEnd)];
    if (next > this.capacity || last > this.capacity) {
      s.status |= OUT_OF_RANGE;
      return;
    }
    s.csd[CSD_FLAGS] |= CSD_COPY;
    // Blocks from `next` on that begin at `last` or before, and are within the card.
    const blocks = Math.floor((Math.min(last, this.capacity - BLOCK) - next) / BLOCK) + 1;
    s.erasing = { next, end: next + Math.max(blocks, 0) * BLOCK };
    s.state = 'prg';
    s.status &= ~READY_FOR_DATA;
    this.eraseOn();
  }

  /** Erases some of what is to be erased; when that was all, the card is ready again. */
  private eraseOn(): void {
    const { s } = this;
    if (s.erasing === null) return;
    const { next, end } = s.erasing;
    const stop = Math.min(end, next + ERASED_AT_ONCE, this.capacity);
    this.eraseRange(next, stop);
    if (stop < Math.min(end, this.capacity)) {
      s.erasing = { next: stop, end };
      this.eraseAlarm.set(this.clock.now + ERASE_NS);
      return;
    }
    s.erasing = null;
    s.status |= READY_FOR_DATA;
    s.state = s.state === 'dis' ? 'stby' : 'tran';
  }

  /** Erased bytes read as ones; groups that are protected are left out. */
  private eraseRange(from: number, to: number): void {
    const { s } = this;
    for (let at = from; at < to;) {
      // The block over the end of a group is of the group in which it begins.
      const groupEnd = (Math.floor(at / GROUP) + 1) * GROUP;
      const stop = Math.min(to, at + Math.ceil((groupEnd - at) / BLOCK) * BLOCK);
      if (this.isGroupProtected(at)) s.status |= WP_ERASE_SKIP;
      else if (this.disk?.fill(at, stop - at, 0xff) !== true) s.status |= ERROR;
      at = stop;
    }
  }

  private get isProtected(): boolean {
    return (this.s.csd[CSD_FLAGS] & (CSD_PERM_WRITE_PROTECT | CSD_TMP_WRITE_PROTECT)) !== 0;
  }

  private obey(index: number, argument: number): Response {
    const { s } = this;
    const isAppCommand = s.expectsAppCommand;
    s.expectsAppCommand = false;
    if (s.status & CARD_IS_LOCKED && !isObeyedLocked(index, isAppCommand)) return 'illegal';
    if (s.erasing !== null && !whileBusy.has(index)) return 'illegal';
    const command = isAppCommand ? appCommands[index] : undefined;
    if (command !== undefined) s.status |= APP_CMD;
    else s.status &= ~APP_CMD;
    return (command ?? commands[index])?.(this, argument) ?? 'illegal';
  }

  private respond(response: Response): Uint8Array {
    const { s } = this;
    switch (response) {
      case 'R1': {
        const status = s.status;
        s.status &= ~CLEARED_BY_READ;
        return bigEndian(status);
      }
      case 'CID':
        return CID;
      case 'CSD':
        return s.csd.slice();
      case 'R3':
        return bigEndian(s.ocr);
      case 'R6': {
        // 4.9.5: of the status, the bits 23, 22, 19, 12 to 0.
        const { status, address } = s;
        s.status &= ~(CLEARED_BY_READ & R6_STATUS);
        const bits = ((status >>> 8) & 0xc000) | ((status >>> 6) & 0x2000) | (status & 0x1fff);
        return bigEndian(((address << 16) | bits) >>> 0);
      }
      case 'R7':
        return bigEndian(s.interfaceCondition);
      default:
        return none;
    }
  }

  private initial(): SdCardState {
    return {
      state: 'idle',
      status: READY_FOR_DATA,
      ocr: OCR_VOLTAGES,
      address: 0,
      interfaceCondition: 0,
      csd: csdFor(this.capacity, this.disk?.isReadOnly === true),
      busWidth: 0,
      protectedGroups: [],
      blockLength: BLOCK,
      eraseStart: null,
      eraseEnd: null,
      erasing: null,
      password: new Uint8Array(16),
      passwordLength: 0,
      command: 0,
      expectsAppCommand: false,
      blocksWritten: 0,
      dataAddress: 0,
      dataOffset: 0,
      data: new Uint8Array(BLOCK),
    };
  }
}

/** What a card that erases obeys, table 4-28: CMD0, 7, 13 and 15. */
const whileBusy = new Set([0, 7, 13, 15]);
const R6_STATUS = 0xc8_1fff;

function bigEndian(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
