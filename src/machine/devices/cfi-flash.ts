/**
 * A bank of NOR flash with the Intel command set (JEDEC JESD68 "Common Flash Interface", JEP137 command set 1): two
 * 16-bit chips side by side on a 32-bit bus, as on board `virt`, with the behaviour of QEMU's `cfi.pflash01`.
 *
 * A bank without an image reads as zeros. Commands complete at once. A fetch reads what a load does, whatever the mode.
 */
import { bytes, integer, Listeners, listOf, nullOr, record, tuple, type Shape } from '../../engine/index.js';
import type { AccessSize, MemoryDevice } from '../device.js';

const CHIPS = 2;
const CHIP_WIDTH = 2; // bytes
/** Bytes that one erase clears, over both chips. */
const SECTOR_SIZE = 256 * 1024;

/** Manufacturer Intel, device code, per chip. */
const IDENTIFIERS = [0x89, 0x18];

// Commands, written to the low byte.
const READ_ARRAY = 0xff;
const PROGRAM = 0x40;
const PROGRAM_ALTERNATE = 0x10;
const BLOCK_ERASE = 0x20;
const CLEAR_STATUS = 0x50;
const BLOCK_LOCK = 0x60;
const READ_STATUS = 0x70;
const READ_IDENTIFIERS = 0x90;
const CFI_QUERY = 0x98;
const WRITE_TO_BUFFER = 0xe8;
const CONFIRM = 0xd0;
const LOCK_CONFIRM = 0x01;

const STATUS_READY = 0x80;
const STATUS_PROGRAM_ERROR = 0x10;

/** Bytes of the write buffer; what is written through it lies in one aligned block of this size. */
const BUFFER_SIZE = 2048;

export type CfiFlashState = {
  command: number;
  cycle: number;
  status: number;
  /** Writes still to come in a write to buffer. */
  counter: number;
  /** The block that is being written through the buffer, and its bytes to be. */
  buffer: { offset: number; bytes: Uint8Array } | null;
  /** Sectors that differ from all zeros, by number. */
  sectors: [number, Uint8Array][];
};

/** Granule in which it is remembered what has been fetched. */
const PAGE = 4096;

export class CfiFlash implements MemoryDevice<CfiFlashState> {
  /** The command that decides what reads give, or READ_ARRAY. */
  private command = READ_ARRAY;
  /** How many writes of a command sequence have been seen. */
  private cycle = 0;
  private status = STATUS_READY;
  private counter = 0;
  private buffer: CfiFlashState['buffer'] = null;
  private readonly sectors = new Map<number, Uint8Array>();
  private readonly cfi: Uint8Array;
  readonly codeChanging = new Listeners<(offset: number, length: number) => void>();
  /** Numbers of the pages that were fetched from since they were last told to change. */
  private readonly fetched = new Set<number>();

  constructor(
    readonly name: string,
    readonly size: number,
  ) {
    this.cfi = cfiTable(size);
  }

  read(offset: number, size: AccessSize): number {
    switch (this.command) {
      case READ_ARRAY:
        return this.readArray(offset, size);
      case READ_IDENTIFIERS:
        return perChip(IDENTIFIERS[(offset >> 2) & 0xff] ?? 0);
      case CFI_QUERY:
        return perChip(this.cfi[offset >> 2] ?? 0);
      default:
        return size === 4 ? perChip(this.status) : this.status;
    }
  }

  /** A write is a command or part of one, so afterwards reads may give anything else. */
  write(offset: number, size: AccessSize, value: number): void {
    this.tellFetchers();
    if (this.cycle === 0) this.firstCycle(offset, value & 0xff);
    else if (this.cycle === 1) this.secondCycle(offset, size, value);
    else this.bufferCycle(offset, size, value);
  }

  instruction(offset: number): number {
    this.fetched.add(Math.floor(offset / PAGE));
    return this.read(offset, 4);
  }

