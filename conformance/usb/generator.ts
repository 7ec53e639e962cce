/** Random, purposeful sequences: a bus is brought up, then its devices are asked for sensible things and others. */
import {
  keyCode,
  type Button,
  type InputEvent,
  type UsbKind,
  type UsbSpecification,
} from '../../src/machine/index.js';
import type { Random } from '../devices/random.js';
import {
  background,
  control,
  finish,
  getDescriptor,
  halt,
  REGISTER,
  resetPort,
  setAddress,
  setConfiguration,
  setPortFeature,
  start,
  TYPE,
  type Setup,
} from './driver.js';
import { SCRATCH, type Operation } from './operations.js';
import { someStorage } from './storage.js';

/** A device on the bus: its address, and where it is plugged in. */
export interface Placed {
  readonly kind: UsbKind | 'none';
  readonly address: number;
}

const PORT_RESET = 4;
/** But for the last one, which only has the others looked after. */
const CHANNELS = 7;
const HUB_ADDRESS = 1;

/** Where devices are that are plugged in one after the other, none of them a hub: a hub before them. */
export function place(devices: readonly UsbSpecification[]): readonly Placed[] {
  if (devices.length === 0) return [];
  return [
    { kind: 'usb-hub', address: HUB_ADDRESS },
    ...devices.map(({ kind }, i) => ({ kind, address: i + 2 })),
  ];
}

/** The bus brought up: every device has an address, and its first configuration. */
export function bringUp(placed: readonly Placed[]): Operation[] {
  const [hub, ...others] = placed;
  if (hub === undefined) return resetPort();
  return [
    ...resetPort(),
    ...getDescriptor(0, 1, 0, 8),
    ...setAddress(HUB_ADDRESS),
    ...configured(HUB_ADDRESS),
    ...others.flatMap(({ address }, i) => [
      ...setPortFeature(HUB_ADDRESS, i + 1, PORT_RESET),
      ...setAddress(address),
      ...configured(address),
    ]),
  ];
}

const configured = (address: number): Operation[] => [
  ...getDescriptor(address, 1, 0, 18),
  ...getDescriptor(address, 2, 0, 255),
  ...setConfiguration(address, 1),
];

/** All that a device can be asked about itself. */
export function describeAll(address: number): Operation[] {
  const strings = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 0xee, 0xff];
  return [
    ...[1, 6, 15, 10, 0x21, 0x29].flatMap((type) => getDescriptor(address, type, 0, 255)),
    ...[0, 1, 2].flatMap((i) => [...getDescriptor(address, 2, i, 255), ...getDescriptor(address, 7, i, 255)]),
    ...strings.flatMap((i) => getDescriptor(address, 3, i, 255)),
    ...[0x81, 0xa1].flatMap((type) =>
      control(address, { type, request: 6, value: 0x2200, index: 0, length: 255 }),
    ),
    ...[4, 5, 6].flatMap((index) =>
      [0xc0, 0xc1].flatMap((type) => control(address, { type, request: 0x51, value: 0, index, length: 255 })),
    ),
    ...control(address, { type: 0x80, request: 0, value: 0, index: 0, length: 2 }),
    ...control(address, { type: 0xa0, request: 6, value: 0x2900, index: 0, length: 15 }),
  ];
}

/** Requests that somebody answers, with values of which some are right. */
const requests: readonly (readonly [type: number, request: number])[] = [
  [0x80, 0],
  [0x00, 1],
  [0x00, 3],
  [0x80, 6],
  [0x80, 8],
  [0x00, 9],
  [0x81, 10],
  [0x01, 11],
  [0x02, 1],
  [0x81, 6],
  [0xa0, 0],
  [0xa0, 6],
  [0x20, 1],
  [0x20, 3],
  [0xa3, 0],
  [0x23, 1],
  [0x23, 3],
  [0xa1, 1],
  [0xa1, 2],
  [0xa1, 3],
  [0x21, 9],
  [0x21, 10],
  [0x21, 11],
  [0xc0, 0x51],
  [0xc1, 0x51],
];

