/** What a guest does on both networks. Each tells in lines what it sees. */
import { createSocket } from 'node:dgram';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { parseIpv4 } from '../../src/network/index.js';
import { PROTOCOL } from '../../src/network/ipv4.js';
import { put16, put32 } from '../../src/network/packet.js';
import { FLAG } from '../../src/network/tcp/segment.js';
import { DNS, GUEST, HOST, ScriptedConnection, ScriptedGuest } from './guest.js';
import type { Setup } from './wires.js';

/** Servers on the host's loopback, by which the guest is answered. */
export interface Services {
  /** Answers what comes, and ends when the guest does. */
  readonly echo: number;
  /** Says something and ends. */
  readonly greeting: number;
  /** Says nothing, and ends only when the guest has. */
  readonly silent: number;
  /** Resets whoever has sent something. */
  readonly resetting: number;
  /** Ends its own direction at once, then tells how much came. */
  readonly counting: number;
  readonly udpEcho: number;
  readonly closed: number;
  readonly directory: string;
  /** A port of the host's that is free, for forwards. */
  readonly free: number;
  readonly stop: () => void;
}

export interface Scenario {
  readonly name: string;
  readonly setup?: (services: Services) => Setup;
  readonly run: (guest: ScriptedGuest, services: Services) => Promise<void>;
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);
const pattern = (length: number): Uint8Array => new Uint8Array(length).map((_, i) => i * 7 + (i >> 8));
const { SYN, ACK, FIN, RST, PSH } = FLAG;
const mss = { maximumSize: 1460 };

function dhcp(
  guest: ScriptedGuest,
  options: readonly number[],
  fields: { ciaddr?: number; cookie?: boolean; op?: number } = {},
): void {
  const message = new Uint8Array(300);
  message.set([fields.op ?? 1, 1, 6, 0, 0xde, 0xad, 0xbe, 0xef]);
  put32(message, 12, fields.ciaddr ?? 0);
  message.set(guest.mac, 28);
  if (fields.cookie !== false) message.set([99, 130, 83, 99, ...options, 255], 236);
  guest.udp(0xffff_ffff, 67, message, 68, 0);
}

/** A TFTP request. */
function tftp(guest: ScriptedGuest, operation: number, port: number, ...words: string[]): void {
  guest.udp(
    HOST,
    69,
    new Uint8Array([0, operation, ...text(words.map((word) => `${word}\0`).join(''))]),
    port,
  );
}
function tftpAck(guest: ScriptedGuest, block: number, port: number): void {
  guest.udp(HOST, 69, Uint8Array.of(0, 4, block >> 8, block), port);
}

/** Has the guest known to the network. */
async function appear(guest: ScriptedGuest): Promise<void> {
  guest.arp(1, GUEST, HOST);
  await guest.wire.take();
}

async function opened(guest: ScriptedGuest, port: number, own: number): Promise<ScriptedConnection> {
  const connection = new ScriptedConnection(guest, port, own);
  connection.send(SYN, undefined, mss);
  await connection.tell('opened');
  return connection;
}