  place(offset: number, bytes: Uint8Array): void {
    this.tellFetchers();
    for (let done = 0; done < bytes.length;) {
      const start = (offset + done) % SECTOR_SIZE;
      const length = Math.min(SECTOR_SIZE - start, bytes.length - done);
      this.sector(offset + done).set(bytes.subarray(done, done + length), start);
      done += length;
    }
  }

  private tellFetchers(): void {
    if (this.fetched.size === 0) return;
    for (const hear of this.codeChanging.all) for (const page of this.fetched) hear(page * PAGE, PAGE);
    this.fetched.clear();
  }

  /** The machine's reset: whatever command was under way is forgotten, the content stays. */
  reset(): void {
    this.tellFetchers();
    this.readMode();
    this.status = STATUS_READY;
    this.counter = 0;
    this.buffer = null;
  }

  get shape(): Shape<CfiFlashState> {
    const sector = tuple<[number, Uint8Array]>(integer(0, this.size / SECTOR_SIZE - 1), bytes(SECTOR_SIZE));
    const buffer = record({ offset: integer(0, this.size - BUFFER_SIZE), bytes: bytes(BUFFER_SIZE) });
    return record<CfiFlashState>({
      command: integer(0, 0xff),
      cycle: integer(0, 3),
      status: integer(0, 0xff),
      counter: integer(0, 0xffff),
      buffer: nullOr(buffer.where('a whole block', ({ offset }) => offset % BUFFER_SIZE === 0)),
      sectors: listOf(sector, this.size / SECTOR_SIZE),
    });
  }

  save(): CfiFlashState {
    const { command, cycle, status, counter } = this;
    const buffer = structuredClone(this.buffer);
    const sectors = [...this.sectors].map(([n, bytes]): [number, Uint8Array] => [n, bytes.slice()]);
    return { command, cycle, status, counter, buffer, sectors };
  }

  load(state: CfiFlashState): void {
    this.tellFetchers();
    this.command = state.command;
    this.cycle = state.cycle;
    this.status = state.status;
    this.counter = state.counter;
    this.buffer = structuredClone(state.buffer);
    this.sectors.clear();
    for (const [n, bytes] of state.sectors) this.sectors.set(n, bytes.slice());
  }

  private firstCycle(offset: number, command: number): void {
    switch (command) {
      case READ_STATUS:
      case READ_IDENTIFIERS: // one cycle each: the next write is a new command
        this.command = command;
        return;
      case BLOCK_ERASE:
        this.sector(offset).fill(0xff);
        this.status |= STATUS_READY;
        break;
      case WRITE_TO_BUFFER:
        this.status |= STATUS_READY;
        break;
      case PROGRAM:
      case PROGRAM_ALTERNATE:
      case BLOCK_LOCK:
      case CFI_QUERY:
        break;
      case CLEAR_STATUS:
        this.status = 0;
        this.readMode();
        return;
      default:
        this.readMode();
        return;
    }
    this.command = command;
    this.cycle = 1;
  }

  private secondCycle(offset: number, size: AccessSize, value: number): void {
    const confirm = value & 0xff;
    switch (this.command) {
      case PROGRAM:
      case PROGRAM_ALTERNATE:
        this.program(offset, size, value);
        this.complete();
        break;
      case BLOCK_ERASE:
        if (confirm === CONFIRM) this.complete();
        else this.readMode();
        break;
      case BLOCK_LOCK:
        if (confirm === CONFIRM || confirm === LOCK_CONFIRM) this.complete();
        else this.readMode();
        break;
      case WRITE_TO_BUFFER:
        this.counter = value & (2 ** (8 * CHIP_WIDTH) - 1);
        this.startBuffer(offset);
        this.cycle = 2;
        break;
      default: // a query ends with the read array command
        if (confirm === READ_ARRAY) this.readMode();
    }
  }

  /** The address of the count fixes the block that will be written. */
  private startBuffer(offset: number): void {
    const start = offset - (offset % BUFFER_SIZE);
    this.buffer = { offset: start, bytes: this.block(start).slice() };
  }

