/** What is at the machine's serial ports and monitors, all of them at once. */
import type { Ending } from '../../host/index.js';
import type { Machine } from '../../machine/index.js';
import type { Shell } from '../command.js';
import type { PortEnds, PortEvents } from '../run/console.js';
import { NullEndpoint, type Endpoint } from './endpoints/endpoint.js';
import { FileEndpoint } from './endpoints/file.js';
import { Multiplexer, type User } from './endpoints/multiplexer.js';
import { PtyEndpoint } from './endpoints/pty.js';
import { SocketEndpoint } from './endpoints/socket.js';
import { TerminalEndpoint } from './endpoints/terminal.js';
import { QemuError } from './error.js';
import type { CharacterDevice, Connection } from './options/characters.js';
import type { Configuration, Line } from './options/configuration.js';

/** An endpoint with those who use it. */
interface Cable {
  readonly text: string;
  readonly endpoint: Endpoint;
  readonly users: Multiplexer;
  readonly isShared: boolean;
  /** What the guest has sent, and is not written yet. */
  readonly pending: number[];
}

/** Makes the monitor of a line, which writes to its endpoint. */
export type MakeMonitor = (line: Line, write: (text: string) => void) => User;

export class Wiring implements PortEnds {
  readonly ports: readonly string[];
  private readonly cables = new Map<Connection, Cable>();
  private readonly monitors: Cable[] = [];
  /** By port. */
  private readonly cableOf = new Map<string, Cable>();
  private readonly uses: { readonly user: string; readonly cable: Cable }[] = [];
  private terminal: TerminalEndpoint | undefined;
  hint: string | undefined;

  constructor(
    configuration: Configuration,
    machine: Machine,
    private readonly events: PortEvents,
    private readonly shell: Shell,
    private readonly lineByLine: boolean,
    makeMonitor: MakeMonitor,
    private readonly run: {
      readonly ready: () => void;
      readonly ended: (ending: Ending) => void;
      /** What is to be written beside is to be written now. */
      readonly flush: () => void;
    },
  ) {
    const { serialPorts } = machine.board;
    for (const [i, line] of configuration.serials.entries()) {
      const port = serialPorts[i] as (typeof serialPorts)[number] | undefined;
      if (line === undefined) continue;
      const cable = this.cable(line);
      this.use(line, `serial${i}`, cable);
      if (port === undefined) continue;
      this.cableOf.set(port.name, cable);
      cable.users.add({
        receive: (bytes) => events.input(bytes, port.name),
        met: () => undefined,
        focus: () => undefined,
        sendBreak: () => machine.receiveBreak(port.name),
      });
      if (line.connection.monitor) this.addMonitor(line, cable, makeMonitor);
    }
    for (const [i, line] of configuration.monitors.entries()) {
      const cable = this.cable(line);
      this.addMonitor(line, cable, makeMonitor);
      this.use(line, `compat_monitor${i}`, cable);
    }
    this.addSemihosting(configuration.semihosting, machine);
    this.ports = [...this.cableOf.keys()];
  }

  /** Its console has what it sends shown beside others; what comes is its own only where it is alone. */
  private addSemihosting(line: Line | undefined, { semihosting }: Machine): void {
    if (line === undefined || semihosting === undefined) return;
    const isAlone = !this.cables.has(line.connection);
    const { name } = semihosting.console;
    const cable = this.cable(line);
    this.cableOf.set(name, cable);
    if (line.connection.id !== undefined) this.use(line, name, cable);
    if (!isAlone) return;
    cable.users.add({
      receive: (bytes) => this.events.input(bytes, name),
      met: () => undefined,
      focus: () => undefined,
      sendBreak: () => undefined,
    });
  }

  private addMonitor(line: Line, cable: Cable, makeMonitor: MakeMonitor): void {
    this.monitors.push(cable);
    cable.users.add(makeMonitor(line, (text) => cable.endpoint.write(Buffer.from(text))));
  }

  /** Notes who uses a cable; several who share one are there once. */
  private use({ connection: { id } }: Line, user: string, cable: Cable): void {
    if (!this.uses.some((each) => each.cable === cable)) this.uses.push({ user: id ?? user, cable });
  }

  /** The cable of a line, which others may share. */
  private cable({ text, connection }: Line): Cable {
    const present = this.cables.get(connection);
    if (present !== undefined) return present;
    const { device, shared } = connection;
    const endpoint = this.endpoint(device, shared);
    const users = new Multiplexer(
      { quit: () => this.events.quit(), show: (help) => endpoint.write(Buffer.from(help)) },
      !shared,
    );
    const cable = { text, endpoint, users, isShared: shared, pending: [] };
    this.cables.set(connection, cable);
    return cable;
  }

  private endpoint(device: CharacterDevice, shared: boolean): Endpoint {
    const note = (text: string): void => this.beside(`firstlight: ${text}\n`);
    switch (device.kind) {
      case 'stdio':
        this.terminal = new TerminalEndpoint(this.shell, this.lineByLine, shared);
        this.hint = shared ? 'Ctrl-A x quits, Ctrl-A h helps' : 'Ctrl-C quits';
        return this.terminal;
      case 'file':
        return new FileEndpoint(device.path, device.append, note);
      case 'socket':
        return new SocketEndpoint(device.address, note);
      case 'pty':
        return new PtyEndpoint(note);
      default:
        return new NullEndpoint(device.kind);
    }
  }

  /** What uses what, as the monitor tells it. */
  get characters(): readonly { readonly user: string; readonly device: string }[] {
    return this.uses.flatMap(({ user, cable }) => {
      const { name } = cable.endpoint;
      if (!cable.isShared) return [{ user, device: name }];
      return [
        { user: `${user}-base`, device: name },
        { user, device: 'mux' },
      ];
    });
  }

  /** All at once: what is waited for may come in any order. @throws QemuError */
  async start(): Promise<void> {
    try {
      await Promise.all(Array.from(this.cables.values(), open));
      this.run.ready();
    } catch (error) {
      this.stop();
      throw error;
    }
  }

  transmit(byte: number, port: string): void {
    this.cableOf.get(port)?.pending.push(byte);
  }

  flush(): void {
    for (const { endpoint, pending } of this.cables.values()) {
      if (pending.length > 0) endpoint.write(Uint8Array.from(pending));
      pending.length = 0;
    }
    this.terminal?.flush();
    this.run.flush();
  }

  beside(text: string): void {
    if (this.terminal === undefined) this.shell.error(text);
    else this.terminal.beside(text);
  }

  isOpen(port: string): boolean {
    return this.cableOf.get(port)?.endpoint.isOpen === true;
  }

  isAttended(): boolean {
    return this.monitors.some(({ endpoint }) => endpoint.isOpen);
  }

  wantInput(isWanted: boolean, port: string): void {
    this.cableOf.get(port)?.endpoint.want(isWanted);
  }

  backlog(): Promise<void> | undefined {
    for (const { endpoint } of this.cables.values()) {
      const backlog = endpoint.backlog();
      if (backlog !== undefined) return backlog;
    }
    return undefined;
  }

  ended(ending: Ending): void {
    this.run.ended(ending);
  }

  release(): void {
    this.terminal?.release();
  }

  stop(): void {
    this.flush();
    for (const { endpoint } of this.cables.values()) endpoint.close();
  }
}

async function open({ text, endpoint, users }: Cable): Promise<void> {
  try {
    await endpoint.open({ met: () => users.begin(), hear: (bytes) => users.receive(bytes) });
  } catch (error) {
    throw error instanceof QemuError ? new QemuError(`${text}: ${error.message}`) : error;
  }
}
