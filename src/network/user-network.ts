/**
 * A network that a guest's card is plugged into, with a host behind it that needs no rights for that: the guest sees a
 * gateway, a name server and whoever it may reach beyond, and none of it is more than packets that are made here. What the
 * guest's connections carry goes to sockets of the host's, and comes from there, through `NetworkHost` and events.
 *
 * Time in it is the guest's. All that it keeps has bounds, whatever guest and host send.
 */
import { count, integer, record, type Shaped } from '../engine/index.js';
import { BROADCAST, isLoopback, LOOPBACK } from './address.js';
import { broadcastOf, isInside, isStation, type NetworkConfiguration } from './configuration.js';
import { Dhcp, DHCP_CLIENT, DHCP_SERVER, leasesShape } from './dhcp.js';
import { noHost, type NetworkEvent, type NetworkHost, type Target } from './host.js';
import { echoReply, ICMP, icmpError, ICMP_TIME_TO_LIVE, UNREACHABLE } from './icmp.js';
import {
  ETHERNET_HEADER,
  framesOf,
  LOW_DELAY,
  PROTOCOL,
  readIpv4,
  TYPE_ARP,
  TYPE_IPV4,
  type Ipv4Packet,
} from './ipv4.js';
import { Link, linkShape, type NetworkCard } from './link.js';
import { get16 } from './packet.js';
import { Reassembly, reassemblyShape } from './reassembly.js';
import { Tcp, tcpShape } from './tcp/tcp.js';
import { Tftp, TFTP_PORT, tftpShape } from './tftp.js';
import { readUdp, writeUdp } from './udp.js';
import { flowsShape, UdpFlows } from './udp-flows.js';

/** Virtual time and alarms of it, as `Clock` of the machine has them. */
export interface NetworkClock {
  /** In ns. */
  readonly now: number;
  alarm(name: string, ring: () => void): NetworkAlarm;
}
interface NetworkAlarm {
  set(ns: number): void;
  readonly deadline: number;
}

export const networkStateShape = record({
  lastId: count,
  identification: integer(0, 0xffff),
  link: linkShape,
  reassembly: reassemblyShape,
  leases: leasesShape,
  tcp: tcpShape,
  flows: flowsShape,
  tftp: tftpShape,
});
export type NetworkState = Shaped<typeof networkStateShape>;

/** The first address of those that are several hosts'. */
const MULTICAST = 0xe000_0000;
/** A frame as cards take them, without its check sequence. */
const LARGEST_FRAME = 65_550;

export class UserNetwork {
  readonly shape = networkStateShape;
  /** Who has the sockets. */
  host: NetworkHost = noHost;
  private card: NetworkCard | undefined;
  private readonly link: Link;
  private readonly reassembly = new Reassembly();
  private readonly dhcp: Dhcp;
  private readonly tcp: Tcp;
  private readonly flows: UdpFlows;
  private readonly tftp: Tftp;
  private readonly timer: NetworkAlarm;
  private readonly delivery: NetworkAlarm;
  private lastId = 0;
  private identification = 0;
  /** Whether the card takes what is given to it. */
  private isOpen = true;

  constructor(
    readonly configuration: NetworkConfiguration,
    private readonly clock: NetworkClock,
  ) {
    const { host, id } = configuration;
    this.timer = clock.alarm(`network ${id} timer`, () => this.ring());
    // Frames reach the card when it has done what it is about, not while it sends.
    this.delivery = clock.alarm(`network ${id} delivery`, () => this.deliver());
    this.link = new Link(host, broadcastOf(configuration), () => this.delivery.set(clock.now));
    this.dhcp = new Dhcp(configuration);
    this.tcp = new Tcp(this);
    this.flows = new UdpFlows(this);
    this.tftp = new Tftp(this);
  }

  get id(): string {
    return this.configuration.id;
  }
  /** Hear each frame on the wire, from the guest or for it. */
  get seen(): Link['seen'] {
    return this.link.seen;
  }

  // The guest's side.

  /** Plugs a card in. */
  plug(card: NetworkCard): void {
    this.card = card;
    this.ready();
  }

  /** The card has room for frames again. */
  ready(): void {
    this.isOpen = true;
    if (!this.link.isEmpty) this.delivery.set(this.clock.now);
  }

