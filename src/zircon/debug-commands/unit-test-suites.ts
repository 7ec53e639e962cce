/** The tests of `ut`, by suite. */
import { Rights, Right, Signal, Status, VmFlag } from '../abi/constants.js';
import { Channel, Message } from '../objects/channel.js';
import { Event } from '../objects/event.js';
import { PACKET_BYTES, UserPacket } from '../objects/packet.js';
import { Port } from '../objects/port.js';
import { VmoDispatcher } from '../objects/vmo.js';
import { TimerQueue, type TimerTarget } from '../sched/timer-queue.js';
import { PAGE_SIZE } from '../vm/layout.js';
import type { PagedVmo } from '../vm/paged-vmo.js';
import type { UnitTest, UnitTestCase } from './unit-tests.js';

/** A VMO that the test's process holds. */
function newVmo({ kernel, process }: UnitTest, pages: number): PagedVmo {
  const vmo = kernel.vm.createPaged(pages * PAGE_SIZE);
  process.give(new VmoDispatcher(kernel, vmo));
  return vmo;
}
function hold(test: UnitTest, vmo: PagedVmo): PagedVmo {
  test.process.give(new VmoDispatcher(test.kernel, vmo));
  return vmo;
}
/** Whether a page holds this byte throughout. */
function isFilled(vmo: PagedVmo, page: number, byte: number): boolean {
  const bytes = new Uint8Array(PAGE_SIZE);
  vmo.read(page * PAGE_SIZE, bytes);
  return bytes.every((each) => each === byte);
}
const filled = (byte: number): Uint8Array => new Uint8Array(PAGE_SIZE).fill(byte);
const packet = (key: number): UserPacket => {
  const bytes = new Uint8Array(PACKET_BYTES);
  bytes[0] = key;
  return UserPacket.parse(bytes);
};

const memory: readonly UnitTestCase[] = [
  [
    'a VMO is zero until it is written',
    (test) => {
      const vmo = newVmo(test, 3);
      test.expect(isFilled(vmo, 1, 0) && vmo.committedBytes === 0, 'reading commits nothing');
      vmo.write(PAGE_SIZE, filled(7));
      test.expect(isFilled(vmo, 1, 7) && isFilled(vmo, 0, 0) && isFilled(vmo, 2, 0), 'one page is written');
      test.expect(vmo.committedBytes === PAGE_SIZE, 'one page is committed');
    },
  ],
  [
    'a clone copies what it writes',
    (test) => {
      const parent = newVmo(test, 2);
      parent.write(0, filled(1));
      const clone = hold(test, parent.clone(0, parent.size, false));
      test.expect(isFilled(clone, 0, 1), "it shows its parent's page");
      clone.write(0, filled(2));
      parent.write(0, filled(3));
      test.expect(isFilled(clone, 0, 2) && isFilled(parent, 0, 3), 'each has its own page');
    },
  ],
  [
    'what is resized away comes back as zeros',
    (test) => {
      const vmo = newVmo(test, 2);
      vmo.write(PAGE_SIZE, filled(5));
      test.expect(vmo.resize(PAGE_SIZE) === Status.OK, 'it shrinks');
      test.expect(vmo.committedBytes === 0, 'its page is given back');
      test.expect(vmo.resize(2 * PAGE_SIZE) === Status.OK && isFilled(vmo, 1, 0), 'it grows by zeros');
    },
  ],
  [
    'a mapping is the memory of its VMO',
    (test) => {
      const vmo = newVmo(test, 1);
      const { aspace } = test.process;
      const flags = VmFlag.PERM_READ | VmFlag.PERM_WRITE;
      const { base } = aspace.rootVmar.map({ vmo, size: PAGE_SIZE, flags });
      test.expect(aspace.copyOut(base + 8, Uint8Array.of(42)), 'it can be written');
      const byte = new Uint8Array(1);
      vmo.read(8, byte);
      test.expect(byte[0] === 42, 'what is written is in the VMO');
      aspace.rootVmar.unmap(base, PAGE_SIZE);
      test.expect(!aspace.copyIn(base, byte), 'nothing is there when it is unmapped');
    },
  ],
];