export const scenarios: readonly Scenario[] = [
  {
    name: 'ARP',
    run: async (guest) => {
      for (const target of [
        HOST,
        DNS,
        GUEST,
        parseIpv4('10.0.2.99')!,
        parseIpv4('10.0.2.0')!,
        parseIpv4('8.8.8.8')!,
        parseIpv4('10.0.2.255')!,
      ]) {
        guest.arp(1, GUEST, target);
        await guest.tell();
      }
      guest.arp(1, GUEST, GUEST);
      guest.arp(2, GUEST, HOST);
      guest.arp(1, 0, HOST);
      guest.arp(3, GUEST, HOST);
      await guest.tell();
    },
  },
  {
    name: 'DHCP',
    run: async (guest) => {
      const asks: (readonly number[])[] = [
        [53, 1, 1],
        [53, 1, 3, 50, 4, 10, 0, 2, 15],
        [53, 1, 1, 50, 4, 10, 0, 2, 20],
        [53, 1, 3, 50, 4, 10, 0, 3, 1],
        [53, 1, 1, 50, 4, 1, 2, 3, 4],
        [53, 1, 3],
        [0, 0, 53, 1, 1, 55, 3, 1, 3, 6],
        [53, 1, 8],
        [53, 1, 7],
        [53, 1, 4],
        [],
        [53],
        [53, 200, 1],
        [55, 4, 1, 3, 6, 15],
      ];
      for (const options of asks) {
        dhcp(guest, options);
        await guest.tell();
      }
      dhcp(guest, [53, 1, 3], { ciaddr: GUEST });
      dhcp(guest, [53, 1, 3], { ciaddr: parseIpv4('10.0.2.200')! });
      dhcp(guest, [], { cookie: false });
      dhcp(guest, [53, 1, 1], { op: 2 });
      await guest.tell();
      guest.mac = Uint8Array.of(2, 0, 0, 0, 0, 9);
      for (const options of asks.slice(0, 6)) {
        dhcp(guest, options);
        await guest.tell();
      }
      for (let i = 0; i < 18; i++) {
        guest.mac = Uint8Array.of(2, 0, 0, 0, 1, i);
        dhcp(guest, [53, 1, 1]);
      }
      await guest.tell();
    },
  },
  {
    name: 'DHCP with names',
    setup: ({ directory }) => ({
      ...{ hostName: 'guest', domain: 'example.org', searched: ['example.org', 'sub.example.net'] },
      ...{ tftp: directory, tftpServer: '10.0.2.2', bootFile: '/boot.img' },
    }),
    run: async (guest) => {
      dhcp(guest, [53, 1, 1]);
      await guest.tell();
      dhcp(guest, [53, 1, 3, 50, 4, 10, 0, 2, 15]);
      await guest.tell();
    },
  },
  {
    name: 'DHCP of a restricted network',
    setup: () => ({ isRestricted: true }),
    run: async (guest) => {
      dhcp(guest, [53, 1, 1]);
      await guest.tell();
    },
  },
  {
    name: 'ping',
    run: async (guest) => {
      await appear(guest);
      for (const size of [0, 1, 56, 57, 1471, 1472, 1473, 3000, 8000]) {
        guest.ping(HOST, size);
        await guest.tell();
      }
      guest.ping(DNS, 56);
      guest.ping(HOST, 56, 1);
      await guest.tell();
      guest.packet(PROTOCOL.ICMP, HOST, Uint8Array.of(13, 0, 0, 0, 0, 0, 0, 0));
      guest.packet(PROTOCOL.ICMP, HOST, Uint8Array.of(8, 0));
      guest.packet(99, HOST, Uint8Array.of(1, 2, 3));
      await guest.tell();
    },
  },
  {
    name: 'headers',
    run: async (guest) => {
      await appear(guest);
      const echo = Uint8Array.of(8, 0, 0xf7, 0xff, 0, 0, 0, 0);
      const changes: ((header: Uint8Array) => void)[] = [
        () => undefined,
        (header) => (header[0] = 0x46),
        (header) => (header[0] = 0x44),
        (header) => (header[0] = 0x65),
        (header) => (header[1] = 0x10),
        (header) => (header[8] = 0),
        (header) => (header[8] = 1),
        (header) => put16(header, 2, 21),
        (header) => put16(header, 2, 28),
        (header) => put16(header, 2, 27),
        (header) => put16(header, 2, 200),
        (header) => put16(header, 2, 19),
        (header) => put16(header, 6, 0x4000),
        (header) => put16(header, 6, 0x2000),
        (header) => put16(header, 6, 1),
      ];
      for (const change of changes) {
        guest.raw(PROTOCOL.ICMP, HOST, echo, change);
        await guest.tell();
      }
    },
  },
  {
    name: 'UDP',
    run: async (guest, { udpEcho }) => {
      await appear(guest);
      for (const size of [0, 1, 17, 1472, 1473, 4000, 9000]) {
        guest.udp(HOST, udpEcho, pattern(size));
        await guest.tell();
      }
      // Not to a closed port: libslirp tells of it by a message from 127.0.0.1, which no guest believes.
      guest.udp(HOST, udpEcho, pattern(5), 4001);
      await guest.tell();
      const datagram = Uint8Array.of(0x0f, 0xa0, udpEcho >> 8, udpEcho, 0, 10, 0x12, 0x34, 1, 2);
      guest.packet(PROTOCOL.UDP, HOST, datagram);
      datagram.set([0, 0], 6);
      guest.packet(PROTOCOL.UDP, HOST, datagram);
      await guest.tell();
      datagram.set([0, 11], 4);
      guest.packet(PROTOCOL.UDP, HOST, datagram);
      datagram.set([0, 9], 4);
      guest.packet(PROTOCOL.UDP, HOST, datagram);
      await guest.tell();
    },
  },
  {
    name: 'TCP: content, and the guest ends first',
    run: async (guest, { echo }) => {
      await appear(guest);
      const connection = await opened(guest, echo, 5000);
      for (const size of [1, 5, 1460, 1000]) {
        connection.send(ACK | PSH, pattern(size));
        await connection.tell(`echo of ${size}`);
      }
      connection.send(ACK | FIN);
      await connection.tell('ended');
      connection.send(ACK, text('x'));
      await connection.tell('content behind the end');
    },
  },
  {
    name: 'TCP: the host ends first',
    run: async (guest, { greeting }) => {
      await appear(guest);
      const connection = await opened(guest, greeting, 5001);
      await connection.tell('more');
      connection.send(ACK | PSH, text('thanks'));
      await connection.tell('half closed');
      connection.send(ACK | FIN);
      await connection.tell('ended');
      // Once more, as if the answer was lost.
      connection.send(ACK | FIN, undefined, {}, -1);
      await connection.tell('ended once more');
    },
  },
  {
    name: 'TCP: the host ends its half at once',
    run: async (guest, { counting }) => {
      await appear(guest);
      const connection = await opened(guest, counting, 5002);
      for (let i = 0; i < 20; i++) connection.send(ACK | (i === 19 ? PSH : 0), pattern(1000));
      await connection.tell('sent 20000', { quiet: 150 });
      connection.send(ACK | FIN);
      await connection.tell('ended', { quiet: 150 });
    },
  },
  {
    name: 'TCP: refused',
    run: async (guest, { closed }) => {
      await appear(guest);
      const connection = new ScriptedConnection(guest, closed, 5003);
      connection.send(SYN, undefined, mss);
      await connection.tell('refused', { acknowledges: false });
    },
  },
  {
    name: 'TCP: the host resets',
    run: async (guest, { resetting }) => {
      await appear(guest);
      const connection = await opened(guest, resetting, 5004);
      connection.send(ACK | PSH, text('go away'));
      await connection.tell('reset', { acknowledges: false, quiet: 150 });
    },
  },
  {
    name: 'TCP: the guest resets',
    run: async (guest, { silent }) => {
      await appear(guest);
      const connection = await opened(guest, silent, 5005);
      connection.send(RST);
      await connection.tell('after a reset', { acknowledges: false });
      connection.send(ACK, text('still there?'));
      await connection.tell('content after it', { acknowledges: false });
    },
  },
  {
    name: 'TCP: segments of no connection',
    run: async (guest, { echo }) => {
      await appear(guest);
      // Not RST, which libslirp answers by RST, nor FIN alone, which it does not count: RFC 9293, 3.10.7.1, says otherwise.
      for (const flags of [ACK, FIN | ACK, SYN | ACK, 0, PSH | ACK]) {
        const connection = new ScriptedConnection(guest, echo, 5100 + flags);
        connection.expected = 77;
        connection.send(flags);
        await connection.tell(`flags ${flags}`, { acknowledges: false });
      }
      const connection = new ScriptedConnection(guest, echo, 5199);
      connection.expected = 77;
      connection.send(ACK, pattern(10));
      await connection.tell('content', { acknowledges: false });
    },
  },
  {
    name: 'TCP: out of order, twice, beyond the window',
    run: async (guest, { counting }) => {
      await appear(guest);
      const connection = await opened(guest, counting, 5006);
      connection.send(ACK | PSH, pattern(100), {}, 100);
      await connection.tell('the second first');
      connection.send(ACK | PSH, pattern(100));
      await connection.tell('then the first');
      connection.next += 100;
      connection.send(ACK | PSH, pattern(50), {}, -50);
      await connection.tell('the last once more');
      connection.send(ACK | PSH, pattern(50), {}, 10_000_000);
      await connection.tell('far beyond');
      connection.send(ACK | FIN);
      await connection.tell('ended', { quiet: 150 });
    },
  },
  {
    name: 'TCP: a SYN twice',
    run: async (guest, { echo }) => {
      await appear(guest);
      const connection = new ScriptedConnection(guest, echo, 5007);
      connection.send(SYN, undefined, mss);
      await connection.tell('first', { acknowledges: false });
      connection.send(ACK);
      connection.send(ACK | PSH, text('abc'));
      await connection.tell('open');
    },
  },
  {
    name: 'TFTP',
    setup: ({ directory }) => ({ tftp: directory }),
    run: async (guest) => {
      await appear(guest);
      tftp(guest, 1, 6000, 'small', 'octet');
      await guest.tell();
      tftpAck(guest, 1, 6000);
      await guest.tell();
      tftp(guest, 1, 6001, 'large', 'octet', 'blksize', '1024', 'tsize', '0');
      await guest.tell();
      for (let block = 0; block < 4; block++) {
        tftpAck(guest, block, 6001);
        await guest.tell();
      }
      tftp(guest, 1, 6002, 'exact', 'OCTET');
      await guest.tell();
      tftpAck(guest, 1, 6002);
      await guest.tell();
      tftpAck(guest, 2, 6002);
      await guest.tell();
      tftp(guest, 1, 6003, '/sub/inner', 'octet', 'blksize', '65000');
      await guest.tell();
      tftpAck(guest, 0, 6003);
      await guest.tell();
      const wrong: string[][] = [
        ['missing', 'octet'],
        ['../small', 'octet'],
        ['sub/../../small', 'octet'],
        ['sub/', 'octet'],
        ['small', 'netascii'],
        ['small', 'oct'],
        ['small'],
        ['small', 'octet', 'blksize', '0'],
        ['small', 'octet', 'timeout', '3'],
        ['small', 'octet', 'tsize'],
      ];
      for (const [i, words] of wrong.entries()) {
        tftp(guest, 1, 6100 + i, ...words);
        await guest.tell();
      }
      tftp(guest, 2, 6200, 'new', 'octet');
      tftpAck(guest, 5, 6201);
      guest.udp(HOST, 69, Uint8Array.of(0), 6202);
      await guest.tell();
    },
  },
  {
    name: 'TFTP without a directory',
    run: async (guest) => {
      await appear(guest);
      tftp(guest, 1, 6000, 'small', 'octet');
      await guest.tell();
    },
  },
  {
    name: 'a forwarded port that the guest answers',
    setup: ({ free }) => ({
      forwards: [{ protocol: 'tcp', address: '127.0.0.1', port: free, guest: '10.0.2.15', guestPort: 22 }],
    }),
    run: async (guest, { free }) => {
      await appear(guest);
      const visitor = connect(free, '127.0.0.1');
      const heard = hear(visitor);
      const { connection, port } = await asked(guest, 22);
      guest.say(`from the host: ${port !== 0}`);
      connection.send(SYN | ACK, undefined, mss);
      await connection.tell('answered', { acknowledges: false });
      connection.send(ACK | PSH, text('SSH-2.0-guest\r\n'));
      await connection.tell('said');
      visitor.write('hello');
      await connection.tell('heard');
      visitor.end();
      await connection.tell('the visitor ends');
      connection.send(ACK | FIN);
      await connection.tell('the guest ends');
      guest.say(await heard);
    },
  },
  {
    name: 'a forwarded port that the guest refuses',
    setup: ({ free }) => ({
      forwards: [{ protocol: 'tcp', address: '127.0.0.1', port: free, guest: '10.0.2.15', guestPort: 23 }],
    }),
    run: async (guest, { free }) => {
      await appear(guest);
      const visitor = connect(free, '127.0.0.1');
      const heard = hear(visitor);
      const { connection } = await asked(guest, 23);
      connection.next = 0;
      connection.send(RST | ACK);
      await connection.tell('refused', { acknowledges: false });
      guest.say((await heard).replace('ECONNRESET', 'end'));
    },
  },
  {
    name: 'a forwarded port of UDP',
    setup: ({ free }) => ({
      forwards: [{ protocol: 'udp', address: '127.0.0.1', port: free, guest: '10.0.2.15', guestPort: 53 }],
    }),
    run: async (guest, { free }) => {
      await appear(guest);
      const visitor = createSocket('udp4');
      const answered = new Promise<string>((resolve) =>
        visitor.on('message', (message) => resolve(message.toString())),
      );
      visitor.bind(0, '127.0.0.1');
      await new Promise((resolve) => visitor.once('listening', resolve));
      visitor.send('question', free, '127.0.0.1');
      const [frame] = await guest.wire.take();
      const port = (frame[34] << 8) | frame[35];
      guest.say(
        `from ${frame.slice(26, 30).join('.')}, the visitor's port: ${port === visitor.address().port}`,
      );
      guest.udp(HOST, port, text('answer'), 53);
      guest.say(await answered);
      visitor.close();
    },
  },
  {
    name: 'a restricted network',
    setup: ({ free }) => ({
      isRestricted: true,
      forwards: [{ protocol: 'tcp', address: '127.0.0.1', port: free, guest: '10.0.2.15', guestPort: 22 }],
    }),
    run: async (guest, { echo, udpEcho, free }) => {
      await appear(guest);
      guest.ping(HOST, 10);
      guest.udp(HOST, udpEcho, pattern(4));
      guest.udp(DNS, 53, pattern(20));
      await guest.tell();
      const connection = new ScriptedConnection(guest, echo, 5300);
      connection.send(SYN, undefined, mss);
      await connection.tell('refused', { acknowledges: false });
      const visitor = connect(free, '127.0.0.1');
      const heard = hear(visitor);
      const inward = (await asked(guest, 22)).connection;
      inward.send(SYN | ACK, undefined, mss);
      await inward.tell('answered', { acknowledges: false });
      inward.send(ACK | PSH | FIN, text('bye'));
      visitor.end();
      await inward.tell('ended');
      guest.say(await heard);
    },
  },
  {
    name: 'guestfwd to a program',
    setup: () => ({ guestForward: { address: '10.0.2.100', port: 1234, command: 'cat' } }),
    run: async (guest) => {
      await appear(guest);
      const forwarded = parseIpv4('10.0.2.100')!;
      guest.arp(1, GUEST, forwarded);
      await guest.tell();
      const connection = new ScriptedConnection(guest, 1234, 5400, forwarded);
      connection.send(SYN, undefined, mss);
      await connection.tell('opened', { quiet: 150 });
      connection.send(ACK | PSH, text('to the program'));
      await connection.tell('from it', { quiet: 150 });
    },
  },
];

