/** `-netdev user` and what it says, as QEMU 7.2 reads it. */
import type { Forward, GuestForwardTarget } from '../../host/sockets/index.js';
import { maskOf, masked, parseIpv4, usualNetwork, type NetworkConfiguration } from '../../network/index.js';
import { UsageError } from '../command.js';
import { QemuError } from '../qemu/error.js';
import { looseList, valueOf, type Parameter } from '../qemu/options/lists.js';
import { parseSwitch } from '../qemu/options/values.js';
import { parseHostForward } from './rules.js';

/** A network that is asked for, and what of it is the host's. */
export interface Netdev {
  /** As it was written, for messages. */
  readonly text: string;
  readonly configuration: NetworkConfiguration;
  /** With the rules as they were written. */
  readonly forwards: readonly (readonly [rule: string, forward: Forward])[];
  readonly guestForwards: readonly GuestForwardTarget[];
  /** The directory for TFTP. */
  readonly tftp?: string;
}

const single = [
  ...['type', 'id', 'ipv4', 'ipv6', 'net', 'host', 'hostname', 'restrict', 'dns', 'domainname', 'dhcpstart'],
  ...['bootfile', 'tftp', 'tftp-server-name'],
];
const several = ['dnssearch', 'hostfwd', 'guestfwd'];
/** What is of IPv6, and of Windows' shares. */
const missing: Readonly<Record<string, string>> = {
  ...{
    'ipv6-net': 'there is no IPv6',
    'ipv6-prefix': 'there is no IPv6',
    'ipv6-prefixlen': 'there is no IPv6',
  },
  ...{ 'ipv6-host': 'there is no IPv6', 'ipv6-dns': 'there is no IPv6' },
  ...{ smb: 'there is no SMB server', smbserver: 'there is no SMB server' },
};
const IDENTIFIER = /^[a-z][\w.-]*$/i;
const LONGEST_TEXT = 255;

/** The networks of QEMU that are no user-mode ones. */
const otherTypes = [
  ...['socket', 'stream', 'dgram', 'hubport', 'tap', 'l2tpv3', 'vde', 'bridge', 'vhost-user', 'vhost-vdpa'],
];

/**
 * Reads what stands behind `-netdev`.
 * @throws QemuError in QEMU's words; UsageError for what is not here
 */
export function parseNetdev(text: string, option = '-netdev'): Netdev {
  const list = looseList(text, 'type');
  const type = valueOf(list, 'type');
  if (type === undefined) throw new QemuError("Parameter 'type' is missing");
  if (otherTypes.includes(type))
    throw new UsageError(`${option} ${text}: expected user, there is no ${type}`);
  if (type !== 'user') throw new QemuError(`Parameter 'type' does not accept value '${type}'`);
  const id = valueOf(list, 'id');
  if (id === undefined) throw new QemuError("Parameter 'id' is missing");
  if (!IDENTIFIER.test(id))
    throw new QemuError(
      "Parameter 'id' expects an identifier",
      "Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.",
    );
  return userNetwork(`${option} ${text}`, id, list);
}

/** What a user-mode network of that name is, by a list of what is said of it. @throws QemuError, UsageError */
export function userNetwork(text: string, id: string, list: readonly Parameter[]): Netdev {
  for (const { name } of list) {
    if (Object.hasOwn(missing, name)) throw new UsageError(`${text}: ${name}: ${missing[name]}`);
    if (!single.includes(name) && !several.includes(name)) throw new QemuError(`Invalid parameter '${name}'`);
  }
  const all = (name: string): string[] => list.filter((each) => each.name === name).map(({ value }) => value);
  const isOn = (name: string, usual: string): boolean => parseSwitch(name, valueOf(list, name) ?? usual);
  if (!isOn('ipv4', 'on'))
    throw isOn('ipv6', 'on')
      ? new UsageError(`${text}: ipv4=off: there is no IPv6`)
      : new QemuError('IPv4 and IPv6 disabled');
  if (valueOf(list, 'ipv6') !== undefined && isOn('ipv6', 'on'))
    throw new UsageError(`${text}: ipv6=on: there is no IPv6`);
  const addresses = addressesOf(list);
  const tftp = valueOf(list, 'tftp');
  const guestForwards = all('guestfwd').map((rule) => guestForward(rule, addresses, text));
  const places = guestForwards.map(({ place }) => place);
  places.forEach(([address, port], i) => {
    if (places.slice(0, i).some((each) => each[0] === address && each[1] === port))
      throw conflicting(all('guestfwd')[i]);
  });
  const configuration: NetworkConfiguration = {
    ...{ id, ...usualNetwork, ...addresses },
    hostName: textOf(list, 'hostname'),
    domain: textOf(list, 'domainname'),
    searched: all('dnssearch'),
    tftpServer: textOf(list, 'tftp-server-name'),
    bootFile: textOf(list, 'bootfile'),
    hasTftp: tftp !== undefined,
    isRestricted: isOn('restrict', 'off'),
    forwards: places,
  };
  const forwards = all('hostfwd').map((rule) => [rule, parseHostForward(rule, addresses.dhcpStart)] as const);
  const targets = guestForwards.map(({ target }) => target);
  return { text, configuration, forwards, guestForwards: targets, ...(tftp === undefined ? {} : { tftp }) };
}

