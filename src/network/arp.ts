/** Which Ethernet address has an IPv4 address: RFC 826. */
import { bytes, integer, listOf, tuple, type Shaped } from '../engine/index.js';
import { BROADCAST, ETHERNET_BROADCAST, macText } from './address.js';
import { ETHERNET_HEADER, TYPE_ARP } from './ipv4.js';
import { get16, get32, put16, put32 } from './packet.js';

const ETHERNET = 1;
const IPV4 = 0x0800;
const REQUEST = 1;
const REPLY = 2;
const LENGTH = 28;
/** As libslirp's answers are; what is behind them is 0. */
const REPLY_FRAME = 64;

/** Neighbours that are known at a time. */
const MOST = 16;

/** The Ethernet address of a station that this network plays. */
export const stationAddress = (address: number): Uint8Array =>
  Uint8Array.of(0x52, 0x55, address >>> 24, address >>> 16, address >>> 8, address);

function arpFrame(
  operation: number,
  from: readonly [mac: Uint8Array, address: number],
  to: readonly [mac: Uint8Array, address: number],
  length: number,
): Uint8Array {
  const frame = new Uint8Array(length);
  frame.set(operation === REPLY ? to[0] : ETHERNET_BROADCAST, 0);
  frame.set(from[0], 6);
  put16(frame, 12, TYPE_ARP);
  put16(frame, 14, ETHERNET);
  put16(frame, 16, IPV4);
  frame[18] = 6;
  frame[19] = 4;
  put16(frame, 20, operation);
  frame.set(from[0], 22);
  put32(frame, 28, from[1]);
  frame.set(to[0], 32);
  put32(frame, 38, to[1]);
  return frame;
}

const noAddress = new Uint8Array(6);

/** Asks everybody for the Ethernet address of `wanted`. */
export const arpRequest = (asker: number, wanted: number): Uint8Array =>
  arpFrame(REQUEST, [stationAddress(asker), asker], [noAddress, wanted], ETHERNET_HEADER + LENGTH);

const neighbourShape = tuple<[number, Uint8Array]>(integer(0, 0xffff_ffff), bytes(6));
export const arpShape = listOf(neighbourShape, MOST);
export type ArpState = Shaped<typeof arpShape>;

export class ArpTable {
  /** Who was told first, first. */
  private neighbours: ArpState = [];

  /** Both are broadcast addresses. @param directed that of the network */
  constructor(private readonly directed: number) {}

  /** The Ethernet address of an IPv4 address, if it is known. */
  find(address: number): Uint8Array | undefined {
    if (this.isBroadcast(address)) return ETHERNET_BROADCAST;
    return this.neighbours.find(([known]) => known === address)?.[1];
  }

  learn(address: number, mac: Uint8Array): void {
    if (address === 0 || this.isBroadcast(address)) return;
    const known = this.neighbours.find(([each]) => each === address);
    if (known !== undefined) {
      if (macText(known[1]) !== macText(mac)) known[1] = mac.slice(0, 6);
      return;
    }
    if (this.neighbours.length === MOST) this.neighbours.shift();
    this.neighbours.push([address, mac.slice(0, 6)]);
  }

  /**
   * Takes an ARP frame; the answer to it, if it asks for one of the stations here.
   * @param isStation whether this network plays the station of an address
   */
  take(frame: Uint8Array, isStation: (address: number) => boolean): Uint8Array | undefined {
    if (frame.length < ETHERNET_HEADER + LENGTH) return undefined;
    const isIpv4 = get16(frame, 14) === ETHERNET && get16(frame, 16) === IPV4;
    if (!isIpv4 || frame[18] !== 6 || frame[19] !== 4) return undefined;
    const operation = get16(frame, 20);
    const sender = get32(frame, 28);
    const target = get32(frame, 38);
    const mac = frame.slice(22, 28);
    if (operation === REPLY || (operation === REQUEST && sender === target)) this.learn(sender, mac);
    if (operation !== REQUEST || sender === target || !isStation(target)) return undefined;
    this.learn(sender, mac);
    const reply = arpFrame(REPLY, [stationAddress(target), target], [mac, sender], REPLY_FRAME);
    // To the frame's sender, who may ask for somebody else.
    reply.set(frame.subarray(6, 12), 0);
    return reply;
  }

  private isBroadcast(address: number): boolean {
    return address === BROADCAST || address === this.directed;
  }

  save(): ArpState {
    return this.neighbours.map(([address, mac]) => [address, mac]);
  }
  load(state: ArpState): void {
    this.neighbours = state.map(([address, mac]) => [address, mac]);
  }
}