const VALUES = [
  0, 1, 2, 3, 4, 5, 8, 16, 17, 18, 19, 20, 0x100, 0x200, 0x201, 0x300, 0x302, 0x600, 0x2200, 0x2900,
];
const LENGTHS = [0, 1, 2, 3, 4, 7, 8, 9, 18, 32, 64, 74, 255, 512];

function someSetup(r: Random): Setup {
  const [type, request] = r.oneIn(20) ? [r.below(256), r.below(256)] : r.pick(requests);
  const value = r.oneIn(10) ? r.below(0x10000) : r.pick(VALUES);
  const index = r.oneIn(10) ? r.below(0x10000) : r.pick([0, 0, 1, 2, 3, 4, 8, 9, 0x81]);
  // Longer times of idleness than the shortest are more than settling waits for.
  const isIdle = type === 0x21 && request === 10;
  return {
    type,
    request,
    value: isIdle ? value & 0x1ff : value,
    index,
    length: r.oneIn(30) ? r.below(0x10000) : r.pick(LENGTHS),
  };
}

/** Requests that would have a device leave its place are for whoever brings the bus up again. */
const leaves = ({ type, request }: Setup): boolean => type === 0 && request === 5;

const someBytes = (r: Random, length: number): Uint8Array => Uint8Array.from({ length }, () => r.below(256));
const someDevice = (r: Random, placed: readonly Placed[]): number =>
  r.oneIn(40) || placed.length === 0 ? r.below(128) : r.pick(placed).address;

function someControl(r: Random, placed: readonly Placed[]): Operation[] {
  const setup = someSetup(r);
  if (leaves(setup)) return [];
  const options = {
    channel: r.below(CHANNELS),
    maxPacketSize: r.pick([8, 16, 64, 64, 64]),
    data: someBytes(r, Math.min(setup.length, 64)),
  };
  return control(someDevice(r, placed), { ...setup, length: Math.min(setup.length, 600) }, options);
}

/** Stages of control transfers in any order. */
function someStage(r: Random, placed: readonly Placed[]): Operation[] {
  const channel = r.below(CHANNELS);
  const isSetup = r.oneIn(3);
  const setup = someSetup(r);
  const { type, request, value, index, length } = leaves(setup) ? { ...setup, request: 0 } : setup;
  const bytes = [type, request, value & 255, value >> 8, index & 255, index >> 8, length & 255, length >> 8];
  const size = isSetup && !r.oneIn(10) ? 8 : r.pick(LENGTHS);
  return [
    { kind: 'store', address: SCRATCH, bytes: Uint8Array.from(bytes) },
    ...start({
      ...{ channel, device: someDevice(r, placed), endpoint: 0, type: TYPE.CONTROL },
      ...{ isIn: !isSetup && r.oneIn(2), isSetup, maxPacketSize: r.pick([8, 64]), length: size },
    }),
    ...background(r.pick(placed)?.address ?? 0, r.below(3)),
    ...finish(channel),
    ...(r.oneIn(2) ? halt(channel) : []),
  ];
}

