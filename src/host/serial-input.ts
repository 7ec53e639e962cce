/** Input for serial ports of a machine: it is kept until the guest attends to one and has room for it. */
import { InputQueue, type Machine, type SerialPort } from '../machine/index.js';

/** Bytes that the machine is given ahead of its guest; and beyond which whoever brings them is to pause. */
const GIVEN = 65536;
const KEPT = 65536;

export class SerialInput {
  private readonly waiting = new InputQueue();
  private isPaused = false;

  constructor(
    private readonly machine: Machine,
    /** The port that it is for now; undefined while the guest attends to none. */
    private readonly attended: () => SerialPort | undefined,
    /** Tells whoever brings input to pause, and later to go on. */
    private readonly wanted: (isWanted: boolean) => void,
  ) {}

  receive(bytes: Uint8Array): void {
    for (const byte of bytes) this.waiting.push(byte);
    this.ask();
  }

  /** Gives the machine what it has room for. */
  deliver(): void {
    const { machine, waiting } = this;
    const port = waiting.length === 0 ? undefined : this.attended();
    if (port === undefined) return;
    const room = GIVEN - port.waiting;
    if (room < GIVEN / 2) return;
    machine.receive(waiting.take(room), port.name);
    this.ask();
  }

  private ask(): void {
    const isWanted = this.waiting.length < (this.isPaused ? KEPT / 2 : KEPT);
    if (isWanted !== this.isPaused) return;
    this.isPaused = !isWanted;
    this.wanted(isWanted);
  }
}
