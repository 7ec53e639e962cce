/**
 * A TCP connection of the guest's, as its other end sees it: RFC 9293, with the other end's content on the host. What
 * comes from the guest is handed on at once; the guest's window is as large as what the host has not passed on yet lets it
 * be, so nothing piles up here.
 */
import { count, flag, integer, oneOf, record, type Shaped } from '../../engine/index.js';
import type { NetworkHost } from '../host.js';
import { ETHERNET_HEADER, readIpv4, type Ipv4Packet } from '../ipv4.js';
import { Receiver, RECEIVE_SCALE, receiverShape } from './receiver.js';
import { FLAG, segmentFrame, type Options, type Segment } from './segment.js';
import { distance, isAtMost, isBefore, plus } from './sequence.js';
import { LARGEST_SEGMENT, Transmitter, transmitterShape } from './transmitter.js';

const states = [
  /** The guest has sent a SYN, and the host connects. */
  'connecting',
  /** Somebody on the host has come, and the guest is asked. */
  'syn-sent',
  'syn-received',
  /** Either direction may be at its end already. */
  'open',
  'time-wait',
] as const;

const word = integer(0, 0xffff_ffff);
const port = integer(0, 0xffff);
/** Two maximum segment lifetimes, in ns: as libslirp. */
const TIME_WAIT = 10e9;

export const connectionShape = record({
  id: count,
  guest: word,
  guestPort: port,
  /** Of the other end, as the guest sees it. */
  address: word,
  port,
  state: oneOf(...states),
  typeOfService: integer(0, 255),
  /** What both ends can. */
  hasScale: flag,
  hasSack: flag,
  /** Whether the host's end came before the guest's. */
  hasClosedFirst: flag,
  /** When it is forgotten, in ns; 0: not by time. */
  expireAt: count,
  receiver: receiverShape,
  transmitter: transmitterShape,
});
export type ConnectionState = Shaped<typeof connectionShape>;

/** Who the ends are. */
export type Ends = Pick<ConnectionState, 'guest' | 'guestPort' | 'address' | 'port'>;

/** What a connection needs of the network. */
export interface TcpSurroundings {
  readonly now: number;
  readonly host: NetworkHost;
  /** Sends a segment to the guest. */
  emit(
    connection: Connection,
    segment: Omit<Segment, 'content' | 'sourcePort' | 'destinationPort'>,
    pieces: readonly Uint8Array[],
  ): void;
  /** Whether the wire has room for more. */
  hasRoom(): boolean;
  /** The connection is no more. */
  remove(connection: Connection): void;
  /** Something is due at that time, in ns. */
  due(at: number): void;
}

export class Connection {
  private readonly receiver: Receiver;
  private readonly transmitter: Transmitter;
  private s: Omit<ConnectionState, 'receiver' | 'transmitter'>;

  constructor(
    id: number,
    ends: Ends,
    state: ConnectionState['state'],
    first: number,
    private readonly network: TcpSurroundings,
    typeOfService = 0,
  ) {
    this.s = {
      id,
      ...ends,
      state,
      typeOfService,
      hasScale: false,
      hasSack: false,
      hasClosedFirst: false,
      expireAt: 0,
    };
    this.receiver = new Receiver((content) => network.host.write(id, content));
    this.transmitter = new Transmitter(first, (sequence, flags, pieces) =>
      this.emit(sequence, flags, pieces),
    );
  }

  get id(): number {
    return this.s.id;
  }
  get ends(): Ends {
    return this.s;
  }
  get state(): ConnectionState['state'] {
    return this.s.state;
  }
  get typeOfService(): number {
    return this.s.typeOfService;
  }
  /** Bytes that the host may give now. */
  get room(): number {
    return this.s.state === 'open' ? this.transmitter.room : 0;
  }
  /** When something is due, in ns, or Infinity. */
  get deadline(): number {
    const times = [this.s.expireAt, this.receiver.ackAt, this.transmitter.resendAt].filter((at) => at !== 0);
    return Math.min(Infinity, ...times);
  }

  // What the host says.

  /** The guest's SYN, of which the host is asked first. */
  asked(segment: Segment): void {
    this.agree(segment);
  }

  /** The host has connected: the guest's SYN is answered. */
  connected(): void {
    if (this.s.state !== 'connecting') return;
    this.s.state = 'syn-received';
    this.transmitter.sendSyn(this.synFlags, this.network.now);
    this.arm();
  }

  /** Asks the guest, on behalf of somebody on the host. */
  open(): void {
    this.transmitter.sendSyn(this.synFlags, this.network.now);
    this.arm();
  }

  /** False if there is no room for it, which whoever has it should know. */
  content(bytes: Uint8Array): boolean {
    if (bytes.length > this.room) return false;
    this.transmitter.push(bytes);
    this.output();
    return true;
  }

  passed(bytes: number): void {
    if (this.s.state === 'time-wait') return;
    this.receiver.passed(bytes, this.transmitter.segment);
    if (this.s.state === 'open') this.output();
  }

