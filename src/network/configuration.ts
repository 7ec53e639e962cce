/** What a network is made with: `-netdev user`. */
import { flag, integer, listOf, nullOr, record, text, tuple, type Shaped } from '../engine/index.js';
import { masked, parseIpv4 } from './address.js';

const word = integer(0, 0xffff_ffff);

export const networkShape = record({
  /** What cards call it. */
  id: text,
  network: word,
  mask: word,
  /** Its stations: the host, which is the way out too, and the name server. */
  host: word,
  dns: word,
  /** The first address that DHCP gives. */
  dhcpStart: word,
  /** What DHCP tells guests: their name, their domain, where else names are looked for, their TFTP server, what to boot. */
  hostName: nullOr(text),
  domain: nullOr(text),
  searched: listOf(text, 32),
  tftpServer: nullOr(text),
  bootFile: nullOr(text),
  /** Whether there is a directory for TFTP. */
  hasTftp: flag,
  /** Whether the guest gets nowhere but where something is forwarded. */
  isRestricted: flag,
  /** Addresses and ports that lead to something else. */
  forwards: listOf(tuple<[address: number, port: number]>(word, integer(1, 0xffff)), 64),
});
export type NetworkConfiguration = Shaped<typeof networkShape>;

const usual = (text: string): number => parseIpv4(text) ?? 0;

/** As QEMU has it unless told otherwise. */
export const usualNetwork: Omit<NetworkConfiguration, 'id'> = {
  network: usual('10.0.2.0'),
  mask: usual('255.255.255.0'),
  host: usual('10.0.2.2'),
  dns: usual('10.0.2.3'),
  dhcpStart: usual('10.0.2.15'),
  hostName: null,
  domain: null,
  searched: [],
  tftpServer: null,
  bootFile: null,
  hasTftp: false,
  isRestricted: false,
  forwards: [],
};

export const isInside = ({ network, mask }: NetworkConfiguration, address: number): boolean =>
  masked(address, mask) === network;
/** To all stations of it. */
export const broadcastOf = ({ network, mask }: NetworkConfiguration): number => (network | ~mask) >>> 0;
/** Whether the network plays a station of that address. */
export const isStation = (configuration: NetworkConfiguration, address: number): boolean =>
  address === configuration.host ||
  address === configuration.dns ||
  configuration.forwards.some(([each]) => each === address);
