/** The user-mode network: what guests see of it is what they see on QEMU, and nothing that comes confuses it. */
import { readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { noHost, type NetworkHost } from '../src/network/index.js';
import { makeDirectory, seenBy } from '../conformance/network.js';
import { GUEST, HOST } from '../conformance/network/guest.js';
import { scenarios, startServices, type Services } from '../conformance/network/scenarios.js';
import { generator } from './mutations.js';
import { mutatedFrames } from './network/mutated-frames.js';
import { SimpleGuest, type Weather } from './network/simple-guest.js';
import { timedNetwork, timedWire } from './network/virtual-time.js';

const recorded = JSON.parse(
  readFileSync(new URL('data/network/libslirp.json', import.meta.url), 'utf8'),
) as Record<string, readonly string[]>;

describe('what a guest sees is what it saw on QEMU', () => {
  let directory: string;
  let services: Services;
  beforeAll(async () => {
    directory = makeDirectory();
    services = await startServices(directory);
  });
  afterAll(() => {
    services.stop();
    rmSync(directory, { recursive: true });
  });
  it.each(Object.keys(recorded))('%s', async (name) => {
    const scenario = scenarios.find((each) => each.name === name)!;
    expect(await seenBy(timedWire, scenario, services)).toEqual(recorded[name]);
  });
});

/** A host that takes what comes, and has content for the guest. */
function exchanging(timed: ReturnType<typeof timedNetwork>, content: Uint8Array) {
  const received: number[] = [];
  let id = 0;
  let sent = 0;
  let passing = 0;
  let hasEnded = false;
  const host: NetworkHost = {
    ...noHost,
    connect: (connection) => (id = connection),
    write: (_, bytes) => {
      received.push(...bytes);
      passing += bytes.length;
    },
    end: () => (hasEnded = true),
  };
  timed.network.host = host;
  let isConnected = false;
  return {
    received,
    get hasEnded() {
      return hasEnded;
    },
    step: (): void => {
      if (id === 0) return;
      if (!isConnected) {
        isConnected = true;
        timed.network.enter({ what: 'connected', id });
      }
      if (passing > 0) timed.network.enter({ what: 'passed', id, count: passing });
      passing = 0;
      const room = timed.network.room(id) ?? 0;
      const piece = content.subarray(sent, sent + Math.min(room, 10_000));
      if (piece.length > 0) timed.network.enter({ what: 'content', id, bytes: piece });
      const wasLeft = sent < content.length;
      sent += piece.length;
      if (wasLeft && sent === content.length) timed.network.enter({ what: 'ended', id });
    },
  };
}

const pattern = (length: number, factor: number): Uint8Array =>
  new Uint8Array(length).map((_, i) => i * factor + (i >> 8));

describe('TCP brings all of it both ways', () => {
  const weathers: Readonly<Record<string, Weather>> = {
    calm: { lost: 0, late: 0 },
    'in disorder': { lost: 0, late: 200 },
    'with losses': { lost: 30, late: 50 },
    'with many losses': { lost: 150, late: 100 },
  };
  const ways = [
    { sack: true, scale: true },
    { sack: false, scale: true },
    { sack: false, scale: false },
  ];
  for (const [name, weather] of Object.entries(weathers)) {
    for (const { sack, scale } of ways) {
      it(`${name}, ${sack ? 'with' : 'without'} SACK, ${scale ? 'with' : 'without'} window scaling`, () => {
        const timed = timedNetwork();
        const [up, down] = [pattern(150_000, 7), pattern(200_000, 11)];
        const host = exchanging(timed, down);
        const guest = new SimpleGuest(timed, generator(5), weather, up, { sack, scale, port: 80 });
        let milliseconds = 0;
        while (guest.step() && milliseconds < 600_000) {
          host.step();
          milliseconds += 1;
        }
        expect(guest.isReset).toBe(false);
        expect(Buffer.from(guest.received).equals(Buffer.from(down))).toBe(true);
        expect(Buffer.from(host.received).equals(Buffer.from(up))).toBe(true);
        expect(host.hasEnded).toBe(true);
        if (name === 'calm') expect(milliseconds).toBeLessThan(200);
        // What it has said last may be lost as well.
        for (let i = 0; i < 90_000; i++) guest.step();
        expect(timed.network.traffic.tcp).toEqual([]);
      });
    }
  }
});

describe('a network that is saved in the middle', () => {
  it('goes on in another as in the first', () => {
    const run = (saves: boolean): string => {
      const timed = timedNetwork();
      const host = exchanging(timed, pattern(100_000, 3));
      const guest = new SimpleGuest(timed, generator(9), { lost: 50, late: 50 }, pattern(50_000, 5), {
        ...{ sack: true, scale: true, port: 80 },
      });
      for (let i = 0; i < 20_000 && guest.step(); i++) {
        host.step();
        if (!saves || i % 10 !== 0) continue;
        const state = timed.network.shape.check(timed.network.save(), 'network');
        timed.network.load(state);
      }
      return `${guest.received.length} ${host.received.length} ${JSON.stringify(timed.network.save())}`;
    };
    expect(run(true)).toBe(run(false));
  });
});

describe('a host that has lost its sockets', () => {
  it('resets what the guest had open', () => {
    const timed = timedNetwork();
    const host = exchanging(timed, pattern(1_000_000, 3));
    const guest = new SimpleGuest(timed, generator(1), { lost: 0, late: 0 }, pattern(10, 1), {
      ...{ sack: true, scale: true, port: 80 },
    });
    for (let i = 0; i < 50; i++) {
      guest.step();
      host.step();
    }
    expect(guest.isOpen).toBe(true);
    timed.network.enter({ what: 'lost' });
    while (guest.step()) continue;
    expect(guest.isReset).toBe(true);
    expect(timed.network.traffic).toEqual({ tcp: [], udp: [] });
  });
});

describe('a forwarded port', () => {
  it('is given up where no guest answers', () => {
    const timed = timedNetwork();
    const aborted: number[] = [];
    timed.network.host = { ...noHost, abort: (id) => aborted.push(id) };
    const id = timed.network.enter({
      ...{ what: 'accepted', address: 0x7f00_0001, port: 40_000, guest: GUEST, guestPort: 22 },
    });
    timed.pass(60_000);
    // Nobody has told who has the guest's address.
    expect(timed.frames.every((frame) => frame[12] === 8 && frame[13] === 6)).toBe(true);
    expect(aborted).toEqual([]);
    timed.pass(100_000);
    expect(aborted).toEqual([id]);
    expect(HOST).toBe(0x0a00_0202);
  });
});

describe('mutated frames and events', () => {
  it('crash nothing, and leave nothing behind', () => {
    const { failures, answers, longest } = mutatedFrames(6000, 3);
    expect(failures).toEqual([]);
    expect(answers).toBeGreaterThan(1000);
    expect(longest).toBeLessThan(1000);
  });
});
