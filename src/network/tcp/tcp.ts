/** All TCP connections of a network. */
import { listOf, record, count, type Shaped } from '../../engine/index.js';
import type { NetworkHost, Target } from '../host.js';
import type { Ipv4Packet } from '../ipv4.js';
import { Connection, connectionShape, type Ends, type TcpSurroundings } from './connection.js';
import { FLAG, readSegment, segmentFrame, type Segment } from './segment.js';
import { plus } from './sequence.js';

/** Connections at a time. Each may hold as much as its two buffers. */
export const MOST_CONNECTIONS = 256;

export const tcpShape = record({ connections: listOf(connectionShape, MOST_CONNECTIONS), turn: count });
export type TcpState = Shaped<typeof tcpShape>;

/** What TCP needs of the network. */
export interface TcpNetwork {
  readonly now: number;
  readonly host: NetworkHost;
  readonly hasRoom: boolean;
  /** A number that no other connection, flow or transfer has had. */
  newId(): number;
  newIdentification(): number;
  /** Sends a frame of a packet for the guest. */
  sendFrame(frame: Uint8Array, destination: number): void;
  /** Where a connection to an address leads; undefined if nowhere, and no more is said; `reset` if it is refused. */
  targetOf(address: number, port: number): Target | 'reset' | undefined;
  /** Tells the guest that a packet did not come where it should. */
  unreachable(packet: Ipv4Packet, code: number): void;
  due(at: number): void;
}

const keyOf = ({ guest, guestPort, address, port }: Ends): string =>
  `${guest}:${guestPort}-${address}:${port}`;
/** Room for nothing: as a host that has no sockets left. RFC 1122, 3.2.2.1. */
const NET_UNREACHABLE = 0;

export class Tcp {
  private readonly connections = new Map<string, Connection>();
  private readonly byId = new Map<number, Connection>();
  /** Which connection is the first one to send. */
  private turn = 0;
  private readonly surroundings: TcpSurroundings;

  constructor(private readonly network: TcpNetwork) {
    this.surroundings = {
      get now() {
        return network.now;
      },
      get host() {
        return network.host;
      },
      hasRoom: () => network.hasRoom,
      due: (at) => network.due(at),
      remove: (connection) => this.remove(connection),
      emit: (connection, segment, pieces) => this.emit(connection, segment, pieces),
    };
  }

  get all(): readonly Connection[] {
    return [...this.connections.values()];
  }
  connection(id: number): Connection | undefined {
    return this.byId.get(id);
  }

  /** Takes a packet of the guest's. */
  take(packet: Ipv4Packet): void {
    const segment = readSegment(packet);
    if (segment === undefined) return;
    const ends = {
      ...{ guest: packet.source, guestPort: segment.sourcePort },
      ...{ address: packet.destination, port: segment.destinationPort },
    };
    const known = this.connections.get(keyOf(ends));
    if (known !== undefined && !known.isReplacedBy(segment)) known.take(segment);
    else {
      if (known !== undefined) this.remove(known);
      this.begin(packet, segment, ends);
    }
  }

  /** The guest opens a connection, or has one that is not known here. */
  private begin(packet: Ipv4Packet, segment: Segment, ends: Ends): void {
    const isSyn = (segment.flags & (FLAG.SYN | FLAG.ACK | FLAG.RST | FLAG.FIN)) === FLAG.SYN;
    const target = isSyn ? this.network.targetOf(ends.address, ends.port) : 'reset';
    if (target === 'reset') return this.refuse(segment, ends);
    if (target === undefined || !this.makeRoom()) return this.network.unreachable(packet, NET_UNREACHABLE);
    const connection = this.add(ends, 'connecting', packet.typeOfService);
    connection.asked(segment);
    this.network.host.connect(connection.id, target);
  }

  /**
   * Somebody has come to a forwarded port: opens a connection to the guest. Its number; 0 if there is no room, or it has
   * such a connection already.
   */
  open(ends: Ends): number {
    if (this.connections.has(keyOf(ends)) || !this.makeRoom()) return 0;
    const connection = this.add(ends, 'syn-sent', 0);
    connection.open();
    return connection.id;
  }

