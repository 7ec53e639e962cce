/** Rules for forwarded ports, as `hostfwd` and the monitor's `hostfwd_add` and `hostfwd_remove` have them. */
import type { Forward } from '../../host/sockets/index.js';
import { parseIpv4 } from '../../network/index.js';
import { QemuError } from '../qemu/error.js';

/** Where one is listened that names no address: nobody but this host's processes come. */
const USUAL_ADDRESS = '127.0.0.1';

/** What stands before a separator, and behind it; undefined without one. */
function cut(text: string, separator: string): readonly [string, string] | undefined {
  const at = text.indexOf(separator);
  return at < 0 ? undefined : [text.slice(0, at), text.slice(at + 1)];
}

const portOf = (text: string): number | undefined =>
  /^\d*$/.test(text) && Number(text) <= 0xffff ? Number(text) : undefined;

/** `[tcp|udp]:[ADDR]:PORT-[ADDR]:PORT`. `guest`: the guest's address where none is given. @throws QemuError */
export function parseHostForward(rule: string, guest: number): Forward {
  const wrong = (what: string): QemuError =>
    new QemuError(`Invalid host forwarding rule '${rule}' (${what})`);
  const first = cut(rule, ':');
  if (first === undefined) throw wrong('No : separators');
  const protocol = first[0] === '' ? 'tcp' : first[0];
  if (protocol !== 'tcp' && protocol !== 'udp') throw wrong('Bad protocol name');
  const second = cut(first[1], ':');
  if (second === undefined) throw wrong('Missing : separator');
  const [address, ports] = second;
  if (address !== '' && parseIpv4(address) === undefined) throw wrong('Bad host address');
  const third = cut(ports, '-');
  if (third === undefined) throw wrong('Bad host port separator');
  const port = portOf(third[0]);
  if (port === undefined) throw wrong('Bad host port');
  const last = cut(third[1], ':');
  if (last === undefined) throw wrong('Missing guest address');
  const guestAddress = last[0] === '' ? guest : parseIpv4(last[0]);
  if (guestAddress === undefined) throw wrong('Bad guest address');
  const guestPort = portOf(last[1]);
  if (guestPort === undefined || guestPort < 1) throw wrong('Bad guest port');
  return {
    protocol,
    address: address === '' ? USUAL_ADDRESS : address,
    port,
    guest: guestAddress,
    guestPort,
  };
}

/** `[tcp|udp]:[ADDR]:PORT`, by which one is found; undefined for anything else. */
export function parseForwardPlace(text: string): Pick<Forward, 'protocol' | 'address' | 'port'> | undefined {
  const [, protocol, address = '', digits] = /^(tcp|udp|):([\d.]*):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (protocol === undefined || port > 0xffff) return undefined;
  if (address !== '' && parseIpv4(address) === undefined) return undefined;
  return {
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
    address: address === '' ? USUAL_ADDRESS : address,
    port,
  };
}
