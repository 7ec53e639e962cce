/**
 * Remote NDIS, Microsoft's way to a network card: messages with which the host asks for what a card is and sets it up, and
 * the card's answers. [MS-RNDIS] 2.2; which objects there are, and what they say, as QEMU 7.2.
 */
import { ETHERNET_FRAME } from './description.js';

const PACKET_MSG = 1;
const INITIALIZE_MSG = 2;
const HALT_MSG = 3;
const QUERY_MSG = 4;
const SET_MSG = 5;
const RESET_MSG = 6;
const KEEPALIVE_MSG = 8;
const COMPLETE = 0x8000_0000;

const STATUS_SUCCESS = 0;
const STATUS_NOT_SUPPORTED = 0xc000_00bb;

/** Of a message that has a frame in it, up to the frame. */
export const PACKET_HEADER = 44;
const MAX_TRANSFER = ETHERNET_FRAME + PACKET_HEADER + 22;
const MAX_TOTAL = 1558;
const LINK_SPEED = 1_000_000;
const VENDOR = 0x1234;

export type RndisState = 'uninitialized' | 'initialized' | 'data';

/** What the messages are about. */
export interface RndisCard {
  readonly mac: Uint8Array;
  rndisState: RndisState;
  /** Which frames the host wants; 0 for none. */
  filter: number;
  /** Puts an answer into line; false where there is no room. */
  answer(message: Uint8Array): boolean;
  /** Forgets answers, and frames both ways. */
  clear(): void;
}

const le32 = (...words: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [i, word] of words.entries()) view.setUint32(4 * i, word, true);
  return bytes;
};

const OID_GEN_SUPPORTED_LIST = 0x0001_0101;
const OID_GEN_CURRENT_PACKET_FILTER = 0x0001_010e;
const OID_802_3_MULTICAST_LIST = 0x0101_0103;

const zero = (): Uint8Array => le32(0);
const text = (value: string): Uint8Array => Uint8Array.from(value + '\0', (letter) => letter.charCodeAt(0));

/** By number, what is answered. */
const objects: ReadonlyMap<number, (card: RndisCard) => Uint8Array> = new Map<
  number,
  (card: RndisCard) => Uint8Array
>([
  [OID_GEN_SUPPORTED_LIST, () => le32(...supported)],
  [0x0001_0102, zero], // OID_GEN_HARDWARE_STATUS
  [0x0001_0103, zero], // OID_GEN_MEDIA_SUPPORTED
  [0x0001_0104, zero], // OID_GEN_MEDIA_IN_USE
  [0x0001_0106, () => le32(ETHERNET_FRAME)], // OID_GEN_MAXIMUM_FRAME_SIZE
  [0x0001_0107, () => le32(LINK_SPEED)], // OID_GEN_LINK_SPEED, in units of 100 bits a second
  [0x0001_010a, () => le32(ETHERNET_FRAME)], // OID_GEN_TRANSMIT_BLOCK_SIZE
  [0x0001_010b, () => le32(ETHERNET_FRAME)], // OID_GEN_RECEIVE_BLOCK_SIZE
  [0x0001_010c, () => le32(VENDOR)], // OID_GEN_VENDOR_ID
  [0x0001_010d, () => text('QEMU USB RNDIS Net')], // OID_GEN_VENDOR_DESCRIPTION
  [0x0001_0116, () => le32(1)], // OID_GEN_VENDOR_DRIVER_VERSION
  [OID_GEN_CURRENT_PACKET_FILTER, ({ filter }) => le32(filter)],
  [0x0001_0111, () => le32(MAX_TOTAL)], // OID_GEN_MAXIMUM_TOTAL_SIZE
  [0x0001_0114, zero], // OID_GEN_MEDIA_CONNECT_STATUS: connected
  [0x0001_0202, zero], // OID_GEN_PHYSICAL_MEDIUM
  [0x0002_0101, zero], // OID_GEN_XMIT_OK
  [0x0002_0102, zero], // OID_GEN_RCV_OK
  [0x0002_0103, zero], // OID_GEN_XMIT_ERROR
  [0x0002_0104, zero], // OID_GEN_RCV_ERROR
  [0x0002_0105, zero], // OID_GEN_RCV_NO_BUFFER
  [0x0101_0101, ({ mac }) => mac.slice()], // OID_802_3_PERMANENT_ADDRESS
  [0x0101_0102, ({ mac }) => mac.slice()], // OID_802_3_CURRENT_ADDRESS
  [OID_802_3_MULTICAST_LIST, () => le32(0xe000_0000)],
  [0x0101_0105, () => new Uint8Array()], // OID_802_3_MAC_OPTIONS
  [0x0101_0104, () => le32(1)], // OID_802_3_MAXIMUM_LIST_SIZE
  [0x0102_0101, zero], // OID_802_3_RCV_ERROR_ALIGNMENT
  [0x0102_0102, zero], // OID_802_3_XMIT_ONE_COLLISION
  [0x0102_0103, zero], // OID_802_3_XMIT_MORE_COLLISIONS
]);
const supported = [...objects.keys()];