  /** The host has no more. */
  ended(): void {
    if (this.s.state === 'time-wait') return;
    this.transmitter.end();
    if (this.s.state === 'open') this.output();
  }

  /** The host's side is gone: the guest is told. */
  reset(): void {
    const isBegun = this.s.state !== 'connecting' && this.s.state !== 'syn-sent';
    if (isBegun) this.emit(this.transmitter.next, FLAG.RST | FLAG.ACK, []);
    this.network.remove(this);
  }

  // What the guest says: RFC 9293, 3.10.7.

  take(segment: Segment): void {
    switch (this.s.state) {
      case 'connecting':
        // A SYN once more says nothing new; anything else says that the guest does not want it any more.
        if ((segment.flags & FLAG.RST) !== 0) this.abort();
        return;
      case 'syn-sent':
        this.takeInSynSent(segment);
        break;
      default:
        this.takeSynchronized(segment);
    }
  }

  private takeInSynSent(segment: Segment): void {
    const { transmitter } = this;
    const { flags, acknowledgment } = segment;
    const isAcknowledged = (flags & FLAG.ACK) !== 0;
    if (isAcknowledged && acknowledgment !== transmitter.highest) {
      if ((flags & FLAG.RST) === 0) this.emitReset(acknowledgment);
      return;
    }
    if ((flags & FLAG.RST) !== 0) {
      if (isAcknowledged) this.abort();
      return;
    }
    if ((flags & FLAG.SYN) === 0) return;
    this.agree(segment);
    if (!isAcknowledged) {
      // Both have asked at once.
      this.s.state = 'syn-received';
      transmitter.sendSyn(this.synFlags, this.network.now);
      this.arm();
      return;
    }
    transmitter.acknowledge(segment, this.network.now);
    this.s.state = 'open';
    this.receiver.hurry();
    this.output();
  }

  private takeSynchronized(segment: Segment): void {
    const { receiver, transmitter, network } = this;
    const { sequence, flags, content } = segment;
    const end = (flags & FLAG.FIN) !== 0 ? 1 : 0;
    const isSyn = (flags & FLAG.SYN) !== 0;
    const isSynAgain = isSyn && this.s.state === 'syn-received' && plus(sequence, 1) === receiver.next;
    if (isSynAgain && (flags & FLAG.ACK) === 0) {
      // The answer to it was lost.
      transmitter.sendSyn(this.synFlags, network.now);
      return this.arm();
    }
    if (!isSynAgain && !receiver.isAcceptable(sequence, content.length + end)) {
      return this.takeUnacceptable(segment);
    }
    if ((flags & FLAG.RST) !== 0) {
      // RFC 5961, 3.2: one that is not where it should be is asked about.
      if (sequence === receiver.next) return this.abort();
      receiver.hurry();
      return this.output();
    }
    if (isSyn && !isSynAgain) {
      // RFC 5961, 4.2.
      receiver.hurry();
      return this.output();
    }
    if ((flags & FLAG.ACK) === 0 || !this.takeAcknowledgment(segment)) return this.output();
    const isPushed = (flags & FLAG.PSH) !== 0;
    if (content.length + end > 0 && !isSyn) {
      const wasFinished = receiver.isFinished;
      receiver.take(sequence, content, end !== 0, isPushed, network.now, transmitter.segment);
      if (receiver.isFinished && !wasFinished) {
        this.s.hasClosedFirst = transmitter.isEndSent;
        network.host.end(this.id);
      }
    }
    this.finish();
  }

  /** It is answered, and what it acknowledges is true where it is only old, or the window is closed. */
  private takeUnacceptable(segment: Segment): void {
    const { receiver } = this;
    const { sequence, flags } = segment;
    if ((flags & FLAG.RST) !== 0) return;
    receiver.hurry();
    const isOld = isBefore(sequence, receiver.next) || (receiver.room === 0 && sequence === receiver.next);
    const isAcknowledgment = (flags & (FLAG.ACK | FLAG.SYN)) === FLAG.ACK;
    if (isOld && isAcknowledgment && this.takeAcknowledgment(segment)) this.finish();
    else this.output();
  }

  /** False if the segment says what cannot be. */
  private takeAcknowledgment(segment: Segment): boolean {
    const { transmitter, network } = this;
    const { acknowledgment } = segment;
    if (this.s.state === 'syn-received') {
      const isAnswer =
        isBefore(transmitter.unacknowledged, acknowledgment) && isAtMost(acknowledgment, transmitter.highest);
      if (!isAnswer) {
        this.emitReset(acknowledgment);
        return false;
      }
      this.s.state = 'open';
    }
    if (transmitter.acknowledge(segment, network.now)) return true;
    this.receiver.hurry();
    return false;
  }

  /** Answers, and ends where both directions have. */
  private finish(): void {
    const { receiver, transmitter, network } = this;
    const isOver = receiver.isFinished && transmitter.isEndAcknowledged;
    if (!isOver) return this.output();
    if (!this.s.hasClosedFirst) return network.remove(this);
    if (this.s.state !== 'time-wait' || receiver.acknowledgesNow) this.expire();
    this.s.state = 'time-wait';
    this.output();
  }

