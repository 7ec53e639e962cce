/** DHCP for the guests, and BOOTP: RFC 2131, 2132, 3397. Answers are as libslirp's, byte for byte. */
import { bytes, listOf, nullOr, type Shaped } from '../engine/index.js';
import { BROADCAST, macText } from './address.js';
import type { NetworkConfiguration } from './configuration.js';
import { encoded, get32, put32 } from './packet.js';

export const DHCP_SERVER = 67;
export const DHCP_CLIENT = 68;
const REQUEST = 1;
const REPLY = 2;
const ETHERNET = 1;
/** Where fields are, RFC 2131, 2; all that is answered has that many bytes. */
const AT = { XID: 4, CIADDR: 12, YIADDR: 16, SIADDR: 20, CHADDR: 28, FILE: 108, OPTIONS: 236 } as const;
const FILE_LENGTH = 128;
const MESSAGE = 548;
const COOKIE = Uint8Array.of(99, 130, 83, 99);

const OPTION = {
  ...{ PAD: 0, MASK: 1, ROUTER: 3, DNS: 6, HOST_NAME: 12, DOMAIN: 15, ADDRESS: 50, LEASE: 51, TYPE: 53 },
  ...{ SERVER: 54, TEXT: 56, TFTP_SERVER: 66, SEARCH: 119, END: 255 },
} as const;
const TYPE = { DISCOVER: 1, OFFER: 2, REQUEST: 3, ACK: 5, NAK: 6 } as const;
const LEASE_SECONDS = 24 * 3600;

/** Guests at a time. */
const MOST = 16;
export const leasesShape = listOf(nullOr(bytes(6)), MOST);
/** The Ethernet address of whoever has each address, from the first one on. */
export type LeasesState = Shaped<typeof leasesShape>;

/** RFC 1035, 3.1, without compression; undefined for what is no name. */
function searchOption(names: readonly string[]): Uint8Array[] {
  const list = names.flatMap((name) => [
    ...name
      .split('.')
      .filter((label) => label !== '')
      .flatMap((label) => [label.length, ...encoded(label)]),
    0,
  ]);
  // RFC 3396: longer ones are several.
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < list.length; at += 255) pieces.push(Uint8Array.from(list.slice(at, at + 255)));
  return pieces;
}

interface Asked {
  readonly type: number;
  readonly address: number;
}

function readOptions(message: Uint8Array): Asked {
  let type = 0;
  let address = 0;
  const isDhcp = COOKIE.every((byte, i) => message[AT.OPTIONS + i] === byte);
  const end = Math.min(message.length, MESSAGE);
  for (let at = isDhcp ? AT.OPTIONS + 4 : end; at < end && message[at] !== OPTION.END;) {
    if (message[at] === OPTION.PAD) {
      at += 1;
      continue;
    }
    const length = message[at + 1];
    if (at + 2 > end || at + 2 + length > end) break;
    if (message[at] === OPTION.TYPE && length >= 1) type = message[at + 2];
    if (message[at] === OPTION.ADDRESS && length >= 4) address = get32(message, at + 2);
    at += 2 + length;
  }
  if (type === TYPE.REQUEST && address === 0) address = get32(message, AT.CIADDR);
  return { type, address };
}

export interface DhcpAnswer {
  readonly message: Uint8Array;
  /** Who has which address now. */
  readonly address: number;
  readonly mac: Uint8Array;
}

export class Dhcp {
  private leases: LeasesState = Array.from({ length: MOST }, () => null);

  constructor(private readonly configuration: NetworkConfiguration) {}

