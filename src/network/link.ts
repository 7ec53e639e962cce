/**
 * The wire to the guest's card: frames for it in a line of bounded length, and those that wait for the Ethernet address
 * of whom they are for.
 */
import { count, integer, listOf, Listeners, record, tuple, type Shaped } from '../engine/index.js';
import { ArpTable, arpRequest, arpShape, stationAddress } from './arp.js';
import { bytesUpTo } from './reassembly.js';

/** What is at the other end. */
export interface NetworkCard {
  /** Takes a frame, without its check sequence; false if it has no room. Then it calls `ready` once it has. */
  receive(frame: Uint8Array): boolean;
}

/** Frames that wait for the card; TCP makes no more of them where there are so many. */
const MOST_FRAMES = 256;
const ENOUGH_FRAMES = 64;
/** Frames that wait for an address, and for how long, in ns: as libslirp, a second. */
const MOST_UNRESOLVED = 16;
const PATIENCE = 1e9;
const LARGEST_FRAME = 1514;
const SMALLEST_FRAME = 60;

const frameShape = bytesUpTo(LARGEST_FRAME);
const unresolvedShape = listOf(
  tuple<[number, number, Uint8Array]>(integer(0, 0xffff_ffff), count, frameShape),
  MOST_UNRESOLVED,
);
export const linkShape = record({
  arp: arpShape,
  frames: listOf(frameShape, MOST_FRAMES),
  unresolved: unresolvedShape,
});
export type LinkState = Shaped<typeof linkShape>;

export class Link {
  /** Hear each frame on the wire; `fromGuest`: which way it goes. */
  readonly seen = new Listeners<(frame: Uint8Array, fromGuest: boolean) => void>();
  private readonly arp: ArpTable;
  private frames: Uint8Array[] = [];
  private unresolved: Shaped<typeof unresolvedShape> = [];

  /**
   * @param host this network's first station, which asks for addresses
   * @param directed the network's broadcast address
   * @param filled called when a frame waits for the card that had none
   */
  constructor(
    private readonly host: number,
    directed: number,
    private readonly filled: () => void,
  ) {
    this.arp = new ArpTable(directed);
  }

  /** Whether TCP may send more. */
  get hasRoom(): boolean {
    return this.frames.length < ENOUGH_FRAMES;
  }
  get isEmpty(): boolean {
    return this.frames.length === 0;
  }

  /** Sends a frame with an IPv4 packet in it for that address: its Ethernet addresses are filled in. */
  send(frame: Uint8Array, destination: number, now: number): void {
    // Nobody has that one.
    if (destination === 0) return;
    const mac = this.arp.find(destination);
    if (mac === undefined) {
      this.ask(frame, destination, now);
      return;
    }
    frame.set(mac, 0);
    frame.set(stationAddress(this.host), 6);
    this.put(frame);
  }

  /** Learns who has an address. */
  learn(address: number, mac: Uint8Array, now: number): void {
    this.arp.learn(address, mac);
    if (this.unresolved.length > 0) this.sendResolved(now);
  }

  /** Takes an ARP frame. */
  takeArp(frame: Uint8Array, isStation: (address: number) => boolean, now: number): void {
    const reply = this.arp.take(frame, isStation);
    if (reply !== undefined) this.put(reply);
    if (this.unresolved.length > 0) this.sendResolved(now);
  }

  /** Gives the card what it takes; false if there is more than that. */
  deliver(card: NetworkCard | undefined): boolean {
    let given = 0;
    while (given < this.frames.length && card?.receive(this.frames[given]) === true) {
      this.hear(this.frames[given], false);
      given += 1;
    }
    if (given > 0) this.frames = this.frames.slice(given);
    return this.frames.length === 0;
  }

  hear(frame: Uint8Array, fromGuest: boolean): void {
    for (const hear of this.seen.all) hear(frame, fromGuest);
  }

  private ask(frame: Uint8Array, destination: number, now: number): void {
    this.unresolved = this.unresolved.filter(([, until]) => now < until);
    const isAsked = this.unresolved.some(([address]) => address === destination);
    if (this.unresolved.length === MOST_UNRESOLVED) this.unresolved.shift();
    this.unresolved.push([destination, now + PATIENCE, frame]);
    if (!isAsked) this.put(arpRequest(this.host, destination));
  }

  private sendResolved(now: number): void {
    const waiting = this.unresolved.filter(([, until]) => now < until);
    this.unresolved = waiting.filter(([address]) => this.arp.find(address) === undefined);
    for (const [address, , frame] of waiting) {
      if (this.arp.find(address) !== undefined) this.send(frame, address, now);
    }
  }

  private put(frame: Uint8Array): void {
    // A card that takes nothing loses what comes then, as on any full wire.
    if (this.frames.length >= MOST_FRAMES) return;
    if (frame.length < SMALLEST_FRAME) {
      const padded = new Uint8Array(SMALLEST_FRAME);
      padded.set(frame);
      frame = padded;
    }
    this.frames.push(frame);
    if (this.frames.length === 1) this.filled();
  }

  save(): LinkState {
    return { arp: this.arp.save(), frames: [...this.frames], unresolved: [...this.unresolved] };
  }
  load({ arp, frames, unresolved }: LinkState): void {
    this.arp.load(arp);
    this.frames = [...frames];
    this.unresolved = [...unresolved];
  }
}
