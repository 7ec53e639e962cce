/** The PL011 as the kernel programs it. Arm DDI 0183, chapter 3. */
import type { Board } from '../../machine/index.js';
import type { UartDriver } from './drivers.js';

const UARTDR = 0x000;
const UARTFR = 0x018;
const UARTCR = 0x030;
const UARTIMSC = 0x038;
const UARTICR = 0x044;
const FR_RXFE = 1 << 4;
/** UARTEN, TXE, RXE. */
const CR_ON = 0x301;
/** RXIM and RTIM. */
const RECEIVE = 0x50;

export class Pl011Driver implements UartDriver {
  constructor(
    private readonly bus: Board['bus'],
    private readonly base: number,
  ) {}

  start(): void {
    this.write(UARTCR, CR_ON);
    this.goOn();
  }
  get isStarted(): boolean {
    return this.read(UARTCR) === CR_ON && (this.read(UARTIMSC) & ~RECEIVE) === 0;
  }
  send(byte: number): void {
    this.write(UARTDR, byte);
  }
  receive(): number | undefined {
    const isEmpty = (this.read(UARTFR) & FR_RXFE) !== 0;
    return isEmpty ? undefined : this.read(UARTDR) & 0xff;
  }
  received(): void {
    this.write(UARTICR, RECEIVE);
  }

  pause(): void {
    this.write(UARTIMSC, 0);
  }
  goOn(): void {
    this.write(UARTIMSC, RECEIVE);
  }

  private read(offset: number): number {
    return this.bus.read(this.base + offset, 4);
  }
  private write(offset: number, value: number): void {
    this.bus.write(this.base + offset, 4, value);
  }
}
