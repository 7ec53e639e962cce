/** The kernel's console: the board's UART. */
import { optionValue } from '../command-line.js';
import type { Kernel } from '../kernel.js';
import type { UartDriver } from './drivers.js';
import type { Wait } from '../objects/wait.js';
import { Status } from '../abi/constants.js';
import type { Inspector } from '../state/inspector.js';

/** Input bytes that wait for a reader; more stay in the UART, whose interrupt is masked until there is room. */
const INPUT_MAX = 4096;

export class KernelConsole {
  private readonly input: number[] = [];
  /** Threads in debug_read. */
  private readonly readers = new Set<Wait>();
  /** Not with kernel.serial=none: docs/kernel_cmdline.md. */
  private readonly isOn: boolean;

  constructor(
    kernel: Kernel,
    private readonly uart: UartDriver,
  ) {
    this.isOn = optionValue(kernel.commandLine, 'kernel.serial') !== 'none';
    if (this.isOn) uart.start();
  }

  /** Writes text, with CR before each LF. */
  write(text: string): void {
    this.writeBytes(new TextEncoder().encode(text));
  }
  writeBytes(bytes: Uint8Array): void {
    if (!this.isOn) return;
    for (const byte of bytes) {
      if (byte === 0x0a) this.uart.send(0x0d);
      this.uart.send(byte);
    }
  }

  /** The UART has input. */
  interrupt(): void {
    for (let byte = this.next(); byte !== undefined; byte = this.next()) this.input.push(byte);
    if (this.isFull) this.uart.pause();
    else this.uart.received();
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
    const wasFull = this.isFull;
    this.input.splice(0, length);
    if (wasFull && !this.isFull) this.uart.goOn();
  }
  /** The UART's next byte, or undefined; none as long as there is no room for it. */
  private next(): number | undefined {
    return this.isFull ? undefined : this.uart.receive();
  }
  private get isFull(): boolean {
    return this.input.length >= INPUT_MAX;
  }
  get hasInput(): boolean {
    return this.input.length > 0;
  }
  addReader(wait: Wait): void {
    this.readers.add(wait);
  }
  hasReader(wait: Wait): boolean {
    return this.readers.has(wait);
  }
  removeReader(wait: Wait): void {
    this.readers.delete(wait);
  }

  audit(inspector: Inspector): void {
    inspector.ensure(!this.isOn || this.uart.isStarted, 'the UART interrupts for input alone');
    inspector.index(this.input.length, INPUT_MAX + 1, 'input');
    for (const byte of this.input) inspector.index(byte, 256, 'a byte of input');
    for (const wait of this.readers)
      inspector.ensure(wait.thread.wait === wait, 'who reads the console waits for it');
  }
}
