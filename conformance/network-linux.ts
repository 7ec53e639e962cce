/**
 * The user-mode network with Linux's own stack as its guest: in a network namespace, behind a TAP device, on wires that
 * lose frames and bring them late. What arrives must be what was sent, both ways, and Linux must find no checksum wrong.
 *
 * `npx tsx conformance/network-linux.ts` runs it alone.
 */
import { createHash } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { generator } from '../tests/mutations.js';
import { requireAll } from '../scripts/requirements.js';
import { parts } from './parts.js';
import { calm, linuxGuest, type LinuxGuest, type Weather } from './network/linux.js';

export interface LinuxChecks {
  readonly checks: number;
  readonly megabytes: number;
  readonly failures: readonly string[];
}

/** Losing so many of 1000 frames, and bringing as many late. */
function rough(perMille: number): Weather {
  const random = generator(7);
  return () => {
    const luck = random(1000);
    if (luck < perMille) return [];
    return luck < 2 * perMille ? [1 + random(4)] : [0];
  };
}

const MEGABYTE = 1e6;
const contentOf = (megabytes: number): Buffer =>
  Buffer.from(new Uint8Array(megabytes * MEGABYTE).map((_, i) => i * 7 + (i >> 8) * 13));
const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** What the guest runs, in Node: `kind`, address, port, megabytes. */
const program = `
const net = require('net'), dgram = require('dgram'), crypto = require('crypto');
const [kind, address, port, megabytes] = process.argv.slice(1);
const content = () => Buffer.from(new Uint8Array(Number(megabytes) * 1e6).map((_, i) => i * 7 + (i >> 8) * 13));
const done = (text) => { console.log(text); process.exit(0); };
const open = () => net.connect({ host: address, port: Number(port), allowHalfOpen: true }).on('error', (e) => done(e.code));
const hear = (socket) => { const h = crypto.createHash('sha256'); let n = 0; socket.on('data', (d) => { h.update(d); n += d.length; }); return () => n + ' ' + h.digest('hex'); };
const kinds = {
  send() { const s = open(); let t = ''; s.on('data', (d) => (t += d)); s.on('end', () => done(t)); s.end(content()); },
  hear() { const s = open(); const told = hear(s); s.on('end', () => { s.end(); done(told()); }); },
  both() { const s = open(); const told = hear(s); s.on('end', () => done(told())); s.end(content()); },
  slow() { const s = open(); const told = hear(s); s.on('end', () => { s.end(); done(told()); }); s.pause(); setTimeout(() => s.resume(), 1500); },
  leave() { const s = open(); s.once('data', () => { s.resetAndDestroy(); done('left'); }); },
  ask() { open().on('connect', () => done('connected')); },
  datagrams() { const s = dgram.createSocket('udp4'); const sizes = [0, 1, 18, 22, 64, 470, 1472, 1473, 3000, 9000]; let n = 0;
    s.on('message', (m) => { if (m.length !== sizes[n] || m.some((b, i) => b !== (i & 255))) done('differs at ' + sizes[n]); n += 1; if (n === sizes.length) done('all'); else next(); });
    const next = () => s.send(new Uint8Array(sizes[n]).map((_, i) => i), Number(port), address); next(); setTimeout(() => done('only ' + n), 5000); },
  serve() { net.createServer({ allowHalfOpen: true }, (s) => { s.on('error', () => {}); s.pipe(s); }).listen(Number(port), () => console.log('listening')); },
};
kinds[kind]();
`;

interface Server {
  readonly port: number;
  close(): void;
}

/** A server on the host's loopback. */
async function serve(meet: (socket: import('node:net').Socket) => void): Promise<Server> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    meet(socket);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

/** Needs what its part names. */
export async function networkLinux(): Promise<LinuxChecks> {
  const failures: string[] = [];
  let checks = 0;
  let megabytes = 0;
  const expect = (what: string, found: unknown, expected: unknown): void => {
    checks += 1;
    if (found !== expected) failures.push(`${what}: expected ${String(expected)}, found ${String(found)}`);
  };
  const weathers: readonly (readonly [string, Weather, number])[] = [
    ['calm', calm, 50],
    ['1% lost and late', rough(10), 10],
    ['5% lost and late', rough(50), 2],
  ];
  for (const [name, weather, size] of weathers) {
    const guest = await linuxGuest({ weather });
    try {
      megabytes += await bulk(guest, name, size, expect);
      if (weather === calm) await rest(guest, expect);
      const wrong = await wrongChecksums(guest);
      expect(`${name}: checksums that Linux finds wrong`, wrong, 0);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const open = guest.network.traffic.tcp.filter(({ state }) => state !== 'time-wait');
      expect(`${name}: connections that are left`, open.length, 0);
    } finally {
      guest.stop();
    }
  }
  return { checks, megabytes, failures };
}

type Expect = (what: string, found: unknown, expected: unknown) => void;

const inGuest = async (guest: LinuxGuest, kind: string, port: number, megabytes = 0): Promise<string> => {
  const text = await guest.run(
    process.execPath,
    '-e',
    program,
    kind,
    '10.0.2.2',
    String(port),
    String(megabytes),
  );
  return text.trim();
};