  /** What answers a message, for all stations to hear. */
  take(message: Uint8Array): DhcpAnswer | undefined {
    if (message.length < AT.OPTIONS + 4 || message[0] !== REQUEST) return undefined;
    const { type, address } = readOptions(message);
    if (type !== 0 && type !== TYPE.DISCOVER && type !== TYPE.REQUEST) return undefined;
    const mac = message.slice(AT.CHADDR, AT.CHADDR + 6);
    const place = type === TYPE.DISCOVER ? this.offered(address, mac) : this.granted(address, mac);
    if (place === undefined) return undefined;
    const reply = new Uint8Array(MESSAGE);
    reply.set([REPLY, ETHERNET, 6]);
    reply.set(message.subarray(AT.XID, AT.XID + 4), AT.XID);
    reply.set(mac, AT.CHADDR);
    const given = place < 0 ? BROADCAST : this.configuration.dhcpStart + place;
    put32(reply, AT.YIADDR, given);
    put32(reply, AT.SIADDR, this.configuration.host);
    reply.set(COOKIE, AT.OPTIONS);
    if (place < 0) {
      putOptions(reply, [
        [OPTION.TYPE, Uint8Array.of(TYPE.NAK)],
        [OPTION.TEXT, encoded('requested address not available')],
      ]);
    } else {
      this.leases[place] = mac;
      this.grant(reply, type === TYPE.DISCOVER ? TYPE.OFFER : TYPE.ACK);
    }
    return { message: reply, address: given, mac };
  }

  private grant(reply: Uint8Array, type: number): void {
    const { mask, host, dns, isRestricted, hostName, domain, tftpServer, searched, bootFile } =
      this.configuration;
    if (bootFile !== null) reply.set(encoded(bootFile).subarray(0, FILE_LENGTH - 1), AT.FILE);
    putOptions(reply, [
      [OPTION.TYPE, Uint8Array.of(type)],
      [OPTION.SERVER, number(host)],
      [OPTION.MASK, number(mask)],
      ...(isRestricted ? [] : [[OPTION.ROUTER, number(host)] as const, [OPTION.DNS, number(dns)] as const]),
      [OPTION.LEASE, number(LEASE_SECONDS)],
      ...texts(OPTION.HOST_NAME, hostName),
      ...texts(OPTION.DOMAIN, domain),
      ...texts(OPTION.TFTP_SERVER, tftpServer),
      ...searchOption(searched).map((piece) => [OPTION.SEARCH, piece] as const),
    ]);
  }

  /** The place of an address for who asks for any: the one that it wants, the one that it had, a free one. */
  private offered(address: number, mac: Uint8Array): number | undefined {
    const wanted = address === 0 ? -1 : this.placeOf(address, mac);
    return wanted >= 0 ? wanted : this.freePlace(mac);
  }

  /** The place of an address for who wants just that one; negative if somebody else has it. */
  private granted(address: number, mac: Uint8Array): number | undefined {
    if (address !== 0) return this.placeOf(address, mac);
    const own = this.leases.findIndex((holder) => holder !== null && macText(holder) === macText(mac));
    return own >= 0 ? own : this.freePlace(mac);
  }

  private placeOf(address: number, mac: Uint8Array): number {
    const place = address - this.configuration.dhcpStart;
    if (place < 0 || place >= MOST) return -1;
    const holder = this.leases[place];
    return holder === null || macText(holder) === macText(mac) ? place : -1;
  }

  private freePlace(mac: Uint8Array): number | undefined {
    const place = this.leases.findIndex((holder) => holder === null || macText(holder) === macText(mac));
    return place < 0 ? undefined : place;
  }

  save(): LeasesState {
    return [...this.leases];
  }
  load(state: LeasesState): void {
    this.leases = Array.from({ length: MOST }, (_, i) => state[i] ?? null);
  }
}

function number(value: number): Uint8Array {
  const value4 = new Uint8Array(4);
  put32(value4, 0, value);
  return value4;
}
const texts = (option: number, text: string | null): (readonly [number, Uint8Array])[] =>
  text === null || text === '' ? [] : [[option, encoded(text).subarray(0, 255)]];

/** Those that have no room are left out. */
function putOptions(message: Uint8Array, options: readonly (readonly [number, Uint8Array])[]): void {
  let at = AT.OPTIONS + 4;
  for (const [option, value] of options) {
    if (at + 2 + value.length >= message.length) continue;
    message[at] = option;
    message[at + 1] = value.length;
    message.set(value, at + 2);
    at += 2 + value.length;
  }
  message[at] = OPTION.END;
}
