import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Rights, Status } from '../abi/constants.js';
import { structs } from '../abi/structs.js';
import { Process } from '../objects/process.js';
import { Thread } from '../objects/thread.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';

/** ZX_THREAD_STATE_*. */
const GENERAL = 0;
const FP = 1;
const VECTOR = 2;
const DEBUG = 4;
const SINGLE_STEP = 5;
const general = structs.zx_thread_state_general_regs;
const vector = structs.zx_thread_state_vector_regs;
const debug = structs.zx_thread_state_debug_regs;

let bench: TestBench;
let process: TestProcess;
let thread: Thread;
let handle: number;
let token: number;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
  const target = new Process(bench.kernel, bench.kernel.rootJob, 'target');
  thread = new Thread(bench.kernel, target, 'target');
  target.addThread(thread);
  thread.life = 'alive';
  handle = process.process.give(thread);
  token = process.make('task_suspend_token', 1, handle)[0];
});

function read(kind: number, size: number): DataView {
  const buffer = process.allocate(size);
  expect(process.call('thread_read_state', handle, kind, buffer, size)).toBe(Status.OK);
  return new DataView(process.read(buffer, size).buffer);
}
const write = (kind: number, view: DataView): number =>
  process.call(
    'thread_write_state',
    handle,
    kind,
    process.allocate(new Uint8Array(view.buffer)),
    view.byteLength,
  );

