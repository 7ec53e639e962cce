/** The same guest on QEMU's user network, which is libslirp, and on one of firstlight's, in this process. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HostSockets, type Forward } from '../../src/host/sockets/index.js';
import { parseIpv4, UserNetwork, usualNetwork } from '../../src/network/index.js';
import { HostTime } from './clock.js';
import { hearFrames, sendFrame } from './wire.js';

/** What a network is made with. */
export interface Setup {
  readonly isRestricted?: boolean;
  readonly tftp?: string;
  readonly bootFile?: string;
  readonly hostName?: string;
  readonly domain?: string;
  readonly searched?: readonly string[];
  readonly tftpServer?: string;
  readonly forwards?: readonly (Omit<Forward, 'guest'> & { readonly guest: string })[];
  /** A program behind an address and a port. */
  readonly guestForward?: { readonly address: string; readonly port: number; readonly command: string };
}

/** The guest's end of a network. */
export interface Wire {
  readonly send: (frame: Uint8Array) => void;
  /** What has come, once nothing has for so many ms. */
  readonly take: (quiet?: number) => Promise<readonly Uint8Array[]>;
  readonly close: () => Promise<void>;
}

const QUIET = 60;

class Inbox {
  private frames: Uint8Array[] = [];
  private latest = performance.now();

  put(frame: Uint8Array): void {
    this.frames.push(frame.slice());
    this.latest = performance.now();
  }

  async take(quiet = QUIET): Promise<readonly Uint8Array[]> {
    this.latest = performance.now();
    while (performance.now() - this.latest < quiet) await new Promise((resolve) => setTimeout(resolve, 5));
    return this.frames.splice(0);
  }
}

const netdev = (setup: Setup): string =>
  [
    'user,id=u,ipv6=off',
    ...(setup.isRestricted === true ? ['restrict=on'] : []),
    ...(setup.tftp === undefined ? [] : [`tftp=${setup.tftp}`]),
    ...(setup.bootFile === undefined ? [] : [`bootfile=${setup.bootFile}`]),
    ...(setup.hostName === undefined ? [] : [`hostname=${setup.hostName}`]),
    ...(setup.domain === undefined ? [] : [`domainname=${setup.domain}`]),
    ...(setup.searched ?? []).map((name) => `dnssearch=${name}`),
    ...(setup.tftpServer === undefined ? [] : [`tftp-server-name=${setup.tftpServer}`]),
    ...(setup.forwards ?? []).map(
      ({ protocol, address, port, guest, guestPort }) =>
        `hostfwd=${protocol}:${address}:${port}-${guest}:${guestPort}`,
    ),
    ...(setup.guestForward === undefined
      ? []
      : [
          `guestfwd=tcp:${setup.guestForward.address}:${setup.guestForward.port}-cmd:${setup.guestForward.command}`,
        ]),
  ].join(',');

/** A network of QEMU's, in a machine that has nothing else. */
export async function qemuWire(setup: Setup): Promise<Wire> {
  const directory = mkdtempSync(join(tmpdir(), 'firstlight-network-'));
  const path = join(directory, 'wire');
  const connected = new Promise<Socket>((resolve) => {
    const server = createServer((socket) => {
      server.close();
      resolve(socket);
    });
    server.listen(path);
  });
  const qemu = spawn(
    'qemu-system-aarch64',
    [
      ...['-M', 'none', '-nodefaults', '-display', 'none', '-netdev', netdev(setup)],
      ...['-netdev', `stream,id=s,server=off,addr.type=unix,addr.path=${path}`],
      ...['-netdev', 'hubport,id=hu,hubid=0,netdev=u', '-netdev', 'hubport,id=hs,hubid=0,netdev=s'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let complaint = '';
  qemu.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  const ended = new Promise<never>((_, reject) => {
    qemu.on('exit', () => reject(new Error(`QEMU ended: ${complaint}`)));
  });
  const socket = await Promise.race([connected, ended]);
  ended.catch(() => undefined);
  const inbox = new Inbox();
  hearFrames(socket, (frame) => inbox.put(frame));
  socket.on('error', () => undefined);
  return {
    send: (frame) => sendFrame(socket, frame),
    take: (quiet) => inbox.take(quiet),
    close: async () => {
      const isOver = new Promise((resolve) => qemu.once('exit', resolve));
      qemu.kill('SIGKILL');
      socket.destroy();
      rmSync(directory, { recursive: true });
      await isOver;
    },
  };
}

/** A network of firstlight's, whose time is the host's. */
export async function ownWire(setup: Setup): Promise<Wire> {
  const clock = new HostTime();
  const { guestForward, forwards = [] } = setup;
  const network = new UserNetwork(
    {
      ...{ id: 'u', ...usualNetwork },
      ...{ isRestricted: setup.isRestricted === true, hasTftp: setup.tftp !== undefined },
      ...{ bootFile: setup.bootFile ?? null, hostName: setup.hostName ?? null, domain: setup.domain ?? null },
      ...{ searched: [...(setup.searched ?? [])], tftpServer: setup.tftpServer ?? null },
      forwards: guestForward === undefined ? [] : [[parseIpv4(guestForward.address)!, guestForward.port]],
    },
    clock,
  );
  const sockets = new HostSockets(network, {
    tftpDirectory: setup.tftp,
    guestForwards: guestForward === undefined ? [] : [{ kind: 'command', command: guestForward.command }],
  });
  for (const forward of forwards) await sockets.forward({ ...forward, guest: parseIpv4(forward.guest)! });
  const deliver = (): void => {
    clock.look();
    sockets.deliver();
  };
  const timer = setInterval(deliver, 2);
  sockets.onArrival = () => void setImmediate(deliver);
  const inbox = new Inbox();
  network.plug({
    receive: (frame) => {
      inbox.put(frame);
      return true;
    },
  });
  return {
    send: (frame) => {
      clock.look();
      network.send(frame);
    },
    take: (quiet) => inbox.take(quiet),
    close: async () => {
      clearInterval(timer);
      sockets.close();
    },
  };
}
