import { describe, expect, it, vi } from 'vitest';
import { R } from '../../engine/index.js';
import { Status, VmFlag } from '../abi/constants.js';
import { StatusError } from '../abi/status-error.js';
import { HANDLES_MAX, PROCESS_HANDLES_MAX } from '../objects/handle.js';
import { Job } from '../objects/job.js';
import { Process } from '../objects/process.js';
import { OutOfMemory } from './out-of-memory.js';
import { TestBench, type TestProcess } from '../testing.js';
import { userFault } from '../exceptions/user-fault.js';
import { PAGE_SIZE } from '../vm/layout.js';
import { PagedVmo } from '../vm/paged-vmo.js';
import { PhysicalVmo } from '../vm/physical-vmo.js';

const MEBIBYTE = 2 ** 20;
/** ESR_EL1 of data aborts from EL0 on reads: Arm ARM, ISS encoding for an exception from a Data Abort. */
const ABORT = (0x24 << 26) >>> 0;
const EXTERNAL = ABORT | 0x10;
const TRANSLATION_3 = ABORT | 0x07;

/** Makes a handle to the process's own job. */
const jobOf = ({ process }: TestProcess): number => process.give(process.job);

/** Calls until a call fails, at most so often; the status, and how many did not fail. */
function until(limit: number, act: () => number): { status: number; made: number } {
  for (let made = 0; made < limit; made++) {
    const status = act();
    if (status !== Status.OK) return { status, made };
  }
  return { status: Status.OK, made: limit };
}