/** All that a visitor hears, and how it ends. */
const hear = (visitor: Socket): Promise<string> =>
  new Promise((resolve) => {
    let heard = '';
    visitor.on('data', (bytes: Buffer) => (heard += bytes.toString()));
    visitor.on('end', () => resolve(`${JSON.stringify(heard)} end`));
    visitor.on('error', ({ code }: NodeJS.ErrnoException) => resolve(`${JSON.stringify(heard)} ${code}`));
  });

/** Waits for a SYN to a port of the guest's. */
async function asked(
  guest: ScriptedGuest,
  port: number,
): Promise<{ connection: ScriptedConnection; port: number }> {
  for (let i = 0; i < 40; i++) {
    for (const frame of await guest.wire.take()) {
      if (frame[23] !== PROTOCOL.TCP || ((frame[36] << 8) | frame[37]) !== port) continue;
      const from = (frame[34] << 8) | frame[35];
      const connection = new ScriptedConnection(guest, from, port, HOST, 5_000_000);
      connection.expected = (new DataView(frame.buffer, frame.byteOffset).getUint32(38) + 1) >>> 0;
      guest.say(`asked: flags ${frame[47]}, from ${frame.slice(26, 30).join('.')}`);
      return { connection, port: from };
    }
  }
  throw new Error(`nobody has come to port ${port} of the guest`);
}

