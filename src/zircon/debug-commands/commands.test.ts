import { beforeEach, describe, expect, it } from 'vitest';
import { Status } from '../abi/constants.js';
import { Event } from '../objects/event.js';
import { Resource } from '../objects/resource.js';
import { TestBench, type TestProcess } from '../testing.js';
import { sizeText } from './memory.js';
import { suites } from './unit-test-suites.js';

let bench: TestBench;
let p: TestProcess;
let root: number;
let console_: string;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
  root = p.process.give(Resource.root(bench.kernel));
  console_ = '';
  bench.machine.transmitted.add((byte) => (console_ += String.fromCharCode(byte)));
});

/** What the console shows for a command, its lines without CR. */
function send(text: string): string[] {
  console_ = '';
  const bytes = new TextEncoder().encode(text);
  expect(p.call('debug_send_command', root, p.allocate(bytes), bytes.length)).toBe(Status.OK);
  return console_.replaceAll('\r', '').split('\n').slice(0, -1);
}

describe('debug_send_command', () => {
  it('lists its commands', () => {
    const lines = send('help');
    expect(lines[0]).toBe('command list:');
    expect(lines).toContain('\thelp            : this list');
    for (const name of ['ps', 'threads', 'mem', 'handles', 'ut'])
      expect(lines.some((line) => line.startsWith(`\t${name} `))).toBe(true);
  });

  it('takes several, and says so of one that there is not', () => {
    expect(send('  nothing \n; toString')).toEqual(['command not found', 'command not found']);
    expect(send('')).toEqual([]);
    expect(send('help;help').filter((line) => line === 'command list:')).toHaveLength(2);
  });

  it.each([
    ['ps foo', 'usage: ps [help]'],
    ['zx ps help more', 'usage: ps [help]'],
    ['ut all extra', 'usage: ut [all | NAME]'],
    ['handles 1 2', 'usage: handles [KOID]'],
    ['oom', 'usage: oom info'],
    ['oom info now', 'usage: oom info'],
    ['vmos', 'usage: vmos all | hidden'],
    ['vmos all hidden', 'usage: vmos all | hidden'],
    ['help me', 'usage: help'],
    ['jobs all', 'usage: jobs'],
    ['mem all', 'usage: mem'],
    ['threads 1', 'usage: threads'],
  ])('answers %s, which has words that it does not know or lacks one, with how it is used', (text, usage) => {
    expect(send(text)).toEqual([usage]);
  });

  it('shows processes, threads and handles', () => {
    const { koid } = p.process;
    const [header, line] = send('zx ps');
    expect(header).toBe('     id-s  #t  #pg   #h: #jb #pr #th #vo #vm #ch #ev #po #so #ti #fi [job:name]');
    expect(line).toMatch(
      new RegExp(`^ *${koid}-R   1 +\\d+ +1: ( +0){11} \\[${bench.kernel.rootJob.koid}:test\\]$`),
    );
    expect(send('ps')[1]).toBe(line);
    expect(send('ps help')[0]).toBe('id    : process id number');
    const [, thread] = send('threads');
    const tid = p.thread.thread.koid;
    expect(thread).toBe(`thr ${tid} st  rdy pri 16 [16:0,0] pid ${koid} tid ${tid} (test:test)`);
    expect(send('jobs')).toEqual([`job ${bench.kernel.rootJob.koid} 'root'`, `  proc ${koid} 'test'`]);
    p.process.give(new Event(bench.kernel));
    expect(send('handles')).toEqual([
      '2 handles, 0 of them in messages',
      '      1 resource',
      '      1 event',
    ]);
    expect(send(`handles ${koid}`)[1]).toMatch(/^[0-9a-f]{8} +\d+ 0x[0-9a-f]{8} resource$/);
    expect(send('handles 1')).toEqual(['handles: no process 1']);
  });

  it('shows memory as the documents do', () => {
    const [names, values] = send('mem');
    expect(names.trim().split(/ +/)).toEqual(['total', 'free', 'VMOs', 'kheap', 'kfree', 'wired', 'mmu']);
    expect(values.slice(0, 10)).toBe('     16.0M');
    expect(send('oom info')).toEqual([
      'OOM info:',
      '  running: true',
      '  printing: false',
      '  simulating lowmem: false',
      '  sleep duration: 1000ms',
      '  redline: 1M (1048576 bytes)',
    ]);
    p.make('vmo_create', 1, 10000, 0);
    const lines = send('zx vmos hidden');
    expect(lines[0]).toBe('rights   koid parent #chld #map #shr    size   alloc name');
    expect(lines[1]).toMatch(/^ {5}- +\d+ {6}- {5}0 {4}0 {4}\d {5}12k {6}0B -$/);
    expect(lines.at(-1)).toBe(lines[0]);
    expect([33.6 * 1024, 2 ** 21, 4, 1386.3 * 1024].map(sizeText)).toEqual(['33.6k', '2M', '4B', '1.4M']);
  });

  it('runs the unit tests, which leave nothing behind', () => {
    const { count } = bench.kernel.handles;
    const objects = bench.kernel.objects.size;
    const lines = send('ut all');
    const all = Object.values(suites).flat().length;
    expect(lines.filter((line) => line.endsWith(': PASSED'))).toHaveLength(all);
    expect(lines.at(-1)).toBe(`SUMMARY: Ran ${all} test cases: 0 failed`);
    expect([bench.kernel.handles.count, bench.kernel.objects.size]).toEqual([count, objects]);
    expect(send('ut objects').at(-1)).toMatch(/^SUMMARY: Ran 4 test cases: 0 failed$/);
    expect(send('ut')[0]).toBe('Usage:');
    expect(send('ut none')).toEqual(['ut: no suite none']);
  });

  it('says which unit test has failed, and why', () => {
    const text = new TextEncoder().encode('ut memory');
    const pointer = p.allocate(text);
    // A kernel whose memory does not keep what is written to it.
    bench.machine.cluster.ram.write = () => undefined;
    p.call('debug_send_command', root, pointer, text.length);
    const lines = console_.replaceAll('\r', '').split('\n').slice(0, -1);
    const at = lines.findIndex((line) => line.startsWith('  a VMO is zero until it is written'));
    expect(lines[at]).toMatch(/ : FAILED$/);
    expect(lines[at + 1]).toBe('    one page is written');
    expect(lines.at(-1)).toMatch(/^SUMMARY: Ran 4 test cases: [1-4] failed$/);
  });

  it('is for whoever has the root resource, and takes 256 bytes', () => {
    const [event] = p.make('event_create', 1, 0);
    const text = p.allocate(300);
    expect(p.call('debug_send_command', event, text, 1)).toBe(Status.WRONG_TYPE);
    expect(p.call('debug_send_command', root, text, 257)).toBe(Status.INVALID_ARGS);
    expect(p.call('debug_send_command', root, 0x1000, 4)).toBe(Status.INVALID_ARGS);
  });
});
