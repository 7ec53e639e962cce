/** What can be wrong with calls for objects, waiting and transports. */
import { InfoTopic, Property, Right, Status } from '../../abi/constants.js';
import type { Family } from './fault.js';

const PAGE = 4096;
const NO_SUCH = 0x77;
const ALL_SIGNALS = 0xffff_ffff;

export const handlesAndObjects: Family = (p, f) => {
  const [event] = p.make('event_create', 1, 0);
  const [vmo] = p.make('vmo_create', 1, PAGE, 0);
  const [pair] = p.make('eventpair_create', 2, 0);
  const job = p.process.give(p.process.job);
  const [out, name] = [p.allocate(64), p.allocate(32)];
  return [
    {
      call: 'handle_duplicate',
      good: [event, Right.SAME_RIGHTS, out],
      faults: [
        ...f.any('`handle`', 0, event),
        f.fault('`rights`', 'INVALID_ARGS', 1, Right.EXECUTE),
        f.pointer('`out`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'object_signal',
      good: [event, 0, 0],
      faults: [...f.any('`handle`', 0, event), f.fault('the masks', 'INVALID_ARGS', 2, ALL_SIGNALS)],
      result: Status.OK,
    },
    {
      call: 'object_signal_peer',
      good: [pair, 0, 0],
      faults: [
        ...f.any('`handle`', 0, pair),
        f.fault('no peer', 'NOT_SUPPORTED', 0, f.strong(event)),
        f.fault('the masks', 'INVALID_ARGS', 2, ALL_SIGNALS),
      ],
      result: Status.OK,
    },
    {
      call: 'object_get_property',
      good: [vmo, Property.NAME, name, 32],
      faults: [
        ...f.any('`handle`', 0, vmo),
        f.fault('`property`', 'NOT_SUPPORTED', 1, NO_SUCH),
        f.fault('`value_size`', 'BUFFER_TOO_SMALL', 3, 31),
        f.fault('the type', 'WRONG_TYPE', 0, f.strong(pair)),
        f.pointer('`value`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'object_set_property',
      good: [vmo, Property.NAME, name, 4],
      faults: [
        ...f.any('`handle`', 0, vmo),
        f.fault('`property`', 'NOT_SUPPORTED', 1, NO_SUCH),
        f.fault('the type', 'WRONG_TYPE', 0, f.strong(pair)),
        f.pointer('`value`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'object_get_info',
      good: [job, InfoTopic.JOB_PROCESSES, out, 64, 0, 0],
      faults: [
        f.fault('`topic`', 'NOT_SUPPORTED', 1, NO_SUCH),
        ...f.handle('`handle`', 0, job),
        f.pointer('`buffer`', 2),
        f.pointer('`actual`', 4),
        f.pointer('`avail`', 5),
      ],
      result: Status.OK,
    },
    {
      call: 'object_get_child',
      good: [job, p.process.koid, Right.SAME_RIGHTS, out],
      faults: [
        ...f.any('`handle`', 0, job),
        f.fault('`rights`', 'ACCESS_DENIED', 2, 0x4000_0000),
        f.fault('the type', 'WRONG_TYPE', 0, f.strong(vmo)),
        f.fault('`koid`', 'NOT_FOUND', 1, 1),
        f.pointer('`out`', 3),
      ],
      result: Status.OK,
    },
    {
      call: 'object_get_cookie',
      good: [vmo, event, out],
      faults: [
        f.bad('`handle`', 0),
        f.bad('`scope`', 1),
        f.fault('the type', 'NOT_SUPPORTED', 0, job),
        f.fault('no cookie, or of another scope', 'ACCESS_DENIED', 1, job),
      ],
      result: Status.ACCESS_DENIED,
    },
    {
      call: 'object_set_cookie',
      good: [vmo, event, 1],
      faults: [f.bad('`handle`', 0), f.bad('`scope`', 1), f.fault('the type', 'NOT_SUPPORTED', 0, job)],
      result: Status.OK,
    },
    {
      call: 'handle_replace',
      good: [event, Right.SAME_RIGHTS, out],
      faults: [f.bad('`handle`', 0)],
      result: Status.OK,
    },
  ];
};

export const waits: Family = (p, f) => {
  const [event] = p.make('event_create', 1, 0);
  const [port] = p.make('port_create', 1, 0);
  const [timer] = p.make('timer_create', 1, 0, 0);
  const out = p.allocate(64);
  const futex = p.words(0, 0);
  const item = (handle: number): number => p.words(handle, 0, 0);
  const denied = f.denied('an item’s handle', 0, event);
  return [
    {
      call: 'object_wait_one',
      good: [event, 0, 0, out],
      faults: [...f.any('`handle`', 0, event), f.pointer('`observed`', 3)],
      result: Status.TIMED_OUT,
    },
    {
      call: 'object_wait_many',
      good: [item(event), 1, 0],
      faults: [
        f.fault('`count`', 'OUT_OF_RANGE', 1, 17),
        f.pointer('`items`', 0),
        f.fault('an item’s handle', 'BAD_HANDLE', 0, item(0x123)),
        { ...denied, bad: item(Number(denied.bad)) },
      ],
      result: Status.TIMED_OUT,
    },
    {
      call: 'object_wait_async',
      good: [event, port, 1, 1, 0],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 4, 2),
        f.bad('`handle`', 0),
        ...f.handle('`port`', 1, port),
        f.denied('`handle` once more', 0, event),
      ],
      result: Status.OK,
    },
    {
      call: 'port_queue',
      good: [port, out],
      faults: [...f.handle('`handle`', 0, port), f.pointer('`packet`', 1)],
      result: Status.OK,
    },
    {
      call: 'port_wait',
      good: [port, 0, out],
      faults: [...f.handle('`handle`', 0, port), f.pointer('`packet`', 2)],
      result: Status.OK,
    },
    {
      call: 'port_cancel',
      good: [port, event, 9],
      faults: [...f.handle('`handle`', 0, port), ...f.any('`source`', 1, event)],
      result: Status.NOT_FOUND,
    },
    {
      call: 'timer_set',
      good: [timer, 0, 0],
      faults: [...f.handle('`handle`', 0, timer), f.fault('`slack`', 'OUT_OF_RANGE', 2, -1)],
      result: Status.OK,
    },
    {
      call: 'timer_create',
      good: [0, 0, out],
      faults: [
        f.fault('`options`', 'INVALID_ARGS', 0, 3),
        f.fault('`clock_id`', 'INVALID_ARGS', 1, 1),
        f.pointer('`out`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'timer_cancel',
      good: [timer],
      faults: [...f.handle('`handle`', 0, timer)],
      result: Status.OK,
    },
    {
      call: 'event_create',
      good: [0, out],
      faults: [f.fault('`options`', 'INVALID_ARGS', 0, 1), f.pointer('`out`', 1)],
      result: Status.OK,
    },
    {
      call: 'eventpair_create',
      good: [0, out, out],
      faults: [f.fault('`options`', 'NOT_SUPPORTED', 0, 1), f.pointer('`out0`, `out1`', 1)],
      result: Status.OK,
    },
    {
      call: 'port_create',
      good: [0, out],
      faults: [f.fault('`options`', 'INVALID_ARGS', 0, 2), f.pointer('`out`', 1)],
      result: Status.OK,
    },
    {
      call: 'futex_wait',
      good: [futex, 0, 0, 0],
      faults: [
        f.fault('alignment of `value_ptr`', 'INVALID_ARGS', 0, futex + 1),
        f.pointer('`value_ptr`', 0),
        f.fault('`current_value`', 'BAD_STATE', 1, 1),
        ...f.typed('`new_futex_owner`', 2),
      ],
      result: Status.TIMED_OUT,
    },
    {
      call: 'futex_wake',
      good: [futex, 1],
      faults: [f.fault('alignment of `value_ptr`', 'INVALID_ARGS', 0, futex + 1)],
      result: Status.OK,
    },
    {
      call: 'futex_requeue',
      good: [futex, 0, 0, futex + 4, 0, 0],
      faults: [
        f.fault('alignment of `value_ptr`, `requeue_ptr`', 'INVALID_ARGS', 3, futex + 5),
        f.fault('the same futex', 'INVALID_ARGS', 3, futex),
        f.pointer('`requeue_ptr`', 3),
        f.pointer('`value_ptr`', 0),
        f.fault('`current_value`', 'BAD_STATE', 2, 1),
        ...f.typed('`new_requeue_owner`', 5),
      ],
      result: Status.OK,
    },
    {
      call: 'futex_get_owner',
      good: [futex, out],
      faults: [
        f.fault('alignment of `value_ptr`', 'INVALID_ARGS', 0, futex + 1),
        f.pointer('`value_ptr`', 0),
        f.pointer('`koid`', 1),
      ],
      result: Status.OK,
    },
  ];
};

export const transports: Family = (p, f) => {
  const [channel, theirs] = p.make('channel_create', 2, 0);
  const [socket, otherEnd] = p.make('socket_create', 2, 4);
  const [plain] = p.make('socket_create', 2, 0);
  const [fifo, fifoEnd] = p.make('fifo_create', 2, 8, 8, 0);
  const [buffer, out, handleArray] = [p.allocate(64), p.allocate(8), p.words(0x123)];
  p.call('channel_write', theirs, 0, buffer, 8, 0, 0);
  p.call('socket_write', otherEnd, 0, buffer, 8, 0);
  p.call('fifo_write', fifoEnd, 8, buffer, 1, 0);
  const callArguments = (size: number): number =>
    p.words(buffer % 2 ** 32, buffer / 2 ** 32, 0, 0, 0, 0, 0, 0, size, 0, 0, 0);
  return [
    {
      call: 'channel_read',
      good: [channel, 0, buffer, 0, 64, 0, out, out],
      faults: [
        ...f.handle('`handle`', 0, channel),
        f.fault('`options`', 'NOT_SUPPORTED', 1, 2),
        f.pointer('`actual_bytes`', 6),
        f.pointer('`actual_handles`', 7),
        f.fault('`num_bytes`, `num_handles`', 'BUFFER_TOO_SMALL', 4, 4),
        f.pointer('`bytes`, `handles`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'channel_write',
      good: [channel, 0, buffer, 8, 0, 0],
      faults: [
        ...f.handle('`handle`', 0, channel),
        f.fault('`options`', 'INVALID_ARGS', 1, 1),
        f.fault('`num_bytes`, `num_handles`', 'OUT_OF_RANGE', 3, 65537),
        f.pointer('`bytes`', 2),
      ],
      result: Status.OK,
    },
    {
      call: 'socket_write',
      good: [socket, 0, buffer, 8, out],
      faults: [
        f.fault('`buffer` of 0', 'INVALID_ARGS', 2, 0),
        ...f.handle('`handle`', 0, socket),
        f.fault('`options`', 'INVALID_ARGS', 1, 8),
        f.pointer('`buffer`', 2),
        f.pointer('`actual`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'socket_read',
      good: [socket, 0, buffer, 8, out],
      faults: [
        f.fault('`buffer` of 0', 'INVALID_ARGS', 2, 0),
        ...f.handle('`handle`', 0, socket),
        f.fault('`options`', 'INVALID_ARGS', 1, 8),
        f.pointer('`buffer`', 2),
        f.pointer('`actual`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'socket_accept',
      good: [socket, out],
      faults: [...f.handle('`handle`', 0, socket), f.fault('the type of socket', 'NOT_SUPPORTED', 0, plain)],
      result: Status.SHOULD_WAIT,
    },
    {
      call: 'socket_shutdown',
      good: [socket, 1],
      faults: [...f.handle('`handle`', 0, socket), f.fault('`options`', 'INVALID_ARGS', 1, 8)],
      result: Status.OK,
    },
    {
      call: 'fifo_create',
      good: [8, 8, 0, out, out],
      faults: [
        f.fault('`elem_count`, `elem_size`', 'OUT_OF_RANGE', 0, 3),
        f.fault('`options`', 'INVALID_ARGS', 2, 1),
        f.pointer('`out0`, `out1`', 3),
      ],
      result: Status.OK,
    },
    {
      call: 'fifo_write',
      good: [fifo, 8, buffer, 1, out],
      faults: [
        ...f.handle('`handle`', 0, fifo),
        f.fault('`elem_size`, `count`', 'OUT_OF_RANGE', 1, 4),
        f.pointer('`data`', 2),
        f.pointer('`actual_count`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'fifo_read',
      good: [fifo, 8, buffer, 1, out],
      faults: [
        ...f.handle('`handle`', 0, fifo),
        f.fault('`elem_size`, `count`', 'OUT_OF_RANGE', 1, 4),
        f.pointer('`data`', 2),
        f.pointer('`actual_count`', 4),
      ],
      result: Status.OK,
    },
    {
      call: 'handle_close_many',
      good: [p.words(0), 1],
      faults: [f.pointer('`handles`', 0), f.fault('one of them', 'BAD_HANDLE', 0, handleArray)],
      result: Status.OK,
    },
    {
      call: 'channel_create',
      good: [0, out, out],
      faults: [f.fault('`options`', 'INVALID_ARGS', 0, 1), f.pointer('`out0`, `out1`', 1)],
      result: Status.OK,
    },
    {
      call: 'socket_create',
      good: [0, out, out],
      faults: [f.fault('`options`', 'INVALID_ARGS', 0, 8), f.pointer('`out0`, `out1`', 1)],
      result: Status.OK,
    },
    {
      call: 'channel_call_noretry',
      good: [channel, 0, 0, callArguments(8), out, out],
      faults: [
        f.pointer('`args`', 3),
        ...f.handle('`handle`', 0, channel),
        f.fault('`options`, `wr_num_bytes` below 4', 'INVALID_ARGS', 1, 1),
        f.pointer('`actual_bytes`', 4),
        f.pointer('`actual_handles`', 5),
        f.fault('`wr_num_bytes`, `wr_num_handles`', 'OUT_OF_RANGE', 3, callArguments(65537)),
      ],
      result: Status.TIMED_OUT,
    },
  ];
};
