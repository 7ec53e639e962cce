/** Ctrl-A in what is typed, as in QEMU: the key behind it is for this program, unless that is Ctrl-A again. */

const CTRL_A = 0x01;

export interface TypedListener {
  /** What is for whoever is connected. */
  receive(bytes: Uint8Array): void;
  /** The key behind Ctrl-A. */
  key(key: string): void;
}

export class EscapeKey {
  private escaped = false;

  constructor(private readonly listener: TypedListener) {}

  /** Hears what is typed. */
  typed(data: Uint8Array): void {
    let bytes: number[] = [];
    const hand = (): void => {
      if (bytes.length > 0) this.listener.receive(Uint8Array.from(bytes));
      bytes = [];
    };
    for (const byte of data) {
      if (this.escaped) {
        this.escaped = false;
        if (byte === CTRL_A) bytes.push(byte);
        else {
          hand();
          this.listener.key(String.fromCharCode(byte));
        }
      } else if (byte === CTRL_A) this.escaped = true;
      else bytes.push(byte);
    }
    hand();
  }
}