describe('a process that wants everything', () => {
  it('gets no more threads, jobs and processes than the host can hold', () => {
    const bench = new TestBench();
    const process = bench.newProcess();
    const out = process.allocate(8);
    const [self, job] = [process.process.give(process.process), jobOf(process)];
    const thread = until(200_000, () => process.call('thread_create', self, out, 0, 0, out));
    expect(thread.status).toBe(Status.NO_MEMORY);
    expect(thread.made).toBeLessThan(1 << 17);
    expect(process.call('job_create', job, 0, out)).toBe(Status.NO_MEMORY);
    expect(process.call('process_create', job, out, 0, 0, out, out + 4)).toBe(Status.NO_MEMORY);
    process.process.kill();
    expect(bench.kernel.objects.size).toBeLessThan(10);
  });

  it('gets no more handles than there are, and no object stays behind without one', () => {
    const bench = new TestBench();
    const { kernel } = bench;
    const process = bench.newProcess();
    const [event] = process.make('event_create', 1, 0);
    const out = process.allocate(8);
    const duplicates = (by: TestProcess, handle: number, out: number): number =>
      until(HANDLES_MAX, () => by.call('handle_duplicate', handle, 0x8000_0000, out)).status;
    expect(duplicates(process, event, out)).toBe(Status.NO_MEMORY);
    expect(process.process.handles.count).toBe(PROCESS_HANDLES_MAX);
    // Others get theirs, up to what there is.
    const other = bench.newProcess();
    const [theirs] = other.make('event_create', 1, 0);
    expect(duplicates(other, theirs, other.allocate(8))).toBe(Status.NO_MEMORY);
    const before = kernel.objects.size;
    expect(process.call('channel_create', 0, out, out + 4)).toBe(Status.NO_MEMORY);
    expect(process.call('vmo_create', PAGE_SIZE, 0, out)).toBe(Status.NO_MEMORY);
    expect(kernel.objects.size).toBe(before);
    // One handle is left for a pair: neither end stays.
    process.call('handle_close', event);
    expect(process.call('channel_create', 0, out, out + 4)).toBe(Status.NO_MEMORY);
    expect(kernel.objects.size).toBe(before);
    expect(kernel.handles.count).toBe(HANDLES_MAX - 1);
  });

  it('gets no more mappings than the host can hold, and can unmap them again', () => {
    const bench = new TestBench();
    const { vm } = bench.kernel;
    const process = bench.newProcess();
    const { rootVmar } = process.process.aspace;
    const vmo = vm.createPaged(PAGE_SIZE);
    const flags = VmFlag.PERM_READ;
    const mapping = rootVmar.map({ vmo, size: 3 * PAGE_SIZE, flags });
    const before = vm.regions;
    vm.regions = 1 << 16;
    expect(() => rootVmar.map({ vmo, size: PAGE_SIZE, flags })).toThrow(
      expect.objectContaining({ status: Status.NO_MEMORY }),
    );
    expect(() => rootVmar.allocate({ size: PAGE_SIZE, flags: 0 })).toThrow(
      expect.objectContaining({ status: Status.NO_MEMORY }),
    );
    expect(() => rootVmar.unmap(mapping.base + PAGE_SIZE, PAGE_SIZE)).toThrow(
      expect.objectContaining({ status: Status.NO_MEMORY }),
    );
    rootVmar.unmap(mapping.base, 3 * PAGE_SIZE);
    vm.regions = before - 1;
    process.process.kill();
    expect(vm.regions).toBe(0);
  });

  it('ends with as many mappings and subregions as there can be', () => {
    const bench = new TestBench();
    const { vm } = bench.kernel;
    const process = bench.newProcess();
    const { rootVmar } = process.process.aspace;
    const { status } = until(1 << 18, () => {
      try {
        rootVmar.allocate({ size: PAGE_SIZE, flags: VmFlag.COMPACT });
        return Status.OK;
      } catch (error) {
        return error instanceof StatusError ? error.status : Status.INTERNAL;
      }
    });
    expect(status).toBe(Status.NO_MEMORY);
    process.process.kill();
    expect(vm.regions).toBe(0);
    expect(bench.kernel.panicked).toBeUndefined();
  });

  it('gets no more VMOs than the host can hold, also if only clones keep them', () => {
    const bench = new TestBench();
    const { vm } = bench.kernel;
    const process = bench.newProcess();
    const before = vm.vmos;
    const out = process.allocate(8);
    const generation = (): number => {
      const status = process.call('vmo_clone', process.u32(out), 1, 0, PAGE_SIZE, out + 4);
      if (status !== Status.OK) return status;
      process.call('handle_close', process.u32(out));
      process.write(out, process.read(out + 4, 4));
      return status;
    };
    expect(process.call('vmo_create', PAGE_SIZE, 0, out)).toBe(Status.OK);
    const { status, made } = until(1 << 20, generation);
    expect(status).toBe(Status.NO_MEMORY);
    expect(vm.vmos).toBe(before + 1 + made);
    expect(process.call('vmo_create', PAGE_SIZE, 0, out + 4)).toBe(Status.NO_MEMORY);
    expect(process.call('vmo_write', process.u32(out), out, 0, 8)).toBe(Status.OK);
    process.call('handle_close', process.u32(out));
    expect(vm.vmos).toBe(before);
  });

  it('has few pages of half a terabyte of devices mapped before it touches them', () => {
    const bench = new TestBench();
    const { aspace } = bench.newProcess().process;
    const vmo = new PhysicalVmo(bench.kernel.vm, 0x8000_0000, 2 ** 39);
    const before = bench.kernel.vm.pages.used.table;
    const mapping = aspace.rootVmar.map({ vmo, size: vmo.size, flags: VmFlag.PERM_READ | VmFlag.MAP_RANGE });
    const isMapped = (offset: number): boolean | undefined => aspace.tables?.isMapped(mapping.base + offset);
    expect([0, 2 ** 21 - PAGE_SIZE, 2 ** 21].map(isMapped)).toEqual([true, true, false]);
    expect(bench.kernel.vm.pages.used.table).toBeLessThanOrEqual(before + 6);
    const far = mapping.base + 2 ** 38;
    expect(aspace.fault(far, 'read')).toBe(Status.OK);
    expect(aspace.tables?.pageAt(far)).toBe(vmo.own(2 ** 38 / PAGE_SIZE));
    aspace.rootVmar.protect(0, mapping.base, mapping.size);
    aspace.rootVmar.unmap(mapping.base, mapping.size);
    expect(bench.kernel.vm.pages.used.table).toBe(before);
  });

  it('has the pages of many generations of clones mapped in one look at each generation', () => {
    const bench = new TestBench();
    const { kernel } = bench;
    const { aspace } = bench.newProcess().process;
    const count = 1000;
    let vmo = kernel.vm.createPaged(count * PAGE_SIZE);
    expect(vmo.commitRange(0, vmo.size)).toBe(Status.OK);
    // One in the middle hides what lies behind its end.
    for (let i = 0; i < 10_000; i++) vmo = vmo.clone(0, (i === 5000 ? count - 1 : count) * PAGE_SIZE, true);
    // Which would go through the generations anew for each page.
    const see = vi.spyOn(PagedVmo.prototype, 'see');
    const mapping = aspace.rootVmar.map({ vmo, size: vmo.size, flags: VmFlag.PERM_READ | VmFlag.MAP_RANGE });
    expect(see).not.toHaveBeenCalled();
    see.mockRestore();
    const isMapped = (index: number): boolean | undefined =>
      aspace.tables?.isMapped(mapping.base + index * PAGE_SIZE);
    expect([0, count - 2, count - 1].map(isMapped)).toEqual([true, true, false]);
  });

  it('finds no memory for a process, and none stays behind', () => {
    const bench = new TestBench();
    const { kernel } = bench;
    const process = bench.newProcess();
    const job = jobOf(process);
    const out = process.allocate(8);
    while (kernel.vm.pages.allocate() >= 0);
    const before = [kernel.objects.size, kernel.handles.count];
    expect(process.call('process_create', job, out, 0, 0, out, out + 4)).toBe(Status.NO_MEMORY);
    expect([kernel.objects.size, kernel.handles.count]).toEqual(before);
  });
});

