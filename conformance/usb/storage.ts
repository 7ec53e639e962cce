/**
 * Commands to a memory stick, well made and not: any operation, blocks within the disk and beyond it, data of the length that
 * the command has, of less and of more, statuses fetched in time or not. What QEMU does not survive, or answers with bytes
 * that nobody has given it, is left out.
 */
import type { Random } from '../devices/random.js';
import { background, control, finish, halt, start, TYPE } from './driver.js';
import { SCRATCH, type Operation } from './operations.js';

/** Blocks of 512 bytes on a stick. */
const BLOCKS = 700;
const BLOCK = 512;

/** What is on one at first: sticks of odd numbers have a table of partitions. */
export function stickContent(number: number): Uint8Array {
  const content = Uint8Array.from(
    { length: BLOCKS * BLOCK },
    (_, i) => (i * 7 + (i >> 9) * 13 + number) & 0xff,
  );
  content.fill(0, 0x1be, 0x200);
  if (number % 2 === 1) {
    content.set([0x80, 1, 1, 0, 0x0c, 7, 11, 8, 1, 0, 0, 0, 87, 2, 0, 0], 0x1be);
    content.set([0x55, 0xaa], 510);
  }
  return content;
}

const OUT = { endpoint: 2, isIn: false };
const IN = { endpoint: 1, isIn: true };
/** Of the hub, and so of the stick. */
const PACKET = 64;
const SMALL = 1536;
const LARGEST = 0x1_0000;

const DRAIN: Operation = { kind: 'drain' };

type Way = typeof OUT | typeof IN;

/** One transfer, all of it, and the registers afterwards. */
function move(device: number, channel: number, way: Way, length: number): Operation[] {
  const others = Array.from({ length: length > SMALL ? 0 : Math.max(Math.ceil(length / PACKET) - 1, 0) });
  // What is behind the data of a command waits until that has been written.
  const isMore = !way.isIn && length % BLOCK !== 0;
  return [
    ...start({ channel, device, ...way, type: TYPE.BULK, maxPacketSize: PACKET, length }),
    DRAIN,
    ...others.flatMap(() => [...background(device, 1), ...(isMore ? [DRAIN] : [])]),
    DRAIN,
    ...finish(channel),
    ...halt(channel),
    ...finish(channel),
  ];
}

/** Data in as many transfers as it takes. */
function moveAll(r: Random, device: number, way: Way, length: number): Operation[] {
  const operations: Operation[] = [];
  for (let left = length; left > 0;) {
    const part = Math.min(left, r.oneIn(4) && left > 1024 ? 512 * (1 + r.below(8)) : LARGEST);
    const channel = r.below(7);
    if (!way.isIn)
      operations.push({ kind: 'store', address: SCRATCH, bytes: someData(r, Math.min(part, 4096)) });
    operations.push(...move(device, channel, way, part));
    if (way.isIn) operations.push({ kind: 'load', address: SCRATCH, length: Math.min(part, 1024) });
    left -= part;
  }
  return operations;
}

const someData = (r: Random, length: number): Uint8Array => {
  const [from, step] = r.oneIn(3) ? [0, 0] : [r.below(256), r.below(256)];
  return Uint8Array.from({ length }, (_, i) => (from + i * step) & 0xff);
};

const be = (value: number, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Math.floor(value / 2 ** (8 * (bytes - 1 - i))) % 256);

/** A command, and the bytes that are moved for it. */
interface Made {
  readonly cdb: readonly number[];
  readonly length: number;
  readonly way: Way;
  /** Parameters that are sent. */
  readonly parameters?: readonly number[];
}

const someBlock = (r: Random): number =>
  r.oneIn(8) ? r.pick([699, 700, 701, 2 ** 31, 2 ** 32 - 1]) : r.below(BLOCKS);
const someCount = (r: Random): number => (r.oneIn(12) ? r.pick([0, 256, 300, 64]) : r.below(9));

