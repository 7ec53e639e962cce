import { beforeEach, describe, expect, it } from 'vitest';
import { ExceptionType, InfoTopic, PortKind, Status } from '../abi/constants.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';
import { TestBench, type TestProcess } from '../testing.js';

const DEBUGGER = 1;
const TRY_NEXT = 2;

let bench: TestBench;
let process: TestProcess;
let target: Process;
let thread: Thread;
/** Handles of the observing process. */
let targetHandle: number;
let threadHandle: number;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
  target = new Process(bench.kernel, bench.kernel.rootJob, 'target');
  thread = new Thread(bench.kernel, target, 'target');
  target.addThread(thread);
  thread.life = 'alive';
  target.state = 'running';
  targetHandle = process.process.give(target);
  threadHandle = process.process.give(thread);
});

const newPort = (): number => process.make('port_create', 1, 0)[0];
const bind = (handle: number, port: number, key = 0, options = 0): number =>
  process.call('task_bind_exception_port', handle, port, key, options);
const resume = (port: number, options = 0): number =>
  process.call('task_resume_from_exception', threadHandle, port, options);
const fault = (): void =>
  bench.kernel.exceptions.raise(thread, ExceptionType.FATAL_PAGE_FAULT, 0x9200_0046, 0x1234);

/** The packet at a port: key, type, koids. */
function packet(port: number): number[] | undefined {
  const buffer = process.allocate(48);
  if (process.call('port_wait', port, 0, buffer) !== Status.OK) return undefined;
  return [process.u64(buffer), process.u32(buffer + 8), process.u64(buffer + 16), process.u64(buffer + 24)];
}

describe('task_bind_exception_port', () => {
  it('binds one port of each kind to a task', () => {
    const port = newPort();
    expect(bind(targetHandle, port)).toBe(Status.OK);
    expect(bind(targetHandle, port)).toBe(Status.ALREADY_BOUND);
    expect(bind(targetHandle, port, 0, DEBUGGER)).toBe(Status.OK);
    expect(bind(targetHandle, 0)).toBe(Status.OK);
    expect(bind(targetHandle, 0)).toBe(Status.BAD_STATE);
    expect(bind(threadHandle, port, 0, DEBUGGER)).toBe(Status.INVALID_ARGS);
    expect(bind(targetHandle, port, 0, 2)).toBe(Status.INVALID_ARGS);
    expect(bind(0x123, port)).toBe(Status.BAD_HANDLE);
    expect(bind(port, port)).toBe(Status.WRONG_TYPE);
    expect(bind(targetHandle, threadHandle)).toBe(Status.WRONG_TYPE);
    target.kill();
    expect(bind(targetHandle, port)).toBe(Status.BAD_STATE);
  });
  it('stays bound when the task is dead', () => {
    const port = newPort();
    expect(bind(targetHandle, port)).toBe(Status.OK);
    expect(bind(threadHandle, port)).toBe(Status.OK);
    target.kill();
    expect(bind(targetHandle, 0)).toBe(Status.OK);
    expect(bind(targetHandle, 0)).toBe(Status.BAD_STATE);
    expect(bind(targetHandle, 0, 0, DEBUGGER)).toBe(Status.BAD_STATE);
    expect(bind(threadHandle, 0)).toBe(Status.OK);
  });
});

