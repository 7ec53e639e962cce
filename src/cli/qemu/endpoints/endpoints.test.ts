/** What serial ports and monitors are connected to: several at one endpoint, and TCP. */
import { connect } from 'node:net';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { QemuError } from '../error.js';
import { Multiplexer } from './multiplexer.js';
import { SocketEndpoint } from './socket.js';

function shared(isPlain = false): { users: Multiplexer; log: string[] } {
  const log: string[] = [];
  const users = new Multiplexer(
    { quit: () => log.push('quit'), show: (text) => log.push(text.split('\r\n')[1]) },
    isPlain,
  );
  for (const name of ['console', 'monitor'])
    users.add({
      met: () => log.push(`${name} met`),
      receive: (bytes) => log.push(`${name}: ${Buffer.from(bytes).toString('latin1')}`),
      focus: (isFocused) => log.push(`${name} ${isFocused ? 'on' : 'off'}`),
      sendBreak: () => log.push(`${name} break`),
    });
  return { users, log };
}

/** Others may have the processor meanwhile. */
const soon = { timeout: 20_000 };

describe('several at one endpoint', () => {
  it('have what comes one after the other, by Ctrl-A c', () => {
    const { users, log } = shared();
    users.begin();
    users.receive(Buffer.from('ab\x01ccd\x01c\x01'));
    users.receive(Buffer.from('be\x01\x01\x01hf\x01x'));
    expect(log).toEqual([
      ...[
        'console met',
        'monitor met',
        'console on',
        'console: ab',
        'console off',
        'monitor on',
        'monitor: cd',
      ],
      ...['monitor off', 'console on', 'console break', 'console: e\x01', 'Ctrl-A h       this help'],
      ...['console: f', 'quit'],
    ]);
  });
  it('are one where Ctrl-A is a key like others', () => {
    const { users, log } = shared(true);
    users.receive(Buffer.from('a\x01cb'));
    expect(log).toEqual(['console: a\x01cb']);
  });
});

describe('TCP', () => {
  it('waits for a client, and takes another when that has gone', async () => {
    const notes: string[] = [];
    const endpoint = new SocketEndpoint({ host: '127.0.0.1', port: 0, server: { wait: true } }, (note) =>
      notes.push(note),
    );
    const heard: string[] = [];
    let met = 0;
    const opened = endpoint.open({
      met: () => met++,
      hear: (bytes) => heard.push(Buffer.from(bytes).toString()),
    });
    await expect.poll(() => notes, soon).toHaveLength(1);
    const port = Number(/^waiting for connection on tcp:127\.0\.0\.1:(\d+)$/.exec(notes[0])?.[1]);
    for (const time of [1, 2]) {
      const client = connect({ host: '127.0.0.1', port });
      await opened;
      await expect.poll(() => met, soon).toBe(time);
      client.write('in');
      await expect.poll(() => heard.join(''), soon).toBe('in'.repeat(time));
      endpoint.write(Buffer.from('out'));
      expect(String(await once(client, 'data'))).toBe('out');
      client.destroy();
      await expect.poll(() => endpoint.isConnected, soon).toBe(false);
    }
    endpoint.close();
  });
  it('leaves a client that never reads', async () => {
    const notes: string[] = [];
    const endpoint = new SocketEndpoint(
      { host: '127.0.0.1', port: 0, server: { wait: true } },
      (note) => void notes.push(note),
    );
    const opened = endpoint.open({ met: () => undefined, hear: () => undefined });
    await expect.poll(() => notes, soon).toHaveLength(1);
    const client = connect({ host: '127.0.0.1', port: Number(/\d+$/.exec(notes[0])) });
    client.on('error', () => undefined).pause();
    await opened;
    for (let i = 0; i < 64; i++) endpoint.write(new Uint8Array(2 ** 20));
    await expect.poll(() => endpoint.isConnected, soon).toBe(false);
    client.destroy();
    endpoint.close();
  });
  it('says why there is no server', async () => {
    const endpoint = new SocketEndpoint({ host: '127.0.0.1', port: 1 }, () => undefined);
    const opened = endpoint.open({ met: () => undefined, hear: () => undefined });
    await expect(opened).rejects.toEqual(
      new QemuError("Failed to connect to '127.0.0.1:1': Connection refused"),
    );
  });
});