function readOrWrite(r: Random): Made {
  const isWrite = r.oneIn(2);
  const block = someBlock(r);
  const count = someCount(r);
  const flags = r.oneIn(12) ? r.below(256) : r.oneIn(4) ? 8 : 0;
  const size = r.pick([6, 10, 10, 12, 16] as const);
  const way = isWrite ? OUT : IN;
  switch (size) {
    case 6: {
      const at = block % 2 ** 21;
      const blocks = count % 256;
      const length = (blocks === 0 ? 256 : blocks) * BLOCK;
      return { cdb: [isWrite ? 0x0a : 0x08, ...be(at, 3), blocks, 0], length, way };
    }
    case 10:
      return {
        cdb: [isWrite ? r.pick([0x2a, 0x2a, 0x2e]) : 0x28, flags, ...be(block, 4), 0, ...be(count, 2), 0],
        ...{ length: count * BLOCK, way },
      };
    case 12:
      return {
        cdb: [isWrite ? r.pick([0xaa, 0xae]) : 0xa8, flags, ...be(block, 4), ...be(count, 4), 0, 0],
        ...{ length: count * BLOCK, way },
      };
    default:
      return {
        cdb: [
          isWrite ? r.pick([0x8a, 0x8e]) : 0x88,
          flags,
          ...be(r.oneIn(20) ? 2 ** 40 : 0, 4),
          ...be(block, 4),
        ].concat([...be(count, 4), 0, 0]),
        ...{ length: count * BLOCK, way },
      };
  }
}

const LENGTHS = [0, 4, 5, 8, 18, 36, 37, 64, 96, 192, 255, 252];

function inquiry(r: Random): Made {
  const length = r.pick([...LENGTHS, 300, 1000]);
  const isPage = r.oneIn(2);
  const page = isPage ? r.pick([0, 0x80, 0x83, 0xb0, 0xb1, 0xb2, r.below(256)]) : r.oneIn(8) ? 1 : 0;
  return { cdb: [0x12, isPage ? 1 : r.oneIn(9) ? 2 : 0, page, ...be(length, 2), 0], length, way: IN };
}

function modeSense(r: Random): Made {
  const length = r.pick(LENGTHS);
  const page =
    (r.oneIn(6) ? 0xc0 : r.below(3) << 6) | r.pick([0x3f, 0x3f, 1, 4, 5, 8, 0x0e, 0x2a, 0, r.below(64)]);
  const flags = r.oneIn(2) ? 8 : 0;
  const cdb = r.oneIn(2)
    ? [0x1a, flags, page, 0, length, 0]
    : [0x5a, flags, page, 0, 0, 0, 0, ...be(length, 2), 0];
  return { cdb, length, way: IN };
}

const CACHING = (wce: number): number[] => [8, 0x12, wce, ...new Array<number>(17).fill(0)];

function modeSelect(r: Random): Made {
  const isShort = r.oneIn(2);
  const descriptor = r.oneIn(3) ? [0, 0, 0, 0, 0, 0, r.pick([0, 2]), 0] : [];
  const pages = r.oneIn(4)
    ? [...someData(r, r.below(24))]
    : CACHING(r.oneIn(6) ? r.below(256) : r.pick([0, 4]));
  const described = r.oneIn(10) ? r.below(12) : descriptor.length;
  const header = isShort ? [0, 0, 0, described] : [0, 0, 0, 0, 0, 0, ...be(described, 2)];
  // Nobody is to change the length of blocks on the way.
  const parameters =
    described === 8 && descriptor.length === 0 ? header : [...header, ...descriptor, ...pages];
  const length = r.oneIn(8) ? r.below(parameters.length + 1) : parameters.length;
  const flags = r.oneIn(8) ? r.below(256) : 0x10;
  const cdb = isShort ? [0x15, flags, 0, 0, length, 0] : [0x55, flags, 0, 0, 0, 0, 0, ...be(length, 2), 0];
  return { cdb, length, way: OUT, parameters };
}

function unmap(r: Random): Made {
  const descriptors = r.below(4);
  const list = Array.from({ length: descriptors }, () => [
    ...be(r.oneIn(6) ? r.word() : 0, 4),
    ...be(someBlock(r), 4),
    ...be(someCount(r), 4),
    ...[0, 0, 0, 0],
  ]).flat();
  const told = r.oneIn(6) ? r.below(64) : list.length;
  const parameters = [...be(told + 6, 2), ...be(told, 2), 0, 0, 0, 0, ...list];
  const length = r.oneIn(6) ? r.below(80) : parameters.length;
  const flags = r.oneIn(8) ? 1 : 0;
  return { cdb: [0x42, flags, 0, 0, 0, 0, 0, ...be(length, 2), 0], length, way: OUT, parameters };
}

function writeSame(r: Random): Made {
  const flags = r.oneIn(4) ? r.below(32) & ~1 : r.pick([0, 8]);
  const block = someBlock(r);
  const count = someCount(r);
  const cdb = r.oneIn(2)
    ? [0x41, flags, ...be(block, 4), 0, ...be(count, 2), 0]
    : [0x93, flags, 0, 0, 0, 0, ...be(block, 4), ...be(count, 4), 0, 0];
  return { cdb, length: BLOCK, way: OUT };
}

