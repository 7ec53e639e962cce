/** What can be wrong with calls for tasks and for the machine. */
import { ResourceKind, Status } from '../../abi/constants.js';
import { Job } from '../../objects/job.js';
import { Process } from '../../objects/process.js';
import { Resource } from '../../objects/resource.js';
import { Thread } from '../../objects/thread.js';
import type { Family } from './fault.js';

const PAGE = 4096;
const HUGE = (1n << 63n) - 1n;

export const tasks: Family = (p, f, bench) => {
  const { kernel } = bench;
  const ownJob = new Job(kernel, kernel.rootJob);
  const target = new Process(kernel, kernel.rootJob, 'target');
  const waiting = new Thread(kernel, target, 'waiting');
  target.addThread(waiting);
  const job = p.process.give(ownJob);
  const process = p.process.give(target);
  const thread = p.process.give(waiting);
  const [port] = p.make('port_create', 1, 0);
  const [out, policy] = [p.allocate(1024), p.words(4, 1)];
  const first = new Thread(kernel, target, 'first');
  target.addThread(first);
  const second = p.process.give(first);
  const other = p.process.give(p.thread.thread);
  const rootJob = p.process.give(kernel.rootJob);
  const innerJob = p.process.give(new Job(kernel, new Job(kernel, kernel.rootJob)));
  const profileInfo = (priority: number): number => p.words(1, priority, 0, 0, 0);
  const [profile] = p.make('profile_create', 1, rootJob, profileInfo(16));
  return [
    {
      call: 'job_set_policy',
      good: [job, 1, 0, policy, 1],
      faults: [
        f.fault('`options`, `topic`, `count` of 0', 'INVALID_ARGS', 1, 2),
        f.fault('`count`', 'OUT_OF_RANGE', 4, 14),
        f.pointer('`policy`', 3),
        ...f.handle('`handle`', 0, job),
        f.fault('a condition', 'INVALID_ARGS', 3, p.words(13, 99)),
        f.fault('an action', 'NOT_SUPPORTED', 3, p.words(4, 99)),
      ],
      result: Status.OK,
    },
    {
      call: 'job_create',
      good: [job, 0, out],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 1, 1),
        ...f.handle('`parent_job`', 0, job),
        f.pointer('`out`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'process_create',
      good: [job, out, 4, 0, out, out],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 3, 1),
        ...f.handle('`job`', 0, job),
        f.pointer('`name`', 1),
        f.pointer('`proc_handle`, `vmar_handle`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'thread_create',
      good: [process, out, 4, 0, out],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 3, 1),
        ...f.handle('`process`', 0, process),
        f.pointer('`name`', 1),
        f.pointer('`out`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'thread_read_state',
      good: [thread, 0, out, 1024],
      faults: [
        ...f.handle('`handle`', 0, thread),
        f.fault('`kind`', 'INVALID_ARGS', 1, 99),
        f.fault('`kind` of another architecture', 'NOT_SUPPORTED', 1, 6),
      ],
      result: Status.BAD_STATE,
    },
    {
      call: 'process_read_memory',
      good: [process, 0x1000_0000, out, 8, out],
      faults: [...f.handle('`handle`', 0, process), f.fault('`buffer_size`', 'INVALID_ARGS', 3, 0)],
      result: Status.NO_MEMORY,
    },
    {
      call: 'task_bind_exception_port',
      good: [process, port, 0, 0],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 3, 2),
        f.bad('`handle`', 0),
        ...f.typed('`port`', 1),
        f.wrong('`handle` once more', 0),
      ],
      result: Status.OK,
    },
    {
      call: 'task_resume_from_exception',
      good: [thread, port, 0],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 2, 1),
        ...f.typed('`handle`', 0),
        ...f.typed('`port`', 1),
      ],
      result: Status.BAD_STATE,
    },
    {
      call: 'task_kill',
      good: [thread],
      faults: f.handle('`handle`', 0, thread),
      result: Status.OK,
    },
    {
      call: 'thread_write_state',
      good: [thread, 0, out, 1024],
      faults: [
        ...f.handle('`handle`', 0, thread),
        f.fault('`kind`', 'INVALID_ARGS', 1, 99),
        f.fault('`kind` of another architecture', 'NOT_SUPPORTED', 1, 6),
      ],
      result: Status.BAD_STATE,
    },
    {
      call: 'process_write_memory',
      good: [process, 0x1000_0000, out, 8, out],
      faults: [...f.handle('`handle`', 0, process), f.fault('`buffer_size`', 'INVALID_ARGS', 3, 0)],
      result: Status.NO_MEMORY,
    },
    {
      call: 'task_suspend',
      good: [process, out],
      faults: [...f.handle('`handle`', 0, process), f.pointer('`token`', 1)],
      result: Status.OK,
    },
    {
      call: 'process_start',
      good: [process, second, 0, 0, 0, 0],
      faults: [
        ...f.handle('`handle`', 0, process),
        ...f.handle('`thread`', 1, second),
        f.fault('a thread of another process', 'ACCESS_DENIED', 1, other),
        f.bad('`arg1`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'thread_start',
      good: [second, 0, 0, 0, 0],
      faults: [...f.handle('`handle`', 0, second)],
      result: Status.BAD_STATE,
    },
    {
      call: 'object_set_profile',
      good: [second, profile, 0],
      faults: [
        ...f.handle('`handle`', 0, second),
        ...f.handle('`profile`', 1, profile),
        f.fault('`options`', 'INVALID_ARGS', 2, 1),
      ],
      result: Status.OK,
    },
    {
      call: 'profile_create',
      good: [rootJob, profileInfo(16), out],
      faults: [
        ...f.handle('`root_job`', 0, rootJob),
        f.fault('another job', 'ACCESS_DENIED', 0, innerJob),
        f.pointer('`profile`', 1),
        f.fault('its type', 'NOT_SUPPORTED', 1, p.words(9, 99)),
        f.fault('its priority', 'INVALID_ARGS', 1, profileInfo(99)),
        f.pointer('`out`', 2),
      ],
      result: Status.OK,
    },
  ];
};

