/**
 * The guest's serial ports on this process's terminal. On a terminal it is raw, and Ctrl-A is the escape key, as in
 * QEMU: Ctrl-A x quits, Ctrl-A h helps, Ctrl-A Ctrl-A sends a Ctrl-A.
 */
import type { Ending } from '../../host/index.js';
import type { Output } from '../command.js';
import { EscapeKey } from './escape-key.js';
import type { GdbAddress } from './gdb-server.js';
import { RawTerminal } from './raw-terminal.js';
import { StandardIo } from './standard-io.js';

const HELP = [
  '',
  'Ctrl-A h       this help',
  'Ctrl-A x       quit',
  'Ctrl-A Ctrl-A  send Ctrl-A to the guest',
  '',
].join('\r\n');

/** What comes from outside. */
export interface PortEvents {
  /** Bytes for the guest, at a port, or at whichever it attends to. */
  readonly input: (bytes: Uint8Array, port?: string) => void;
  readonly quit: () => void;
  /** Something has been done to the machine. */
  readonly nudge: () => void;
  /** GDB is to be waited for there from now on, or nowhere. */
  readonly moveGdb: (address: GdbAddress | undefined) => void;
}

/** Where a machine's serial ports lead to on this host. */
export interface PortEnds {
  /** What a person at a terminal is told at the start. */
  readonly hint?: string | undefined;
  /** The ports that lead anywhere, by name; all of them unless given. */
  readonly ports?: readonly string[];
  start(): void | Promise<void>;
  /** The run is over. */
  ended?(ending: Ending): void;
  /** Gives a terminal back; what the guest sends is still shown. */
  release(): void;
  stop(): void;
  /** A byte from the guest. */
  transmit(byte: number, port: string): void;
  /** Hands on what the guest has sent so far. */
  flush(): void;
  /** Whole lines on the error stream. */
  beside(text: string): void;
  /** Whether input may still come to a port. */
  isOpen(port: string): boolean;
  /** Whether a port has room for input. */
  wantInput(isWanted: boolean, port: string): void;
  /** Whether somebody is there who may yet have a machine go on that waits for ever. */
  isAttended?(): boolean;
  /** Resolves when more can be sent; undefined if that is now. */
  backlog?(): Promise<void> | undefined;
}

export class Console implements PortEnds {
  readonly hint = 'Ctrl-A x quits, Ctrl-A h helps';
  private readonly escape = new EscapeKey({
    receive: (bytes) => {
      if (this.io.isInputWanted) this.events.input(bytes);
    },
    key: (key) => {
      if (key === 'x') this.events.quit();
      else this.output.out(HELP);
    },
  });
  private readonly io: StandardIo;

  constructor(
    private readonly events: PortEvents,
    private readonly output: Output,
    lineByLine: boolean,
  ) {
    this.io = new StandardIo((data) => this.typed(data), output, lineByLine);
  }

  start(): void {
    this.io.start();
  }
  release(): void {
    this.io.release();
  }
  stop(): void {
    this.io.stop();
  }
  transmit(byte: number): void {
    this.io.transmit(byte);
  }
  flush(): void {
    this.io.flush();
  }
  beside(text: string): void {
    this.io.beside(text);
  }
  isOpen(): boolean {
    return this.io.open;
  }
  /** What is typed while none is wanted is lost, as on any terminal, except for Ctrl-A. */
  wantInput(isWanted: boolean): void {
    this.io.wantInput(isWanted);
  }

  private typed(data: Uint8Array): void {
    if (RawTerminal.present) this.escape.typed(data);
    else this.events.input(data);
  }
}
