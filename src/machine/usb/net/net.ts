/**
 * QEMU's usb-net: a network card by CDC Ethernet or by RNDIS, whichever configuration the host chooses. It keeps one frame
 * for the host at a time.
 */
import { bytes, integer, listOf, oneOf, record, Shape, type Shaped } from '../../../engine/index.js';
import type { NetworkCable, NetworkSocket } from '../../network-socket.js';
import type { Plug } from '../bus.js';
import { OK, stall, UsbDevice, type Answer, type Setup } from '../device.js';
import { CLASS_FROM_INTERFACE, CLASS_TO_INTERFACE } from '../requests.js';
import type { Transaction } from '../transaction.js';
import {
  CONFIGURATION_RNDIS,
  DATA_ENDPOINT,
  netDescription,
  PACKET,
  STATUS_ENDPOINT,
} from './description.js';
import { packetHeader, packetIn, takeMessage, type RndisCard, type RndisState } from './rndis.js';

const SEND_ENCAPSULATED_COMMAND = CLASS_TO_INTERFACE | 0x00;
const GET_ENCAPSULATED_RESPONSE = CLASS_FROM_INTERFACE | 0x01;
const SET_ETHERNET_PACKET_FILTER = CLASS_TO_INTERFACE | 0x43;

/** Bytes that there is room for, each way. */
const ROOM = 2048;
const STATUS_SIZE = 8;
/** CDC 1.10, 6.3.1: NetworkConnection, connected. */
const CONNECTED = Uint8Array.of(0xa1, 0x00, 1, 0, 1, 0, 0, 0);
/** [MS-RNDIS] 2.1: an answer is there. */
const RESPONSE_AVAILABLE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
/** Answers that wait, and the largest of them. */
const ANSWERS = 64;
const LARGEST_ANSWER = 256;

const answerShape = new Shape<Uint8Array>(`at most ${LARGEST_ANSWER} bytes`, (value, path) =>
  value instanceof Uint8Array && value.length <= LARGEST_ANSWER
    ? undefined
    : `${path}: expected at most ${LARGEST_ANSWER} bytes`,
);
const ownShape = record({
  rndis: oneOf('uninitialized', 'initialized', 'data'),
  filter: integer(0, 0xffff),
  answers: listOf(answerShape, ANSWERS),
  out: bytes(ROOM),
  outLength: integer(0, ROOM),
  /** The frame for the host, and how far it has been fetched. */
  in: bytes(ROOM),
  inLength: integer(0, ROOM),
  inDone: integer(0, ROOM),
});
type Own = Shaped<typeof ownShape>;

export class UsbNet extends UsbDevice<Own> implements NetworkSocket, RndisCard {
  readonly kind = 'usb-net';
  readonly product = 'QEMU USB Network Interface';
  readonly description = netDescription;
  protected readonly ownShape = ownShape;
  filter = 0;
  private rndis: RndisState = 'uninitialized';
  private answers: Uint8Array[] = [];
  private readonly out = new Uint8Array(ROOM);
  private outLength = 0;
  private readonly in = new Uint8Array(ROOM);
  private inLength = 0;
  private inDone = 0;
  private cable: NetworkCable | undefined;

  /** @param network the name of what it is plugged into; undefined for nothing */
  constructor(
    { port, listener, strings }: Plug,
    id: string | undefined,
    readonly mac: Uint8Array,
    readonly network: string | undefined,
  ) {
    super(port, listener, id, strings);
  }

  connect(cable: NetworkCable): void {
    this.cable = cable;
  }

  receive(frame: Uint8Array): boolean {
    const header = this.isRndis ? packetHeader(frame.length) : new Uint8Array();
    const isAwaited = this.configured !== 0 && (!this.isRndis || this.rndis === 'data');
    // What nobody waits for, or is too long, is lost.
    if (!isAwaited || header.length + frame.length > ROOM) return true;
    if (this.inLength > 0) return false;
    this.in.set(header);
    this.in.set(frame, header.length);
    this.inLength = header.length + frame.length;
    this.inDone = 0;
    this.stir();
    return true;
  }