/** Content one way, the other, and both at once; how many megabytes that was. */
async function bulk(guest: LinuxGuest, name: string, size: number, expect: Expect): Promise<number> {
  const content = contentOf(size);
  const expected = `${content.length} ${hash(content)}`;
  const hearing = await serve((socket) => {
    const digest = createHash('sha256');
    let count = 0;
    socket.on('data', (bytes) => {
      digest.update(bytes);
      count += bytes.length;
    });
    // The guest has ended its half, and still hears.
    socket.on('end', () => socket.end(`${count} ${digest.digest('hex')}`));
  });
  const telling = await serve((socket) => void socket.resume().end(content));
  const echoing = await serve((socket) => void socket.pipe(socket));
  expect(`${name}: to the host`, await inGuest(guest, 'send', hearing.port, size), expected);
  expect(`${name}: from the host`, await inGuest(guest, 'hear', telling.port), expected);
  expect(`${name}: both ways`, await inGuest(guest, 'both', echoing.port, size), expected);
  for (const server of [hearing, telling, echoing]) server.close();
  return 4 * size;
}

async function rest(guest: LinuxGuest, expect: Expect): Promise<void> {
  const content = contentOf(3);
  const telling = await serve((socket) => void socket.resume().end(content));
  const expected = `${content.length} ${hash(content)}`;
  expect('a guest that lets it wait', await inGuest(guest, 'slow', telling.port), expected);
  expect('a guest that leaves', await inGuest(guest, 'leave', telling.port), 'left');
  telling.close();
  expect('a port where nobody is', await inGuest(guest, 'ask', telling.port), 'ECONNREFUSED');
  const elsewhere = await guest.run(process.execPath, '-e', program, 'ask', '192.0.2.1', '80');
  expect('an address that is not allowed', elsewhere.trim(), 'ENETUNREACH');
  const resetting = await serve((socket) => void socket.on('data', () => socket.resetAndDestroy()));
  expect('a host that resets', await inGuest(guest, 'send', resetting.port, 1), 'ECONNRESET');
  resetting.close();
  await sizes(guest, expect);
  await datagrams(guest, expect);
  await forwarded(guest, expect);
}

/** Pings, among them those whose frames have a multiple of 64 bytes. */
async function sizes(guest: LinuxGuest, expect: Expect): Promise<void> {
  const frames = [60, 64, 65, 127, 128, 192, 512, 1024, 1472, 1513, 1514, 3000];
  const echoing = await serve((socket) => void socket.pipe(socket));
  for (const size of frames) {
    const text = await guest.run(
      ...([process.execPath, '-e', echo, String(echoing.port), String(Math.max(1, size - 54))] as const),
    );
    expect(`a segment in a frame of ${size} bytes`, text.trim(), 'the same');
  }
  echoing.close();
}
const echo = `
const [port, size] = process.argv.slice(1).map(Number);
const sent = Buffer.from(new Uint8Array(size).map((_, i) => i * 3));
const s = require('net').connect({ host: '10.0.2.2', port, noDelay: true }, () => s.write(sent));
let heard = Buffer.alloc(0);
s.on('data', (d) => { heard = Buffer.concat([heard, d]); if (heard.length === size) { console.log(heard.equals(sent) ? 'the same' : 'another'); s.end(); } });
`;

async function datagrams(guest: LinuxGuest, expect: Expect): Promise<void> {
  const { createSocket } = await import('node:dgram');
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address }) => socket.send(message, port, address));
  socket.bind(0, '127.0.0.1');
  await new Promise((resolve) => socket.once('listening', resolve));
  expect('datagrams of all sizes', await inGuest(guest, 'datagrams', socket.address().port), 'all');
  socket.close();
}

/** A server in the guest, reached from the host. */
async function forwarded(guest: LinuxGuest, expect: Expect): Promise<void> {
  const server = guest.start(process.execPath, '-e', program, 'serve', '10.0.2.15', '2222');
  await new Promise((resolve) => server.stdout?.once('data', resolve));
  const [address, guestPort] = ['127.0.0.1', 2222];
  const forward = { protocol: 'tcp', address, port: 0, guest: 0x0a00_020f, guestPort } as const;
  const listening = await guest.sockets.forward(forward);
  const content = contentOf(5);
  const { connect } = await import('node:net');
  const heard = await new Promise<string>((resolve) => {
    const socket = connect({ port: listening.port, host: address, allowHalfOpen: true });
    const digest = createHash('sha256');
    socket.on('data', (bytes) => digest.update(bytes));
    socket.on('end', () => resolve(digest.digest('hex')));
    socket.on('error', ({ message }) => resolve(message));
    socket.end(content);
  });
  expect('through a forwarded port and back', heard, hash(content));
  server.kill('SIGKILL');
  guest.sockets.stopListening(listening);
}

async function wrongChecksums(guest: LinuxGuest): Promise<number> {
  const text = await guest.run('cat', '/proc/net/snmp');
  const lines = text.split('\n').map((line) => line.split(' '));
  let wrong = 0;
  for (let i = 0; i + 1 < lines.length; i += 2) {
    lines[i].forEach((name, column) => {
      if (['InCsumErrors', 'InHdrErrors'].includes(name)) wrong += Number(lines[i + 1][column]);
    });
  }
  return wrong;
}

if (process.argv[1]?.endsWith('network-linux.ts') === true) {
  requireAll('network-linux', parts['network-linux'].needs);
  const { checks, megabytes, failures } = await networkLinux();
  for (const failure of failures) console.log(failure);
  console.log(`${checks} checks, ${megabytes} MB, ${failures.length} failures`);
  process.exit(failures.length === 0 ? 0 : 1);
}
