import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Signal, Status } from '../abi/constants.js';
import { TestBench, type TestProcess } from '../testing.js';

let bench: TestBench;
let p: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
});

/** A new process with a thread: their handles. */
function child(): [process: number, thread: number] {
  const { kernel } = bench;
  const job = kernel.handles.make(kernel.rootJob, kernel.rootJob.defaultRights);
  if (job === undefined) throw new RangeError('no handle left');
  const [process] = p.make('process_create', 2, p.process.handles.add(job), 0, 0, 0);
  const [thread] = p.make('thread_create', 1, process, 0, 0, 0);
  return [process, thread];
}
const isOpen = (handle: number): boolean => p.process.handles.get(handle) !== undefined;

describe('process_start', () => {
  it('moves its argument into the new process, be it the thread that it starts', () => {
    const [process, thread] = child();
    const target = p.process.handles.get(thread)?.object;
    expect(p.call('process_start', process, thread, 0x1000_0000, 0, thread, 7)).toBe(Status.OK);
    expect(isOpen(thread)).toBe(false);
    expect(target?.handleCount).toBe(1);
    expect(target?.signals).toBe(Signal.THREAD_RUNNING);
  });
  it('closes its argument when it fails', () => {
    const [process, thread] = child();
    const events = [0, 1, 2].map(() => p.make('event_create', 1, 0)[0]);
    const [still] = p.make('handle_duplicate', 1, events[2], Right.WAIT);
    expect(p.call('process_start', process, 5, 0, 0, events[0], 0)).toBe(Status.BAD_HANDLE);
    expect(p.call('process_start', thread, thread, 0, 0, events[1], 0)).toBe(Status.WRONG_TYPE);
    expect(p.call('process_start', process, thread, 0, 0, still, 0)).toBe(Status.ACCESS_DENIED);
    expect([events[0], events[1], still].map(isOpen)).toEqual([false, false, false]);
    expect(p.call('process_start', process, thread, 0, 0, events[0], 0)).toBe(Status.BAD_HANDLE);
    expect(p.call('process_start', process, thread, 0x1000_0000, 0, 0, 0)).toBe(Status.OK);
    expect(p.call('process_start', process, thread, 0x1000_0000, 0, events[2], 0)).toBe(Status.BAD_STATE);
    expect(isOpen(events[2])).toBe(false);
  });
});
