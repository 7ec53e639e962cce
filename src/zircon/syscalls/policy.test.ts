import { beforeEach, describe, expect, it } from 'vitest';
import { Policy, PolicyAction, Right, Rights, Status } from '../abi/constants.js';
import { Job } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';
import { BLOCKED } from './call.js';

const { ALLOW, DENY, EXCEPTION, KILL } = PolicyAction;
const RELATIVE = 0;
const ABSOLUTE = 1;

let bench: TestBench;
let process: TestProcess;
let job: Job;
let handle: number;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
  job = new Job(bench.kernel, bench.kernel.rootJob);
  handle = process.process.give(job);
});

const set = (options: number, ...pairs: number[]): number =>
  process.call('job_set_policy', handle, options, 0, process.words(...pairs), pairs.length / 2);

/** A thread in a process of the job that can make system calls. */
function inmate(): Thread {
  const inside = new Process(bench.kernel, job, 'inside');
  const thread = new Thread(bench.kernel, inside, 'inside');
  inside.addThread(thread);
  thread.life = 'alive';
  inside.state = 'running';
  return thread;
}

describe('job_set_policy', () => {
  it('denies what it says, to processes made afterwards', () => {
    expect(set(ABSOLUTE, Policy.NEW_EVENT, DENY)).toBe(Status.OK);
    const thread = inmate();
    expect(bench.perform(thread, 'event_create', [0, 0])).toBe(Status.ACCESS_DENIED);
    expect(bench.perform(thread, 'port_create', [0, BAD_POINTER])).toBe(Status.INVALID_ARGS);
    expect(set(ABSOLUTE, Policy.NEW_PORT, DENY)).toBe(Status.BAD_STATE);
  });

  it('has one condition for all new objects', () => {
    expect(set(ABSOLUTE, Policy.NEW_ANY, DENY)).toBe(Status.OK);
    const thread = inmate();
    const calls = ['event_create', 'port_create', 'vmo_create', 'channel_create', 'timer_create'] as const;
    for (const name of calls) expect(bench.perform(thread, name, [0, 0, 0])).toBe(Status.ACCESS_DENIED);
  });

  it('keeps what the parent said', () => {
    expect(set(ABSOLUTE, Policy.NEW_EVENT, DENY)).toBe(Status.OK);
    const child = new Job(bench.kernel, job);
    job = child;
    handle = process.process.give(child);
    expect(set(ABSOLUTE, Policy.NEW_EVENT, ALLOW)).toBe(Status.ALREADY_EXISTS);
    expect(set(RELATIVE, Policy.NEW_EVENT, ALLOW, Policy.NEW_PORT, DENY)).toBe(Status.OK);
    const thread = inmate();
    expect(bench.perform(thread, 'event_create', [0, 0])).toBe(Status.ACCESS_DENIED);
    expect(bench.perform(thread, 'port_create', [0, 0])).toBe(Status.ACCESS_DENIED);
  });

  it('raises exceptions beside allowing or denying', () => {
    expect(set(ABSOLUTE, Policy.NEW_EVENT, EXCEPTION, Policy.NEW_PORT, DENY | EXCEPTION)).toBe(Status.OK);
    const port = process.make('port_create', 1, 0)[0];
    expect(process.call('task_bind_exception_port', handle, port, 5, 0)).toBe(Status.OK);
    const thread = inmate();
    expect(bench.perform(thread, 'event_create', [0, BAD_POINTER])).toBe(Status.INVALID_ARGS);
    expect(thread.wait?.state).toBe(0x103);
    const other = inmate();
    expect(bench.perform(other, 'port_create', [0, 0])).toBe(Status.ACCESS_DENIED);
    expect(other.wait?.state).toBe(0x103);
  });

  it('raises exceptions one after the other when a call has several reasons', () => {
    expect(set(ABSOLUTE, Policy.NEW_VMO, EXCEPTION, Policy.BAD_HANDLE, EXCEPTION)).toBe(Status.OK);
    const port = process.make('port_create', 1, 0)[0];
    process.call('task_bind_exception_port', handle, port, 5, 0);
    const thread = inmate();
    const threadHandle = process.process.give(thread);
    bench.kernel.policy.require(thread, Policy.NEW_VMO);
    bench.kernel.policy.badHandle(thread);
    const answer = (): number => process.call('task_resume_from_exception', threadHandle, port, 0);
    for (let i = 0; i < 2; i++) {
      expect(thread.wait?.state).toBe(0x103);
      expect(process.call('port_wait', port, 0, process.allocate(48))).toBe(Status.OK);
      expect(answer()).toBe(Status.OK);
    }
    expect(thread.isRunnable).toBe(true);
    expect(answer()).toBe(Status.BAD_STATE);
    process.call('handle_close', port);
    expect(thread.process.state).toBe('running');
  });

  it('kills', () => {
    expect(set(ABSOLUTE, Policy.BAD_HANDLE, KILL)).toBe(Status.OK);
    const thread = inmate();
    expect(bench.perform(thread, 'handle_close', [0x123])).toBe(Status.BAD_HANDLE);
    expect(thread.process.state).toBe('dead');
    expect(bench.perform(thread, 'handle_close', [0])).not.toBe(BLOCKED);
  });

  it('holds for the handle that a process is started with', () => {
    expect(set(ABSOLUTE, Policy.BAD_HANDLE, KILL)).toBe(Status.OK);
    const thread = inmate();
    const started = new Process(bench.kernel, job, 'started');
    const first = new Thread(bench.kernel, started, 'first');
    started.addThread(first);
    const args = [thread.process.give(started), thread.process.give(first), 0, 0, 0x123, 0];
    expect(bench.perform(thread, 'process_start', args)).toBe(Status.BAD_HANDLE);
    expect(thread.process.state).toBe('dead');
  });

  it('refuses what is documented', () => {
    const basic = process.words(Policy.NEW_EVENT, DENY);
    const call = (...args: number[]): number => process.call('job_set_policy', ...args);
    expect(call(handle, 2, 0, basic, 1)).toBe(Status.INVALID_ARGS);
    expect(call(handle, 0, 1, basic, 1)).toBe(Status.INVALID_ARGS);
    expect(call(handle, 0, 0, basic, 0)).toBe(Status.INVALID_ARGS);
    expect(call(handle, 0, 0, basic, 14)).toBe(Status.OUT_OF_RANGE);
    expect(call(handle, 0, 0, BAD_POINTER, 1)).toBe(Status.INVALID_ARGS);
    expect(call(0x123, 0, 0, basic, 1)).toBe(Status.BAD_HANDLE);
    expect(call(process.make('event_create', 1, 0)[0], 0, 0, basic, 1)).toBe(Status.WRONG_TYPE);
    const poor = process.process.give(job, Rights.JOB & ~Right.SET_POLICY);
    expect(call(poor, 0, 0, basic, 1)).toBe(Status.ACCESS_DENIED);
    for (const condition of [13, 0xffff_ffff])
      expect(set(ABSOLUTE, condition, DENY)).toBe(Status.INVALID_ARGS);
    expect(set(ABSOLUTE, Policy.NEW_TIMER, DENY, 13, DENY)).toBe(Status.INVALID_ARGS);
    expect(job.policy.size).toBe(0);
    for (const action of [4, 6, 7, 8])
      expect(set(ABSOLUTE, Policy.NEW_EVENT, action)).toBe(Status.NOT_SUPPORTED);
  });
});