/** A card's data and messages: of RNDIS well made and not, and frames, of which none ever come back. */
function someNetwork(r: Random, placed: readonly Placed[]): Operation[] {
  const device = placed.find(({ kind }) => kind === 'usb-net')?.address;
  if (device === undefined) return [];
  const word = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, n >>> 24];
  const object = r.pick([
    0x10101,
    0x10103,
    0x10106,
    0x1010d,
    0x1010e,
    0x1010e,
    0x10113,
    0x10202,
    0x1010101,
    0x1010103,
    0x1010105,
    r.word(),
  ]);
  const kind = r.pick([1, 2, 2, 3, 4, 4, 4, 4, 5, 5, 5, 6, 8, 9, r.word()]);
  const size = r.pick([0, 4, 4, 8, 48]);
  const total = 28 + size;
  const message = [
    kind,
    total,
    r.below(1000),
    object,
    r.oneIn(8) ? r.word() : size,
    r.oneIn(8) ? r.word() : 20,
    0,
  ];
  const bytes = Uint8Array.from([...message.flatMap(word), ...someBytes(r, size)]);
  const length = r.oneIn(8) ? r.below(80) : total;
  switch (r.below(6)) {
    case 0:
      return setConfiguration(device, r.pick([0, 1, 2, 2, 3]));
    case 1:
      return control(device, { type: 1, request: 11, value: r.below(3), index: r.below(3), length: 0 });
    case 2:
      return control(device, { type: 0x21, request: 0, value: 0, index: 0, length }, { data: bytes });
    case 3:
      return control(device, { type: 0xa1, request: 1, value: 0, index: r.oneIn(9) ? 1 : 0, length: 255 });
    default: {
      const isIn = r.oneIn(2);
      const channel = r.below(CHANNELS);
      const moved = r.pick([0, 1, 8, 44, 63, 64, 65, 128, 200, 1514, 1600, 2048, 3000]);
      const packet = [
        1,
        r.oneIn(3) ? r.below(300) : moved,
        36,
        Math.max(moved - 44, 0),
        0,
        0,
        0,
        0,
        0,
        0,
        0,
      ].flatMap(word);
      return [
        { kind: 'store', address: SCRATCH, bytes: Uint8Array.from([...packet, ...someBytes(r, 100)]) },
        ...start({
          ...{ channel, device, endpoint: r.oneIn(8) ? r.below(4) : 2, type: TYPE.BULK, isIn },
          ...{ maxPacketSize: 64, length: moved },
        }),
        ...background(device, isIn ? 1 : Math.min(Math.ceil(moved / 64) + 1, 30)),
        ...finish(channel),
        ...halt(channel),
      ];
    }
  }
}

/** A transfer with an endpoint that sends reports or changes. */
function somePoll(r: Random, placed: readonly Placed[]): Operation[] {
  const channel = r.below(CHANNELS);
  const length = r.pick([0, 1, 2, 3, 4, 6, 8, 8, 8, 16, 64]);
  return [
    { kind: 'store', address: SCRATCH, bytes: new Uint8Array(64).fill(0xa5) },
    ...start({
      ...{ channel, device: someDevice(r, placed), endpoint: r.oneIn(10) ? r.below(16) : 1 },
      ...{ type: r.oneIn(8) ? TYPE.BULK : TYPE.INTERRUPT, isIn: !r.oneIn(10) },
      ...{ maxPacketSize: r.pick([1, 2, 4, 8, 8, 64]), length, packets: r.pick([0, 1, 1, 1, 2]) },
    }),
    ...background(r.pick(placed)?.address ?? 0, r.below(3)),
    ...finish(channel),
    { kind: 'load', address: SCRATCH, length: 64 },
    ...(r.oneIn(2) ? halt(channel) : []),
  ];
}

const POKED = [REGISTER.GAHBCFG, REGISTER.GINTMSK, REGISTER.GINTSTS, REGISTER.HAINTMSK] as const;
const MASKS = [0, 1, 0x8, 0x0200_0000, 0x0100_0000, 0x0300_0008, 0xff, 0xffff_ffff];

function somePoke(r: Random): Operation[] {
  const channel = 0x20 * r.below(CHANNELS);
  const register = r.oneIn(2)
    ? r.pick(POKED)
    : r.pick([REGISTER.HCINT, REGISTER.HCINTMSK, REGISTER.HCINTMSK]) + channel;
  return [{ kind: 'write', register, value: r.oneIn(4) ? r.word() : r.pick(MASKS) }, { kind: 'line' }];
}

const READ = [0x10, 0x14, 0x18, 0x414, 0x418, 0x440];
const someLook = (r: Random): Operation[] => [
  ...(r.oneIn(10) ? [{ kind: 'settle' } as const] : []),
  { kind: 'read', register: r.oneIn(3) ? 0x500 + 4 * r.below(64) : r.pick(READ) },
  { kind: 'line' },
];