  /** The card sends a frame, without its check sequence. */
  send(frame: Uint8Array): void {
    if (frame.length < ETHERNET_HEADER || frame.length > LARGEST_FRAME) return;
    this.link.hear(frame, true);
    const type = get16(frame, 12);
    if (type === TYPE_ARP) {
      this.link.takeArp(frame, (address) => isStation(this.configuration, address), this.now);
    } else if (type === TYPE_IPV4) {
      const packet = readIpv4(frame.subarray(ETHERNET_HEADER));
      if (packet !== undefined) this.takePacket(packet);
    }
  }

  private takePacket(packet: Ipv4Packet): void {
    if (packet.timeToLive === 0) return this.sendError(packet, ICMP.TIME_EXCEEDED, 0);
    const isWhole = packet.offset === 0 && packet.isLast;
    const whole = isWhole ? packet : this.reassembly.take(packet, this.now);
    if (whole === undefined) return;
    if (whole.protocol === PROTOCOL.TCP) this.tcp.take(whole);
    else if (whole.protocol === PROTOCOL.UDP) this.takeUdp(whole);
    else if (whole.protocol === PROTOCOL.ICMP) this.takeIcmp(whole);
  }

  private takeIcmp(packet: Ipv4Packet): void {
    const { source, destination, typeOfService } = packet;
    const reply = echoReply(packet);
    if (reply === undefined) return;
    const { host, dns, isRestricted } = this.configuration;
    if (destination !== host && destination !== dns) {
      // No host lets an ordinary process send pings.
      if (!isRestricted) this.unreachable(packet, UNREACHABLE.NET);
      return;
    }
    const ends = { source: destination, destination: source, protocol: PROTOCOL.ICMP };
    this.sendContent({ ...ends, typeOfService, timeToLive: ICMP_TIME_TO_LIVE }, reply);
  }

  private takeUdp(packet: Ipv4Packet): void {
    const datagram = readUdp(packet);
    if (datagram === undefined) return;
    const { source, destination } = packet;
    const { host, isRestricted } = this.configuration;
    const port = datagram.destinationPort;
    if (port === DHCP_SERVER && (destination === host || destination === BROADCAST)) {
      this.takeDhcp(datagram.content);
    } else if (port === TFTP_PORT && destination === host) this.tftp.take(source, datagram);
    else if (!isRestricted) {
      const target = this.translated(destination, port);
      if (target !== undefined) this.flows.send(source, destination, datagram, target);
    }
  }

  private takeDhcp(message: Uint8Array): void {
    const answer = this.dhcp.take(message);
    if (answer === undefined) return;
    this.link.learn(answer.address, answer.mac, this.now);
    const { host } = this.configuration;
    const ports = { sourcePort: DHCP_SERVER, destinationPort: DHCP_CLIENT };
    const content = writeUdp(host, BROADCAST, { ...ports, content: answer.message });
    this.sendPacket(host, BROADCAST, content, LOW_DELAY);
  }

  // The host's side.

  /** Something has come from the host. The number of the connection, for one that was accepted; 0 if that has no room. */
  enter(event: NetworkEvent): number {
    switch (event.what) {
      case 'accepted':
        return this.accept(event.address, event.port, event.guest, event.guestPort);
      case 'connected':
        this.tcp.connection(event.id)?.connected();
        break;
      case 'refused':
        this.tcp.refused(event.id);
        break;
      case 'unreachable':
        this.tcp.unreachable(event.id, event.code);
        this.flows.unreachable(event.id, event.code);
        break;
      case 'content':
        if (this.tcp.connection(event.id)?.content(event.bytes) === false)
          this.tcp.connection(event.id)?.reset();
        break;
      case 'passed':
        this.tcp.connection(event.id)?.passed(event.count);
        break;
      case 'ended':
        this.tcp.connection(event.id)?.ended();
        break;
      case 'reset':
        this.tcp.connection(event.id)?.reset();
        break;
      case 'datagram':
        this.flows.arrived(event);
        break;
      case 'forwarded':
        this.flows.forwarded(event);
        break;
      case 'file':
        this.tftp.arrived(event);
        break;
      case 'no-file':
        this.tftp.missed(event.id);
        break;
      case 'lost':
        this.tcp.lost();
        this.flows.lost();
        this.tftp.lost();
    }
    return 0;
  }

