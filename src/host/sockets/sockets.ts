/**
 * The sockets behind a network of a guest's. What the guest sends goes to the system at once; what comes is kept until it
 * is delivered, between two pieces of the machine's run.
 */
import { spawn } from 'node:child_process';
import { getServers } from 'node:dns';
import { connect } from 'node:net';
import { Duplex } from 'node:stream';
import {
  ipv4Text,
  parseIpv4,
  type NetworkEvent,
  type NetworkHost,
  type Target,
} from '../../network/index.js';
import { isAllowed, type Allowed } from './allowed.js';
import { HostConnection } from './connection.js';
import { HostFlow } from './datagrams.js';
import { readServed } from './files.js';
import { TcpListener, UdpListener, type Forward, type Listening } from './forwards.js';

/** What a `guestfwd` leads to: a program that is started for each connection, or a port. */
export type GuestForwardTarget =
  | { readonly kind: 'command'; readonly command: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number };

export interface SocketsOptions {
  readonly allowed?: readonly Allowed[] | undefined;
  readonly guestForwards?: readonly GuestForwardTarget[] | undefined;
  readonly tftpDirectory?: string | undefined;
  /** Tells people something, in one line. */
  readonly note?: (text: string) => void;
}

/** The network that the sockets are for. */
export interface ServedNetwork {
  host: NetworkHost;
  /** Whether anything of the guest's leads out. */
  readonly isBusy: boolean;
  /** Bytes that a connection takes now; undefined if there is none of that number. */
  room(id: number): number | undefined;
  /** Has something enter; the number of the connection that was accepted, or 0. */
  enter(event: NetworkEvent): number;
}

/** Addresses that are told of once they were refused. */
const MOST_TOLD = 20;

export class HostSockets implements NetworkHost {
  /** Called when there is something to deliver. */
  onArrival = (): void => undefined;
  private readonly connections = new Map<number, HostConnection>();
  private readonly flows = new Map<number, HostFlow>();
  private readonly listeners = new Set<TcpListener | UdpListener>();
  private lastListener = 0;
  /** What needs no socket. */
  private events: NetworkEvent[] = [];
  private readonly told = new Set<string>();
  private isQuiet = true;

  constructor(
    private readonly network: ServedNetwork,
    private readonly options: SocketsOptions = {},
  ) {
    network.host = this;
  }

  /** Ports that are listened at, in the order in which they were asked for. */
  get listening(): readonly Listening[] {
    return [...this.listeners];
  }

  /** Whether somebody may yet come, or something may. */
  get isOpen(): boolean {
    return this.listeners.size > 0 || this.connections.size > 0 || this.flows.size > 0;
  }

  /** Listens. Rejects with the system's error. */
  async forward(forward: Forward): Promise<Listening> {
    const stir = (): void => this.stir();
    this.lastListener += 1;
    const listener =
      forward.protocol === 'tcp'
        ? await TcpListener.listen(forward, stir)
        : await UdpListener.listen(forward, this.lastListener, stir);
    this.listeners.add(listener);
    return listener;
  }

  /** Listens no more; connections that have come stay. */
  stopListening(listening: Listening): void {
    listening.close();
    this.listeners.delete(listening as TcpListener | UdpListener);
  }

  /** Gives up all of it. */
  close(): void {
    for (const listener of this.listeners) listener.close();
    for (const connection of this.connections.values()) connection.abort();
    for (const flow of this.flows.values()) flow.close();
    this.listeners.clear();
    this.connections.clear();
    this.flows.clear();
  }

  /** A machine that had other sockets has none of them any more: its guest is told, and starts anew. */
  begin(): void {
    if (this.network.isBusy) this.network.enter({ what: 'lost' });
  }

  /** Gives the network what has come, as far as it has room. */
  deliver(): void {
    // What waits for room has it, maybe, without anything having come.
    if (this.isQuiet && this.connections.size === 0) return;
    this.isQuiet = true;
    for (const event of this.events.splice(0)) this.network.enter(event);
    for (const listener of this.listeners) {
      if (listener instanceof TcpListener) this.accept(listener);
      else for (const event of listener.events()) this.network.enter(event);
    }
    for (const connection of this.connections.values()) this.deliverFrom(connection);
    for (const flow of this.flows.values()) for (const event of flow.events()) this.network.enter(event);
  }