export const machine: Family = (p, f, bench) => {
  const root = p.process.give(Resource.root(bench.kernel));
  const resource = (kind: number): number =>
    p.process.give(new Resource(bench.kernel, kind, 0n, 8n, false, '', undefined));
  const [irq, mmio] = [resource(ResourceKind.IRQ), resource(ResourceKind.MMIO)];
  const [interrupt] = p.make('interrupt_create', 1, 0, 0, 0x10);
  const [port] = p.make('port_create', 1, 1);
  const [plain] = p.make('port_create', 1, 0);
  const out = p.allocate(64);
  const kind = ResourceKind.MMIO;
  const [log] = p.make('debuglog_create', 1, root, 0);
  return [
    {
      call: 'resource_create',
      good: [root, kind, 0, PAGE, out, 4, out],
      faults: [
        ...f.handle('`parent_rsrc`', 0, root),
        f.fault('its kind', 'ACCESS_DENIED', 0, irq),
        f.fault('`options`', 'INVALID_ARGS', 1, 99),
        f.pointer('`name`', 4),
        f.fault('`base`, `size`', 'INVALID_ARGS', 2, HUGE),
        f.pointer('`resource_out`', 6),
      ],
      result: Status.OK,
    },
    {
      call: 'interrupt_bind',
      good: [interrupt, port, 1, 0],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 3, 1),
        ...f.handle('`handle`', 0, interrupt),
        ...f.handle('`port_handle`', 1, port),
        f.fault('a port that takes none', 'WRONG_TYPE', 1, plain),
      ],
      result: Status.OK,
    },
    {
      call: 'clock_adjust',
      good: [root, 1, 0],
      faults: [
        ...f.typed('`handle`', 0),
        f.fault('its kind', 'ACCESS_DENIED', 0, irq),
        f.fault('`clock_id`', 'INVALID_ARGS', 1, 9),
      ],
      result: Status.OK,
    },
    {
      call: 'iommu_create',
      good: [root, 0, out, 1, out],
      faults: [
        ...f.typed('`resource`', 0),
        f.fault('its kind', 'ACCESS_DENIED', 0, irq),
        f.fault('`desc_size`', 'INVALID_ARGS', 3, 4097),
        f.pointer('`desc`', 2),
        f.fault('`type`', 'NOT_SUPPORTED', 1, 9),
        f.pointer('`out`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'interrupt_create',
      good: [irq, 7, 0, out],
      faults: [
        ...f.typed('`src_obj`', 0),
        f.fault('its kind', 'ACCESS_DENIED', 0, mmio),
        f.fault('`options`', 'INVALID_ARGS', 2, 0x20),
        f.fault('its range', 'ACCESS_DENIED', 1, 8),
      ],
      result: Status.NOT_SUPPORTED,
    },
    {
      call: 'interrupt_trigger',
      good: [interrupt, 0, 0],
      faults: [f.fault('`options`', 'INVALID_ARGS', 1, 1), ...f.handle('`handle`', 0, interrupt)],
      result: Status.OK,
    },
    {
      call: 'interrupt_ack',
      good: [interrupt],
      faults: [...f.handle('`handle`', 0, interrupt)],
      result: Status.OK,
    },
    {
      call: 'interrupt_wait',
      good: [interrupt, 0],
      faults: [...f.handle('`handle`', 0, interrupt)],
      result: Status.BAD_STATE,
    },
    {
      call: 'interrupt_destroy',
      good: [interrupt],
      faults: [...f.handle('`handle`', 0, interrupt)],
      result: Status.OK,
    },
    {
      call: 'debuglog_create',
      good: [root, 0, out],
      faults: [
        ...f.typed('`resource`', 0),
        f.fault('its kind', 'ACCESS_DENIED', 0, irq),
        f.fault('`options`', 'INVALID_ARGS', 1, 1),
        f.pointer('`out`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'debuglog_write',
      good: [log, 0, out, 4],
      faults: [
        ...f.handle('`handle`', 0, log),
        f.fault('`options`', 'INVALID_ARGS', 1, 0x100),
        f.pointer('`buffer`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'system_powerctl',
      good: [root, 1, 0],
      faults: [
        ...f.typed('`resource`', 0),
        f.fault('its kind', 'ACCESS_DENIED', 0, irq),
        f.fault('`cmd`', 'INVALID_ARGS', 1, 99),
      ],
      result: Status.OK,
    },
    {
      call: 'clock_get_new',
      good: [0, out],
      faults: [f.fault('`clock_id`', 'INVALID_ARGS', 0, 9), f.pointer('`out`', 1)],
      result: Status.OK,
    },
    {
      call: 'cprng_add_entropy',
      good: [out, 8],
      faults: [f.fault('`buffer_size`', 'INVALID_ARGS', 1, 257), f.pointer('`buffer`', 0)],
      result: Status.OK,
    },
  ];
};