/** Starts the servers. `directory`: what TFTP serves. */
export async function startServices(directory: string): Promise<Services> {
  const open: { close(): void }[] = [];
  const listen = async (meet: (socket: Socket) => void): Promise<number> => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      meet(socket);
    });
    server.listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    open.push(server);
    return (server.address() as AddressInfo).port;
  };
  const free = async (): Promise<number> => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  };
  const udp = createSocket('udp4');
  udp.on('message', (message, { port, address }) => udp.send(message, port, address));
  udp.bind(0, '127.0.0.1');
  await new Promise((resolve) => udp.once('listening', resolve));
  open.push(udp);
  return {
    echo: await listen((socket) => void socket.pipe(socket)),
    greeting: await listen((socket) => void socket.resume().end('welcome')),
    silent: await listen((socket) => void socket.resume().on('end', () => socket.end())),
    resetting: await listen((socket) => void socket.on('data', () => socket.resetAndDestroy())),
    counting: await listen((socket) => {
      let count = 0;
      socket.on('data', (bytes) => (count += bytes.length));
      socket.on('end', () => socket.end(`${count}`));
    }),
    udpEcho: udp.address().port,
    closed: await free(),
    free: await free(),
    directory,
    stop: () => open.forEach((each) => each.close()),
  };
}
