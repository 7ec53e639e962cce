import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Debugger, framed } from '../../debug/index.js';
import { Machine } from '../../machine/index.js';
import { GdbServer } from './gdb-server.js';

let notes: string[] = [];
let debug: Debugger;
let server: GdbServer;
const sockets: Socket[] = [];

beforeEach(async () => {
  notes = [];
  debug = new Debugger(new Machine({ ramSize: 0x1_0000 }));
  server = await GdbServer.listen(debug, { host: '127.0.0.1', port: 0 }, (text) => void notes.push(text));
});
afterEach(() => {
  server.finish(0);
  for (const socket of sockets.splice(0)) socket.destroy();
});

const port = (): number => Number(/:(\d+)$/.exec(notes[0])?.[1]);

async function client(): Promise<Socket> {
  const socket = connect(port(), '127.0.0.1');
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}
/** What comes in answer to a packet, up to the end of the connection or of a packet. */
async function ask(socket: Socket, packet: string): Promise<string> {
  let text = '';
  socket.write(framed(packet));
  for await (const data of socket.iterator({ destroyOnReturn: false })) {
    text += String(data);
    if (/#..$/.test(text)) break;
  }
  return text;
}

describe('the server for GDB', () => {
  it('says where it is, and has the machine stand still for whoever comes', async () => {
    expect(notes).toEqual([expect.stringMatching(/^GDB is waited for: target remote 127\.0\.0\.1:\d+$/)]);
    expect(debug.isHalted).toBe(false);
    expect(await ask(await client(), 'qC')).toBe('+$QCp1.1#94');
    expect(debug.isHalted).toBe(true);
    expect(notes[1]).toMatch(/^a debugger at 127\.0\.0\.1:\d+ has the machine stand still$/);
  });

  it('sends a second debugger away in words, and takes one when the first has gone', async () => {
    const first = await client();
    await ask(first, 'qC');
    const second = await client();
    expect(await ask(second, 'qSupported')).toMatch(/^\+\$E\.another debugger has this machine#..$/);
    // The first is served as before.
    expect(await ask(first, 'qC')).toBe('+$QCp1.1#94');
    expect(await ask(first, 'D;1')).toBe('+$OK#9a');
    expect(debug.isHalted).toBe(false);
    first.end();
    const third = await client();
    expect(await ask(third, 'qC')).toBe('+$QCp1.1#94');
    expect(debug.isHalted).toBe(true);
  });

  it('leaves a machine standing whose debugger has been lost', async () => {
    const lost = await client();
    await ask(lost, 'Z0,40000000,4');
    lost.destroy();
    while (!notes.some((note) => note.startsWith('the debugger has gone'))) await new Promise(setImmediate);
    expect(notes.at(-1)).toBe('the debugger has gone: the machine stands still until another comes');
    expect(debug.isHalted).toBe(true);
  });

  it('refuses a place where somebody listens', async () => {
    const address = { host: '127.0.0.1', port: port() };
    await expect(GdbServer.listen(debug, address, () => undefined)).rejects.toThrow(
      `--gdb 127.0.0.1:${port()}: listen EADDRINUSE: address already in use 127.0.0.1:${port()}`,
    );
  });

  it('tells how the machine has ended', async () => {
    const socket = await client();
    await ask(socket, 'qC');
    const answer = ask(socket, 'c');
    while (debug.isHalted) await new Promise(setImmediate);
    server.finish(1);
    expect(await answer).toBe('+$W01#b8');
  });
});