describe('thread state', () => {
  it('has the general registers, of PSTATE the flags only', () => {
    const view = new DataView(new ArrayBuffer(general.size));
    for (let i = 0; i < 33; i++) view.setBigUint64(8 * i, BigInt(i + 1) << 40n, true);
    view.setBigUint64(general.offsets.cpsr, 0xa000_03cdn, true);
    expect(write(GENERAL, view)).toBe(Status.OK);
    expect(thread.context.general[30]).toBe(31n << 40n);
    expect(thread.context.sp).toBe(32n << 40n);
    expect(thread.context.pc).toBe(33n << 40n);
    expect(thread.context.pstate >>> 0).toBe(0xa000_0000);
    view.setBigUint64(general.offsets.cpsr, 0xa000_0000n, true);
    expect(read(GENERAL, general.size)).toEqual(view);
  });

  it('has the vector registers', () => {
    const view = new DataView(new ArrayBuffer(vector.size));
    view.setUint32(vector.offsets.fpcr, 0xffff_ffff, true);
    view.setUint32(vector.offsets.fpsr, 0xffff_ffff, true);
    for (let i = 0; i < 64; i++) view.setBigUint64(vector.offsets.v + 8 * i, BigInt(i) + (1n << 63n), true);
    expect(write(VECTOR, view)).toBe(Status.OK);
    const back = read(VECTOR, vector.size);
    expect(back.getUint32(0, true)).toBe(0x07c0_0000);
    expect(back.getUint32(4, true)).toBe(0xf800_009f);
    expect(back.getBigUint64(vector.offsets.v + 8 * 63, true)).toBe(63n + (1n << 63n));
    expect(read(FP, 4).getUint32(0, true)).toBe(0);
  });

  it('has the breakpoints and watchpoints of the core', () => {
    const view = read(DEBUG, debug.size);
    expect(view.getUint8(debug.offsets.hw_bps_count)).toBe(6);
    expect(view.getUint8(debug.offsets.hw_wps_count)).toBe(4);
    view.setBigUint64(debug.offsets.hw_bps + 16, 0x100_1000n, true);
    view.setUint32(debug.offsets.hw_bps + 24, 0xffff_ffff, true);
    expect(write(DEBUG, view)).toBe(Status.OK);
    const back = read(DEBUG, debug.size);
    expect(back.getBigUint64(debug.offsets.hw_bps + 16, true)).toBe(0x100_1000n);
    expect(back.getUint32(debug.offsets.hw_bps + 24, true)).toBe(0x1e1);
    for (const bad of [0xffff_0000_0000_0000n, 0x100_1002n]) {
      view.setBigUint64(debug.offsets.hw_bps + 16, bad, true);
      expect(write(DEBUG, view)).toBe(Status.INVALID_ARGS);
    }
  });

  it('keeps what breakpoints are set to before they are enabled', () => {
    const view = new DataView(new ArrayBuffer(debug.size));
    view.setBigUint64(debug.offsets.hw_bps + 16, 0x100_1000n, true);
    view.setBigUint64(debug.offsets.hw_wps, 0x100_2000n, true);
    expect(write(DEBUG, view)).toBe(Status.OK);
    const found = read(DEBUG, debug.size);
    expect(found.getBigUint64(debug.offsets.hw_bps + 16, true)).toBe(0x100_1000n);
    expect(found.getBigUint64(debug.offsets.hw_wps, true)).toBe(0x100_2000n);
    expect(write(DEBUG, new DataView(new ArrayBuffer(debug.size)))).toBe(Status.OK);
    expect(thread.context.debug).toBeUndefined();
  });

  it('steps or not', () => {
    const view = new DataView(new ArrayBuffer(4));
    for (const value of [1, 0]) {
      view.setUint32(0, value, true);
      expect(write(SINGLE_STEP, view)).toBe(Status.OK);
      expect(read(SINGLE_STEP, 4).getUint32(0, true)).toBe(value);
    }
    view.setUint32(0, 2, true);
    expect(write(SINGLE_STEP, view)).toBe(Status.INVALID_ARGS);
  });

  it('is that of a thread that stands still', () => {
    process.call('handle_close', token);
    const buffer = process.allocate(general.size);
    expect(process.call('thread_read_state', handle, GENERAL, buffer, general.size)).toBe(Status.BAD_STATE);
    expect(process.call('thread_write_state', handle, GENERAL, buffer, general.size)).toBe(Status.BAD_STATE);
    const own = process.process.give(process.thread.thread);
    expect(process.call('thread_read_state', own, GENERAL, buffer, general.size)).toBe(Status.BAD_STATE);
  });

  it('is not there while a thread starts or exits, suspended or not', () => {
    const port = process.make('port_create', 1, 0)[0];
    const owner = process.process.give(thread.process);
    expect(process.call('task_bind_exception_port', owner, port, 0, 1)).toBe(Status.OK);
    const buffer = process.allocate(general.size);
    const statuses = (): number[] =>
      (['thread_read_state', 'thread_write_state'] as const).flatMap((name) =>
        [GENERAL, FP, VECTOR, DEBUG, SINGLE_STEP].map((kind) => process.call(name, handle, kind, buffer, 0)),
      );
    const { exceptions } = bench.kernel;
    const ways = [() => exceptions.threadStarting(thread, false), () => exceptions.threadExiting(thread)];
    for (const way of ways) {
      way();
      expect(new Set(statuses())).toEqual(new Set([Status.NOT_SUPPORTED]));
      expect(process.call('task_resume_from_exception', handle, port, 0)).toBe(Status.OK);
      expect(new Set(statuses())).not.toContain(Status.NOT_SUPPORTED);
    }
  });

  it('refuses what is documented', () => {
    const buffer = process.allocate(general.size);
    const call = (name: 'thread_read_state' | 'thread_write_state', ...args: number[]): number =>
      process.call(name, ...args);
    expect(call('thread_read_state', handle, GENERAL, buffer, general.size - 1)).toBe(
      Status.BUFFER_TOO_SMALL,
    );
    expect(call('thread_write_state', handle, GENERAL, buffer, general.size - 1)).toBe(Status.INVALID_ARGS);
    expect(call('thread_write_state', handle, GENERAL, buffer, general.size + 8)).toBe(Status.INVALID_ARGS);
    for (const name of ['thread_read_state', 'thread_write_state'] as const) {
      expect(call(name, handle, GENERAL, BAD_POINTER, general.size)).toBe(Status.INVALID_ARGS);
      expect(call(name, handle, 3, buffer, 8)).toBe(Status.INVALID_ARGS);
      expect(call(name, handle, 6, buffer, 8)).toBe(Status.NOT_SUPPORTED);
      expect(call(name, 0x123, GENERAL, buffer, general.size)).toBe(Status.BAD_HANDLE);
      expect(call(name, token, GENERAL, buffer, general.size)).toBe(Status.WRONG_TYPE);
      const poor = process.process.give(thread, Rights.THREAD & ~(Right.READ | Right.WRITE));
      expect(call(name, poor, GENERAL, buffer, general.size)).toBe(Status.ACCESS_DENIED);
    }
  });
});
