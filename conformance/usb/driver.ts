/** Transfers as a driver would have them carried out, as operations: without looking at what becomes of them. */
import type { Operation } from './operations.js';
import { SCRATCH, SCRATCH_OF_GPU } from './operations.js';

export const REGISTER = {
  GAHBCFG: 0x008,
  GINTSTS: 0x014,
  GINTMSK: 0x018,
  HFNUM: 0x408,
  HAINT: 0x414,
  HAINTMSK: 0x418,
  HPRT0: 0x440,
  HCCHAR: 0x500,
  HCINT: 0x508,
  HCINTMSK: 0x50c,
  HCTSIZ: 0x510,
  HCDMA: 0x514,
} as const;

const PORT_POWER = 0x1000;
const PORT_RESET = 0x100;
const CHANNEL_ENABLE = 2 ** 31;
const PID_SETUP = 3;
const PID_DATA1 = 2;

export const TYPE = { CONTROL: 0, BULK: 2, INTERRUPT: 3 } as const;

/** One transfer of a channel. */
export interface Transfer {
  readonly channel: number;
  readonly device: number;
  readonly endpoint: number;
  readonly type: number;
  readonly isIn: boolean;
  readonly isSetup?: boolean;
  readonly maxPacketSize: number;
  readonly length: number;
  readonly packets?: number;
  /** Where its bytes are, from the start of the room for them. */
  readonly at?: number;
}

const at = (channel: number, register: number): number => register + 0x20 * channel;
const write = (register: number, value: number): Operation => ({
  kind: 'write',
  register,
  value: value >>> 0,
});
const read = (register: number): Operation => ({ kind: 'read', register });

/** Programs the channel, and enables it. */
export function start(transfer: Transfer): Operation[] {
  const { channel, device, endpoint, type, isIn, isSetup = false, maxPacketSize, length } = transfer;
  const packets = transfer.packets ?? Math.max(Math.ceil(length / Math.max(maxPacketSize, 1)), 1);
  const characteristics =
    CHANNEL_ENABLE +
    (device % 128) * 2 ** 22 +
    (type << 18) +
    (isIn ? 1 << 15 : 0) +
    (endpoint << 11) +
    maxPacketSize;
  const pid = isSetup ? PID_SETUP : PID_DATA1;
  return [
    write(at(channel, REGISTER.HCTSIZ), pid * 2 ** 29 + (packets % 1024) * 2 ** 19 + length),
    write(at(channel, REGISTER.HCDMA), SCRATCH_OF_GPU + (transfer.at ?? 0)),
    write(at(channel, REGISTER.HCCHAR), characteristics),
  ];
}

/** What has become of it, all of which is acknowledged. */
export function finish(channel: number): Operation[] {
  return [
    ...[REGISTER.HCCHAR, REGISTER.HCINT, REGISTER.HCTSIZ, REGISTER.HCDMA].map((each) =>
      read(at(channel, each)),
    ),
    read(REGISTER.HAINT),
    read(REGISTER.GINTSTS),
    write(at(channel, REGISTER.HCINT), 0x3fff),
  ];
}

/** Halts the channel, whatever it does. */
export const halt = (channel: number): Operation[] => [write(at(channel, REGISTER.HCCHAR), 1 << 30)];

/** The last channel has the controller look after the others, by a transfer that never begins. */
const NUDGE = 7;
/** So many packets are moved in the background, while time stands still; `device` is one that there is. */
export const background = (device: number, packets: number): Operation[] =>
  Array.from({ length: packets }, () => [
    ...halt(NUDGE),
    write(at(NUDGE, REGISTER.HCCHAR), CHANNEL_ENABLE + device * 2 ** 22),
  ]).flat();

export interface Setup {
  readonly type: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

const setupBytes = ({ type, request, value, index, length }: Setup): Uint8Array => {
  const word = (n: number): number[] => [n & 0xff, (n >> 8) & 0xff];
  return Uint8Array.from([type, request, ...word(value), ...word(index), ...word(length)]);
};

export interface ControlOptions {
  readonly channel?: number;
  readonly maxPacketSize?: number;
  readonly data?: Uint8Array;
}

/** A control transfer in its stages; `data` is what is sent with it. */
export function control(
  device: number,
  setup: Setup,
  { channel = 0, maxPacketSize = 64, data = new Uint8Array() }: ControlOptions = {},
): Operation[] {
  const isIn = (setup.type & 0x80) !== 0;
  const common = { channel, device, endpoint: 0, type: TYPE.CONTROL, maxPacketSize };
  const stage = (transfer: Pick<Transfer, 'isIn' | 'length' | 'isSetup'>): Operation[] => [
    ...start({ ...common, ...transfer }),
    ...background(device, Math.max(Math.ceil(transfer.length / maxPacketSize) - 2, 0)),
    ...finish(channel),
  ];
  const sent = new Uint8Array(setup.length);
  sent.set(data.subarray(0, setup.length));
  return [
    { kind: 'store', address: SCRATCH, bytes: setupBytes(setup) },
    ...stage({ isIn: false, isSetup: true, length: 8 }),
    ...(setup.length === 0 || isIn ? [] : [{ kind: 'store', address: SCRATCH, bytes: sent } as const]),
    ...(setup.length === 0 ? [] : stage({ isIn, length: setup.length })),
    ...(isIn
      ? [{ kind: 'load', address: SCRATCH, length: Math.max(Math.min(setup.length, 256), 1) } as const]
      : []),
    ...stage({ isIn: !isIn || setup.length === 0, length: 0 }),
    ...halt(channel),
    ...finish(channel),
  ];
}

/** Powers the root port, and resets what is there. */
export const resetPort = (): Operation[] => [
  write(REGISTER.HPRT0, PORT_POWER),
  read(REGISTER.HPRT0),
  write(REGISTER.HPRT0, PORT_POWER | PORT_RESET),
  write(REGISTER.HPRT0, PORT_POWER),
  read(REGISTER.HPRT0),
  read(REGISTER.GINTSTS),
  write(REGISTER.HPRT0, PORT_POWER | 0x2a),
  read(REGISTER.HPRT0),
];

const request = (type: number, number: number, value: number, index = 0, length = 0): Setup => {
  return { type, request: number, value, index, length };
};
export const setAddress = (address: number): Operation[] => control(0, request(0, 5, address));
export const setConfiguration = (device: number, value: number): Operation[] =>
  control(device, request(0, 9, value));
export const setPortFeature = (hub: number, port: number, feature: number): Operation[] =>
  control(hub, request(0x23, 3, feature, port));
export const getDescriptor = (device: number, type: number, index: number, length: number): Operation[] =>
  control(device, request(0x80, 6, (type << 8) | index, type === 3 && index > 0 ? 0x409 : 0, length));