describe('out of memory', () => {
  /** A job with a process in it that holds so many MiB. */
  function eater(bench: TestBench, size: number, isKillable: boolean): Job {
    const { kernel } = bench;
    const job = new Job(kernel, kernel.rootJob);
    kernel.handles.make(job, 0);
    job.killOnOutOfMemory = isKillable;
    const process = new Process(kernel, job, 'eater');
    const vmo = kernel.vm.createPaged(size * MEBIBYTE);
    process.aspace.rootVmar.map({ vmo, size: vmo.size, flags: VmFlag.PERM_READ | VmFlag.PERM_WRITE });
    expect(vmo.commitRange(0, vmo.size)).toBe(Status.OK);
    return job;
  }

  it('kills the newest job that has ZX_PROP_JOB_KILL_ON_OOM, and only when memory is short', () => {
    const bench = new TestBench();
    const { kernel } = bench;
    const oom = new OutOfMemory(kernel);
    const jobs = [eater(bench, 2, true), eater(bench, 2, true), eater(bench, 2, false)];
    oom.check();
    expect(jobs.map(({ dead }) => dead)).toEqual([false, false, false]);
    while (kernel.vm.pages.allocate() >= 0);
    oom.check();
    expect(jobs.map(({ dead }) => dead)).toEqual([false, true, false]);
    expect(kernel.vm.pages.available).toBeGreaterThan((1.9 * MEBIBYTE) / PAGE_SIZE);
  });

  it('lets time pass between two jobs', () => {
    const bench = new TestBench();
    const { kernel } = bench;
    const oom = new OutOfMemory(kernel);
    const jobs = [eater(bench, 0.25, true), eater(bench, 0.25, true)];
    while (kernel.vm.pages.allocate() >= 0);
    oom.check();
    oom.check();
    expect(jobs.map(({ dead }) => dead)).toEqual([false, true]);
    bench.kernel.advance(1e9);
    oom.check();
    expect(jobs.map(({ dead }) => dead)).toEqual([true, true]);
  });
});

describe('faults', () => {
  it('end in an exception where nothing answers at the physical address, and never repeat', () => {
    const bench = new TestBench();
    const { kernel } = bench;
    const process = bench.newProcess();
    const address = process.allocate(8);
    userFault(kernel, process.thread.thread, TRANSLATION_3, address);
    expect(process.process.state).toBe('running');
    userFault(kernel, process.thread.thread, EXTERNAL, address);
    expect(process.process.state).not.toBe('running');
  });
});

describe('an address with something in its uppermost byte', () => {
  // LDR X0, [X0] at an address that is mapped but for bit 58: no tags, so never the page below.
  it('is a page fault at exactly that address, not one that repeats', () => {
    const bench = new TestBench();
    const { kernel, machine } = bench;
    const process = bench.newProcess();
    const address = process.allocate(8);
    machine.cluster.state.put64(R.FAR_EL1, BigInt(address) | (1n << 58n));
    userFault(kernel, process.thread.thread, TRANSLATION_3, kernel.cpus.faultAddress);
    expect(process.process.state).not.toBe('running');
    expect(kernel.log.recordFrom(0)?.text).toSatisfy((text: Uint8Array) =>
      new TextDecoder().decode(text).includes(`address 0x${(BigInt(address) | (1n << 58n)).toString(16)}`),
    );
  });
});

describe('the root job', () => {
  it('outlives its processes and handles', () => {
    const bench = new TestBench();
    const { kernel } = bench;
    const process = bench.newProcess();
    process.call('handle_close', process.process.give(kernel.rootJob));
    process.process.kill();
    expect(kernel.objects.get(kernel.rootJob.koid)).toBe(kernel.rootJob);
  });
});
