/** A socket on this host, of TCP or in a file: a server that takes one client at a time, or a client. */
import { lstatSync, statSync, unlinkSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import { QemuError } from '../error.js';
import type { Endpoint, EndpointEvents } from './endpoint.js';
import { failure } from './failure.js';

/** Where it is, as Node takes it. */
type Place = { readonly host: string; readonly port: number } | { readonly path: string };
export type SocketAddress = Place & { readonly server?: { readonly wait: boolean } };

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

  get name(): string {
    const { server } = this.address;
    const text = `${this.placeText}${server === undefined ? '' : ',server=on'}`;
    if (this.socket === undefined) return `disconnected:${text}`;
    const { remoteAddress, remotePort } = this.socket;
    return remoteAddress === undefined ? text : `${text} <-> ${remoteAddress}:${remotePort}`;
  }

  private get placeText(): string {
    const { address } = this;
    return 'path' in address ? `unix:${address.path}` : `tcp:${address.host}:${this.port ?? address.port}`;
  }
  /** That of the server, which may be one that the system has chosen. */
  private get port(): number | undefined {
    const bound = this.server?.address() ?? undefined;
    return typeof bound === 'object' ? bound.port : undefined;
  }

  open(events: EndpointEvents): Promise<void> {
    this.events = events;
    return this.address.server === undefined ? this.connect() : this.listen(this.address.server.wait);
  }

  private connect(): Promise<void> {
    const { address } = this;
    const where = 'path' in address ? address.path : `${address.host}:${address.port}`;
    return new Promise((resolve, reject) => {
      const socket = connect({ ...address, noDelay: true }, () => {
        this.take(socket);
        resolve();
      });
      socket.once('error', (error) =>
        reject(new QemuError(`Failed to connect to '${where}': ${failure(error)}`)),
      );
    });
  }

  private async listen(wait: boolean): Promise<void> {
    const { address } = this;
    if ('path' in address) removeSocket(address.path);
    const server = createServer({ noDelay: true, pauseOnConnect: true });
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error) => reject(new QemuError(bindError(address, error))));
      server.listen({ ...address, exclusive: true }, resolve);
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
    if (!wait) return;
    this.note(`waiting for connection on ${this.placeText}`);
    await come;
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

/** Why there is no server. Node says that a directory that there is not must not be written to. */
function bindError(place: Place, error: NodeJS.ErrnoException): string {
  if (!('path' in place)) return `Failed to find an available port: ${failure(error)}`;
  let reason = error;
  try {
    statSync(dirname(place.path));
  } catch (missing) {
    reason = missing as NodeJS.ErrnoException;
  }
  return `Failed to bind socket to ${place.path}: ${failure(reason)}`;
}

/** A socket that nobody has removed, as a killed process leaves it; QEMU takes its place as well. */
function removeSocket(path: string): void {
  try {
    if (lstatSync(path).isSocket()) unlinkSync(path);
  } catch {
    // That it cannot be made then is told.
  }
}