/** Answered, and not in the list. OID_GEN_MAC_OPTIONS: receives one after the other, and while it sends. */
const unlisted: ReadonlyMap<number, () => Uint8Array> = new Map([[0x0001_0113, () => le32(0x12)]]);

/** Carries a message out, `length` bytes of what there is. False for one that the card stalls at. */
export function takeMessage(card: RndisCard, message: DataView, length: number): boolean {
  const request = message.getUint32(8, true);
  switch (message.getUint32(0, true)) {
    case INITIALIZE_MSG:
      card.rndisState = 'initialized';
      return answer(card, INITIALIZE_MSG, request, STATUS_SUCCESS, ...[1, 0, 1, 0, 1, MAX_TRANSFER, 0, 0, 0]);
    case HALT_MSG:
      card.rndisState = 'uninitialized';
      return true;
    case QUERY_MSG:
      return query(card, message, length);
    case SET_MSG:
      return set(card, message, length);
    case RESET_MSG:
      card.clear();
      return card.answer(le32(COMPLETE + RESET_MSG, 16, STATUS_SUCCESS, 1));
    case KEEPALIVE_MSG:
      return answer(card, KEEPALIVE_MSG, request, STATUS_SUCCESS);
    default:
      return false;
  }
}

function answer(card: RndisCard, kind: number, ...words: readonly number[]): boolean {
  return card.answer(le32(COMPLETE + kind, 8 + 4 * words.length, ...words));
}

/** Where the information of a query or a setting is; undefined where it is not within the message. */
function information(message: DataView, length: number): number | undefined {
  const size = message.getUint32(16, true);
  const offset = (message.getUint32(20, true) + 8) >>> 0;
  return size > length || offset >= length || (offset + size) >>> 0 > length ? undefined : offset;
}

function query(card: RndisCard, message: DataView, length: number): boolean {
  if (information(message, length) === undefined) return false;
  const object = message.getUint32(12, true);
  const value = (objects.get(object) ?? unlisted.get(object))?.(card) ?? new Uint8Array();
  const head = le32(
    ...[COMPLETE + QUERY_MSG, 24 + value.length, message.getUint32(8, true), STATUS_SUCCESS, value.length],
    value.length === 0 ? 0 : 16,
  );
  return card.answer(Uint8Array.of(...head, ...value));
}

function set(card: RndisCard, message: DataView, length: number): boolean {
  const at = information(message, length);
  // QEMU has put the answer into line by then, with nothing in it.
  if (at === undefined) {
    card.answer(new Uint8Array(16));
    return false;
  }
  const object = message.getUint32(12, true);
  const isKnown = object === OID_GEN_CURRENT_PACKET_FILTER || object === OID_802_3_MULTICAST_LIST;
  const status = isKnown ? STATUS_SUCCESS : STATUS_NOT_SUPPORTED;
  if (object === OID_GEN_CURRENT_PACKET_FILTER) {
    // Beyond the end there is nothing.
    const high = at + 1 < message.byteLength ? message.getUint8(at + 1) : 0;
    card.filter = message.getUint8(at) | (high << 8);
    card.rndisState = card.filter === 0 ? 'initialized' : 'data';
  }
  return answer(card, SET_MSG, message.getUint32(8, true), status);
}

/** The header in front of a frame for the host. */
export const packetHeader = (frame: number): Uint8Array =>
  le32(PACKET_MSG, frame + PACKET_HEADER, PACKET_HEADER - 8, frame, 0, 0, 0, 0, 0, 0, 0);

/**
 * What is at the start of bytes from the host: the length that a message there says it has, and the frame in it, if it
 * has one.
 */
export function packetIn(bytes: Uint8Array): {
  readonly length: number;
  readonly frame: Uint8Array | undefined;
} {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const length = view.getUint32(4, true);
  const offset = (view.getUint32(8, true) + 8) >>> 0;
  const size = view.getUint32(12, true);
  const isFrame = view.getUint32(0, true) === PACKET_MSG;
  const isInside = offset < length && size < length && (offset + size) >>> 0 <= length;
  return { length, frame: isFrame && isInside ? bytes.slice(offset, offset + size) : undefined };
}