const BUTTONS: readonly Button[] = ['left', 'middle', 'right', 'wheel up', 'wheel down', 'side', 'extra'];
const KEYS = [
  'a',
  'b',
  'shift',
  'ctrl_r',
  'alt',
  'left',
  'pause',
  'print',
  'kp_enter',
  'f12',
  'meta_l',
  '1',
  'yen',
];

/** By kind of device: what it takes. */
const taken: Readonly<Partial<Record<Placed['kind'], readonly InputEvent['kind'][]>>> = {
  'usb-kbd': ['key', 'key'],
  'usb-mouse': ['button', 'relative'],
  'usb-tablet': ['button', 'absolute'],
};

function someEvent(r: Random, kind: InputEvent['kind']): InputEvent {
  const down = r.oneIn(2);
  const axis = r.pick(['x', 'y'] as const);
  switch (kind) {
    case 'key':
      return { kind, code: keyCode(r.pick(KEYS)) ?? 0, down };
    case 'button':
      return { kind, button: r.pick(BUTTONS), down };
    case 'relative':
      return { kind, axis, by: r.below(601) - 300 };
    default:
      return { kind: 'absolute', axis, at: r.below(0x8000) };
  }
}
/** QEMU takes none for which there is no device. */
function someInput(r: Random, placed: readonly Placed[]): Operation[] {
  const kinds = placed.flatMap(({ kind }) => taken[kind] ?? []);
  if (kinds.length === 0) return [];
  const events = Array.from({ length: 1 + r.below(4) }, () => someEvent(r, r.pick(kinds)));
  return [{ kind: 'input', events: [...events, { kind: 'sync' }] }];
}

/**
 * Every channel is given something that is over at once: QEMU ends where one goes on in the background whose device has
 * left its address.
 */
const calm = (): Operation[] =>
  Array.from({ length: CHANNELS }, (_, channel) => [
    ...halt(channel),
    ...start({
      ...{ channel, device: HUB_ADDRESS, endpoint: 1, type: TYPE.INTERRUPT, isIn: true },
      ...{ maxPacketSize: 8, length: 1 },
    }),
    ...halt(channel),
  ]).flat();

/** The port is reset, and the bus brought up again; or only the port of one device. */
function someReset(r: Random, placed: readonly Placed[]): Operation[] {
  if (r.oneIn(2) || placed.length < 2) return [...calm(), ...bringUp(placed)];
  const i = 1 + r.below(placed.length - 1);
  const { address } = placed[i];
  return [
    ...calm(),
    ...setPortFeature(HUB_ADDRESS, i, PORT_RESET),
    ...setAddress(address),
    ...setConfiguration(address, 1),
  ];
}

/** A stick is asked for something, and then only that: what it is at decides what may come next. */
function someCommand(r: Random, placed: readonly Placed[]): Operation[] {
  const sticks = placed.flatMap(({ kind, address }, i) =>
    kind === 'usb-storage' ? [{ address, port: i }] : [],
  );
  if (sticks.length === 0) return [];
  const { address, port } = r.pick(sticks);
  return someStorage(r, address, () => [
    ...setPortFeature(HUB_ADDRESS, port, PORT_RESET),
    ...setAddress(address),
    ...setConfiguration(address, 1),
  ]);
}

export function sequence(r: Random, placed: readonly Placed[], length: number): Operation[] {
  const hasSticks = placed.some(({ kind }) => kind === 'usb-storage');
  const makers = [
    ...[someControl, someControl, someControl, somePoll, somePoll, somePoll, somePoll, someStage],
    ...[someNetwork, someNetwork, someNetwork, someNetwork],
    ...[somePoke, someLook, someLook, someInput, someInput, someInput],
  ];
  const operations = [...bringUp(placed), ...placed.flatMap(({ address }) => describeAll(address))];
  while (operations.length < length) {
    const make = hasSticks ? someCommand : r.oneIn(60) ? someReset : r.pick(makers);
    operations.push(...make(r, placed));
  }
  return operations;
}
