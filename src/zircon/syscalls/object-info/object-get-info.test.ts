import { beforeEach, describe, expect, it } from 'vitest';
import {
  BlockedState,
  InfoTopic,
  ObjectType,
  Policy,
  PolicyAction,
  Right,
  Rights,
  SocketOption,
  Status,
  ThreadState,
  VmFlag,
} from '../../abi/constants.js';
import { Job } from '../../objects/job.js';
import { Process } from '../../objects/process.js';
import { Resource } from '../../objects/resource.js';
import { Thread } from '../../objects/thread.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../../testing.js';
import { PAGE_SIZE, USER_BASE, USER_SIZE } from '../../vm/layout.js';

let bench: TestBench;
let process: TestProcess;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
});

interface Info {
  readonly status: number;
  readonly actual: number;
  readonly avail: number;
  readonly view: DataView;
}
/** Asks with a buffer of so many bytes. */
function ask(handle: number, topic: number, size: number): Info {
  const buffer = process.allocate(Math.max(size, 8));
  const counts = process.allocate(16);
  const status = process.call('object_get_info', handle, topic, buffer, size, counts, counts + 8);
  const view = new DataView(process.read(buffer, size).buffer);
  return { status, actual: process.u64(counts), avail: process.u64(counts + 8), view };
}
const u64 = ({ view }: Info, at: number): number => Number(view.getBigUint64(at, true));
const u32 = ({ view }: Info, at: number): number => view.getUint32(at, true);
const text = ({ view }: Info, at: number): string => {
  const bytes = new Uint8Array(view.buffer, at, 32);
  return String.fromCharCode(...bytes.subarray(0, bytes.indexOf(0)));
};
const give = (object: Parameters<Process['give']>[0], rights?: number): number =>
  process.process.give(object, rights);

