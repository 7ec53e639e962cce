import { beforeEach, describe, expect, it } from 'vitest';
import { KtraceAction, KtraceGroup, KtraceTag, Status } from '../abi/constants.js';
import { syscalls } from '../abi/numbers.js';
import { Resource } from '../objects/resource.js';
import { Kernel } from '../kernel.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

let bench: TestBench;
let p: TestProcess;
let root: number;
beforeEach(() => {
  bench = new TestBench();
  p = bench.newProcess();
  root = p.process.give(Resource.root(bench.kernel));
});

interface Record {
  readonly tag: number;
  /** Of a name: what it names. */
  readonly thread: number;
  readonly ticks: number;
  readonly words: readonly number[];
  readonly text: string;
}

/** Reads records as a tool does: each says in its tag how long it is. */
function parse(bytes: Uint8Array): Record[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const records: Record[] = [];
  for (let at = 0; at < bytes.length;) {
    const tag = view.getUint32(at, true);
    const size = (tag & 0xf) << 3;
    expect(size).toBeGreaterThanOrEqual(16);
    const words = Array.from({ length: (size - 16) / 4 }, (_, i) => view.getUint32(at + 16 + 4 * i, true));
    const text = new TextDecoder().decode(bytes.subarray(at + 12, at + size)).replace(/\0.*$/s, '');
    const ticks = Number(view.getBigUint64(at + 8, true));
    records.push({ tag, thread: view.getUint32(at + 4, true), ticks, words, text });
    at += size;
  }
  return records;
}
const control = (action: number, options = 0, pointer = 0): number =>
  p.call('ktrace_control', root, action, options, pointer);
function read(): Record[] {
  const actual = p.allocate(8);
  expect(p.call('ktrace_read', root, 0, 0, 0, actual)).toBe(Status.OK);
  const size = p.u64(actual);
  const data = p.allocate(size);
  expect(p.call('ktrace_read', root, data, 0, size, actual)).toBe(Status.OK);
  expect(p.u64(actual)).toBe(size);
  return parse(p.read(data, size));
}
/** KTRACE_EVENT of a tag. */
const event = (tag: number): number => (tag >>> 8) & 0xfff;
const of = (records: readonly Record[], tag: number) =>
  records.filter((each) => event(each.tag) === event(tag));

