/** Files for the guest by TFTP: RFC 1350, 2347 to 2349. They are the host's, which is asked for each block. */
import { count, flag, integer, listOf, record, text, type Shaped } from '../engine/index.js';
import type { NetworkConfiguration } from './configuration.js';
import type { NetworkEventOf, NetworkHost } from './host.js';
import { encoded, get16, put16 } from './packet.js';
import { writeUdp, type Datagram } from './udp.js';

export const TFTP_PORT = 69;
const OPERATION = { READ: 1, DATA: 3, ACK: 4, ERROR: 5, OPTIONS: 6 } as const;
const FAULT = {
  NOT_FOUND: [1, 'File not found'],
  ACCESS: [2, 'Access violation'],
  OPERATION: [4, 'Unsupported transfer mode'],
} as const;
/** As libslirp: transfers at a time, for how long silent ones are kept, in ns, names, and blocks in bytes. */
const MOST_TRANSFERS = 20;
const PATIENCE = 5e9;
const LONGEST_NAME = 512;
const USUAL_BLOCK = 512;
const LARGEST_BLOCK = 1428;
const MOST_OPTIONS = 2;

const transferShape = record({
  id: count,
  guest: integer(0, 0xffff_ffff),
  guestPort: integer(0, 0xffff),
  name: text,
  blockSize: integer(1, LARGEST_BLOCK),
  /** The block that the guest has been sent last, or is about to be; they are counted from 1. */
  block: count,
  /** Whether the host has been asked for it, and whether the guest asks how large the file is, and for such blocks. */
  isAsked: flag,
  options: listOf(text, 2 * MOST_OPTIONS),
  isLast: flag,
  until: count,
});
export const tftpShape = listOf(transferShape, MOST_TRANSFERS);
export type TftpState = Shaped<typeof tftpShape>;
type Transfer = TftpState[number];

/** What TFTP needs of the network. */
export interface TftpNetwork {
  readonly now: number;
  readonly host: NetworkHost;
  readonly configuration: NetworkConfiguration;
  newId(): number;
  /** Sends a datagram for the guest, for which somebody waits. */
  sendPacket(source: number, destination: number, content: Uint8Array, typeOfService: number): void;
}

const LOW_DELAY = 0x10;

/** Text up to a byte that is 0, and where the next one begins; undefined if there is no such byte. */
function textAt(bytes: Uint8Array, at: number): readonly [text: string, next: number] | undefined {
  const end = bytes.indexOf(0, at);
  return end < 0
    ? undefined
    : [String.fromCharCode(...bytes.subarray(at, Math.min(end, at + 1024))), end + 1];
}

export class Tftp {
  private transfers: Transfer[] = [];

  constructor(private readonly network: TftpNetwork) {}

  get isBusy(): boolean {
    return this.transfers.length > 0;
  }

  take(guest: number, { sourcePort, content }: Datagram): void {
    if (content.length < 4) return;
    const operation = get16(content, 0);
    const known = this.transfers.find((each) => each.guest === guest && each.guestPort === sourcePort);
    if (operation === OPERATION.READ) {
      if (known !== undefined) this.remove(known);
      this.begin(guest, sourcePort, content);
    } else if (known !== undefined && operation === OPERATION.ACK)
      this.acknowledged(known, get16(content, 2));
    else if (known !== undefined && operation === OPERATION.ERROR) this.remove(known);
  }

  private begin(guest: number, guestPort: number, content: Uint8Array): void {
    const { network } = this;
    const { now } = network;
    if (this.transfers.length === MOST_TRANSFERS) {
      const old = this.transfers.find(({ until }) => until <= now);
      if (old === undefined) return;
      this.remove(old);
    }
    const transfer: Transfer = {
      ...{ id: network.newId(), guest, guestPort, name: '', blockSize: USUAL_BLOCK, block: 0 },
      ...{ isAsked: false, options: [], isLast: false, until: now + PATIENCE },
    };
    const fault = network.configuration.hasTftp ? readRequest(content, transfer) : FAULT.ACCESS;
    if (fault !== undefined) return this.sendFault(transfer, fault);
    this.transfers.push(transfer);
    transfer.block = 1;
    this.ask(transfer);
  }

  private ask(transfer: Transfer): void {
    const { id, name, block, blockSize } = transfer;
    transfer.isAsked = true;
    this.network.host.readFile(id, name, (block - 1) * blockSize, blockSize);
  }