function textOf(list: readonly Parameter[], name: string): string | null {
  const value = valueOf(list, name);
  if (value !== undefined && Buffer.byteLength(value) > LONGEST_TEXT)
    throw new QemuError(`'${name}' parameter cannot exceed ${LONGEST_TEXT} bytes`);
  return value ?? null;
}

type Addresses = Pick<NetworkConfiguration, 'network' | 'mask' | 'host' | 'dns' | 'dhcpStart'>;

function addressesOf(list: readonly Parameter[]): Addresses {
  const { network, mask } = networkOf(valueOf(list, 'net'));
  /** A station of the network whose number is that, as far as there are so many. */
  const station = (number: number): number => (network | (number & ~mask)) >>> 0;
  const given = (name: string, what: string, usual: number): number => {
    const value = valueOf(list, name);
    const address = value === undefined ? usual : parseIpv4(value);
    if (address === undefined) throw new QemuError(`Failed to parse ${what}`);
    return address;
  };
  const host = given('host', 'host', station(0x0202));
  if (masked(host, mask) !== network) throw new QemuError("Host doesn't belong to network");
  const dns = given('dns', 'DNS', station(0x0203));
  if (dns === host) throw new QemuError('DNS must be different from host');
  const dhcpStart = given('dhcpstart', 'DHCP start address', station(0x020f));
  if (masked(dhcpStart, mask) !== network) throw new QemuError("DHCP doesn't belong to network");
  if (dhcpStart === host || dhcpStart === dns)
    throw new QemuError('DHCP must be different from host and DNS');
  return { network, mask, host, dns, dhcpStart };
}

/** Without a mask its class says how large it is. */
function networkOf(text: string | undefined): Pick<NetworkConfiguration, 'network' | 'mask'> {
  if (text === undefined) return usualNetwork;
  const [place, bits] = text.split('/', 2);
  const address = parseIpv4(place);
  if (address === undefined) throw new QemuError('Failed to parse netmask');
  let mask: number | undefined;
  if (bits === undefined) mask = maskOfClass(address);
  else if (/^\d+$/.test(bits)) {
    if (Number(bits) < 4 || Number(bits) > 32)
      throw new QemuError('Invalid netmask provided (must be in range 4-32)');
    mask = maskOf(Number(bits));
  } else mask = parseIpv4(bits);
  if (mask === undefined) throw new QemuError('Failed to parse netmask');
  return { network: masked(address, mask), mask };
}

const classes: readonly (readonly [network: number, bits: number, mask: number])[] = [
  [0x0000_0000, 1, 8],
  [0xac10_0000, 12, 12],
  [0x8000_0000, 2, 16],
  [0xc0a8_0000, 16, 16],
  [0xc612_0000, 16, 15],
  [0xe000_0000, 3, 24],
];
function maskOfClass(address: number): number {
  const found = classes.find(([network, bits]) => masked(address, maskOf(bits)) === network);
  return maskOf(found?.[2] ?? 28);
}

const conflicting = (rule: string): QemuError =>
  new QemuError(`Conflicting/invalid host:port in guest forwarding rule '${rule}'`);

/** `tcp:ADDR:PORT-cmd:COMMAND`, or `-tcp:HOST:PORT` for a port of the host's. */
function guestForward(
  rule: string,
  { network, mask, host, dns }: Addresses,
  text: string,
): { readonly place: [number, number]; readonly target: GuestForwardTarget } {
  const [, place = '', digits = '', device = ''] = /^(?:tcp)?:([^:]*):(\d+)-(.+)$/s.exec(rule) ?? [];
  const port = Number(digits);
  if (device === '' || port < 1 || port > 0xffff)
    throw new QemuError(`Invalid guest forwarding rule '${rule}'`);
  const address = place === '' ? (network | (4 & ~mask)) >>> 0 : parseIpv4(place);
  if (address === undefined) throw new QemuError(`Invalid guest forwarding rule '${rule}'`);
  if (masked(address, mask) !== network || address === host || address === dns) throw conflicting(rule);
  if (device.startsWith('cmd:'))
    return { place: [address, port], target: { kind: 'command', command: device.slice('cmd:'.length) } };
  const [, name, number] = /^tcp:([^:]+):(\d{1,5})$/.exec(device) ?? [];
  if (name === undefined || Number(number) > 0xffff)
    throw new UsageError(`${text}: guestfwd=${rule}: expected cmd:COMMAND or tcp:HOST:PORT behind the dash`);
  return { place: [address, port], target: { kind: 'tcp', host: name, port: Number(number) } };
}