  private accept(address: number, port: number, guest: number, guestPort: number): number {
    const isHost = address === 0 || isLoopback(address);
    return this.tcp.open({ guest, guestPort, address: isHost ? this.configuration.host : address, port });
  }

  /** Bytes that the host may give a connection; undefined if there is none of that number. */
  room(id: number): number | undefined {
    return this.tcp.connection(id)?.room;
  }

  /** Whether anything of the guest's leads out, or is about to. */
  get isBusy(): boolean {
    return this.tcp.all.length + this.flows.all.length > 0 || this.tftp.isBusy;
  }

  /** What goes through it at present, for people who look. */
  get traffic(): { readonly tcp: Tcp['all']; readonly udp: UdpFlows['all'] } {
    return { tcp: this.tcp.all, udp: this.flows.all };
  }

  // What its parts need.

  get now(): number {
    return this.clock.now;
  }
  get hasRoom(): boolean {
    return this.link.hasRoom;
  }
  get hostAddress(): number {
    return this.configuration.host;
  }
  isInside(address: number): boolean {
    return isInside(this.configuration, address);
  }
  newId(): number {
    this.lastId += 1;
    return this.lastId;
  }
  newIdentification(): number {
    this.identification = (this.identification + 1) & 0xffff;
    return this.identification;
  }

  /** Something is due at that time, in ns. */
  due(at: number): void {
    if (at < this.timer.deadline) this.timer.set(at);
  }

  /** Where the guest's packets for an address lead to; undefined if nowhere. */
  private translated(address: number, port: number): Target | undefined {
    if (address === 0 || address >= MULTICAST || address === broadcastOf(this.configuration))
      return undefined;
    if (!this.isInside(address)) return { kind: 'address', address, port };
    return { kind: address === this.configuration.dns ? 'dns' : 'address', address: LOOPBACK, port };
  }

  targetOf(address: number, port: number): Target | 'reset' | undefined {
    const { forwards, isRestricted } = this.configuration;
    const forward = forwards.findIndex((each) => each[0] === address && each[1] === port);
    if (forward >= 0) return { kind: 'forward', address: forward, port };
    if (isRestricted) return 'reset';
    return this.translated(address, port);
  }

  unreachable(packet: Ipv4Packet, code: number): void {
    this.sendError(packet, ICMP.UNREACHABLE, code);
  }

  private sendError(packet: Ipv4Packet, type: number, code: number): void {
    const { host } = this.configuration;
    const frame = icmpError(packet, type, code, host, this.newIdentification());
    if (frame !== undefined) this.sendFrame(frame, packet.source);
  }

  sendFrame(frame: Uint8Array, destination: number): void {
    this.link.send(frame, destination, this.now);
  }

  sendPacket(source: number, destination: number, content: Uint8Array, typeOfService = 0): void {
    this.sendContent({ source, destination, protocol: PROTOCOL.UDP, typeOfService }, content);
  }

  private sendContent(
    header: Omit<Parameters<typeof framesOf>[0], 'identification'>,
    content: Uint8Array,
  ): void {
    const identification = this.newIdentification();
    for (const frame of framesOf({ ...header, identification }, content))
      this.sendFrame(frame, header.destination);
  }

  private ring(): void {
    this.tcp.ring();
    this.flows.ring();
  }

  /** Gives the card frames, and lets TCP make more of them, as long as it takes some. */
  private deliver(): void {
    while (this.isOpen && !this.link.isEmpty) {
      this.isOpen = this.link.deliver(this.card);
      if (this.link.hasRoom) this.tcp.pump();
    }
  }

  save(): NetworkState {
    const { lastId, identification } = this;
    return {
      ...{ lastId, identification, link: this.link.save(), reassembly: this.reassembly.save() },
      ...{ leases: this.dhcp.save(), tcp: this.tcp.save(), flows: this.flows.save(), tftp: this.tftp.save() },
    };
  }
  load(state: NetworkState): void {
    this.lastId = state.lastId;
    this.identification = state.identification;
    this.link.load(state.link);
    this.reassembly.load(state.reassembly);
    this.dhcp.load(state.leases);
    this.tcp.load(state.tcp);
    this.flows.load(state.flows);
    this.tftp.load(state.tftp);
    this.isOpen = true;
  }
}
