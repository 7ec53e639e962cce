/**
 * Frames as a guest in error, or in bad faith, may send them, and events as a recording may have them: whatever comes, the
 * network goes on, and what it keeps stays bounded.
 */
import { Shape } from '../../src/engine/index.js';
import { addWords, checksumOf, pseudoHeader } from '../../src/network/checksum.js';
import { networkEventFields, noHost, type NetworkEvent } from '../../src/network/index.js';
import type { NetworkEventKind, NetworkHost, UserNetwork } from '../../src/network/index.js';
import { put16 } from '../../src/network/packet.js';
import { FLAG } from '../../src/network/tcp/segment.js';
import { DNS, GUEST, HOST, ScriptedGuest } from '../../conformance/network/guest.js';
import { generator, mutate } from '../mutations.js';
import { timedNetwork, type TimedNetwork } from './virtual-time.js';

export interface MutationTrials {
  readonly frames: number;
  readonly answers: number;
  /** Of a saved network, in bytes. */
  readonly largest: number;
  /** Of one frame or event, in ms. */
  readonly longest: number;
  readonly failures: readonly string[];
}

type Random = (below: number) => number;

/** Good frames of all kinds, for connections that may be there. */
function goodFrame(random: Random, sequence: (port: number) => number): Uint8Array {
  let made = new Uint8Array();
  const guest = new ScriptedGuest({
    send: (frame) => (made = Uint8Array.from(frame)),
    take: async () => [],
    close: async () => undefined,
  });
  const port = 1000 + random(6);
  const content = new Uint8Array(random(3) === 0 ? random(1460) : random(20)).map(() => random(256));
  const kinds: (() => void)[] = [
    () => guest.arp(1 + random(2), GUEST, random(2) === 0 ? HOST : DNS),
    () => guest.ping(HOST, random(100)),
    () =>
      guest.udp(
        HOST,
        69,
        new Uint8Array([0, 1 + random(5), ...new TextEncoder().encode('small\0octet\0blksize\x008\0')]),
        port,
      ),
    () => guest.udp(0xffff_ffff, 67, dhcpMessage(random), 68, 0),
    () => guest.udp(random(2) === 0 ? HOST : DNS, 53, content, port),
    ...Array.from({ length: 6 }, () => () => segment(guest, random, port, sequence(port), content)),
  ];
  kinds[random(kinds.length)]();
  return made;
}

function dhcpMessage(random: Random): Uint8Array {
  const message = new Uint8Array(300);
  message.set([1, 1, 6]);
  message.set([2, 0, 0, 0, 0, random(20)], 28);
  message.set([99, 130, 83, 99, 53, 1, 1 + 2 * random(2), 50, 4, 10, 0, 2, 15 + random(18), 255], 236);
  return message;
}

function segment(
  guest: ScriptedGuest,
  random: Random,
  port: number,
  sequence: number,
  content: Uint8Array,
): void {
  const flags = [
    FLAG.SYN,
    FLAG.SYN | FLAG.ACK,
    FLAG.ACK,
    FLAG.ACK | FLAG.PSH,
    FLAG.ACK | FLAG.FIN,
    FLAG.RST,
    random(256),
  ];
  const options = [
    {},
    { maximumSize: random(2) === 0 ? 1460 : random(65536), scale: random(16), sackPermitted: true },
    {
      sack: Array.from(
        { length: 1 + random(3) },
        () => [sequence + random(5000), sequence + random(5000)] as [number, number],
      ),
    },
  ];
  const fields = {
    sequence: (sequence + (random(2) === 0 ? 0 : random(100_000) - 50_000)) >>> 0,
    acknowledgment: random(4) === 0 ? random(2 ** 32) : sequence,
    flags: flags[random(flags.length)],
    window: random(65536),
    options: options[random(options.length)],
  };
  guest.segment(80 + random(3), HOST, fields, port, content);
}

/** Makes the checksums right, so that what is wrong is found further in. */
function mend(frame: Uint8Array): void {
  const headerLength = (frame[14] & 0xf) * 4;
  const total = Math.min(frame.length - 14, (frame[16] << 8) | frame[17]);
  if (frame.length < 54 || headerLength < 20 || total < headerLength + 8) return;
  put16(frame, 24, 0);
  put16(frame, 24, checksumOf(addWords(frame, 14, 14 + headerLength)));
  const at = 14 + headerLength;
  const end = 14 + total;
  const place: Readonly<Record<number, number>> = { 1: 2, 6: 16, 17: 6 };
  const field = place[frame[23]];
  if (field === undefined || at + field + 2 > end) return;
  put16(frame, at + field, 0);
  const view = new DataView(frame.buffer, frame.byteOffset);
  const pseudo =
    frame[23] === 1 ? 0 : pseudoHeader(view.getUint32(26), view.getUint32(30), frame[23], end - at);
  put16(frame, at + field, checksumOf(addWords(frame, at, end, pseudo)));
}

