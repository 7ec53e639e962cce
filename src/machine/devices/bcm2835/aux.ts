/**
 * The auxiliary peripherals of the BCM2835 (Broadcom, "BCM2835 ARM Peripherals", chapter 2), of which QEMU 7.2 has the
 * mini UART, always enabled. Bytes leave at once, so there is always room to send; line control, scratch, extra control
 * and baud rate read as zero, and there is no divisor latch: what a driver writes to it is sent.
 */
import { integer, Listeners, listOf, listOfExactly, record, type Shaped } from '../../../engine/index.js';
import type { AccessSize, Device, Line } from '../../device.js';
import { pollsShape, ReceiveLine, type ReceiveLineState } from '../../receive-line.js';
import type { SerialPort } from '../../serial-port.js';

// Register offsets, section 2.1.
const AUX_IRQ = 0x00;
const AUX_ENABLES = 0x04;
const AUX_MU_IO = 0x40;
const AUX_MU_IER = 0x44;
const AUX_MU_IIR = 0x48;
const AUX_MU_LSR = 0x54;
const AUX_MU_CNTL = 0x60;
const AUX_MU_STAT = 0x64;

const ENABLES_UART = 1;
/** Bits of the interrupt enable register: the manual has them the other way round, which its errata correct. */
const INT_RX = 1 << 0;
const INT_TX = 1 << 1;
const IER_FIFOS = 0xc0; // always read so
const IIR_NONE = 1 << 0;
const IIR_TX = 1 << 1;
const IIR_RX = 1 << 2;
const IIR_CLEAR_RX = 1 << 1;
const LSR_DATA = 1 << 0;
const LSR_IDLE = 0x60; // transmitter empty, and room in its FIFO
const CNTL_ENABLED = 0x3; // receiver and transmitter
const STAT_DATA = 1 << 0;
const STAT_IDLE = 0x30e; // room to send, both sides idle, nothing waits to be sent
const STAT_RX_LEVEL = 16;

const FIFO_DEPTH = 8;

const byte = integer(0, 0xff);
const stateShape = record({
  ier: integer(0, INT_TX | INT_RX),
  /** The receive FIFO is a ring; reading an empty one gives what is left in it. */
  ring: listOfExactly(FIFO_DEPTH, byte),
  first: integer(0, FIFO_DEPTH - 1),
  count: integer(0, FIFO_DEPTH),
  // Of the receive line.
  waiting: listOf(byte),
  polls: pollsShape,
});
export type AuxState = Shaped<typeof stateShape>;

const powerOn = (): Omit<AuxState, keyof ReceiveLineState> => ({
  ier: 0,
  ring: Array<number>(FIFO_DEPTH).fill(0),
  first: 0,
  count: 0,
});

export class Aux implements Device<AuxState>, SerialPort {
  readonly size = 0x100;
  readonly shape = stateShape;
  readonly transmitted = new Listeners<(byte: number) => void>();
  private s = powerOn();
  private readonly line = new ReceiveLine();

  /** @param name that of its UART; @param interrupt the one of all auxiliary peripherals */
  constructor(
    readonly name: string,
    private readonly interrupt: Line,
  ) {}

  receive(bytes: Iterable<number>): void {
    this.line.pushBytes(bytes);
    this.fillFifo();
  }

  /** It has no way to tell of one. */
  receiveBreak(): void {}

  get waiting(): number {
    return this.s.count + this.line.length;
  }

  get receivesByInterrupt(): boolean {
    return (this.s.ier & INT_RX) !== 0;
  }

  get listening(): boolean {
    return this.receivesByInterrupt || this.line.isPolled;
  }

  read(offset: number): number {
    const hasData = this.s.count > 0;
    switch (offset) {
      case AUX_IRQ:
        return this.interrupts !== 0 ? ENABLES_UART : 0;
      case AUX_ENABLES:
        return ENABLES_UART;
      case AUX_MU_IO:
        return this.readData();
      case AUX_MU_IER:
        return IER_FIFOS | this.s.ier;
      case AUX_MU_IIR:
        return IER_FIFOS | (hasData ? IIR_RX : IIR_TX) | (this.interrupts === 0 ? IIR_NONE : 0);
      case AUX_MU_LSR:
        this.line.looked();
        return LSR_IDLE | (hasData ? LSR_DATA : 0);
      case AUX_MU_CNTL:
        return CNTL_ENABLED;
      case AUX_MU_STAT:
        this.line.looked();
        return STAT_IDLE | (hasData ? STAT_DATA | (this.s.count << STAT_RX_LEVEL) : 0);
      default:
        return 0;
    }
  }

  write(offset: number, _size: AccessSize, value: number): void {
    switch (offset) {
      case AUX_MU_IO:
        this.line.sent();
        for (const hear of this.transmitted.all) hear(value & 0xff);
        break;
      case AUX_MU_IER:
        this.s.ier = value & (INT_TX | INT_RX);
        break;
      case AUX_MU_IIR:
        if ((value & IIR_CLEAR_RX) !== 0) this.s.count = 0;
        break;
    }
    this.fillFifo();
  }

  save(): AuxState {
    return structuredClone({ ...this.s, ...this.line.save() });
  }

  load({ waiting, polls, ...state }: AuxState): void {
    this.s = structuredClone(state);
    this.line.load({ waiting, polls });
    this.drive();
  }

  /** What interrupts now: to send there is always room. */
  private get interrupts(): number {
    return this.s.ier & (INT_TX | (this.s.count > 0 ? INT_RX : 0));
  }

  private readData(): number {
    const { s } = this;
    const data = s.ring[s.first];
    if (s.count > 0) {
      s.count -= 1;
      s.first = (s.first + 1) % FIFO_DEPTH;
    }
    this.fillFifo();
    return data;
  }

  /** And tells of it by the interrupt. */
  private fillFifo(): void {
    const { s } = this;
    while (this.line.length > 0 && s.count < FIFO_DEPTH) {
      s.ring[(s.first + s.count) % FIFO_DEPTH] = this.line.shift()!;
      s.count += 1;
    }
    this.drive();
  }

  private drive(): void {
    this.interrupt.set(this.interrupts !== 0);
  }
}
