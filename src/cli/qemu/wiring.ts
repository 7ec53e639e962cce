/** What is at the machine's serial ports and monitors, all of them at once. */
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
  /** What the guest has sent, and is not written yet. */
  readonly pending: number[];
}

/** Makes the monitor that writes to an endpoint. */
export type MakeMonitor = (write: (text: string) => void) => User;

export class Wiring implements PortEnds {
  readonly ports: readonly string[];
  private readonly cables = new Map<Connection, Cable>();
  private readonly monitors: Cable[] = [];
  /** By port. */
  private readonly cableOf = new Map<string, Cable>();
  private readonly uses: { readonly user: string; readonly connection: Connection }[] = [];
  private terminal: TerminalEndpoint | undefined;
  hint: string | undefined;

  constructor(
    configuration: Configuration,
    machine: Machine,
    private readonly events: PortEvents,
    private readonly shell: Shell,
    private readonly lineByLine: boolean,
    makeMonitor: MakeMonitor,
  ) {
    const { serialPorts } = machine.board;
    for (const [i, line] of configuration.serials.entries()) {
      const port = serialPorts[i] as (typeof serialPorts)[number] | undefined;
      if (line === undefined) continue;
      const cable = this.cable(line);
      this.uses.push({ user: `serial${i}`, connection: line.connection });
      if (port === undefined) continue;
      this.cableOf.set(port.name, cable);
      cable.users.add({
        receive: (bytes) => events.input(bytes, port.name),
        met: () => undefined,
        focus: () => undefined,
        sendBreak: () => machine.receiveBreak(port.name),
      });
      if (line.connection.monitor) this.addMonitor(cable, makeMonitor);
    }
    for (const [i, line] of configuration.monitors.entries()) {
      this.addMonitor(this.cable(line), makeMonitor);
      this.uses.push({ user: `compat_monitor${i}`, connection: line.connection });
    }
    this.ports = [...this.cableOf.keys()];
  }

  private addMonitor(cable: Cable, makeMonitor: MakeMonitor): void {
    this.monitors.push(cable);
    cable.users.add(makeMonitor((text) => cable.endpoint.write(Buffer.from(text))));
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
    const cable = { text, endpoint, users, pending: [] };
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
      case 'tcp':
        return new SocketEndpoint(device, note);
      case 'pty':
        return new PtyEndpoint(note);
      default:
        return new NullEndpoint();
    }
  }

  /** What uses what, as the monitor tells it. */
  get characters(): readonly { readonly user: string; readonly device: string }[] {
    return this.uses.map(({ user, connection }) => ({ user, device: deviceText(connection) }));
  }

  /** All at once: what is waited for may come in any order. @throws QemuError */
  async start(): Promise<void> {
    try {
      await Promise.all(Array.from(this.cables.values(), open));
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

/** As `info chardev` of QEMU shows one. */
function deviceText({ device, shared }: Connection): string {
  if (shared) return 'mux';
  switch (device.kind) {
    case 'file':
      return `file:${device.path}`;
    case 'tcp':
      return `tcp:${device.host}:${device.port}${device.server === undefined ? '' : ',server=on'}`;
    default:
      return device.kind;
  }
}