describe('the kernel trace', () => {
  it('begins with its version, the counter, and the names of calls, and is off', () => {
    p.call('event_create', 0, p.allocate(4));
    const [version, rate, ...names] = read();
    expect([version.tag, version.words[0]]).toEqual([0x0010_0004, 0x2_0000]);
    expect([rate.tag, rate.words[0], rate.words[1]]).toEqual([0x0010_0104, 62_500, 0]);
    expect(names.map(({ text }) => text)).toEqual(syscalls.map(({ name }) => name));
    expect(names.map(({ thread }) => thread)).toEqual(syscalls.map((_, number) => number));
    // The name and its NUL, rounded up to 8 bytes, behind 12.
    expect(names.find(({ text }) => text === 'handle_close')?.tag).toBe(0x0010_2304);
  });

  it('names what there is, and tells of what is made and destroyed', () => {
    expect(control(KtraceAction.START, KtraceGroup.TASKS | KtraceGroup.IPC | KtraceGroup.LIFECYCLE)).toBe(0);
    const [one, other] = p.make('channel_create', 2, 0);
    const [process] = p.make('process_create', 2, p.process.give(bench.kernel.rootJob), p.allocate(4), 0, 0);
    const koid = (handle: number) => p.process.handles.get(handle)?.object.koid;
    const [first, second] = [koid(one), koid(other)];
    bench.kernel.advance(1600);
    expect(p.call('channel_write', one, 0, p.allocate(5), 5, 0, 0)).toBe(Status.OK);
    expect(p.call('channel_read', other, 0, p.allocate(5), 0, 5, 0, 0, 0)).toBe(Status.OK);
    p.call('handle_close', one);
    const records = read();
    expect(of(records, KtraceTag.PROC_NAME)).toContainEqual(
      expect.objectContaining({ thread: p.process.koid, text: 'test' }),
    );
    expect(of(records, KtraceTag.CHANNEL_CREATE).map(({ words }) => words)).toEqual([[first, second, 0, 0]]);
    expect(of(records, KtraceTag.PROC_CREATE).map(({ words }) => words[0])).toEqual([koid(process)]);
    expect(of(records, KtraceTag.CHANNEL_WRITE)).toEqual([
      expect.objectContaining({ ticks: 100, words: [first, 5, 0, 0] }),
    ]);
    expect(of(records, KtraceTag.CHANNEL_READ).map(({ words }) => words)).toEqual([[second, 5, 0, 0]]);
    expect(of(records, KtraceTag.OBJECT_DELETE).map(({ words }) => words[0])).toEqual([first]);
    // A group that was not asked for.
    expect(of(records, KtraceTag.SYSCALL_ENTER)).toEqual([]);
  });

  it('has the probes of programs', () => {
    const name = p.allocate(new TextEncoder().encode('mine\0'.padEnd(32, '\0')));
    const probe = control(KtraceAction.NEW_PROBE, 0, name);
    expect([probe, control(KtraceAction.NEW_PROBE, 0, name)]).toEqual([1, 1]);
    expect(p.call('ktrace_write', root, probe, 7, 8)).toBe(Status.UNAVAILABLE);
    control(KtraceAction.START);
    expect(p.call('ktrace_write', root, probe, 7, 8)).toBe(Status.OK);
    expect(p.call('ktrace_write', root, 0x800, 7, 8)).toBe(Status.INVALID_ARGS);
    const records = read();
    expect(of(records, KtraceTag.PROBE_NAME)).toEqual([expect.objectContaining({ thread: 1, text: 'mine' })]);
    // TAG_PROBE_24(1)
    expect(records.find(({ tag }) => tag === 0x0408_0103)?.words).toEqual([7, 8]);
  });

  it('stops, goes on, and is wound back', () => {
    const before = read().length;
    control(KtraceAction.START);
    control(KtraceAction.STOP);
    const { length } = read();
    p.make('event_create', 1, 0);
    expect(read()).toHaveLength(length);
    control(KtraceAction.REWIND);
    expect(read()).toHaveLength(before);
    expect(control(5)).toBe(Status.INVALID_ARGS);
    expect(control(KtraceAction.NEW_PROBE, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });

  it('ends where its buffer does', () => {
    const { machine } = bench;
    const kernel = new Kernel(machine, { commandLine: 'ktrace.bufsize=1 ktrace.grpmask=0xfff', seed: 1n });
    let kept = 0;
    while (kernel.trace.write(1, [0, 0])) kept += 1;
    expect(kept * 24).toBeGreaterThan(1_000_000);
    expect(kernel.trace.length).toBeLessThanOrEqual(2 ** 20);
    expect(kernel.trace.length).toBeGreaterThan(2 ** 20 - 24);
    expect(kernel.listeners.all).toEqual([]);
  });

  it('is for whoever has the root resource', () => {
    const [event] = p.make('event_create', 1, 0);
    expect(p.call('ktrace_read', event, 0, 0, 0, 0)).toBe(Status.WRONG_TYPE);
    expect(p.call('ktrace_control', 0, 1, 0, 0)).toBe(Status.BAD_HANDLE);
    expect(p.call('ktrace_write', event, 1, 0, 0)).toBe(Status.WRONG_TYPE);
    expect(p.call('mtrace_control', event, 0, 0, 0, 0, 0)).toBe(Status.WRONG_TYPE);
    expect(p.call('mtrace_control', root, 0, 0, 0, 0, 0)).toBe(Status.NOT_SUPPORTED);
    expect(p.call('ktrace_read', root, BAD_POINTER, 0, 64, p.allocate(8))).toBe(Status.INVALID_ARGS);
    expect(p.call('ktrace_read', root, 0, 0, 0, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });
});