  /** A write to buffer: as many data writes as announced and one more, then the confirmation. */
  private bufferCycle(offset: number, size: AccessSize, value: number): void {
    if (this.cycle === 2) {
      this.fillBuffer(offset, size, value);
      this.status |= STATUS_READY;
      if (this.counter === 0) this.cycle = 3;
      else this.counter--;
    } else if ((value & 0xff) === CONFIRM && (this.status & STATUS_PROGRAM_ERROR) === 0) {
      if (this.buffer !== null) this.block(this.buffer.offset).set(this.buffer.bytes);
      this.buffer = null;
      this.complete();
    } else {
      this.buffer = null;
      this.readMode();
    }
  }

  /** A data write outside the block of the buffer is an error. */
  private fillBuffer(offset: number, size: AccessSize, value: number): void {
    const start = offset - (offset % BUFFER_SIZE);
    if (start === this.buffer?.offset) put(this.buffer.bytes, offset - start, size, value);
    else this.status |= STATUS_PROGRAM_ERROR;
  }

  /** Ready; reads give the status until the next command. */
  private complete(): void {
    this.cycle = 0;
    this.status |= STATUS_READY;
  }

  private readMode(): void {
    this.cycle = 0;
    this.command = READ_ARRAY;
  }

  private readArray(offset: number, size: AccessSize): number {
    const sector = this.sectors.get(Math.floor(offset / SECTOR_SIZE));
    if (sector === undefined) return 0;
    let value = 0;
    for (let i = size - 1; i >= 0; i--) value = (value << 8) | sector[(offset % SECTOR_SIZE) + i];
    return value >>> 0;
  }

  private program(offset: number, size: AccessSize, value: number): void {
    put(this.sector(offset), offset % SECTOR_SIZE, size, value);
  }

  private block(offset: number): Uint8Array {
    const start = offset % SECTOR_SIZE;
    return this.sector(offset).subarray(start, start + BUFFER_SIZE);
  }

  private sector(offset: number): Uint8Array {
    const number = Math.floor(offset / SECTOR_SIZE);
    let sector = this.sectors.get(number);
    if (sector === undefined) this.sectors.set(number, (sector = new Uint8Array(SECTOR_SIZE)));
    return sector;
  }
}

function put(bytes: Uint8Array, offset: number, size: AccessSize, value: number): void {
  for (let i = 0; i < size; i++) bytes[offset + i] = (value >>> (8 * i)) & 0xff;
}

/** Both chips answer, each in its half of the bus. */
const perChip = (value: number): number => (value | (value << 16)) >>> 0;

/** What a query reads from one chip, JESD68 tables 1 to 4, and the Intel extended table at 0x31. */
function cfiTable(bankSize: number): Uint8Array {
  const table = new Uint8Array(0x53);
  const sectors = bankSize / SECTOR_SIZE;
  const chipSector = SECTOR_SIZE / CHIPS;
  const text = new TextEncoder();
  table.set(text.encode('QRY'), 0x10);
  table.set([0x01, 0x00], 0x13); // primary command set: Intel extended
  table.set([0x31, 0x00], 0x15); // its table
  table.set([0x45, 0x55], 0x1b); // Vcc, volts in BCD
  table.set([0x07, 0x07, 0x0a], 0x1f); // typical timeouts: word, buffer, block erase
  table.set([0x04, 0x04, 0x04], 0x23); // their maxima
  table[0x27] = Math.log2(bankSize / CHIPS);
  table[0x28] = 0x02; // x8 and x16
  table[0x2a] = 0x0b; // buffer of 2 KiB
  table[0x2c] = 1; // one region of equal sectors
  table.set([(sectors - 1) & 0xff, (sectors - 1) >> 8], 0x2d);
  table.set([(chipSector >> 8) & 0xff, chipSector >> 16], 0x2f);
  table.set(text.encode('PRI10'), 0x31);
  table[0x3f] = 1; // protection fields
  return table;
}