describe('object_get_info', () => {
  it("tells a process's handles: what of, with which rights, and who is at the other end", () => {
    const other = bench.newProcess();
    const [end] = other.make('channel_create', 2, 0);
    const made = other.process.handles.get(end);
    const seen = give(other.process);
    const info = ask(seen, InfoTopic.HANDLE_TABLE, 40 * 64);
    expect([info.status, info.actual]).toEqual([Status.OK, info.avail]);
    expect(info.actual).toBe(other.process.handles.count);
    const values = Array.from({ length: info.actual }, (_, i) => u32(info, i * 40 + 4));
    const at = values.indexOf(end) * 40;
    expect([
      u32(info, at),
      u32(info, at + 8),
      u64(info, at + 16),
      u64(info, at + 24),
      u64(info, at + 32),
    ]).toEqual([ObjectType.CHANNEL, made?.rights, made?.object.koid, made?.object.relatedKoid, 0]);
    expect(ask(seen, InfoTopic.HANDLE_TABLE, 40)).toMatchObject({
      status: Status.OK,
      actual: 1,
      avail: info.avail,
    });
    for (const right of [Right.INSPECT, Right.MANAGE_PROCESS]) {
      const less = give(other.process, Rights.PROCESS & ~right);
      expect(ask(less, InfoTopic.HANDLE_TABLE, 400).status).toBe(Status.ACCESS_DENIED);
    }
  });

  it('tells whether a handle is valid, whatever the policy is', () => {
    bench.kernel.rootJob.policy.set(Policy.BAD_HANDLE, PolicyAction.KILL);
    const event = process.make('event_create', 1, 0)[0];
    expect(process.call('object_get_info', event, InfoTopic.HANDLE_VALID, 0, 0, 0, 0)).toBe(Status.OK);
    process.call('handle_close', event);
    expect(process.call('object_get_info', event, InfoTopic.HANDLE_VALID, 0, 0, 0, 0)).toBe(
      Status.BAD_HANDLE,
    );
    expect(process.process.state).toBe('running');
  });

  it('tells of a handle and its object', () => {
    const [one, other] = process.make('channel_create', 2, 0);
    const info = ask(one, InfoTopic.HANDLE_BASIC, 32);
    expect(info).toMatchObject({ status: Status.OK, actual: 1, avail: 1 });
    const peer = ask(other, InfoTopic.HANDLE_BASIC, 32);
    expect(u64(info, 16)).toBe(u64(peer, 0));
    expect(u32(info, 8)).toBe(Rights.CHANNEL);
    expect(u32(info, 12)).toBe(ObjectType.CHANNEL);
    expect(u32(info, 24)).toBe(1);
    const port = process.make('port_create', 1, 0)[0];
    expect(u32(ask(port, InfoTopic.HANDLE_BASIC, 32), 24)).toBe(0);
    // Nobody gets the right to wait for a suspend token.
    const thread = give(process.newThread().thread);
    const token = process.make('task_suspend_token', 1, thread)[0];
    expect(u32(ask(thread, InfoTopic.HANDLE_BASIC, 32), 24)).toBe(1);
    expect(u32(ask(token, InfoTopic.HANDLE_BASIC, 32), 24)).toBe(0);
  });

  it('counts the handles to an object', () => {
    const event = process.make('event_create', 1, 0)[0];
    process.make('handle_duplicate', 1, event, Right.SAME_RIGHTS);
    const blind = process.make('handle_duplicate', 1, event, Right.WAIT)[0];
    expect(u32(ask(event, InfoTopic.HANDLE_COUNT, 4), 0)).toBe(3);
    expect(ask(blind, InfoTopic.HANDLE_COUNT, 4).status).toBe(Status.ACCESS_DENIED);
  });

  it('needs room for a single record', () => {
    const event = process.make('event_create', 1, 0)[0];
    expect(ask(event, InfoTopic.HANDLE_BASIC, 31)).toMatchObject({
      status: Status.BUFFER_TOO_SMALL,
      actual: 0,
      avail: 1,
    });
  });

  it('gives as many of several records as fit', () => {
    const parent = new Job(bench.kernel, bench.kernel.rootJob);
    const children = Array.from({ length: 3 }, () => new Job(bench.kernel, parent));
    const handle = give(parent);
    const info = ask(handle, InfoTopic.JOB_CHILDREN, 20);
    expect(info).toMatchObject({ status: Status.OK, actual: 2, avail: 3 });
    expect([u64(info, 0), u64(info, 8)]).toEqual(children.slice(0, 2).map(({ koid }) => koid));
    expect(process.call('object_get_info', handle, InfoTopic.JOB_CHILDREN, 0, 0, 0, 0)).toBe(Status.OK);
    const inside = new Process(bench.kernel, parent, 'inside');
    expect(u64(ask(handle, InfoTopic.JOB_PROCESSES, 8), 0)).toBe(inside.koid);
    expect(ask(give(parent, Rights.JOB & ~Right.ENUMERATE), InfoTopic.JOB_CHILDREN, 8).status).toBe(
      Status.ACCESS_DENIED,
    );
  });

  it('refuses bad pointers, topics, handles, types and rights', () => {
    const event = process.make('event_create', 1, 0)[0];
    const get = (...args: number[]): number => process.call('object_get_info', ...args);
    expect(get(event, InfoTopic.HANDLE_BASIC, BAD_POINTER, 32, 0, 0)).toBe(Status.INVALID_ARGS);
    expect(get(event, InfoTopic.HANDLE_BASIC, process.allocate(32), 32, BAD_POINTER, 0)).toBe(
      Status.INVALID_ARGS,
    );
    expect(get(event, InfoTopic.HANDLE_BASIC, process.allocate(32), 32, 0, BAD_POINTER)).toBe(
      Status.INVALID_ARGS,
    );
    for (const topic of [0, 5, 6, 24, 0xffff_ffff])
      expect(ask(event, topic, 64).status).toBe(Status.NOT_SUPPORTED);
    for (const topic of Object.values(InfoTopic).filter((each) => each > InfoTopic.HANDLE_BASIC)) {
      if (topic === InfoTopic.HANDLE_COUNT) continue;
      expect(ask(event, topic, 256).status).toBe(Status.WRONG_TYPE);
      expect(ask(0x123, topic, 256).status).toBe(Status.BAD_HANDLE);
    }
    expect(ask(give(process.process, Right.READ), InfoTopic.PROCESS, 16).status).toBe(Status.ACCESS_DENIED);
  });

  it('tells how a process is', () => {
    const target = new Process(bench.kernel, bench.kernel.rootJob, 'target');
    const handle = give(target);
    const flags = (): number[] => {
      const info = ask(handle, InfoTopic.PROCESS, 16);
      return [8, 9, 10].map((at) => info.view.getUint8(at));
    };
    expect(flags()).toEqual([0, 0, 0]);
    const port = process.make('port_create', 1, 0)[0];
    expect(process.call('task_bind_exception_port', handle, port, 0, 1)).toBe(Status.OK);
    expect(flags()).toEqual([0, 0, 1]);
    process.call('task_kill', handle);
    // Still attached: nobody has unbound the port.
    expect(flags()).toEqual([1, 1, 1]);
    expect(u64(ask(handle, InfoTopic.PROCESS, 16), 0)).not.toBe(0);
    expect(ask(handle, InfoTopic.TASK_STATS, 32).status).toBe(Status.BAD_STATE);
    expect(ask(handle, InfoTopic.PROCESS_MAPS, 96).status).toBe(Status.BAD_STATE);
  });

  it('counts the handles of a process by type', () => {
    process.make('channel_create', 2, 0);
    const info = ask(give(process.process), InfoTopic.PROCESS_HANDLE_STATS, 256);
    expect(u32(info, 4 * ObjectType.CHANNEL)).toBe(2);
    expect(u32(info, 4 * ObjectType.PROCESS)).toBe(1);
    expect(u32(info, 4 * ObjectType.EVENT)).toBe(0);
  });

  it('tells what is mapped in another process', () => {
    const target = new Process(bench.kernel, bench.kernel.rootJob, 'target');
    const vmo = bench.kernel.vm.createPaged(4 * PAGE_SIZE);
    vmo.name = 'mapped';
    const { rootVmar } = target.aspace;
    const flags = VmFlag.PERM_READ | VmFlag.PERM_WRITE;
    const mapping = rootVmar.map({ vmo, size: 2 * PAGE_SIZE, vmoOffset: PAGE_SIZE, flags });
    target.aspace.copyOut(mapping.base, new Uint8Array(1));
    const handle = give(target);
    const info = ask(handle, InfoTopic.PROCESS_MAPS, 3 * 96);
    expect(info).toMatchObject({ status: Status.OK, actual: 3, avail: 3 });
    const records = [0, 96, 192].map((at) => ({
      name: text(info, at),
      base: u64(info, at + 32),
      size: u64(info, at + 40),
      depth: u64(info, at + 48),
      type: u32(info, at + 56),
    }));
    expect(records).toEqual([
      { name: `proc:${target.koid}`, base: USER_BASE, size: USER_SIZE, depth: 0, type: 1 },
      { name: 'root', base: USER_BASE, size: USER_SIZE, depth: 1, type: 2 },
      { name: 'mapped', base: mapping.base, size: 2 * PAGE_SIZE, depth: 2, type: 3 },
    ]);
    expect([u32(info, 256), u64(info, 272), u64(info, 280)]).toEqual([flags, PAGE_SIZE, 1]);
    const use = ask(handle, InfoTopic.TASK_STATS, 32);
    expect([u64(use, 0), u64(use, 8), u64(use, 16)]).toEqual([2 * PAGE_SIZE, PAGE_SIZE, 0]);
    const own = give(process.process);
    expect(ask(own, InfoTopic.PROCESS_MAPS, 96).status).toBe(Status.ACCESS_DENIED);
    expect(ask(own, InfoTopic.PROCESS_VMOS, 112).status).toBe(Status.ACCESS_DENIED);
    const vmos = ask(handle, InfoTopic.PROCESS_VMOS, 112);
    expect([vmos.avail, text(vmos, 8), u32(vmos, 80)]).toEqual([1, 'mapped', 0x11]);
  });

  it('tells of VMOs, VMARs and sockets', () => {
    const vmo = process.make('vmo_create', 1, 2 * PAGE_SIZE, 0)[0];
    const clone = process.make('vmo_clone', 1, vmo, 1, 0, PAGE_SIZE)[0];
    const parent = ask(vmo, InfoTopic.VMO, 112);
    expect([u64(parent, 40), u64(parent, 56), u32(parent, 80) & 5, u32(parent, 100)]).toEqual([
      8192, 1, 1, 1,
    ]);
    const child = ask(clone, InfoTopic.VMO, 112);
    expect([u64(child, 48), u32(child, 80) & 5]).toEqual([u64(parent, 0), 5]);
    const job = give(bench.kernel.rootJob);
    const [, vmar] = process.make('process_create', 2, job, 0, 0, 0);
    const region = ask(vmar, InfoTopic.VMAR, 16);
    expect([u64(region, 0), u64(region, 8)]).toEqual([USER_BASE, USER_SIZE]);
    const [one, other] = process.make('socket_create', 2, SocketOption.DATAGRAM);
    process.call('socket_write', other, 0, process.allocate(100), 100, 0);
    process.call('socket_write', other, 0, process.allocate(50), 50, 0);
    const socket = ask(one, InfoTopic.SOCKET, 48);
    expect([u32(socket, 0), u64(socket, 16), u64(socket, 24)]).toEqual([1, 150, 100]);
    expect(u64(ask(other, InfoTopic.SOCKET, 48), 40)).toBe(150);
  });

  it('tells of the system to the holder of the root resource', () => {
    const root = give(Resource.root(bench.kernel));
    const { pages } = bench.kernel.vm;
    const memory = ask(root, InfoTopic.KMEM_STATS, 72);
    expect([u64(memory, 0), u64(memory, 8)]).toEqual([pages.total * PAGE_SIZE, pages.available * PAGE_SIZE]);
    expect(u64(memory, 8) + u64(memory, 16) + u64(memory, 40) + u64(memory, 48)).toBe(u64(memory, 0));
    const cores = ask(root, InfoTopic.CPU_STATS, 120);
    expect(cores).toMatchObject({ status: Status.OK, actual: 1, avail: 1 });
    expect([u32(cores, 0), u32(cores, 4)]).toEqual([0, 1]);
    const smc = process.make('resource_create', 1, root, 6, 0, 1, 0, 0)[0];
    expect(ask(smc, InfoTopic.KMEM_STATS, 72).status).toBe(Status.ACCESS_DENIED);
    const about = ask(smc, InfoTopic.RESOURCE, 56);
    expect([u32(about, 0), u32(about, 4), u64(about, 8), u64(about, 16)]).toEqual([6, 0, 0, 1]);
  });

  it('tells what a thread does', () => {
    const thread = new Thread(bench.kernel, process.process, 'subject');
    const handle = give(thread);
    const state = (): number => u32(ask(handle, InfoTopic.THREAD, 8), 0);
    expect(state()).toBe(ThreadState.NEW);
    thread.life = 'alive';
    expect(state()).toBe(ThreadState.RUNNING);
    const token = process.make('task_suspend_token', 1, handle)[0];
    expect(state()).toBe(ThreadState.SUSPENDED);
    process.call('handle_close', token);
    const other = process.newThread();
    const blocked = give(other.thread);
    other.start('nanosleep', 1_000_000);
    expect(u32(ask(blocked, InfoTopic.THREAD, 8), 0)).toBe(BlockedState.SLEEPING);
    thread.kill();
    expect(state()).toBe(ThreadState.DEAD);
    expect(ask(handle, InfoTopic.THREAD_EXCEPTION_REPORT, 32).status).toBe(Status.BAD_STATE);
    expect(ask(handle, InfoTopic.THREAD_STATS, 8).status).toBe(Status.OK);
    expect(ask(give(process.process), InfoTopic.PROCESS_THREADS, 64).avail).toBe(2);
  });
});
