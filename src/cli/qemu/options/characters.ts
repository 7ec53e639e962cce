/**
 * Character devices as QEMU spells them: what is at the host's end of a serial port or a monitor. Either in one word
 * (`-serial mon:stdio`) or with a name of its own (`-chardev stdio,id=a,mux=on`).
 */
import { UsageError } from '../../command.js';
import { QemuError } from '../error.js';
import { checkNames, looseList, valueOf, type Parameter } from './lists.js';
import { parseSwitch } from './values.js';

export type CharacterDevice =
  /** Nothing comes, and what is sent is gone. A `vc` is a window of QEMU's, which there is none here. */
  | { readonly kind: 'null' | 'vc' }
  | { readonly kind: 'stdio' }
  | { readonly kind: 'file'; readonly path: string; readonly append: boolean }
  | { readonly kind: 'pty' }
  | {
      readonly kind: 'tcp';
      readonly host: string;
      readonly port: number;
      readonly server?: { readonly wait: boolean };
    };

/** One, or what is to be had by a name. */
export interface Connection {
  readonly device: CharacterDevice;
  /** Whether several can be at it, of which Ctrl-A c chooses one. */
  readonly shared: boolean;
  /** A monitor is at it as well. */
  readonly monitor: boolean;
}

const alone = (device: CharacterDevice): Connection => ({ device, shared: false, monitor: false });

/** QEMU has these as well. */
const others: readonly string[] = [
  ...[
    'braille',
    'con',
    'fdset',
    'msmouse',
    'parport',
    'pipe',
    'ringbuf',
    'serial',
    'socket',
    'spiceport',
    'spicevmc',
  ],
  ...['tn3270', 'telnet', 'testdev', 'tty', 'udp', 'unix', 'wctablet', 'websocket'],
];
const KINDS = 'stdio, null, file:FILE, pty or tcp:HOST:PORT';

/**
 * In one word; `named` are those of `-chardev`. Undefined for `none`: no device at all.
 * @throws QemuError for what QEMU does not have either, UsageError for what firstlight does not have
 */
export function parseConnection(
  text: string,
  named: ReadonlyMap<string, Connection>,
  use: 'serial' | 'monitor',
): Connection | undefined {
  if (text.startsWith('mon:')) {
    const connection = parseConnection(text.slice(4), named, use);
    return connection && { ...connection, shared: true, monitor: true };
  }
  const [, kind, rest] = /^([^:,]*):?(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'none':
      return undefined;
    case 'null':
    case 'stdio':
    case 'pty':
    case 'vc':
      return alone({ kind });
    case 'file':
      if (text === 'file') break;
      return alone({ kind, path: rest, append: false });
    case 'tcp':
      return alone(parseTcp(rest));
    case 'chardev': {
      const connection = named.get(rest);
      if (connection === undefined)
        throw new QemuError(
          use === 'monitor'
            ? `chardev "${rest}" not found`
            : `could not connect serial device to character backend '${text}'`,
        );
      return connection;
    }
  }
  if (others.includes(kind)) throw new UsageError(`'${text}': expected ${KINDS}`);
  throw new QemuError(`'${text}' is not a valid char driver`);
}

/** `HOST:PORT[,server=on][,wait=off]`. */
function parseTcp(text: string): CharacterDevice {
  const [{ value: address }, ...options] = looseList(text, 'address');
  const [, host, port] = /^(.*):([^:]*)$/.exec(address) ?? [];
  if (port === undefined) throw new QemuError(`'tcp:${text}': expected tcp:HOST:PORT`);
  return tcpDevice(host, port, options);
}

const tcpOptions = ['server', 'wait', 'nodelay', 'delay', 'ipv4', 'ipv6', 'telnet'];

function tcpDevice(host: string, port: string, options: readonly Parameter[]): CharacterDevice {
  checkNames(options, tcpOptions);
  const isOn = (name: string, usual: string): boolean => parseSwitch(name, valueOf(options, name) ?? usual);
  if (isOn('telnet', 'off')) throw new UsageError('telnet=on: expected a plain TCP connection');
  if (!/^\d+$/.test(port) || Number(port) > 65535)
    throw new QemuError(`address resolution failed for ${host}:${port}`, 'expected a port from 0 to 65535');
  if (!['', 'localhost', '::1', '[::1]'].includes(host) && !/^127\.\d+\.\d+\.\d+$/.test(host))
    throw new UsageError(`tcp:${host}:${port}: expected this host, as in tcp:localhost:${port}`);
  const device = {
    kind: 'tcp',
    host: host.replace(/[[\]]/g, '') || '127.0.0.1',
    port: Number(port),
  } as const;
  return isOn('server', 'off') ? { ...device, server: { wait: isOn('wait', 'on') } } : device;
}

const optionsOf: Readonly<Record<string, readonly string[]>> = {
  ...{ null: [], vc: ['width', 'height', 'cols', 'rows'], stdio: ['signal'], pty: [] },
  ...{ file: ['path', 'append'], socket: ['host', 'port', ...tcpOptions] },
};

/** The value of `-chardev`. @throws QemuError, UsageError */
export function parseCharacterDevice(text: string): Connection & { readonly id: string } {
  const list = looseList(text, 'backend');
  const kind = valueOf(list, 'backend') ?? '';
  const id = valueOf(list, 'id');
  if (id === undefined) throw new QemuError('chardev: no id specified');
  if (!/^[a-z][\w.-]*$/i.test(id))
    throw new QemuError(
      "Parameter 'id' expects an identifier",
      "Identifiers consist of letters, digits, '-', '.', '_', starting with a letter.",
    );
  if (!Object.hasOwn(optionsOf, kind)) {
    if (others.includes(kind))
      throw new UsageError(`-chardev ${kind}: expected ${Object.keys(optionsOf).join(', ')}`);
    throw new QemuError(`'${kind}' is not a valid char driver name`);
  }
  checkNames(list, ['backend', 'id', 'mux', ...optionsOf[kind]]);
  const shared = parseSwitch('mux', valueOf(list, 'mux') ?? 'off');
  return { id, device: namedDevice(kind, list), shared, monitor: false };
}

function namedDevice(kind: string, list: readonly Parameter[]): CharacterDevice {
  if (kind === 'file') {
    const path = valueOf(list, 'path');
    if (path === undefined) throw new QemuError('chardev: file: no filename given');
    return { kind, path, append: parseSwitch('append', valueOf(list, 'append') ?? 'off') };
  }
  if (kind === 'socket') {
    const port = valueOf(list, 'port');
    if (port === undefined) throw new UsageError('-chardev socket: expected host=localhost,port=PORT');
    const options = list.filter(({ name }) => tcpOptions.includes(name));
    return tcpDevice(valueOf(list, 'host') ?? '', port, options);
  }
  return { kind } as CharacterDevice;
}