  private expire(): void {
    this.s.expireAt = this.network.now + TIME_WAIT;
  }

  /** Sends what there is to send. */
  output(): void {
    const { receiver, transmitter, network } = this;
    if (this.s.state === 'open') transmitter.send(network.now, () => network.hasRoom());
    if (receiver.acknowledgesNow) this.emit(transmitter.next, FLAG.ACK, []);
    this.arm();
  }

  /** Does what is due; nothing if nothing is. */
  ring(): void {
    const { receiver, transmitter, network, s } = this;
    const { now } = network;
    const isDue = (at: number): boolean => at !== 0 && at <= now;
    if (isDue(s.expireAt)) return network.remove(this);
    if (isDue(receiver.ackAt)) receiver.hurry();
    if (isDue(transmitter.resendAt) && !transmitter.timedOut(now, this.synFlags)) {
      if (s.state !== 'syn-sent') this.emit(transmitter.next, FLAG.RST | FLAG.ACK, []);
      return this.abort();
    }
    this.output();
  }

  /** The guest's SYN is refused, since nobody listens where it leads to. */
  emitRefusal(): void {
    this.emit(0, FLAG.RST | FLAG.ACK, []);
  }

  /** The packet of the guest's SYN as far as an error about it tells of it: headers, without the options. */
  synPacket(): Ipv4Packet {
    const { guest, guestPort, address, port, typeOfService } = this.s;
    const frame = segmentFrame(
      { source: guest, destination: address, identification: 0, typeOfService },
      {
        ...{ sourcePort: guestPort, destinationPort: port },
        ...{ sequence: plus(this.receiver.next, -1), acknowledgment: 0 },
        ...{ flags: FLAG.SYN, window: 0, options: noOptions },
      },
    );
    const packet = readIpv4(frame.subarray(ETHERNET_HEADER));
    if (packet === undefined) throw new Error('a packet that was made here is none');
    return packet;
  }

  /** The guest's side is gone. */
  abort(): void {
    this.network.host.abort(this.id);
    this.network.remove(this);
  }

  // How it is said.

  private agree(segment: Segment): void {
    const { s } = this;
    const { options, sequence } = segment;
    s.hasScale = options.scale !== undefined;
    s.hasSack = options.sackPermitted === true;
    this.receiver.begin(sequence, s.hasScale);
    this.transmitter.begin(segment, s.hasSack, s.hasScale);
  }

  private get synFlags(): number {
    return this.s.state === 'syn-sent' ? FLAG.SYN : FLAG.SYN | FLAG.ACK;
  }

  private emit(sequence: number, flags: number, pieces: readonly Uint8Array[]): void {
    const { receiver } = this;
    const isSyn = (flags & FLAG.SYN) !== 0;
    const hasAck = (flags & FLAG.ACK) !== 0;
    const window = this.s.state === 'syn-sent' ? 0xffff : receiver.advertise(isSyn);
    const acknowledgment = hasAck ? receiver.next : 0;
    const options = isSyn ? this.synOptions : hasAck ? this.ackOptions(pieces) : noOptions;
    this.network.emit(this, { sequence, acknowledgment, flags, window, options }, pieces);
  }

  private emitReset(sequence: number): void {
    this.network.emit(
      this,
      { sequence, acknowledgment: 0, flags: FLAG.RST, window: 0, options: noOptions },
      [],
    );
  }

  private get synOptions(): Options {
    const { state, hasScale, hasSack } = this.s;
    const asks = state === 'syn-sent';
    return {
      maximumSize: LARGEST_SEGMENT,
      ...(asks || hasScale ? { scale: RECEIVE_SCALE } : {}),
      ...(asks || hasSack ? { sackPermitted: true } : {}),
    };
  }

  /** SACK goes with segments that have nothing else, which always have room for it. */
  private ackOptions(pieces: readonly Uint8Array[]): Options {
    if (!this.s.hasSack || pieces.length > 0) return noOptions;
    const { sack } = this.receiver;
    return sack.length === 0 ? noOptions : { sack };
  }

  private arm(): void {
    this.network.due(this.deadline);
  }

  /** Whether a SYN of the guest's is for another connection between the same ends: RFC 9293, 3.10.7.4. */
  isReplacedBy({ flags, sequence }: Segment): boolean {
    const isSyn = (flags & (FLAG.SYN | FLAG.ACK | FLAG.RST)) === FLAG.SYN;
    return isSyn && this.s.state === 'time-wait' && distance(this.receiver.next, sequence) > 0;
  }

  save(): ConnectionState {
    return { ...this.s, receiver: this.receiver.save(), transmitter: this.transmitter.save() };
  }
  load({ receiver, transmitter, ...state }: ConnectionState): void {
    this.s = state;
    this.receiver.load(receiver);
    this.transmitter.load(transmitter);
  }
}

const noOptions: Options = {};
