/**
 * One channel of the BCM2835's DMA controller: its registers, and the chain of control blocks that it carries out.
 * "BCM2835 ARM Peripherals", chapter 4, as far as QEMU 7.2 has it: no waiting for a peripheral's request, and no pause
 * at the end of a control block.
 */
import { flag, integer, record, word, type Shaped } from '../../../../engine/index.js';
import type { Snapshotable } from '../../../device.js';
import type { BusMaster } from '../../../dma.js';
import { moveSome, TI_INTEN, TI_TDMODE } from './transfer.js';

// Register offsets, section 4.2.1.2.
const CS = 0x00;
const CONBLK_AD = 0x04;
const TI = 0x08;
const SOURCE_AD = 0x0c;
const DEST_AD = 0x10;
const TXFR_LEN = 0x14;
const STRIDE = 0x18;
const NEXTCONBK = 0x1c;
const DEBUG = 0x20;

const CS_ACTIVE = 1 << 0;
const CS_END = 1 << 1;
const CS_INT = 1 << 2;
const CS_PAUSED = 1 << 4;
const CS_ABORT = 1 << 30;
const CS_RESET = 1 << 31;
/** Bits that are as they were written last: ACTIVE, the priorities, waiting for writes, DISDEBUG. */
const CS_WRITTEN = 0x30ff_0001;

/** Costs in words of RAM that are moved: to fetch a control block, to begin a row. */
const CONTROL_BLOCK_COST = 1024;
const ROW_COST = 16;
const MOST_ROWS = 0x4000;

const stateShape = record({
  cs: word,
  conblkAd: word,
  ti: word,
  sourceAd: word,
  destAd: word,
  txfrLen: word,
  stride: word,
  nextconbk: word,
  debug: word,
  /** Started, and not yet at the end of its chain. */
  running: flag,
  /** Of the control block under way: rows that are left, the present one among them. */
  rows: integer(0, MOST_ROWS),
  /** Bytes that are left of this row. */
  left: word,
  /** Bytes of a row. */
  rowLength: word,
});
export type DmaChannelState = Shaped<typeof stateShape>;

const atReset = (): DmaChannelState => ({
  cs: 0,
  conblkAd: 0,
  ti: 0,
  sourceAd: 0,
  destAd: 0,
  txfrLen: 0,
  stride: 0,
  nextconbk: 0,
  debug: 0,
  running: false,
  rows: 0,
  left: 0,
  rowLength: 0,
});

const readable: Readonly<Partial<Record<number, Exclude<keyof DmaChannelState, 'running'>>>> = {
  [CS]: 'cs',
  [CONBLK_AD]: 'conblkAd',
  [TI]: 'ti',
  [SOURCE_AD]: 'sourceAd',
  [DEST_AD]: 'destAd',
  [TXFR_LEN]: 'txfrLen',
  [STRIDE]: 'stride',
  [NEXTCONBK]: 'nextconbk',
  [DEBUG]: 'debug',
};

export class DmaChannel implements Snapshotable<DmaChannelState> {
  readonly shape = stateShape;
  private s = atReset();

  constructor(
    private readonly memory: BusMaster,
    /** Told of its interrupt's level whenever it is raised or lowered. */
    private readonly interrupt: (level: boolean) => void,
  ) {}

  get running(): boolean {
    return this.s.running;
  }

  read(register: number): number {
    const name = readable[register];
    return name === undefined ? 0 : this.s[name];
  }

  /** Whether that has started the channel. */
  write(register: number, value: number): boolean {
    if (register === CS) return this.control(value);
    if (register === CONBLK_AD) this.s.conblkAd = value;
    else if (register === DEBUG) this.s.debug = value;
    return false;
  }

  /**
   * Goes on until the chain is at its end or a budget is used up, in words of RAM; gives what it has cost. A channel
   * that is not enabled begins no control block.
   */
  run(enabled: boolean, budget: number): number {
    const { s } = this;
    s.running = true;
    let cost = 0;
    while (s.rows !== 0 || (enabled && s.conblkAd !== 0)) {
      if (cost >= budget) return cost;
      if (s.rows === 0) {
        this.fetch();
        cost += CONTROL_BLOCK_COST;
      }
      cost += this.goOn();
      if (s.rows === 0) this.complete();
    }
    s.running = false;
    s.cs = (s.cs & ~CS_ACTIVE) | CS_PAUSED;
    return cost;
  }

  save(): DmaChannelState {
    return { ...this.s };
  }
  load(state: DmaChannelState): void {
    this.s = { ...state };
  }

  private control(value: number): boolean {
    const { s } = this;
    const wasActive = (s.cs & CS_ACTIVE) !== 0;
    if (value & CS_RESET) {
      s.cs = 0;
      s.conblkAd = 0;
      s.rows = 0;
    }
    if (value & CS_ABORT && s.rows !== 0) {
      s.rows = 0;
      s.conblkAd = s.nextconbk;
    }
    if (value & CS_END) s.cs &= ~CS_END;
    if (value & CS_INT) {
      s.cs &= ~CS_INT;
      this.interrupt(false);
    }
    s.cs = (s.cs & ~CS_WRITTEN) | (value & CS_WRITTEN);
    const isActive = (s.cs & CS_ACTIVE) !== 0;
    s.running &&= isActive;
    return isActive && !wasActive;
  }

  /** Takes the control block whose address is in CONBLK_AD, section 4.2.1.1. */
  private fetch(): void {
    const { s } = this;
    const field = (offset: number): number => this.memory.readWord((s.conblkAd + offset) >>> 0) ?? 0;
    s.ti = field(0);
    s.sourceAd = field(4);
    s.destAd = field(8);
    s.txfrLen = field(12);
    s.stride = field(16);
    s.nextconbk = field(20);
    const isTwoDimensional = (s.ti & TI_TDMODE) !== 0;
    s.rows = isTwoDimensional ? ((s.txfrLen >>> 16) & (MOST_ROWS - 1)) + 1 : 1;
    s.rowLength = isTwoDimensional ? s.txfrLen & 0xffff : s.txfrLen;
    s.left = s.rowLength;
  }

  /** Moves a part of the present row, and goes on to the next one behind its end. Gives what that costs. */
  private goOn(): number {
    const { s } = this;
    let cost = 0;
    if (s.left !== 0) {
      cost = moveSome(this.memory, s);
      s.txfrLen = s.ti & TI_TDMODE ? (s.rows << 16) | s.left : s.left;
    }
    if (s.left !== 0) return cost;
    s.rows -= 1;
    if (s.rows !== 0) {
      s.sourceAd = (s.sourceAd + signed16(s.stride)) >>> 0;
      s.destAd = (s.destAd + signed16(s.stride >>> 16)) >>> 0;
      s.left = s.rowLength;
    }
    return cost + ROW_COST;
  }

  private complete(): void {
    const { s } = this;
    s.cs |= CS_END;
    if (s.ti & TI_INTEN) {
      s.cs |= CS_INT;
      this.interrupt(true);
    }
    s.conblkAd = s.nextconbk;
  }
}

const signed16 = (value: number): number => (value << 16) >> 16;
