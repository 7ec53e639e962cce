/** TCP on this host: a server that takes one client at a time, or a client. */
import { connect, createServer, type Server, type Socket } from 'node:net';
import { QemuError } from '../error.js';
import type { Endpoint, EndpointEvents } from './endpoint.js';
import { failure } from './failure.js';

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
  readonly server?: { readonly wait: boolean };
}

/** Bytes that may wait for a client to take them. */
const MOST_WAITING = 2 ** 25;

export class SocketEndpoint implements Endpoint {
  private socket: Socket | undefined;
  private server: Server | undefined;
  private events: EndpointEvents = { met: () => undefined, hear: () => undefined };
  private isWanted = true;
  private draining: Promise<void> | undefined;

  constructor(
    private readonly address: SocketAddress,
    /** Says that a client is waited for. */
    private readonly note: (text: string) => void,
  ) {}

  open(events: EndpointEvents): Promise<void> {
    this.events = events;
    return this.address.server === undefined ? this.connect() : this.listen(this.address.server.wait);
  }

  private connect(): Promise<void> {
    const { host, port } = this.address;
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, noDelay: true }, () => {
        this.take(socket);
        resolve();
      });
      socket.once('error', (error) =>
        reject(new QemuError(`Failed to connect to '${host}:${port}': ${failure(error)}`)),
      );
    });
  }

  private async listen(wait: boolean): Promise<void> {
    const { host, port } = this.address;
    const server = createServer({ noDelay: true, pauseOnConnect: true });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) =>
        reject(new QemuError(`Failed to find an available port: ${failure(error)}`)),
      );
      server.listen({ host, port, exclusive: true }, resolve);
    });
    const come = new Promise<void>((resolve) => {
      server.on('connection', (socket) => {
        if (this.socket !== undefined) {
          socket.destroy();
          return;
        }
        this.take(socket);
        resolve();
      });
    });
    const bound = server.address();
    if (wait && bound !== null && typeof bound === 'object')
      this.note(`waiting for connection on tcp:${host}:${bound.port}`);
    if (wait) await come;
  }

  private take(socket: Socket): void {
    this.socket = socket;
    socket.removeAllListeners('error');
    socket.on('error', () => socket.destroy());
    socket.on('data', (data: Uint8Array) => this.events.hear(data));
    socket.on('close', () => (this.socket = undefined));
    if (this.isWanted) socket.resume();
    this.events.met();
  }

  /** A guest waits for its client (`backlog`); a client that asks a monitor and never reads is left. */
  write(bytes: Uint8Array): void {
    const { socket } = this;
    if (socket?.writable !== true) return;
    socket.write(bytes);
    if (socket.writableLength > MOST_WAITING) socket.destroy();
  }

  get isConnected(): boolean {
    return this.socket !== undefined;
  }

  get isOpen(): boolean {
    return this.isConnected || this.server !== undefined;
  }

  want(isWanted: boolean): void {
    this.isWanted = isWanted;
    if (isWanted) this.socket?.resume();
    else this.socket?.pause();
  }

  backlog(): Promise<void> | undefined {
    const { socket } = this;
    if (socket?.writableNeedDrain !== true) return undefined;
    this.draining ??= new Promise((resolve) => {
      const done = (): void => {
        socket.off('drain', done).off('close', done);
        this.draining = undefined;
        resolve();
      };
      socket.on('drain', done).on('close', done);
    });
    return this.draining;
  }

  close(): void {
    this.server?.close();
    this.socket?.end();
    this.socket?.unref();
  }
}
