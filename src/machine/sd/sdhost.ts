/**
 * The BCM2835's own SD host controller, SDHOST. Its maker has published nothing; the registers have the names of Linux's
 * driver (drivers/mmc/host/bcm2835.c), the behaviour is that of QEMU's `bcm2835-sdhost`.
 */
import { integer, listOf, record, tuple, word, type Shaped } from '../../engine/index.js';
import type { AccessSize, Device, Line } from '../device.js';
import type { SdWires } from './slot.js';

// Register offsets.
const SDCMD = 0x00;
const SDARG = 0x04;
const SDRSP0 = 0x10;
const SDRSP3 = 0x1c;
const SDHSTS = 0x20;
const SDVDD = 0x30;
const SDEDM = 0x34;
const SDHCFG = 0x38;
const SDHBCT = 0x3c;
const SDDATA = 0x40;
const SDHBLC = 0x50;

const SDCMD_NEW_FLAG = 0x8000;
const SDCMD_FAIL_FLAG = 0x4000;
const SDCMD_BUSYWAIT = 0x800;
const SDCMD_NO_RESPONSE = 0x400;
const SDCMD_LONG_RESPONSE = 0x200;
const SDCMD_WRITE_CMD = 0x80;
const SDCMD_READ_CMD = 0x40;
const SDCMD_CMD_MASK = 0x3f;

const SDHSTS_BUSY_IRPT = 0x400;
const SDHSTS_BLOCK_IRPT = 0x200;
const SDHSTS_SDIO_IRPT = 0x100;
const SDHSTS_CMD_TIME_OUT = 0x40;
const SDHSTS_DATA_FLAG = 0x01;
/** What interrupts as long as it is set. */
const SDHSTS_INTERRUPTS = SDHSTS_BUSY_IRPT | SDHSTS_BLOCK_IRPT | SDHSTS_SDIO_IRPT;

const SDHCFG_BUSY_IRPT_EN = 1 << 10;
const SDHCFG_BLOCK_IRPT_EN = 1 << 8;
const SDHCFG_DATA_IRPT_EN = 1 << 4;

/** Of SDEDM: the state of the data path, and the words in its FIFO. */
const SDEDM_FSM_MASK = 0xf;
const SDEDM_FSM_DATAMODE = 0x1;
const SDEDM_FSM_STARTPOWDOWN = 0xf;
const SDEDM_FIFO_MASK = 0x1f << 4;
const SDEDM_AT_RESET = 0xc60f;

const FIFO_WORDS = 16;
/** A word of the FIFO, as bytes. */
const wordBytes = new Uint8Array(4);
const wordView = new DataView(wordBytes.buffer);

const stateShape = record({
  command: word,
  argument: word,
  response: tuple<[number, number, number, number]>(word, word, word, word),
  status: word,
  vdd: word,
  edm: word,
  config: word,
  blockBytes: word,
  blockCount: word,
  /** Bytes that are still to be moved between the card and the FIFO. */
  left: integer(0, 2 ** 32 - 1),
  fifo: listOf(word, FIFO_WORDS),
});
export type SdhostState = Shaped<typeof stateShape>;

export class Sdhost implements Device<SdhostState> {
  readonly size = 0x1000;
  readonly shape = stateShape;
  private s: SdhostState = {
    command: 0,
    argument: 0,
    response: [0, 0, 0, 0],
    status: 0,
    vdd: 0,
    edm: SDEDM_AT_RESET,
    config: 0,
    blockBytes: 0,
    blockCount: 0,
    left: 0,
    fifo: [],
  };

  constructor(
    readonly name: string,
    private readonly wires: SdWires,
    private readonly interrupt: Line,
  ) {}

