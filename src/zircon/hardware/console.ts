/** The kernel's console: the board's UART, a PL011. Arm DDI 0183. */
import { MAP } from '../../machine/index.js';
import { optionValue } from '../command-line.js';
import type { Kernel } from '../kernel.js';
import type { Wait } from '../objects/wait.js';
import { Status } from '../abi/constants.js';

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
/** Input bytes that wait for a reader; more are lost, as with a real FIFO. */
const INPUT_MAX = 4096;

export class KernelConsole {
  private readonly input: number[] = [];
  /** Threads in debug_read. */
  private readonly readers = new Set<Wait>();
  /** Not with kernel.serial=none: docs/kernel_cmdline.md. */
  private readonly isOn: boolean;

  constructor(private readonly kernel: Kernel) {
    this.isOn = optionValue(kernel.commandLine, 'kernel.serial') !== 'none';
    if (!this.isOn) return;
    this.register(UARTCR, CR_ON);
    this.register(UARTIMSC, RECEIVE);
  }

  private register(offset: number, value: number): void {
    this.kernel.machine.board.bus.write(MAP.UART.base + offset, 4, value);
  }

  /** Writes text, with CR before each LF. */
  write(text: string): void {
    this.writeBytes(new TextEncoder().encode(text));
  }
  writeBytes(bytes: Uint8Array): void {
    if (!this.isOn) return;
    for (const byte of bytes) {
      if (byte === 0x0a) this.register(UARTDR, 0x0d);
      this.register(UARTDR, byte);
    }
  }

  /** The UART has input. */
  interrupt(): void {
    const { bus } = this.kernel.machine.board;
    while ((bus.read(MAP.UART.base + UARTFR, 4) & FR_RXFE) === 0) {
      const byte = bus.read(MAP.UART.base + UARTDR, 4) & 0xff;
      if (this.input.length < INPUT_MAX) this.input.push(byte);
    }
    this.register(UARTICR, RECEIVE);
    for (const reader of [...this.readers]) {
      if (this.hasInput) reader.thread.unblock(Status.OK);
    }
  }

  /** The first bytes of input, at most `length`, which stay. */
  peek(length: number): Uint8Array {
    return Uint8Array.from(this.input.slice(0, length));
  }
  /** Takes that many bytes out. */
  consume(length: number): void {
    this.input.splice(0, length);
  }
  get hasInput(): boolean {
    return this.input.length > 0;
  }
  addReader(wait: Wait): void {
    this.readers.add(wait);
  }
  removeReader(wait: Wait): void {
    this.readers.delete(wait);
  }
}
