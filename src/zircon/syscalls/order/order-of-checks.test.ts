/** Of several things that are wrong with a call, the one counts that docs/zircon-order-of-checks.md has first. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { Signal, Status } from '../../abi/constants.js';
import type { SyscallName } from '../../abi/numbers.js';
import { BAD_POINTER, TestBench } from '../../testing.js';
import { Faults, row, type Case, type Family } from './fault.js';
import { handlesAndObjects, transports, waits } from './ipc-cases.js';
import { memory } from './memory-cases.js';
import { machine, tasks } from './task-cases.js';

/** By their headings in the document. */
const families: [string, Family][] = [
  ['Handles and objects', handlesAndObjects],
  ['Waiting', waits],
  ['Channels, sockets, fifos', transports],
  ['Memory', memory],
  ['Tasks', tasks],
  ['The machine', machine],
];

const document = readFileSync(
  fileURLToPath(new URL('../../../../docs/zircon-order-of-checks.md', import.meta.url)),
  'utf8',
);
const withoutPadding = (text: string): string => text.replace(/ +\|/g, ' |');

describe.each(families)('%s', (heading, family) => {
  const bench = new TestBench();
  const p = bench.newProcess();
  const [foreign] = p.make('channel_create', 2, 0);
  const [other] = p.make('event_create', 1, 0);
  const faults = new Faults(p, heading === 'Channels, sockets, fifos' ? other : foreign);
  const cases = family(p, faults, bench);

  it.each(cases.map((each): [string, Case] => [each.call, each]))(
    '%s',
    (_name, { call, good, faults, result }) => {
      for (const [first, { status }] of faults.entries()) {
        const args = [...good];
        // The last ones first, so that of two about one argument the one counts that is asked for.
        for (const { at, bad } of faults.slice(first).reverse()) args[at] = bad;
        const { what } = faults[first];
        expect([what, p.call(call, ...args)]).toEqual([what, Status[status]]);
      }
      expect(p.call(call, ...good)).toBe(result);
    },
  );

  it('is in the document', () => {
    const lines = withoutPadding(document).split('\n');
    expect(lines).toContain(`### ${heading}`);
    for (const each of cases) expect(lines).toContain(row(each));
  });
});

describe('a bad pointer for a result', () => {
  const REPEATING = 1;
  const bench = new TestBench();
  const p = bench.newProcess();
  const [vmo] = p.make('vmo_create', 1, 4096, 0);
  const [job] = p.make('job_create', 1, p.process.give(bench.kernel.rootJob), 0);
  const thread = p.process.give(p.newThread().thread);
  const suspended = Signal.THREAD_SUSPENDED | Signal.THREAD_RUNNING;

  it.each<[SyscallName, number, number, (out: number) => number[]]>([
    ['vmo_clone', vmo, Signal.VMO_ZERO_CHILDREN, (out) => [vmo, 1, 0, 4096, out]],
    ['job_create', job, Signal.JOB_NO_JOBS, (out) => [job, 0, out]],
    ['process_create', job, Signal.JOB_NO_PROCESSES, (out) => [job, p.allocate(1), 0, 0, out, out]],
    ['task_suspend', thread, suspended, (out) => [thread, out]],
  ])('leaves nothing to hear of: %s', (call, handle, signals, args) => {
    const [port] = p.make('port_create', 1, 0);
    const packet = p.allocate(48);
    expect(p.call('object_wait_async', handle, port, 0, signals, REPEATING)).toBe(Status.OK);
    while (p.call('port_wait', port, 0, packet) === Status.OK);
    expect(p.call(call, ...args(BAD_POINTER))).toBe(Status.INVALID_ARGS);
    expect(p.call('port_wait', port, 0, packet)).toBe(Status.TIMED_OUT);
  });
});
