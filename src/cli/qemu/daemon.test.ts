/** `-daemonize` and `-pidfile`, in processes as their users start them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildProgram } from '../test-process.js';

const directory = mkdtempSync(join(tmpdir(), 'firstlight-daemon-'));
const file = (name: string) => join(directory, name);
let program = '';
beforeAll(async () => {
  program = await buildProgram(directory);
  // Zeros: an undefined instruction, for ever.
  writeFileSync(file('kernel'), new Uint8Array(64));
});
afterAll(() => rmSync(directory, { recursive: true }));

const qemu = (...words: string[]) =>
  spawnSync(process.execPath, [program, 'qemu', '-M', 'virt', '-display', 'none', '-S', ...words], {
    encoding: 'utf8',
  });

it('leaves a machine running, to which QMP leads, and its number', async () => {
  const [socket, pid] = [file('socket'), file('pid')];
  const { status, stdout, stderr } = qemu(
    ...[
      '-kernel',
      file('kernel'),
      '-daemonize',
      '-pidfile',
      pid,
      '-qmp',
      `unix:${socket},server=on,wait=off`,
    ],
  );
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  expect(() => process.kill(Number(readFileSync(pid, 'utf8')), 0)).not.toThrow();
  const client = connect(socket);
  let text = '';
  client.on('data', (data: Buffer) => (text += data.toString()));
  client.write('{"execute": "qmp_capabilities"}{"execute": "query-status"}{"execute": "quit"}');
  await expect.poll(() => text, { timeout: 10_000 }).toContain('"SHUTDOWN"');
  expect(text).toContain('"status": "prelaunch"');
  await expect.poll(() => existsSync(pid), { timeout: 10_000 }).toBe(false);
});

it('says what is wrong before it leaves', () => {
  const { status, stderr } = qemu('-kernel', file('nothing'), '-daemonize');
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: `firstlight: qemu: could not load kernel '${file('nothing')}' (No such file or directory)\n`,
  });
});
