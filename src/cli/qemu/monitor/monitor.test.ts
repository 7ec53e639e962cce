/** The monitor, line by line: answers copied from QEMU 7.2. conformance/command-line compares many more. */
import { describe, expect, it } from 'vitest';
import { Debugger } from '../../../debug/index.js';
import { Machine } from '../../../machine/index.js';
import { MonitorHost } from './host.js';
import { Monitor } from './monitor.js';

function monitor(): {
  machine: Machine;
  done: string[];
  ask: (line: string) => string[];
  shown: () => string;
} {
  const machine = new Machine({ cores: 2, ramSize: 2 ** 20 });
  const done: string[] = [];
  const events = {
    input: () => undefined,
    quit: () => done.push('quit'),
    nudge: () => done.push('nudge'),
    moveGdb: (address?: { port: number }) => done.push(`gdb ${address?.port}`),
  };
  const debug = new Debugger(machine, { halted: true });
  const uses = () => [{ user: 'serial0', device: 'mux' }];
  const host = new MonitorHost(debug, events, { name: 'it', reboots: true, uses });
  let text = '';
  const it = new Monitor(host, (each) => (text += each));
  it.focus(true);
  const ask = (line: string): string[] => {
    text = '';
    it.receive(Buffer.from(`${line}\r`));
    expect(text.endsWith('\r\n(qemu) ')).toBe(true);
    return text.split('\r\n').slice(1, -1);
  };
  return { machine, done, ask, shown: () => text };
}

describe('the monitor', () => {
  it.each([
    ['info status', ['VM status: paused (prelaunch)']],
    ['info name', ['it']],
    ['info chardev', ['serial0: filename=mux']],
    ['info foo', ["unknown command: 'info foo'"]],
    ['foo', ["unknown command: 'foo'"]],
    [
      'stop foo',
      ['stop|s: extraneous characters at the end of line', 'Try "help stop" for more information'],
    ],
    ['p (1+2)*3', ['0x9']],
    ['p/d -1', ['-1']],
    ['p/c 65', ["'A'"]],
    ['p 5/0', ['division by zero', 'Try "help p" for more information']],
    ['p 1+', ['unexpected end of expression', 'Try "help p" for more information']],
    ['cpu 5', ['invalid CPU index']],
    ['info registers 9', ['CPU#9 not available']],
    [
      'info registers -z',
      ['registers: unsupported option -z', 'Try "help info registers" for more information'],
    ],
    ['savevm a', ['Error: no block device can store vmstate for snapshot']],
    ['xp/2xw 0x99999999999', ['0000099999999999: Cannot access memory']],
    ['help cont', ['cont|c  -- resume emulation']],
    ['', []],
  ])('answers %s', (line, answer) => {
    expect(monitor().ask(line)).toEqual(answer);
  });

  it('shows memory in every format, each as the last one unless told', () => {
    const { machine, ask } = monitor();
    machine.writeMemory(
      0x4000_0000,
      Uint8Array.of(0xd0, 0x0d, 0xfe, 0xed, 0, 0x10, 0, 0, 0, 0, 0, 0x40, 0xc0, 0x03, 0x5f, 0xd6),
    );
    expect(ask('xp/2xw 0x40000000')).toEqual(['0000000040000000: 0xedfe0dd0 0x00001000']);
    expect(ask('xp 0x40000000')).toEqual(['0000000040000000: 0xedfe0dd0']);
    expect(ask('xp/3dh 0x40000000')).toEqual(['0000000040000000:  3536 60926  4096']);
    expect(ask('xp/3ob 0x40000000')).toEqual(['0000000040000000: 0320 015 0376']);
    expect(ask('xp/5cb 0x40000000')).toEqual([
      String.raw`0000000040000000: '\xd0' '\r' '\xfe' '\xed' '\x00'`,
    ]);
    expect(ask('xp/i 0x4000000c')).toEqual(['0x4000000c:  d65f03c0  ret']);
  });

  it('stops, resumes, resets and quits', () => {
    const { done, ask } = monitor();
    expect([ask('c'), ask('info status')]).toEqual([[], ['VM status: running']]);
    expect([ask('stop'), ask('info status')]).toEqual([[], ['VM status: paused']]);
    for (const line of ['system_reset', 'q']) ask(line);
    expect(done).toEqual(['nudge', 'quit']);
  });

  it('has GDB waited for', () => {
    const { done, ask } = monitor();
    expect(ask('gdbserver')).toEqual(["Waiting for gdb connection on device 'tcp::1234'"]);
    expect(ask('gdbserver none')).toEqual(['Disabled gdbserver']);
    expect(ask('gdbserver foo')).toEqual(["Could not open gdbserver on device 'foo'"]);
    expect(done).toEqual(['gdb 1234', 'gdb undefined']);
  });

  it('edits its line, and has those before', () => {
    const { ask } = monitor();
    expect(ask('p 12\x7f\x7f3')).toEqual(['0x3']);
    expect(ask('nonsense\x15p 4')).toEqual(['0x4']);
    expect(ask('\x1b[A\x1b[A')).toEqual(['0x3']);
    expect(ask('\x1b[A\x1b[A\x1b[B')).toEqual(['0x3']);
  });

  it('says nothing while another has what is typed', () => {
    const machine = new Machine({ ramSize: 2 ** 20 });
    const none = () => undefined;
    const events = { input: none, quit: none, nudge: none, moveGdb: none };
    const host = new MonitorHost(new Debugger(machine), events, {
      name: undefined,
      reboots: true,
      uses: () => [],
    });
    let text = '';
    const it = new Monitor(host, (each) => (text += each));
    expect(text).toBe('');
    it.focus(true);
    expect(text).toMatch(/^firstlight \S+ monitor - type 'help' for more information\r\n\(qemu\) $/);
  });
});
