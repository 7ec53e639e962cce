/** What a call costs among many others of its kind: the steps that the kernel goes through collections, counted. */
import { describe, expect, it } from 'vitest';
import { Right, Signal, Status } from '../abi/constants.js';
import { TestBench, type TestProcess } from '../testing.js';

const prototypes = [[], new Map(), new Set()].map(
  (each) => Object.getPrototypeOf(each[Symbol.iterator]()) as Iterator<unknown>,
);

type Next = (this: Iterator<unknown>) => IteratorResult<unknown>;

/** How many members of arrays, maps and sets are gone through meanwhile. */
function stepsOf(act: () => void): number {
  const before = prototypes.map((prototype) => Reflect.get(prototype, 'next') as Next);
  let steps = 0;
  for (let i = 0; i < prototypes.length; i++) {
    prototypes[i].next = function (this: Iterator<unknown>) {
      steps += 1;
      return before[i].call(this);
    };
  }
  act();
  for (let i = 0; i < prototypes.length; i++) prototypes[i].next = before[i];
  return steps;
}

const { EVENT_SIGNALED } = Signal;
const WAIT_ONCE = 0;

/** Each: others of the kind, then what one call is about among them. */
interface Case {
  readonly others: (p: TestProcess, count: number) => void;
  readonly act: (p: TestProcess) => void;
}

let port = 0;
let event = 0;

function waitAsync(p: TestProcess, key: number): void {
  expect(p.call('object_wait_async', event, port, key, EVENT_SIGNALED, WAIT_ONCE)).toBe(Status.OK);
}
function makePort(p: TestProcess, isSignaled: boolean): void {
  [port] = p.make('port_create', 1, 0);
  [event] = p.make('event_create', 1, 0);
  if (isSignaled) expect(p.call('object_signal', event, 0, EVENT_SIGNALED)).toBe(Status.OK);
}
function makeProcesses(p: TestProcess, count: number): void {
  const { kernel } = p.process;
  const job = p.process.give(kernel.rootJob);
  const outs = p.allocate(8);
  for (let i = 0; i < count; i++) {
    expect(p.call('process_create', job, outs, 1, 0, outs, outs + 4)).toBe(Status.OK);
    expect(p.call('handle_close', p.u32(outs + 4))).toBe(Status.OK);
  }
  event = p.u32(outs);
}

const cases: Readonly<Record<string, Case>> = {
  'port_cancel among queued packets': {
    others: (p, count) => {
      makePort(p, true);
      for (let key = 0; key < count; key++) waitAsync(p, key);
    },
    act: (p) => expect(p.call('port_cancel', port, event, 5)).toBe(Status.OK),
  },
  'port_cancel among waits': {
    others: (p, count) => {
      makePort(p, false);
      for (let key = 0; key < count; key++) waitAsync(p, key);
    },
    act: (p) => expect(p.call('port_cancel', port, event, 5)).toBe(Status.OK),
  },
  'port_wait with many packets': {
    others: (p, count) => {
      makePort(p, true);
      for (let key = 0; key < count; key++) waitAsync(p, key);
    },
    act: (p) => expect(p.call('port_wait', port, 0, p.allocate(48))).toBe(Status.OK),
  },
  'a packet for a port where many wait': {
    others: (p, count) => {
      makePort(p, true);
      const out = p.allocate(48);
      for (let i = 0; i < count; i++) p.newThread().start('port_wait', port, 2n ** 63n - 1n, out);
    },
    act: (p) => waitAsync(p, 1),
  },
  'a handle among many': {
    others: (p, count) => {
      [event] = p.make('event_create', 1, 0);
      for (let i = 0; i < count; i++) p.process.give(p.process);
    },
    act: (p) => {
      const [copy] = p.make('handle_duplicate', 1, event, Right.SAME_RIGHTS);
      expect(p.call('handle_close', copy)).toBe(Status.OK);
    },
  },
  'the end of a process among many, with a handle on its way': {
    others: (p, count) => {
      const [near] = p.make('channel_create', 2, 0);
      const [sent] = p.make('event_create', 1, 0);
      makeProcesses(p, count);
      expect(p.call('channel_write', near, 0, 0, 0, p.words(sent), 1)).toBe(Status.OK);
    },
    act: (p) => expect(p.call('handle_close', event)).toBe(Status.OK),
  },
  'process_create among many': {
    others: makeProcesses,
    act: (p) => makeProcesses(p, 1),
  },
};

describe('among many others', () => {
  it.each(Object.entries(cases))('%s takes as many steps as among few', (_, { others, act }) => {
    const [few, many] = [100, 2000].map((count) => {
      const p = new TestBench().newProcess();
      others(p, count);
      return stepsOf(() => act(p));
    });
    expect(many).toBeLessThanOrEqual(few);
  });

  it('address spaces share ASIDs when there are more than ASIDs', () => {
    const { kernel } = new TestBench();
    const first = kernel.vm.createAddressSpace();
    for (let i = 1; i < 0xffff; i++) {
      const space = kernel.vm.createAddressSpace();
      expect(space.tables).toBeDefined();
      space.destroy();
    }
    const again = kernel.vm.createAddressSpace();
    expect(again.translationTable.asid).toBe(first.translationTable.asid);
    expect(again.translationTable.root).not.toBe(first.translationTable.root);
  });
});
