/**
 * Linux's own stack as a guest: a network namespace whose only way out is a TAP device, which QEMU joins to a network of
 * this process by a stream of frames. Nobody has to be root for that.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostSockets, type SocketsOptions } from '../../src/host/sockets/index.js';
import { UserNetwork, usualNetwork, type NetworkConfiguration } from '../../src/network/index.js';
import { HostTime } from './clock.js';
import { hearFrames, sendFrame } from './wire.js';

/** What becomes of a frame on its way: it is carried so many times, each after so many ms. */
export type Weather = () => readonly number[];
export const calm: Weather = () => [0];

export interface LinuxGuest {
  readonly network: UserNetwork;
  readonly sockets: HostSockets;
  /** A command in the namespace. */
  readonly start: (command: string, ...args: string[]) => ChildProcess;
  readonly run: (command: string, ...args: string[]) => Promise<string>;
  readonly stop: () => void;
}

/** The environment in which programs of the administrator's are found. */
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/sbin` };

export async function linuxGuest(
  options: SocketsOptions & {
    readonly weather?: Weather;
    readonly configuration?: Partial<NetworkConfiguration>;
  } = {},
): Promise<LinuxGuest> {
  const { weather = calm } = options;
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-network-'));
  const path = join(directory, 'wire');
  const clock = new HostTime();
  const network = new UserNetwork({ id: 'n0', ...usualNetwork, ...options.configuration }, clock);
  const sockets = new HostSockets(
    {
      get host() {
        return network.host;
      },
      set host(host) {
        network.host = host;
      },
      get isBusy() {
        return network.isBusy;
      },
      room: (id) => network.room(id),
      enter: (event) => {
        clock.look();
        return network.enter(event);
      },
    },
    options,
  );
  let soon: NodeJS.Immediate | undefined;
  const deliver = (): void => {
    soon ??= setImmediate(() => {
      soon = undefined;
      sockets.deliver();
    });
  };
  sockets.onArrival = deliver;
  const carry = (act: () => void): void => {
    for (const ms of weather())
      if (ms === 0) act();
      else setTimeout(act, ms);
  };
  const connected = new Promise<Socket>((resolve) => {
    const server = createServer((socket) => {
      server.close();
      resolve(socket);
    });
    server.listen(path);
  });
  const holder = spawn(
    'unshare',
    ['--user', '--map-root-user', '--net', 'sh', '-c', 'echo; exec sleep infinity'],
    {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  await new Promise((resolve) => holder.stdout.once('data', resolve));
  const inside = (command: string, ...args: string[]): string[] => {
    return ['-t', String(holder.pid), '--user', '--net', '--preserve-credentials', command, ...args];
  };
  const ip = (...args: string[]): void =>
    void execFileSync('nsenter', inside('ip', ...args), { env, stdio: ['ignore', 'ignore', 'pipe'] });
  const qemu = spawn(
    'nsenter',
    [
      ...inside('qemu-system-aarch64', '-M', 'none', '-nodefaults', '-display', 'none'),
      ...['-netdev', 'tap,id=t,ifname=tap0,script=no,downscript=no'],
      ...['-netdev', `stream,id=s,server=off,addr.type=unix,addr.path=${path}`],
      ...['-netdev', 'hubport,id=ht,hubid=0,netdev=t', '-netdev', 'hubport,id=hs,hubid=0,netdev=s'],
    ],
    { env, stdio: 'ignore' },
  );
  const socket = await connected;
  socket.on('error', () => undefined);
  hearFrames(socket, (frame) =>
    carry(() => {
      clock.look();
      network.send(frame);
      deliver();
    }),
  );
  network.plug({
    receive: (frame) => {
      if (socket.writableLength > 2 ** 20) {
        socket.once('drain', () => network.ready());
        return false;
      }
      carry(() => sendFrame(socket, frame));
      return true;
    },
  });
  ip('link', 'set', 'lo', 'up');
  ip('link', 'set', 'tap0', 'up');
  ip('addr', 'add', '10.0.2.15/24', 'dev', 'tap0');
  ip('route', 'add', 'default', 'via', '10.0.2.2');
  const start: LinuxGuest['start'] = (command, ...args) =>
    spawn('nsenter', inside(command, ...args), { env, stdio: ['pipe', 'pipe', 'ignore'] });
  const run: LinuxGuest['run'] = (command, ...args) =>
    new Promise((resolve, reject) => {
      const child = start(command, ...args);
      let text = '';
      child.stdout?.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.on('error', reject);
      child.on('close', (status) => {
        if (status === 0) resolve(text);
        else reject(new Error(`${command} ${args.join(' ')}: status ${status}: ${text}`));
      });
    });
  return {
    ...{ network, sockets, start, run },
    stop: () => {
      qemu.kill('SIGKILL');
      holder.kill('SIGKILL');
      socket.destroy();
      sockets.close();
      rmSync(directory, { recursive: true });
    },
  };
}