  private deliverFrom(connection: HostConnection): void {
    const { id } = connection;
    if (this.network.room(id) === undefined) {
      // The network has forgotten it; what was on its way out still goes.
      this.connections.delete(id);
      connection.end();
      return;
    }
    for (const event of connection.events(() => this.network.room(id) ?? 0)) this.network.enter(event);
    if (connection.isOver) this.connections.delete(id);
  }

  private accept(listener: TcpListener): void {
    for (const socket of listener.waiting.splice(0)) {
      const id = socket.destroyed ? 0 : this.network.enter(listener.event(socket));
      if (id === 0) socket.resetAndDestroy();
      else {
        this.connections.set(id, new HostConnection(id, socket, () => this.stir(), true));
        socket.resume();
      }
    }
  }

  private stir(): void {
    this.isQuiet = false;
    this.onArrival();
  }
  private answer(event: NetworkEvent): void {
    this.events.push(event);
    this.stir();
  }

  // What the network asks for.

  connect(id: number, target: Target): void {
    const stream = this.open(target);
    if (stream === undefined) this.answer({ what: 'unreachable', id, code: 0 });
    else this.connections.set(id, new HostConnection(id, stream, () => this.stir(), false));
  }

  private open(target: Target): Duplex | undefined {
    if (target.kind === 'forward') return this.openForward(target.address);
    const address = this.addressOf(target, 'tcp');
    return address === undefined
      ? undefined
      : connect({ host: ipv4Text(address), port: target.port, allowHalfOpen: true });
  }

  private openForward(number: number): Duplex | undefined {
    const target = this.options.guestForwards?.[number];
    if (target?.kind === 'tcp') return connect({ ...target, allowHalfOpen: true });
    if (target === undefined) return undefined;
    const child = spawn(target.command, { shell: true, stdio: ['pipe', 'pipe', 'inherit'] });
    const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
    child.on('spawn', () => stream.emit('connect'));
    child.on('error', (error) => stream.destroy(error));
    stream.on('close', () => child.kill());
    return stream;
  }

  write(id: number, content: Uint8Array): void {
    this.connections.get(id)?.write(content);
  }
  end(id: number): void {
    this.connections.get(id)?.end();
  }
  abort(id: number): void {
    this.connections.get(id)?.abort();
    this.connections.delete(id);
  }

  sendDatagram(id: number, forward: number, target: Target, content: Uint8Array): void {
    const address = this.addressOf(target, 'udp');
    if (address === undefined) return this.answer({ what: 'unreachable', id, code: 0 });
    const listener = [...this.listeners].find(
      (each) => each instanceof UdpListener && each.number === forward,
    );
    if (listener instanceof UdpListener) listener.send(content, address, target.port);
    else this.flow(id).send(content, address, target.port);
  }

  private flow(id: number): HostFlow {
    const known = this.flows.get(id);
    if (known !== undefined) return known;
    const flow = new HostFlow(
      id,
      (address) => this.isWelcome(address),
      () => this.stir(),
    );
    this.flows.set(id, flow);
    return flow;
  }

  /** Whether datagrams from there are for the guest. */
  private isWelcome(address: number): boolean {
    return address === nameServer() || isAllowed(this.options.allowed ?? [], { address });
  }

  closeFlow(id: number): void {
    this.flows.get(id)?.close();
    this.flows.delete(id);
  }

  readFile(id: number, name: string, offset: number, length: number): void {
    this.answer(readServed(this.options.tftpDirectory, id, name, offset, length));
  }

  /** The address on the host; undefined if the guest may not go there, or there is no name server. */
  private addressOf(target: Target, protocol: 'tcp' | 'udp'): number | undefined {
    if (target.kind === 'dns') {
      const server = nameServer();
      if (server === undefined) this.tell('this host has no name server with an IPv4 address');
      return server;
    }
    if (isAllowed(this.options.allowed ?? [], target)) return target.address;
    const place = `${ipv4Text(target.address)}:${target.port}`;
    this.tell(`the guest may not reach ${place} (${protocol}): --net-allow ${place} would let it`);
    return undefined;
  }

  private tell(text: string): void {
    if (this.told.size >= MOST_TOLD || this.told.has(text)) return;
    this.told.add(text);
    this.options.note?.(text);
  }
}

/** That of the host: the first one with an IPv4 address. */
function nameServer(): number | undefined {
  return getServers()
    .map(parseIpv4)
    .find((address) => address !== undefined);
}