const objects: readonly UnitTestCase[] = [
  [
    'handle values are never those of another object',
    (test) => {
      const { process, kernel } = test;
      const values = Array.from({ length: 100 }, () => process.give(new Event(kernel)));
      test.expect(new Set(values).size === values.length, 'each handle has a value of its own');
      test.expect(
        values.every((value) => (value & 3) === 3),
        'the two lowest bits are set',
      );
      const handle = process.handles.remove(values[0]);
      if (handle !== undefined) kernel.handles.close(handle);
      const next = process.give(new Event(kernel));
      test.expect(process.handles.get(values[0]) === undefined, 'a closed one is none');
      test.expect(next !== values[0], 'its value does not come back at once');
    },
  ],
  [
    'signals are set and cleared',
    (test) => {
      const { kernel, process } = test;
      const event = new Event(kernel);
      process.give(event);
      event.updateSignals(0, Signal.EVENT_SIGNALED);
      test.expect((event.signals & Signal.EVENT_SIGNALED) !== 0, 'it is set');
      event.updateSignals(Signal.EVENT_SIGNALED, 0);
      test.expect(event.signals === 0, 'it is cleared');
    },
  ],
  [
    'messages come in order, with their handles',
    (test) => {
      const { kernel, process } = test;
      const [one, other] = Channel.createPair(kernel);
      for (const end of [one, other]) process.give(end);
      const sent = kernel.handles.make(new Event(kernel), Rights.EVENT & ~Right.WRITE);
      one.write(new Message(Uint8Array.of(1), sent === undefined ? [] : [sent]));
      one.write(new Message(Uint8Array.of(2), []));
      test.expect([...other.queue].map(({ bytes }) => bytes[0]).join() === '1,2', 'the first is first');
      const [message] = other.queue;
      other.takeFirst();
      test.expect(message.handles[0] === sent, 'the handle is in it');
      kernel.ipc.discard(message.handles);
    },
  ],
  [
    'packets come in order',
    (test) => {
      const port = new Port(test.kernel, false);
      test.process.give(port);
      for (const key of [3, 1, 2]) port.queueUser(packet(key));
      const keys: bigint[] = [];
      for (let { first } = port; first !== undefined; { first } = port) {
        keys.push(first.key);
        port.takeFirst();
      }
      test.expect(keys.join() === '3,1,2', 'the first is first');
    },
  ],
];

const scheduling: readonly UnitTestCase[] = [
  [
    'timers fire in the order of their deadlines',
    (test) => {
      const queue = new TimerQueue();
      const target: TimerTarget = { onTimer: () => undefined };
      const deadlines = [50, 10, 40, 10, 30, 20];
      const entries = deadlines.map((deadline) => queue.add(deadline, target));
      queue.remove(entries[2]);
      const fired: number[] = [];
      for (let due = queue.pop(100); due !== undefined; due = queue.pop(100)) fired.push(due.deadline);
      test.expect(fired.join() === '10,10,20,30,50', 'the earliest is first, and a removed one never comes');
      test.expect(queue.deadline === Infinity, 'nothing is left');
    },
  ],
  [
    'the clock does not go back',
    (test) => {
      const { kernel } = test;
      const first = kernel.now;
      test.expect(kernel.now >= first && Number.isSafeInteger(first), 'it is a whole number of ns');
    },
  ],
  [
    'this core runs the thread that asked',
    (test) => {
      const { kernel } = test;
      const thread = kernel.scheduler.current(kernel.activeCore);
      test.expect(
        thread === undefined || (thread.life === 'alive' && thread.wait === undefined),
        'it is alive',
      );
    },
  ],
];

export const suites: Readonly<Record<string, readonly UnitTestCase[]>> = { memory, objects, scheduling };