  /** The timeout, the clock divider and the configuration read as 0. */
  read(offset: number): number {
    const { s } = this;
    if (offset >= SDRSP0 && offset <= SDRSP3 && offset % 4 === 0) return s.response[(offset - SDRSP0) / 4];
    switch (offset) {
      case SDCMD:
        return s.command;
      case SDHSTS:
        return s.status;
      case SDVDD:
        return s.vdd;
      case SDEDM:
        return s.edm;
      case SDHBCT:
        return s.blockBytes;
      case SDDATA: {
        const value = s.fifo.shift() ?? 0;
        this.moveData();
        return value;
      }
      case SDHBLC:
        return s.blockCount;
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    const { s } = this;
    switch (offset) {
      case SDCMD:
        s.command = value;
        if (value & SDCMD_NEW_FLAG) {
          this.sendCommand();
          this.moveData();
          s.command = (s.command & ~SDCMD_NEW_FLAG) >>> 0;
        }
        break;
      case SDARG:
        s.argument = value;
        break;
      case SDHSTS:
        s.status = (s.status & ~value) >>> 0;
        this.updateInterrupt();
        break;
      case SDVDD:
        s.vdd = value;
        break;
      case SDEDM:
        s.edm = (value & SDEDM_FSM_MASK) === SDEDM_FSM_STARTPOWDOWN ? (value & ~SDEDM_FSM_MASK) >>> 0 : value;
        break;
      case SDHCFG:
        s.config = value;
        this.moveData();
        break;
      case SDHBCT:
        s.blockBytes = value;
        break;
      case SDDATA:
        if (s.fifo.length < FIFO_WORDS) s.fifo.push(value);
        this.moveData();
        break;
      case SDHBLC:
        s.blockCount = value;
        s.left = Math.imul(s.blockCount, s.blockBytes) >>> 0;
        this.moveData();
        break;
    }
  }

  save(): SdhostState {
    return structuredClone(this.s);
  }
  load(state: SdhostState): void {
    this.s = structuredClone(state);
  }

  /** Has the card do what the registers say. It answers at once, so a wait for the end of its being busy is over too. */
  private sendCommand(): void {
    const { s } = this;
    const response = this.wires.command(s.command & SDCMD_CMD_MASK, s.argument);
    if ((s.command & SDCMD_NO_RESPONSE) === 0 && !this.takeResponse(response)) {
      s.command |= SDCMD_FAIL_FLAG;
      s.status |= SDHSTS_CMD_TIME_OUT;
      return;
    }
    if (s.command & SDCMD_BUSYWAIT && s.config & SDHCFG_BUSY_IRPT_EN) s.status |= SDHSTS_BUSY_IRPT;
  }

  /** False if it is not the response that was expected. */
  private takeResponse(response: Uint8Array): boolean {
    const { s } = this;
    const view = new DataView(response.buffer, response.byteOffset, response.length);
    if (response.length === 16) {
      s.response = [view.getUint32(12), view.getUint32(8), view.getUint32(4), view.getUint32(0)];
      return true;
    }
    if (response.length !== 4 || s.command & SDCMD_LONG_RESPONSE) return false;
    s.response = [view.getUint32(0), 0, 0, 0];
    return true;
  }

  /** Moves data between the card and the FIFO, as much as there is or has room. */
  private moveData(): void {
    const { s, wires } = this;
    const isWrite = (s.command & SDCMD_WRITE_CMD) !== 0;
    if (s.left !== 0 && (isWrite || wires.isSending)) {
      if (s.command & SDCMD_READ_CMD) this.fillFifo();
      else if (isWrite) this.emptyFifo();
      if (s.left === 0) s.edm = ((s.edm & ~SDEDM_FSM_MASK) | SDEDM_FSM_DATAMODE) >>> 0;
      if (isWrite) this.blockWritten();
    }
    this.updateInterrupt();
    s.edm = ((s.edm & ~SDEDM_FIFO_MASK) | (s.fifo.length << 4)) >>> 0;
  }

  private fillFifo(): void {
    const { s, wires } = this;
    while (s.left > 0 && s.fifo.length < FIFO_WORDS) {
      const bytes = Math.min(4, s.left);
      wordView.setUint32(0, 0);
      wires.read(wordBytes.subarray(0, bytes));
      s.left -= bytes;
      s.fifo.push(wordView.getUint32(0, true));
      this.dataMoved();
    }
  }

  private emptyFifo(): void {
    const { s, wires } = this;
    while (s.left > 0 && s.fifo.length > 0) {
      wordView.setUint32(0, s.fifo.shift() ?? 0, true);
      this.dataMoved();
      const bytes = Math.min(4, s.left);
      wires.write(wordBytes.subarray(0, bytes));
      s.left -= bytes;
    }
  }

  private dataMoved(): void {
    const { s } = this;
    s.status |= SDHSTS_DATA_FLAG;
    if (s.config & SDHCFG_DATA_IRPT_EN) s.status |= SDHSTS_SDIO_IRPT;
  }

  private blockWritten(): void {
    const { s } = this;
    if (s.blockBytes !== 0 && s.left % s.blockBytes === 0 && s.config & SDHCFG_BLOCK_IRPT_EN)
      s.status |= SDHSTS_BLOCK_IRPT;
    this.dataMoved();
  }

  private updateInterrupt(): void {
    this.interrupt.set((this.s.status & SDHSTS_INTERRUPTS) !== 0);
  }
}