  private add(ends: Ends, state: 'connecting' | 'syn-sent', typeOfService: number): Connection {
    const id = this.network.newId();
    // RFC 9293, 3.4.1: a clock of 4 us, and a number for each connection.
    const first = plus(Math.floor(this.network.now / 4000) % 2 ** 32, (id * 64_000) % 2 ** 32);
    const connection = new Connection(id, ends, state, first, this.surroundings, typeOfService);
    this.connections.set(keyOf(ends), connection);
    this.byId.set(id, connection);
    return connection;
  }

  /** Whether there is room for one more; those that are over make it. */
  private makeRoom(): boolean {
    if (this.connections.size < MOST_CONNECTIONS) return true;
    for (const connection of this.connections.values()) {
      if (connection.state !== 'time-wait') continue;
      this.remove(connection);
      return true;
    }
    return false;
  }

  private remove(connection: Connection): void {
    this.byId.delete(connection.id);
    const key = keyOf(connection.ends);
    if (this.connections.get(key) === connection) this.connections.delete(key);
  }

  /** RFC 9293, 3.10.7.1. */
  private refuse({ flags, sequence, acknowledgment, content }: Segment, ends: Ends): void {
    if ((flags & FLAG.RST) !== 0) return;
    const hasAck = (flags & FLAG.ACK) !== 0;
    const length = content.length + ((flags & FLAG.SYN) !== 0 ? 1 : 0) + ((flags & FLAG.FIN) !== 0 ? 1 : 0);
    const reset = hasAck
      ? { sequence: acknowledgment, acknowledgment: 0, flags: FLAG.RST }
      : { sequence: 0, acknowledgment: plus(sequence, length), flags: FLAG.RST | FLAG.ACK };
    this.sendSegment(ends, 0, { ...reset, window: 0, options: {} }, []);
  }

  // What the host says.

  /** The host cannot open it: the guest is told that nobody listens. */
  refused(id: number): void {
    const connection = this.byId.get(id);
    if (connection?.state !== 'connecting') return;
    this.remove(connection);
    connection.emitRefusal();
  }

  /** The host cannot come there. */
  unreachable(id: number, code: number): void {
    const connection = this.byId.get(id);
    if (connection?.state !== 'connecting') return;
    this.remove(connection);
    this.network.unreachable(connection.synPacket(), code);
  }

  /** The host has lost all of them. */
  lost(): void {
    for (const connection of this.all) connection.reset();
  }

  // Time, and room on the wire.

  /** Has each connection send what it can, each the first one in turn. */
  pump(): void {
    const all = this.all;
    const first = all.length === 0 ? 0 : this.turn % all.length;
    this.turn = first + 1;
    for (let i = 0; i < all.length && this.network.hasRoom; i++) {
      const connection = all[(first + i) % all.length];
      if (connection.state === 'open') connection.output();
    }
  }

  /** Does what is due. */
  ring(): void {
    for (const connection of this.all) connection.ring();
  }

  private emit(
    { ends, typeOfService }: Connection,
    segment: Omit<Segment, 'content' | 'sourcePort' | 'destinationPort'>,
    pieces: readonly Uint8Array[],
  ): void {
    this.sendSegment(ends, typeOfService, segment, pieces);
  }

  private sendSegment(
    { guest, guestPort, address, port }: Ends,
    typeOfService: number,
    segment: Omit<Segment, 'content' | 'sourcePort' | 'destinationPort'>,
    pieces: readonly Uint8Array[],
  ): void {
    const identification = this.network.newIdentification();
    const header = { source: address, destination: guest, identification, typeOfService };
    const full = { ...segment, sourcePort: port, destinationPort: guestPort };
    this.network.sendFrame(segmentFrame(header, full, pieces), guest);
  }

  save(): TcpState {
    return { connections: this.all.map((connection) => connection.save()), turn: this.turn };
  }
  load({ connections, turn }: TcpState): void {
    this.connections.clear();
    this.byId.clear();
    this.turn = turn;
    for (const state of connections) {
      const connection = new Connection(state.id, state, state.state, 0, this.surroundings);
      connection.load(state);
      this.connections.set(keyOf(state), connection);
      this.byId.set(state.id, connection);
    }
  }
}
