/** Ports of the host that lead to the guest: `hostfwd`. */
import { createServer, type Server, type Socket } from 'node:net';
import { parseIpv4, type NetworkEvent } from '../../network/index.js';
import { DatagramSocket } from './datagrams.js';

export interface Forward {
  readonly protocol: 'tcp' | 'udp';
  /** Of the host: an address of its own, and a port, 0 for any that is free. */
  readonly address: string;
  readonly port: number;
  readonly guest: number;
  readonly guestPort: number;
}

/** A port that is listened at. */
export interface Listening {
  readonly forward: Forward;
  /** Which port it is. */
  readonly port: number;
  close(): void;
}

/** Whoever came before the guest is asked; more are turned away. */
const MOST_WAITING = 64;

/** Listens for connections. Rejects with the system's error. */
export class TcpListener implements Listening {
  readonly waiting: Socket[] = [];

  private constructor(
    readonly forward: Forward,
    private readonly server: Server,
    private readonly stir: () => void,
  ) {
    server.on('connection', (socket) => this.came(socket));
    server.on('error', () => undefined);
  }

  static listen(forward: Forward, stir: () => void): Promise<TcpListener> {
    const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(forward.port, forward.address, () => {
        server.off('error', reject);
        resolve(new TcpListener(forward, server, stir));
      });
    });
  }

  get port(): number {
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : this.forward.port;
  }

  close(): void {
    this.server.close();
    for (const socket of this.waiting.splice(0)) socket.resetAndDestroy();
  }

  /** What the guest is told of somebody who has come. */
  event({ remoteAddress = '', remotePort = 0 }: Socket): NetworkEvent {
    const { guest, guestPort } = this.forward;
    return { what: 'accepted', address: parseIpv4(remoteAddress) ?? 0, port: remotePort, guest, guestPort };
  }

  private came(socket: Socket): void {
    if (this.waiting.length >= MOST_WAITING) {
      socket.resetAndDestroy();
      return;
    }
    // Who leaves before it is its turn is met as somebody who has left.
    socket.on('error', () => undefined);
    this.waiting.push(socket);
    this.stir();
  }
}

/** Listens for datagrams. */
export class UdpListener implements Listening {
  private constructor(
    readonly forward: Forward,
    /** Of all that were ever made; what datagrams that come here are known by. */
    readonly number: number,
    private readonly datagrams: DatagramSocket,
  ) {}

  static async listen(forward: Forward, number: number, stir: () => void): Promise<UdpListener> {
    return new UdpListener(forward, number, await DatagramSocket.listen(forward.address, forward.port, stir));
  }

  get port(): number {
    return this.datagrams.socket.address().port;
  }

  send(content: Uint8Array, address: number, port: number): void {
    this.datagrams.send(content, address, port);
  }
  close(): void {
    this.datagrams.close();
  }

  *events(): Generator<NetworkEvent> {
    const { guest, guestPort } = this.forward;
    for (const each of this.datagrams.take())
      yield { what: 'forwarded', forward: this.number, guest, guestPort, ...each };
  }
}
