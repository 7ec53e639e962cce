/** Registers of an SD host controller: SD Specifications Part A2, Host Controller Simplified Specification 3.00, 2.2. */
import { bytes, integer, oneOf, record, tuple, word, flag, type Shaped } from '../../../engine/index.js';

// Offsets of the words in which they are.
export const SDMA_ADDRESS = 0x00;
/** And the number of blocks. */
export const BLOCK_SIZE = 0x04;
export const ARGUMENT = 0x08;
/** And the command. */
export const TRANSFER_MODE = 0x0c;
export const RESPONSE = 0x10;
export const BUFFER_DATA_PORT = 0x20;
export const PRESENT_STATE = 0x24;
/** And power, block gap and wakeup control. */
export const HOST_CONTROL_1 = 0x28;
/** And timeout control and software reset. */
export const CLOCK_CONTROL = 0x2c;
/** And that of errors, as the two that follow. */
export const INTERRUPT_STATUS = 0x30;
export const INTERRUPT_STATUS_ENABLE = 0x34;
export const INTERRUPT_SIGNAL_ENABLE = 0x38;
/** And host control 2. */
export const AUTO_CMD_ERROR = 0x3c;
export const CAPABILITIES = 0x40;
export const FORCE_EVENT = 0x50;
export const ADMA_ERROR = 0x54;
export const ADMA_ADDRESS = 0x58;
export const ADMA_ADDRESS_HIGH = 0x5c;
/** And the version. */
export const SLOT_INTERRUPT = 0xfc;

// Block size: [11:0] is the size, [14:12] the boundary at which DMA stops, as a power of two above 4 KiB.
export const TRANSFER_BLOCK_SIZE = 0xfff;

// Transfer mode. DMA cannot be enabled on this controller, whose capabilities have none.
export const MODE_BLOCK_COUNT = 1 << 1;
export const MODE_AUTO_CMD12 = 1 << 2;
export const MODE_READ = 1 << 4;
export const MODE_MULTI = 1 << 5;
export const MODE_WRITABLE = MODE_BLOCK_COUNT | MODE_AUTO_CMD12 | MODE_READ | MODE_MULTI;

// Command.
export const COMMAND_RESPONSE = 3;
export const COMMAND_RESPONSE_BUSY = 3;
export const COMMAND_DATA = 1 << 5;
export const COMMAND_TYPE = 3 << 6;
export const COMMAND_TYPE_ABORT = 3 << 6;

// Present state.
export const COMMAND_INHIBIT = 1 << 0;
export const DATA_INHIBIT = 1 << 1;
export const DATA_LINE_ACTIVE = 1 << 2;
export const WRITE_ACTIVE = 1 << 8;
export const READ_ACTIVE = 1 << 9;
export const WRITE_ENABLE = 1 << 10;
export const READ_ENABLE = 1 << 11;
export const CARD_INSERTED = 1 << 16;
/** The switch of the card, up where it may be written to. */
export const WRITE_SWITCH = 1 << 19;
/** Lines high, write switch up; card inserted, state stable, card detected; and without a card. */
export const STATE_WITH_CARD = 0x1ff_0000;
export const STATE_WITHOUT_CARD = 0x1fa_0000;
export const TRANSFER_ACTIVE = READ_ACTIVE | WRITE_ACTIVE;
/** What is over when data is. */
export const STATE_OF_DATA = TRANSFER_ACTIVE | DATA_LINE_ACTIVE | DATA_INHIBIT | WRITE_ENABLE | READ_ENABLE;

export const DMA_SELECT = 3 << 3;
export const DMA_SELECT_SDMA = 0;

export const POWER_ON = 1;
/** Power control [3:1]: 5 is 1.8 V, 6 is 3.0 V, 7 is 3.3 V. */
export const LOWEST_VOLTAGE = 5;

export const STOP_AT_BLOCK_GAP = 1 << 0;
export const CONTINUE = 1 << 1;

export const WAKE_ON_INSERTION = 1 << 1;
export const WAKE_ON_REMOVAL = 1 << 2;

export const CLOCK_INTERNAL = 1 << 0;
export const CLOCK_STABLE = 1 << 1;
export const CLOCK_SD = 1 << 2;
export const CLOCK_ON = CLOCK_INTERNAL | CLOCK_STABLE | CLOCK_SD;

export const RESET_ALL = 1;
export const RESET_COMMAND = 2;
export const RESET_DATA = 4;

// Normal interrupts, by status, enable and signal.
export const COMMAND_COMPLETE = 1 << 0;
export const TRANSFER_COMPLETE = 1 << 1;
export const BLOCK_GAP = 1 << 2;
export const DMA_INTERRUPT = 1 << 3;
export const WRITE_READY = 1 << 4;
export const READ_READY = 1 << 5;
export const INSERTION = 1 << 6;
export const REMOVAL = 1 << 7;
export const CARD_INTERRUPT = 1 << 8;
export const ERROR_INTERRUPT = 1 << 15;
// Errors.
export const COMMAND_TIMEOUT = 1 << 0;
export const AUTO_CMD_ERRORS = 1 << 8;

/** As QEMU's raspi3b has it: 1.8 V and 3.3 V, high speed, blocks of up to 1024 bytes, clocks of 52 MHz, no DMA. */
export const CAPABILITY_BITS = 0x0521_34b4;
/** Vendor 0x24, specification 3.00. */
export const VERSION = 0x2402;
export const BUFFER = 1024;

const half = integer(0, 0xffff);
const byte = integer(0, 0xff);
export const registersShape = record({
  sdmaAddress: word,
  blockSize: half,
  blockCount: half,
  argument: word,
  transferMode: half,
  command: half,
  response: tuple<[number, number, number, number]>(word, word, word, word),
  presentState: word,
  hostControl: byte,
  powerControl: byte,
  blockGap: byte,
  wakeup: byte,
  clock: half,
  timeout: byte,
  status: half,
  errors: half,
  statusEnable: half,
  errorsEnable: half,
  signal: half,
  errorsSignal: half,
  autoCmdError: half,
  admaError: byte,
  admaAddress: word,
  admaAddressHigh: word,
  /** Next byte in the buffer. */
  offset: integer(0, BUFFER),
  /** Whether, and in which direction, a transfer stands at a gap between blocks. */
  stopped: oneOf('no', 'reading', 'writing'),
  /** The board's controller has an insertion to tell after power-on, once that is enabled. */
  insertionPending: flag,
  buffer: bytes(BUFFER),
});
export type Registers = Shaped<typeof registersShape>;

/** What they are after a reset, but for what the slot says. */
export const resetRegisters = (): Omit<Registers, 'buffer' | 'presentState'> => ({
  sdmaAddress: 0,
  blockSize: 0,
  blockCount: 0,
  argument: 0,
  transferMode: 0,
  command: 0,
  response: [0, 0, 0, 0],
  hostControl: 0,
  powerControl: 0,
  blockGap: 0,
  wakeup: 0,
  clock: 0,
  timeout: 0,
  status: 0,
  errors: 0,
  statusEnable: 0,
  errorsEnable: 0,
  signal: 0,
  errorsSignal: 0,
  autoCmdError: 0,
  admaError: 0,
  admaAddress: 0,
  admaAddressHigh: 0,
  offset: 0,
  stopped: 'no',
  insertionPending: false,
});
