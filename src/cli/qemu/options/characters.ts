/**
 * Character devices as QEMU spells them: what is at the host's end of a serial port or a monitor. Either in one word
 * (`-serial mon:stdio`) or with a name of its own (`-chardev stdio,id=a,mux=on`).
 */
import { UsageError } from '../../command.js';
import type { SocketAddress } from '../endpoints/socket.js';
import { QemuError } from '../error.js';
import { checkNames, looseList, valueOf, type Parameter } from './lists.js';
import { parseSwitch } from './values.js';

export type CharacterDevice =
  /** Nothing comes, and what is sent is gone. A `vc` is a window of QEMU's, which there is none here. */
  | { readonly kind: 'null' | 'vc' }
  | { readonly kind: 'stdio' }
  | { readonly kind: 'file'; readonly path: string; readonly append: boolean }
  | { readonly kind: 'pty' }
  | { readonly kind: 'socket'; readonly address: SocketAddress };

/** One, or what is to be had by a name. */
export interface Connection {
  /** The name that it has been given. */
  readonly id?: string;
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
  ...['tn3270', 'telnet', 'testdev', 'tty', 'udp', 'wctablet', 'websocket'],
];
const KINDS = 'stdio, null, file:FILE, pty, tcp:HOST:PORT or unix:PATH';

/**
 * In one word; `named` are those of `-chardev`. Undefined for `none`: no device at all.
 * @throws QemuError for what QEMU does not have either, UsageError for what firstlight does not have
 */
export function parseConnection(
  text: string,
  named: ReadonlyMap<string, Connection>,
  use: 'serial' | 'monitor' | 'qmp',
): Connection | undefined {
  if (text.startsWith('mon:')) {
    const connection = parseConnection(text.slice(4), named, use);
    return connection && { ...connection, shared: true, monitor: true };
  }
  const [, kind, rest] = /^([^:,]*):?(.*)$/s.exec(text) ?? [];
  switch (kind) {
    case 'none':
      if (use === 'qmp') break;
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
    case 'unix':
      return alone(parseUnix(rest));
    case 'chardev': {
      const connection = named.get(rest);
      if (connection === undefined)
        throw new QemuError(
          use !== 'serial'
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

/** `PATH[,server=on][,wait=off]`. */
function parseUnix(text: string): CharacterDevice {
  const [path, ...options] = looseList(text, 'path');
  return unixDevice(path?.value ?? '', options);
}

const socketOptions = ['server', 'wait', 'reconnect', 'telnet', 'websocket'];
const tcpOptions = [...socketOptions, 'nodelay', 'delay', 'ipv4', 'ipv6'];

/** Whether it is a server, and waits. @throws QemuError, UsageError */
function serverOf(options: readonly Parameter[]): Pick<SocketAddress, 'server'> {
  const isOn = (name: string, usual: string): boolean => parseSwitch(name, valueOf(options, name) ?? usual);
  const server = isOn('server', 'off');
  const wait = isOn('wait', 'on');
  for (const name of ['telnet', 'websocket'])
    if (isOn(name, 'off')) throw new UsageError(`${name}=on: expected a plain connection`);
  const refused = server ? ['reconnect', 'server listen'] : ['wait', 'client connect'];
  if (valueOf(options, refused[0]) !== undefined)
    throw new QemuError(`'${refused[0]}' option is incompatible with socket in ${refused[1]} mode`);
  if ((valueOf(options, 'reconnect') ?? '0') !== '0')
    throw new UsageError('reconnect: a connection that has ended is not made again');
  return server ? { server: { wait } } : {};
}

/** Bytes of a path that a socket can have. */
const LONGEST_PATH = 107;

function unixDevice(path: string, options: readonly Parameter[]): CharacterDevice {
  checkNames(options, socketOptions);
  if (path === '') throw new QemuError('Unable to parse FD number ', 'expected a path');
  if (Buffer.byteLength(path) > LONGEST_PATH)
    throw new QemuError(`UNIX socket path '${path}' is too long`, 'Path must be less than 108 bytes');
  return { kind: 'socket', address: { path, ...serverOf(options) } };
}

function tcpDevice(host: string, port: string, options: readonly Parameter[]): CharacterDevice {
  checkNames(options, tcpOptions);
  const server = serverOf(options);
  if (!/^\d+$/.test(port) || Number(port) > 65535)
    throw new QemuError(`address resolution failed for ${host}:${port}`, 'expected a port from 0 to 65535');
  if (!['', 'localhost', '::1', '[::1]'].includes(host) && !/^127\.\d+\.\d+\.\d+$/.test(host))
    throw new UsageError(`tcp:${host}:${port}: expected this host, as in tcp:localhost:${port}`);
  const address = { host: host.replace(/[[\]]/g, '') || '127.0.0.1', port: Number(port), ...server };
  return { kind: 'socket', address };
}

const optionsOf: Readonly<Record<string, readonly string[]>> = {
  ...{ null: [], vc: ['width', 'height', 'cols', 'rows'], stdio: ['signal'], pty: [] },
  ...{ file: ['path', 'append'], socket: ['path', 'host', 'port', ...tcpOptions] },
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
    const [path, host, port] = ['path', 'host', 'port'].map((name) => valueOf(list, name));
    const options = list.filter(({ name }) => tcpOptions.includes(name));
    if (path !== undefined && (host ?? port) !== undefined)
      throw new QemuError("None or one of 'path', 'fd' or 'host' option required.");
    if (path !== undefined) return unixDevice(path, options);
    if (port === undefined)
      throw new UsageError('-chardev socket: expected path=PATH or host=localhost,port=PORT');
    return tcpDevice(host ?? '', port, options);
  }
  return { kind } as CharacterDevice;
}
