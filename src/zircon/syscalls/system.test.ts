import { beforeEach, describe, expect, it } from 'vitest';
import { Right, Rights, Status } from '../abi/constants.js';
import { syscallNumber, type SyscallName } from '../abi/numbers.js';
import { Job } from '../objects/job.js';
import { Resource } from '../objects/resource.js';
import { BAD_POINTER, TestBench, type TestProcess } from '../testing.js';
import { unsupportedCalls } from './unsupported.js';

let bench: TestBench;
let process: TestProcess;
let root: number;
let event: number;
beforeEach(() => {
  bench = new TestBench();
  process = bench.newProcess();
  root = process.process.give(Resource.root(bench.kernel));
  event = process.make('event_create', 1, 0)[0];
});

describe('system_powerctl', () => {
  it('switches the machine off and resets it', () => {
    expect(process.call('system_powerctl', root, 8, 0)).toBe(Status.OK);
    expect(bench.machine.run({ instructions: 1 })).toBe('powered off');
    expect(process.call('system_powerctl', root, 5, 0)).toBe(Status.OK);
    expect(bench.machine.run({ instructions: 1 })).toBe('reset');
  });
  it('is for the root resource, and not for what only a PC has', () => {
    expect(process.call('system_powerctl', event, 8, 0)).toBe(Status.WRONG_TYPE);
    expect(process.call('system_powerctl', 0x123, 8, 0)).toBe(Status.BAD_HANDLE);
    const mmio = process.make('resource_create', 1, root, 0, 0, 1, 0, 0)[0];
    expect(process.call('system_powerctl', mmio, 8, 0)).toBe(Status.ACCESS_DENIED);
    expect(process.call('system_powerctl', root, 1, 0)).toBe(Status.OK);
    for (const command of [2, 3, 4]) {
      expect(process.call('system_powerctl', root, command, 0)).toBe(Status.NOT_SUPPORTED);
    }
    for (const command of [0, 9])
      expect(process.call('system_powerctl', root, command, 0)).toBe(Status.INVALID_ARGS);
  });
});

describe('random numbers', () => {
  it('are drawn 256 bytes at a time', () => {
    const buffer = process.allocate(256);
    expect(process.call('cprng_draw_once', buffer, 256)).toBe(Status.OK);
    const first = process.read(buffer, 256);
    expect(new Set(first).size).toBeGreaterThan(100);
    process.call('cprng_draw_once', buffer, 256);
    expect(process.read(buffer, 256)).not.toEqual(first);
    expect(process.call('cprng_draw_once', buffer, 257)).toBe(Status.INVALID_ARGS);
    expect(process.call('cprng_draw_once', BAD_POINTER, 8)).toBe(Status.INVALID_ARGS);
  });
  it('depend on the entropy that was added', () => {
    const draw = (entropy: number[]): Uint8Array => {
      const fresh = new TestBench(5n).newProcess();
      const pointer = fresh.allocate(Uint8Array.from(entropy));
      expect(fresh.call('cprng_add_entropy', pointer, entropy.length)).toBe(Status.OK);
      const buffer = fresh.allocate(16);
      fresh.call('cprng_draw_once', buffer, 16);
      return fresh.read(buffer, 16);
    };
    expect(draw([1, 2, 3])).toEqual(draw([1, 2, 3]));
    expect(draw([1, 2, 3])).not.toEqual(draw([1, 2, 4]));
    expect(process.call('cprng_add_entropy', process.allocate(300), 257)).toBe(Status.INVALID_ARGS);
    expect(process.call('cprng_add_entropy', BAD_POINTER, 8)).toBe(Status.INVALID_ARGS);
  });
});

it('syscall_test_* add their arguments up', () => {
  for (let count = 0; count <= 8; count++) {
    const args = Array.from({ length: count }, (_, i) => 10 ** i);
    const name = Object.keys(syscallNumber).find((each) => each === `syscall_test_${count}`) as SyscallName;
    expect(process.call(name, ...args)).toBe(args.reduce((sum, value) => sum + value, 0));
  }
});

describe('profiles', () => {
  const info = (priority: number, type = 1, boost = 0): number => process.words(type, priority, boost, 0, 0);
  it('give a thread its priority', () => {
    const job = process.process.give(bench.kernel.rootJob);
    const profile = process.make('profile_create', 1, job, info(24))[0];
    expect(process.process.handles.get(profile)?.rights).toBe(Rights.PROFILE);
    const { thread } = process.newThread();
    const handle = process.process.give(thread);
    expect(process.call('object_set_profile', handle, profile, 0)).toBe(Status.OK);
    expect(thread.priority).toBe(24);
    expect(process.call('object_set_profile', handle, profile, 1)).toBe(Status.INVALID_ARGS);
    const weak = process.make('handle_duplicate', 1, profile, Right.INSPECT)[0];
    expect(process.call('object_set_profile', handle, weak, 0)).toBe(Status.ACCESS_DENIED);
    expect(process.call('object_set_profile', profile, profile, 0)).toBe(Status.WRONG_TYPE);
  });
  it('are made with the root job', () => {
    const create = (job: number, pointer: number): number =>
      process.call('profile_create', job, pointer, process.allocate(4));
    const job = process.process.give(bench.kernel.rootJob);
    const ofUserSpace = new Job(bench.kernel, bench.kernel.rootJob);
    const child = process.process.give(new Job(bench.kernel, ofUserSpace));
    expect(create(process.process.give(ofUserSpace), info(16))).toBe(Status.OK);
    expect(create(child, info(16))).toBe(Status.ACCESS_DENIED);
    expect(create(event, info(16))).toBe(Status.WRONG_TYPE);
    expect(create(job, info(32))).toBe(Status.INVALID_ARGS);
    expect(create(job, info(-1))).toBe(Status.INVALID_ARGS);
    expect(create(job, info(16, 2))).toBe(Status.NOT_SUPPORTED);
    expect(create(job, info(16, 1, 1))).toBe(Status.NOT_SUPPORTED);
    expect(create(job, BAD_POINTER)).toBe(Status.INVALID_ARGS);
  });
});

describe('hardware that is not there', () => {
  const names = Object.keys(unsupportedCalls) as SyscallName[];
  const refusals: readonly number[] = [Status.WRONG_TYPE, Status.INVALID_ARGS, Status.NOT_SUPPORTED];
  it('refuses handles that are none, and of other types', () => {
    for (const name of names) {
      expect(refusals.concat(Status.BAD_HANDLE)).toContain(process.call(name, 0x123, 0, 0, 0, 0));
      const other = process.make('event_create', 1, 0)[0];
      expect(refusals).toContain(process.call(name, other, 0, 0, 0, 0));
    }
  });
  it('is not supported for those who would be allowed to use it', () => {
    const word = process.allocate(64);
    expect(process.call('guest_create', root, 0, word, word)).toBe(Status.NOT_SUPPORTED);
    expect(process.call('guest_create', root, 1, word, word)).toBe(Status.INVALID_ARGS);
    expect(process.call('smc_call', root, word, word)).toBe(Status.NOT_SUPPORTED);
    expect(process.call('smc_call', root, 0, word)).toBe(Status.INVALID_ARGS);
    const smc = process.make('resource_create', 1, root, 6, 1, 1, 0, 0)[0];
    expect(process.call('smc_call', smc, word, word)).toBe(Status.ACCESS_DENIED);
    expect(process.call('pci_get_nth_device', root, 0, word, word)).toBe(Status.NOT_SUPPORTED);
  });
});