  /** The guest has block number `block`; 0 also for what was said of options. */
  private acknowledged(transfer: Transfer, block: number): void {
    if (transfer.isAsked) return;
    transfer.until = this.network.now + PATIENCE;
    if (block === (transfer.block & 0xffff)) {
      if (transfer.isLast) return this.remove(transfer);
      transfer.block += 1;
    } else if (block !== ((transfer.block - 1) & 0xffff)) return;
    this.ask(transfer);
  }

  /** The host has read a block. */
  arrived({ id, size, bytes }: NetworkEventOf<'file'>): void {
    const transfer = this.transfers.find((each) => each.id === id);
    if (transfer?.isAsked !== true) return;
    transfer.isAsked = false;
    if (transfer.options.length > 0) {
      const options = transfer.options.map((each) => (each === '' ? String(size) : each));
      transfer.options = [];
      transfer.block = 0;
      const message = new Uint8Array([
        0,
        OPERATION.OPTIONS,
        ...encoded(options.map((each) => `${each}\0`).join('')),
      ]);
      return this.send(transfer, message);
    }
    const data = bytes.subarray(0, transfer.blockSize);
    const message = new Uint8Array(4 + data.length);
    put16(message, 0, OPERATION.DATA);
    put16(message, 2, transfer.block & 0xffff);
    message.set(data, 4);
    transfer.isLast = data.length < transfer.blockSize;
    this.send(transfer, message);
  }

  /** The host has no such file. */
  missed(id: number): void {
    const transfer = this.transfers.find((each) => each.id === id);
    if (transfer !== undefined) this.sendFault(transfer, FAULT.NOT_FOUND);
  }

  lost(): void {
    this.transfers = [];
  }

  private sendFault(transfer: Transfer, [code, text]: readonly [number, string]): void {
    this.send(transfer, new Uint8Array([0, OPERATION.ERROR, 0, code, ...encoded(`${text}\0`)]));
    this.remove(transfer);
  }

  private send({ guest, guestPort }: Transfer, content: Uint8Array): void {
    const { host } = this.network.configuration;
    const datagram = { sourcePort: TFTP_PORT, destinationPort: guestPort, content };
    this.network.sendPacket(host, guest, writeUdp(host, guest, datagram), LOW_DELAY);
  }

  private remove(transfer: Transfer): void {
    this.transfers = this.transfers.filter((each) => each !== transfer);
  }

  save(): TftpState {
    return this.transfers.map((each) => ({ ...each, options: [...each.options] }));
  }
  load(state: TftpState): void {
    this.transfers = state.map((each) => ({ ...each, options: [...each.options] }));
  }
}

/** Reads what is asked for into a transfer; what is wrong with it, if something is. */
function readRequest(content: Uint8Array, transfer: Transfer): readonly [number, string] | undefined {
  const name = textAt(content, 2);
  if (name === undefined || name[0].length >= LONGEST_NAME) return FAULT.ACCESS;
  const mode = textAt(content, name[1]);
  // As libslirp: what is too short for the one mode that there is, is no mode.
  if (mode === undefined || content.length - name[1] < 'octet\0'.length) return FAULT.ACCESS;
  if (mode[0].toLowerCase() !== 'octet') return FAULT.OPERATION;
  const isOutside = name[0].startsWith('../') || name[0].endsWith('/') || name[0].includes('/../');
  if (isOutside || name[0] === '' || content[content.length - 1] !== 0) return FAULT.ACCESS;
  transfer.name = name[0];
  for (let at = mode[1]; at < content.length && transfer.options.length < 2 * MOST_OPTIONS;) {
    const key = textAt(content, at);
    const value = key && textAt(content, key[1]);
    if (value === undefined) return FAULT.ACCESS;
    at = value[1];
    readOption(key![0].toLowerCase(), value[0], transfer);
  }
  return undefined;
}

/** RFC 2348, 2349. An option's text is empty where the host has to be asked. */
function readOption(key: string, value: string, transfer: Transfer): void {
  const number = /^\d{1,9}/.exec(value)?.[0];
  const given = number === undefined ? 0 : Number(number);
  if (key === 'tsize') transfer.options.push('tsize', given === 0 ? '' : String(given));
  else if (key === 'blksize' && given > 0) {
    transfer.blockSize = Math.min(given, LARGEST_BLOCK);
    transfer.options.push('blksize', String(transfer.blockSize));
  }
}
