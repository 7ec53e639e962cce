/** QMP: answers copied from QEMU 7.2. conformance/command-line compares many more. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Debugger } from '../../../debug/index.js';
import { assemble } from '../../../isa/index.js';
import { Machine } from '../../../machine/index.js';
import { run } from '../../test-run.js';
import { MonitorHost } from '../monitor/host.js';
import { Qmp } from './qmp.js';

function client(isPretty = false) {
  const machine = new Machine({
    board: 'raspi3b',
    usb: [{ kind: 'usb-kbd', id: null, port: null, serial: null, version: 2 }],
  });
  const none = () => undefined;
  const events = { input: none, quit: none, nudge: none, moveGdb: none };
  const host = new MonitorHost(new Debugger(machine, { halted: true }), events, {
    name: 'it',
    reboots: true,
    uses: () => [],
  });
  let text = '';
  const qmp = new Qmp(host, (each) => (text += each), none, isPretty);
  const answer = (): string[] => {
    const lines = text.split('\r\n').slice(0, -1);
    text = '';
    return lines.map((line) => line.replace(/"timestamp": \{[^}]*\}, /, ''));
  };
  const ask = (message: string): string[] => {
    qmp.receive(Buffer.from(`${message}\n`));
    return answer();
  };
  qmp.met();
  const greeting = answer();
  return { machine, qmp, ask, greeting };
}
const ready = () => {
  const made = client();
  expect(made.ask('{"execute": "qmp_capabilities"}')).toEqual(['{"return": {}}']);
  return made;
};
const error = (desc: string, errorClass = 'GenericError') =>
  `{"error": {"class": "${errorClass}", "desc": "${desc}"}}`;

describe('QMP', () => {
  it('greets, and wants to know what the client can do', () => {
    const { greeting, ask } = client();
    expect(greeting.join()).toMatch(
      /^\{"QMP": \{"version": \{"qemu": \{"major": 7, "minor": 2, "micro": 0\}, "package": "firstlight \S+"\}, "capabilities": \["oob"\]\}\}$/,
    );
    const expecting = error("Expecting capabilities negotiation with 'qmp_capabilities'", 'CommandNotFound');
    expect(ask('{"execute": "query-status"}')).toEqual([expecting]);
    expect(ask('{"execute": "qmp_capabilities"}')).toEqual(['{"return": {}}']);
    expect(ask('{"execute": "qmp_capabilities"}')).toEqual([
      error('Capabilities negotiation is already complete, command ignored', 'CommandNotFound'),
    ]);
  });

  it('tells of events once it is ready', () => {
    const { qmp, ask } = ready();
    expect(ask('{"execute": "cont"}')).toEqual(['{"event": "RESUME"}', '{"return": {}}']);
    expect(ask('{"execute": "cont"}')).toEqual(['{"return": {}}']);
    expect(ask('{"execute": "stop", "id": 5}')).toEqual(['{"event": "STOP"}', '{"return": {}, "id": 5}']);
    const reason = '{"guest": false, "reason": "host-qmp-system-reset"}';
    expect(ask('{"execute": "system_reset"}')).toEqual([
      `{"event": "RESET", "data": ${reason}}`,
      '{"return": {}}',
    ]);
    qmp.met();
    const [, ...rest] = ask('{"execute": "cont"}');
    expect(rest.join()).toContain('CommandNotFound');
  });

  it.each([
    ['foo', "JSON parse error, invalid keyword 'foo'"],
    ['[1,]', 'JSON parse error, expecting value'],
    ['{"a" 1}', 'JSON parse error, missing : in object pair'],
    ['5', 'QMP input must be a JSON object'],
    ['{"execute": 5}', "QMP input member 'execute' must be a string"],
    ['{"execute": "stop", "arguments": {"x": 1}}', "Parameter 'x' is unexpected"],
    ['{"execute": "send-key"}', "Parameter 'keys' is missing"],
    [
      '{"execute": "send-key", "arguments": {"keys": [{"type": "qcode", "data": "no"}]}}',
      "Parameter 'data' does not accept value 'no'",
    ],
    [
      '{"execute": "send-key", "arguments": {"keys": [{"type": "qcode", "data": 5}]}}',
      "Invalid parameter type for 'keys[0].data', expected: string",
    ],
  ])('refuses %s', (message, desc) => {
    expect(ready().ask(message)).toEqual([error(desc)]);
  });

  it('goes on behind what is no JSON', () => {
    const { ask } = ready();
    for (const text of ['"abc', '{"a": @}', `${'['.repeat(2000)}${']'.repeat(2000)}`, '\u0001', '{"a": 01}'])
      expect(ask(text)).not.toEqual([]);
    expect(ask('{"execute": "query-name"}')).toEqual(['{"return": {"name": "it"}}']);
  });

  it('types on the keyboard, through the journal', () => {
    const { machine, ask } = ready();
    ask('{"execute": "cont"}');
    const entered: string[] = [];
    machine.journal.entered.add((entry) => void entered.push(entry.kind));
    const keys = '{"keys": [{"type": "qcode", "data": "ctrl"}, {"type": "number", "data": 30}]}';
    expect(ask(`{"execute": "send-key", "arguments": ${keys}}`)).toEqual(['{"return": {}}']);
    expect(ask('{"execute": "system_reset"}')).toHaveLength(2);
    expect(entered).toEqual(['events', 'reset']);
  });

  it('has the other monitor answer', () => {
    const line = (text: string) =>
      `{"execute": "human-monitor-command", "arguments": {"command-line": "${text}"}}`;
    const { ask } = ready();
    expect(ask(line('info status'))).toEqual([String.raw`{"return": "VM status: paused (prelaunch)\r\n"}`]);
    expect(ask(line('cpu 1'))).toEqual(['{"return": ""}']);
  });

  it('can be read by people', () => {
    const { ask } = client(true);
    ask('{"execute": "qmp_capabilities"}');
    expect(ask('{"execute": "query-name"}')).toEqual([
      '{',
      '    "return": {',
      '        "name": "it"',
      '    }',
      '}',
    ]);
    expect(ask('{"execute": "query-iothreads"}')).toEqual(['{', '    "return": [', '    ]', '}']);
  });

  it('is not held up by many words', () => {
    const { ask } = ready();
    const began = performance.now();
    expect(ask(`{"execute": "query-name", "id": [${'1,'.repeat(100_000)}1]}`)).toHaveLength(1);
    expect(performance.now() - began).toBeLessThan(5_000);
  });
});

describe('a socket', () => {
  it('has QMP to the end of the run', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'firstlight-qmp-'));
    const path = join(directory, 'socket');
    const program = ['movz w0, #0x8400, lsl #16', 'movk w0, #8', 'hvc #0'];
    const words = Uint32Array.from(program, (line) => assemble(line));
    writeFileSync(join(directory, 'off'), new Uint8Array(words.buffer));
    const line = `-M virt -display none -S -kernel ${directory}/off -qmp unix:${path},server=on,wait=off`;
    const ended = run('qemu', ...line.split(' '), '--quiet');
    await expect.poll(() => existsSync(path), { timeout: 20_000 }).toBe(true);
    const socket = connect(path);
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString()));
    socket.write('{"execute": "qmp_capabilities"}{"execute": "cont"}');
    expect(await ended).toEqual({ status: 0, out: '', error: '' });
    await expect
      .poll(() => text)
      .toContain('"SHUTDOWN", "data": {"guest": true, "reason": "guest-shutdown"}');
    rmSync(directory, { recursive: true });
  });
});
