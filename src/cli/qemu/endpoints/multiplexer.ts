/**
 * One endpoint for several: serial ports and a monitor. What they send is all shown; what comes is for one of them, which
 * Ctrl-A c changes, as in QEMU.
 */
import { EscapeKey } from '../../run/escape-key.js';

/** One of those that share an endpoint, or that has it for itself. */
export interface User {
  /** Somebody is at the other end, perhaps anew. */
  met(): void;
  receive(bytes: Uint8Array): void;
  /** What comes is for it from now on, or no more. */
  focus(isFocused: boolean): void;
  /** Ctrl-A b. */
  sendBreak(): void;
}

const HELP = [
  '',
  'Ctrl-A h       this help',
  'Ctrl-A x       quit',
  'Ctrl-A b       send a break',
  'Ctrl-A c       switch between console and monitor',
  'Ctrl-A Ctrl-A  send Ctrl-A',
  '',
].join('\r\n');

export class Multiplexer {
  private readonly users: User[] = [];
  private focused = 0;
  private readonly escape = new EscapeKey({
    receive: (bytes) => this.user?.receive(bytes),
    key: (key) => this.key(key),
  });

  constructor(
    private readonly events: { readonly quit: () => void; readonly show: (text: string) => void },
    /** Whether Ctrl-A is a key like others. */
    private readonly isPlain: boolean,
  ) {}

  add(user: User): void {
    this.users.push(user);
  }

  /** Somebody is at the other end. */
  begin(): void {
    for (const user of this.users) user.met();
    this.user?.focus(true);
  }

  /** Who has what comes. */
  get user(): User | undefined {
    return this.users[this.focused];
  }

  receive(data: Uint8Array): void {
    if (this.isPlain) this.user?.receive(data);
    else this.escape.typed(data);
  }

  private key(key: string): void {
    switch (key) {
      case 'x':
        this.events.quit();
        break;
      case 'c':
        this.user?.focus(false);
        this.focused = (this.focused + 1) % this.users.length;
        this.user?.focus(true);
        break;
      case 'b':
        this.user?.sendBreak();
        break;
      default:
        this.events.show(HELP);
    }
  }
}
