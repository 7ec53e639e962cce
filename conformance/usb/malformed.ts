/**
 * Transfers that no driver would have carried out: any setup packet, any length, any endpoint, from any address in memory,
 * any value in any register, in the middle of whatever else goes on. Nothing throws, nothing takes long, nothing grows.
 */
import { usbDevice, type Board, type InputEvent } from '../../src/machine/index.js';
import { random, type Random } from '../devices/random.js';
import { REGISTER, start } from './driver.js';
import { boardWith, perform } from './firstlight.js';
import { bringUp, place } from './generator.js';
import { DWC2, SCRATCH } from './operations.js';
import { someStorage } from './storage.js';

export interface Malformed {
  readonly transfers: number;
  /** Of the processor's time for one step, ms. */
  readonly longest: number;
  /** Of the process, from the second tenth to the last, bytes. */
  readonly grown: number;
}

/** Longer than any step takes, ms. */
export const LONGEST = 2000;
export const GROWTH = 64 * 2 ** 20;

const DEVICES = [
  ...(['usb-kbd', 'usb-mouse', 'usb-tablet', 'usb-net', 'usb-storage', 'usb-hub'] as const).map((kind) =>
    usbDevice(kind),
  ),
];
/** Steps after which there is another board. */
const LIFE = 400;

type Step = (board: Board, r: Random) => void;

const register = (r: Random): number =>
  r.oneIn(2)
    ? REGISTER.HCCHAR + 4 * r.below(64)
    : r.oneIn(2)
      ? 4 * r.below(0x400)
      : r.pick(Object.values(REGISTER));

const transfer: Step = (board, r) => {
  const bytes = Uint8Array.from({ length: r.pick([8, 8, 8, 64, 200]) }, () => r.below(256));
  // Half of them are near something that there is.
  if (r.oneIn(2))
    bytes.set([r.pick([0, 1, 2, 0x21, 0x23, 0x80, 0x81, 0xa0, 0xa1, 0xa3]), r.below(12), r.below(4)]);
  if (r.oneIn(2)) bytes.set([r.below(4), 0, r.below(256), r.oneIn(9) ? r.below(256) : 0], 4);
  board.bus.writeBytes(SCRATCH, bytes);
  const isSetup = r.oneIn(3);
  const operations = start({
    channel: r.below(8),
    device: r.oneIn(6) ? r.below(128) : r.below(8),
    endpoint: r.oneIn(2) ? 0 : r.oneIn(4) ? r.below(16) : r.below(3),
    type: isSetup || r.oneIn(2) ? 0 : r.below(4),
    isIn: r.oneIn(2),
    isSetup,
    maxPacketSize: r.pick([0, 1, 8, 8, 64, 64, 512, r.below(2048)]),
    length:
      isSetup && !r.oneIn(8)
        ? 8
        : r.pick([0, 1, 8, 64, 1514, 1536, 1537, 4096, 65536, 65537, r.below(2 ** 19)]),
    packets: r.oneIn(2) ? r.below(1024) : r.below(8),
  });
  for (const operation of operations) perform(board, operation);
  if (r.oneIn(8)) board.bus.write(DWC2 + REGISTER.HCDMA + 0x20 * r.below(8), 4, r.word());
  if (r.oneIn(2)) board.bus.write(DWC2 + REGISTER.HCCHAR + 0x20 * r.below(8), 4, 2 ** 30);
};

const poke: Step = ({ bus }, r) => {
  const size = r.pick([1, 2, 4] as const);
  const at = DWC2 + (register(r) & ~(size - 1));
  if (r.oneIn(2)) bus.read(at, size);
  else bus.write(at, size, r.word());
};

const time: Step = ({ clock }, r) =>
  clock.advanceTo(clock.now + r.pick([0, 1000, 250_000, 1_000_000, 30_000_000]));

const frame: Step = ({ cards = [] }, r) => {
  for (const card of cards)
    card.receive(new Uint8Array(r.pick([0, 14, 60, 64, 1514, 2048, 2049, 65_000])).fill(r.below(256)));
};

const input: Step = ({ usb }, r) => {
  const events: readonly InputEvent[] = [
    { kind: 'key', code: r.below(256), down: r.oneIn(2) },
    { kind: 'button', button: r.pick(['left', 'extra', 'wheel up'] as const), down: r.oneIn(2) },
    { kind: 'relative', axis: r.pick(['x', 'y'] as const), by: r.word() | 0 },
    { kind: 'absolute', axis: r.pick(['x', 'y'] as const), at: r.below(0x8000) },
    { kind: 'sync' },
    { kind: 'delay', ms: 1 + r.below(50) },
  ];
  for (let i = r.below(20); i > 0; i--) usb?.input.send(r.pick(events));
};

/** What is saved is what can be taken back, and goes on the same way. */
const save: Step = (board) => {
  const { usb } = board;
  if (usb === undefined) return;
  const state = board.save();
  const misfit = board.shape.misfit(state, 'state');
  if (misfit !== undefined) throw new Error(misfit);
  board.load(state);
};

/** Commands of the kind that a stick understands, in the middle of all else. */
const command: Step = (board, r) => {
  const address = 1 + r.below(DEVICES.length + 1);
  for (const operation of someStorage(r, address, () => [])) perform(board, operation);
};

const others: readonly Step[] = [poke, poke, time, time, frame, input, command];

export function malformed(transfers = 100_000, seed = 1): Malformed {
  const r = random(seed);
  let board = boardWith(DEVICES);
  let longest = 0;
  // The least in the second tenth of them and in the last: what is no longer needed waits to be collected.
  const tenth = Math.floor(transfers / 10);
  const least = { before: Infinity, after: Infinity };
  for (let i = 0; i < transfers; i++) {
    if (i % LIFE === 0) {
      board = boardWith(DEVICES);
      for (const operation of bringUp(place(DEVICES))) perform(board, operation);
    }
    const window = Math.floor(i / tenth) === 1 ? 'before' : i >= transfers - tenth ? 'after' : undefined;
    if (i % 100 === 0 && window !== undefined)
      least[window] = Math.min(least[window], process.memoryUsage().rss);
    const began = process.cpuUsage();
    transfer(board, r);
    r.pick(others)(board, r);
    if (r.oneIn(200)) save(board, r);
    if (r.oneIn(100)) board.reset();
    if (r.oneIn(50)) for (const operation of bringUp(place(DEVICES))) perform(board, operation);
    const { user, system } = process.cpuUsage(began);
    longest = Math.max(longest, (user + system) / 1000);
  }
  return { transfers, longest, grown: least.after - least.before };
}
