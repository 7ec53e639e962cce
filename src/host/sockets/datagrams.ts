/** A flow of datagrams on the host: sockets that the guest's port has there. */
import { createSocket, type Socket } from 'node:dgram';
import { ipv4Text, isLoopback, parseIpv4, type NetworkEvent } from '../../network/index.js';

/** Datagrams that wait for the guest; more are lost, as they are anywhere. */
const KEPT = 64;

export interface Arrived {
  readonly address: number;
  readonly port: number;
  readonly bytes: Uint8Array;
}

/** A socket whose datagrams are kept until somebody takes them. */
export class DatagramSocket {
  private readonly arrived: Arrived[] = [];

  private constructor(
    readonly socket: Socket,
    private readonly isWelcome: (address: number) => boolean,
    private readonly stir: () => void,
  ) {
    socket.on('message', (message, { address, port }) => this.keep(message, parseIpv4(address) ?? 0, port));
    // Datagrams that cannot be sent are lost.
    socket.on('error', () => undefined);
  }

  /** One of any port. @param isLocal whether only this host's processes reach it */
  static any(isLocal: boolean, isWelcome: (address: number) => boolean, stir: () => void): DatagramSocket {
    const socket = createSocket('udp4');
    const made = new DatagramSocket(socket, isWelcome, stir);
    socket.bind(0, isLocal ? '127.0.0.1' : '0.0.0.0');
    return made;
  }

  /** One that listens at an address. Rejects with the system's error. */
  static listen(address: string, port: number, stir: () => void): Promise<DatagramSocket> {
    const socket = createSocket('udp4');
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, address, () => {
        socket.off('error', reject);
        resolve(new DatagramSocket(socket, () => true, stir));
      });
    });
  }

  send(content: Uint8Array, address: number, port: number): void {
    if (port !== 0) this.socket.send(Buffer.from(content), port, ipv4Text(address), () => undefined);
  }
  close(): void {
    this.socket.close();
  }

  /** Takes what has come. */
  take(): Arrived[] {
    return this.arrived.splice(0);
  }

  private keep(bytes: Uint8Array, address: number, port: number): void {
    if (this.arrived.length >= KEPT || !this.isWelcome(address)) return;
    this.arrived.push({ address, port, bytes });
    this.stir();
  }
}

/** The sockets of a flow: one for this host, one for others. */
export class HostFlow {
  private readonly sockets = new Map<boolean, DatagramSocket>();

  constructor(
    private readonly id: number,
    private readonly isWelcome: (address: number) => boolean,
    private readonly stir: () => void,
  ) {}

  send(content: Uint8Array, address: number, port: number): void {
    const isLocal = isLoopback(address);
    let socket = this.sockets.get(isLocal);
    if (socket === undefined) {
      socket = DatagramSocket.any(isLocal, this.isWelcome, this.stir);
      this.sockets.set(isLocal, socket);
    }
    socket.send(content, address, port);
  }

  *events(): Generator<NetworkEvent> {
    for (const socket of this.sockets.values())
      for (const each of socket.take()) yield { what: 'datagram', id: this.id, ...each };
  }

  close(): void {
    for (const socket of this.sockets.values()) socket.close();
  }
}