/** Commands without data, and with answers of a length of their own. */
function other(r: Random): Made {
  const none = (...cdb: readonly number[]): Made => ({ cdb, length: 0, way: IN });
  const length = r.pick(LENGTHS);
  const flag = r.oneIn(5) ? r.below(256) : 0;
  switch (r.below(16)) {
    case 0:
      return none(0x00, flag, 0, 0, 0, 0);
    case 1:
    case 2:
      return { cdb: [0x03, r.pick([0, 0, 1]), 0, 0, length, 0], length, way: IN };
    case 3:
      return {
        cdb: [0x25, 0, ...be(r.oneIn(4) ? 1 : 0, 4), 0, 0, r.oneIn(4) ? 1 : 0, 0],
        length: 8,
        way: IN,
      };
    case 4: {
      const last = r.oneIn(4) ? 1 : 0;
      const action = r.oneIn(8) ? r.below(32) : 0x10;
      return {
        cdb: [0x9e, action, ...be(last, 8), ...be(length, 4), r.oneIn(4) ? 1 : 0, 0],
        length,
        way: IN,
      };
    }
    case 5:
      return none(r.pick([0x35, 0x91, 0x2b]), flag, ...be(someBlock(r), 4), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    case 6:
      return none(0x1b, 0, 0, 0, r.oneIn(4) ? r.below(256) : r.pick([0, 1, 2, 3]), 0);
    case 7:
      return none(0x1e, 0, 0, 0, r.below(4), 0);
    case 8: {
      const luns = r.oneIn(4) ? length : 24;
      return { cdb: [0xa0, 0, r.below(4), 0, 0, 0, ...be(luns, 4), 0, 0], length: luns, way: IN };
    }
    case 9:
      return none(r.pick([0x16, 0x17]), flag, 0, 0, 0, 0);
    case 10: {
      const size = r.oneIn(2) ? 0 : length;
      return {
        cdb: [r.pick([0x56, 0x57]), r.below(4), 0, 0, 0, 0, 0, ...be(size, 2), 0],
        length: size,
        way: IN,
      };
    }
    case 11:
      return {
        cdb: [0x43, r.pick([0, 2]), r.below(4), 0, 0, 0, r.pick([0, 1, 2, 0xaa]), ...be(length, 2), 0],
        length,
        way: IN,
      };
    case 12:
      return none(
        r.pick([0x2f, 0xaf, 0x8f]),
        r.pick([0, 0, 4, 6]),
        ...be(someBlock(r), 4),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
      );
    case 13: {
      const flags = r.pick([0, 0x10, 0x30]);
      return { cdb: [0x04, flags, 0, 0, 0, 0], length: flags === 0 ? 0 : flags === 0x10 ? 4 : 8, way: OUT };
    }
    case 14:
      return {
        cdb: [
          r.pick([0x46, 0x4a, 0x51, 0xad, 0xbd]),
          1,
          0,
          0,
          0x10,
          0,
          0,
          ...be(r.pick([0, length]), 2),
          0,
          0,
          0,
        ],
        length,
        way: IN,
      };
    default:
      return { cdb: Array.from({ length: 16 }, () => r.below(256)), length, way: IN };
  }
}

/** So that what goes wrong can be told, and the stick is not left without its medium. */
const senseOf: Made = { cdb: [0x03, 0, 0, 0, 18, 0], length: 18, way: IN };
const load: Made = { cdb: [0x1b, 0, 0, 0, 3, 0], length: 0, way: IN };

const makers = [
  readOrWrite,
  readOrWrite,
  readOrWrite,
  inquiry,
  modeSense,
  modeSelect,
  unmap,
  writeSame,
  other,
  other,
  other,
];

interface Wrapping {
  readonly dataLength: number;
  readonly unit?: number;
  readonly cdbLength?: number;
  readonly signature?: number;
  readonly size?: number;
}

function wrapper({ cdb, way }: Made, tag: number, wrapping: Wrapping): Operation {
  const { dataLength, unit = 0, cdbLength = cdb.length, signature = 0x4342_5355 } = wrapping;
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, signature, true);
  view.setUint32(4, tag, true);
  view.setUint32(8, dataLength, true);
  bytes.set([way.isIn ? 0x80 : 0, unit, cdbLength, ...cdb.slice(0, 16)], 12);
  return { kind: 'store', address: SCRATCH, bytes };
}

