/**
 * UDP of the guest's: a *flow* is a port of it that has sent something, or that something was forwarded to; behind it is
 * a socket of the host's.
 */
import { count, integer, listOf, record, type Shaped } from '../engine/index.js';
import { isLoopback } from './address.js';
import type { NetworkEventOf, NetworkHost, Target } from './host.js';
import { ETHERNET_HEADER, framesOf, PROTOCOL, readIpv4, type Ipv4Packet } from './ipv4.js';
import { writeUdp, type Datagram } from './udp.js';

export const MOST_FLOWS = 256;
/** How long a silent flow is kept, in ns; one that has only asked a name server, for less: as libslirp. */
const PATIENCE = 240e9;
const DNS_PATIENCE = 10e9;
const DNS_PORT = 53;

const word = integer(0, 0xffff_ffff);
const port = integer(0, 0xffff);
const flowShape = record({
  id: count,
  guest: word,
  guestPort: port,
  /** Number of the forwarded port whose socket it has, or -1. */
  forward: integer(-1, 0xffff),
  /** Where it has sent to last, as the guest sees it. */
  address: word,
  port,
  until: count,
});
export const flowsShape = listOf(flowShape, MOST_FLOWS);
export type FlowsState = Shaped<typeof flowsShape>;
type Flow = FlowsState[number];

/** What flows need of the network. */
export interface FlowNetwork {
  readonly now: number;
  readonly host: NetworkHost;
  newId(): number;
  /** The address by which the guest reaches the host, and whether another one is of this network. */
  readonly hostAddress: number;
  isInside(address: number): boolean;
  /** Sends a packet for the guest: a datagram, whole. */
  sendPacket(source: number, destination: number, content: Uint8Array): void;
  /** Tells the guest that a packet did not come where it should. */
  unreachable(packet: Ipv4Packet, code: number): void;
  due(at: number): void;
}

export class UdpFlows {
  /** By the guest's end, the one that was silent longest first. */
  private readonly flows = new Map<string, Flow>();
  private readonly byId = new Map<number, Flow>();

  constructor(private readonly network: FlowNetwork) {}

  get all(): readonly Flow[] {
    return [...this.flows.values()];
  }

  /** The guest has sent a datagram that leads out. */
  send(guest: number, address: number, datagram: Datagram, target: Target): void {
    const { sourcePort, destinationPort, content } = datagram;
    const flow = this.flowOf(guest, sourcePort, -1);
    flow.address = address;
    flow.port = destinationPort;
    this.heard(flow);
    this.network.host.sendDatagram(flow.id, flow.forward, target, content);
  }

  /** A datagram has come for a flow. */
  arrived({ id, address, port: from, bytes }: NetworkEventOf<'datagram'>): void {
    const flow = this.byId.get(id);
    if (flow === undefined) return;
    this.heard(flow);
    this.deliver(flow, this.seenAs(address, flow), from, bytes);
  }

  /** A datagram has come to a forwarded port. */
  forwarded(event: NetworkEventOf<'forwarded'>): void {
    const { guest, guestPort, forward, address, port: from, bytes } = event;
    const flow = this.flowOf(guest, guestPort, forward);
    // What the guest answers goes out by the port that was asked.
    flow.forward = forward;
    this.heard(flow);
    const { hostAddress } = this.network;
    this.deliver(flow, isLoopback(address) || address === 0 ? hostAddress : address, from, bytes);
  }

  /** What a flow has sent last does not come there. The packet is told by its headers. */
  unreachable(id: number, code: number): void {
    const flow = this.byId.get(id);
    if (flow === undefined) return;
    const { guest, guestPort, address, port } = flow;
    const datagram = { sourcePort: guestPort, destinationPort: port, content: new Uint8Array() };
    const header = { source: guest, destination: address, protocol: PROTOCOL.UDP, identification: 0 };
    const [frame] = framesOf(header, writeUdp(guest, address, datagram));
    const packet = readIpv4(frame.subarray(ETHERNET_HEADER));
    if (packet !== undefined) this.network.unreachable(packet, code);
  }

  /** The host has lost its sockets. */
  lost(): void {
    this.flows.clear();
    this.byId.clear();
  }

  /** Forgets those that were silent for too long. */
  ring(): void {
    const { now } = this.network;
    for (const flow of this.all) {
      if (flow.until <= now) this.remove(flow);
      else this.network.due(flow.until);
    }
  }

  private deliver({ guest, guestPort }: Flow, source: number, sourcePort: number, content: Uint8Array): void {
    const datagram = { sourcePort, destinationPort: guestPort, content };
    this.network.sendPacket(source, guest, writeUdp(source, guest, datagram));
  }

  /** The guest hears from whom it has spoken to, where that is a station of this network. */
  private seenAs(address: number, flow: Flow): number {
    const { network } = this;
    if (!network.isInside(flow.address)) return isLoopback(address) ? network.hostAddress : address;
    const isHost = flow.address === network.hostAddress;
    return isHost && !isLoopback(address) ? address : flow.address;
  }

  private flowOf(guest: number, guestPort: number, forward: number): Flow {
    const known = this.flows.get(`${guest}:${guestPort}`);
    if (known !== undefined) return known;
    if (this.flows.size === MOST_FLOWS) this.remove(this.all[0]);
    const id = this.network.newId();
    const flow = { id, guest, guestPort, forward, address: 0, port: 0, until: 0 };
    this.flows.set(`${guest}:${guestPort}`, flow);
    this.byId.set(id, flow);
    return flow;
  }

  private heard(flow: Flow): void {
    const key = `${flow.guest}:${flow.guestPort}`;
    this.flows.delete(key);
    this.flows.set(key, flow);
    flow.until = this.network.now + (flow.port === DNS_PORT ? DNS_PATIENCE : PATIENCE);
    this.network.due(flow.until);
  }

  private remove(flow: Flow): void {
    this.flows.delete(`${flow.guest}:${flow.guestPort}`);
    this.byId.delete(flow.id);
    this.network.host.closeFlow(flow.id);
  }

  save(): FlowsState {
    return this.all.map((flow) => ({ ...flow }));
  }
  load(state: FlowsState): void {
    this.lost();
    for (const each of state) {
      const flow = { ...each };
      this.flows.set(`${flow.guest}:${flow.guestPort}`, flow);
      this.byId.set(flow.id, flow);
    }
  }
}
