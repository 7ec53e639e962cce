import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Signal, Status } from '../abi/constants.js';
import type { Process } from '../objects/process.js';
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
  it('needs a thread that has not ended', () => {
    const [process, thread] = child();
    const [event] = p.make('event_create', 1, 0);
    const target = p.process.handles.get(process)?.object as Process;
    expect(p.call('task_kill', thread)).toBe(Status.OK);
    expect(p.call('process_start', process, thread, 0x1000_0000, 0, event, 0)).toBe(Status.BAD_STATE);
    expect(isOpen(event)).toBe(false);
    expect([target.state, target.handles.count]).toEqual(['initial', 0]);
  });
});

describe('making tasks', () => {
  const limited = (handle: number, rights: number): number =>
    p.make('handle_duplicate', 1, handle, rights)[0];
  const out = (): number => p.allocate(8);

  it('needs the right to manage or the right to write', () => {
    const job = p.process.give(bench.kernel.rootJob);
    for (const [right, status] of [
      [Right.WRITE, Status.OK],
      [Right.READ, Status.ACCESS_DENIED],
    ]) {
      const weak = limited(job, right);
      expect(p.call('job_create', weak, 0, out())).toBe(status);
      expect(p.call('process_create', weak, 0, 0, 0, out(), out())).toBe(status);
    }
    const { MANAGE_JOB, MANAGE_PROCESS, MANAGE_THREAD } = Right;
    expect(p.call('job_create', limited(job, MANAGE_JOB), 0, out())).toBe(Status.OK);
    expect(p.call('job_create', limited(job, MANAGE_PROCESS), 0, out())).toBe(Status.ACCESS_DENIED);
    const [process] = p.make('process_create', 2, limited(job, MANAGE_PROCESS), 0, 0, 0);
    for (const [right, status] of [
      [MANAGE_THREAD, Status.OK],
      [Right.WRITE, Status.OK],
      [MANAGE_PROCESS, Status.ACCESS_DENIED],
    ]) {
      expect(p.call('thread_create', limited(process, right), 0, 0, 0, out())).toBe(status);
    }
    const own = p.process.give(p.process);
    const [thread] = p.make('thread_create', 1, own, 0, 0, 0);
    expect(p.call('thread_start', limited(thread, Right.READ), 0x1000_0000, 0, 0, 0)).toBe(
      Status.ACCESS_DENIED,
    );
    expect(p.call('thread_start', limited(thread, Right.WRITE), 0x1000_0000, 0, 0, 0)).toBe(Status.OK);
  });
});

describe('task_suspend', () => {
  it('refuses a thread that is about to end', () => {
    const other = p.newThread();
    const handle = p.process.give(other.thread);
    other.thread.killed = true;
    expect(p.call('task_suspend', handle, p.allocate(4))).toBe(Status.BAD_STATE);
  });
});

describe('thread_exit', () => {
  it('is not leaving for one that another core has killed', () => {
    const [leaver, victim] = [p.newThread(), p.newThread()];
    victim.thread.killed = true;
    for (const each of [leaver, victim]) each.start('thread_exit');
    expect([leaver.thread.leaving, victim.thread.leaving]).toEqual([true, false]);
  });
});
