/** `-netdev user`: what QEMU 7.2 takes and refuses, in its words; as `qemu-system-aarch64 -M raspi3b` says it. */
import { describe, expect, it } from 'vitest';
import { ipv4Text } from '../../network/index.js';
import { parseDump } from './dump.js';
import { parseForwardPlace } from './rules.js';
import { parseNetdev } from './user-netdev.js';

const refused = (text: string): string => {
  try {
    parseNetdev(text);
    return 'taken';
  } catch (error) {
    return (error as Error).message;
  }
};
const badRule = (rule: string, what: string): [string, string] => [
  `user,id=a,hostfwd=${rule}`,
  `Invalid host forwarding rule '${rule}' (${what})`,
];
const guestRule = (rule: string): [string, string] => [
  `user,id=a,guestfwd=${rule}`,
  `Invalid guest forwarding rule '${rule}'`,
];
const conflict = (rule: string): [string, string] => [
  `user,id=a,guestfwd=${rule}`,
  `Conflicting/invalid host:port in guest forwarding rule '${rule}'`,
];

describe('a network that is asked for', () => {
  it.each([
    ['user', "Parameter 'id' is missing"],
    ['foo,id=a', "Parameter 'type' does not accept value 'foo'"],
    ['id=a', "Parameter 'type' is missing"],
    ['user,id=a,bad=1', "Invalid parameter 'bad'"],
    [
      'user,id=1a',
      "Parameter 'id' expects an identifier (Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.)",
    ],
    badRule('tcp::5555', 'Bad host port separator'),
    badRule(':5555-:22', 'Bad host address'),
    badRule('foo::1-:2', 'Bad protocol name'),
    badRule('tcp:x:1-:2', 'Bad host address'),
    badRule('tcp::x-:2', 'Bad host port'),
    badRule('tcp::70000-:2', 'Bad host port'),
    badRule('tcp::5555-:0', 'Bad guest port'),
    badRule('tcp::5555-x:22', 'Bad guest address'),
    badRule('tcp::5555-10.0.2.15:', 'Bad guest port'),
    badRule('tcp', 'No : separators'),
    conflict('tcp:10.0.2.2:1-cmd:cat'),
    conflict('tcp:8.8.8.8:1-cmd:cat'),
    guestRule('foo'),
    guestRule('tcp:10.0.2.100:0-cmd:cat'),
    guestRule('tcp:10.0.2.100:1'),
    guestRule('udp:10.0.2.100:1-cmd:cat'),
    ['user,id=a,net=x', 'Failed to parse netmask'],
    ['user,id=a,net=10.0.2.0/33', 'Invalid netmask provided (must be in range 4-32)'],
    ['user,id=a,net=10.0.2.0/31', 'DHCP must be different from host and DNS'],
    ['user,id=a,host=1.2.3.4', "Host doesn't belong to network"],
    ['user,id=a,dns=10.0.2.2', 'DNS must be different from host'],
    ['user,id=a,dhcpstart=1.2.3.4', "DHCP doesn't belong to network"],
    ['user,id=a,dhcpstart=10.0.2.2', 'DHCP must be different from host and DNS'],
    ['user,id=a,restrict=maybe', "Parameter 'restrict' expects 'on' or 'off'"],
    ['user,id=a,ipv4=off,ipv6=off', 'IPv4 and IPv6 disabled'],
    ['user,id=a,ipv6=on', '-netdev user,id=a,ipv6=on: ipv6=on: there is no IPv6'],
    ['user,id=a,smb=/tmp', '-netdev user,id=a,smb=/tmp: smb: there is no SMB server'],
    ['tap,id=a', '-netdev tap,id=a: expected user, there is no tap'],
  ])('-netdev %s', (text, message) => {
    expect(refused(text)).toBe(message);
  });

  it.each([
    'user,id=a',
    'user,id=a,hostfwd=tcp::0-:2,hostfwd=udp::1-:2,hostfwd=tcp:127.0.0.1:5556-10.0.2.15:22',
    'user,id=a,guestfwd=tcp:10.0.2.100:1-cmd:cat',
    'user,id=a,net=10.0.3.0/24,host=10.0.3.9,dns=1.2.3.4,ipv6=off',
    'user,id=a,hostname=x,dnssearch=x,dnssearch=y,domainname=y,bootfile=z,tftp=/nonexistent,tftp-server-name=a',
  ])('-netdev %s is taken', (text) => {
    expect(refused(text)).toBe('taken');
  });

  it('has addresses in its own network', () => {
    const { configuration, forwards } = parseNetdev(
      'user,id=a,net=192.168.76.0/24,dhcpstart=192.168.76.9,hostfwd=:10.1.1.1:80-:8080',
    );
    const { host, dns, dhcpStart } = configuration;
    expect([host, dns, dhcpStart].map(ipv4Text)).toEqual(['192.168.76.2', '192.168.76.3', '192.168.76.9']);
    expect(forwards[0][1]).toEqual({
      ...{ protocol: 'tcp', address: '10.1.1.1', port: 80, guest: dhcpStart, guestPort: 8080 },
    });
  });
});

it.each([
  ['filter-dump,id=f', "Parameter 'netdev' is missing"],
  ['filter-dump,id=f,netdev=a', "Parameter 'file' is missing"],
  ['filter-dump,netdev=a', "Parameter 'id' is missing"],
  ['filter-dump,id=f,netdev=a,file=d,bad=1', "Invalid parameter 'bad'"],
  ['filter-dump,id=f,netdev=a,file=d,maxlen=0', "Property 'filter-dump.maxlen' doesn't take value '0'"],
  ['foo,id=x', "Parameter 'qom-type' does not accept value 'foo'"],
])('-object %s', (text, message) => {
  expect(() => parseDump(text)).toThrow(message);
});

it('finds a forwarded port by its place', () => {
  expect(parseForwardPlace('tcp::5577')).toEqual({ protocol: 'tcp', address: '127.0.0.1', port: 5577 });
  expect(parseForwardPlace('udp:0.0.0.0:1')).toEqual({ protocol: 'udp', address: '0.0.0.0', port: 1 });
  for (const wrong of ['', 'tcp:x:1', 'x', 'tcp::70000']) expect(parseForwardPlace(wrong)).toBeUndefined();
});
