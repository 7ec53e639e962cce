/** GDB's end of a connection, for tests: packets to a stub, and the machine run as it says. */
import { Debugger, GdbStub, type DebuggerOptions, type Machine } from '../src/index.js';
import { framed, PacketReader } from '../src/debug/gdb/framing.js';
import { bytesOf, bytesToHex, hexToBytes, textOf } from '../src/debug/gdb/hex.js';

export class GdbClient {
  readonly debug: Debugger;
  readonly stub: GdbStub;
  /** Packets that have come, oldest first. */
  readonly packets: string[] = [];
  /** Bytes that have come. */
  received = 0;
  isKilled = false;
  private readonly reader: PacketReader;

  constructor(
    readonly machine: Machine,
    options: DebuggerOptions = {},
  ) {
    this.debug = new Debugger(machine, options);
    this.debug.killed.add(() => (this.isKilled = true));
    this.reader = new PacketReader({
      packet: (bytes) => this.packets.push(textOf(bytes)),
      broken: () => this.packets.push('broken'),
      acknowledged: () => undefined,
      interrupt: () => undefined,
    });
    this.stub = new GdbStub(this.debug, (bytes) => {
      this.received += bytes.length;
      for (const byte of bytes) this.reader.take(byte);
    });
  }

  /** Sends a packet, has the machine run if it may, and gives the answers. */
  ask(text: string, instructions = 100_000): string {
    this.packets.length = 0;
    this.stub.receive(framed(text));
    this.run(instructions);
    return this.packets.join(' ');
  }
  /** Runs a machine that is not halted. */
  run(instructions: number): void {
    const { debug, machine } = this;
    const last = machine.instructions + instructions;
    while (!debug.isHalted && machine.instructions < last) {
      const reason = machine.run({ instructions: last - machine.instructions });
      if (reason === 'break') debug.reached();
      else if (reason !== 'limit') return;
    }
  }

  interrupt(): void {
    this.packets.length = 0;
    this.stub.receive(Uint8Array.of(3));
  }

  /** What a monitor command says. */
  monitor(command: string): string {
    this.ask(`qRcmd,${bytesToHex(bytesOf(command))}`);
    return this.packets
      .filter((packet) => packet !== 'OK')
      .map((packet) => textOf(hexToBytes(packet.slice(1)) ?? new Uint8Array()))
      .join('');
  }

  /** All of an object that `qXfer` reads. */
  read(object: string): string {
    let text = '';
    for (;;) {
      const part = this.ask(`qXfer:${object}:${text.length.toString(16)},100`);
      if (part[0] !== 'm' && part[0] !== 'l') throw new Error(`${object}: ${part}`);
      text += part.slice(1);
      if (part[0] === 'l') return text;
    }
  }
}