  private get isRndis(): boolean {
    return this.configured === CONFIGURATION_RNDIS;
  }

  protected classRequest({ request, value, index, length }: Setup, data: Uint8Array): Answer {
    const isControl = this.isRndis && value === 0 && index === 0;
    switch (request) {
      case SEND_ENCAPSULATED_COMMAND: {
        const message = new DataView(data.buffer, data.byteOffset, data.length);
        return isControl && takeMessage(this, message, length) ? OK : undefined;
      }
      case GET_ENCAPSULATED_RESPONSE:
        return isControl ? (this.answers.shift() ?? [0]) : undefined;
      case SET_ETHERNET_PACKET_FILTER:
        return this.isRndis ? undefined : OK;
      default:
        return undefined;
    }
  }

  protected transfer(transaction: Transaction): void {
    const { token, endpoint } = transaction;
    if (token === 'in' && endpoint === STATUS_ENDPOINT) this.tellStatus(transaction);
    else if (token === 'in' && endpoint === DATA_ENDPOINT) this.sendFrame(transaction);
    else if (token === 'out' && endpoint === DATA_ENDPOINT) this.takeFrame(transaction);
    else stall(transaction);
  }

  private tellStatus(transaction: Transaction): void {
    if (transaction.data.length < STATUS_SIZE) stall(transaction);
    else if (!this.isRndis) transaction.send(CONNECTED);
    else if (this.answers.length === 0) transaction.outcome = 'nak';
    else transaction.send(RESPONSE_AVAILABLE);
  }

  private sendFrame(transaction: Transaction): void {
    const { inLength, inDone } = this;
    if (inLength === 0) {
      transaction.outcome = 'nak';
      return;
    }
    const length = Math.min(inLength - inDone, transaction.left);
    transaction.send(this.in.subarray(inDone, inDone + length));
    this.inDone += length;
    // A frame of whole packets ends with an empty one, where messages do not say their length.
    const isShort = this.isRndis || inLength % PACKET !== 0 || length === 0;
    if (this.inDone >= inLength && isShort) this.makeRoom();
  }

  private takeFrame(transaction: Transaction): void {
    const { length } = transaction.data;
    const taken = transaction.take(Math.min(ROOM - this.outLength, length));
    this.out.set(taken, this.outLength);
    this.outLength += taken.length;
    if (this.isRndis) this.takePacket();
    else if (length % PACKET !== 0 || length === 0) {
      this.cable?.send(this.out.slice(0, this.outLength));
      this.outLength = 0;
    }
  }

  /** A message of RNDIS with a frame in it, once all of it is there. */
  private takePacket(): void {
    if (this.outLength < 8) return;
    const { length, frame } = packetIn(this.out);
    if (this.outLength < length) return;
    if (frame !== undefined) this.cable?.send(frame);
    this.outLength -= length;
    this.out.copyWithin(0, length, length + this.outLength);
  }

  private makeRoom(): void {
    this.inLength = 0;
    this.inDone = 0;
    this.cable?.ready();
  }

  // What RNDIS's messages are about.

  get rndisState(): RndisState {
    return this.rndis;
  }
  set rndisState(state: RndisState) {
    this.rndis = state;
  }
  answer(message: Uint8Array): boolean {
    if (this.answers.length >= ANSWERS) return false;
    this.answers.push(message);
    if (this.answers.length === 1) this.stir();
    return true;
  }
  clear(): void {
    this.answers = [];
    this.outLength = 0;
    this.makeRoom();
  }

  protected saveOwn(): Own {
    const { rndis, filter, answers, outLength, inLength, inDone } = this;
    const buffers = { out: this.out.slice(), in: this.in.slice() };
    return { rndis, filter, answers: [...answers], outLength, inLength, inDone, ...buffers };
  }
  protected loadOwn(own: Own): void {
    this.rndis = own.rndis;
    this.filter = own.filter;
    this.answers = [...own.answers];
    this.out.set(own.out);
    this.outLength = own.outLength;
    this.in.set(own.in);
    this.inLength = own.inLength;
    this.inDone = own.inDone;
  }
}
