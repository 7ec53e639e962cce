/**
 * PrimeCell UART (PL011), Arm DDI 0183, as QEMU's boards have it.
 *
 * What QEMU's model leaves out is left out here too, so that a guest sees the same registers on both: bytes
 * leave at once (the transmit FIFO is always empty), the receive interrupt comes with the first byte whatever
 * the trigger level in UARTIFLS, and therefore the receive timeout has nothing to do.
 *
 * What waits on the receive line while the last entry is read comes a little later, as on any line: after the next
 * access, if that clears the interrupt of the entry that was read.
 */
import { integer, Listeners, listOf, record, word, type Shaped } from '../../engine/index.js';
import type { Device, Line } from '../device.js';
import { pollsShape, ReceiveLine, type ReceiveLineState } from '../receive-line.js';
import type { SerialPort } from '../serial-port.js';

// Register offsets, DDI 0183 table 3-1.
const UARTDR = 0x000;
const UARTRSR = 0x004;
const UARTFR = 0x018;
const UARTILPR = 0x020;
const UARTIBRD = 0x024;
const UARTFBRD = 0x028;
const UARTLCR_H = 0x02c;
const UARTCR = 0x030;
const UARTIFLS = 0x034;
const UARTIMSC = 0x038;
const UARTRIS = 0x03c;
const UARTMIS = 0x040;
const UARTICR = 0x044;
const UARTDMACR = 0x048;
const UARTPeriphID0 = 0xfe0;

/** UARTPeriphID0..3 and UARTPCellID0..3: part 0x011, designer Arm, revision 1 (r1p4). */
const IDENTIFICATION = [0x11, 0x10, 0x14, 0x00, 0x0d, 0xf0, 0x05, 0xb1];

const FR_TXFE = 1 << 7;
const FR_RXFF = 1 << 6;
const FR_RXFE = 1 << 4;
const LCR_H_FEN = 1 << 4;
const INT_TX = 1 << 5;
const INT_RX = 1 << 4;
/** UARTDR: the byte came with a break condition. */
const DR_BE = 1 << 10;

const FIFO_DEPTH = 16;

/** Registers that only remember what was written. */
const STORED = {
  [UARTILPR]: 'ilpr',
  [UARTIBRD]: 'ibrd',
  [UARTFBRD]: 'fbrd',
  [UARTCR]: 'cr',
  [UARTIFLS]: 'ifls',
  [UARTDMACR]: 'dmacr',
} as const;

const isStored = (offset: number): offset is keyof typeof STORED => offset in STORED;

/** A byte that was received, with its error flags. */
const received = integer(0, 0xfff);
const stateShape = record({
  rsr: word,
  ilpr: word,
  ibrd: word,
  fbrd: word,
  lcrH: word,
  cr: word,
  ifls: word,
  imsc: word,
  ris: word,
  dmacr: word,
  /** The receive FIFO, oldest entry first. */
  fifo: listOf(received, FIFO_DEPTH),
  /** What UARTDR gives when the FIFO is empty: the last entry read. */
  stale: received,
  // Of the receive line.
  waiting: listOf(received),
  polls: pollsShape,
});
export type Pl011State = Shaped<typeof stateShape>;

function powerOn(): Omit<Pl011State, keyof ReceiveLineState> {
  return {
    rsr: 0,
    ilpr: 0,
    ibrd: 0,
    fbrd: 0,
    lcrH: 0,
    cr: 0x300, // RXE, TXE
    ifls: 0x12,
    imsc: 0,
    ris: 0,
    dmacr: 0,
    fifo: [],
    stale: 0,
  };
}

export class Pl011 implements Device<Pl011State>, SerialPort {
  readonly size = 0x1000;
  readonly shape = stateShape;
  readonly transmitted = new Listeners<(byte: number) => void>();
  private s = powerOn();
  private readonly line = new ReceiveLine();

  /** @param interrupt UARTINTR, the combined interrupt */
  constructor(
    readonly name: string,
    private readonly interrupt: Line,
  ) {}

  receive(bytes: Iterable<number>): void {
    this.line.pushBytes(bytes);
    this.fillFifo();
  }

  get waiting(): number {
    return this.s.fifo.length + this.line.length;
  }
  get receivesByInterrupt(): boolean {
    return (this.s.imsc & INT_RX) !== 0;
  }

  get listening(): boolean {
    return this.receivesByInterrupt || this.line.isPolled;
  }

  receiveBreak(): void {
    this.line.push(DR_BE);
    this.fillFifo();
  }

  read(offset: number): number {
    const register = offset & ~3;
    this.fillFifo();
    if (register >= UARTPeriphID0) return IDENTIFICATION[(register - UARTPeriphID0) >> 2];
    if (isStored(register)) return this.s[STORED[register]];
    switch (register) {
      case UARTDR:
        return this.readData();
      case UARTRSR:
        return this.s.rsr;
      case UARTFR:
        this.line.looked();
        return this.flags();
      case UARTLCR_H:
        return this.s.lcrH;
      case UARTIMSC:
        return this.s.imsc;
      case UARTRIS:
        return this.s.ris;
      case UARTMIS:
        return this.s.ris & this.s.imsc;
      default:
        return 0;
    }
  }

  write(offset: number, _size: number, value: number): void {
    const register = offset & ~3;
    if (isStored(register)) {
      this.s[STORED[register]] = value;
      return;
    }
    switch (register) {
      case UARTDR:
        this.line.sent();
        for (const hear of this.transmitted.all) hear(value & 0xff);
        this.raise(INT_TX);
        break;
      case UARTRSR: // UARTECR: any write clears the errors
        this.s.rsr = 0;
        break;
      case UARTLCR_H:
        this.writeLineControl(value);
        break;
      case UARTIMSC:
        this.s.imsc = value;
        this.drive();
        break;
      case UARTICR:
        this.s.ris &= ~value;
        this.fillFifo();
        this.drive();
        break;
    }
  }

  save(): Pl011State {
    return structuredClone({ ...this.s, ...this.line.save() });
  }

  load({ waiting, polls, ...state }: Pl011State): void {
    this.s = structuredClone(state);
    this.line.load({ waiting, polls });
    this.drive();
  }

  private get depth(): number {
    return this.s.lcrH & LCR_H_FEN ? FIFO_DEPTH : 1;
  }

  private flags(): number {
    const { fifo } = this.s;
    return FR_TXFE | (fifo.length === 0 ? FR_RXFE : 0) | (fifo.length >= this.depth ? FR_RXFF : 0);
  }

  private readData(): number {
    const entry = this.s.fifo.shift();
    if (entry !== undefined) this.s.stale = entry;
    this.s.rsr = this.s.stale >>> 8;
    if (this.s.fifo.length > 0) this.fillFifo();
    else if (this.line.length === 0) this.s.ris &= ~INT_RX;
    else this.s.ris |= INT_RX;
    this.drive();
    return this.s.stale;
  }

  /** Switching the FIFOs on or off empties them. */
  private writeLineControl(value: number): void {
    if ((this.s.lcrH ^ value) & LCR_H_FEN) this.s.fifo = [];
    this.s.lcrH = value;
    this.fillFifo();
  }

  private fillFifo(): void {
    const { fifo } = this.s;
    while (this.line.length > 0 && fifo.length < this.depth) {
      fifo.push(this.line.shift()!);
      if (fifo.length === 1) this.raise(INT_RX);
    }
  }

  private raise(interrupts: number): void {
    this.s.ris |= interrupts;
    this.drive();
  }

  private drive(): void {
    this.interrupt.set((this.s.ris & this.s.imsc) !== 0);
  }
}