const sendCommand = (r: Random, device: number, made: Made, wrapping: Wrapping): Operation[] => [
  wrapper(made, r.below(2 ** 31), wrapping),
  ...move(device, r.below(7), OUT, wrapping.size ?? 31),
];
const fetchStatus = (r: Random, device: number, length = 13): Operation[] => [
  ...move(device, r.below(7), IN, length),
  { kind: 'load', address: SCRATCH, length: 16 },
];

function whole(
  r: Random,
  device: number,
  made: Made,
  wrapping: Wrapping = { dataLength: made.length },
): Operation[] {
  const { dataLength } = wrapping;
  const { parameters } = made;
  const data =
    parameters === undefined
      ? moveAll(r, device, made.way, dataLength)
      : dataLength === 0
        ? []
        : [
            {
              kind: 'store',
              address: SCRATCH,
              bytes: Uint8Array.from({ length: 256 }, (_, i) => parameters[i] ?? 0),
            } as const,
            ...move(device, r.below(7), made.way, dataLength),
          ];
  return [
    ...sendCommand(r, device, made, wrapping),
    ...data,
    ...fetchStatus(r, device, r.pick([13, 13, 64, 512])),
  ];
}

/** Bytes that a host says it moves, of those that the command has: rarely others. */
function someDataLength(r: Random, { cdb, length, way }: Made): number {
  if (!r.oneIn(8)) return length;
  const more = length + r.pick([1, 3, 64, 512, 1000]);
  const isUncertain = cdb[0] === 0x15 || cdb[0] === 0x55;
  // Writes that are cut off have bytes that nobody knows; and QEMU waits for ever for the rest of long ones.
  if (way === OUT || length > 0x2_0000 || length < 2) return isUncertain ? length : more;
  return r.oneIn(2) ? more : 1 + r.below(length - 1);
}

/** What follows is stalled, until the device is reset. */
function broken(r: Random, device: number): Operation[] {
  const made = r.pick(makers)(r);
  switch (r.below(7)) {
    case 0:
      return sendCommand(r, device, made, { dataLength: made.length, signature: r.word() });
    case 1:
      return sendCommand(r, device, made, { dataLength: made.length, size: r.pick([0, 13, 30, 32, 64]) });
    case 2:
      return fetchStatus(r, device);
    case 3:
      return [...sendCommand(r, device, made, { dataLength: 0 })];
    case 4: {
      // The data goes the other way.
      const turned = { ...made, way: made.way === IN ? OUT : IN };
      const dataLength = Math.max(made.length, 64);
      return [
        ...sendCommand(r, device, turned, { dataLength }),
        ...move(device, r.below(7), turned.way, 64),
        ...(r.oneIn(2) ? sendCommand(r, device, made, { dataLength }) : []),
      ];
    }
    case 5:
      return [
        ...sendCommand(r, device, senseOf, { dataLength: 18 }),
        ...fetchStatus(r, device, r.pick([1, 8])),
        ...sendCommand(r, device, senseOf, { dataLength: 18 }),
      ];
    default:
      return [...move(device, r.below(7), { endpoint: r.below(4), isIn: r.oneIn(2) }, r.pick([0, 31, 64]))];
  }
}

const request = (device: number, type: number, number: number, length: number): Operation[] =>
  control(device, { type, request: number, value: 0, index: 0, length });

/** Something with the stick of an address. `reset` brings it back to where a command is awaited. */
export function someStorage(r: Random, device: number, reset: () => Operation[]): Operation[] {
  if (r.oneIn(10)) return [...broken(r, device), DRAIN, ...reset()];
  if (r.oneIn(30)) return [...request(device, 0xa1, 0xfe, 1), ...request(device, 0x21, 0xff, 0)];
  if (r.oneIn(30)) return [...control(device, { type: 2, request: 1, value: 0, index: 0x81, length: 0 })];
  if (r.oneIn(12)) return whole(r, device, load);
  const made = r.pick(makers)(r);
  const unit = r.oneIn(15) ? r.pick([1, 7, 255]) : 0;
  const cdbLength = r.oneIn(15) ? r.pick([0, 6, 10, 12, 16]) : made.cdb.length;
  const operations = whole(r, device, made, { dataLength: someDataLength(r, made), unit, cdbLength });
  return r.oneIn(2) ? operations : [...operations, ...whole(r, device, senseOf)];
}