const eventKinds = Object.keys(networkEventFields) as NetworkEventKind[];

/** Anything that a recording can hold, most of it for what is there. */
function anyEvent(random: Random, ids: readonly number[]): NetworkEvent {
  const kind = random(50) === 0 ? 'lost' : eventKinds[random(eventKinds.length - 1)];
  const value = (field: string): number | Uint8Array => {
    if (field === 'bytes') return new Uint8Array(random(4) === 0 ? random(70_000) : random(300));
    if (field === 'id') return ids.length > 0 && random(8) > 0 ? ids[random(ids.length)] : random(1000);
    if (field === 'guest' || field === 'address')
      return [GUEST, HOST, 0, 0x7f00_0001, random(2 ** 32)][random(5)];
    return field === 'size' || field === 'count' ? random(2 ** 31) : random(field === 'code' ? 256 : 65536);
  };
  return {
    what: kind,
    ...Object.fromEntries(networkEventFields[kind].map((field) => [field, value(field)])),
  } as NetworkEvent;
}

/** A host that answers now and then. */
function capricious(ids: number[]): NetworkHost {
  const know = (id: number): void => {
    ids.push(id);
    if (ids.length > 40) ids.shift();
  };
  return { ...noHost, connect: know, sendDatagram: know, readFile: know };
}

/** What a network keeps at most, in bytes of JSON: its connections' buffers are what counts. */
export const MOST_KEPT = 2 ** 28;

export function mutatedFrames(count: number, seed = 1): MutationTrials {
  const random = generator(seed);
  const failures: string[] = [];
  let [answers, largest, longest, frames] = [0, 0, 0, 0];
  while (frames < count) {
    const ids: number[] = [];
    const timed = timedNetwork({ hasTftp: true, forwards: [[HOST + 98, 80]] }, () => random(10) > 0);
    timed.network.host = capricious(ids);
    const round = Math.min(2000, count - frames);
    for (let i = 0; i < round; i++) {
      const began = performance.now();
      try {
        act(timed, random, ids);
      } catch (error) {
        failures.push(
          `seed ${seed}, frame ${frames + i}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
        );
      }
      longest = Math.max(longest, performance.now() - began);
      answers += timed.frames.splice(0).length;
    }
    frames += round;
    largest = Math.max(largest, checkState(timed.network, failures));
  }
  if (largest > MOST_KEPT) failures.push(`${largest} bytes are kept`);
  return { frames, answers, largest, longest, failures: failures.slice(0, 20) };
}

function act({ network, pass }: TimedNetwork, random: Random, ids: readonly number[]): void {
  const connections = network.traffic.tcp;
  const sequence = (port: number): number => {
    const found = connections.find(({ ends }) => ends.guestPort === port);
    const state = found?.save();
    return state === undefined
      ? random(2 ** 32)
      : random(2) === 0
        ? state.receiver.next
        : state.transmitter.next;
  };
  const good = goodFrame(random, sequence);
  const frame = random(3) === 0 ? good : mutate(good, random);
  if (random(3) > 0) mend(frame);
  network.send(frame);
  if (random(3) === 0) network.enter(anyEvent(random, ids));
  if (random(2) === 0) network.ready();
  pass(random(20) === 0 ? random(5000) : random(3));
}

/** What is saved is of its shape, and a network that loads it saves the same. */
function checkState(network: UserNetwork, failures: string[]): number {
  const state = network.save();
  const misfit = (network.shape as Shape<unknown>).misfit(state, 'network');
  if (misfit !== undefined) failures.push(misfit);
  const other = timedNetwork({ hasTftp: true }).network;
  other.load(state);
  const text = JSON.stringify(state, bytesAsText);
  if (JSON.stringify(other.save(), bytesAsText) !== text)
    failures.push('a network that was saved and loaded is another one');
  return text.length;
}
const bytesAsText = (_: string, value: unknown): unknown =>
  value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value;