describe('an exception', () => {
  it('is reported to the debugger, the thread, the process and the jobs, in this order', () => {
    const job = process.process.give(bench.kernel.rootJob);
    const kinds = [PortKind.DEBUGGER, PortKind.THREAD, PortKind.PROCESS, PortKind.JOB];
    const ports = kinds.map(newPort);
    expect(bind(job, ports[3], 40)).toBe(Status.OK);
    expect(bind(targetHandle, ports[2], 30)).toBe(Status.OK);
    expect(bind(threadHandle, ports[1], 20)).toBe(Status.OK);
    expect(bind(targetHandle, ports[0], 10, DEBUGGER)).toBe(Status.OK);
    fault();
    const info = process.allocate(8);
    for (const [i, port] of ports.entries()) {
      const expected = [10 * (i + 1), ExceptionType.FATAL_PAGE_FAULT, target.koid, thread.koid];
      expect(packet(port)).toEqual(expected);
      expect(process.call('object_get_info', threadHandle, InfoTopic.THREAD, info, 8, 0, 0)).toBe(Status.OK);
      expect([process.u32(info), process.u32(info + 4)]).toEqual([0x103, kinds[i]]);
      expect(resume(port, TRY_NEXT)).toBe(Status.OK);
    }
    expect(target.state).toBe('dead');
  });

  it('goes to what is bound when its turn comes', () => {
    const [first, gone, late] = [newPort(), newPort(), newPort()];
    bind(targetHandle, first, 1, DEBUGGER);
    bind(threadHandle, gone, 2);
    fault();
    bind(threadHandle, 0);
    bind(targetHandle, late, 3);
    expect(resume(first, TRY_NEXT)).toBe(Status.OK);
    expect(packet(gone)).toBeUndefined();
    expect(packet(late)?.[0]).toBe(3);
    expect(resume(late)).toBe(Status.OK);
    expect(target.state).toBe('running');
  });

  it('has a report with the syndrome and the address', () => {
    const port = newPort();
    bind(targetHandle, port);
    fault();
    const report = process.allocate(32);
    expect(
      process.call('object_get_info', threadHandle, InfoTopic.THREAD_EXCEPTION_REPORT, report, 32, 0, 0),
    ).toBe(Status.OK);
    expect([process.u32(report), process.u32(report + 4)]).toEqual([32, ExceptionType.FATAL_PAGE_FAULT]);
    expect([process.u32(report + 8), process.u64(report + 16)]).toEqual([0x9200_0046, 0x1234]);
  });

  it('ends when its handler says so', () => {
    const port = newPort();
    const other = newPort();
    bind(targetHandle, port);
    expect(resume(port)).toBe(Status.BAD_STATE);
    fault();
    expect(resume(other)).toBe(Status.ACCESS_DENIED);
    expect(resume(port, 1)).toBe(Status.INVALID_ARGS);
    expect(thread.isRunnable).toBe(false);
    expect(resume(port)).toBe(Status.OK);
    expect(thread.isRunnable).toBe(true);
    expect(target.state).toBe('running');
  });

  it('goes on to the next handler when a port is unbound or closed', () => {
    const first = newPort();
    const second = newPort();
    bind(targetHandle, first, 1, DEBUGGER);
    bind(targetHandle, second, 2);
    fault();
    expect(packet(second)).toBeUndefined();
    expect(bind(targetHandle, 0, 0, DEBUGGER)).toBe(Status.OK);
    expect(packet(second)?.[0]).toBe(2);
    process.call('handle_close', second);
    expect(target.state).toBe('dead');
  });

  /** A port at which as many packets wait as can. */
  function fullPort(): number {
    const port = newPort();
    const userPacket = process.allocate(48);
    while (process.call('port_queue', port, userPacket) === Status.OK);
    expect(process.call('port_queue', port, userPacket)).toBe(Status.SHOULD_WAIT);
    return port;
  }

  it('that a full port cannot take is handled by nobody', () => {
    const [full, next] = [fullPort(), newPort()];
    bind(threadHandle, full);
    bind(targetHandle, next);
    fault();
    expect([thread.life, target.state, target.returnCode]).toEqual(['dead', 'dead', -1n]);
    expect(packet(next)).toBeUndefined();
  });

  it('that a full port could not take the first time is told once there is room', () => {
    const full = fullPort();
    bind(threadHandle, full);
    expect(packet(full)).toBeDefined();
    fault();
    expect([thread.life, target.state]).toEqual(['alive', 'running']);
    expect(resume(full)).toBe(Status.OK);
  });

  it('of a start that a full port cannot take does not hold the thread up', () => {
    bind(targetHandle, fullPort(), 1, DEBUGGER);
    bench.kernel.exceptions.threadStarting(thread, false);
    expect([thread.wait, thread.life]).toEqual([undefined, 'alive']);
    thread.leaving = true;
    thread.killed = true;
    thread.exit();
    expect(thread.life).toBe('dead');
  });

  it('leaves nothing behind when its thread is killed', () => {
    bind(targetHandle, newPort());
    fault();
    thread.kill();
    expect(thread.life).toBe('dead');
    expect(target.state).toBe('dead');
  });
});

describe('THREAD_EXITING', () => {
  const report = (): number[] => [7, ExceptionType.THREAD_EXITING, target.koid, thread.koid];

  it('reaches the debugger of a thread that is killed, which does not wait for an answer', () => {
    const port = newPort();
    bind(targetHandle, port, 7, DEBUGGER);
    thread.suspend();
    thread.kill();
    expect(thread.life).toBe('dead');
    expect(packet(port)).toEqual(report());
    expect(resume(port)).toBe(Status.BAD_STATE);
    expect(packet(port)).toBeUndefined();
  });

  it('stops a thread that leaves by itself, and comes once', () => {
    const port = newPort();
    bind(targetHandle, port, 7, DEBUGGER);
    thread.leaving = true;
    thread.killed = true;
    thread.exit();
    expect(thread.life).toBe('alive');
    expect(packet(port)).toEqual(report());
    thread.kill();
    expect(thread.life).toBe('dead');
    expect(packet(port)).toBeUndefined();
  });
});

describe('PROCESS_STARTING and THREAD_STARTING', () => {
  it('stop the first thread one after the other, each for its debugger', () => {
    const { kernel } = bench;
    const started = new Process(kernel, kernel.rootJob, 'started');
    const first = new Thread(kernel, started, 'first');
    started.addThread(first);
    const [ofJob, ofProcess] = [newPort(), newPort()];
    bind(process.process.give(kernel.rootJob), ofJob, 1, DEBUGGER);
    bind(process.process.give(started), ofProcess, 2, DEBUGGER);
    const handle = process.process.give(first);
    const answer = (port: number, options: number): number =>
      process.call('task_resume_from_exception', handle, port, options);
    expect(process.call('process_start', process.process.give(started), handle, 0x1000_0000, 0, 0, 0)).toBe(
      Status.OK,
    );
    expect(packet(ofProcess)).toBeUndefined();
    expect(packet(ofJob)).toEqual([1, ExceptionType.PROCESS_STARTING, started.koid, first.koid]);
    expect(answer(ofProcess, 0)).toBe(Status.ACCESS_DENIED);
    expect(answer(ofJob, TRY_NEXT)).toBe(Status.OK);
    expect(first.isRunnable).toBe(false);
    expect(packet(ofProcess)).toEqual([2, ExceptionType.THREAD_STARTING, started.koid, first.koid]);
    expect(answer(ofProcess, 0)).toBe(Status.OK);
    expect(first.isRunnable).toBe(true);
    expect(packet(ofJob)).toBeUndefined();
  });
});
